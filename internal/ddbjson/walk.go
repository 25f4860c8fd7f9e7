package ddbjson

// Bad is the place that stands for text that is not of the form expected.
const Bad = bad

// Members walks through the JSON object at data[at]. It calls f with each member's name and the place of its value; f
// returns the place behind the value, or [Bad]. Members returns the place behind the object.
func Members(data []byte, at int, f func(name []byte, at int) int) int {
	i := space(data, at)
	if i >= len(data) || data[i] != '{' {
		return bad
	}
	i, more := first(data, i+1, '}')
	for more && i != bad {
		if i >= len(data) || data[i] != '"' {
			return bad
		}
		end := plainEnd(data, i+1)
		if end >= len(data) || data[end] != '"' {
			return bad // a name with escapes is left to the SDK
		}
		name := data[i+1 : end]
		if i = token(data, end+1, ':'); i == bad {
			return bad
		}
		if i = f(name, i); i != bad {
			i, more = next(data, i, '}')
		}
	}
	return i
}

// Elements is [Members] for an array; f gets the index of each element.
func Elements(data []byte, at int, f func(k, at int) int) int {
	i := space(data, at)
	if i >= len(data) || data[i] != '[' {
		return bad
	}
	i, more := first(data, i+1, ']')
	for k := 0; more && i != bad; k++ {
		if i = f(k, i); i != bad {
			i, more = next(data, i, ']')
		}
	}
	return i
}

// SkipSpace returns the place of the first byte of data from at on that is no white space.
func SkipSpace(data []byte, at int) int { return space(data, at) }

// SkipValue returns the place behind the JSON value at data[at], of any kind. It looks at no more than where strings,
// objects and arrays end.
func SkipValue(data []byte, at int) int {
	depth := 0
	for i := space(data, at); i < len(data); {
		switch data[i] {
		case '"':
			if i = skipText(data, i+1); i == bad {
				return bad
			}
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\t', '\n', '\r':
			i++
		default:
			i = scalarEnd(data, i)
		}
		if depth == 0 {
			return i
		}
		if depth < 0 {
			return bad
		}
	}
	return bad
}

// scalarEnd returns the place behind the number or word at i.
func scalarEnd(data []byte, i int) int {
	for i++; i < len(data); i++ {
		switch data[i] {
		case ',', ':', '}', ']', ' ', '\t', '\n', '\r', '"', '{', '[':
			return i
		}
	}
	return i
}
