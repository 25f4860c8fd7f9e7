package codec

import (
	"errors"
	"reflect"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// interfaceCodec is the codec of interfaces. What is in them is encoded as its own type says; what is read is what
// attributevalue makes of it: string, float64, bool, []byte, []any, map[string]any, []string, []float64, [][]byte.
func (b *builder) interfaceCodec(c *Codec, k form) encodeFunc {
	c.Kind = Interface
	if c.Pointer > 0 {
		b.fail("a pointer to an interface is not supported; use %s", c.Base)
	}
	if c.Base.NumMethod() > 0 {
		b.fail("nothing can be decoded into %s, which has methods; use any or a type of its own", c.Base)
	}
	content := &contents{form: form{tag: c.Tag, nulls: k.nulls}}
	c.contents = content
	c.from.all = c.decodeInterface
	return func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
		v = v.Elem()
		dynamic, err := content.codec(v.Type())
		if err != nil {
			return nil, err
		}
		return dynamic.content(e, v)
	}
}

// contents finds the codecs for what is in an interface.
type contents struct {
	form  form
	known sync.Map // reflect.Type to *Codec
}

func (d *contents) codec(t reflect.Type) (*Codec, error) {
	if c, ok := d.known.Load(t); ok {
		return c.(*Codec), nil
	}
	k := d.form
	k.typ = t
	c, err := codecOf(k)
	if err != nil {
		return nil, err
	}
	d.known.Store(t, c)
	return c, nil
}

func (c *Codec) absentContent(v reflect.Value) bool {
	if v.IsNil() {
		return true
	}
	dynamic, err := c.contents.codec(v.Elem().Type())
	return err == nil && dynamic.absent(v.Elem(), 1+dynamic.Pointer)
}

// decodeInterface sets v to av in its natural type, or what v points to when there is a pointer in it already.
func (c *Codec) decodeInterface(av types.AttributeValue, v reflect.Value) error {
	if p := v.Elem(); p.Kind() == reflect.Pointer && !p.IsNil() {
		dynamic, err := c.contents.codec(p.Type())
		if err != nil {
			return err
		}
		return dynamic.decode(av, p)
	}
	if s, ok := av.(*types.AttributeValueMemberS); ok && c.Tag.String {
		av = &types.AttributeValueMemberN{Value: s.Value}
	}
	x, err := natural(av)
	if err != nil {
		return err
	}
	v.Set(reflect.ValueOf(x))
	return nil
}

// natural returns av as the Go value that attributevalue puts into an any.
func natural(av types.AttributeValue) (any, error) {
	switch av := av.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberS:
		return av.Value, nil
	case *types.AttributeValueMemberN:
		return naturalNumber(av.Value)
	case *types.AttributeValueMemberBOOL:
		return av.Value, nil
	case *types.AttributeValueMemberB:
		return clone(av.Value), nil
	case *types.AttributeValueMemberL:
		return each(av.Value, natural)
	case *types.AttributeValueMemberM:
		return naturalMap(av.Value)
	case *types.AttributeValueMemberSS:
		return each(av.Value, func(s string) (string, error) { return s, nil })
	case *types.AttributeValueMemberNS:
		return each(av.Value, naturalNumber)
	case *types.AttributeValueMemberBS:
		return each(av.Value, func(b []byte) ([]byte, error) { return clone(b), nil })
	default:
		return nil, errors.New("the attribute is " + attrOf(av))
	}
}

func naturalNumber(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, numberError(s, reflect.TypeFor[float64](), err)
	}
	return f, nil
}

func naturalMap(m map[string]types.AttributeValue) (any, error) {
	x := make(map[string]any, len(m))
	for k, av := range m {
		var err error
		if x[k], err = natural(av); err != nil {
			return nil, atKey(k, err)
		}
	}
	return x, nil
}

func each[T, U any](l []T, f func(T) (U, error)) ([]U, error) {
	x := make([]U, len(l))
	for i := range l {
		var err error
		if x[i], err = f(l[i]); err != nil {
			return nil, atIndex(i, err)
		}
	}
	return x, nil
}

// clone copies b. The copy is not nil.
func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }
