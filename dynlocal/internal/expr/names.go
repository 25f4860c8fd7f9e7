package expr

import (
	"strconv"
	"strings"
)

// place is where in an expression a call stands.
type place uint8

const (
	asCondition place = iota // by itself, or under AND, OR, NOT
	asOperand
	asAssigned // alone to the right of SET's =
)

// function is what the grammar knows of a function. Those of updates and of conditions do not mix.
type function struct {
	arity    int
	inUpdate bool
	allowed  [3]bool // by place
}

var functions = map[string]function{
	"attribute_exists":     {1, false, [3]bool{asCondition: true}},
	"attribute_not_exists": {1, false, [3]bool{asCondition: true}},
	"attribute_type":       {2, false, [3]bool{asCondition: true}},
	"begins_with":          {2, false, [3]bool{asCondition: true}},
	"contains":             {2, false, [3]bool{asCondition: true}},
	"size":                 {1, false, [3]bool{asOperand: true}},
	"if_not_exists":        {2, true, [3]bool{asOperand: true, asAssigned: true}},
	"list_append":          {2, true, [3]bool{asAssigned: true}},
}

// checkTree is the stage after parsing: it walks a tree in the order written and refuses unknown or misplaced
// functions, reserved words and indexes that no list can have.
func checkTree(n *node, at place, inUpdate bool) error {
	below := asOperand
	switch n.op {
	case opPath:
		return checkPath(n.path)
	case opCall:
		if err := checkFunction(n.text, at, inUpdate); err != nil {
			return err
		}
	case opAnd, opOr, opNot:
		below = asCondition
	}
	for _, arg := range n.args {
		if err := checkTree(arg, below, inUpdate); err != nil {
			return err
		}
	}
	return nil
}

func checkFunction(name string, at place, inUpdate bool) error {
	f, ok := functions[name]
	switch {
	case !ok:
		return refuse("Invalid function name; function: " + name)
	case f.inUpdate && !inUpdate:
		return refuse("The function is not allowed in a condition expression; function: " + name)
	case !f.inUpdate && inUpdate:
		return refuse("The function is not allowed in an update expression; function: " + name)
	case !f.allowed[at]:
		return refuse("The function is not allowed to be used this way in an expression; function: " + name)
	}
	return nil
}

func checkPath(path []element) error {
	for _, e := range path {
		switch {
		case e.index:
			if _, err := strconv.ParseInt(e.text, 10, 32); err != nil {
				return refuse("List index is not within the allowable range; index: [" + e.text + "]")
			}
		case reserved[strings.ToUpper(e.text)]:
			return refuse("Attribute name is a reserved keyword; reserved keyword: " + e.text)
		}
	}
	return nil
}
