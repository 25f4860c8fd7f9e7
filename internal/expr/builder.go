package expr

import (
	"math/bits"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Builder collects the placeholders that the expressions of one request share.
// The zero Builder is ready for use. It has room within for requests of
// ordinary size and no pointers into itself, so that it can live on the stack.
type Builder struct {
	text   [320]byte
	length int    // of what is in text
	long   []byte // all text, when it is more

	names  [12]string
	named  int
	values [12]types.AttributeValue
	valued int
	texts  [6]string // the values that are strings, as far as there is room
	plain  uint16    // a bit for each value: it is one of texts

	// Those that names and values have no room for.
	moreNames  []string
	moreValues []types.AttributeValue
}

// Text is where an expression lies in what a Builder has written: those of one
// request share one string.
type Text struct{ from, to int }

// In returns the expression, given what [Builder.Written] returned.
func (t Text) In(written string) string { return written[t.from:t.to] }

// Written returns all expressions that b has written.
func (b *Builder) Written() string {
	if b.long != nil {
		return string(b.long)
	}
	return string(b.text[:b.length])
}

// Projection writes a projection of the given paths, in their order.
func (b *Builder) Projection(paths []Path) Text {
	start := b.len()
	for i, p := range paths {
		if i > 0 {
			b.write(", ")
		}
		b.path(p)
	}
	return b.since(start)
}

// Names returns the request's ExpressionAttributeNames, nil when there are none.
func (b *Builder) Names() map[string]string {
	if b.named == 0 {
		return nil
	}
	m := make(map[string]string, b.named+len(b.moreNames))
	for i, n := range b.names[:b.named] {
		m[common[0][i]] = n
	}
	for i, n := range b.moreNames {
		m[placeholder('#', len(b.names)+i)] = n
	}
	return m
}

// Values returns the request's ExpressionAttributeValues, nil when there are none.
func (b *Builder) Values() map[string]types.AttributeValue {
	if b.valued == 0 {
		return nil
	}
	m := make(map[string]types.AttributeValue, b.valued+len(b.moreValues))
	own := make([]types.AttributeValueMemberS, b.texted()) // together, as they live together
	next := 0
	for i, v := range b.values[:b.valued] {
		if b.plain>>i&1 != 0 {
			own[next].Value = b.texts[next]
			v = &own[next]
			next++
		}
		m[common[1][i]] = v
	}
	for i, v := range b.moreValues {
		m[placeholder(':', len(b.values)+i)] = v
	}
	return m
}

func (b *Builder) len() int { return max(b.length, len(b.long)) }

func (b *Builder) since(start int) Text { return Text{start, b.len()} }

func (b *Builder) write(s string) {
	if b.long == nil && len(s) <= len(b.text)-b.length {
		b.length += copy(b.text[b.length:], s)
		return
	}
	if b.long == nil {
		b.long = append(make([]byte, 0, 2*(len(b.text)+len(s))), b.text[:b.length]...)
	}
	b.long = append(b.long, s...)
}

func (b *Builder) path(p Path) {
	for i := range p {
		s := &p[i]
		if s.List {
			b.write("[")
			b.write(strconv.Itoa(s.Index))
			b.write("]")
			continue
		}
		if i > 0 {
			b.write(".")
		}
		b.name(s.Name)
	}
}

// name writes the placeholder of an attribute name. Requests have few names, so
// a scan finds a known one sooner than a map would.
func (b *Builder) name(name string) {
	for i, n := range b.names[:b.named] {
		if n == name {
			b.write(common[0][i])
			return
		}
	}
	if i := b.named; i < len(b.names) {
		b.names[i] = name
		b.named++
		b.write(common[0][i])
		return
	}
	for i, n := range b.moreNames {
		if n == name {
			b.write(placeholder('#', len(b.names)+i))
			return
		}
	}
	b.moreNames = append(b.moreNames, name)
	b.write(placeholder('#', len(b.names)+len(b.moreNames)-1))
}

// shared writes the placeholder of a value that is part of other requests too:
// each gets a copy.
func (b *Builder) shared(v types.AttributeValue) {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		b.string(s.Value)
	} else {
		b.value(Own(v))
	}
}

// string writes the placeholder of a value that is a string.
func (b *Builder) string(s string) {
	n := b.texted()
	if n == len(b.texts) || b.valued == len(b.values) {
		b.value(&types.AttributeValueMemberS{Value: s})
		return
	}
	b.texts[n] = s
	b.plain |= 1 << b.valued
	b.value(nil)
}

// texted returns how many of the values are in texts.
func (b *Builder) texted() int { return bits.OnesCount16(b.plain) }

func (b *Builder) value(v types.AttributeValue) {
	if i := b.valued; i < len(b.values) {
		b.values[i] = v
		b.valued++
		b.write(common[1][i])
		return
	}
	b.moreValues = append(b.moreValues, v)
	b.write(placeholder(':', len(b.values)+len(b.moreValues)-1))
}

// common holds the placeholders of ordinary requests, so that writing them
// allocates nothing.
var common = func() (c [2][64]string) {
	for i := range 64 {
		c[0][i] = "#" + strconv.Itoa(i)
		c[1][i] = ":" + strconv.Itoa(i)
	}
	return c
}()

func placeholder(kind byte, i int) string {
	switch {
	case i >= 64:
		return string(kind) + strconv.Itoa(i)
	case kind == '#':
		return common[0][i]
	}
	return common[1][i]
}
