package key

import "time"

// Kind is the kind of value a part holds.
type Kind uint8

// The kinds of parts.
const (
	Text Kind = iota
	Int
	Uint
	Bool
	Time
)

func (k Kind) String() string {
	return [...]string{"text", "integer", "unsigned integer", "bool", "time"}[k]
}

// Value is the value of one part. Making and copying one does not allocate.
type Value struct {
	kind Kind
	n    uint64
	s    string
	t    time.Time
}

// TextValue returns a Text value.
func TextValue(s string) Value { return Value{kind: Text, s: s} }

// IntValue returns an Int value.
func IntValue(n int64) Value { return Value{kind: Int, n: uint64(n)} }

// UintValue returns a Uint value.
func UintValue(n uint64) Value { return Value{kind: Uint, n: n} }

// BoolValue returns a Bool value.
func BoolValue(b bool) Value {
	if b {
		return Value{kind: Bool, n: 1}
	}
	return Value{kind: Bool}
}

// TimeValue returns a Time value.
func TimeValue(t time.Time) Value { return Value{kind: Time, t: t} }

// Kind returns the kind of v.
func (v Value) Kind() Kind { return v.kind }

// Text returns the text of a Text value.
func (v Value) Text() string { return v.s }

// Int returns the number of an Int value.
func (v Value) Int() int64 { return int64(v.n) }

// Uint returns the number of a Uint value.
func (v Value) Uint() uint64 { return v.n }

// Bool returns the truth of a Bool value.
func (v Value) Bool() bool { return v.n != 0 }

// Time returns the time of a Time value.
func (v Value) Time() time.Time { return v.t }
