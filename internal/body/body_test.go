package body

import (
	"bytes"
	"errors"
	"io"
	"math"
	"testing"
	"testing/iotest"
)

// TestRead has bodies of all sizes around those that matter, with a known length, none and a wrong one.
func TestRead(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 1, least - 1, least, least + 1, 100_000, maxPresized - 1, maxPresized, maxPresized + 1, maxKept - 1, maxKept, maxKept + 1}
	for _, size := range sizes {
		want := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		for _, length := range []int64{-1, 0, int64(size), int64(size) / 2, 1 << 50, math.MaxInt64} {
			b, err := Read(bytes.NewReader(want), length)
			if err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Fatalf("size %d, length %d: %d bytes, %v", size, length, len(b.Bytes()), err)
			}
			b.Free()
		}
	}
}

// TestReadMemory has headers that promise more than comes, and bodies whose length is known.
func TestReadMemory(t *testing.T) {
	t.Parallel()
	b := new(Body)
	if err := b.fill(bytes.NewReader(make([]byte, 10)), 1<<50); err != nil || cap(b.raw) > 2*maxPresized {
		t.Errorf("%d bytes for 10, %v", cap(b.raw), err)
	}
	const size = maxPresized + maxPresized/2
	b = new(Body)
	if err := b.fill(bytes.NewReader(make([]byte, size)), size); err != nil || cap(b.raw) > size+size/8 {
		t.Errorf("%d bytes for %d, %v", cap(b.raw), size, err)
	}
}

// TestReadBroken has a body that breaks off: what came before is there.
func TestReadBroken(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	b, err := Read(io.MultiReader(bytes.NewReader(make([]byte, 10_000)), iotest.ErrReader(broken)), 20_000)
	if len(b.Bytes()) != 10_000 || !errors.Is(err, broken) {
		t.Errorf("%d bytes, %v", len(b.Bytes()), err)
	}
}
