package codectest

import (
	"fmt"
	"reflect"
	"time"
)

// Small has 5 attributes. It and the other types here are what benchmarks use.
type Small struct {
	ID      string    `dynamodbav:"id"`
	Name    string    `dynamodbav:"name"`
	Count   int       `dynamodbav:"count"`
	Active  bool      `dynamodbav:"active"`
	Created time.Time `dynamodbav:"created"`
}

// Order has 17 attributes, 766 bytes of JSON.
type Order struct {
	PK       string         `dynamodbav:"pk"`
	SK       string         `dynamodbav:"sk"`
	OrderID  string         `dynamodbav:"order_id"`
	Customer string         `dynamodbav:"customer"`
	Email    string         `dynamodbav:"email"`
	Status   Status         `dynamodbav:"status"`
	Total    float64        `dynamodbav:"total"`
	Items    int            `dynamodbav:"items"`
	Version  int64          `dynamodbav:"version"`
	Paid     bool           `dynamodbav:"paid"`
	Created  time.Time      `dynamodbav:"created_at"`
	Updated  time.Time      `dynamodbav:"updated_at"`
	Expires  time.Time      `dynamodbav:"expires,unixtime"`
	Tags     []string       `dynamodbav:"tags,stringset"`
	Address  Address        `dynamodbav:"address"`
	Scores   map[string]int `dynamodbav:"scores"`
	Note     *string        `dynamodbav:"note"`
}

// Status is a part of Order.
type Status string

// Address is a part of Order.
type Address struct {
	Street string  `dynamodbav:"street"`
	City   string  `dynamodbav:"city"`
	Zip    string  `dynamodbav:"zip"`
	Lat    float64 `dynamodbav:"lat"`
}

// Wide has 60 attributes.
type Wide struct {
	S01, S02, S03, S04, S05, S06, S07, S08, S09, S10, S11, S12, S13, S14, S15, S16, S17, S18, S19, S20 string
	N01, N02, N03, N04, N05, N06, N07, N08, N09, N10, N11, N12, N13, N14, N15                          int
	F01, F02, F03, F04, F05, F06, F07, F08, F09, F10                                                   float64
	B01, B02, B03, B04, B05                                                                            bool
	T01, T02, T03, T04, T05                                                                            time.Time
	L01, L02, L03, L04, L05                                                                            []string
}

// NewSmall returns the i-th of many items.
func NewSmall(i int) Small {
	return Small{fmt.Sprintf("id-%06d", i), "a name of some length", i, true, day(i)}
}

func day(i int) time.Time { return time.Date(2026, 3, 1+i%28, 5, 6, 7, 890_000_000, time.UTC) }

// NewOrder returns the i-th of many items.
func NewOrder(i int) Order {
	note := "leave it at the door, please, and do not ring: the dog is afraid of bells"
	return Order{
		PK: fmt.Sprintf("CUSTOMER#%08d", i%10), SK: fmt.Sprintf("ORDER#2026-03-04#%08d", i),
		OrderID: fmt.Sprintf("%08d", i), Customer: "customer-42", Email: "someone.with.a.name@mail.example.com", Status: "shipped",
		Total: 129.95 + float64(i), Items: 3, Version: int64(i), Paid: i%2 == 0,
		Created: day(i), Updated: day(i + 1), Expires: day(i).Truncate(time.Second).Local(),
		Tags: []string{"new", "priority", "gift", "returning customer"}, Address: Address{"Karl Johans gate 1", "Oslo", "0154", 59.9127},
		Scores: map[string]int{"risk": 12, "value": 90}, Note: &note,
	}
}

// NewWide returns the i-th of many items.
func NewWide(i int) Wide {
	var w Wide
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
