package wsserver

import (
	"cmp"
	"fmt"
	"slices"
)

// overhead is what is counted in the server's memory for a thing beside its bytes.
const overhead = 128

// borrow returns an empty buffer that is counted in the server's memory until it
// is given back.
func (s *Server) borrow(n int) *buffer {
	b := s.buffers.get(n)
	s.held.Add(int64(cap(b.p)))
	return b
}

func (s *Server) giveBack(b *buffer) {
	s.held.Add(-int64(cap(b.p)))
	s.buffers.put(b)
}

// overfull reports whether the server holds more than it may.
func (s *Server) overfull() bool {
	limit := s.Limits.maxHeld()
	return limit > 0 && s.held.Load() > limit
}

// burden is what would be free without a connection.
type burden struct {
	conn    *conn
	backlog int64
	bytes   int64
}

// shed closes the connections for which most waits, until what is left fits. It
// runs on the distributor, and as good as never.
func (s *Server) shed() {
	if !s.overfull() {
		return
	}
	defer s.contain()
	limit := s.Limits.maxHeld()
	excess := s.held.Load() - limit
	var burdens []burden
	for _, c := range s.all() {
		b := burden{c, c.backlog.Load(), c.weight()}
		switch {
		case b.bytes == 0:
		case !c.closing.Load():
			burdens = append(burdens, b)
		case excess > limit/8:
			c.hangUp() // too much to wait for its end
			fallthrough
		default:
			excess -= b.bytes // free before long
		}
	}
	slices.SortFunc(burdens, func(a, b burden) int { return cmp.Compare(b.backlog, a.backlog) })
	for _, b := range burdens {
		if excess <= 0 {
			break
		}
		s.hit(limitHeld)
		b.conn.tooSlow(fmt.Sprintf("%s, and %v", tooSlow(b.backlog), errFull))
		excess -= b.bytes
	}
}

// weight is what a connection's queues hold, with its part of what it shares.
func (c *conn) weight() (n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range []*queue{c.queue, c.flight} {
		if q == nil {
			continue
		}
		n += q.held
		for i := range q.pieces {
			shared := q.pieces[i].shared
			n += (int64(cap(shared.p)) + overhead) / int64(max(1, shared.refs.Load()))
		}
	}
	return n
}
