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
		if s.distributeOnce() {
			idle = 0
		}
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
		l.value.reset()
		s.used.push(l)
		l = next
	}
	return true
}

// deliver carries out a batch.
func (s *Server) deliver(b *batch) {
	var frame, id int
	for i := range b.entries {
		e := &b.entries[i]
		frames, ids := b.frames[frame:e.end], b.ids[id:e.ids]
		frame, id = e.end, e.ids
		switch {
		case e.conn == nil:
			s.spread(ids, frames)
		case e.slow:
			e.conn.tooSlow(e.reason)
		case e.code != 0:
			e.conn.leave(e.code, e.reason, nil)
		default:
			s.queue(e.conn, frames)
		}
	}
}

// spread queues a frame for several connections.
func (s *Server) spread(ids []ConnID, frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := int64(len(frame))
	for _, id := range ids {
		c := s.conns[id]
		if c == nil || c.closing.Load() {
			continue
		}
		if unsent := c.backlog.Load(); unsent > 0 && unsent+n > s.maxBacklog() {
			c.tooSlow(tooSlow(unsent + n))
			continue
		}
		c.backlog.Add(n)
		s.queue(c, frame)
	}
}

// queue queues frames for a connection, and notes it for kick. Its caller holds
// passing.
func (s *Server) queue(c *conn, frames []byte) {
	c.enqueue(frames)
	if !c.noted {
		c.noted = true
		s.noted = append(s.noted, c)
	}
}

// kick starts the writers, now that each has all it is to write: it then leaves in
// one piece. Its caller holds passing.
func (s *Server) kick() {
	for _, c := range s.noted {
		c.noted = false
		c.writeQueue()
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
