package body

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"testing"
	"testing/iotest"
)

// TestCheck has headers that are right, wrong and none, for a whole body and one that breaks off.
func TestCheck(t *testing.T) {
	t.Parallel()
	text := []byte(`{"Item":{}}`)
	sum := crc32.ChecksumIEEE(text)
	for _, tt := range []struct {
		header string
		broken bool
		want   string
	}{
		{"", false, ""},
		{strconv.Itoa(int(sum)), false, ""},
		{strconv.Itoa(int(sum ^ 1)), false, "response did not match expected checksum, " + strconv.Itoa(int(sum^1)) + ", " + strconv.Itoa(int(sum))},
		{strconv.Itoa(int(sum ^ 1)), true, ""},
		{"x", true, `unable to parse checksum header x, strconv.ParseUint: parsing "x": invalid syntax`},
		{"4294967296", false, `unable to parse checksum header 4294967296, strconv.ParseUint: parsing "4294967296": value out of range`},
	} {
		var r io.Reader = bytes.NewReader(text)
		if tt.broken {
			r = io.MultiReader(r, iotest.ErrReader(io.ErrUnexpectedEOF))
		}
		b, err := Read(r, -1)
		if (err != nil) != tt.broken {
			t.Fatal(err)
		}
		h := http.Header{}
		h.Set(ChecksumHeader, tt.header)
		got := ""
		if err := b.Check(h); err != nil {
			got = err.Error()
			var damaged *ChecksumError
			if errors.As(err, &damaged) != (tt.header == strconv.Itoa(int(sum^1))) {
				t.Errorf("%q: %T", tt.header, err)
			}
		}
		if got != tt.want {
			t.Errorf("%q, broken %v: %q, want %q", tt.header, tt.broken, got, tt.want)
		}
		b.Free()
	}
}
