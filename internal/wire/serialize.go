package wire

import (
	"encoding/base64"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/document"
	"github.com/aws/smithy-go/encoding"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// serializer writes the JSON of inputs, with items in the place of placeholders. It writes what the SDK's serializer for
// this protocol does, which cannot be had outside of the SDK.
type serializer struct {
	buf     []byte
	slots   []Slot
	known   *Known
	written int  // of the slots
	comma   bool // a comma goes before the next value
	keyed   bool // the key of the next value is there
	members bool // the next value is a member of an object, and needs its key
	stack   []bool
	room    [16]bool
	item    bool // a map of an item has just begun
	inside  bool // a placeholder
	unknown bool // something was written that this serializer cannot
}

// serializers are those that are not in use.
var serializers = sync.Pool{New: func() any { return new(serializer) }}

// maxRequest is a little more than a large batch takes.
const maxRequest = 1 << 20

func newSerializer(slots []Slot) *serializer {
	n := 512
	for _, s := range slots {
		n += len(s.Item) + 128
	}
	s := serializers.Get().(*serializer)
	*s = serializer{buf: slices.Grow(s.buf[:0], n), slots: slots}
	s.stack = s.room[:0]
	return s
}

// free gives the serializer back, with a buffer that nobody holds any more.
func (s *serializer) free() {
	if cap(s.buf) <= maxRequest {
		s.slots, s.known = nil, nil
		serializers.Put(s)
	}
}

// Bytes implements [smithy.ShapeSerializer].
func (s *serializer) Bytes() []byte { return s.buf }

// begin writes what comes before a value.
func (s *serializer) begin(schema *smithy.Schema) {
	s.item = false
	if s.keyed {
		s.keyed = false
		return
	}
	if s.comma {
		s.buf = append(s.buf, ',')
	}
	s.comma = true
	if s.members && schema != nil && schema.MemberName() != "" {
		s.buf = append(ddbjson.AppendText(s.buf, schema.MemberName()), ':')
	}
}

// open begins an object or an array, and shut ends it.
func (s *serializer) open(schema *smithy.Schema, c byte, members bool) {
	s.begin(schema)
	s.buf = append(s.buf, c)
	s.stack = append(s.stack, s.members)
	s.comma, s.members = false, members
}

func (s *serializer) shut(c byte) {
	s.buf = append(s.buf, c)
	last := len(s.stack) - 1
	s.comma, s.members, s.stack = true, s.stack[last], s.stack[:last]
}

// WriteMap implements [smithy.ShapeSerializer].
func (s *serializer) WriteMap(schema *smithy.Schema) {
	s.open(schema, '{', false)
	s.item = len(s.slots) > 0 && (schema == schemas.PutItemInput_Item || schema == schemas.PutRequest_Item ||
		schema == schemas.Put_Item || schema == schemas.GetItemInput_Key || schema == schemas.DeleteRequest_Key ||
		schema == schemas.Get_Key || schema == batchKey)
}

// batchKey is the schema of a key of BatchGetItem.
var batchKey = schemas.KeysAndAttributes_Keys.ListMember()

// WriteKey implements [smithy.ShapeSerializer].
func (s *serializer) WriteKey(_ *smithy.Schema, key string) {
	if s.item && strings.HasPrefix(key, mark) {
		s.place(key[len(mark):])
		return
	}
	if s.comma {
		s.buf = append(s.buf, ',')
	}
	s.comma, s.keyed, s.item = true, true, false
	s.buf = append(ddbjson.AppendText(s.buf, key), ':')
}

// place writes an item over the brace that was to begin its placeholder.
func (s *serializer) place(index string) {
	s.inside = true
	s.buf = s.buf[:len(s.buf)-1]
	s.unknown = !s.fill(index) || s.unknown
}

// CloseMap implements [smithy.ShapeSerializer].
func (s *serializer) CloseMap() {
	s.shut('}')
	if s.inside {
		s.inside = false
		s.buf = s.buf[:len(s.buf)-1] // the item has its own
	}
}

// WriteUnion implements [smithy.ShapeSerializer].
func (s *serializer) WriteUnion(schema, variant *smithy.Schema) {
	if s.inside {
		return
	}
	s.open(schema, '{', true)
	s.begin(variant)
	s.keyed = true
}

// CloseUnion implements [smithy.ShapeSerializer].
func (s *serializer) CloseUnion() {
	if s.inside {
		return
	}
	s.keyed = false
	s.shut('}')
}

// WriteStruct implements [smithy.ShapeSerializer].
func (s *serializer) WriteStruct(schema *smithy.Schema) { s.open(schema, '{', true) }

// CloseStruct implements [smithy.ShapeSerializer].
func (s *serializer) CloseStruct() { s.shut('}') }

// WriteList implements [smithy.ShapeSerializer].
func (s *serializer) WriteList(schema *smithy.Schema) { s.open(schema, '[', false) }

// CloseList implements [smithy.ShapeSerializer].
func (s *serializer) CloseList() { s.shut(']') }

// WriteBool implements [smithy.ShapeSerializer].
func (s *serializer) WriteBool(schema *smithy.Schema, v bool) {
	if s.inside {
		return
	}
	s.begin(schema)
	s.buf = strconv.AppendBool(s.buf, v)
}

// WriteString implements [smithy.ShapeSerializer].
func (s *serializer) WriteString(schema *smithy.Schema, v string) {
	s.begin(schema)
	s.buf = ddbjson.AppendText(s.buf, v)
}

// WriteBlob implements [smithy.ShapeSerializer].
func (s *serializer) WriteBlob(schema *smithy.Schema, v []byte) {
	if v == nil {
		s.WriteNil(schema)
		return
	}
	s.begin(schema)
	s.buf = append(base64.StdEncoding.AppendEncode(append(s.buf, '"'), v), '"')
}

// WriteNil implements [smithy.ShapeSerializer].
func (s *serializer) WriteNil(schema *smithy.Schema) {
	s.begin(schema)
	s.buf = append(s.buf, "null"...)
}

// WriteInt8 implements [smithy.ShapeSerializer].
func (s *serializer) WriteInt8(schema *smithy.Schema, v int8) { s.WriteInt64(schema, int64(v)) }

// WriteInt16 implements [smithy.ShapeSerializer].
func (s *serializer) WriteInt16(schema *smithy.Schema, v int16) { s.WriteInt64(schema, int64(v)) }

// WriteInt32 implements [smithy.ShapeSerializer].
func (s *serializer) WriteInt32(schema *smithy.Schema, v int32) { s.WriteInt64(schema, int64(v)) }

// WriteInt64 implements [smithy.ShapeSerializer].
func (s *serializer) WriteInt64(schema *smithy.Schema, v int64) {
	s.begin(schema)
	s.buf = strconv.AppendInt(s.buf, v, 10)
}

// WriteFloat32 implements [smithy.ShapeSerializer].
func (s *serializer) WriteFloat32(schema *smithy.Schema, v float32) { s.float(schema, float64(v), 32) }

// WriteFloat64 implements [smithy.ShapeSerializer].
func (s *serializer) WriteFloat64(schema *smithy.Schema, v float64) { s.float(schema, v, 64) }

func (s *serializer) float(schema *smithy.Schema, v float64, bits int) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		s.unknown = true
		return
	}
	s.begin(schema)
	s.buf = encoding.EncodeFloat(s.buf, v, bits)
}

// WriteTime implements [smithy.ShapeSerializer]. DynamoDB has times as seconds only.
func (s *serializer) WriteTime(schema *smithy.Schema, v time.Time) {
	s.WriteFloat64(schema, smithytime.FormatEpochSeconds(v))
}

// WriteBigInt implements [smithy.ShapeSerializer].
func (s *serializer) WriteBigInt(*smithy.Schema, *big.Int) { s.unknown = true }

// WriteBigFloat implements [smithy.ShapeSerializer].
func (s *serializer) WriteBigFloat(*smithy.Schema, *big.Float) { s.unknown = true }

// WriteDocument implements [smithy.ShapeSerializer].
func (s *serializer) WriteDocument(*smithy.Schema, document.Value) { s.unknown = true }
