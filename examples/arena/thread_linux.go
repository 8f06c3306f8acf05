package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTime returns the processor time of the thread that calls it: what other programs
// take of the machine is not in it. It means something to a goroutine that is locked to
// its thread. The thread's rusage will not do: it is as coarse as the scheduler's tick.
func threadTime() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
