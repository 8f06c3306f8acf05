package wsserver

import "time"

// claim takes a place in the inbox for a message that has begun to arrive, and waits
// for one if need be: many may have seen the same place free.
func (c *conn) claim() {
	for {
		c.rest(true)
		if c.s.inboxed.Add(1) <= c.s.Limits.maxTotalInbox() || c.closing.Load() {
			return
		}
		c.s.inboxed.Add(-1)
	}
}

// admit counts a message that has arrived whole, in the place that was claimed.
func (c *conn) admit(size int) {
	c.waiting.Add(1)
	c.held.Add(int64(size))
	c.s.inboxedBytes.Add(int64(size))
	c.s.held.Add(int64(size))
	c.spend()
}

// makeRoom takes messages that were processed out of the counts.
func (s *Server) makeRoom(done []arrival) {
	var messages, bytes int64
	for i := range done {
		if a := &done[i]; a.size > 0 {
			a.conn.waiting.Add(-1)
			a.conn.held.Add(int64(-a.size))
			messages++
			bytes += int64(a.size)
		}
	}
	if messages > 0 {
		s.inboxed.Add(-messages)
		s.inboxedBytes.Add(-bytes)
		s.held.Add(-bytes)
	}
}

// full reports whether nothing more should be read now, and the limit behind it,
// or allLimits where it is the program's wish. A message that has begun to arrive
// is not stopped by that.
func (c *conn) full(begun bool) (limit, bool) {
	s, l := c.s, &c.s.Limits
	waiting, held := c.waiting.Load(), c.held.Load()
	switch {
	case c.closing.Load():
		return 0, false
	case c.paused.Load() && !begun:
		return allLimits, true
	case waiting >= l.maxInbox():
		return limitInbox, true
	case held >= l.maxInboxBytes():
		return limitInboxBytes, true
	case crowded(waiting, s.inboxed.Load(), l.maxTotalInbox()):
		return limitTotalInbox, true
	case crowded(held, s.inboxedBytes.Load(), l.maxTotalInboxBytes()):
		return limitTotalInboxBytes, true
	case s.overfull():
		return limitHeld, true
	case begun:
		return 0, false
	}
	return c.tooFast()
}

// crowded reports whether a connection has its part of what all may use. Of the
// first half it may use what the others leave free, so that the more there are the
// less each has; the second half is for those of whom nothing waits.
func crowded(mine, all, limit int64) bool {
	if mine == 0 {
		return all >= limit
	}
	return mine >= limit/2-all
}

// rest waits until there is room for a message. It looks again and again, since
// to be woken would be at the cost of the game, on behalf of the very client that
// sends too much.
func (c *conn) rest(begun bool) {
	at, full := c.full(begun)
	if !full {
		return
	}
	if at != allLimits {
		c.s.hit(at)
	}
	c.resting.Store(true)
	defer c.resting.Store(false)
	nap := time.Millisecond
	for n := 0; full; n++ {
		if n == 100 {
			nap = 8 * time.Millisecond
		}
		time.Sleep(nap)
		_, full = c.full(begun)
	}
}

// pace is how far a client is ahead of its rates. Each message moves the moment at
// which its budget would be whole again (the generic cell rate algorithm).
type pace struct {
	read     int64 // bytes, since the last message
	messages int64 // by the server's clock, in ns
	bytes    int64
}

// spend takes a message, and the bytes that were read for it, from the budget.
func (c *conn) spend() {
	l, p := &c.s.Limits, &c.pace
	if l.MessageRate <= 0 && l.ByteRate <= 0 {
		return
	}
	if c.unbound.Load() {
		*p = pace{}
		return
	}
	now := c.s.clock()
	p.messages = later(p.messages, now, 1, l.MessageRate)
	p.bytes = later(p.bytes, now, p.read, l.ByteRate)
	p.read = 0
}

// later is the moment of a whole budget after n of it were spent.
func later(whole, now, n int64, rate int) int64 {
	if rate <= 0 {
		return 0
	}
	return max(whole, now) + n*int64(time.Second)/int64(rate)
}

// tooFast reports whether a client has used up a budget, and which.
func (c *conn) tooFast() (limit, bool) {
	l, p := &c.s.Limits, &c.pace
	if p.messages == 0 && p.bytes == 0 || c.unbound.Load() { // as most are
		return 0, false
	}
	now := c.s.clock()
	if over(p.messages, now, l.MessageRate, l.MessageBurst) {
		return limitMessageRate, true
	}
	if over(p.bytes, now, l.ByteRate, l.ByteBurst) {
		return limitByteRate, true
	}
	return 0, false
}

// over reports whether more was spent than a burst.
func over(whole, now int64, rate, burst int) bool {
	return rate > 0 && whole-now > int64(max(burst-1, 0))*int64(time.Second)/int64(rate)
}

// Unbound has a client send as fast as it likes, or holds it to MessageRate and
// ByteRate again.
func (s *Server) Unbound(id ConnID, on bool) {
	if c := s.open[id]; c != nil {
		c.unbound.Store(on)
	}
}
