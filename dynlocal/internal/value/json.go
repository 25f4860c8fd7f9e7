package value

import (
	"slices"
	"strings"

	"github.com/dyntable/dyn/dynlocal/internal/jsonscan"
)

// ItemFromJSON decodes an item from DynamoDB JSON: an object of attribute values. Errors are *[SerializationError] when
// the shape is wrong, else *[ValidationError].
func ItemFromJSON(data []byte) (Item, error) {
	d := &decoder{Scanner: jsonscan.New(data)}
	v := d.mapValue(0)
	d.End()
	if err := d.err(); err != nil {
		return Item{}, err
	}
	return v.Item(), nil
}

// What the service calls the types.
const (
	attributeValueType = "com.amazonaws.dynamodb.v20120810.AttributeValue"
	valueType          = "class " + attributeValueType
	mapType            = "java.util.Map<java.lang.String, " + attributeValueType + ">"
)

// decoder reads values. An invalid one does not stop it, because what is malformed after it matters more.
type decoder struct {
	*jsonscan.Scanner
	invalid error // the first *ValidationError
}

// err gives the scanner's error as a *[SerializationError] or else the first *[ValidationError].
func (d *decoder) err() error {
	if e, ok := d.Err().(*jsonscan.Error); ok {
		return &SerializationError{e.Message}
	}
	return d.invalid
}

func (d *decoder) refuse(err error) {
	if d.invalid == nil {
		d.invalid = err
	}
}

// mapValue decodes an object of attribute values that lies in depth lists and maps.
func (d *decoder) mapValue(depth int) Value {
	var attrs []Attr
	d.Object(mapType, jsonscan.UnexpectedField, func(name string) {
		if name == "" {
			d.refuse(errEmptyName)
		}
		attrs = append(attrs, Attr{name, d.value(depth)})
	})
	if d.err() != nil {
		return Value{}
	}
	return Map(NewItem(lastOfEach(attrs)))
}

// lastOfEach sorts attrs and drops those whose name a later one has, as any reader of JSON into a map does.
func lastOfEach(attrs []Attr) []Attr {
	slices.SortStableFunc(attrs, func(a, b Attr) int { return strings.Compare(a.Name, b.Name) })
	last := attrs[:0]
	for i, a := range attrs {
		if i+1 == len(attrs) || attrs[i+1].Name != a.Name {
			last = append(last, a)
		}
	}
	return last
}

// value decodes an attribute value: an object with one member, named for its type. Members of other names and null
// members are ignored.
func (d *decoder) value(depth int) Value {
	var v Value
	n := 0
	d.Object(valueType, jsonscan.UnexpectedValue, func(name string) {
		kind, ok := ParseKind(name)
		if d.Null() {
			return
		}
		if !ok {
			d.Skip()
			return
		}
		v = d.member(kind, depth)
		n++
	})
	switch {
	case n == 0:
		d.refuse(errEmptyValue)
	case n > 1:
		d.refuse(errManyTypes)
	}
	return v
}

// member decodes what follows the type's name.
func (d *decoder) member(kind Kind, depth int) Value {
	switch kind {
	case S:
		return String(d.Text())
	case N:
		return d.check(Number(d.Text()))
	case B:
		return Value{B, d.Blob()}
	case BOOL:
		return Bool(d.Bool())
	case NULL:
		if !d.Bool() {
			d.refuse(errNull)
		}
		return Null()
	case SS:
		return d.check(StringSet(d.texts()))
	case NS:
		return d.check(NumberSet(d.texts()))
	case BS:
		var elems [][]byte
		d.Array(jsonscan.UnexpectedField, func() { elems = append(elems, []byte(d.Blob())) })
		return d.check(BinarySet(elems))
	}
	return d.document(kind, depth+1)
}

// document decodes a list's or map's contents; too deep ones are only skipped.
func (d *decoder) document(kind Kind, depth int) Value {
	if depth > maxDepth {
		d.refuse(errNesting)
		d.Skip()
		return Value{}
	}
	if kind == M {
		return d.mapValue(depth)
	}
	var elems []Value
	d.Array(jsonscan.UnexpectedField, func() { elems = append(elems, d.value(depth)) })
	if d.err() != nil {
		return Value{}
	}
	return List(elems...)
}

func (d *decoder) check(v Value, err error) Value {
	if err != nil {
		d.refuse(err)
	}
	return v
}

func (d *decoder) texts() []string {
	var elems []string
	d.Array(jsonscan.UnexpectedField, func() { elems = append(elems, d.Text()) })
	return elems
}
