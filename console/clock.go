package console

import (
	"sync/atomic"
	"time"
)

// clock stamps what leaves the console. The game's goroutine moves it; a log
// line from any goroutine reads it.
type clock struct {
	start time.Time // when the session began; set once, before anything runs
	frame atomic.Uint64
	tick  atomic.Uint64
}

// now is the time since the session began. The wall clock does not touch it.
func (c *clock) now() time.Duration { return time.Since(c.start) }
