package expr

import (
	"strconv"
	"strings"
)

// op is what a node of the syntax tree is.
type op uint8

const (
	opPath op = iota
	opValue
	opCall
	opCompare
	opBetween
	opIn
	opNot
	opAnd
	opOr
	opArith
)

// node is a node of the syntax tree.
type node struct {
	op     op
	text   string    // the name of a value or function, or the operator as error texts write it
	path   []element // opPath only
	args   []*node
	parens bool // written in parentheses
}

// isOperand reports whether n can only be an operand. A call can be a condition, too.
func (n *node) isOperand() bool { return n.op == opPath || n.op == opValue || n.op == opArith }

// element is one step of a path as it is written.
type element struct {
	text  string // a name, a #name or the digits of an index
	index bool
}

// parser is a recursive descent parser over the tokens of one expression.
type parser struct {
	param  string // the request's parameter, for errors
	src    string
	tokens []token
	pos    int

	// Redundant parentheses are refused where they close, before syntax errors further on; but not while it is open
	// whether they hold an operand or a condition. Until that is known the refusal is pending.
	open    bool
	pending error
}

// newParser refuses what the service does not even parse.
func newParser(param, src string) (*parser, error) {
	p := &parser{param: param, src: src}
	if src == "" {
		return nil, p.fail("The expression can not be empty;")
	}
	if len(src) > maxExpressionSize {
		return nil, p.fail("Expression size has exceeded the maximum allowed size; expression size: " + strconv.Itoa(len(src)))
	}
	p.tokens = lex(src)
	return p, nil
}

func (p *parser) fail(msg string) error { return refuse("Invalid " + p.param + ": " + msg) }

// in adds the parameter to an error of a later stage.
func (p *parser) in(err error) error {
	if err == nil {
		return nil
	}
	return p.fail(err.Error())
}

// unexpected is the error at the current token. It quotes the token with its neighbours.
func (p *parser) unexpected() error {
	t := p.tokens[p.pos]
	text, from, to := p.src[t.start:t.end], 0, t.end
	if t.kind == tokenEOF {
		text = "<EOF>"
	}
	if p.pos > 0 {
		from = p.tokens[p.pos-1].start
	}
	if p.pos+1 < len(p.tokens) {
		to = p.tokens[p.pos+1].end
	}
	return p.fail(`Syntax error; token: "` + text + `", near: "` + p.src[from:to] + `"`)
}

func (p *parser) kind() tokenKind { return p.tokens[p.pos].kind }

func (p *parser) text() string {
	t := p.tokens[p.pos]
	return p.src[t.start:t.end]
}

// take returns the current token's text and goes on to the next.
func (p *parser) take() string {
	s := p.text()
	p.pos++
	return s
}

// symbol takes the symbol if it is next.
func (p *parser) symbol(s string) bool {
	if p.kind() != tokenSymbol || p.text() != s {
		return false
	}
	p.pos++
	return true
}

// keyword takes the keyword if it is next.
func (p *parser) keyword(word string) bool {
	if p.kind() != tokenKeyword || !strings.EqualFold(p.text(), word) {
		return false
	}
	p.pos++
	return true
}

func (p *parser) expect(symbol string) error {
	if !p.symbol(symbol) {
		return p.unexpected()
	}
	return nil
}

func (p *parser) end() error {
	if p.kind() != tokenEOF {
		return p.unexpected()
	}
	return nil
}

// grouped marks n, which was written between parentheses, and refuses a second pair.
func (p *parser) grouped(n *node) (*node, error) {
	if n.parens {
		err := p.fail("The expression has redundant parentheses;")
		if !p.open {
			return nil, err
		}
		p.pending = err
	}
	n.parens = true
	return n, nil
}

// decided ends the state of being open.
func (p *parser) decided() error {
	p.open = false
	return p.pending
}

// operand reads a path, a value, a call, or one of them in parentheses.
func (p *parser) operand() (*node, error) {
	if !p.symbol("(") {
		return p.bareOperand()
	}
	n, err := p.operand()
	if err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	return p.grouped(n)
}

func (p *parser) bareOperand() (*node, error) {
	switch p.kind() {
	case tokenValue:
		return &node{op: opValue, text: p.take()}, nil
	case tokenWord:
		if after := p.tokens[p.pos+1]; p.src[after.start:after.end] == "(" {
			return p.call()
		}
	}
	path, err := p.path()
	return &node{op: opPath, path: path}, err
}

// call reads a function's name and its operands, of which there must be one.
func (p *parser) call() (*node, error) {
	name := p.take()
	args, err := p.list()
	return &node{op: opCall, text: name, args: args}, err
}

// list reads operands in parentheses.
func (p *parser) list() ([]*node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var args []*node
	for {
		arg, err := p.operand()
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
		if !p.symbol(",") {
			return args, p.expect(")")
		}
	}
}

// path reads a document path.
func (p *parser) path() ([]element, error) {
	var path []element
	for {
		if p.kind() != tokenWord && p.kind() != tokenName {
			return nil, p.unexpected()
		}
		path = append(path, element{text: p.take()})
		for p.symbol("[") {
			if p.kind() != tokenNumber {
				return nil, p.unexpected()
			}
			path = append(path, element{text: p.take(), index: true})
			if err := p.expect("]"); err != nil {
				return nil, err
			}
		}
		if !p.symbol(".") {
			return path, nil
		}
	}
}
