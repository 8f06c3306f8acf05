package wsserver

import "sync/atomic"

// Counts is what a server has seen so far.
type Counts struct {
	Accepted uint64 // handshakes that succeeded
	Refused  uint64 // requests that were refused
	Failed   uint64 // connections that ended otherwise than in order
	Slow     uint64 // of those, the ones that took too little of what was sent
	Panics   uint64 // caught on the server's goroutines

	BytesIn     uint64 // read from connections, after their handshakes
	BytesOut    uint64 // written to them
	MessagesIn  uint64 // that arrived whole
	MessagesOut uint64 // that were queued; one for many counts for each

	Held int64 // bytes held now: see Limits.MaxHeld
}

type tally struct {
	accepted, refused, failed, slow, panics    atomic.Uint64
	bytesIn, bytesOut, messagesIn, messagesOut atomic.Uint64
}

// Counts returns what the server has seen so far. Any goroutine may call it.
func (s *Server) Counts() Counts {
	return Counts{
		Accepted: s.tally.accepted.Load(),
		Refused:  s.tally.refused.Load(),
		Failed:   s.tally.failed.Load(),
		Slow:     s.tally.slow.Load(),
		Panics:   s.tally.panics.Load(),

		BytesIn:     s.tally.bytesIn.Load(),
		BytesOut:    s.tally.bytesOut.Load(),
		MessagesIn:  s.tally.messagesIn.Load(),
		MessagesOut: s.tally.messagesOut.Load(),

		Held: s.held.Load(),
	}
}
