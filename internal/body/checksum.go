package body

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
)

// ChecksumHeader has the CRC32 of a body as it was sent.
const ChecksumHeader = "X-Amz-Crc32"

// ChecksumError is the error of a response that was damaged on its way, which the SDK only logs.
type ChecksumError struct{ Text string }

func (e *ChecksumError) Error() string { return e.Text }

// RetryableError makes the SDK's retryers try again.
func (*ChecksumError) RetryableError() bool { return true }

// Check compares the body, if all of it was read, with the checksum that the service has sent.
func (b *Body) Check(h http.Header) error {
	v := h[ChecksumHeader]
	if len(v) == 0 || v[0] == "" {
		return nil
	}
	want, err := strconv.ParseUint(v[0], 10, 32)
	if err != nil {
		return fmt.Errorf("unable to parse checksum header %v, %w", v[0], err)
	}
	if b.broken {
		return nil
	}
	if got := crc32.ChecksumIEEE(b.raw); got != uint32(want) {
		return &ChecksumError{fmt.Sprintf("response did not match expected checksum, %d, %d", want, got)}
	}
	return nil
}
