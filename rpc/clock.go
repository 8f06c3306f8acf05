package rpc

import (
	"strconv"
	"time"
)

// clock is a moment, as it stands in answers and events.
type clock struct {
	Frame uint64      `json:"frame" help:"calls of Update since the session began"`
	Tick  uint64      `json:"tick" help:"simulation ticks since the session began"`
	Time  nanoseconds `json:"time" unit:"ns" help:"since the session began"`
}

// nanoseconds is a duration that travels as a plain number: 2^53 of them are 104
// days, more than any session.
type nanoseconds int64

// appendTo writes the members of the clock, without brackets.
func (c clock) appendTo(dst []byte) []byte {
	dst = append(dst, `"frame":`...)
	dst = strconv.AppendUint(dst, c.Frame, 10)
	dst = append(dst, `,"tick":`...)
	dst = strconv.AppendUint(dst, c.Tick, 10)
	dst = append(dst, `,"time":`...)
	return strconv.AppendInt(dst, int64(c.Time), 10)
}

func (s *Server) clock() clock { return clock{s.frame, s.tick, nanoseconds(s.now)} }

// maxInterval is longer than any session, and far from what a sum overflows at.
const maxInterval = 1000 * 24 * time.Hour

// interval is the time between two events at a rate, 0 for as often as it can be.
func interval(rate float64) time.Duration {
	if rate <= 0 {
		return 0
	}
	return time.Duration(min(float64(time.Second)/rate, float64(maxInterval)))
}
