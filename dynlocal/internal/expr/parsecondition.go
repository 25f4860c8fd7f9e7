package expr

import "strings"

// parseCondition reads a whole condition.
func parseCondition(p *parser) (*node, error) {
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	return n, p.end()
}

func (p *parser) or() (*node, error) { return p.chain(opOr, "OR", (*parser).and) }

func (p *parser) and() (*node, error) { return p.chain(opAnd, "AND", (*parser).not) }

// chain reads one or more conditions joined by a keyword, or a lone operand that term let through.
func (p *parser) chain(op op, word string, next func(*parser) (*node, error)) (*node, error) {
	left, err := next(p)
	if err != nil || left.isOperand() {
		return left, err
	}
	for p.keyword(word) {
		if err := p.decided(); err != nil {
			return nil, err
		}
		right, err := next(p)
		if err != nil {
			return nil, err
		}
		left = &node{op: op, text: word, args: []*node{left, right}}
	}
	return left, nil
}

func (p *parser) not() (*node, error) {
	if !p.keyword("NOT") {
		return p.term()
	}
	if err := p.decided(); err != nil {
		return nil, err
	}
	n, err := p.not()
	return &node{op: opNot, text: "NOT", args: []*node{n}}, err
}

// term reads a comparison, a call or a condition in parentheses. An operand before a closing parenthesis is let through
// where the parentheses may turn out to be an operand's.
func (p *parser) term() (*node, error) {
	outer := p.open
	p.open = true
	left, err := p.group()
	if err != nil {
		return nil, err
	}
	if !left.isOperand() && left.op != opCall {
		return left, nil
	}
	if p.compares() {
		if err := p.decided(); err != nil {
			return nil, err
		}
		return p.comparison(left)
	}
	switch {
	case outer && (left.op == opCall || p.kind() == tokenSymbol && p.text() == ")"):
		return left, nil
	case left.op == opCall:
		return left, p.decided()
	}
	return nil, p.unexpected()
}

// compares reports whether a comparison follows.
func (p *parser) compares() bool {
	switch p.kind() {
	case tokenSymbol:
		return strings.Contains(" = <> < <= > >= ", " "+p.text()+" ")
	case tokenKeyword:
		return strings.EqualFold(p.text(), "BETWEEN") || strings.EqualFold(p.text(), "IN")
	}
	return false
}

// comparison reads the rest of a comparison.
func (p *parser) comparison(left *node) (*node, error) {
	switch {
	case p.keyword("BETWEEN"):
		return p.between(left)
	case p.keyword("IN"):
		args, err := p.list()
		return &node{op: opIn, text: "IN", args: append([]*node{left}, args...)}, err
	}
	op := p.take()
	right, err := p.operand()
	return &node{op: opCompare, text: op, args: []*node{left, right}}, err
}

// group reads a condition or operand in parentheses, or an operand.
func (p *parser) group() (*node, error) {
	if !p.symbol("(") {
		return p.bareOperand()
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	return p.grouped(n)
}

func (p *parser) between(subject *node) (*node, error) {
	low, err := p.operand()
	if err != nil {
		return nil, err
	}
	if !p.keyword("AND") {
		return nil, p.unexpected()
	}
	high, err := p.operand()
	return &node{op: opBetween, text: "BETWEEN", args: []*node{subject, low, high}}, err
}
