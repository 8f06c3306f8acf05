package console

import (
	"fmt"
	"runtime"
	"time"

	"github.com/scry-dev/scry/internal/capture"
)

// connectBlackbox gives the black box what it needs of its neighbours.
func (c *Console) connectBlackbox() {
	b := &c.Blackbox
	b.clock, b.record = &c.clock, c.record
	b.limit, b.past = b.frameOver(c.budget()), c.Timings.flight()
	b.cvars, b.reading, b.compare = c.Cvars.part, c.Cvars.reading, c.Cvars.compare
	alarm := func(msg string) { b.trip(logIncident, 0, func() string { return "error in the log: " + msg }) }
	c.Log.alarm.Store(&alarm)
}

// panicked keeps what happened around the panic of a handler.
func (c *Console) panicked(method string, value any, stack []byte) {
	reason := fmt.Sprintf("%s panicked: %v", method, value) // calls the program's own methods: not under a lock
	c.Blackbox.trip(panicIncident, 0, func() string { return reason })
	c.Log.panicked(method, value, stack)
}

// newMeta says what a recording is of.
func (c *Console) newMeta(frames []keptFrame, from, to time.Duration, why *capture.Reason) capture.Meta {
	m := capture.Meta{
		Name: c.name(), GameVersion: c.version(), Session: c.session,
		Machine: capture.Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Go: runtime.Version()},
		From:    int64(from), To: int64(to), Reason: why, Made: time.Now().UTC().Truncate(time.Second),
	}
	if n := len(frames); n > 0 {
		m.FirstFrame, m.LastFrame = frames[0].frame, frames[n-1].frame
		m.From = min(m.From, int64(frames[0].begin))
	}
	return m
}

// record keeps a span of time as a recording. Any goroutine but the game's: it copies
// what may be many megabytes.
func (c *Console) record(s span, why *capture.Reason, cvars *topicPart) *recording {
	frames := c.flight.copyOf(s.from, s.to)
	from, to := s.from, s.to
	if n := len(frames) - s.newest; s.newest > 0 && n > 0 {
		frames, from = frames[n:], frames[n].begin
	}
	r := &recording{
		meta: c.newMeta(frames, from, to, why), frames: frames,
		names: wireJSON(c.Timings.state()), tracks: wireJSON(ScopesState{c.Timings.trackList()}),
		topics: []topicPart{c.Log.part(from, to), c.Memory.part(from, to)},
	}
	if cvars != nil {
		r.topics = append(r.topics, *cvars)
	}
	return r
}
