package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func record(payload string) []byte { return append(make([]byte, HeaderSize), payload...) }

// read gives the payloads of a file, and its good size.
func read(path string) ([]string, int64, error) {
	var got []string
	size, err := Read(path, func(p []byte) error {
		got = append(got, string(p))
		return nil
	})
	return got, size, err
}

// write makes a journal with the payloads, and gives its path and the offsets between which its records lie.
func write(t *testing.T, payloads ...string) (string, []int64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	j, err := Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	ends := []int64{j.Size()}
	for _, p := range payloads {
		if err := j.Append(record(p)); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, j.Size())
	}
	if err := errors.Join(j.Sync(), j.Close()); err != nil {
		t.Fatal(err)
	}
	return path, ends
}

var payloads = []string{"one", "", "three", string(make([]byte, 3*maxKept)), "five"}

func TestReadsWhatWasAppended(t *testing.T) {
	t.Parallel()
	path, ends := write(t, payloads...)
	got, size, err := read(path)
	if diff := cmp.Diff(payloads, got); diff != "" || size != ends[len(ends)-1] || err != nil {
		t.Errorf("size %d, %v, %s", size, err, diff)
	}
	if got, size, err := read(filepath.Join(t.TempDir(), "none")); got != nil || size != 0 || err != nil {
		t.Errorf("no file: %q, %d, %v", got, size, err)
	}
}

// TestUnfinishedRecord cuts a file at every byte: all records before the cut are read, and appending goes on after them.
func TestUnfinishedRecord(t *testing.T) {
	t.Parallel()
	path, ends := write(t, "one", "", "three")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) + 1 {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		var want []string
		wantSize := int64(0)
		for i, end := range ends {
			if int64(cut) >= end {
				want, wantSize = append([]string{}, []string{"one", "", "three"}[:i]...), end
			}
		}
		got, size, err := read(path)
		if err != nil || size != wantSize || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Fatalf("cut at %d: %q, size %d, %v; want %q, %d", cut, got, size, err, want, wantSize)
		}
		j, err := Open(path, size)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(j.Append(record("more")), j.Close()); err != nil {
			t.Fatal(err)
		}
		if got, _, err := read(path); err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", append(want, "more")) {
			t.Fatalf("cut at %d, after more: %q, %v", cut, got, err)
		}
	}
}

// TestDamage flips every bit of a file: nothing is read that was not written, and the damage is found where it is.
func TestDamage(t *testing.T) {
	t.Parallel()
	path, ends := write(t, "one", "", "three")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(whole) {
		damaged := append([]byte(nil), whole...)
		damaged[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		wantOffset, wantRecords := int64(0), 0
		for i, end := range ends {
			if int64(bit/8) >= end {
				wantOffset, wantRecords = end, i
			}
		}
		got, size, err := read(path)
		var damage *Damage
		if !errors.As(err, &damage) || damage.Offset != wantOffset || size != wantOffset || len(got) != wantRecords {
			t.Fatalf("bit %d: %q, size %d, %v; want damage at %d", bit, got, size, err, wantOffset)
		}
	}
}

func TestRefusedRecordIsDamage(t *testing.T) {
	t.Parallel()
	path, ends := write(t, "one", "two")
	_, err := Read(path, func(p []byte) error {
		if string(p) == "two" {
			return errors.New("no")
		}
		return nil
	})
	want := fmt.Sprintf("damaged at byte %d: no", ends[1])
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestFailedAppend writes to a file that was closed: what was there stays, and the failure is told.
func TestFailedAppend(t *testing.T) {
	t.Parallel()
	path, _ := write(t, "one")
	_, size, _ := read(path)
	j, err := Open(path, size)
	if err != nil {
		t.Fatal(err)
	}
	_ = j.f.Close()
	for range 2 {
		if err := j.Append(record("two")); !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	}
	if got, after, err := read(path); len(got) != 1 || after != size || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	path, ends := write(t, "one", "two", "three")
	old, err := Open(path, ends[3])
	if err != nil {
		t.Fatal(err)
	}
	next, err := Open(path+".new", 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(next.Append(record("all")), next.CopyRecords(old, ends[2], ends[3])); err != nil {
		t.Fatal(err)
	}
	now, err := next.Replace(old)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(now.Append(record("four")), now.Close()); err != nil {
		t.Fatal(err)
	}
	got, size, err := read(path)
	if diff := cmp.Diff([]string{"all", "three", "four"}, got); diff != "" || size != now.Size() || err != nil {
		t.Errorf("%d, %v, %s", size, err, diff)
	}
	if _, err := os.Stat(path + ".new"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestReplaceFails takes the new file away before: the old one goes on.
func TestReplaceFails(t *testing.T) {
	t.Parallel()
	path, ends := write(t, "one")
	old, err := Open(path, ends[1])
	if err != nil {
		t.Fatal(err)
	}
	next, err := Open(path+".new", 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path + ".new"); err != nil {
		t.Fatal(err)
	}
	now, err := next.Replace(old)
	if now == nil || !errors.Is(err, os.ErrNotExist) {
		t.Fatal(now, err)
	}
	if err := errors.Join(now.Append(record("two")), now.Close()); err != nil {
		t.Fatal(err)
	}
	got, _, err := read(path)
	if diff := cmp.Diff([]string{"one", "two"}, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	for range 2 {
		first, err := Lock(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Lock(path); !errors.Is(err, ErrLocked) {
			t.Errorf("second lock: %v", err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzRead reads any bytes: whatever they are, what is read can be appended to and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(magic))
	f.Add([]byte(magic + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, size, _ := read(path)
		j, err := Open(path, size)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(j.Append(record("more")), j.Close()); err != nil {
			t.Fatal(err)
		}
		again, _, err := read(path)
		if diff := cmp.Diff(append(got, "more"), again); diff != "" || err != nil {
			t.Error(err, diff)
		}
	})
}
