package ddbjson

// decode decodes the rest of a JSON object whose brace is before i into the struct at r. It returns the place behind
// the object.
//
// Most of the time that decoding takes is spent here. So attributes that come as expected are dealt with in one loop,
// which calls little for the commonest forms of the commonest types: calls cost as much as all the rest. What is not as
// expected is left to the methods of nodes.
func (o *object) decode(d *Decoder, i int, r ref) int {
	if d.depth++; d.depth > maxDepth {
		return bad
	}
	data, entries, learnt, seen := d.data, o.entries, d.learn(o), set{}
	at := len(entries) + 1 // before all
	i, more := first(data, i, '}')
	for more && i != bad {
		k := int(learnt.follower[at])
		switch {
		case k < len(entries) && (len(data)-i > entries[k].start.reach && entries[k].start.head(data, i) && entries[k].start.tail(data, i) || entries[k].start.isAt(data, i)):
			e := &entries[k]
			from, to, end := i+e.value, e.place.make(r), bad
			i += len(e.start.text)
			switch e.op {
			case opString:
				if c := &learnt.columns[k]; c.isUsual(data, i) && isEnding(data, i+len(c.usual)) {
					setString(e.node.target(d, to), c.usual)
					end = i + len(c.usual) + len(`"}`)
				} else if text, j := d.arena.quoted(data, i); j > 0 && isEnding(data, j-1) {
					c.met(d, span{i, j - 1})
					setString(e.node.target(d, to), text)
					end = j + len(`}`)
				}
			case opInt:
				if len(data)-i > lookahead {
					if x, n := shortInteger(data, i); n > 0 && n < 8 && isEnding(data, i+n) && setInt(e.node.target(d, to), e.node.kind, x) {
						end = i + n + len(`"}`)
					}
				}
			case opBool:
				if b, j := quickWord(data, i); j != bad {
					setBool(e.node.target(d, to), b)
					end = j
				}
			case opSkip:
				end = learnt.columns[k].skip(d, i)
			}
			if end == bad {
				end = e.node.rest(d, i, to)
			}
			d.extras[e.extra], i = span{from, end}, end
		case k > len(entries)+1 && isAt(data, i, learnt.unknown[k-len(entries)-2]):
			i = skip(data, i+len(learnt.unknown[k-len(entries)-2]), d.depth)
		default:
			k, i = o.search(d, space(data, i), r, learnt)
			learnt.follower[at] = uint16(k)
		}
		if i == bad || k < len(entries) && seen.add(entries[k].bit) {
			return bad // if an attribute is there twice, which one counts is for the SDK to say
		}
		if at = k; i < len(data) && data[i] == ',' {
			i++ // white space behind it is left to search
		} else {
			i, more = slowNext(data, i, '}')
		}
	}
	d.depth--
	return i
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
	recorded := e.name == string(name)
	end = e.node.value(d, i, e.place.make(r))
	if recorded {
		d.extras[e.extra] = span{i, end}
	}
	return k, end
}
