//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package journal

import (
	"fmt"
	"io"
	"runtime"
)

// Lock refuses: without a lock that ends with its process, two of them could write the same file.
func Lock(path string) (io.Closer, error) {
	return nil, fmt.Errorf("%s: no file locks on %s", path, runtime.GOOS)
}
