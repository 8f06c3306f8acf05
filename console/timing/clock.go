package timing

import (
	"math"
	"slices"
	"time"
)

// Clock tells the time since it was started. It does not go back and does not
// follow the wall clock. Go's own clock steps by a millisecond and more on Windows;
// there this one asks QueryPerformanceCounter. The zero Clock has not been started.
// Any goroutine may read it.
type Clock struct {
	start time.Time
	qpc   *qpc // nil where Go's clock is good
	ahead time.Duration
}

// NewClock starts a clock that counts from a moment, as a rule now.
func NewClock(start time.Time) Clock {
	c := Clock{start: start, qpc: newQPC()}
	if c.qpc != nil {
		c.ahead = time.Since(start)
	}
	return c
}

// Now is the time since the moment that the clock counts from.
func (c *Clock) Now() time.Duration {
	if c.qpc != nil {
		return c.ahead + c.qpc.now()
	}
	return time.Since(c.start)
}

// Source says which clock times scopes, and how fine it is.
type Source struct {
	// Kind is "tsc" or "cntvct", the processor's counter on amd64 and arm64; "qpc",
	// QueryPerformanceCounter; or "go", time.Since.
	Kind string
	// Resolution is the usual difference between two readings that differ, reading
	// included, found when the clock was chosen.
	Resolution time.Duration
}

// source is what reads time in scopes: in ticks of the counter, or in ns.
type source struct {
	clock Clock
	raw   bool // ticks are the counter's
}

// ticks reads the time.
func (s *source) ticks() uint64 {
	if s.raw {
		return counter()
	}
	return uint64(s.clock.Now())
}

// kind names the source.
func (s *source) kind() string {
	switch {
	case s.raw:
		return counterKind
	case s.clock.qpc != nil:
		return "qpc"
	}
	return "go"
}

// resolution is the usual difference between two readings of which the second is
// later, in ticks. The least would say nothing: what keeps a counter from standing still
// on a virtual machine adds one.
func (s *source) resolution() uint64 {
	const wanted, tries = 101, 100_000
	steps := make([]uint64, 0, wanted)
	last := s.ticks()
	for n := 0; n < tries && len(steps) < wanted; n++ {
		now := s.ticks()
		if now > last {
			steps = append(steps, now-last)
		}
		last = now
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	return steps[len(steps)/2]
}

// scale turns ticks into ns. It is found by comparing the two clocks at two moments,
// which lie one to two seconds apart once that much time has gone by.
type scale struct {
	nsPerTick   float64
	base, later anchor
}

// anchor is one moment on both clocks.
type anchor struct {
	ticks uint64
	ns    int64
}

const (
	// settled is how far the two moments of a scale are apart, at the least: reading
	// two clocks is good to some 50 ns, which is then 5e-8.
	settled = int64(time.Second)
	// telling is the least distance that says anything, to a percent.
	telling = int64(5 * time.Microsecond)
	// leap is by how many ns the clocks may disagree when somebody was interrupted
	// between reading the one and the other.
	leap = float64(50 * time.Millisecond)
)

// note compares the clocks once more.
func (s *scale) note(a anchor) {
	if s.base == (anchor{}) || s.moved(a) {
		s.base, s.later = a, a
		return
	}
	if a.ns-s.base.ns >= telling && a.ticks > s.base.ticks {
		s.nsPerTick = float64(a.ns-s.base.ns) / float64(a.ticks-s.base.ticks)
	}
	if a.ns-s.later.ns >= settled {
		s.base, s.later = s.later, a
	}
}

// moved reports whether one clock went on without the other, as on a machine that was
// suspended, or went back: what was noted before is no measure of what comes.
func (s *scale) moved(a anchor) bool {
	if a.ns < s.later.ns || a.ticks < s.later.ticks {
		return true
	}
	if s.later.ns-s.base.ns < settled {
		return false // the scale is not known well enough to tell
	}
	passed, said := float64(a.ns-s.later.ns), float64(a.ticks-s.later.ticks)*s.nsPerTick
	return math.Abs(passed-said) > max(leap, (passed+said)/8)
}

// ns turns ticks that went by into a duration, which is negative where the counter
// seems to have gone back.
func (s *scale) ns(ticks uint64) time.Duration {
	return time.Duration(float64(int64(ticks)) * s.nsPerTick)
}
