package value

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// ItemFromJSON decodes an item from DynamoDB JSON: an object of attribute values. Errors are *[SerializationError] when
// the shape is wrong, else *[ValidationError].
func ItemFromJSON(data []byte) (Item, error) {
	d := &decoder{data: data}
	v := d.whole(func() Value { return d.mapValue(0) })
	return v.Item(), d.err()
}

// FromJSON decodes one attribute value from DynamoDB JSON; errors are as for [ItemFromJSON].
func FromJSON(data []byte) (Value, error) {
	d := &decoder{data: data}
	v := d.whole(func() Value { return d.value(0, unexpectedField) })
	return v, d.err()
}

// DecodeEach decodes an object of attribute values member by member, in the order written. A value that is invalid is
// passed with its *[ValidationError]; the error returned is a *[SerializationError].
func DecodeEach(data []byte, each func(name string, v Value, err error)) error {
	d := &decoder{data: data}
	d.whole(func() Value {
		d.object(mapType, func(name string) {
			v := d.value(0, unexpectedValue)
			each(name, v, d.invalid)
			d.invalid = nil
		})
		return Value{}
	})
	return d.malformed
}

// What the service calls the places where a value of another JSON type is found.
const (
	unexpectedField     = "Unexpected field type"
	unexpectedValue     = "Unexpected value type in payload"
	unexpectedStructure = "Start of structure or map found where not expected"

	attributeValueType = "com.amazonaws.dynamodb.v20120810.AttributeValue"
	valueType          = "class " + attributeValueType
	mapType            = "java.util.Map<java.lang.String, " + attributeValueType + ">"
)

// mapValue decodes an object of attribute values that lies in depth lists and maps.
func (d *decoder) mapValue(depth int) Value {
	seen := map[string]int{}
	attrs := []Attr{}
	d.object(mapType, func(name string) {
		v := d.value(depth, unexpectedValue)
		if i, dup := seen[name]; dup {
			attrs[i].Value = v // the last one counts, as in any JSON map
			return
		}
		seen[name] = len(attrs)
		attrs = append(attrs, Attr{name, v})
	})
	if d.failed() {
		return Value{}
	}
	return Map(NewItem(attrs))
}

// value decodes an attribute value: an object with one member, named for its type. Members of other names and null
// members are ignored.
func (d *decoder) value(depth int, otherwise string) Value {
	if c := d.peek(); c != '{' && c != '[' && c != 'n' {
		d.misplaced(otherwise)
	}
	var v Value
	n := 0
	d.object(valueType, func(name string) {
		kind, ok := ParseKind(name)
		if d.null() {
			return
		}
		if !ok {
			d.skip(0)
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
		return String(d.text())
	case N:
		return d.check(Number(d.text()))
	case B:
		return Value{B, d.blob()}
	case BOOL:
		return Bool(d.boolean())
	case NULL:
		if !d.boolean() {
			d.refuse(errNull)
		}
		return Null()
	case SS:
		return d.check(StringSet(d.texts()))
	case NS:
		return d.check(NumberSet(d.texts()))
	case BS:
		var elems [][]byte
		d.array(func() { elems = append(elems, []byte(d.blob())) })
		return d.check(BinarySet(elems))
	}
	return d.document(kind, depth+1)
}

// document decodes a list's or map's contents; too deep ones are only skipped.
func (d *decoder) document(kind Kind, depth int) Value {
	if depth > maxDepth {
		d.refuse(errNesting)
		d.skip(0)
		return Value{}
	}
	if kind == M {
		return d.mapValue(depth)
	}
	var elems []Value
	d.array(func() { elems = append(elems, d.value(depth, unexpectedValue)) })
	if d.failed() {
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
	d.array(func() { elems = append(elems, d.text()) })
	return elems
}

// text decodes a string.
func (d *decoder) text() string {
	if d.peek() == '"' {
		return d.str()
	}
	d.mismatch("String")
	return ""
}

// boolean decodes a boolean, or one of the words that the service takes for one.
func (d *decoder) boolean() bool {
	switch d.peek() {
	case 't', 'f':
		return d.literal() == "true"
	case '"':
		switch strings.ToLower(d.str()) {
		case "true", "yes", "1":
			return true
		case "false", "no", "0":
			return false
		}
		d.malform("Unexpected token received from parser")
		return false
	}
	d.mismatch("Boolean")
	return false
}

// blob decodes base64.
func (d *decoder) blob() string {
	switch d.peek() {
	case '"':
	case '{', '[':
		d.mismatch("")
		return ""
	default:
		d.misplaced("only base-64-encoded strings are convertible to bytes")
		return ""
	}
	text := d.str()
	if len(text)%4 != 0 {
		d.malform("Base64 encoded length is expected a multiple of 4 bytes but found: " + strconv.Itoa(len(text)))
		return ""
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		d.malform("Invalid last non-pad Base64 character dectected")
	}
	return string(raw)
}

// mismatch records that the next token is no value of the scalar type.
func (d *decoder) mismatch(scalar string) {
	switch c := d.peek(); c {
	case '{':
		d.malform(unexpectedStructure)
	case '[':
		class := "java.lang." + scalar
		if scalar == "" {
			class = "java.nio.ByteBuffer"
		}
		d.malform("Unrecognized collection type class " + class)
	case 't', 'f', 'n':
		d.malform(strings.ToUpper(d.literal()) + "_VALUE cannot be converted to " + scalar)
	case '"':
		d.malform("STRING_VALUE cannot be converted to " + scalar)
	default:
		token := "NUMBER"
		if strings.ContainsAny(d.number(), ".eE") {
			token = "DECIMAL"
		}
		d.malform(token + "_VALUE cannot be converted to " + scalar)
	}
}
