package codec

import (
	"math"
	"reflect"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// spare is the room that Encode leaves in the map for keys and the like.
const spare = 8

func (c *Codec) structCodec(p *Plan) encodeFunc {
	c.Kind, c.plan = Struct, p
	c.from.dict = p.decode
	return func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
		m := make(map[string]types.AttributeValue, len(p.Fields))
		if err := p.encode(e, m, v); err != nil {
			return nil, err
		}
		return &types.AttributeValueMemberM{Value: m}, nil
	}
}

// Encode returns all attributes of struct v. The map has room for a few more.
func (p *Plan) Encode(v reflect.Value) (map[string]types.AttributeValue, error) {
	m := make(map[string]types.AttributeValue, len(p.Fields)+spare)
	if err := p.EncodeInto(m, v); err != nil {
		return nil, err
	}
	return m, nil
}

// EncodeInto is Encode into a map that the caller has made.
func (p *Plan) EncodeInto(m map[string]types.AttributeValue, v reflect.Value) error {
	e := newEncoder()
	defer e.release()
	e.reserve(p.size)
	return p.encode(e, m, v)
}

func (p *Plan) encode(e *encoder, m map[string]types.AttributeValue, v reflect.Value) error {
	if err := e.enter(); err != nil {
		return err
	}
	defer e.leave()
	for i := range p.Fields {
		f := &p.Fields[i]
		av, err := f.encode(e, v)
		if err != nil {
			return err
		}
		if av != nil {
			m[f.Name] = av
		}
	}
	return nil
}

// Decode sets the fields of struct v, which must be settable, from m. Names match exactly or else without regard to
// case. Attributes without a field are ignored, fields without an attribute left as they are. Slices are replaced, maps
// added to. After an error v may be changed in part.
func (p *Plan) Decode(m map[string]types.AttributeValue, v reflect.Value) error {
	return p.decode(m, v)
}

// decode reports the error of the first field that has one, whatever the order of the map.
func (p *Plan) decode(m map[string]types.AttributeValue, v reflect.Value) error {
	var room [8]types.AttributeValue
	if len(p.Fields) <= len(room) && 2*len(p.Fields) <= len(m)+1 && p.pick(m, &room) {
		for i := range p.Fields {
			if err := p.Fields[i].Decode(room[i], v); err != nil {
				return err
			}
		}
		return nil
	}
	var first error
	failed := len(p.Fields)
	for name, av := range m {
		i, ok := p.names[name]
		if !ok {
			if i, ok = p.lookFolded(m, name); !ok {
				continue
			}
		}
		if err := p.Fields[i].Decode(av, v); err != nil && i < failed {
			first, failed = err, i
		}
	}
	return first
}

// pick takes the attributes of all fields out of m. It reports false when one is missing, or has a name that fits only
// without regard to case.
func (p *Plan) pick(m map[string]types.AttributeValue, into *[8]types.AttributeValue) bool {
	for i := range p.Fields {
		var ok bool
		if into[i], ok = m[p.Fields[i].Name]; !ok {
			return false
		}
	}
	return true
}

// lookFolded returns the field that name stands for when case does not count. A name in m that fits the field better
// has precedence: the exact one, or the first in order.
func (p *Plan) lookFolded(m map[string]types.AttributeValue, name string) (int, bool) {
	i, ok := p.foldedIndex(name)
	if !ok {
		return 0, false
	}
	if _, exact := m[p.Fields[i].Name]; exact {
		return 0, false
	}
	for other := range m {
		if other >= name {
			continue
		}
		if j, ok := p.foldedIndex(other); ok && i == j {
			return 0, false
		}
	}
	return i, true
}

func (p *Plan) foldedIndex(name string) (int, bool) {
	if p.shapes&shape(name) == 0 {
		return -1, false
	}
	var buf [64]byte
	i := p.folded()[string(appendFolded(buf[:0], name))]
	return i - 1, i > 0
}

// shape is a bit that names have in common when they are the same without regard to case: of their length and first
// letter. One that is not of ASCII alone may be the same as any.
func shape(name string) uint64 {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return math.MaxUint64
		}
	}
	if name == "" {
		return 1
	}
	return 1 << ((uint(name[0]&^0x20)*5 + uint(len(name))) % 64)
}

func fold(s string) string { return string(appendFolded(nil, s)) }

// appendFolded appends s in a form that is the same for all texts that strings.EqualFold holds equal.
func appendFolded(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z':
			dst = append(dst, byte(r-'a'+'A'))
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		default:
			dst = utf8.AppendRune(dst, leastFold(r))
		}
	}
	return dst
}

func leastFold(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}
