package ddbjson

import (
	"encoding/base64"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ParseMap reads the map of attribute values at data[at:], such as a key, and returns it with the place behind it. When
// ok is false it refuses, as a [Decoder] does.
func ParseMap(data []byte, at int) (m map[string]types.AttributeValue, end int, ok bool) {
	if at = space(data, at); at >= len(data) || data[at] != '{' {
		return nil, at, false
	}
	d := newParser(data)
	defer d.release()
	m, end = d.treeMap(at + 1)
	return m, end, end != bad
}

// ParseValue is [ParseMap] for a single value, {"S":"…"}.
func ParseValue(data []byte, at int) (av types.AttributeValue, end int, ok bool) {
	d := newParser(data)
	defer d.release()
	av, end = d.tree(at)
	return av, end, end != bad
}

// parsers are decoders that know no struct.
var parsers = sync.Pool{New: func() any { return new(Decoder) }}

func newParser(data []byte) *Decoder {
	d := parsers.Get().(*Decoder)
	d.data, d.depth = data, 0
	return d
}

func (d *Decoder) release() {
	d.data = nil
	parsers.Put(d)
}

// tree reads the attribute value at i.
func (d *Decoder) tree(i int) (types.AttributeValue, int) {
	if i < 0 {
		return nil, bad
	}
	t, i := open(d.data, i)
	if i == bad {
		return nil, bad
	}
	av, i := d.treeContent(t, i)
	if i == bad {
		return nil, bad
	}
	return av, closing(d.data, i)
}

// treeContent reads the content of a value of type t, as [open] has left it.
func (d *Decoder) treeContent(t tag, i int) (types.AttributeValue, int) {
	switch t {
	case tagS:
		s, i := d.string(i)
		return &types.AttributeValueMemberS{Value: s}, i
	case tagN:
		s, i := d.string(i)
		return &types.AttributeValueMemberN{Value: s}, i
	case tagB:
		b, i := d.binary(i)
		return &types.AttributeValueMemberB{Value: b}, i
	case tagBOOL:
		b, i := word(d.data, i)
		return &types.AttributeValueMemberBOOL{Value: b}, i
	case tagNULL:
		b, i := word(d.data, i)
		return &types.AttributeValueMemberNULL{Value: b}, i
	case tagM:
		m, i := d.treeMap(i)
		return &types.AttributeValueMemberM{Value: m}, i
	case tagL:
		l, i := treeList(d, i, d.tree)
		return &types.AttributeValueMemberL{Value: l}, i
	case tagSS:
		l, i := treeList(d, i, d.quoted)
		return &types.AttributeValueMemberSS{Value: l}, i
	case tagNS:
		l, i := treeList(d, i, d.quoted)
		return &types.AttributeValueMemberNS{Value: l}, i
	case tagBS:
		l, i := treeList(d, i, d.quotedBinary)
		return &types.AttributeValueMemberBS{Value: l}, i
	}
	return nil, bad
}

func (d *Decoder) string(i int) (string, int) {
	text, end := d.text(i)
	if end == bad {
		return "", bad
	}
	return d.arena.text(text), end
}

func (d *Decoder) quoted(i int) (string, int) {
	if i >= len(d.data) || d.data[i] != '"' {
		return "", bad
	}
	return d.string(i + 1)
}

func (d *Decoder) binary(i int) ([]byte, int) {
	text, end := d.text(i)
	if end == bad {
		return nil, bad
	}
	b := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(b, text)
	if err != nil {
		return nil, bad
	}
	return b[:n], end
}

func (d *Decoder) quotedBinary(i int) ([]byte, int) {
	if i >= len(d.data) || d.data[i] != '"' {
		return nil, bad
	}
	return d.binary(i + 1)
}

// treeMap reads the rest of a map of attribute values.
func (d *Decoder) treeMap(i int) (map[string]types.AttributeValue, int) {
	if d.depth++; d.depth > maxDepth {
		return nil, bad
	}
	m := make(map[string]types.AttributeValue)
	i, more := first(d.data, i, '}')
	for more && i != bad {
		var key string
		if key, i = d.key(i); i == bad {
			return nil, bad
		}
		if m[key], i = d.tree(i); i != bad {
			i, more = next(d.data, i, '}')
		}
	}
	d.depth--
	return m, i
}

// treeList reads the rest of a list.
func treeList[T any](d *Decoder, i int, elem func(int) (T, int)) ([]T, int) {
	if d.depth++; d.depth > maxDepth {
		return nil, bad
	}
	l := make([]T, 0)
	i, more := first(d.data, i, ']')
	for more && i != bad {
		var x T
		if x, i = elem(i); i != bad {
			l = append(l, x)
			i, more = next(d.data, i, ']')
		}
	}
	d.depth--
	return l, i
}
