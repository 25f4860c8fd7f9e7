package ddbjson

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

type texts struct {
	A, B string
	P    *string
	Sub  struct{ C string }
	Keys map[string]int
	End  string
}

// TestUsual decodes items whose texts come again, for a while, among others that are alike.
func TestUsual(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	values := []string{
		"", "a", "ab", "abc", "abcdefg", "abcdefgh", "abcdefghi", "abcdefgh12345678", "abcdefghXXXXXXXX12345678", "abcdefghYYYYYYYY12345678",
		`ab"`, `ab"}`, "é", "a\n", strings.Repeat("long ", 24), strings.Repeat("long ", 40), strings.Repeat("long ", 300),
	}
	var now [6]string
	pick := func(k int) string {
		if r.IntN(4) == 0 {
			now[k] = values[r.IntN(len(values))]
		}
		return now[k]
	}
	c := compile[texts](t)
	d := c.Decoder()
	defer func() { d.Release() }()
	var page []texts
	var want []texts
	for range 20_000 {
		if r.IntN(50) == 0 {
			d.Release()
			d = c.Decoder()
		}
		p := pick(2)
		item := texts{A: pick(0), B: pick(1), P: &p, Keys: map[string]int{"k": 1, "l" + pick(4): 2}, End: pick(5)}
		item.Sub.C = pick(3)
		data, err := c.Append(nil, reflect.ValueOf(&item).Elem())
		if err != nil {
			t.Fatal(err)
		}
		var got texts
		if end, ok := d.Decode(data, 0, reflect.ValueOf(&got).Elem()); !ok || end != len(data) {
			t.Fatalf("refused %s", data)
		}
		page, want = append(page, got), append(want, item)
		*got.P += "" // is the item's own
		clear(data)
	}
	if !reflect.DeepEqual(page, want) {
		t.Fatalf("-want +got\n%s", cmp.Diff(want, page))
	}
	for i := range page[1:] {
		if page[i].P == page[i+1].P {
			t.Fatal("two items share a pointer")
		}
	}
}

// TestEscapedKeys decodes maps one after the other, the second of which has in its text what the first one has as a key:
// it is another key, or no key at all.
func TestEscapedKeys(t *testing.T) {
	t.Parallel()
	c := compile[kinds](t, extras...)
	for _, keys := range [][2]string{
		{`a\\n`, `a\n`}, {`a\\u00e9`, `a\u00e9`}, {`a\\`, `a\`}, {`a\"b`, `a"b`}, {`\u0001`, "\x01"}, {"\xff", `\ufffd`}, {`\ufffd`, "\xff"},
	} {
		for name, v := range map[string]string{"Ints": `{"N":"1"}`, "Texts": `{"S":"1"}`, "Keys": `{"BOOL":true}`} {
			d := c.Decoder()
			for _, k := range keys {
				diffDecode(t, c, d, `{"`+name+`":{"M":{"`+k+`":`+v+`}}}`)
			}
			d.Release()
		}
	}
}

// TestUsualIsShared: items share texts that are the same, and do not keep each other's other texts alive with them.
func TestUsualIsShared(t *testing.T) {
	t.Parallel()
	c := compile[texts](t)
	d := c.Decoder()
	defer d.Release()
	var at []*byte
	for i := range 100 {
		var got texts
		item := fmt.Sprintf(`{"A":{"S":"the same"},"B":{"S":"text %d"},"P":{"S":"the same pointer"},"End":{"S":"%d"}}`, i, i%2)
		if _, ok := d.Decode([]byte(item), 0, reflect.ValueOf(&got).Elem()); !ok {
			t.Fatal("refused")
		}
		at = append(at, unsafe.StringData(got.A))
	}
	if at[50] != at[99] {
		t.Error("a text that comes again and again takes memory again and again")
	}
}

// TestEnds decodes items that end with the data, as many bytes of them as there are: all bytes that are read must be
// part of them.
func TestEnds(t *testing.T) {
	t.Parallel()
	items := []string{
		`{"S":{"S":"text"},"I8":{"N":"12"},"F":{"N":"129.95"},"B":{"BOOL":true},"At":{"S":"2026-01-02T03:04:05.678901234Z"},"Unix":{"N":"1700000000"}}`,
		`{"SS":{"SS":["a","bcdefghij"]},"NS":{"NS":["1","-2"]},"L":{"L":[{"S":"a"},{"S":"b"}]},"Ints":{"M":{"a":{"N":"1"},"b":{"N":"2"}}}}`,
		`{"Texts":{"M":{"key":{"S":"value"}}},"PS":{"S":"pointer"},"Sub":{"M":{"A":{"S":"1"},"B":{"S":"2"}}},"Subs":{"L":[{"M":{"A":{"N":"1"}}}]}}`,
		`{"B":{"BOOL":false},"F32":{"N":"-0.5"},"U16":{"N":"65535"},"Text":{"S":"12"},"new":{"S":"unknown"}}`,
	}
	c := compile[kinds](t)
	d := c.Decoder()
	defer d.Release()
	for range 3 { // once all is as expected, too
		for _, item := range items {
			for n := range len(item) + 1 {
				data := atEnd(t, item[:n])
				var got kinds
				if end, ok := d.Decode(data, 0, reflect.ValueOf(&got).Elem()); ok != (n == len(item)) || ok && end != n {
					t.Fatalf("decoded %v to %d: %s", ok, end, data)
				}
				if n < len(item) {
					continue
				}
				want, ok := decodeOne[kinds](c, item+"                                                                ")
				if !ok || !reflect.DeepEqual(got, want) {
					t.Fatalf("-want +got\n%s", cmp.Diff(want, got))
				}
			}
		}
	}
}

// TestTextEnds writes texts of all lengths that end with the memory they are in.
func TestTextEnds(t *testing.T) {
	t.Parallel()
	all := strings.Repeat("abcdefghij", 5)
	for n := range len(all) {
		for special := -1; special < n; special++ {
			b := atEnd(t, all[:n])
			want := all[:n]
			if special >= 0 {
				b[special] = '"'
				want = all[:special] + `\"` + all[special+1:n]
			}
			text := unsafe.String(unsafe.SliceData(b), n)
			for _, room := range []int{0, 3, n, n + 8, n + 100} {
				if got := string(appendContent(make([]byte, 2, 2+room), text)); got != "\x00\x00"+want {
					t.Fatalf("got %q, want %q", got, want)
				}
			}
			if IsPlain(text) != (special < 0) {
				t.Fatalf("%q is plain: %v", text, special >= 0)
			}
		}
	}
}
