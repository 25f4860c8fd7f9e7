package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// expressions writes the expressions of one request and collects their names and values.
type expressions struct {
	*generator
	table  *tableSpec
	names  map[string]string
	values item

	hashValues item // that a key condition looks for
}

func (g *generator) expressions(t *tableSpec) *expressions {
	return &expressions{generator: g, table: t, hashValues: item{}}
}

// spellable are the free attributes that an expression can name without a placeholder.
var spellable = []string{"s", "n", "b", "t", "z", "ss", "ns", "bs", "l", "m", "pk", "sk", "g1", "g2", "g3", "g4"}

// name writes an attribute's name.
func (x *expressions) name(name string) string {
	if slices.Contains(spellable, name) && !x.chance(4) {
		return name
	}
	if x.names == nil {
		x.names = map[string]string{}
	}
	for ref, n := range x.names {
		if n == name {
			return ref
		}
	}
	ref := fmt.Sprint("#n", len(x.names))
	x.names[ref] = name
	return ref
}

// ref writes a value.
func (x *expressions) ref(v types.AttributeValue) string {
	if x.values == nil {
		x.values = item{}
	}
	ref := fmt.Sprint(":v", len(x.values))
	x.values[ref] = v
	return ref
}

// spoil makes one of the mistakes that requests make with names and values.
func (x *expressions) spoil() {
	if x.names == nil && x.values == nil || !x.mistake(150) {
		return
	}
	switch x.IntN(3) {
	case 0:
		x.ref(sv("unused"))
	case 1:
		x.name("status")
	case 2:
		delete(x.values, ":v0")
	}
}

// attribute gives the name of some attribute, and the type that it mostly has.
func (x *expressions) attribute() (name, kind string) {
	if x.chance(3) {
		d := pick(x.generator, x.table.definitions()...)
		return *d.AttributeName, string(d.AttributeType)
	}
	name = pick(x.generator, freeNames...)
	return name, freeAttrs[name]
}

// path writes a document path, and the type expected at its end.
func (x *expressions) path() (src, kind string) {
	name, kind := x.attribute()
	src = x.name(name)
	for (kind == "L" || kind == "M") && !x.chance(4) || x.mistake(60) {
		if kind == "L" {
			src += fmt.Sprintf("[%d]", x.IntN(4))
			kind = pick(x.generator, allKinds...)
			continue
		}
		inner := pick(x.generator, "s", "n", "l", "m", "ns")
		src += "." + x.name(inner)
		kind = freeAttrs[inner]
	}
	return src, kind
}

// scalar writes an operand of an ordered type: mostly a path and, for its counterpart, a value of the same type.
func (x *expressions) pair() (path, other string) {
	path, kind := x.path()
	if x.chance(4) {
		return "size(" + path + ")", x.ref(nv(fmt.Sprint(x.IntN(4))))
	}
	if x.chance(10) {
		other, _ = x.path()
		return path, other
	}
	return path, x.ref(x.comparable(path, kind))
}

// comparable gives a value to compare an attribute with.
func (x *expressions) comparable(name, kind string) types.AttributeValue {
	switch {
	case x.chance(20):
		return x.anyValue()
	case slices.Contains(indexAttrs, name) || name == "pk" || name == "sk":
		return x.keyValue(kind)
	}
	return x.value(kind)
}

// ordered gives a value of the type if that can be ordered, else of one that can.
func (x *expressions) ordered(kind string) types.AttributeValue {
	if kind != "S" && kind != "N" && kind != "B" {
		kind = pick(x.generator, "S", "N", "B")
	}
	return x.value(kind)
}

// bounds gives two values for BETWEEN, in order except by mistake.
func (x *expressions) bounds(kind string) (low, high types.AttributeValue) {
	if kind != "S" && kind != "N" && kind != "B" {
		kind = "S"
	}
	low, high = x.value(kind), x.value(kind)
	if !inOrder(low, high) && !x.mistake(20) {
		return high, low
	}
	return low, high
}

// inOrder reports whether two values can be bounds as they are, which also those of different types can.
func inOrder(low, high types.AttributeValue) bool {
	a, _ := value.ValueFromSDK(low)
	b, _ := value.ValueFromSDK(high)
	c, _ := value.Compare(a, b)
	return c <= 0
}

func (x *expressions) condition(depth int) string {
	if depth > 0 && x.chance(2) {
		left, right := x.condition(depth-1), x.condition(depth-1)
		switch x.IntN(4) {
		case 0:
			return left + " AND " + right
		case 1:
			return left + " OR " + right
		case 2:
			return "NOT (" + left + ")"
		}
		return "(" + left + " OR " + right + ") AND " + x.condition(0)
	}
	return x.comparison()
}

func (x *expressions) comparison() string {
	switch x.IntN(9) {
	case 0:
		p, kind := x.path()
		low, high := x.bounds(kind)
		return fmt.Sprintf("%s BETWEEN %s AND %s", p, x.ref(low), x.ref(high))
	case 1:
		p, kind := x.path()
		refs := []string{x.ref(x.value(kind)), x.ref(x.value(kind)), x.ref(x.anyValue())}
		return p + " IN (" + strings.Join(refs[:1+x.IntN(3)], ", ") + ")"
	case 2:
		p, _ := x.path()
		return "attribute_exists(" + p + ")"
	case 3:
		p, _ := x.path()
		return "attribute_not_exists(" + p + ")"
	case 4:
		p, _ := x.path()
		return "attribute_type(" + p + ", " + x.ref(sv(pick(x.generator, allKinds...))) + ")"
	case 5:
		p, _ := x.path()
		return "begins_with(" + p + ", " + x.ref(pick(x.generator, sv("a"), sv(""), bv("a"), sv("\x00"))) + ")"
	case 6:
		p, _ := x.path()
		return "contains(" + p + ", " + x.ref(pick(x.generator, sv("a"), nv("1"), bv("a"), x.anyValue())) + ")"
	case 7:
		left, right := x.pair()
		return left + pick(x.generator, " = ", " <> ") + right
	}
	p, kind := x.path()
	return p + pick(x.generator, " < ", " <= ", " > ", " >= ") + x.ref(x.ordered(kind))
}

// optionalCondition gives a condition in one of n cases, else nil.
func (x *expressions) optionalCondition(n int) *string {
	if !x.chance(n) {
		return nil
	}
	return aws.String(x.condition(1))
}

func (x *expressions) projection() string {
	var paths []string
	seen := map[string]bool{}
	for range 1 + x.IntN(3) {
		p, _ := x.path()
		top := p[:len(p)-len(strings.TrimLeft(p, "#abcdefghijklmnopqrstuvwxyz0123456789"))]
		if name, ok := x.names[top]; ok {
			top = name
		}
		if !seen[top] || x.mistake(20) {
			paths = append(paths, p)
		}
		seen[top] = true
	}
	return strings.Join(paths, ", ")
}

// update writes an update of a few attributes.
func (x *expressions) update() string {
	sections := map[string][]string{}
	for _, name := range x.updated() {
		verb, action := x.action(name)
		sections[verb] = append(sections[verb], action)
	}
	var parts []string
	for _, verb := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
		if len(sections[verb]) > 0 {
			parts = append(parts, verb+" "+strings.Join(sections[verb], ", "))
		}
	}
	return strings.Join(parts, " ")
}

// updated gives different attributes to update: free ones and, less often, such as index keys are made of.
func (x *expressions) updated() []string {
	names := slices.Clone(freeNames)
	for _, name := range slices.Sorted(maps.Keys(x.table.kinds())) {
		if name != "pk" && name != "sk" || x.mistake(100) {
			names = append(names, name)
		}
	}
	x.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names[:1+x.IntN(4)]
}

// action writes one action on the attribute.
func (x *expressions) action(name string) (verb, action string) {
	p := x.name(name)
	kind, free := freeAttrs[name]
	if !free {
		if x.chance(3) {
			return "REMOVE", p
		}
		kind = x.table.kinds()[name]
		return "SET", p + " = " + x.ref(x.keyValue(kind))
	}
	for (kind == "L" || kind == "M") && x.chance(2) {
		if kind == "L" {
			p += fmt.Sprintf("[%d]", x.IntN(5))
			kind = pick(x.generator, allKinds...)
			continue
		}
		inner := pick(x.generator, "s", "n", "l", "m", "ns")
		p += "." + x.name(inner)
		kind = freeAttrs[inner]
	}
	switch {
	case x.chance(6):
		return "REMOVE", p
	case x.chance(4) && (kind == "N" || strings.HasSuffix(kind, "S") && kind != "S"):
		return "ADD", p + " " + x.ref(x.value(kind))
	case x.chance(3) && strings.HasSuffix(kind, "S") && kind != "S":
		return "DELETE", p + " " + x.ref(x.value(kind))
	}
	return "SET", p + " = " + x.source(p, kind)
}

// source writes what SET assigns to a path where mostly a value of the type is.
func (x *expressions) source(p, kind string) string {
	switch {
	case x.chance(4):
		return "if_not_exists(" + p + ", " + x.ref(x.value(kind)) + ")"
	case kind == "N" && x.chance(2):
		n := nv(pick(x.generator, "0", "1", "-1", "2.5", "0.125", "100", x.number()))
		if x.chance(2) {
			return "if_not_exists(" + p + ", " + x.ref(n) + ") " + pick(x.generator, "+", "-") + " " + x.ref(nv("1"))
		}
		return p + pick(x.generator, " + ", " - ") + x.ref(n)
	case kind == "L" && !x.chance(3):
		more := x.ref(x.value("L"))
		if x.chance(2) {
			return "list_append(" + more + ", if_not_exists(" + p + ", " + x.ref(x.value("L")) + "))"
		}
		return "list_append(" + p + ", " + more + ")"
	case x.chance(5):
		other, _ := x.path()
		return other
	}
	return x.ref(x.value(kind))
}
