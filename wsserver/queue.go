package wsserver

import "time"

// queue is what waits to be written to a connection: its own frames, and those
// that it shares with others between them. Queues belong to all connections of a
// server, so that an idle one holds none.
type queue struct {
	own    *buffer // nil while there are no own frames
	pieces []piece // the shared frames, in order
	held   int64   // what it counts in the server's memory, the shared frames apart
}

// piece is a shared frame in a queue.
type piece struct {
	after  int // own bytes that go before it
	shared *buffer
}

// maxPieces is how many pieces a queue keeps room for.
const maxPieces = 1024

// recycle lets go of all that a queue holds.
func (s *Server) recycle(q *queue) {
	if q.own != nil {
		s.buffers.put(q.own)
		q.own = nil
	}
	for i := range q.pieces {
		s.release(q.pieces[i].shared, 1)
	}
	s.held.Add(-q.held)
	q.held = 0
	clear(q.pieces)
	if q.pieces = q.pieces[:0]; cap(q.pieces) > maxPieces {
		q.pieces = nil
	}
	s.queues.Put(q)
}

// tail is the queue that is appended to. Its caller holds mu.
func (c *conn) tail() *queue {
	if c.queue == nil {
		q, _ := c.s.queues.Get().(*queue)
		if q == nil {
			q = new(queue)
		}
		c.queue = q
		c.s.weigh(q, overhead)
	}
	return c.queue
}

// weigh counts bytes that a queue holds.
func (s *Server) weigh(q *queue, n int) {
	q.held += int64(n)
	s.held.Add(int64(n))
}

// room is the buffer of a queue's own frames, with room for n bytes more.
func (s *Server) room(q *queue, n int) *buffer {
	if q.own == nil {
		q.own = s.buffers.get(n)
		s.weigh(q, cap(q.own.p))
	} else if was := cap(q.own.p); was-len(q.own.p) < n {
		q.own = s.buffers.grow(q.own, n)
		s.weigh(q, cap(q.own.p)-was)
	}
	return q.own
}

// enqueue queues frames of the connection's own that are counted in the backlog
// already. They are written after writeQueue.
func (c *conn) enqueue(frames []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.Load() {
		c.backlog.Add(int64(-len(frames)))
		return
	}
	b := c.s.room(c.tail(), len(frames))
	b.p = append(b.p, frames...)
	c.noteBehind()
}

// enqueueShared queues a shared frame, for which its caller has counted a holder,
// and reports whether it did.
func (c *conn) enqueueShared(shared *buffer) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.Load() {
		return false
	}
	q := c.tail()
	after := 0
	if q.own != nil {
		after = len(q.own.p)
	}
	q.pieces = append(q.pieces, piece{after, shared})
	c.s.weigh(q, overhead)
	c.noteBehind()
	return true
}

// writeQueue has what is queued written.
func (c *conn) writeQueue() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.queue != nil && !c.closing.Load() { // whoever closes it starts the writer
		c.startWriter()
	}
}

// enqueueControl queues a ping or a pong.
func (c *conn) enqueueControl(first byte, payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.Load() {
		return
	}
	n := frameSize(len(payload))
	c.backlog.Add(int64(n))
	b := c.s.room(c.tail(), n)
	b.p = appendFrame(b.p, first, payload)
	c.startWriter()
}

// noteBehind tells the program, once, when too much waits. Its caller holds mu.
func (c *conn) noteBehind() {
	if !c.behind && c.backlog.Load() > c.s.Limits.behindAt() {
		c.behind = true
		c.s.hit(limitBehind)
		c.s.arrive(arrival{conn: c, Message: Message{From: c.id, Kind: Behind}})
	}
}

// noteReady tells the program, once, when little waits again. Its caller holds mu.
func (c *conn) noteReady() {
	if c.behind && !c.closing.Load() && c.backlog.Load() <= c.s.Limits.behindAt()/2 {
		c.behind = false
		c.s.arrive(arrival{conn: c, Message: Message{From: c.id, Kind: Ready}})
	}
}

// leave ends the connection in order: what is queued is still written, and a
// close frame behind it. The raw connection gets its deadline first, so that no
// peer can hold anything up. Where err is set the peer broke the rules, and is
// listened to no more; otherwise its answer is waited for.
func (c *conn) leave(code int, reason string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leaveLocked(code, reason, err)
}

func (c *conn) leaveLocked(code int, reason string, err error) {
	if c.closing.Load() {
		return
	}
	c.closing.Store(true)
	c.code, c.reason, c.err = code, shorten(reason), err
	c.until = time.Now().Add(c.s.Limits.closeTime())
	c.setWriteDeadline(c.until)
	if err != nil {
		c.stopReading()
	} else if !c.deaf.Load() {
		c.setReadDeadline(c.until)
	}
	b := c.s.room(c.tail(), maxCloseFrame)
	n := len(b.p)
	b.p = appendClose(b.p, code, c.reason)
	c.backlog.Add(int64(len(b.p) - n))
	c.startWriter()
}

// tooSlow ends the connection without the frames that wait for it.
func (c *conn) tooSlow(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.Load() {
		return
	}
	c.s.tally.slow.Add(1)
	c.abandon()
	c.leaveLocked(codeTooSlow, reason, ErrTooSlow)
}

// abandon lets go of what is queued and will not be written. Its caller holds mu.
func (c *conn) abandon() {
	if q := c.queue; q != nil {
		c.queue = nil
		c.backlog.Add(int64(-q.size()))
		c.s.recycle(q)
	}
}

// size is how many bytes a queue has.
func (q *queue) size() (n int) {
	if q.own != nil {
		n = len(q.own.p)
	}
	for i := range q.pieces {
		n += len(q.pieces[i].shared.p)
	}
	return n
}

// cut ends the connection at once.
func (c *conn) cut(code int, reason string, err error) {
	c.mu.Lock()
	if !c.closing.Load() {
		c.closing.Store(true)
		c.code, c.reason, c.err = code, reason, err
		c.until = time.Now()
		if code == codeTooSlow {
			c.s.tally.slow.Add(1)
		}
	}
	c.mu.Unlock()
	c.hangUp()
}

// past is a deadline that is over: it ends what is under way.
var past = time.Unix(1, 0)

// stopReading ends the read that is under way, and all later ones. Its caller
// holds mu.
func (c *conn) stopReading() {
	c.deaf.Store(true)
	c.setReadDeadline(past)
}
