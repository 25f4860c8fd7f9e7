package measure

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime returns what this process has had.
func processorTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		panic(err) // Linux has had this clock since 2.6
	}
	return time.Duration(t.Nano())
}
