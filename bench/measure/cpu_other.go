//go:build !linux

package measure

import "time"

var started = time.Now()

// ProcessorTime is not known here: it is the time that passes.
func ProcessorTime() time.Duration { return time.Since(started) }
