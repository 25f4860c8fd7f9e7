//go:build purego

package ddbjson

import (
	"encoding/binary"
	"reflect"
	"strings"
	"time"
)

// This file and its twin, mem_unsafe.go, reach the fields of structs. Here by reflection, there by address and offset.

// ref is where a value is.
type ref = reflect.Value

// refOf returns where v is, which must be addressable.
func refOf(v reflect.Value) ref { return v }

// refTo returns where *p is.
func refTo[T any](p *T) ref { return reflect.ValueOf(p).Elem() }

// valueOf returns what is at r, a value of type t.
func valueOf(r ref, _ reflect.Type) reflect.Value { return r }

// as returns r as a pointer to a value of exactly type T.
func as[T any](r ref) *T { return r.Addr().Interface().(*T) }

// place is where in a struct a field is: its index path.
type place struct{ index []int }

// newPlace returns the place of the field of struct type t with an index path.
func newPlace(_ reflect.Type, index []int) place { return place{index} }

// make returns where the field of the struct at r is, making embedded structs on the way.
func (p *place) make(r ref) ref {
	for n, i := range p.index {
		if n > 0 && r.Kind() == reflect.Pointer {
			if r.IsNil() {
				r.Set(reflect.New(r.Type().Elem()))
			}
			r = r.Elem()
		}
		r = r.Field(i)
	}
	return r
}

// find is make that does not change the struct; ok is false when an embedded pointer is nil.
func (p *place) find(r ref) (_ ref, ok bool) {
	for n, i := range p.index {
		if n > 0 && r.Kind() == reflect.Pointer {
			if r.IsNil() {
				return ref{}, false
			}
			r = r.Elem()
		}
		r = r.Field(i)
	}
	return r, true
}

// allocate makes a value of type t, has the pointer at r point to it, and returns where it is.
func allocate(r ref, t reflect.Type) ref {
	r.Set(reflect.New(t))
	return r.Elem()
}

var stringType = reflect.TypeFor[string]()

// allocateString is allocate for a type of strings.
func allocateString(d *Decoder, r ref, t reflect.Type) ref {
	if t != stringType {
		return allocate(r, t)
	}
	to := reflect.ValueOf(d.place())
	r.Set(to.Convert(r.Type()))
	return to.Elem()
}

// deref returns where the pointer at r leads to; ok is false when it is nil.
func deref(r ref) (_ ref, ok bool) { return r.Elem(), !r.IsNil() }

// isNil tells whether the pointer, slice or map at r is nil.
func isNil(r ref) bool { return r.IsNil() }

func getString(r ref) string    { return r.String() }
func setString(r ref, s string) { r.SetString(s) }
func getBool(r ref) bool        { return r.Bool() }
func setBool(r ref, b bool)     { r.SetBool(b) }
func getBytes(r ref) []byte     { return r.Bytes() }
func setBytes(r ref, b []byte)  { r.SetBytes(b) }

func getTime(r ref) time.Time    { return r.Convert(reflect.TypeFor[time.Time]()).Interface().(time.Time) }
func setTime(r ref, t time.Time) { r.Set(reflect.ValueOf(t).Convert(r.Type())) }

// getTexts returns a slice of strings, of whatever type. Nobody may change it.
func getTexts(r ref) []string {
	s := make([]string, r.Len())
	for i := range s {
		s[i] = r.Index(i).String()
	}
	return s
}

// setTexts stores s, which is given away, in the slice of strings at r, which is of type t.
func setTexts(r ref, t reflect.Type, s []string) {
	if t.Elem() == stringType {
		r.Set(reflect.ValueOf(s).Convert(t))
		return
	}
	v := reflect.MakeSlice(t, len(s), len(s))
	for i := range s {
		v.Index(i).SetString(s[i])
	}
	r.Set(v)
}

func getInt(r ref, _ reflect.Kind) int64 { return r.Int() }

// setInt returns false when x is out of range.
func setInt(r ref, _ reflect.Kind, x int64) bool {
	r.SetInt(x)
	return r.Int() == x
}

func getUint(r ref, _ reflect.Kind) uint64 { return r.Uint() }

// setUint returns false when x is out of range.
func setUint(r ref, _ reflect.Kind, x uint64) bool {
	r.SetUint(x)
	return r.Uint() == x
}

func getFloat(r ref, _ reflect.Kind) float64    { return r.Float() }
func setFloat(r ref, _ reflect.Kind, x float64) { r.SetFloat(x) }

// elementOf returns where element k of slice v is.
func elementOf(v reflect.Value, k int) ref { return v.Index(k) }

// length returns the length of the slice at r.
func length(r ref, _ reflect.Type) int { return r.Len() }

// element returns where element k of the slice of type t at r is.
func element(r ref, _ reflect.Type, k int) ref { return r.Index(k) }

// arena makes strings.
type arena struct {
	strings strings.Builder
	block   []byte // what strings are made of; in the twin, what they are
	used    int    // of block
}

// text returns b as a string.
func (a *arena) text(b []byte) string {
	if len(b) > longText {
		return string(b)
	}
	if a.strings.Cap()-a.strings.Len() < len(b) {
		a.strings = strings.Builder{}
		a.strings.Grow(blockSize)
		a.block = make([]byte, longText)
	}
	start := a.strings.Len()
	a.strings.Write(b) // never moves what is there: there is room
	return a.strings.String()[start:]
}

// take returns the first n bytes of the block that are not in use as a string.
func (a *arena) take(n int) string { return a.text(a.block[:n]) }

// load returns the eight bytes of data from i on, the first in the lowest byte. They must be there.
func load(data []byte, i int) uint64 { return binary.LittleEndian.Uint64(data[i:]) }

// store is the inverse of load.
func store(data []byte, i int, w uint64) { binary.LittleEndian.PutUint64(data[i:], w) }

// loadText is load for a string.
func loadText(s string, i int) uint64 { return uint64(loadHalf(s, i)) | uint64(loadHalf(s, i+4))<<32 }
