package expr

import "strings"

// clause is one action of an update as it is written.
type clause struct {
	verb    string // SET, REMOVE, ADD or DELETE
	path    []element
	operand *node // nil for REMOVE
}

// parseUpdate reads a whole update: its clauses, and the verbs of its sections in the order written.
func parseUpdate(p *parser) (clauses []clause, sections []string, err error) {
	for {
		if p.kind() != tokenKeyword {
			return nil, nil, p.unexpected()
		}
		verb := strings.ToUpper(p.text())
		read, ok := updateSections[verb]
		if !ok {
			return nil, nil, p.unexpected()
		}
		p.pos++
		sections = append(sections, verb)
		for {
			c, err := read(p)
			if err != nil {
				return nil, nil, err
			}
			c.verb = verb
			clauses = append(clauses, c)
			if !p.symbol(",") {
				break
			}
		}
		if p.kind() == tokenEOF {
			return clauses, sections, nil
		}
	}
}

var updateSections = map[string]func(*parser) (clause, error){
	"SET":    (*parser).set,
	"REMOVE": (*parser).remove,
	"ADD":    (*parser).addOrDelete,
	"DELETE": (*parser).addOrDelete,
}

func (p *parser) set() (clause, error) {
	path, err := p.path()
	if err != nil {
		return clause{}, err
	}
	if err := p.expect("="); err != nil {
		return clause{}, err
	}
	p.open = true
	n, err := p.sum()
	if err != nil {
		return clause{}, err
	}
	return clause{path: path, operand: n}, p.decided()
}

func (p *parser) remove() (clause, error) {
	path, err := p.path()
	return clause{path: path}, err
}

func (p *parser) addOrDelete() (clause, error) {
	path, err := p.path()
	if err != nil {
		return clause{}, err
	}
	if p.kind() != tokenValue {
		return clause{}, p.unexpected()
	}
	return clause{path: path, operand: &node{op: opValue, text: p.take()}}, nil
}

// sum reads what SET assigns: an operand, or two with + or - between; as a whole it may stand in parentheses.
func (p *parser) sum() (*node, error) {
	left, err := p.sumGroup()
	if err != nil || left.op == opArith {
		return left, err
	}
	op := p.text()
	if !p.symbol("+") && !p.symbol("-") {
		return left, nil
	}
	if err := p.decided(); err != nil {
		return nil, err
	}
	right, err := p.operand()
	return &node{op: opArith, text: op, args: []*node{left, right}}, err
}

func (p *parser) sumGroup() (*node, error) {
	if !p.symbol("(") {
		return p.bareOperand()
	}
	n, err := p.sum()
	if err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	return p.grouped(n)
}
