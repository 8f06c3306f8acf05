package wsserver

import (
	"encoding/binary"
	"time"
)

const (
	// probeEvery is how many seconds apart the pings are that measure round trips.
	probeEvery = 2
	// probeFor is for how many seconds they go on after RoundTrip was called.
	probeFor = 5
)

// RoundTrip returns how long a ping to a client and its answer took when that was
// last measured, what was queued before it included, or 0 while it is not known.
// To ask is what makes the server measure: every two seconds, until nobody has
// asked for five.
func (s *Server) RoundTrip(id ConnID) time.Duration {
	c := s.open[id]
	if c == nil {
		return 0
	}
	c.asked.Store(s.seconds.Load())
	return time.Duration(c.trip.Load())
}

// clock is the time by the server's own clock, in ns; never 0.
func (s *Server) clock() int64 { return int64(time.Since(s.began)) + 1 }

// sendProbe sends the ping that measures the round trip, when it is time, on the
// distributor. A ping that was not answered yet is waited for: to count anew would
// find short what is long.
func (c *conn) sendProbe(now uint32) {
	if asked := c.asked.Load(); asked == 0 || now-asked > probeFor || now-c.probed < probeEvery || c.probe.Load() != 0 {
		return
	}
	c.probed = now
	left := c.s.clock()
	c.probe.Store(left)
	c.enqueueControl(framePing, binary.BigEndian.AppendUint64(nil, uint64(left)))
}

// measure takes the time when a pong is the answer to the probe.
func (c *conn) measure(payload []byte) {
	left := c.probe.Load()
	if left != 0 && len(payload) == 8 && binary.BigEndian.Uint64(payload) == uint64(left) {
		c.trip.Store(c.s.clock() - left)
		c.probe.Store(0)
	}
}
