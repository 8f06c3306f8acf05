package wsserver

import (
	"bufio"
	"crypto/tls"
	"net"
	"time"
)

// Sizes of the buffers that the library gets, in bytes: less than those of
// net/http, since most connections are idle. Large payloads are read past the
// first, and what is written into the second is not sent.
const (
	readBuffer  = 512
	writeBuffer = 16
)

// wire is the connection as the WebSocket library has it: it reads from it, and
// the rest is ours. What the library would write are answers to close frames and
// to breaches of the protocol, from within reads; conn writes those itself, with
// deadlines, and never in the middle of anything.
type wire struct {
	net.Conn
	c *conn
}

// Read reads on the reader's goroutine.
func (w *wire) Read(p []byte) (int, error) {
	c := w.c
	if len(c.early) > 0 {
		n := copy(p, c.early)
		c.early = c.early[n:]
		return n, nil
	}
	if c.deaf.Load() {
		c.readErr = net.ErrClosed
		return 0, c.readErr
	}
	n, err := c.raw.Read(p)
	if n > 0 {
		c.heard.Store(c.s.seconds.Load())
		c.s.tally.bytesIn.Add(uint64(n))
		c.pace.read += int64(n)
		return n, nil // an error beside it comes again, once these bytes are used up
	}
	c.readErr = err
	return n, err
}

// Write takes what the library would say, and says nothing.
func (w *wire) Write(p []byte) (int, error) { return len(p), nil }

// Close ends reading. The library calls it when it has read a close frame, and
// from another goroutine when a control frame takes too long to arrive.
func (w *wire) Close() error {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	w.c.stopReading()
	return nil
}

// pair is the buffers for the library.
func (w *wire) pair() *bufio.ReadWriter {
	return bufio.NewReadWriter(bufio.NewReaderSize(w, readBuffer), bufio.NewWriterSize(w, writeBuffer))
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
