package dyn

import (
	"bytes"
	"encoding/binary"
	"math/big"
	"strings"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// identity is the primary key of an item as one string, the same for all items
// of a table whatever their entity.
func (e *entity) identity(item record) string {
	var room [128]byte
	return string(e.appendIdentity(room[:0], item))
}

func (e *entity) appendIdentity(b []byte, item record) []byte {
	for _, k := range e.primary().keys() {
		n := len(b)
		b = k.delimit(item.appendKey(append(b, 0, 0), k.name), n)
	}
	return b
}

// identityOf is identity of an item with the attributes that givens returned.
func (e *entity) identityOf(given []ddbjson.Attr) []byte {
	var room [128]byte
	b := room[:0]
	for i, k := range e.primary().keys() {
		n := len(b)
		b = k.delimit(appendKeyBytes(append(b, 0, 0), given[i].Value), n)
	}
	return bytes.Clone(b)
}

// delimit writes the length of a key value at the two bytes of b, from n on,
// that are before it.
func (k *keyAttr) delimit(b []byte, n int) []byte {
	if k.typ == "N" && len(b) > n+2 {
		b = append(b[:n+3], sameNumber(string(b[n+3:]))...)
	}
	binary.BigEndian.PutUint16(b[n:], uint16(len(b)-n-2))
	return b
}

// sameNumber returns the one form of all texts of a number: DynamoDB returns
// 1.10 as 1.1.
func sameNumber(s string) string {
	digits := strings.TrimPrefix(s, "-")
	if digits != "" && digits[0] != '0' && strings.Trim(digits, "0123456789") == "" || s == "0" {
		return s
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	return r.RatString()
}
