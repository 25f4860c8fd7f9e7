package dynlocal

import (
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// pageFault is what faults want of the page of a listing.
type pageFault struct {
	limit int32 // 0 for none
	empty bool
}

// PageSize ends each page of a query or scan after n items, counted before the filter, as if they filled it.
func PageSize(n int) Fault {
	return stateless(func(c *call, next func() (any, error)) (any, error) {
		c.pages.limit = int32(max(1, n))
		return next()
	}).On("Query", "Scan")
}

// EmptyPage answers a query or scan with a page that has no items and yet a LastEvaluatedKey from which it goes on, as
// the service may do at any time. Use [Fault.Times], or the query never ends. A page is left as it is where no such key
// can be found, as with a query that selects one item by its whole key.
func EmptyPage() Fault {
	return stateless(func(c *call, next func() (any, error)) (any, error) {
		c.pages.empty = true
		return next()
	}).On("Query", "Scan")
}

// limited gives the lower of the listing's own limit and the fault's.
func (f pageFault) limited(limit int32) int32 {
	if f.limit > 0 && (limit == 0 || f.limit < limit) {
		return f.limit
	}
	return limit
}

// emptyPage gives a page without items that goes on at the first item in r, nil if there is none.
func (l *listing) emptyPage(s source, b bounds, r keyRange) *page {
	var first value.Item
	s.walk(r, l.backward, func(item value.Item) bool {
		first = item
		return false
	})
	if first.IsEmpty() {
		return nil
	}
	last := l.startKey
	if !l.hasStart {
		ok := false
		if last, ok = l.ahead(s, b, first); !ok {
			return nil
		}
	}
	p := &page{usage: usage{name: aws.ToString(l.tableName)}, last: last.SDK()}
	if l.mode != types.SelectCount {
		p.items = []map[string]types.AttributeValue{}
	}
	p.usage.add(s.index, readUnits(0, l.consistent))
	return p
}

// ahead gives a key that the listing may start after and that has the item next. All positions end with the key of the
// table, so it is enough to change that.
func (l *listing) ahead(s source, b bounds, item value.Item) (value.Item, bool) {
	key := value.NewItem(nil)
	for name, v := range item.Keep(s.keyNames()...).All() {
		key = key.With(name, v)
	}
	attrs := s.table.key.rng
	if len(attrs) == 0 {
		attrs = s.table.key.hash
	}
	name := attrs[len(attrs)-1].Name
	at := s.position(key)
	for v := range neighbours(item.Get(name), l.backward, len(s.table.key.rng) == 0) {
		k := key.With(name, v)
		if p := s.position(k); b.whole.has(p) && b.has(p) && (p < at) != l.backward && p != at {
			return k, true
		}
	}
	return value.Item{}, false
}

// neighbours yields values to try in place of v: one a little lower, or higher. Of a hash, which has no order to rely
// on, it yields many.
func neighbours(v value.Value, higher, hashed bool) func(func(value.Value) bool) {
	return func(yield func(value.Value) bool) {
		if !hashed {
			if n, ok := neighbour(v, higher); ok {
				yield(n)
			}
			return
		}
		for i := range 1000 {
			if !yield(numbered(v.Kind(), i)) {
				return
			}
		}
	}
}

func numbered(kind value.Kind, i int) value.Value {
	text := strconv.Itoa(i)
	switch kind {
	case value.N:
		return value.Int(int64(i))
	case value.B:
		return value.Binary([]byte(text))
	}
	return value.String(text)
}

// neighbour gives a value of the same kind that is lower or higher, and false if there is none.
func neighbour(v value.Value, higher bool) (value.Value, bool) {
	text := v.Text()
	if v.Kind() == value.N {
		step := value.Int(-1)
		if higher {
			step = value.Int(1)
		}
		n, err := value.Add(v, step)
		return n, err == nil && n != v
	}
	if higher {
		text += "\x01"
	} else {
		text = lowerText(text, v.Kind() == value.S)
	}
	if v.Kind() == value.B {
		return value.Binary([]byte(text)), text != ""
	}
	return value.String(text), text != ""
}

// lowerText gives a text that sorts before the given one, "" if there is none.
func lowerText(text string, unicode bool) string {
	if !unicode {
		if len(text) == 1 && text[0] > 0 {
			return string([]byte{text[0] - 1})
		}
		return text[:len(text)-1]
	}
	r, width := utf8.DecodeLastRuneInString(text)
	if len(text) > width {
		return text[:len(text)-width]
	}
	if r--; r < 0 {
		return ""
	}
	if !utf8.ValidRune(r) {
		r = 0xD7FF // below the surrogates, which no text holds
	}
	return string(r)
}
