package wire

import (
	"reflect"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/jsonscan"
)

// Decode decodes a JSON object into in, a pointer to an input structure of the SDK. Members that the structure does not
// have are ignored, null ones are absent. Errors are *[jsonscan.Error].
//
// An attribute value that has no type becomes nil, and one of several types a [types.UnknownUnionMember].
func Decode(data []byte, in any) error {
	v := reflect.ValueOf(in).Elem()
	s := jsonscan.New(data)
	structOf(v.Type()).read(s, v, jsonscan.UnexpectedField)
	s.End()
	return s.Err()
}

// read decodes a value. The text otherwise is what the service says of a scalar where it expects an object or array.
type read func(s *jsonscan.Scanner, v reflect.Value, otherwise string)

// structure is how to decode a structure.
type structure struct {
	class  string
	fields map[string]field
}

type field struct {
	index int
	read  read
}

// structures keeps a *structure by [reflect.Type]. Its keys are types of the SDK alone.
var structures sync.Map

func structOf(t reflect.Type) *structure {
	if st, ok := structures.Load(t); ok {
		return st.(*structure)
	}
	st := &structure{class: "class " + className(t), fields: make(map[string]field, t.NumField())}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && f.Name != "ResultMetadata" {
			st.fields[f.Name] = field{i, readerOf(f.Type)}
		}
	}
	actual, _ := structures.LoadOrStore(t, st)
	return actual.(*structure)
}

func (st *structure) read(s *jsonscan.Scanner, v reflect.Value, otherwise string) {
	s.Object(st.class, otherwise, func(name string) {
		f, ok := st.fields[name]
		switch {
		case !ok:
			s.Skip()
		case !s.Null():
			f.read(s, v.Field(f.index), jsonscan.UnexpectedField)
		}
	})
}

var (
	attributeValue = reflect.TypeFor[types.AttributeValue]()
	attributeMap   = reflect.TypeFor[map[string]types.AttributeValue]()
	timestamp      = reflect.TypeFor[time.Time]()
)

// readerOf compiles the decoder of a type.
func readerOf(t reflect.Type) read {
	switch t {
	case attributeValue:
		return func(s *jsonscan.Scanner, v reflect.Value, otherwise string) {
			if av := readValue(s, 0, otherwise); av != nil {
				v.Set(reflect.ValueOf(av))
			}
		}
	case attributeMap:
		return func(s *jsonscan.Scanner, v reflect.Value, otherwise string) {
			v.Set(reflect.ValueOf(readValues(s, 0, otherwise)))
		}
	case timestamp:
		return func(s *jsonscan.Scanner, v reflect.Value, _ string) {
			v.Set(reflect.ValueOf(time.UnixMilli(int64(s.Float("Date") * 1000))))
		}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return pointerReader(t.Elem())
	case reflect.Slice:
		return sliceReader(t.Elem())
	case reflect.Map:
		return mapReader(t)
	case reflect.Struct:
		// Structures may contain themselves: the rest is compiled when it is met.
		return func(s *jsonscan.Scanner, v reflect.Value, otherwise string) { structOf(t).read(s, v, otherwise) }
	}
	return scalarReader(t.Kind())
}

func scalarReader(k reflect.Kind) read {
	switch k {
	case reflect.String:
		return func(s *jsonscan.Scanner, v reflect.Value, _ string) { v.SetString(s.Text()) }
	case reflect.Bool:
		return func(s *jsonscan.Scanner, v reflect.Value, _ string) { v.SetBool(s.Bool()) }
	case reflect.Int32:
		return func(s *jsonscan.Scanner, v reflect.Value, _ string) { v.SetInt(s.Int32()) }
	case reflect.Int64:
		return func(s *jsonscan.Scanner, v reflect.Value, _ string) { v.SetInt(s.Int64()) }
	case reflect.Float64, reflect.Float32:
		return func(s *jsonscan.Scanner, v reflect.Value, _ string) { v.SetFloat(s.Float("Double")) }
	}
	panic("wire: no decoder for a member of kind " + k.String())
}

func pointerReader(elem reflect.Type) read {
	next := readerOf(elem)
	return func(s *jsonscan.Scanner, v reflect.Value, otherwise string) {
		v.Set(reflect.New(elem))
		next(s, v.Elem(), otherwise)
	}
}

func sliceReader(elem reflect.Type) read {
	next := readerOf(elem)
	return func(s *jsonscan.Scanner, v reflect.Value, otherwise string) {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		s.Array(otherwise, func() {
			v.Set(reflect.Append(v, reflect.Zero(elem)))
			if !s.Null() {
				next(s, v.Index(v.Len()-1), elementOtherwise(elem))
			}
		})
	}
}

func mapReader(t reflect.Type) read {
	next, elem, class := readerOf(t.Elem()), t.Elem(), className(t)
	return func(s *jsonscan.Scanner, v reflect.Value, otherwise string) {
		v.Set(reflect.MakeMap(t))
		s.Object(class, otherwise, func(name string) {
			e := reflect.New(elem).Elem()
			if !s.Null() {
				next(s, e, elementOtherwise(elem))
			}
			v.SetMapIndex(reflect.ValueOf(name), e)
		})
	}
}

// elementOtherwise gives what the service says of a scalar in the place of a list's or map's element. Of elements that are
// lists or maps themselves it says what went wrong inside it.
func elementOtherwise(elem reflect.Type) string {
	if k := elem.Kind(); k == reflect.Slice || k == reflect.Map {
		return "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class " +
			"(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')"
	}
	return jsonscan.UnexpectedValue
}

// className gives what the service calls a type in its errors.
func className(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Map:
		return "java.util.Map<java.lang.String, " + className(t.Elem()) + ">"
	case reflect.Slice:
		return "java.util.List<" + className(t.Elem()) + ">"
	case reflect.Struct, reflect.Interface:
		return "com.amazonaws.dynamodb.v20120810." + t.Name()
	}
	return "java.lang.String"
}
