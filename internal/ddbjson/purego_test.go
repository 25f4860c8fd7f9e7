//go:build purego

package ddbjson

// What decoding and encoding an item may allocate. Reflection takes more.
const maxDecodeAllocs, maxEncodeAllocs = 7, 4
