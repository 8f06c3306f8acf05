package wsserver

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// maxScratch is how much of a queue is brought together for one write, in bytes.
const maxScratch = 256 << 10

// startWriter sees to it that the queue is written. Its caller holds mu.
func (c *conn) startWriter() {
	if !c.writing {
		c.writing = true
		go c.write()
	}
}

// drain is the writer's goroutine: it writes what is queued, all of it at once,
// until nothing is.
func (c *conn) drain() {
	err := errPanicked // unless told otherwise below
	defer func() {
		if v := recover(); v != nil { // of a net.Conn that the program made
			c.s.tally.panics.Add(1)
		}
		if err != nil {
			c.failWriting(err)
		}
	}()
	for err = nil; err == nil; {
		q, skip := c.takeQueue()
		if q == nil {
			return
		}
		err = errPanicked
		err = c.writeOut(q, skip)
	}
}

// failWriting is the end of a writer that could not write all.
func (c *conn) failWriting(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.s.hit(limitStall)
		c.cut(codeTooSlow, tooSlow(c.backlog.Load()), ErrTooSlow)
	} else {
		c.cut(codeLost, "", fmt.Errorf("connection lost: %w", err))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.land()
	c.writing = false
	c.idle.Broadcast()
}

// land lets go of what was written. Its caller holds mu.
func (c *conn) land() {
	if c.flight != nil {
		c.s.recycle(c.flight)
		c.flight = nil
	}
}

// takeQueue takes what is queued, after what was taken before was written; with
// nothing there, the writer has ended. The first bytes of it may be written already.
func (c *conn) takeQueue() (q *queue, skip int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if skip = c.pushed; skip >= 0 { // the distributor has begun with it
		c.pushed = -1
		c.stall(c.s.Limits.writeStall())
		return c.flight, skip
	}
	c.land()
	c.noteReady()
	q = c.queue
	c.queue, c.flight = nil, q
	if q == nil {
		c.stall(0)
		c.writing = false
		c.idle.Broadcast()
		return nil, 0
	}
	c.stall(c.s.Limits.writeStall())
	return q, 0
}

// stall sets how long the client may take nothing, unless the connection is about
// to end. Zero is for ever. Its caller holds mu.
func (c *conn) stall(d time.Duration) {
	switch {
	case c.closing.Load():
	case d > 0:
		c.setWriteDeadline(time.Now().Add(d))
	case c.pushable(): // which fails past a deadline
		c.setWriteDeadline(time.Time{})
	}
}

// pushNow writes what is queued here and now, as far as that is possible without
// waiting: it saves most writers their goroutine. What is left is for one. Its
// caller holds passing.
func (c *conn) pushNow() {
	c.mu.Lock()
	if c.queue == nil || c.writing || c.closing.Load() { // whoever closes it starts the writer
		c.mu.Unlock()
		return
	}
	q := c.queue
	c.queue, c.flight, c.writing = nil, q, true // this is the writer
	c.mu.Unlock()

	n, all := 0, false
	p, scratch := c.s.whole(q)
	if p != nil {
		n = c.s.pusher.to(c, p)
		all = n == len(p)
		c.wrote(n)
	}
	if scratch != nil {
		c.s.giveBack(scratch)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if all {
		c.land()
		c.noteReady()
	} else {
		c.pushed = n
	}
	if c.writing = !all || c.queue != nil; c.writing {
		go c.write()
	} else {
		c.idle.Broadcast()
	}
}

// whole returns what a queue has in one piece, or nil where that would be too much.
// It is copied for that, to a scratch buffer, only where it has to be.
func (s *Server) whole(q *queue) (p []byte, scratch *buffer) {
	if len(q.pieces) == 0 {
		return q.own.p, nil
	}
	if q.own == nil && len(q.pieces) == 1 {
		return q.pieces[0].shared.p, nil
	}
	n := q.size()
	if n > maxScratch {
		return nil, nil
	}
	scratch = s.borrow(n)
	q.each(func(frames []byte) bool {
		scratch.p = append(scratch.p, frames...)
		return true
	})
	return scratch.p, scratch
}

// each goes through a queue's frames in order, until f returns false.
func (q *queue) each(f func(frames []byte) bool) {
	own := 0
	for i := range q.pieces {
		p := &q.pieces[i]
		if p.after > own && !f(q.own.p[own:p.after]) {
			return
		}
		own = p.after
		if !f(p.shared.p) {
			return
		}
	}
	if q.own != nil && own < len(q.own.p) {
		f(q.own.p[own:])
	}
}

// writeOut writes a queue, but for its first bytes: in one go, unless it is very
// large.
func (c *conn) writeOut(q *queue, skip int) error {
	p, scratch := c.s.whole(q)
	if scratch != nil {
		defer c.s.giveBack(scratch)
	}
	if p != nil {
		return c.writeAll(p[skip:])
	}
	g := gathering{c: c, scratch: c.s.borrow(maxScratch)}
	defer func() { c.s.giveBack(g.scratch) }()
	q.each(g.add)
	g.flush()
	return g.err
}

// gathering brings frames together for one write.
type gathering struct {
	c       *conn
	scratch *buffer
	err     error // of the first write that failed
}

// add adds whole frames. What is large is written as it is.
func (g *gathering) add(frames []byte) bool {
	if len(frames) > cap(g.scratch.p)-len(g.scratch.p) {
		g.flush()
	}
	switch {
	case g.err != nil:
	case len(frames) > cap(g.scratch.p):
		g.err = g.c.writeAll(frames)
	default:
		g.scratch.p = append(g.scratch.p, frames...)
	}
	return g.err == nil
}

// flush writes what was added.
func (g *gathering) flush() {
	if g.err == nil && len(g.scratch.p) > 0 {
		g.err = g.c.writeAll(g.scratch.p)
		g.scratch.p = g.scratch.p[:0]
	}
}

// writeAll writes frames. Whole frames are in p, and nobody else writes to the raw
// connection: what the library would write is left out by wire.
func (c *conn) writeAll(p []byte) error {
	for {
		n, err := c.raw.Write(p)
		c.wrote(n)
		if err == nil {
			return nil
		}
		p = p[n:]
		if n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) || !c.extend() {
			return err
		}
	}
}

// wrote counts bytes that were written.
func (c *conn) wrote(n int) {
	c.backlog.Add(int64(-n))
	c.s.tally.bytesOut.Add(uint64(n))
}

// extend gives a slow client more time, unless the connection is about to end.
func (c *conn) extend() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.Load() {
		return false
	}
	c.setWriteDeadline(time.Now().Add(c.s.Limits.writeStall()))
	c.heard.Store(c.s.seconds.Load()) // it may be too busy to answer a ping
	return true
}
