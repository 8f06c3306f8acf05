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
		q := c.takeQueue()
		if q == nil {
			return
		}
		err = errPanicked
		err = c.writeOut(q)
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
// nothing there, the writer has ended.
func (c *conn) takeQueue() *queue {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.land()
	c.noteReady()
	q := c.queue
	c.queue, c.flight = nil, q
	if q == nil {
		c.writing = false
		c.idle.Broadcast()
		return nil
	}
	if !c.closing.Load() {
		c.setWriteDeadline(time.Now().Add(c.s.Limits.writeStall()))
	}
	return q
}

// writeOut writes a queue: in one go, unless it is very large. What lies in one
// piece is not copied for that.
func (c *conn) writeOut(q *queue) error {
	if len(q.pieces) == 0 {
		return c.writeAll(q.own.p)
	}
	if q.own == nil && len(q.pieces) == 1 {
		return c.writeAll(q.pieces[0].shared.p)
	}
	g := gathering{c: c, scratch: c.s.borrow(min(q.size(), maxScratch))}
	defer func() { c.s.giveBack(g.scratch) }()
	written := 0 // own bytes
	for i := range q.pieces {
		if p := &q.pieces[i]; p.after > written {
			g.add(q.own.p[written:p.after])
			written = p.after
		}
		g.add(q.pieces[i].shared.p)
	}
	if q.own != nil {
		g.add(q.own.p[written:])
	}
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
func (g *gathering) add(frames []byte) {
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
		c.backlog.Add(int64(-n))
		c.s.tally.bytesOut.Add(uint64(n))
		if err == nil {
			return nil
		}
		p = p[n:]
		if n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) || !c.extend() {
			return err
		}
	}
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
