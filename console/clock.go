package console

import (
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/console/timing"
)

// clock stamps what leaves the console. The game's goroutine moves it; a log
// line from any goroutine reads it.
type clock struct {
	begun time.Time    // the wall clock's when the session began
	since timing.Clock // started when the session began, before anything runs
	frame atomic.Uint64
	tick  atomic.Uint64
}

// start begins the session.
func (c *clock) start() {
	c.begun = time.Now()
	c.since = timing.NewClock(c.begun)
}

// now is the time since the session began. The wall clock does not touch it.
func (c *clock) now() time.Duration { return c.since.Now() }
