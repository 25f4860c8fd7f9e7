package ddbjson

import (
	"reflect"
	"strings"
	"testing"

	"github.com/dyntable/dyn/internal/codec/codectest"
)

// TestWriter compares with Append, on random types and values, with some of the fields left out.
func TestWriter(t *testing.T) {
	t.Parallel()
	written := 0
	forRandom(t, func(t *testing.T, g *codectest.Gen, c *Codec, v reflect.Value) {
		without := []string{"no field"}
		with := []Attr{{Name: without[0]}}
		for i := range c.plan.Fields {
			if f := &c.plan.Fields[i]; g.IntN(3) == 0 {
				without, with = append(without, f.Name), append(with, Attr{Name: f.Name})
			}
		}
		want, err := c.Append([]byte("before"), v, with...)
		got, ok := c.Writer(without...).Append([]byte("before"), v)
		switch {
		case !ok:
			return // which is allowed, but not often
		case err != nil:
			t.Errorf("written, although %v", err)
		case len(got) > len("before"):
			got[len("before")] = '{'
			got = append(got, '}')
		default:
			got = append(got, "{}"...)
		}
		if written++; string(got) != string(want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
	if written < 1000 {
		t.Errorf("only %d items were written", written)
	}
}

// TestQuote compares with the text written as a string.
func TestQuote(t *testing.T) {
	t.Parallel()
	texts := []string{"", "a", "plain text of some length", `a"b`, "tab\t", "é", "\u2028", "bad\xff", strings.Repeat("0123456789abcdef", 3) + "\x01"}
	for n := range 25 {
		for at := range n {
			for _, odd := range []string{`"`, `\`, "\x00", "\x1f", "\x7f", "\x80", "é", "\xff"} {
				texts = append(texts, strings.Repeat("a", at)+odd+strings.Repeat("z", n-at-1))
			}
		}
	}
	for _, s := range texts {
		want := string(AppendText([]byte("x"), s))
		got := append(Quote(append([]byte(`x"`), s...), 2), '"')
		if string(got) != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}
