package wsserver

import "time"

const (
	// pollEvery is how soon the distributor looks again while there is traffic.
	// It polls so that the game does not have to wake it.
	pollEvery = time.Millisecond
	// parkAfter is how many looks in vain send it to sleep: a quarter of a second.
	parkAfter = 250
	// sweepEvery is how often it looks after the connections.
	sweepEvery = time.Second
	// forLong is how long it sleeps when there are none.
	forLong = 24 * time.Hour
)

// distribute is the distributor's goroutine: it carries what Update handed over
// to the connections, and looks after those that are silent.
func (s *Server) distribute() {
	defer s.ended()
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	sweep := time.Now().Add(sweepEvery)
	for idle := 0; ; idle++ {
		// Where Wait does the work, to be parked would mean to be woken for nothing by
		// each Update before it.
		if s.distributeOnce() || s.flushed.Swap(false) {
			idle = 0
		}
		s.shed()
		timer.Reset(s.nap(idle, sweep))
		select {
		case <-s.poked:
			idle = 0
		case <-timer.C:
		case <-s.quit:
			s.farewell()
			return
		}
		s.parked.Store(false)
		if s.evicting.CompareAndSwap(true, false) {
			s.evict()
		}
		if now := time.Now(); !now.Before(sweep) {
			sweep = now.Add(sweepEvery)
			s.sweep()
		}
	}
}

// nap tells how long to sleep after so many looks in vain.
func (s *Server) nap(idle int, sweep time.Time) time.Duration {
	if idle < parkAfter {
		return pollEvery
	}
	s.parked.Store(true)
	if !s.handed.empty() { // handed over just before it could be seen that we park
		s.parked.Store(false)
		return 0
	}
	if s.Connections() == 0 {
		return forLong // the next handshake pokes
	}
	return time.Until(sweep)
}

func (s *Server) distributeOnce() bool {
	if s.handed.empty() {
		return false
	}
	s.passing.Lock()
	defer s.passing.Unlock()
	return s.pass()
}

// pass distributes the batches that are there. Its caller holds passing.
func (s *Server) pass() bool {
	defer s.contain()
	l := s.handed.take()
	if l == nil {
		return false
	}
	defer s.kick()
	for l != nil {
		next := l.next
		s.deliver(&l.value)
		s.held.Add(-l.value.held)
		l.value.reset()
		s.used.push(l)
		l = next
	}
	return true
}

// deliver carries out a batch.
func (s *Server) deliver(b *batch) {
	var frame, id, sent int
	for i := range b.entries {
		e := &b.entries[i]
		frames, ids := b.frames[frame:e.end], b.ids[id:e.ids]
		frame, id = e.end, e.ids
		switch e.order {
		case orderSend:
			e.conn.enqueue(frames)
			s.note(e.conn)
			sent++
		case orderPass:
			sent += s.handOn(e.conn, e.shared)
		case orderBroadcast:
			sent += s.spread(ids, e.shared)
		case orderPlay:
			sent += s.play(e.audience.seats, e.shared)
		case orderJoin:
			e.seat.sit()
		case orderLeave:
			e.seat.rise()
		case orderClose:
			e.conn.leave(e.code, e.reason, nil)
		case orderDrop:
			s.hit(limitBacklog)
			e.conn.tooSlow(e.reason)
		}
	}
	s.tally.messagesOut.Add(uint64(sent))
}

// handOn queues a large frame for the only connection that it is for. It is
// counted in the backlog already.
func (s *Server) handOn(c *conn, shared *buffer) int {
	if !c.enqueueShared(shared) {
		c.backlog.Add(int64(-len(shared.p)))
		s.release(shared, 1)
		return 0
	}
	s.note(c)
	return 1
}

// spread queues a frame for several connections, and returns for how many.
func (s *Server) spread(ids []ConnID, shared *buffer) (sent int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shared.refs.Add(int32(len(ids)))
	for _, id := range ids {
		if c := s.conns[id]; c != nil && s.offer(c, shared) {
			sent++
		}
	}
	s.release(shared, 1+len(ids)-sent)
	return sent
}

// play queues a frame for an audience, and returns for how many.
func (s *Server) play(seats []chair, shared *buffer) (sent int) {
	shared.refs.Add(int32(len(seats)))
	for i := range seats {
		if s.offer(seats[i].conn, shared) {
			sent++
		}
	}
	s.release(shared, 1+len(seats)-sent)
	return sent
}

// offer queues a frame for one connection of many, and reports whether it could.
func (s *Server) offer(c *conn, shared *buffer) bool {
	if c.closing.Load() {
		return false
	}
	n := int64(len(shared.p))
	if unsent := c.backlog.Load(); unsent > 0 && unsent+n > s.Limits.maxBacklog() {
		s.hit(limitBacklog)
		c.tooSlow(tooSlow(unsent + n))
		return false
	}
	c.backlog.Add(n)
	if !c.enqueueShared(shared) {
		c.backlog.Add(-n)
		return false
	}
	s.note(c)
	return true
}

// note notes a connection for kick. Its caller holds passing.
func (s *Server) note(c *conn) {
	if !c.noted {
		c.noted = true
		s.noted = append(s.noted, c)
	}
}

// kick has the connections written to, now that each has all it is to be sent: it
// then leaves in one piece. Its caller holds passing.
func (s *Server) kick() {
	for _, c := range s.noted {
		c.noted = false
		if c.pushable() {
			c.pushNow()
		} else {
			c.writeQueue()
		}
	}
	clear(s.noted)
	s.noted = s.noted[:0]
}

// sweep is the tick of the connections' clock, in seconds. It counts the sweeps
// and not the time: after the machine slept, nobody is taken for dead.
func (s *Server) sweep() {
	defer s.contain()
	now := s.seconds.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		c.look(now)
	}
}

// farewell hands out what is left and says goodbye to everybody.
func (s *Server) farewell() {
	s.distributeOnce()
	defer s.contain()
	for _, c := range s.all() {
		c.leave(codeGoingAway, "the server closed", nil)
	}
}

// contain keeps a panic from ending the program: those of a net.Conn that the
// program made, or our own.
func (s *Server) contain() {
	if v := recover(); v != nil {
		s.tally.panics.Add(1)
	}
}
