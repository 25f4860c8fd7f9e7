package body

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/iotest"
)

// TestPayload is read as any reader, and again.
func TestPayload(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 100, 10_000} {
		want := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		p := NewPayload(want)
		for range 2 {
			if err := iotest.TestReader(p, want); err != nil {
				t.Errorf("%d bytes: %v", size, err)
			}
			var b bytes.Buffer
			if _, err := p.Seek(0, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			n := p.Len()
			if m, err := p.WriteTo(&b); int(m) != size || n != size || err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("%d bytes: %d of %d written, %v", size, m, n, err)
			}
			if _, err := p.Seek(0, io.SeekStart); err != nil {
				t.Fatal(err)
			}
		}
		for _, at := range []int64{-1, int64(size) + 1} {
			if _, err := p.Seek(at, io.SeekStart); err == nil {
				t.Errorf("%d of %d bytes is a place", at, size)
			}
		}
	}
}

// TestPayloadFree takes back bodies that have been read to different places. After that there is nothing to read.
func TestPayloadFree(t *testing.T) {
	t.Parallel()
	for _, read := range []int{0, 1, 99, 100} {
		t.Run(fmt.Sprint(read), func(t *testing.T) {
			p := NewPayload(make([]byte, 100))
			if n, err := io.ReadFull(p, make([]byte, read)); n != read || err != nil {
				t.Fatal(n, err)
			}
			free := p.Free()
			if free != (read == 100) {
				t.Errorf("free: %v", free)
			}
			if left, err := io.ReadAll(p); len(left) != 100-read || err != nil {
				t.Errorf("%d bytes are left, %v", len(left), err)
			}
			if at, err := p.Seek(0, io.SeekStart); at != 0 || err != nil || free == (p.Len() > 0) {
				t.Errorf("%d bytes to read again, %v", p.Len(), err)
			}
		})
	}
}

// TestSending counts a body as free once nobody can look at it any more.
func TestSending(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		size int
		read []bool // each attempt's
		free bool
	}{
		{Small, nil, true},
		{Small, []bool{false}, true},
		{Small, []bool{false, false}, true},
		{Small + 1, nil, true},
		{Small + 1, []bool{false}, false},
		{Small + 1, []bool{true}, true},
		{Small + 1, []bool{true, true}, false},
	} {
		var s Sending
		raw := make([]byte, tt.size)
		for _, read := range tt.read {
			if r := s.Next(raw, nil); read {
				if n, err := io.Copy(io.Discard, r); n != int64(tt.size) || err != nil {
					t.Fatal(n, err)
				}
			}
		}
		if s.Free() != tt.free {
			t.Errorf("%+v: free %t", tt, s.Free())
		}
	}
}

// TestPayloadHeld has somebody who is being written to, for as long as it takes.
func TestPayloadHeld(t *testing.T) {
	t.Parallel()
	p := NewPayload(make([]byte, 100))
	w := blocked{make(chan struct{}), make(chan struct{})}
	var g sync.WaitGroup
	g.Go(func() { _, _ = p.WriteTo(w) })
	<-w.begun
	if p.Free() {
		t.Error("free while it is being written")
	}
	close(w.end)
	g.Wait()
	if !p.Free() {
		t.Error("not free after it was written")
	}
}

type blocked struct{ begun, end chan struct{} }

func (b blocked) Write(p []byte) (int, error) {
	close(b.begun)
	<-b.end
	return len(p), nil
}
