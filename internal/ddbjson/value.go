package ddbjson

import (
	"encoding/base64"
	"math"
	"reflect"
	"time"
)

// value decodes the attribute value at i into what is at r, and returns the place behind it.
func (n *node) value(d *Decoder, i int, r ref) int {
	if n.quick == opSkip {
		return skip(d.data, i, d.depth)
	}
	if n.tag != tagNone && n.first.isShortAt(d.data, i) {
		return n.rest(d, i+len(n.open), r)
	}
	t, i := open(d.data, i)
	if i == bad {
		return bad
	}
	if i = n.content(d, t, i, r); i == bad {
		return bad
	}
	return closing(d.data, i)
}

// rest is value behind n.open. The common forms of the common types are dealt with here, without the calls that lead
// to them otherwise.
func (n *node) rest(d *Decoder, i int, r ref) int {
	switch n.quick {
	case opString, opNumber:
		if s, end := d.arena.quoted(d.data, i); end != bad && end < len(d.data) && d.data[end] == '}' {
			setString(n.target(d, r), s)
			return end + 1
		}
	case opInt:
		if x, end := integer(d.data, i); end != bad && setInt(n.target(d, r), n.kind, x) {
			return end
		}
	case opFloat:
		if x, end := decimal(d.data, i); end != bad {
			setFloat(n.target(d, r), n.kind, x)
			return end
		}
	case opTime:
		if t, end := utc(d.data, i); end != bad && isEnding(d.data, end) {
			setTime(n.target(d, r), t)
			return end + len(`"}`)
		}
	case opSeconds:
		if x, end := integer(d.data, i); end != bad {
			setTime(n.target(d, r), time.Unix(x, 0))
			return end
		}
	case opTexts:
		if i = n.list(d, n.tag, i, r); i == bad {
			return bad
		}
		return closing(d.data, i)
	case opMap:
		if i = n.mapping(d, i, r); i == bad {
			return bad
		}
		return closing(d.data, i)
	case opStruct:
		if i = n.object.decode(d, i, n.target(d, r)); i == bad {
			return bad
		}
		return closing(d.data, i)
	}
	return n.slowRest(d, i, r)
}

func (n *node) slowRest(d *Decoder, i int, r ref) int {
	if n.tag == tagNone {
		return n.value(d, i, r)
	}
	if i = n.content(d, n.tag, i, r); i == bad {
		return bad
	}
	return closing(d.data, i)
}

// content decodes the content of a value of type t, as [open] has left it, and returns the place behind it.
func (n *node) content(d *Decoder, t tag, i int, r ref) int {
	switch t {
	case tagS:
		return n.text(d, i, r)
	case tagN:
		return n.number(d, i, r)
	case tagBOOL:
		if n.op == opBool {
			b, end := word(d.data, i)
			setBool(n.target(d, r), b)
			return end
		}
	case tagB:
		if n.op == opBytes {
			return n.bytes(d, i, r)
		}
	case tagM:
		switch n.op {
		case opStruct:
			return n.object.decode(d, i, n.target(d, r))
		case opMap:
			return n.mapping(d, i, r)
		}
	case tagNULL:
		if n.op != opTree {
			_, end := word(d.data, i)
			return end // what is at r is zero as it is
		}
	default:
		if n.op == opTexts || n.op == opList {
			return n.list(d, t, i, r)
		}
	}
	return n.tree(d, t, i, r)
}

// text decodes the content of S.
func (n *node) text(d *Decoder, i int, r ref) int {
	switch n.op {
	case opString, opNumber:
		return n.plain(d, i, r)
	case opInt, opUint, opFloat:
		if n.byText {
			return n.numeric(d, i, r)
		}
	case opTime:
		text, end := d.text(i)
		if n.byText {
			return n.seconds(d, text, end, r)
		}
		t, ok := parseTime(text)
		if end == bad || !ok {
			return bad
		}
		setTime(n.target(d, r), t)
		return end
	}
	return n.tree(d, tagS, i, r)
}

// number decodes the content of N.
func (n *node) number(d *Decoder, i int, r ref) int {
	switch n.op {
	case opString, opNumber:
		return n.plain(d, i, r)
	case opInt, opUint, opFloat:
		return n.numeric(d, i, r)
	case opTime:
		text, end := d.text(i)
		return n.seconds(d, text, end, r)
	}
	return n.tree(d, tagN, i, r)
}

func (n *node) plain(d *Decoder, i int, r ref) int {
	text, end := d.text(i)
	if end == bad {
		return bad
	}
	setString(n.target(d, r), d.arena.text(text))
	return end
}

// numeric decodes text into a number.
func (n *node) numeric(d *Decoder, i int, r ref) int {
	text, end := d.text(i)
	if end == bad {
		return bad
	}
	ok := false
	switch n.op {
	case opInt:
		var x int64
		if x, ok = parseInt(text); ok {
			ok = setInt(n.target(d, r), n.kind, x)
		}
	case opUint:
		var x uint64
		if x, ok = parseUint(text); ok {
			ok = setUint(n.target(d, r), n.kind, x)
		}
	default:
		var x float64
		if x, ok = parseFloat(text); ok {
			ok = n.kind == reflect.Float64 || math.Abs(x) <= math.MaxFloat32 || math.IsInf(x, 0) || math.IsNaN(x)
			setFloat(n.target(d, r), n.kind, x)
		}
	}
	if !ok {
		return bad
	}
	return end
}

func (n *node) seconds(d *Decoder, text []byte, end int, r ref) int {
	x, ok := parseInt(text)
	if end == bad || !ok {
		return bad
	}
	setTime(n.target(d, r), time.Unix(x, 0))
	return end
}

func (n *node) bytes(d *Decoder, i int, r ref) int {
	text, end := d.text(i)
	if end == bad {
		return bad
	}
	b := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	k, err := base64.StdEncoding.Decode(b, text)
	if err != nil {
		return bad
	}
	setBytes(n.target(d, r), b[:k])
	return end
}

// target follows n's pointers from r to new values.
func (n *node) target(d *Decoder, r ref) ref {
	if n.pointers > 0 {
		return n.follow(d, r)
	}
	return r
}

func (n *node) follow(d *Decoder, r ref) ref {
	if n.pointers == 1 && n.kind == reflect.String {
		return allocateString(d, r, n.c.Base)
	}
	t := n.c.Type
	for range n.pointers {
		t = t.Elem()
		r = allocate(r, t)
	}
	return r
}

// tree decodes by way of an AttributeValue.
func (n *node) tree(d *Decoder, t tag, i int, r ref) int {
	av, end := d.treeContent(t, i)
	if end == bad || n.c.Decode(av, valueOf(r, n.c.Type)) != nil {
		return bad
	}
	return end
}
