package value

import "github.com/dyntable/dyn/dynlocal/internal/jsonscan"

// ItemFromJSON decodes an item from DynamoDB JSON: an object of attribute values. Errors are *[SerializationError] when
// the shape is wrong, else *[ValidationError].
func ItemFromJSON(data []byte) (Item, error) {
	d := newDecoder(data)
	v := d.whole(func() Value { return d.mapValue(0) })
	return v.Item(), d.err()
}

// FromJSON decodes one attribute value from DynamoDB JSON; errors are as for [ItemFromJSON].
func FromJSON(data []byte) (Value, error) {
	d := newDecoder(data)
	v := d.whole(func() Value { return d.value(0, jsonscan.UnexpectedField) })
	return v, d.err()
}

// DecodeEach decodes an object of attribute values member by member, in the order written. A value that is invalid is
// passed with its *[ValidationError]; the error returned is a *[SerializationError].
func DecodeEach(data []byte, each func(name string, v Value, err error)) error {
	d := newDecoder(data)
	d.whole(func() Value {
		d.Object(mapType, jsonscan.UnexpectedField, func(name string) {
			v := d.value(0, jsonscan.UnexpectedValue)
			each(name, v, d.invalid)
			d.invalid = nil
		})
		return Value{}
	})
	return d.malformed()
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

func newDecoder(data []byte) *decoder { return &decoder{Scanner: jsonscan.New(data)} }

// malformed gives the scanner's error as a *[SerializationError].
func (d *decoder) malformed() error {
	if e, ok := d.Err().(*jsonscan.Error); ok {
		return &SerializationError{e.Message}
	}
	return nil
}

func (d *decoder) err() error {
	if err := d.malformed(); err != nil {
		return err
	}
	return d.invalid
}

func (d *decoder) refuse(err error) {
	if d.invalid == nil {
		d.invalid = err
	}
}

// whole runs read, which must use up the text.
func (d *decoder) whole(read func() Value) Value {
	v := read()
	d.End()
	if d.err() != nil {
		return Value{}
	}
	return v
}

// mapValue decodes an object of attribute values that lies in depth lists and maps.
func (d *decoder) mapValue(depth int) Value {
	seen := map[string]int{}
	attrs := []Attr{}
	d.Object(mapType, jsonscan.UnexpectedField, func(name string) {
		v := d.value(depth, jsonscan.UnexpectedValue)
		if i, dup := seen[name]; dup {
			attrs[i].Value = v // the last one counts, as in any JSON map
			return
		}
		seen[name] = len(attrs)
		attrs = append(attrs, Attr{name, v})
	})
	if d.err() != nil {
		return Value{}
	}
	return Map(NewItem(attrs))
}

// value decodes an attribute value: an object with one member, named for its type. Members of other names and null
// members are ignored.
func (d *decoder) value(depth int, otherwise string) Value {
	var v Value
	n := 0
	d.Object(valueType, otherwise, func(name string) {
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
	d.Array(jsonscan.UnexpectedField, func() { elems = append(elems, d.value(depth, jsonscan.UnexpectedValue)) })
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
