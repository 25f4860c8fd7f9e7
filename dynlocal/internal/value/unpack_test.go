package value

import "testing"

// TestUnpack refuses what is no item's data, numbers without a text among it.
func TestUnpack(t *testing.T) {
	t.Parallel()
	of := func(v Value) string { return "\x01a" + string(rune(v.kind)) + string(rune(len(v.data))) + v.data }
	for name, c := range map[string]struct {
		data string
		ok   bool
	}{
		"nothing":                    {"", true},
		"a number":                   {of(Int(7)), true},
		"an empty text":              {of(Value{S, ""}), true},
		"a set of numbers":           {of(Value{NS, "\x011\x012"}), true},
		"a set with an empty text":   {of(Value{SS, "\x00\x01a"}), true},
		"cut":                        {of(Int(7))[:4], false},
		"an unknown kind":            {of(Value{Kind(99), ""}), false},
		"a bool of two":              {of(Value{BOOL, "\x02"}), false},
		"a number of nothing":        {of(Value{N, ""}), false},
		"one in a list":              {of(Value{L, string(rune(N)) + "\x00"}), false},
		"one in a map":               {of(Value{M, "\x01b" + string(rune(N)) + "\x00"}), false},
		"one in a set":               {of(Value{NS, "\x00"}), false},
		"one in a set behind others": {of(Value{NS, "\x017\x00"}), false},
	} {
		it, ok := Unpack(c.data)
		if ok != c.ok || ok && it.Packed() != c.data {
			t.Errorf("%s: %v, %v", name, it, ok)
		}
	}
}
