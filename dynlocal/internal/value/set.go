package value

import (
	"encoding/base64"
	"slices"
	"strings"
)

// StringSet returns a value of type SS; the error is a *[ValidationError].
func StringSet(elems []string) (Value, error) {
	if len(elems) == 0 {
		return Value{}, invalidParameter("An string set  may not be empty")
	}
	v, dup := newSet(SS, slices.Clone(elems))
	if dup {
		return Value{}, errTextDuplicates(elems)
	}
	return v, nil
}

// NumberSet returns a value of type NS; the error is a *[ValidationError].
func NumberSet(elems []string) (Value, error) {
	if len(elems) == 0 {
		return Value{}, invalidParameter("An number set  may not be empty")
	}
	texts := make([]string, len(elems))
	for i, e := range elems {
		n, err := Number(e)
		if err != nil {
			return Value{}, err
		}
		texts[i] = n.data
	}
	v, dup := newSet(NS, texts)
	if dup {
		return Value{}, &ValidationError{
			Message: invalidPrefix + "Input collection contains duplicates.", Older: "Input collection contains duplicates",
		}
	}
	return v, nil
}

// BinarySet returns a value of type BS; the error is a *[ValidationError].
func BinarySet(elems [][]byte) (Value, error) {
	if len(elems) == 0 {
		return Value{}, invalidParameter("Binary sets should not be empty")
	}
	texts := make([]string, len(elems))
	for i, e := range elems {
		texts[i] = string(e)
	}
	v, dup := newSet(BS, texts)
	if dup {
		return Value{}, errBinaryDuplicates(elems)
	}
	return v, nil
}

func errTextDuplicates(elems []string) error {
	shown := repeatInOrder(elems)
	for i, e := range shown {
		shown[i] = `"` + e + `"`
	}
	return &ValidationError{
		Message: invalidPrefix + "Input collection [" + strings.Join(shown, ", ") + "] contains duplicates.",
		Older:   invalidPrefix + "Input collection [" + strings.Join(elems, ", ") + "] contains duplicates.",
	}
}

func errBinaryDuplicates(elems [][]byte) error {
	asSent := make([]string, len(elems))
	for i, e := range elems {
		asSent[i] = string(e)
	}
	shown := repeatInOrder(asSent)
	for i, e := range elems {
		asSent[i] = base64.StdEncoding.EncodeToString(e)
		shown[i] = `"` + base64.StdEncoding.EncodeToString([]byte(shown[i])) + `"`
	}
	return &ValidationError{
		Message: invalidPrefix + "Input collection [" + strings.Join(shown, ",") + "]of type BS contains duplicates.",
		Older:   invalidPrefix + "Input collection [" + strings.Join(asSent, ", ") + "]of type BS contains duplicates.",
	}
}

// repeatInOrder gives the elements in the order in which the service shows them: sorted up to the first that repeats
// one before it, then that, then the rest as sent.
func repeatInOrder(elems []string) []string {
	shown := slices.Clone(elems)
	for i, e := range elems {
		if slices.Contains(elems[:i], e) {
			slices.Sort(shown[:i])
			break
		}
	}
	return shown
}

// newSet sorts elems in place and packs them.
func newSet(kind Kind, elems []string) (v Value, dup bool) {
	slices.SortFunc(elems, setOrder(kind))
	for i := 1; i < len(elems); i++ {
		if elems[i] == elems[i-1] {
			return Value{}, true
		}
	}
	return packSet(kind, elems), false
}

func packSet(kind Kind, elems []string) Value {
	n := 0
	for _, e := range elems {
		n += textLen(e)
	}
	var b strings.Builder
	b.Grow(n)
	for _, e := range elems {
		packText(&b, e)
	}
	return Value{kind, b.String()}
}

func setOrder(kind Kind) func(a, b string) int {
	if kind == NS {
		return compareNumbers
	}
	return strings.Compare
}

// Union returns the set of all elements of a and b, two sets of one kind.
func Union(a, b Value) Value {
	return a.merge(b, func(inA, inB bool) bool { return true })
}

// Difference returns the set of a's elements that b lacks, two sets of one kind; the zero Value when none are left.
func Difference(a, b Value) Value {
	d := a.merge(b, func(inA, inB bool) bool { return inA && !inB })
	if d.data == "" {
		return Value{}
	}
	return d
}

// merge walks two sets of one kind side by side and keeps the elements that keep chooses.
func (v Value) merge(w Value, keep func(inV, inW bool) bool) Value {
	order := setOrder(v.kind)
	var out []string
	for s, t := v.data, w.data; s != "" || t != ""; {
		c := -1
		switch {
		case s == "":
			c = 1
		case t != "":
			x, _ := cutText(s)
			y, _ := cutText(t)
			c = order(x, y)
		}
		var e string
		if c <= 0 {
			e, s = cutText(s)
		}
		if c >= 0 {
			e, t = cutText(t)
		}
		if keep(c <= 0, c >= 0) {
			out = append(out, e)
		}
	}
	return packSet(v.kind, out)
}
