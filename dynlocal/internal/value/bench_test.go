package value

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// typical returns an item of fifteen attributes.
func typical(n int) Item {
	attrs := []Attr{
		{"pk", String(fmt.Sprintf("USER#%08d", n))},
		{"sk", String("ORDER#2026-11-21T10:00:00.000000000Z")},
		{"_entity", String("order")},
		{"_version", Int(1)},
		{"total", must(Number("1249.95"))},
		{"items", List(String("A-1"), String("B-2"), Int(3))},
		{"address", Map(NewItem([]Attr{{"city", String("Oslo")}, {"zip", String("0150")}}))},
		{"tags", must(StringSet([]string{"new", "gift"}))},
		{"paid", Bool(true)},
		{"note", String(strings.Repeat("text ", 8))},
	}
	for i := range 5 {
		attrs = append(attrs, Attr{fmt.Sprintf("field%d", i), Int(int64(i * 1000))})
	}
	return NewItem(attrs)
}

// TestMemory wants items to take little more than their bytes.
func TestMemory(t *testing.T) {
	const n = 10_000
	var before, after runtime.MemStats
	items := make([]Item, n)
	runtime.GC()
	runtime.ReadMemStats(&before)
	raw := 0
	for i := range items {
		items[i] = typical(i)
		raw += items[i].Size()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	used := int(after.HeapAlloc) - int(before.HeapAlloc)
	if used > 2*raw {
		t.Errorf("%d bytes for items of %d bytes", used/n, raw/n)
	}
	runtime.KeepAlive(items)
}

func BenchmarkFromSDK(b *testing.B) {
	m := typical(1).SDK()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := FromSDK(m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSDK(b *testing.B) {
	it := typical(1)
	b.ReportAllocs()
	for b.Loop() {
		it.SDK()
	}
}

func BenchmarkItemFromJSON(b *testing.B) {
	data := typical(1).AppendJSON(nil)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ItemFromJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	it := typical(1)
	dst := it.AppendJSON(nil)
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
	for b.Loop() {
		dst = it.AppendJSON(dst[:0])
	}
}

func BenchmarkGet(b *testing.B) {
	it := typical(1)
	b.ReportAllocs()
	for b.Loop() {
		if it.Get("total").IsZero() {
			b.Fatal("no total")
		}
	}
}

func BenchmarkCompareNumbers(b *testing.B) {
	x, y := must(Number("1249.95")), must(Number("1249.5"))
	b.ReportAllocs()
	for b.Loop() {
		if c, _ := Compare(x, y); c <= 0 {
			b.Fatal(c)
		}
	}
}

func BenchmarkAppendKey(b *testing.B) {
	s, n := String("USER#00000001"), must(Number("1249.95"))
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendKey(AppendKey(dst[:0], s), n)
	}
}
