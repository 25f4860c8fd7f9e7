package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type item = map[string]types.AttributeValue

func sv(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func nv(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }
func bv(s string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(s)} }

// freeAttrs are the attributes outside of keys by name, and the type that each has more often than not. Some have names
// that expressions cannot spell.
var freeAttrs = map[string]string{
	"s": "S", "n": "N", "b": "B", "t": "BOOL", "z": "NULL", "ss": "SS", "ns": "NS", "bs": "BS", "l": "L", "m": "M",
	"status": "S", "a.b": "N", "s-t": "S", "é": "N",
}

var freeNames = slices.Sorted(maps.Keys(freeAttrs))

var (
	keyTexts   = []string{"a", "b", "ab", "a\x00", "é"}
	texts      = []string{"", "a", "b", "ab", "abc", "ba", "é", "😀", "\uffff", "\x00", "S", "SS"}
	keyNumbers = []string{"0", "1", "-1", "10", "2.5"}
	numbers    = []string{
		"0", "1", "-1", "2", "10", "1.5", "-2.25", "100", "0.001", "12345678901234567890123456789012345678",
		"99999999999999999999999999999999999999", "0.1", "1E+125", "9.9999999999999999999999999999999999999E+125", "1E-130", "-1E-130",
		"3.1415926535897932384626433832795028841", "1e2", "007", "1.50", "-0", "+5", "100E-1", ".5", "5.",
	}
	keyBinaries = []string{"a", "b", "\x00", "\xff", "\x00\xff"}
	binaries    = []string{"", "a", "ab", "\x00", "\xff", "\x80"}
	allKinds    = []string{"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}
)

// keyValue gives one of few values of a key's type.
func (g *generator) keyValue(kind string) types.AttributeValue {
	switch kind {
	case "S":
		return sv(pick(g, keyTexts...))
	case "N":
		return nv(pick(g, keyNumbers...))
	}
	return bv(pick(g, keyBinaries...))
}

// value gives a random value of the type.
func (g *generator) value(kind string) types.AttributeValue { return g.nested(kind, 3) }

// anyValue gives a random value of a random type.
func (g *generator) anyValue() types.AttributeValue { return g.value(pick(g, allKinds...)) }

func (g *generator) nested(kind string, depth int) types.AttributeValue {
	switch kind {
	case "S":
		if g.chance(200) {
			return sv(strings.Repeat("x", 1+g.IntN(9000))) // sizes that cost more than one unit
		}
		return sv(pick(g, texts...))
	case "N":
		return nv(g.number())
	case "B":
		return bv(pick(g, binaries...))
	case "BOOL":
		return &types.AttributeValueMemberBOOL{Value: g.chance(2)}
	case "NULL":
		return &types.AttributeValueMemberNULL{Value: true}
	case "SS":
		return &types.AttributeValueMemberSS{Value: g.some(g.few(texts))}
	case "NS":
		return &types.AttributeValueMemberNS{Value: g.some(g.few(numbers))}
	case "BS":
		var set [][]byte
		for _, s := range g.some(binaries[1:]) { // DynamoDB Local takes an empty one for no value at all
			set = append(set, []byte(s))
		}
		return &types.AttributeValueMemberBS{Value: set}
	case "L":
		l := []types.AttributeValue{}
		for range g.IntN(4) {
			l = append(l, g.inner(depth))
		}
		return &types.AttributeValueMemberL{Value: l}
	}
	m := item{}
	for _, name := range []string{"s", "n", "l", "m", "ns"} {
		if g.chance(2) {
			m[name] = g.innerOf(freeAttrs[name], depth)
		}
	}
	return &types.AttributeValueMemberM{Value: m}
}

// number writes a number: one of few, or one of any length and magnitude that the service takes.
func (g *generator) number() string {
	if g.chance(2) {
		return pick(g, numbers...)
	}
	digits := make([]byte, 1+g.IntN(38))
	for i := range digits {
		digits[i] = '0' + byte(g.IntN(10))
	}
	text := pick(g, "", "-") + string(digits)
	switch point := g.IntN(len(digits) + 1); {
	case g.chance(3):
		text = text[:len(text)-point] + "." + text[len(text)-point:]
	case g.chance(3):
		text += fmt.Sprintf("E%d", g.IntN(88+129)-129) // 38 digits and E+88 are less than 1E+126
	}
	return text
}

func (g *generator) inner(depth int) types.AttributeValue {
	return g.innerOf(pick(g, allKinds...), depth)
}

func (g *generator) innerOf(kind string, depth int) types.AttributeValue {
	if depth == 0 && (kind == "L" || kind == "M") {
		kind = "S"
	}
	return g.nested(kind, depth-1)
}

// few gives all of the texts or, more often, only the first, so that sets have elements in common.
func (g *generator) few(from []string) []string {
	if g.chance(4) {
		return from
	}
	return from[:3]
}

// some gives a few different ones of the texts, in random order.
func (g *generator) some(from []string) []string {
	order := g.Perm(len(from))[:1+g.IntN(3)]
	some := make([]string, len(order))
	for i, at := range order {
		some[i] = from[at]
	}
	return some
}

// key gives a key of the table.
func (g *generator) key(t *tableSpec) item {
	k := item{}
	for _, a := range t.key {
		k[a.name] = g.keyValue(a.kind)
	}
	return g.maybeWrongKey(k)
}

// maybeWrongKey gives a key now and then one of many faults.
func (g *generator) maybeWrongKey(k item) item {
	if !g.mistake(100) {
		return k
	}
	name := pick(g, slices.Sorted(maps.Keys(k))...)
	switch g.IntN(4) {
	case 0:
		delete(k, name)
	case 1:
		k[name] = pick(g, sv("x"), nv("1"), bv("x"))
	case 2:
		k[name] = pick(g, sv(""), bv(""), sv(strings.Repeat("x", 1025+g.IntN(2)*1100)))
	case 3:
		k["s"] = sv("more than the key")
	}
	return k
}

// item gives an item of the table.
func (g *generator) item(t *tableSpec) item {
	it := g.key(t)
	kinds := t.kinds()
	for _, a := range t.attrs {
		if g.chance(4) {
			continue
		}
		it[a.name] = g.keyValue(a.kind)
		// Where the attribute is of no key yet it has the right type all the same: of an index created over items that
		// do not fit, DynamoDB Local never gets ready.
		if _, isKey := kinds[a.name]; isKey && g.mistake(150) {
			it[a.name] = pick(g, g.anyValue(), sv(""), bv(""), sv(strings.Repeat("y", 1025+g.IntN(2)*1100)))
		}
	}
	for _, name := range freeNames {
		if _, there := it[name]; there || g.chance(2) {
			continue
		}
		it[name] = g.value(freeAttrs[name])
		if g.chance(8) {
			it[name] = g.anyValue()
		}
	}
	return it
}
