package ddbjson

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
)

// small, order and wide have 5, 17 and 60 attributes.
type small struct {
	ID      string    `dynamodbav:"id"`
	Name    string    `dynamodbav:"name"`
	Count   int       `dynamodbav:"count"`
	Active  bool      `dynamodbav:"active"`
	Created time.Time `dynamodbav:"created"`
}

type order struct {
	PK       string         `dynamodbav:"pk"`
	SK       string         `dynamodbav:"sk"`
	OrderID  string         `dynamodbav:"order_id"`
	Customer string         `dynamodbav:"customer"`
	Email    string         `dynamodbav:"email"`
	Status   status         `dynamodbav:"status"`
	Total    float64        `dynamodbav:"total"`
	Items    int            `dynamodbav:"items"`
	Version  int64          `dynamodbav:"version"`
	Paid     bool           `dynamodbav:"paid"`
	Created  time.Time      `dynamodbav:"created_at"`
	Updated  time.Time      `dynamodbav:"updated_at"`
	Expires  time.Time      `dynamodbav:"expires,unixtime"`
	Tags     []string       `dynamodbav:"tags,stringset"`
	Address  address        `dynamodbav:"address"`
	Scores   map[string]int `dynamodbav:"scores"`
	Note     *string        `dynamodbav:"note"`
}

type status string

type address struct {
	Street string  `dynamodbav:"street"`
	City   string  `dynamodbav:"city"`
	Zip    string  `dynamodbav:"zip"`
	Lat    float64 `dynamodbav:"lat"`
}

type wide struct {
	S01, S02, S03, S04, S05, S06, S07, S08, S09, S10, S11, S12, S13, S14, S15, S16, S17, S18, S19, S20 string
	N01, N02, N03, N04, N05, N06, N07, N08, N09, N10, N11, N12, N13, N14, N15                          int
	F01, F02, F03, F04, F05, F06, F07, F08, F09, F10                                                   float64
	B01, B02, B03, B04, B05                                                                            bool
	T01, T02, T03, T04, T05                                                                            time.Time
	L01, L02, L03, L04, L05                                                                            []string
}

func aSmall(i int) small {
	return small{fmt.Sprintf("id-%06d", i), "a name of some length", i, true, day(i)}
}

func day(i int) time.Time { return time.Date(2026, 3, 1+i%28, 5, 6, 7, 890_000_000, time.UTC) }

func anOrder(i int) order {
	note := "leave it at the door, please, and do not ring: the dog is afraid of bells"
	return order{
		PK: fmt.Sprintf("CUSTOMER#%08d", i%10), SK: fmt.Sprintf("ORDER#2026-03-04#%08d", i),
		OrderID: fmt.Sprintf("%08d", i), Customer: "customer-42", Email: "someone.with.a.name@mail.example.com", Status: "shipped",
		Total: 129.95 + float64(i), Items: 3, Version: int64(i), Paid: i%2 == 0,
		Created: day(i), Updated: day(i + 1), Expires: day(i).Truncate(time.Second).Local(),
		Tags: []string{"new", "priority", "gift", "returning customer"}, Address: address{"Karl Johans gate 1", "Oslo", "0154", 59.9127},
		Scores: map[string]int{"risk": 12, "value": 90}, Note: &note,
	}
}

func aWide(i int) wide {
	var w wide
	v := reflect.ValueOf(&w).Elem()
	for k := range v.NumField() {
		switch f := v.Field(k); f.Kind() {
		case reflect.String:
			f.SetString(fmt.Sprintf("text %d of item %d", k, i))
		case reflect.Int:
			f.SetInt(int64(i * k))
		case reflect.Float64:
			f.SetFloat(float64(k) + 0.25)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Struct:
			f.Set(reflect.ValueOf(day(i)))
		default:
			f.Set(reflect.ValueOf([]string{"one", "two"}))
		}
	}
	return w
}

// page is a list of items of one type, as they come from the service: attributes in an order of its own.
type page struct {
	c     *Codec
	typ   reflect.Type
	data  []byte
	start []int // of the items
}

func newPage[T any](tb testing.TB, n int, item func(int) T) *page {
	tb.Helper()
	p, err := codec.Compile(reflect.TypeFor[T](), codec.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	pg := &page{c: Compile(p, "_entity", "_version", "pk", "sk"), typ: reflect.TypeFor[T]()}
	var order []string
	for i := range n {
		v := item(i)
		m, err := attributevalue.MarshalMap(v)
		if err != nil {
			tb.Fatal(err)
		}
		if order == nil {
			for name := range m {
				order = append(order, name)
			}
		}
		pg.start = append(pg.start, len(pg.data))
		for k, name := range order {
			one, err := AppendMap(nil, map[string]types.AttributeValue{name: m[name]})
			if err != nil {
				tb.Fatal(err)
			}
			if k == 0 {
				pg.data = append(pg.data, '{')
			} else {
				pg.data = append(pg.data, ',')
			}
			pg.data = append(pg.data, one[1:len(one)-1]...)
		}
		pg.data = append(pg.data, '}')
	}
	return pg
}

// decode decodes all items into a new slice.
func (p *page) decode(tb testing.TB) {
	d := p.c.Decoder()
	defer d.Release()
	items := reflect.MakeSlice(reflect.SliceOf(p.typ), len(p.start), len(p.start))
	for i, at := range p.start {
		if _, ok := d.Decode(p.data, at, items.Index(i)); !ok {
			tb.Fatal("refused")
		}
	}
}

func (p *page) skip(tb testing.TB) {
	for _, at := range p.start {
		if skipMembers(p.data, at+1, 0) == bad {
			tb.Fatal("refused")
		}
	}
}

// sdk decodes all items as the SDK and attributevalue do.
func (p *page) sdk(tb testing.TB) {
	items := reflect.MakeSlice(reflect.SliceOf(p.typ), len(p.start), len(p.start))
	for i, at := range p.start {
		end := len(p.data)
		if i+1 < len(p.start) {
			end = p.start[i+1]
		}
		m, err := sdkItem(p.data[at:end])
		if err != nil {
			tb.Fatal(err)
		}
		if err := attributevalue.UnmarshalMap(m, items.Index(i).Addr().Interface()); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkDecode decodes pages of 100 items. It claims at most 1.8 times a scan that only skips, and to be many times
// faster than the SDK.
func BenchmarkDecode(b *testing.B) {
	for name, p := range map[string]*page{
		"5": newPage(b, 100, aSmall), "17": newPage(b, 100, anOrder), "60": newPage(b, 100, aWide),
	} {
		for how, f := range map[string]func(testing.TB){"dyn": p.decode, "skip": p.skip, "sdk": p.sdk} {
			b.Run(name+"/"+how, func(b *testing.B) {
				b.SetBytes(int64(len(p.data)))
				b.ReportAllocs()
				for b.Loop() {
					f(b)
				}
			})
		}
	}
}

// BenchmarkRatio compares the best of many rounds, in which the rivals take turns: what a busy machine adds to a round
// is not in it.
func BenchmarkRatio(b *testing.B) {
	for name, p := range map[string]*page{
		"5x100": newPage(b, 100, aSmall), "17x100": newPage(b, 100, anOrder), "60x100": newPage(b, 100, aWide),
		"17x1": newPage(b, 1, anOrder), "17x1000": newPage(b, 1000, anOrder),
	} {
		b.Run(name, func(b *testing.B) {
			rivals := []func(testing.TB){p.decode, p.skip, p.sdk}
			best := make([]time.Duration, len(rivals))
			for b.Loop() {
				for i, f := range rivals {
					start := time.Now()
					f(b)
					if d := time.Since(start); best[i] == 0 || d < best[i] {
						best[i] = d
					}
				}
			}
			n := float64(len(p.start))
			b.ReportMetric(float64(best[0])/n, "ns/item")
			b.ReportMetric(float64(best[1])/n, "skip-ns/item")
			b.ReportMetric(float64(best[2])/n, "sdk-ns/item")
			b.ReportMetric(float64(best[0])/float64(best[1]), "x-skip")
			b.ReportMetric(float64(best[2])/float64(best[0]), "sdk-x")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkEncode encodes single items.
func BenchmarkEncode(b *testing.B) {
	for name, v := range map[string]any{"5": aSmall(7), "17": anOrder(7), "60": aWide(7)} {
		p, err := codec.Compile(reflect.TypeOf(v), codec.Options{})
		if err != nil {
			b.Fatal(err)
		}
		c := Compile(p)
		item := reflect.New(reflect.TypeOf(v)).Elem()
		item.Set(reflect.ValueOf(v))
		b.Run(name+"/dyn", func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				var err error
				if buf, err = c.Append(buf[:0], item); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/sdk", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m, err := attributevalue.MarshalMap(v)
				if err != nil {
					b.Fatal(err)
				}
				sdkEncode(m)
			}
		})
	}
}

func BenchmarkCompile17(b *testing.B) {
	p, err := codec.Compile(reflect.TypeFor[order](), codec.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		Compile(p, "_entity", "_version", "pk", "sk")
	}
}

// TestAllocations holds the memory that decoding and encoding take.
func TestAllocations(t *testing.T) {
	p := newPage(t, 100, anOrder)
	p.decode(t)
	if n := testing.AllocsPerRun(20, func() { p.decode(t) }) / 100; n > maxDecodeAllocs && !raceEnabled {
		t.Errorf("decoding an item takes %v allocations", n)
	}
	o := anOrder(1)
	v := reflect.ValueOf(&o).Elem()
	buf, err := p.c.Append(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { buf, _ = p.c.Append(buf[:0], v) }); n > maxEncodeAllocs && !raceEnabled {
		t.Errorf("encoding an item takes %v allocations", n)
	}
	if n := len(p.data) / 100; n < 700 || n > 850 {
		t.Errorf("an order has %d bytes: %s", n, p.data[:p.start[1]])
	}
	if strings.Contains(string(p.data), " : ") {
		t.Error("items have white space")
	}
}
