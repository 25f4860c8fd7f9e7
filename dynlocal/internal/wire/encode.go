// Package wire encodes outputs and decodes inputs of the service in its protocol, awsJson1_0.
package wire

import (
	"encoding/base64"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/document"
)

// Members is a structure of the service's model that can be written without its braces, as all those of the SDK can.
type Members interface{ SerializeMembers(smithy.ShapeSerializer) }

// Append appends v as a JSON object.
func Append(dst []byte, v Members) []byte {
	e := &encoder{buf: dst}
	e.open('{')
	v.SerializeMembers(e)
	switch v := v.(type) {
	case *dynamodb.QueryOutput:
		e.counts(v.Count, v.ScannedCount)
	case *dynamodb.ScanOutput:
		e.counts(v.Count, v.ScannedCount)
	}
	e.close('}')
	return e.buf
}

// counts writes the counts of a page that the SDK leaves out because they are zero, which the service does not.
func (e *encoder) counts(count, scanned int32) {
	if count == 0 {
		e.key("Count")
		e.buf = append(e.buf, '0')
	}
	if scanned == 0 {
		e.key("ScannedCount")
		e.buf = append(e.buf, '0')
	}
}

// AppendError appends v, the members of an error, as a JSON object with its type in front.
func AppendError(dst []byte, typ string, v Members) []byte {
	e := &encoder{buf: dst}
	e.open('{')
	e.key("__type")
	e.text(typ)
	if v != nil {
		v.SerializeMembers(e)
	}
	e.close('}')
	return e.buf
}

// Message is the member that errors without a type of their own have.
type Message struct{ Name, Text string }

// SerializeMembers implements [Members].
func (m Message) SerializeMembers(s smithy.ShapeSerializer) {
	e := s.(*encoder)
	e.key(m.Name)
	e.text(m.Text)
}

// encoder is a [smithy.ShapeSerializer] for the shapes that the model of the service uses.
type encoder struct {
	buf    []byte
	inList []bool // by depth
	named  bool   // the next value's name is written already
	first  bool   // nothing was written since the last opening
}

func (e *encoder) Bytes() []byte { return e.buf }

func (e *encoder) open(bracket byte) {
	e.buf = append(e.buf, bracket)
	e.inList = append(e.inList, bracket == '[')
	e.named, e.first = false, true
}

func (e *encoder) close(bracket byte) {
	e.buf = append(e.buf, bracket)
	e.inList = e.inList[:len(e.inList)-1]
	e.named, e.first = false, false
}

func (e *encoder) separate() {
	if !e.first {
		e.buf = append(e.buf, ',')
	}
	e.first = false
}

// before writes what has to stand before a value: the member's name, a comma, or nothing.
func (e *encoder) before(s *smithy.Schema) {
	switch {
	case e.named:
		e.named = false
	case e.inList[len(e.inList)-1]:
		e.separate()
	default:
		e.key(s.MemberName())
	}
}

func (e *encoder) key(name string) {
	e.separate()
	e.text(name)
	e.buf = append(e.buf, ':')
}

func (e *encoder) WriteStruct(s *smithy.Schema) { e.before(s); e.open('{') }
func (e *encoder) CloseStruct()                 { e.close('}') }
func (e *encoder) WriteList(s *smithy.Schema)   { e.before(s); e.open('[') }
func (e *encoder) CloseList()                   { e.close(']') }
func (e *encoder) WriteMap(s *smithy.Schema)    { e.before(s); e.open('{') }
func (e *encoder) CloseMap()                    { e.close('}') }

func (e *encoder) WriteKey(_ *smithy.Schema, key string) {
	e.key(key)
	e.named = true
}

func (e *encoder) WriteUnion(s, variant *smithy.Schema) {
	e.before(s)
	e.open('{')
	e.key(variant.MemberName())
	e.named = true
}

func (e *encoder) CloseUnion() { e.close('}') }

func (e *encoder) WriteBool(s *smithy.Schema, v bool) {
	e.before(s)
	e.buf = strconv.AppendBool(e.buf, v)
}

func (e *encoder) WriteInt8(s *smithy.Schema, v int8)   { e.WriteInt64(s, int64(v)) }
func (e *encoder) WriteInt16(s *smithy.Schema, v int16) { e.WriteInt64(s, int64(v)) }
func (e *encoder) WriteInt32(s *smithy.Schema, v int32) { e.WriteInt64(s, int64(v)) }

func (e *encoder) WriteInt64(s *smithy.Schema, v int64) {
	e.before(s)
	e.buf = strconv.AppendInt(e.buf, v, 10)
}

func (e *encoder) WriteFloat32(s *smithy.Schema, v float32) { e.WriteFloat64(s, float64(v)) }

// WriteFloat64 writes whole numbers with a fraction, as the service does.
func (e *encoder) WriteFloat64(s *smithy.Schema, v float64) {
	e.before(s)
	e.buf = strconv.AppendFloat(e.buf, v, 'f', -1, 64)
	if v == float64(int64(v)) {
		e.buf = append(e.buf, ".0"...)
	}
}

// WriteTime writes seconds since the epoch with milliseconds.
func (e *encoder) WriteTime(s *smithy.Schema, v time.Time) {
	e.before(s)
	e.buf = strconv.AppendFloat(e.buf, float64(v.UnixMilli())/1000, 'f', -1, 64)
}

func (e *encoder) WriteString(s *smithy.Schema, v string) {
	e.before(s)
	e.text(v)
}

func (e *encoder) WriteBlob(s *smithy.Schema, v []byte) {
	e.before(s)
	e.buf = append(e.buf, '"')
	e.buf = base64.StdEncoding.AppendEncode(e.buf, v)
	e.buf = append(e.buf, '"')
}

func (e *encoder) WriteNil(s *smithy.Schema) {
	e.before(s)
	e.buf = append(e.buf, "null"...)
}

// The model has no members of these kinds.

func (e *encoder) WriteBigInt(*smithy.Schema, *big.Int)         { panic("wire: big integer") }
func (e *encoder) WriteBigFloat(*smithy.Schema, *big.Float)     { panic("wire: big decimal") }
func (e *encoder) WriteDocument(*smithy.Schema, document.Value) { panic("wire: document") }

const hexDigits = "0123456789abcdef"

// text writes a JSON string. Control characters, quotes and backslashes are escaped, nothing else; what is no UTF-8
// becomes the replacement character.
func (e *encoder) text(s string) {
	e.buf = append(e.buf, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, width := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && width == 1 {
				e.buf = append(append(e.buf, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += width
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			e.buf = append(e.buf, s[from:i]...)
			e.escape(c)
			from = i + 1
		}
		i++
	}
	e.buf = append(append(e.buf, s[from:]...), '"')
}

func (e *encoder) escape(c byte) {
	switch c {
	case '"', '\\':
		e.buf = append(e.buf, '\\', c)
	case '\n':
		e.buf = append(e.buf, '\\', 'n')
	case '\r':
		e.buf = append(e.buf, '\\', 'r')
	case '\t':
		e.buf = append(e.buf, '\\', 't')
	default:
		e.buf = append(e.buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
	}
}
