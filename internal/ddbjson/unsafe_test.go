//go:build !purego

package ddbjson

// What decoding and encoding an item may allocate.
const maxDecodeAllocs, maxEncodeAllocs = 3, 0
