package codec

import (
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// order is the item of 15 attributes that the benchmarks use.
type order struct {
	ID        string    `dynamodbav:"id"`
	Customer  string    `dynamodbav:"customer"`
	Status    string    `dynamodbav:"status"`
	Currency  string    `dynamodbav:"currency"`
	Total     int64     `dynamodbav:"total"`
	Items     int       `dynamodbav:"items"`
	Discount  float64   `dynamodbav:"discount"`
	Paid      bool      `dynamodbav:"paid"`
	Gift      bool      `dynamodbav:"gift"`
	Note      *string   `dynamodbav:"note"`
	Tags      []string  `dynamodbav:"tags,stringset"`
	Address   address   `dynamodbav:"address"`
	CreatedAt time.Time `dynamodbav:"createdAt"`
	ExpiresAt time.Time `dynamodbav:"expiresAt,unixtime"`
	Lines     []line    `dynamodbav:"lines"`
}

type address struct {
	Street string `dynamodbav:"street"`
	City   string `dynamodbav:"city"`
	Zip    string `dynamodbav:"zip"`
}

type line struct {
	SKU   string `dynamodbav:"sku"`
	Count int    `dynamodbav:"count"`
	Price int64  `dynamodbav:"price"`
}

func anOrder() order {
	note := "leave at the door"
	at := time.Date(2026, 3, 4, 5, 6, 7, 890_000_000, time.UTC)
	return order{
		ID: "order-000123", Customer: "customer-42", Status: "open", Currency: "EUR", Total: 129_900, Items: 3, Discount: 0.15,
		Paid: true, Note: &note, Tags: []string{"new", "priority"}, Address: address{"Main St 1", "Oslo", "0150"},
		CreatedAt: at, ExpiresAt: at.AddDate(0, 1, 0), Lines: []line{{"sku-1", 1, 99_900}, {"sku-2", 2, 15_000}},
	}
}

func BenchmarkEncode15(b *testing.B) {
	o := anOrder()
	p, err := Compile(reflect.TypeFor[order](), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("dyn", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Encode(reflect.ValueOf(&o).Elem()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("attributevalue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := attributevalue.MarshalMap(&o); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDecode15(b *testing.B) {
	o := anOrder()
	p, err := Compile(reflect.TypeFor[order](), Options{})
	if err != nil {
		b.Fatal(err)
	}
	m, err := attributevalue.MarshalMap(&o)
	if err != nil {
		b.Fatal(err)
	}
	for _, key := range []string{"pk", "sk", "_entity", "_version"} {
		m[key] = &types.AttributeValueMemberS{Value: key}
	}
	b.Run("dyn", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var o order
			if err := p.Decode(m, reflect.ValueOf(&o).Elem()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("attributevalue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var o order
			if err := attributevalue.UnmarshalMap(m, &o); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// wide has 20 attributes, the size for which compiling is to stay under 40 µs.
type wide struct {
	A, B, C, D, E string
	F, G, H       int
	I, J          bool
	K, L          time.Time
	M             []string `dynamodbav:"m,stringset,omitempty"`
	N             map[string]int
	O             *string `dynamodbav:"o,omitempty"`
	P             float64
	Q             []byte
	R             address
	S             []line
	T             any
}

func BenchmarkCompile20(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		forget()
		if _, err := Compile(reflect.TypeFor[wide](), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// forget empties the registry.
func forget() {
	registry.Lock()
	defer registry.Unlock()
	clear(registry.codecs)
	clear(registry.plans)
}
