package codec

import (
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var bytesListType = reflect.TypeFor[[][]byte]()

// sliceCodec is the codec of slices and arrays: bytes, sets and lists. All read whatever kind of list or set is there.
func (b *builder) sliceCodec(c *Codec, k form) encodeFunc {
	c.elem = b.elem(c, c.Base.Elem(), k.addressable || c.Base.Kind() == reflect.Slice)
	c.from.list = func(l []types.AttributeValue, v reflect.Value) error {
		return c.decodeElems(len(l), v, func(i int, v reflect.Value) error { return c.elem.decode(l[i], v) })
	}
	c.from.strs = func(s []string, v reflect.Value) error {
		return c.decodeElems(len(s), v, func(i int, v reflect.Value) error { return c.elem.decodeString(s[i], v) })
	}
	c.from.nums = func(n []string, v reflect.Value) error {
		return c.decodeElems(len(n), v, func(i int, v reflect.Value) error { return c.elem.decodeNumber(n[i], v) })
	}
	c.from.bins = func(l [][]byte, v reflect.Value) error {
		return c.decodeElems(len(l), v, func(i int, v reflect.Value) error { return c.elem.decodeBytes(l[i], v) })
	}
	switch {
	case c.Base.Elem().Kind() == reflect.Uint8:
		return c.bytesCodec()
	case c.Tag.BinarySet || c.Base == bytesListType:
		return c.setCodec(b, BinarySet, "B")
	case c.Tag.NumberSet:
		return c.setCodec(b, NumberSet, "N")
	case c.Tag.StringSet:
		return c.setCodec(b, StringSet, "S")
	default:
		c.Kind = List
		return c.encodeList
	}
}

// decodeElems makes room for n elements in v, a slice or an array, and decodes each. What does not fit into an array
// is dropped, as attributevalue does.
func (c *Codec) decodeElems(n int, v reflect.Value, each func(int, reflect.Value) error) error {
	if v.Kind() == reflect.Array {
		n = min(n, v.Len())
	} else {
		remake(v, n)
	}
	for i := range n {
		if err := each(i, v.Index(i)); err != nil {
			return atIndex(i, err)
		}
	}
	return nil
}

// remake gives v a new slice of n zero elements, not nil.
func remake(v reflect.Value, n int) {
	if n == 0 {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		return
	}
	v.SetZero() // never write into elements that others may share
	v.Grow(n)
	v.SetLen(n)
}

func (c *Codec) encodeList(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.leave()
	n := v.Len()
	l := make([]types.AttributeValue, 0, n)
	e.reserve(c.elem.size().times(n))
	for i := range n {
		av, err := c.elem.encode(e, v.Index(i))
		if err != nil {
			return nil, atIndex(i, err)
		}
		if av != nil {
			l = append(l, av)
		}
	}
	return &types.AttributeValueMemberL{Value: l}, nil
}

func (c *Codec) bytesCodec() encodeFunc {
	c.Kind = Bytes
	c.from.bin = decodeByteSlice
	if c.Base.Kind() == reflect.Array {
		c.from.bin = decodeByteArray
	}
	return func(_ *encoder, v reflect.Value) (types.AttributeValue, error) {
		if v.Kind() == reflect.Array {
			v = addressed(v).Elem()
		}
		return &types.AttributeValueMemberB{Value: clone(v.Bytes())}, nil
	}
}

func decodeByteSlice(b []byte, v reflect.Value) error {
	v.SetBytes(clone(b))
	return nil
}

func decodeByteArray(b []byte, v reflect.Value) error {
	if len(b) != v.Len() {
		return fmt.Errorf("%d bytes do not fit into %s", len(b), v.Type())
	}
	copy(v.Bytes(), b)
	return nil
}

// setCodec is the codec of a set whose elements are of DynamoDB type attr.
func (c *Codec) setCodec(b *builder, kind Kind, attr string) encodeFunc {
	c.Kind = kind
	if have := c.elem.Attr(); c.elem.Kind != Interface && c.elem.Kind != Custom && have != attr {
		b.fail("a set of %s cannot hold %s; change the tag or the type", attr, c.elem.Type)
	}
	switch kind {
	case BinarySet:
		return c.encodeBinarySet
	case NumberSet:
		return c.encodeNumberSet
	default:
		return c.encodeStringSet
	}
}

func (c *Codec) encodeStringSet(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	member := func(i int) (string, bool, error) { return v.Index(i).String(), true, nil }
	if c.elem.Kind != String || !c.elem.direct() {
		member = func(i int) (string, bool, error) {
			av, err := c.elem.encode(e, v.Index(i))
			s, ok := av.(*types.AttributeValueMemberS)
			if !ok {
				return "", false, notMember(av, err, "S")
			}
			return s.Value, true, nil
		}
	}
	set, err := collect(v.Len(), member)
	if err != nil || len(set) == 0 {
		return c.emptySet(), err
	}
	return &types.AttributeValueMemberSS{Value: set}, nil
}

func (c *Codec) encodeNumberSet(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	member := func(i int) (string, bool, error) {
		s, err := c.elem.text(e, v.Index(i))
		return s, true, err
	}
	if c.elem.text == nil || !c.elem.direct() {
		member = func(i int) (string, bool, error) {
			av, err := c.elem.encode(e, v.Index(i))
			n, ok := av.(*types.AttributeValueMemberN)
			if !ok {
				return "", false, notMember(av, err, "N")
			}
			return n.Value, true, nil
		}
	}
	set, err := collect(v.Len(), member)
	if err != nil || len(set) == 0 {
		return c.emptySet(), err
	}
	return &types.AttributeValueMemberNS{Value: set}, nil
}

func (c *Codec) encodeBinarySet(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	set, err := collect(v.Len(), func(i int) ([]byte, bool, error) {
		av, err := c.elem.encode(e, v.Index(i))
		b, ok := av.(*types.AttributeValueMemberB)
		if !ok || b.Value == nil {
			return nil, false, notMember(av, err, "B")
		}
		return b.Value, true, nil
	})
	if err != nil || len(set) == 0 {
		return c.emptySet(), err
	}
	return &types.AttributeValueMemberBS{Value: set}, nil
}

// direct tells whether the elements are encoded one by one without pointers or options to look at.
func (c *Codec) direct() bool {
	return c.Pointer == 0 && !c.Tag.OmitEmpty && !c.Tag.NullEmpty
}

// collect gathers the n members of a set, without those that are left out.
func collect[T any](n int, member func(int) (T, bool, error)) ([]T, error) {
	set := make([]T, 0, n)
	for i := range n {
		m, ok, err := member(i)
		if err != nil {
			return nil, atIndex(i, err)
		}
		if ok {
			set = append(set, m)
		}
	}
	return set, nil
}

// notMember returns the error for an element that is not of the set's type, nil for one that is left out.
func notMember(av types.AttributeValue, err error, attr string) error {
	switch {
	case err != nil:
		return err
	case av == nil:
		return nil
	default:
		return fmt.Errorf("an element of a set of %s is stored as %s; use %s that is not nil", attr, attrOf(av), attr)
	}
}

// emptySet is what a set without elements becomes: the service has none. In a list it keeps its place.
func (c *Codec) emptySet() types.AttributeValue {
	if c.Tag.Element {
		return null()
	}
	return nil
}
