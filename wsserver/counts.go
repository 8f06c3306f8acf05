package wsserver

import "sync/atomic"

// Counts is what a server has seen so far.
type Counts struct {
	Accepted uint64 // handshakes that succeeded
	Refused  uint64 // requests that were refused
	Failed   uint64 // connections that ended otherwise than in order
	Slow     uint64 // of those, the ones that took too little of what was sent
	Panics   uint64 // caught on the server's goroutines
}

type tally struct {
	accepted, refused, failed, slow, panics atomic.Uint64
}

// Counts returns what the server has seen so far. Any goroutine may call it.
func (s *Server) Counts() Counts {
	return Counts{
		Accepted: s.tally.accepted.Load(),
		Refused:  s.tally.refused.Load(),
		Failed:   s.tally.failed.Load(),
		Slow:     s.tally.slow.Load(),
		Panics:   s.tally.panics.Load(),
	}
}
