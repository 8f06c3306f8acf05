package wsserver

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"time"
)

// Sizes of the buffers that the library gets, in bytes: the least that there are.
// What it reads lies in a buffer of ours already, and what it writes is not sent.
const libraryBuffer = 16

// smallRead is how little a read may ask for to be served from a buffer. Large
// payloads go past it.
const smallRead = 512

// wire is the connection as the WebSocket library has it: it reads from it, and
// the rest is ours. What the library would write are answers to close frames and
// to breaches of the protocol, from within reads; conn writes those itself, with
// deadlines, and never in the middle of anything.
type wire conn

// Read reads on the reader's goroutine.
func (w *wire) Read(p []byte) (int, error) {
	c := (*conn)(w)
	if c.ahead == nil {
		if c.deaf.Load() {
			c.readErr = net.ErrClosed
			return 0, c.readErr
		}
		if len(p) > smallRead {
			n, err := c.raw.Read(p)
			if n > 0 {
				c.hear(n)
				return n, nil // an error beside it comes again, once these bytes are used up
			}
			c.readErr = err
			return 0, err
		}
		if err := c.await(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.ahead.p[c.used:])
	c.use(n)
	return n, nil
}

// await waits until something has arrived. What is waited for longest, the first
// byte of a message, is waited for in here with little on the stack and no buffer.
func (c *conn) await() error {
	if c.ahead != nil || c.br.Buffered() > 0 {
		return nil
	}
	for c.ahead == nil { // a read may return nothing
		if c.deaf.Load() {
			c.readErr = net.ErrClosed
			return c.readErr
		}
		if err := c.fetch(); err != nil {
			c.readErr = err
			return err
		}
	}
	c.hear(len(c.ahead.p))
	return nil
}

// fetchByBuffer is fetch where there is no other way.
func (c *conn) fetchByBuffer() error {
	b := c.s.buffers.get(smallRead)
	n, err := c.raw.Read(b.p[:cap(b.p)])
	if n > 0 {
		b.p = b.p[:n]
		c.ahead = b
		return nil // an error beside it comes again, once these bytes are used up
	}
	c.s.buffers.put(b)
	return err
}

// use takes bytes away from what was read ahead.
func (c *conn) use(n int) {
	if c.used += n; c.used == len(c.ahead.p) {
		c.s.buffers.put(c.ahead)
		c.ahead, c.used = nil, 0
	}
}

// hear notes that bytes have come.
func (c *conn) hear(n int) {
	c.heard.Store(c.s.seconds.Load())
	c.s.tally.bytesIn.Add(uint64(n))
	c.pace.read += int64(n)
}

// controls deals with the pings and pongs that were read ahead, between messages,
// where they are whole and as they should be: the library would go on waiting, with
// its stack, for what comes after. It deals with all others.
func (c *conn) controls() {
	for c.ahead != nil && c.br.Buffered() == 0 {
		p := c.ahead.p[c.used:]
		if len(p) < 6 || p[0] != framePing && p[0] != framePong || p[1] < 0x80 || p[1] > 0x80+125 {
			return
		}
		n := int(p[1] & 0x7F)
		if len(p) < 6+n {
			return
		}
		payload := p[6 : 6+n]
		for i := range payload {
			payload[i] ^= p[2+i%4]
		}
		if p[0] == framePing {
			c.answerPing(context.Background(), payload)
		} else {
			c.notePong(context.Background(), payload)
		}
		c.use(6 + n)
	}
}

// Write takes what the library would say, and says nothing.
func (w *wire) Write(p []byte) (int, error) { return len(p), nil }

// Close ends reading. The library calls it when it has read a close frame, and
// from another goroutine when a control frame takes too long to arrive.
func (w *wire) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	(*conn)(w).stopReading()
	return nil
}

// The rest of a net.Conn is not for the library to use.

func (w *wire) LocalAddr() net.Addr              { return w.raw.LocalAddr() }
func (w *wire) RemoteAddr() net.Addr             { return w.raw.RemoteAddr() }
func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

// pair is the buffers for the library.
func (w *wire) pair() *bufio.ReadWriter {
	w.br = bufio.NewReaderSize(w, libraryBuffer)
	return bufio.NewReadWriter(w.br, bufio.NewWriterSize(w, libraryBuffer))
}

// setReadDeadline and setWriteDeadline set a deadline of the raw connection. Where
// that fails, look ends what does not end by itself.
func (c *conn) setReadDeadline(t time.Time) {
	defer c.s.contain()
	c.raw.SetReadDeadline(t)
}

func (c *conn) setWriteDeadline(t time.Time) {
	defer c.s.contain()
	c.raw.SetWriteDeadline(t)
}

// hangUp closes the raw connection. That of TLS would first write an alert, for
// which it gives the peer seconds, so what is below it is closed: the close frame
// has told the peer already that this is the end.
func (c *conn) hangUp() {
	defer c.s.contain()
	if t, ok := c.raw.(*tls.Conn); ok {
		t.NetConn().Close()
		return
	}
	c.raw.Close()
}

// innermost is the connection to the system, below TLS and what else wraps it.
func innermost(raw net.Conn) net.Conn {
	for {
		outer, ok := raw.(interface{ NetConn() net.Conn })
		if !ok {
			return raw
		}
		raw = outer.NetConn()
	}
}
