package ddbjson

import "reflect"

// mapping decodes the content of M into a map with strings as keys.
func (n *node) mapping(d *Decoder, i int, r ref) int {
	if d.depth++; d.depth > maxDepth {
		return bad
	}
	r = n.target(d, r)
	switch n.mapOf {
	case opString:
		m := make(map[string]string)
		*as[map[string]string](r) = m
		i = eachMember(d, n.elem, i, m, &d.elem.text)
	case opInt:
		m := make(map[string]int)
		*as[map[string]int](r) = m
		i = eachMember(d, n.elem, i, m, &d.elem.int)
	case opFloat:
		m := make(map[string]float64)
		*as[map[string]float64](r) = m
		i = eachMember(d, n.elem, i, m, &d.elem.float)
	default:
		i = n.anyMapping(d, i, r)
	}
	d.depth--
	return i
}

var (
	stringMap = reflect.TypeFor[map[string]string]()
	intMap    = reflect.TypeFor[map[string]int]()
	floatMap  = reflect.TypeFor[map[string]float64]()
)

// eachMember decodes the rest of a map into m, by way of value.
func eachMember[T any](d *Decoder, elem *node, i int, m map[string]T, value *T) int {
	r := refTo(value)
	i, more := first(d.data, i, '}')
	for more && i != bad {
		var key string
		if key, i = d.key(i); i == bad {
			return bad
		}
		var zero T
		*value = zero
		if i = elem.value(d, i, r); i != bad {
			m[key] = *value
			i, more = next(d.data, i, '}')
		}
	}
	return i
}

// key reads the name of a member of a map and the colon behind it.
func (d *Decoder) key(i int) (string, int) {
	if i >= len(d.data) || d.data[i] != '"' {
		return "", bad
	}
	name, i := d.text(i + 1)
	if i == bad {
		return "", bad
	}
	key := d.names.text(name)
	if i < len(d.data) && d.data[i] == ':' {
		return key, space(d.data, i+1)
	}
	return key, token(d.data, i, ':')
}

// anyMapping is mapping for the types that it does not list.
func (n *node) anyMapping(d *Decoder, i int, r ref) int {
	m := reflect.MakeMap(n.c.Base)
	valueOf(r, n.c.Base).Set(m)
	key, elem := reflect.New(n.c.Base.Key()).Elem(), reflect.New(n.c.Base.Elem()).Elem()
	i, more := first(d.data, i, '}')
	for more && i != bad {
		var name string
		if name, i = d.key(i); i == bad {
			return bad
		}
		key.SetString(name)
		elem.SetZero()
		if i = n.elem.value(d, i, refOf(elem)); i != bad {
			m.SetMapIndex(key, elem)
			i, more = next(d.data, i, '}')
		}
	}
	return i
}
