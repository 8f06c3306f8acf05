package wsserver

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// writeStall is how long a client may take nothing at all of what is written to
// it. Progress, however slow, is no stall.
const writeStall = 10 * time.Second

// past is a deadline that is over: it ends what is under way.
var past = time.Unix(1, 0)

// buffer holds bytes that are on their way in or out. Buffers are shared by all
// connections of a server, so that an idle one holds none.
type buffer struct{ p []byte }

// maxBuffer is how large a buffer may be to be used again, in bytes: what may wait
// for a connection by default, and some.
const maxBuffer = 2 << 20

func (s *Server) buffer() *buffer {
	if b, ok := s.buffers.Get().(*buffer); ok {
		return b
	}
	return &buffer{make([]byte, 0, 4<<10)}
}

func (s *Server) recycle(b *buffer) {
	if cap(b.p) <= maxBuffer {
		b.p = b.p[:0]
		s.buffers.Put(b)
	}
}

// enqueue queues whole frames that are counted in the backlog already. They are
// written after writeQueue.
func (c *conn) enqueue(frames []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.Load() {
		c.backlog.Add(int64(-len(frames)))
		return
	}
	b := c.tail()
	b.p = append(b.p, frames...)
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
	c.backlog.Add(int64(frameSize(len(payload))))
	b := c.tail()
	b.p = appendFrame(b.p, first, payload)
	c.startWriter()
}

// tail is the buffer that frames are appended to. Its caller holds mu.
func (c *conn) tail() *buffer {
	if c.queue == nil {
		c.queue = c.s.buffer()
	}
	return c.queue
}

// startWriter sees to it that the queue is written. Its caller holds mu.
func (c *conn) startWriter() {
	if !c.writing {
		c.writing = true
		go c.write()
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
	c.until = time.Now().Add(closeGrace)
	c.raw.SetWriteDeadline(c.until)
	if err != nil {
		c.stopReading()
	} else if !c.deaf.Load() {
		c.raw.SetReadDeadline(c.until)
	}
	b := c.tail()
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
	if c.queue != nil {
		c.backlog.Add(int64(-len(c.queue.p)))
		c.queue.p = c.queue.p[:0]
	}
	c.leaveLocked(codeTooSlow, reason, ErrTooSlow)
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

// stopReading ends the read that is under way, and all later ones. Its caller
// holds mu.
func (c *conn) stopReading() {
	c.deaf.Store(true)
	c.raw.SetReadDeadline(past)
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
		b := c.takeQueue()
		if b == nil {
			return
		}
		err = errPanicked
		err = c.writeAll(b.p)
		c.s.recycle(b)
	}
}

// failWriting is the end of a writer that could not write all.
func (c *conn) failWriting(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.cut(codeTooSlow, tooSlow(c.backlog.Load()), ErrTooSlow)
	} else {
		c.cut(codeLost, "", fmt.Errorf("connection lost: %w", err))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writing = false
	c.idle.Broadcast()
}

// takeQueue takes what is queued; with nothing there, the writer has ended.
func (c *conn) takeQueue() *buffer {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.queue
	c.queue = nil
	if b == nil {
		c.writing = false
		c.idle.Broadcast()
		return nil
	}
	if !c.closing.Load() {
		c.raw.SetWriteDeadline(time.Now().Add(writeStall))
	}
	return b
}

// writeAll writes frames. Whole frames are in p, and nobody else writes to the raw
// connection: what the library would write is left out by wire.
func (c *conn) writeAll(p []byte) error {
	for {
		n, err := c.raw.Write(p)
		c.backlog.Add(int64(-n))
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
	c.raw.SetWriteDeadline(time.Now().Add(writeStall))
	c.heard.Store(c.s.seconds.Load()) // it may be too busy to answer a ping
	return true
}
