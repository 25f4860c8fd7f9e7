package expr

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// generator writes random expressions about sampleItem, some of them wrong.
type generator struct{ *rand.Rand }

const sampleJSON = `{
	"pk": {"S": "k"},
	"s": {"S": "hello"}, "s2": {"S": "he"}, "n": {"N": "5"}, "n2": {"N": "-2.5"}, "b": {"B": "aGVsbG8="},
	"t": {"BOOL": true}, "z": {"NULL": true},
	"ss": {"SS": ["a", "b", "he"]}, "ns": {"NS": ["1", "5", "-2.5"]}, "bs": {"BS": ["aGU=", "YQ=="]},
	"l": {"L": [{"S": "he"}, {"N": "5"}, {"L": [{"N": "1"}, {"N": "2"}]}, {"M": {"x": {"S": "he"}, "y": {"N": "1"}}}]},
	"m": {"M": {"x": {"N": "5"}, "y": {"L": [{"S": "p"}, {"S": "q"}, {"S": "r"}]}, "d": {"M": {"x": {"SS": ["a"]}}}, "e": {"M": {}}}}
}`

func sampleItem(t testing.TB) value.Item {
	t.Helper()
	it, err := value.ItemFromJSON([]byte(sampleJSON))
	if err != nil {
		t.Fatal(err)
	}
	return it
}

var sampleNames = map[string]string{"#s": "s", "#n": "n", "#l": "l", "#m": "m", "#x": "x", "#y": "y", "#p": "m.x", "#w": "abort"}

var sampleValues = func() map[string]value.Value {
	it, err := value.ItemFromJSON([]byte(`{
		":s": {"S": "he"}, ":e": {"S": ""}, ":n": {"N": "5"}, ":o": {"N": "1"}, ":b": {"B": "aGU="}, ":t": {"BOOL": true}, ":z": {"NULL": true},
		":ss": {"SS": ["he", "zz"]}, ":sa": {"SS": ["a"]}, ":ns": {"NS": ["5", "9"]}, ":bs": {"BS": ["YQ=="]},
		":l": {"L": [{"N": "1"}, {"N": "2"}]}, ":m": {"M": {"x": {"S": "he"}, "y": {"N": "1"}}}, ":k": {"S": "SS"}
	}`))
	if err != nil {
		panic(err)
	}
	values := map[string]value.Value{}
	for name, v := range it.All() {
		values[name] = v
	}
	return values
}()

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

// often returns usual, or in one of n cases rare.
func often[T any](g *generator, n int, usual, rare func() T) T {
	if g.IntN(n) == 0 {
		return rare()
	}
	return usual()
}

func (g *generator) value() string {
	return often(g, 60, func() string {
		return pick(g, ":s", ":s", ":n", ":n", ":o", ":b", ":t", ":z", ":ss", ":sa", ":ns", ":bs", ":l", ":m", ":e", ":k")
	}, func() string { return ":u" })
}

func (g *generator) path() string {
	p := often(g, 60, func() string {
		return pick(g, "s", "s2", "n", "n2", "b", "t", "z", "ss", "ns", "bs", "l", "m", "l", "m", "nope", "#s", "#n", "#l", "#m", "#p", "#w")
	}, func() string { return pick(g, "abort", "#u") })
	for g.IntN(3) == 0 || (strings.HasSuffix(p, "m") || strings.HasSuffix(p, "l")) && g.IntN(4) > 0 {
		p += pick(g, ".x", ".y", ".d", ".e", ".#x", ".#y", fmt.Sprintf("[%d]", g.IntN(5)), fmt.Sprintf("[%d]", g.IntN(5)))
		if len(p) > 20 {
			break
		}
	}
	return p
}

func (g *generator) operand() string {
	o := pick(g, g.path, g.path, g.value, func() string {
		return often(g, 4, func() string { return "size(" + g.path() + ")" }, func() string { return g.call() })
	})()
	if g.IntN(12) == 0 {
		o = "(" + o + ")"
	}
	return o
}

func (g *generator) call() string {
	f := pick(g, "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "contains")
	args := []string{g.path()}
	if !strings.HasSuffix(f, "exists") {
		args = append(args, pick(g, g.value, g.path)())
	}
	if f == "attribute_type" && g.IntN(4) > 0 {
		args[1] = ":k"
	}
	if g.IntN(30) == 0 {
		f = pick(g, "if_not_exists", "list_append", "Contains", "nothing", "size")
	}
	if g.IntN(30) == 0 {
		args = append(args, g.operand())
	}
	if g.IntN(10) == 0 {
		args[0] = g.operand()
	}
	return f + "(" + strings.Join(args, ", ") + ")"
}

func (g *generator) condition(depth int) string {
	if depth == 0 || g.IntN(3) == 0 {
		return g.comparison()
	}
	switch g.IntN(5) {
	case 0:
		return pick(g, "NOT ", "not ") + g.condition(depth-1)
	case 1:
		return "(" + g.condition(depth-1) + ")"
	case 2, 3:
		return g.condition(depth-1) + pick(g, " AND ", " and ") + g.condition(depth-1)
	}
	return g.condition(depth-1) + pick(g, " OR ", " Or ") + g.condition(depth-1)
}

func (g *generator) comparison() string {
	switch g.IntN(6) {
	case 0, 1:
		return g.operand() + pick(g, " = ", " <> ", "<", "<=", " > ", ">= ") + g.operand()
	case 2:
		return g.operand() + " BETWEEN " + g.operand() + " AND " + g.operand()
	case 3:
		args := []string{g.operand()}
		for g.IntN(2) == 0 {
			args = append(args, g.operand())
		}
		return g.operand() + " IN (" + strings.Join(args, ",") + ")"
	}
	return g.call()
}

func (g *generator) update() string {
	sections := []func() string{
		func() string { return "SET " + g.clauses(g.set) },
		func() string { return "REMOVE " + g.clauses(g.path) },
		func() string { return "ADD " + g.clauses(func() string { return g.path() + " " + g.addend() }) },
		func() string { return "DELETE " + g.clauses(func() string { return g.path() + " " + g.addend() }) },
	}
	g.Shuffle(len(sections), func(i, j int) { sections[i], sections[j] = sections[j], sections[i] })
	var parts []string
	for _, s := range sections[:1+g.IntN(2)] {
		parts = append(parts, s())
	}
	return strings.Join(parts, " ")
}

func (g *generator) clauses(one func() string) string {
	parts := []string{one()}
	for g.IntN(3) == 0 {
		parts = append(parts, one())
	}
	return strings.Join(parts, ", ")
}

func (g *generator) addend() string {
	return pick(g, ":n", ":o", ":ss", ":sa", ":ns", ":bs", g.value())
}

func (g *generator) set() string {
	rhs := pick(g, g.source, g.source, func() string { return g.source() + pick(g, " + ", "-") + g.source() },
		func() string { return "list_append(" + g.listSource() + ", " + g.listSource() + ")" })()
	if g.IntN(12) == 0 {
		rhs = "(" + rhs + ")"
	}
	return g.path() + " = " + rhs
}

func (g *generator) listSource() string { return pick(g, "l", "m.y", "l[2]", ":l", g.source()) }

func (g *generator) source() string {
	switch g.IntN(8) {
	case 0, 1, 2:
		return g.value()
	case 3, 4:
		return pick(g, "n", "n2", "m.x", "l[1]", "l", "s")
	case 5:
		return g.path()
	case 6:
		return "(" + g.source() + ")"
	}
	return "if_not_exists(" + g.path() + ", " + g.source() + ")"
}

func (g *generator) projection() string { return g.clauses(g.path) }

func (g *generator) keyCondition() string {
	terms := []string{g.keyTerm()}
	for g.IntN(4) > 0 && len(terms) < 4 {
		term := g.keyTerm()
		if g.IntN(10) == 0 {
			term = "(" + term + ")"
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, often(g, 20, func() string { return " AND " }, func() string { return " OR " }))
}

func (g *generator) keyTerm() string {
	name := func() string {
		return pick(g, "s", "n", "#s", "#n", "b", pick(g, "s", "n", "m.x", "l[0]", "size(s)", ":s"))
	}
	operand := func() string {
		return pick(g, ":s", ":n", ":o", ":s", ":n", pick(g, ":b", ":l", ":u", "n", "size(b)", "m.x"))
	}
	switch g.IntN(7) {
	case 0:
		return name() + " BETWEEN " + operand() + " AND " + operand()
	case 1:
		return "begins_with(" + name() + ", " + operand() + ")"
	case 2:
		return pick(g, "NOT ", "") + operand() + pick(g, " = ", " < ", " >= ") + name()
	case 3:
		return g.comparison()
	}
	return name() + pick(g, " = ", " = ", " = ", " < ", " <= ", " > ", " >= ", " <> ") + operand()
}

// number returns text that is mostly a number.
func (g *generator) number() string {
	digits := func(n int) string {
		s := ""
		for range g.IntN(n + 1) {
			s += string("0012345678999"[g.IntN(13)])
		}
		return s
	}
	s := pick(g, "", "", "-", "+") + digits(pick(g, 2, 10, 38, 40))
	if g.IntN(2) == 0 {
		s += "." + digits(pick(g, 2, 10, 38))
	}
	if g.IntN(3) == 0 {
		s += pick(g, "e", "E", "e+", "e-", "E-") + fmt.Sprint(g.IntN(pick(g, 5, 40, 100, 135)))
	}
	return s
}

var tokenPattern = regexp.MustCompile(`[#:]?\w+|<>|<=|>=|\s+|.`)

// mutate breaks one expression in six.
func (g *generator) mutate(src string) string {
	if g.IntN(6) > 0 {
		return src
	}
	tokens := tokenPattern.FindAllString(src, -1)
	i, j := g.IntN(len(tokens)), g.IntN(len(tokens))
	switch g.IntN(4) {
	case 0:
		tokens[i] = ""
	case 1:
		tokens[i], tokens[j] = tokens[j], tokens[i]
	case 2:
		tokens[i] += " " + tokens[j]
	case 3:
		tokens[i] = pick(g, "(", ")", ",", ".", "[", "]", "=", "AND", "SET", "#", ":", "?", "0", "01", "_", "+", "ü", " ")
	}
	out := strings.Join(tokens, "")
	if afterDot.MatchString(out) {
		return src // the service fails with an internal error
	}
	return out
}

var afterDot = regexp.MustCompile(`\.\s*:`)

// placeholders returns the names and values that src mentions.
func placeholders(src string) (map[string]string, map[string]value.Value) {
	var names map[string]string
	var values map[string]value.Value
	for _, tok := range tokenPattern.FindAllString(src, -1) {
		if name, ok := sampleNames[tok]; ok {
			if names == nil {
				names = map[string]string{}
			}
			names[tok] = name
		}
		if v, ok := sampleValues[tok]; ok {
			if values == nil {
				values = map[string]value.Value{}
			}
			values[tok] = v
		}
	}
	return names, values
}

// placeholders returns what src mentions, and now and then a value that it does not.
func (g *generator) placeholders(src string) (map[string]string, map[string]value.Value) {
	names, values := placeholders(src)
	if values != nil && g.IntN(60) == 0 {
		values[":unused"] = value.Null()
	}
	return names, values
}
