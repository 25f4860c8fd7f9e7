package key

// Op is a condition on a part.
type Op uint8

// The conditions a key can select.
const (
	Eq Op = iota
	Lt
	Le
	Gt
	Ge
	Between
	BeginsWith
)

// Range is a set of keys that one key condition selects:
//
//	Empty             nothing can match; send nothing
//	Prefix != ""      begins_with(k, Prefix)
//	Lower == Upper    k = Lower; when both are empty, every key of the partition
//	otherwise         k BETWEEN Lower AND Upper; an empty Upper or Lower is none (k >= Lower, k <= Upper)
//
// An Upper just past the prefix is never a key of the template itself.
type Range struct {
	Empty        bool
	Prefix       string
	Lower, Upper string

	// Residual: among the keys selected are some whose value does not satisfy the condition; test it after the read.
	Residual bool
}

// Range returns the keys whose leading parts equal leading and whose next part satisfies op. Ops take one operand, lo,
// and Between also hi. Only the ranged part is accounted for in Residual: leading parts that are Lossy need their own
// test. The error says why a part can't be ranged.
func (t *Template) Range(leading []Value, op Op, lo, hi Value) (Range, error) { return Range{}, nil }

// Ordered returns nil when keys sort as the values of the part do, else an error that says why not.
func (t *Template) Ordered(part int) error { return nil }

// Spans returns how many different texts the values from lo to hi have in a part that is Ordered: the number of
// partitions when the pk holds a time coarsely.
func (t *Template) Spans(part int, lo, hi Value) (int, error) { return 0, nil }
