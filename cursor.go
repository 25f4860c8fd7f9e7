package dyn

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/expr"
)

// Cursor is a place in a query's results: the text is safe in URLs. "" is the
// start, and as [Page.Next] the end. A cursor works for the query that made it,
// with the same table, entity, index, direction and key conditions; filter,
// limit and projection may differ. Used elsewhere, or damaged, it is an
// [ErrCursor].
//
// A cursor holds the keys of the last item, readable by whoever gets it. With
// [WithCursorKeys] it is sealed.
type Cursor string

// WithCursorKeys seals cursors with AES-256-GCM: they can be neither read nor
// made by others. Each key has 32 bytes. Cursors are sealed with the current
// key and opened with it or the old ones, which allows for changing keys.
func WithCursorKeys(current []byte, old ...[]byte) ServiceOption {
	return func(s *Service) error {
		x := &sealer{}
		for _, k := range append([][]byte{current}, old...) {
			if len(k) != 32 {
				return fmt.Errorf("a cursor key has 32 bytes, not %d", len(k))
			}
			block, err := aes.NewCipher(k)
			if err != nil {
				return err
			}
			gcm, err := cipher.NewGCM(block)
			if err != nil {
				return err
			}
			x.keys = append(x.keys, gcm)
		}
		s.sealer = x
		return nil
	}
}

type sealer struct{ keys []cipher.AEAD } // the current one first

// The forms of a cursor, its first byte.
const (
	cursorPlain  = 1
	cursorSealed = 2
)

// binding is what ties a cursor to its query.
func (q *query) binding(ctx context.Context) []byte {
	h := sha256.New()
	put := func(b []byte) {
		_ = binary.Write(h, binary.BigEndian, uint32(len(b))) // a hash takes all
		h.Write(b)
	}
	e := q.ix.e
	for _, s := range []string{e.svc.tableName(ctx), e.name, q.name, q.ix.name, q.ix.sch.Name, fmt.Sprint(q.scan, q.descending)} {
		put([]byte(s))
	}
	if !q.scan {
		for _, c := range append(q.plan.conds(nil, false), q.undecided()...) {
			put([]byte{byte(c.Op)})
			put([]byte(c.Path.String()))
			switch {
			case c.Plain:
				put(keyBytes(&types.AttributeValueMemberS{Value: c.Text}))
			case c.Value != nil:
				put(keyBytes(c.Value))
			}
			for _, a := range c.Args {
				put(keyBytes(a.Value))
			}
		}
	}
	return h.Sum(nil)
}

// undecided returns those of the key conditions that the expression for the
// keys does not have in full.
func (q *query) undecided() []expr.Cond {
	out := make([]expr.Cond, 0, len(q.plan.residual))
	for i := range q.plan.residual {
		x, err := q.ix.e.m.cond(&q.plan.residual[i])
		if err == nil { // else the query has not been started
			out = append(out, x)
		}
	}
	return out
}

// seal makes the cursor for an ExclusiveStartKey.
func (q *query) seal(ctx context.Context, at rawItem) (Cursor, error) {
	if len(at) == 0 {
		return "", nil
	}
	body, err := q.cursorBody(at)
	if err != nil {
		return "", err
	}
	bind := q.binding(ctx)
	x := q.ix.e.svc.sealer
	if x == nil {
		sum := sha256.Sum256(append(bind, body...))
		return encodeCursor(cursorPlain, sum[:8], body), nil
	}
	nonce := make([]byte, x.keys[0].NonceSize())
	if _, err := io.ReadFull(q.ix.e.svc.random, nonce); err != nil {
		return "", err
	}
	return encodeCursor(cursorSealed, nonce, x.keys[0].Seal(nil, nonce, body, bind)), nil
}

func encodeCursor(form byte, parts ...[]byte) Cursor {
	b := append([]byte{form}, slices.Concat(parts...)...)
	return Cursor(base64.RawURLEncoding.EncodeToString(b))
}

// open returns the ExclusiveStartKey that a cursor of this query stands for.
func (q *query) open(ctx context.Context, c Cursor) (rawItem, error) {
	b, err := base64.RawURLEncoding.DecodeString(string(c))
	if err != nil || len(b) == 0 || encodeCursor(b[0], b[1:]) != c { // other texts may decode to the same
		return nil, ErrCursor
	}
	body, ok := q.unseal(ctx, b[0], b[1:])
	if !ok {
		return nil, ErrCursor
	}
	return q.cursorKeys(body)
}

func (q *query) unseal(ctx context.Context, form byte, b []byte) ([]byte, bool) {
	bind := q.binding(ctx)
	x := q.ix.e.svc.sealer
	switch {
	case form == cursorPlain && x == nil && len(b) >= 8:
		sum := sha256.Sum256(append(bind, b[8:]...))
		return b[8:], bytes.Equal(sum[:8], b[:8])
	case form == cursorSealed && x != nil:
		for _, k := range x.keys {
			if n := k.NonceSize(); len(b) > n {
				if body, err := k.Open(nil, b[:n], b[n:], bind); err == nil {
					return body, true
				}
			}
		}
	}
	return nil, false
}

// position returns the start key after item.
func (q *query) position(item record) rawItem {
	at := rawItem{}
	for _, name := range q.cursorNames() {
		at[name] = item.get(name)
	}
	return at
}

// cursorNames lists the key attributes of the index and the table, in an order
// that the query decides.
func (q *query) cursorNames() []string {
	var names []string
	for _, k := range slices.Concat(q.ix.keys(), q.ix.e.primary().keys()) {
		if !slices.Contains(names, k.name) {
			names = append(names, k.name)
		}
	}
	return names
}

var errCursorKey = errors.New("the item lacks a key attribute, so no cursor can point to it")

// cursorBody writes the values of the key attributes, each with type and length.
func (q *query) cursorBody(at rawItem) ([]byte, error) {
	var b []byte
	for _, name := range q.cursorNames() {
		v := keyBytes(at[name])
		if v == nil {
			return nil, errCursorKey
		}
		b = binary.AppendUvarint(b, uint64(len(v)))
		b = append(b, v...)
	}
	return b, nil
}

func (q *query) cursorKeys(b []byte) (rawItem, error) {
	at := rawItem{}
	for _, name := range q.cursorNames() {
		n, w := binary.Uvarint(b)
		if w <= 0 || n > uint64(len(b)-w) {
			return nil, ErrCursor
		}
		av := keyValue(b[w : w+int(n)])
		if av == nil {
			return nil, ErrCursor
		}
		at[name], b = av, b[w+int(n):]
	}
	if len(b) > 0 {
		return nil, ErrCursor
	}
	return at, nil
}

// keyBytes writes a key value as its type and content, nil for anything else.
func keyBytes(av types.AttributeValue) []byte { return appendKeyBytes(nil, av) }

func appendKeyBytes(b []byte, av types.AttributeValue) []byte {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return append(append(b, 'S'), v.Value...)
	case *types.AttributeValueMemberN:
		return append(append(b, 'N'), v.Value...)
	case *types.AttributeValueMemberB:
		return append(append(b, 'B'), v.Value...)
	}
	return b
}

func keyValue(b []byte) types.AttributeValue {
	if len(b) == 0 {
		return nil
	}
	switch s := string(b[1:]); b[0] {
	case 'S':
		return &types.AttributeValueMemberS{Value: s}
	case 'N':
		return &types.AttributeValueMemberN{Value: s}
	case 'B':
		return &types.AttributeValueMemberB{Value: b[1:]}
	}
	return nil
}
