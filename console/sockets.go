package console

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// capped is a listener that admits so many connections at a time.
type capped struct {
	net.Listener
	slots chan struct{}
	met   *met
}

func (l capped) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case l.slots <- struct{}{}:
		return &slotted{Conn: conn, slots: l.slots, met: l.met, since: time.Now()}, nil
	default:
		l.met.sockets.Add(1)
		conn.SetDeadline(time.Now().Add(time.Second))
		io.WriteString(conn, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		conn.Close()
		return refused{}, nil
	}
}

// slotted gives its slot back when it closes.
type slotted struct {
	net.Conn
	once  sync.Once
	slots chan struct{}
	met   *met

	// Owned by the goroutine that serves the connection.
	state   http.ConnState
	since   time.Time // when the request was to begin, or the silence began
	handled bool      // the request's header arrived whole
}

// socketKey is the key of a request's socket in its context.
type socketKey struct{}

// withSocket is for the ConnContext of an HTTP server.
func withSocket(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, socketKey{}, conn)
}

// Write writes, and notices the answer that net/http gives by itself when a header
// is too large.
func (c *slotted) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("HTTP/1.1 431 ")) {
		c.met.headerBytes.Add(1)
	}
	return c.Conn.Write(p)
}

// noteState counts the connections that are closed because what was due took too
// long.
func (c *Console) noteState(conn net.Conn, state http.ConnState) {
	s, ok := conn.(*slotted)
	if !ok {
		return
	}
	silent := time.Since(s.since)
	if l := &c.Limits.HTTP; state == http.StateClosed {
		switch {
		case s.state == http.StateIdle && silent >= l.idleTime():
			c.met.idleTime.Add(1)
		case s.state != http.StateIdle && !s.handled && silent >= l.headerTime():
			c.met.headerTime.Add(1)
		}
	}
	if s.state != http.StateNew { // the time for the first header runs from the start
		s.since = time.Now()
	}
	s.state, s.handled = state, false
}

// NetConn returns the connection itself, whose further powers are hidden here.
func (c *slotted) NetConn() net.Conn { return c.Conn }

func (c *slotted) Close() error {
	c.once.Do(func() { <-c.slots })
	return c.Conn.Close()
}

// refused stands for a connection that was turned away: the server reads its end
// at once.
type refused struct{ net.Conn }

func (refused) Read([]byte) (int, error)         { return 0, io.EOF }
func (refused) Write([]byte) (int, error)        { return 0, net.ErrClosed }
func (refused) Close() error                     { return nil }
func (refused) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (refused) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (refused) SetDeadline(time.Time) error      { return nil }
func (refused) SetReadDeadline(time.Time) error  { return nil }
func (refused) SetWriteDeadline(time.Time) error { return nil }
