package ddbjson

import (
	"math/bits"
	"time"
)

// decode decodes the rest of a JSON object whose brace is before i into the struct at r. It returns the place behind
// the object.
//
// Most of the time that decoding takes is spent here. So attributes that come as expected, with values of the common
// types in their common forms, are dealt with in one loop that calls nothing for the commonest of them: calls cost as
// much as all the rest. What is not as expected is left to the methods of nodes.
func (o *object) decode(d *Decoder, i int, r ref) int {
	if d.depth++; d.depth > maxDepth {
		return bad
	}
	var seen set
	data, entries, learnt := d.data, o.entries, d.learn(o)
	at := len(entries) + 1 // before all
	i, more := first(data, i, '}')
	for more && i != bad {
		k := int(learnt.follower[at])
		expected := false
		if k < len(entries) {
			l := &entries[k].start
			if len(data)-i > literalSize {
				expected = l.head(data, i) && l.tail(data, i) && (l.more == "" || isAt(data, i+literalSize, l.more))
			} else {
				expected = isAt(data, i, l.text)
			}
		}
		if !expected {
			if k, i = o.unexpected(d, i, r, learnt, at); i == bad || k < len(entries) && seen.add(entries[k].bit) {
				return bad
			}
			at = k
			i, more = next(data, i, '}')
			continue
		}
		e := &entries[k]
		from, to, end := i+e.value, e.place.make(r), bad
		i += len(e.start.text)
		switch e.op {
		case opString:
			if c := &learnt.columns[k]; c.isUsual(data, i) {
				setString(e.node.target(d, to), c.usual)
				end = i + len(c.usual) + len(`"}`)
				break
			}
			// The text is copied while its end is looked for, and something behind it too: the block's rest is unused.
			block, used := d.arena.block, d.arena.used
			for n, most := 0, min(len(data)-i, len(block)-used, longText)-8; n <= most; n += 8 {
				w := load(data, i+n)
				store(block, used+n, w)
				m := special(w)
				if m == 0 {
					continue
				}
				if n += bits.TrailingZeros64(m) >> 3; isEnding(data, i+n) {
					if d.learning {
						learnt.columns[k].met(d, span{i, i + n})
					}
					setString(e.node.target(d, to), d.arena.take(n))
					end = i + n + len(`"}`)
				}
				break
			}
		case opInt:
			if x, j := integer(data, i); j != bad && setInt(e.node.target(d, to), e.node.kind, x) {
				end = j
			}
		case opFloat:
			if x, j := decimal(data, i); j != bad {
				setFloat(e.node.target(d, to), e.node.kind, x)
				end = j
			}
		case opTime:
			if t, j := utc(data, i); j != bad && isEnding(data, j) {
				setTime(e.node.target(d, to), t)
				end = j + len(`"}`)
			}
		case opSeconds:
			if x, j := integer(data, i); j != bad {
				setTime(e.node.target(d, to), time.Unix(x, 0))
				end = j
			}
		case opBool:
			if b, j := quickWord(data, i); j != bad {
				setBool(e.node.target(d, to), b)
				end = j
			}
		}
		if end == bad {
			if end = e.node.rest(d, i, to); end == bad {
				return bad
			}
		}
		if e.extra >= 0 {
			d.extras[e.extra] = span{from, end}
		}
		if seen.add(e.bit) {
			return bad // which one counts is for the SDK to say
		}
		if at, i = k, end; i < len(data) && data[i] == ',' {
			i++
		} else {
			i, more = next(data, i, '}')
		}
	}
	d.depth--
	return i
}

// unexpected decodes the attribute at i, which is no entry or not the expected one. It returns its number.
func (o *object) unexpected(d *Decoder, i int, r ref, learnt *memory, at int) (k, end int) {
	if k = int(learnt.follower[at]) - len(o.entries) - 2; k >= 0 && isAt(d.data, i, learnt.unknown[k]) {
		return k + len(o.entries) + 2, skip(d.data, i+len(learnt.unknown[k]), d.depth)
	}
	if k, end = o.search(d, space(d.data, i), r, learnt); end != bad {
		learnt.follower[at] = uint16(k)
	}
	return k, end
}

// search decodes the attribute at i, which is not the one expected. It returns its number.
func (o *object) search(d *Decoder, i int, r ref, learnt *memory) (k, end int) {
	if i >= len(d.data) || d.data[i] != '"' {
		return 0, bad
	}
	from := i
	name, i := d.text(i + 1)
	if i == bad {
		return 0, bad
	}
	k = o.find(name)
	if i = token(d.data, i, ':'); i == bad {
		return 0, bad
	}
	if k == len(o.entries) {
		if i-from < maxName { // longer ones would take memory that stays
			k = learnt.number(d.data[from:i])
		}
		return k, skip(d.data, i, d.depth)
	}
	e := &o.entries[k]
	recorded := e.extra >= 0 && e.name == string(name)
	end = e.node.value(d, i, e.place.make(r))
	if recorded && end != bad {
		d.extras[e.extra] = span{i, end}
	}
	return k, end
}
