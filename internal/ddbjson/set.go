package ddbjson

// set is a set of small numbers, of which those less than 64 take no memory.
type set struct {
	few  uint64
	more []uint64
}

// add puts n into s; again is true when it was there.
func (s *set) add(n int) (again bool) {
	if n >= 64 {
		return s.addMore(n)
	}
	before := s.few
	s.few |= 1 << (n & 63)
	return s.few == before
}

func (s *set) addMore(n int) (again bool) {
	for len(s.more) < n/64 {
		s.more = append(s.more, 0)
	}
	word, bit := &s.more[n/64-1], uint64(1)<<(n&63)
	again = *word&bit != 0
	*word |= bit
	return again
}

// has tells whether n is in s.
func (s *set) has(n int) bool {
	if n >= 64 {
		return n/64 <= len(s.more) && s.more[n/64-1]&(1<<(n&63)) != 0
	}
	return s.few&(1<<(n&63)) != 0
}
