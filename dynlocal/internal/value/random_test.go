package value

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// randomText favours short texts over few characters, so that prefixes, equals and zero bytes are common.
func randomText(r *rand.Rand) string {
	return randomOf(r, "a", "b", "\x00", "\x01", "é", "😀", "\"", "\\", "\n", "\x1f", "\u2028")
}

// randomBytes is randomText for B.
func randomBytes(r *rand.Rand) string { return randomOf(r, "a", "b", "\x00", "\x01", "\xfe", "\xff") }

func randomOf(r *rand.Rand, alphabet ...string) string {
	var s string
	for r.IntN(3) > 0 {
		s += alphabet[r.IntN(len(alphabet))]
	}
	return s
}

// randomValue returns any value that nests at most depth deep.
func randomValue(r *rand.Rand, depth int) Value {
	kinds := 8
	if depth > 0 {
		kinds = 10
	}
	switch Kind(1 + r.IntN(kinds)) {
	case S:
		return String(randomText(r))
	case N:
		return must(Number(randomNumber(r)))
	case B:
		return Binary([]byte(randomBytes(r)))
	case BOOL:
		return Bool(r.IntN(2) == 0)
	case NULL:
		return Null()
	case SS:
		return must(StringSet(distinct(r, randomText)))
	case NS:
		return must(NumberSet(distinct(r, func(r *rand.Rand) string { return must(Number(randomNumber(r))).Text() })))
	case BS:
		var elems [][]byte
		for _, e := range distinct(r, randomBytes) {
			elems = append(elems, []byte(e))
		}
		return must(BinarySet(elems))
	case L:
		elems := make([]Value, r.IntN(4))
		for i := range elems {
			elems[i] = randomValue(r, depth-1)
		}
		return List(elems...)
	}
	return Map(randomItem(r, depth-1))
}

func randomItem(r *rand.Rand, depth int) Item {
	m := map[string]Value{}
	for range r.IntN(5) {
		m["n"+randomText(r)] = randomValue(r, depth)
	}
	return itemOf(m)
}

func itemOf(m map[string]Value) Item {
	attrs := make([]Attr, 0, len(m))
	for name, v := range m {
		attrs = append(attrs, Attr{name, v})
	}
	return NewItem(attrs)
}

func distinct(r *rand.Rand, text func(*rand.Rand) string) []string {
	set := map[string]bool{text(r): true}
	for r.IntN(3) > 0 {
		set[text(r)] = true
	}
	elems := slices.Sorted(maps.Keys(set))
	r.Shuffle(len(elems), func(i, j int) { elems[i], elems[j] = elems[j], elems[i] })
	return elems
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
