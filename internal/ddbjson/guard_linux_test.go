package ddbjson

import (
	"os"
	"sync"
	"syscall"
	"testing"
)

// atEnd returns s in memory behind which nothing may be read or written: the process would end.
func atEnd(t *testing.T, s string) []byte {
	t.Helper()
	page := guarded(t)
	b := page[len(page)-len(s):]
	copy(b, s)
	return b
}

// guarded returns a page of memory with nothing behind it. It is not given back, for tests may run at the same time.
func guarded(t *testing.T) []byte {
	t.Helper()
	if page, ok := pages.Load(t.Name()); ok {
		return page.([]byte)
	}
	size := os.Getpagesize()
	memory, err := syscall.Mmap(-1, 0, 2*size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mprotect(memory[size:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	pages.Store(t.Name(), memory[:size:size])
	return memory[:size:size]
}

var pages sync.Map // by the name of the test
