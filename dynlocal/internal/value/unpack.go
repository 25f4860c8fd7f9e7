package value

import "encoding/binary"

// Packed returns the item's data, of which [Unpack] makes the item again.
func (it Item) Packed() string { return it.data }

// Unpack returns the item with the data. It reports false for what is no item's data. Of the texts of numbers it only
// finds that there are any, and it does not look whether names and sets are sorted.
func Unpack(data string) (Item, bool) {
	if !isPacked(M, data, 0) {
		return Item{}, false
	}
	return newItem(data), true
}

// isPacked reports whether the data of a value that lies in depth lists and maps can be read.
func isPacked(k Kind, data string, depth int) bool {
	ok := true
	switch k {
	case S, B:
	case N:
		return data != ""
	case BOOL:
		return data == "\x00" || data == "\x01"
	case NULL:
		return data == ""
	case SS, NS, BS:
		var text string
		for data != "" && ok {
			text, data, ok = nextText(data)
			ok = ok && (k != NS || text != "")
		}
	case L, M:
		for data != "" && ok {
			data, ok = nextEntry(k, data, depth)
		}
	default:
		return false
	}
	return ok
}

// nextEntry skips an element of a list or map, and reports whether there is one.
func nextEntry(k Kind, s string, depth int) (rest string, ok bool) {
	if k == M {
		if _, s, ok = nextText(s); !ok {
			return "", false
		}
	}
	if s == "" || depth > maxDepth {
		return "", false
	}
	data, rest, ok := nextText(s[1:])
	return rest, ok && isPacked(Kind(s[0]), data, depth+1)
}

// nextText is cutText for what may not be there.
func nextText(s string) (text, rest string, ok bool) {
	head := s[:min(len(s), binary.MaxVarintLen64)]
	n, width := binary.Uvarint([]byte(head))
	if width <= 0 || n > uint64(len(s)-width) {
		return "", "", false
	}
	return s[width : width+int(n)], s[width+int(n):], true
}
