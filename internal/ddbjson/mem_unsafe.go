//go:build !purego

package ddbjson

import (
	"encoding/binary"
	"math"
	"reflect"
	"time"
	"unsafe"
)

// This file and its twin, mem_purego.go, reach the fields of structs. Here by address and offset, there by reflection,
// which takes almost twice as long, to decode an item and to encode one (BenchmarkRatio, BenchmarkEncode).

// ref is where a value is.
type ref = unsafe.Pointer

// refOf returns where v is, which must be addressable.
func refOf(v reflect.Value) ref { return unsafe.Pointer(v.UnsafeAddr()) }

// refTo returns where *p is.
func refTo[T any](p *T) ref { return ref(p) }

// valueOf returns what is at r, a value of type t.
func valueOf(r ref, t reflect.Type) reflect.Value { return reflect.NewAt(t, r).Elem() }

// as returns r as a pointer to a value of exactly type T.
func as[T any](r ref) *T { return (*T)(r) }

// place is where in a struct a field is: at an offset, or at one from what an embedded pointer leads to, and so on.
type place struct {
	offset uintptr
	hops   []hop
}

// hop is an embedded pointer at an offset, and the type it points to.
type hop struct {
	offset uintptr
	typ    reflect.Type
}

// newPlace returns the place of the field of struct type t with an index path.
func newPlace(t reflect.Type, index []int) place {
	var p place
	for n, i := range index {
		if n > 0 && t.Kind() == reflect.Pointer {
			t = t.Elem()
			p.hops = append(p.hops, hop{p.offset, t})
			p.offset = 0
		}
		f := t.Field(i)
		p.offset += f.Offset
		t = f.Type
	}
	return p
}

// make returns where the field of the struct at r is, making embedded structs on the way.
func (p *place) make(r ref) ref {
	if p.hops != nil {
		r = p.hop(r)
	}
	return unsafe.Add(r, p.offset)
}

func (p *place) hop(r ref) ref {
	for _, h := range p.hops {
		r = unsafe.Add(r, h.offset)
		if to := *(*ref)(r); to != nil {
			r = to
		} else {
			r = allocate(r, h.typ)
		}
	}
	return r
}

// find is make that does not change the struct; ok is false when an embedded pointer is nil.
func (p *place) find(r ref) (_ ref, ok bool) {
	if p.hops != nil {
		return p.findHop(r)
	}
	return unsafe.Add(r, p.offset), true
}

func (p *place) findHop(r ref) (_ ref, ok bool) {
	for _, h := range p.hops {
		if r = *(*ref)(unsafe.Add(r, h.offset)); r == nil {
			return nil, false
		}
	}
	return unsafe.Add(r, p.offset), true
}

// allocate makes a value of type t, has the pointer at r point to it, and returns where it is.
func allocate(r ref, t reflect.Type) ref {
	to := reflect.New(t).UnsafePointer()
	*(*ref)(r) = to
	return to
}

// allocateString is allocate for a type of strings.
func allocateString(d *Decoder, r ref, _ reflect.Type) ref {
	to := ref(d.place())
	*(*ref)(r) = to
	return to
}

// deref returns where the pointer at r leads to; ok is false when it is nil.
func deref(r ref) (_ ref, ok bool) {
	to := *(*ref)(r)
	return to, to != nil
}

// isNil tells whether the pointer, slice or map at r is nil.
func isNil(r ref) bool { return *(*ref)(r) == nil }

func getString(r ref) string    { return *(*string)(r) }
func setString(r ref, s string) { *(*string)(r) = s }
func getBool(r ref) bool        { return *(*bool)(r) }
func setBool(r ref, b bool)     { *(*bool)(r) = b }
func getBytes(r ref) []byte     { return *(*[]byte)(r) }
func setBytes(r ref, b []byte)  { *(*[]byte)(r) = b }

func getTime(r ref) time.Time    { return *(*time.Time)(r) }
func setTime(r ref, t time.Time) { *(*time.Time)(r) = t }

// getTexts returns a slice of strings, of whatever type. Nobody may change it.
func getTexts(r ref) []string { return *(*[]string)(r) }

// setTexts stores s, which is given away, in the slice of strings at r, which is of type t.
func setTexts(r ref, _ reflect.Type, s []string) { *(*[]string)(r) = s }

func getInt(r ref, k reflect.Kind) int64 {
	switch k {
	case reflect.Int:
		return int64(*(*int)(r))
	case reflect.Int8:
		return int64(*(*int8)(r))
	case reflect.Int16:
		return int64(*(*int16)(r))
	case reflect.Int32:
		return int64(*(*int32)(r))
	default:
		return *(*int64)(r)
	}
}

// setInt returns false when x is out of range.
func setInt(r ref, k reflect.Kind, x int64) bool {
	switch k {
	case reflect.Int:
		*(*int)(r) = int(x)
		return int64(int(x)) == x
	case reflect.Int8:
		*(*int8)(r) = int8(x)
		return int64(int8(x)) == x
	case reflect.Int16:
		*(*int16)(r) = int16(x)
		return int64(int16(x)) == x
	case reflect.Int32:
		*(*int32)(r) = int32(x)
		return int64(int32(x)) == x
	default:
		*(*int64)(r) = x
		return true
	}
}

func getUint(r ref, k reflect.Kind) uint64 {
	switch k {
	case reflect.Uint:
		return uint64(*(*uint)(r))
	case reflect.Uint8:
		return uint64(*(*uint8)(r))
	case reflect.Uint16:
		return uint64(*(*uint16)(r))
	case reflect.Uint32:
		return uint64(*(*uint32)(r))
	default:
		return *(*uint64)(r)
	}
}

// setUint returns false when x is out of range.
func setUint(r ref, k reflect.Kind, x uint64) bool {
	switch k {
	case reflect.Uint:
		*(*uint)(r) = uint(x)
		return x <= math.MaxUint
	case reflect.Uint8:
		*(*uint8)(r) = uint8(x)
		return x <= math.MaxUint8
	case reflect.Uint16:
		*(*uint16)(r) = uint16(x)
		return x <= math.MaxUint16
	case reflect.Uint32:
		*(*uint32)(r) = uint32(x)
		return x <= math.MaxUint32
	default:
		*(*uint64)(r) = x
		return true
	}
}

func getFloat(r ref, k reflect.Kind) float64 {
	if k == reflect.Float32 {
		return float64(*(*float32)(r))
	}
	return *(*float64)(r)
}

func setFloat(r ref, k reflect.Kind, x float64) {
	if k == reflect.Float32 {
		*(*float32)(r) = float32(x)
	} else {
		*(*float64)(r) = x
	}
}

// elementOf returns where element k of slice v is.
func elementOf(v reflect.Value, k int) ref {
	return unsafe.Add(v.UnsafePointer(), uintptr(k)*v.Type().Elem().Size())
}

// length returns the length of the slice at r.
func length(r ref, _ reflect.Type) int { return len(*(*[]struct{})(r)) }

// element returns where element k of the slice of type t at r is.
func element(r ref, t reflect.Type, k int) ref {
	return unsafe.Add(*(*ref)(r), uintptr(k)*t.Elem().Size())
}

// arena makes strings.
type arena struct {
	block []byte
	used  int
}

// text returns b as a string.
func (a *arena) text(b []byte) string {
	switch {
	case len(b) == 0:
		return ""
	case len(b) > longText:
		return string(b)
	case len(a.block)-a.used < len(b):
		a.block, a.used = make([]byte, blockSize), 0
	}
	to := a.block[a.used : a.used+len(b)]
	a.used += len(b)
	copy(to, b)
	return unsafe.String(&to[0], len(to))
}

// take returns the first n bytes of the block that are not in use as a string.
func (a *arena) take(n int) string {
	if n == 0 {
		return ""
	}
	from := a.used
	a.used += n
	return unsafe.String((*byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(a.block)), from)), n)
}

// load returns the eight bytes of data from i on, the first in the lowest byte. They must be there.
func load(data []byte, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(data)), i))[:])
}

// store is the inverse of load.
func store(data []byte, i int, w uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(data)), i))[:], w)
}

// loadText is load for a string.
func loadText(s string, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))[:])
}
