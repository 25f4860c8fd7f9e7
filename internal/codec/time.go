package codec

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	timeType        = reflect.TypeFor[time.Time]()
	timePointerType = reflect.TypeFor[*time.Time]()
)

// sortableLayout has a fixed width, so that the order of texts is that of times.
const sortableLayout = "2006-01-02T15:04:05.000000000Z"

// isTime tells whether t is time.Time or defined as it.
func isTime(t reflect.Type) bool {
	return t == timeType || t.Kind() == reflect.Struct && t.ConvertibleTo(timeType)
}

func (c *Codec) timeCodec() encodeFunc {
	c.from.str, c.from.num = decodeTime, decodeUnix
	c.from.dict = func(map[string]types.AttributeValue, reflect.Value) error { return nil } // as attributevalue does
	if c.Tag.String {
		c.from.str = decodeUnix // the option's effect on anything that is no string
	}
	if c.Tag.UnixTime {
		c.Kind = UnixTime
		return encodeUnix
	}
	c.Kind = Time
	return encodeTime
}

func encodeUnix(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	return e.num(e.keep(strconv.AppendInt(e.scratch[:0], timeOf(v).Unix(), 10))), nil
}

func encodeTime(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	return e.time(timeOf(v), time.RFC3339Nano)
}

func encodeSortable(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	return e.time(timeOf(v).UTC(), sortableLayout)
}

func (e *encoder) time(t time.Time, layout string) (types.AttributeValue, error) {
	if y := t.Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("year %d cannot be stored as text; only years 0 to 9999 can be read back", y)
	}
	return e.str(e.keep(t.AppendFormat(e.scratch[:0], layout))), nil
}

// timeOf returns the time.Time in v, which may be of a type defined as one.
func timeOf(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *timePointer(v)
	}
	return v.Convert(timeType).Interface().(time.Time)
}

// timePointer spares the copy on the heap that taking the value out of v would make.
func timePointer(v reflect.Value) *time.Time {
	p := v.Addr()
	if v.Type() != timeType {
		p = p.Convert(timePointerType)
	}
	return p.Interface().(*time.Time)
}

func decodeTime(s string, v reflect.Value) error {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return fmt.Errorf("%q is not a time in RFC 3339 form", s)
	}
	*timePointer(v) = t
	return nil
}

func decodeUnix(n string, v reflect.Value) error {
	sec, err := strconv.ParseInt(n, 10, 64)
	if err != nil {
		return fmt.Errorf("%q is not a time in whole seconds since 1970", n)
	}
	*timePointer(v) = time.Unix(sec, 0)
	return nil
}
