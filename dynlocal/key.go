package dynlocal

import (
	"crypto/md5"
	"encoding/binary"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/expr"
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// keySchema is the key of a table or an index: the attributes that choose the partition and those that order it.
type keySchema struct {
	elements  []types.KeySchemaElement
	hash, rng []expr.KeyAttr
}

func newKeySchema(elements []types.KeySchemaElement, kinds map[string]value.Kind) keySchema {
	s := keySchema{elements: elements}
	for _, e := range elements {
		name := aws.ToString(e.AttributeName)
		attr := expr.KeyAttr{Name: name, Kind: kinds[name]}
		if e.KeyType == types.KeyTypeHash {
			s.hash = append(s.hash, attr)
		} else {
			s.rng = append(s.rng, attr)
		}
	}
	return s
}

// names gives the key attributes' names in key order.
func (s *keySchema) names() []string {
	names := make([]string, 0, len(s.hash)+len(s.rng))
	for _, a := range s.hash {
		names = append(names, a.Name)
	}
	for _, a := range s.rng {
		names = append(names, a.Name)
	}
	return names
}

// has reports whether the attribute is part of the key.
func (s *keySchema) has(name string) bool { return s.kind(name) != value.None }

func (s *keySchema) kind(name string) value.Kind {
	for _, a := range s.hash {
		if a.Name == name {
			return a.Kind
		}
	}
	for _, a := range s.rng {
		if a.Name == name {
			return a.Kind
		}
	}
	return value.None
}

// appendKey appends the key of the item, whose order is that of the tree: first a hash of the partition, as in the
// service, where a scan does not find partitions in key order, then the partition's attributes, then the others.
// It reports false if the item lacks an attribute of the key or has it empty or with another type.
func (s *keySchema) appendKey(dst []byte, item value.Item) ([]byte, bool) {
	var some [4]value.Value
	hash := some[:0]
	for _, a := range s.hash {
		v := item.Get(a.Name)
		if v.Kind() != a.Kind || emptyKind(v) != "" {
			return dst, false
		}
		hash = append(hash, v)
	}
	dst = appendPartition(dst, hash)
	for _, a := range s.rng {
		v := item.Get(a.Name)
		if v.Kind() != a.Kind || emptyKind(v) != "" {
			return dst, false
		}
		dst = value.AppendKey(dst, v)
	}
	return dst, true
}

// hashSize is the number of bytes of the hash that a key begins with.
const hashSize = 4

// appendPartition appends what the keys of all items of one partition begin with.
func appendPartition(dst []byte, hash []value.Value) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	for _, v := range hash {
		dst = value.AppendKey(dst, v)
	}
	binary.BigEndian.PutUint32(dst[start:], partitionHash(hash, dst[start+hashSize:]))
	return dst
}

// partitionHash spreads partitions over the hash space as the service has been seen to: by the MD5 of a salt and the
// key's own bytes. Numbers and tuples, where nothing is known, are hashed in their encoded form.
func partitionHash(hash []value.Value, encoded []byte) uint32 {
	var some [128]byte
	in := append(some[:0], "Outliers"...)
	if len(hash) == 1 && hash[0].Kind() != value.N {
		in = append(in, hash[0].Text()...)
	} else {
		in = append(in, encoded...)
	}
	sum := md5.Sum(in)
	return binary.BigEndian.Uint32(sum[:])
}

// keyRange is the keys k with lo <= k < hi; an empty hi is no bound.
type keyRange struct{ lo, hi string }

// has reports whether the key lies in the range.
func (r keyRange) has(key string) bool { return key >= r.lo && (r.hi == "" || key < r.hi) }

// prefixRange is all keys that begin with the prefix.
func prefixRange(prefix []byte) keyRange { return keyRange{string(prefix), successor(prefix)} }

// successor gives the least string greater than all that begin with prefix, "" if there is none.
func successor(prefix []byte) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			next := append([]byte(nil), prefix[:i+1]...)
			next[i]++
			return string(next)
		}
	}
	return ""
}

// rangeOf gives the keys of a partition that satisfy the terms, of which only the last may be other than EQ.
func rangeOf(hash []value.Value, terms []expr.KeyTerm) keyRange {
	prefix := appendPartition(nil, hash)
	for _, t := range terms {
		if t.Op != expr.EQ {
			return termRange(prefix, t)
		}
		prefix = value.AppendKey(prefix, t.Value)
	}
	return prefixRange(prefix)
}

// termRange narrows the keys with the prefix by one comparison. An encoded value marks its own end, so what begins
// with it has just that value.
func termRange(prefix []byte, t expr.KeyTerm) keyRange {
	if t.Op == expr.BeginsWith {
		return prefixRange(value.AppendKeyPrefix(prefix, t.Value))
	}
	all := prefixRange(prefix)
	at := prefixRange(value.AppendKey(prefix[:len(prefix):len(prefix)], t.Value))
	switch t.Op {
	case expr.LT:
		return keyRange{all.lo, at.lo}
	case expr.LE:
		return keyRange{all.lo, at.hi}
	case expr.GT:
		return keyRange{at.hi, all.hi}
	case expr.GE:
		return keyRange{at.lo, all.hi}
	default: // Between
		high := prefixRange(value.AppendKey(prefix[:len(prefix):len(prefix)], t.High))
		return keyRange{at.lo, high.hi}
	}
}

// segmentRange gives the keys of one segment of a parallel scan: an equal share of the hash space.
func segmentRange(segment, total int32) keyRange {
	bound := func(i int32) string {
		first := (uint64(i)<<32 + uint64(total) - 1) / uint64(total)
		if first == 0 || first > 1<<32-1 {
			return ""
		}
		return string(binary.BigEndian.AppendUint32(nil, uint32(first)))
	}
	return keyRange{bound(segment), bound(segment + 1)}
}
