package value

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestKeyOrder wants tuples of texts to sort as their keys do, and exactly the texts with a prefix to have its key.
func TestKeyOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range propertyCases {
		a1, a2, b1, b2 := String(randomText(r)), Binary([]byte(randomBytes(r))), String(randomText(r)), Binary([]byte(randomBytes(r)))
		want, _ := Compare(a1, b1)
		if want == 0 {
			want, _ = Compare(a2, b2)
		}
		a, b := AppendKey(AppendKey(nil, a1), a2), AppendKey(AppendKey(nil, b1), b2)
		if got := bytes.Compare(a, b); got != want {
			t.Fatalf("keys of (%q, %q) and (%q, %q) compare as %d, want %d", a1.Text(), a2.Text(), b1.Text(), b2.Text(), got, want)
		}
		got := bytes.HasPrefix(a, AppendKeyPrefix(nil, b1))
		if want := strings.HasPrefix(a1.Text(), b1.Text()); got != want {
			t.Fatalf("key of %q has the prefix of %q: %t", a1.Text(), b1.Text(), got)
		}
	}
}

// TestKeyTuple wants a number's key to end by itself.
func TestKeyTuple(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range propertyCases {
		a1, b1 := must(Number(randomNumber(r))), must(Number(randomNumber(r)))
		if r.IntN(2) == 0 {
			b1 = a1
		}
		a2, b2 := String(randomText(r)), String(randomText(r))
		want, _ := Compare(a1, b1)
		if want == 0 {
			want, _ = Compare(a2, b2)
		}
		a, b := AppendKey(AppendKey(nil, a1), a2), AppendKey(AppendKey(nil, b1), b2)
		if got := bytes.Compare(a, b); got != sign(want) {
			t.Fatalf("keys of (%s, %q) and (%s, %q) compare as %d, want %d", a1.Text(), a2.Text(), b1.Text(), b2.Text(), got, want)
		}
	}
}

func TestCompareKinds(t *testing.T) {
	t.Parallel()
	values := []Value{String("1"), must(Number("1")), Binary([]byte("1")), Bool(true), Null(), List(), Map(Item{}), {}}
	for i, a := range values {
		for j, b := range values {
			_, ok := Compare(a, b)
			if want := i == j && i < 3; ok != want {
				t.Errorf("Compare of %v and %v is %t, want %t", a.Kind(), b.Kind(), ok, want)
			}
		}
	}
}
