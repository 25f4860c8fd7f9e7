package codec

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// custom is the codec of types with a Marshaler or an Unmarshaler; what they lack works as for other types.
func (b *builder) custom(c *Codec, k form) (content encodeFunc) {
	k.plain = true
	encodes, decodes := marshals(k.typ, k.addressable), c.unmarshals()
	if !encodes || !decodes {
		content = b.content(c, k)
	}
	c.Kind, c.text = Custom, nil
	if decodes {
		c.from = decoders{all: decodeCustom}
	}
	if encodes {
		content = encodeCustom(k)
	}
	return content
}

func marshaler(v reflect.Value) attributevalue.Marshaler {
	return v.Interface().(attributevalue.Marshaler)
}

// encodeCustom calls the Marshaler of values of k's type. One that returns neither a value nor an error leaves it to
// the ordinary encoding, which is compiled only then: the type may not have one.
func encodeCustom(k form) encodeFunc {
	byPointer := k.addressable && k.typ.Name() != ""
	return func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
		m := v
		if byPointer {
			m = addressed(v)
		}
		av, err := marshaler(m).MarshalDynamoDBAttributeValue()
		if av != nil || err != nil {
			return av, err
		}
		plain, err := codecOf(k)
		if err != nil {
			return nil, err
		}
		return plain.content(e, v)
	}
}

// addressed returns a pointer to v, or to a copy of it.
func addressed(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v.Addr()
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p
}

func decodeCustom(av types.AttributeValue, v reflect.Value) error {
	return v.Addr().Interface().(attributevalue.Unmarshaler).UnmarshalDynamoDBAttributeValue(av)
}
