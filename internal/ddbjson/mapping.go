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
		i = eachMember(d, n, i, m, &d.elem.text)
	case opInt:
		m := make(map[string]int)
		*as[map[string]int](r) = m
		i = eachMember(d, n, i, m, &d.elem.int)
	case opFloat:
		m := make(map[string]float64)
		*as[map[string]float64](r) = m
		i = eachMember(d, n, i, m, &d.elem.float)
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
func eachMember[T any](d *Decoder, n *node, i int, m map[string]T, value *T) int {
	r := refTo(value)
	i, more := first(d.data, i, '}')
	for k := 0; more && i != bad; k++ {
		var key string
		if key, i = n.member(d, k, i); i == bad {
			return bad
		}
		var zero T
		*value = zero
		if i = n.elem.value(d, i, r); i != bad {
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

// maxKeys is how many keys of the last map a decoder remembers.
const maxKeys = 16

// member reads the name of member k of a map and the colon behind it. It expects the one that the last map had there.
// Names with escapes are not remembered: as they are in the data, they may be what others mean.
func (n *node) member(d *Decoder, k, i int) (string, int) {
	keys := d.keys[n.id]
	if k < len(keys) {
		if key := keys[k]; isAt(d.data, i+1, key) && d.data[i] == '"' {
			if end := i + 1 + len(key); end+1 < len(d.data) && d.data[end] == '"' && d.data[end+1] == ':' {
				return key, end + 2
			}
		}
	}
	key, end := d.key(i)
	switch {
	case end == bad || len(key) > maxName || !isAt(d.data, i+1, key) || d.data[i+1+len(key)] != '"':
	case k < len(keys):
		keys[k] = key
	case k == len(keys) && k < maxKeys:
		d.keys[n.id] = append(keys, key)
	}
	return key, end
}

// anyMapping is mapping for the types that it does not list.
func (n *node) anyMapping(d *Decoder, i int, r ref) int {
	m := reflect.MakeMap(n.c.Base)
	valueOf(r, n.c.Base).Set(m)
	key, elem := reflect.New(n.c.Base.Key()).Elem(), reflect.New(n.c.Base.Elem()).Elem()
	i, more := first(d.data, i, '}')
	for k := 0; more && i != bad; k++ {
		var name string
		if name, i = n.member(d, k, i); i == bad {
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
