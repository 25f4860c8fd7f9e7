package ddbjson

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// writer writes items as JSON in all the ways there are.
type writer struct {
	*rand.Rand
	spaces  bool // white space between tokens
	escapes bool // \u escapes where none are needed
	odd     bool // what no service would write
	b       strings.Builder
}

func newWriter(r *rand.Rand) *writer {
	return &writer{Rand: r, spaces: r.IntN(4) == 0, escapes: r.IntN(4) == 0, odd: r.IntN(4) == 0}
}

func (w *writer) token(s string) {
	if w.spaces && w.IntN(3) == 0 {
		w.b.WriteString([]string{" ", "\n", "\t\r", "  "}[w.IntN(4)])
	}
	w.b.WriteString(s)
}

func (w *writer) text(s string) {
	if w.odd && w.IntN(40) == 0 {
		s = []string{"", "x\x00", "\xff", "x\ty", "a\xc3"}[w.IntN(5)]
	}
	w.token(`"`)
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r < ' ' && r != '\t':
			fmt.Fprintf(&w.b, `\u%04x`, r)
		case w.odd && w.IntN(200) == 0:
			w.b.WriteString([]string{`\ud800`, `\udc00\ud800`, `\x`, `\u12`, "\xff", "\t", `\ud83d\ude00`}[w.IntN(7)])
		case r == '\t' || w.escapes && w.IntN(8) == 0 && r < 0x10000:
			fmt.Fprintf(&w.b, `\u%04X`, r)
		case w.escapes && r == '/':
			w.b.WriteString(`\/`)
		default:
			w.b.WriteRune(r)
		}
	}
	w.b.WriteString(`"`)
}

func (w *writer) item(m map[string]types.AttributeValue) string {
	w.b.Reset()
	w.members(m)
	return w.b.String()
}

func (w *writer) members(m map[string]types.AttributeValue) {
	w.token("{")
	comma := ""
	for name, av := range m { // in random order
		for range 1 + w.oddly(60) {
			w.token(comma)
			w.text(name)
			w.token(":")
			w.value(av)
			comma = ","
		}
	}
	w.token("}")
}

// oddly returns 1 every n-th time that w is odd.
func (w *writer) oddly(n int) int {
	if w.odd && w.IntN(n) == 0 {
		return 1
	}
	return 0
}

func (w *writer) value(av types.AttributeValue) {
	if w.oddly(60) == 1 {
		w.token([]string{
			`null`, `{}`, `{"S":null}`, `{"S":"a","N":"1"}`, `{"X":1}`, `{"S":1}`, `{"NULL":false}`, `{"B":"a"}`, `{"B":"YW\n=="}`,
			`{"\u0053":"a"}`, `{"L":[null]}`, `{"SS":[null]}`, `{"SS":["a",1]}`, `{"M":{"a":null}}`, `[]`, `{"S":"a",}`,
			`{"N":"1","X":{}}`, `{"BOOL":"true"}`, `{"BS":["YQ==","*"]}`, `{"B":"YQ=="}`, `{"L":[{"S":"a"},]}`,
		}[w.IntN(21)])
		return
	}
	w.token("{")
	switch av := av.(type) {
	case nil:
		w.token(`"NULL":true`)
	case *types.AttributeValueMemberS:
		w.tagged("S", func() { w.text(av.Value) })
	case *types.AttributeValueMemberN:
		w.tagged("N", func() { w.text(av.Value) })
	case *types.AttributeValueMemberB:
		w.tagged("B", func() { w.text(base64.StdEncoding.EncodeToString(av.Value)) })
	case *types.AttributeValueMemberBOOL:
		w.tagged("BOOL", func() { w.token(fmt.Sprint(av.Value)) })
	case *types.AttributeValueMemberNULL:
		w.tagged("NULL", func() { w.token(fmt.Sprint(av.Value)) })
	case *types.AttributeValueMemberM:
		w.tagged("M", func() { w.members(av.Value) })
	case *types.AttributeValueMemberL:
		w.tagged("L", func() { list(w, av.Value, w.value) })
	case *types.AttributeValueMemberSS:
		w.tagged("SS", func() { list(w, av.Value, w.text) })
	case *types.AttributeValueMemberNS:
		w.tagged("NS", func() { list(w, av.Value, w.text) })
	case *types.AttributeValueMemberBS:
		w.tagged("BS", func() {
			list(w, av.Value, func(b []byte) { w.text(base64.StdEncoding.EncodeToString(b)) })
		})
	}
	w.token("}")
}

func (w *writer) tagged(tag string, value func()) {
	w.token(`"` + tag + `"`)
	w.token(":")
	value()
}

func list[T any](w *writer, l []T, each func(T)) {
	w.token("[")
	for i, x := range l {
		if i > 0 {
			w.token(",")
		}
		each(x)
	}
	w.token("]")
}

// break changes a byte or two of s.
func (w *writer) damage(s string) string {
	b := []byte(s)
	for range 1 + w.IntN(2) {
		i := w.IntN(len(b))
		switch w.IntN(4) {
		case 0:
			b = append(b[:i], b[i+1:]...)
		case 1:
			b[i] = `"{}[]:,\01sx`[w.IntN(12)]
		case 2:
			b = b[:i+1]
		default:
			b = append(b[:i], append([]byte{b[w.IntN(len(b))]}, b[i:]...)...)
		}
		if len(b) == 0 {
			return "{"
		}
	}
	return string(b)
}
