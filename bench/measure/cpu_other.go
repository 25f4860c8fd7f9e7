//go:build !linux

package measure

import "time"

var started = time.Now()

// processorTime is not known here: it is the time that passes.
func processorTime() time.Duration { return time.Since(started) }
