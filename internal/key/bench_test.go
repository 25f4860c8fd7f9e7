package key

import (
	"testing"
	"time"
)

var benchmarks = []struct {
	name, src string
	vals      []Value
}{
	{"text", "USER#$<Name>#CARD#$<Other>", []Value{TextValue("0192f0c1-7a53-7c3e"), TextValue("card-42")}},
	{"folded", "USER#$<Name:lower>", []Value{TextValue("Ada.Lovelace@Example.org")}},
	{"numbers", "N#$<Int:020>#$<Uint>", []Value{IntValue(12345), UintValue(67890)}},
	{"time", "T#$<At>#$<At:2006-01>", []Value{TimeValue(time.Unix(1.7e9, 5e6)), TimeValue(time.Unix(1.7e9, 5e6))}},
}

// BenchmarkAppend: rendering into a buffer with room does not allocate.
func BenchmarkAppend(b *testing.B) {
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			t := mustCompile(b, bm.src, Options{})
			b.ReportAllocs()
			for b.Loop() {
				var buf [128]byte
				if _, err := t.Append(buf[:0], bm.vals); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParse: parsing a key does not allocate; texts are parts of the key.
func BenchmarkParse(b *testing.B) {
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			t := mustCompile(b, bm.src, Options{})
			key, err := t.Append(nil, bm.vals)
			if err != nil {
				b.Fatal(err)
			}
			text := string(key)
			vals := make([]Value, len(bm.vals))
			b.ReportAllocs()
			for b.Loop() {
				if err := t.Parse(text, vals); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, errs := Compile(bm.src, resolve, Options{}); errs != nil {
					b.Fatal(errs)
				}
			}
		})
	}
}

func BenchmarkRange(b *testing.B) {
	t := mustCompile(b, "USER#$<Name>#$<At>#$<Other>", Options{})
	leading, at := []Value{TextValue("0192f0c1-7a53-7c3e")}, TimeValue(time.Unix(1.7e9, 5e6))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.Range(leading, Ge, at, Value{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOverlap(b *testing.B) {
	pairs := map[string][2]string{
		"apart": {"USER#$<Name>#$<At>", "CARD#$<Name>#$<At>"},
		"late":  {"USER#$<Name>#A#$<At>", "USER#$<Name>#B#$<At>"},
		"times": {"T#$<At>#A", "T#$<At>#B"},
	}
	for name, pair := range pairs {
		b.Run(name, func(b *testing.B) {
			x, y := mustCompile(b, pair[0], Options{}), mustCompile(b, pair[1], Options{})
			for b.Loop() {
				if _, ok := Overlap(x, y); ok {
					b.Fatal("overlap")
				}
			}
		})
	}
}

// TestAppendDoesNotAllocate holds BenchmarkAppend's claim, whichever way the buffer was made.
func TestAppendDoesNotAllocate(t *testing.T) {
	for _, bm := range benchmarks {
		tm := mustCompile(t, bm.src, Options{})
		if n := testing.AllocsPerRun(100, func() {
			var buf [128]byte
			if _, err := tm.Append(buf[:0], bm.vals); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", bm.name, n)
		}
	}
}
