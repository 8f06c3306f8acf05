package wstest

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Kind is the kind of a message: Text or Binary.
type Kind byte

// The kinds of messages.
const (
	Text   = Kind(OpText)
	Binary = Kind(OpBinary)
)

// String returns the kind's name in lower case.
func (k Kind) String() string {
	if k == Text {
		return "text"
	}
	return "binary"
}

// CloseError is the error of a connection that the server closed.
type CloseError struct {
	Code   int // 1005 when the server gave none
	Reason string
}

// Error returns the code and the reason.
func (e *CloseError) Error() string { return fmt.Sprintf("closed with code %d %q", e.Code, e.Reason) }

// Client is the client's end of a connection. Its methods may be called from any
// goroutine.
type Client struct {
	conn     net.Conn
	response *http.Response

	writing sync.Mutex
	said    bool // that this end closes; guarded by writing

	mu       sync.Mutex
	received []message
	pings    int
	err      error // why nothing more is received

	more chan struct{} // something was received; room for one
	done chan struct{} // closed when err is set
}

type message struct {
	kind Kind
	data []byte
}

// Response returns the answer to the handshake.
func (c *Client) Response() *http.Response { return c.response }

// Conn returns the connection below, for writing what a client should not. It is
// the client who reads from it.
func (c *Client) Conn() net.Conn { return c.conn }

// SendText sends a text. It returns when the server has read it.
func (c *Client) SendText(text []byte) error { return c.write(Frame(Fin|OpText, text)) }

// SendBinary sends binary data. It returns when the server has read it.
func (c *Client) SendBinary(data []byte) error { return c.write(Frame(Fin|OpBinary, data)) }

// Ping sends a ping. It returns when the server has read it.
func (c *Client) Ping(payload []byte) error { return c.write(Frame(Fin|OpPing, payload)) }

// Next returns the next message, in the order in which they were sent, and waits
// for it if need be. It fails when the context ends, which does no harm to the
// connection, and when the connection has ended: with a *[CloseError] when the
// server closed it.
func (c *Client) Next(ctx context.Context) (Kind, []byte, error) {
	for {
		c.mu.Lock()
		if len(c.received) > 0 {
			m := c.received[0]
			c.received = c.received[1:]
			c.mu.Unlock()
			return m.kind, m.data, nil
		}
		err := c.err
		c.mu.Unlock()
		if err != nil {
			return 0, nil, err
		}
		select {
		case <-c.more:
		case <-c.done:
		case <-ctx.Done():
			return 0, nil, ctx.Err()
		}
	}
}

// Received returns the number of messages that wait for Next.
func (c *Client) Received() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.received)
}

// Pings returns how many pings the server has sent.
func (c *Client) Pings() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pings
}

// closeTime is how long Close waits for the server's answer.
const closeTime = 5 * time.Second

// Close closes the connection in order: with a close frame, and when the server
// has answered it.
func (c *Client) Close(code int, reason string) error {
	err := c.writeClose(CloseFrame(code, reason))
	timer := time.NewTimer(closeTime)
	defer timer.Stop()
	select {
	case <-c.done:
	case <-timer.C:
		err = errors.New("no answer to the close frame")
	}
	return errors.Join(err, c.conn.Close())
}

func (c *Client) write(frame []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	_, err := c.conn.Write(frame)
	return err
}

// writeClose writes the only close frame of this end.
func (c *Client) writeClose(frame []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.said {
		return nil
	}
	c.said = true
	_, err := c.conn.Write(frame)
	return err
}

// read is the client's goroutine.
func (c *Client) read(r *bufio.Reader) {
	defer close(c.done)
	for {
		first, payload, err := ReadFrame(r)
		if err == nil {
			err = c.take(first, payload)
		}
		if err == nil {
			continue
		}
		if errors.Is(err, io.ErrClosedPipe) {
			err = net.ErrClosed // by the test
		}
		c.mu.Lock()
		c.err = err
		c.mu.Unlock()
		c.conn.Close()
		return
	}
}

// take deals with a frame. The server sends every message in one.
func (c *Client) take(first byte, payload []byte) error {
	switch first {
	case Fin | OpText, Fin | OpBinary:
		c.mu.Lock()
		c.received = append(c.received, message{Kind(first &^ Fin), payload})
		c.mu.Unlock()
		select {
		case c.more <- struct{}{}:
		default:
		}
	case Fin | OpPing:
		c.mu.Lock()
		c.pings++
		c.mu.Unlock()
		return c.write(Frame(Fin|OpPong, payload))
	case Fin | OpPong:
	case Fin | OpClose:
		_ = c.writeClose(Frame(Fin|OpClose, payload)) // the server may have hung up already
		return closeError(payload)
	default:
		return fmt.Errorf("a frame begins with %#x", first)
	}
	return nil
}

func closeError(payload []byte) error {
	switch len(payload) {
	case 0:
		return &CloseError{Code: 1005}
	case 1:
		return errors.New("a close frame has one byte")
	}
	return &CloseError{Code: int(binary.BigEndian.Uint16(payload)), Reason: string(payload[2:])}
}
