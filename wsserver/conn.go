package wsserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// conn is a connection. Its reader is a goroutine from AcceptConnection until the
// end of the connection, and the only one that tells the program about it. Its
// writer is a goroutine that runs only while something is queued.
type conn struct {
	s     *Server
	id    ConnID
	addr  netip.AddrPort // of the client, where it is known
	raw   net.Conn
	ws    *websocket.Conn
	write func() // drain, kept so that starting the goroutine allocates nothing

	// Any goroutine.
	backlog    atomic.Int64  // unsent bytes
	waiting    atomic.Int64  // messages in the inbox
	held       atomic.Int64  // their size
	paused     atomic.Bool   // by the program
	unbound    atomic.Bool   // no rate holds for it
	resting    atomic.Bool   // the reader waits for room
	closing    atomic.Bool   // set with mu held: the end has begun, nothing more is queued
	deaf       atomic.Bool   // set with mu held: nothing more is read
	heard      atomic.Uint32 // the second in which a byte last came
	assembling atomic.Uint32 // the second in which the message under way began, or 0
	asked      atomic.Uint32 // the second in which RoundTrip was last called, or 0
	trip       atomic.Int64  // the round trip, in ns, or 0
	probe      atomic.Int64  // when the ping that measures it left, by the server's clock, or 0

	// Owned by the goroutine that calls Update.
	dropped bool    // the program closed it
	seats   []*seat // in audiences

	// Owned by the distributor.
	pinged int    // pings since the client was last heard
	probed uint32 // the second of the last probe
	noted  bool   // guarded by the server's passing: it is among those to be kicked

	// Owned by the reader.
	sock    socket
	ahead   *buffer       // what was read and not yet used; nil while there is nothing
	used    int           // ahead.p[:used] is used
	br      *bufio.Reader // the library's
	readErr error         // of the raw connection
	late    int           // bytes that came after the end had begun
	pings   int           // pings and pongs, less what the budget has let go
	pingsAt uint32        // the second of the newest
	pace    pace

	mu      sync.Mutex
	idle    sync.Cond // no writer runs any more
	queue   *queue    // to be written; nil while nothing is
	flight  *queue    // being written
	pushed  int       // bytes of flight that were written before the writer began, or -1
	writing bool      // the writer runs
	behind  bool      // the program was told so
	until   time.Time // when a closing connection is cut off
	code    int       // how it ended, for the Closed message
	reason  string
	err     error
}

func newConn(s *Server) *conn {
	c := &conn{s: s, pushed: -1}
	c.idle.L = &c.mu
	c.write = c.drain
	return c
}

// read is the reader's goroutine.
func (c *conn) read() {
	err := errExit // unless told otherwise below
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{Value: v, Stack: debug.Stack()}
		}
		c.end(err)
	}()
	err = c.receive()
}

// receive reads messages until it cannot. It is where an idle connection waits, so
// that little is on its stack.
func (c *conn) receive() error {
	for {
		c.rest(false)
		if err := c.await(); err != nil {
			return err
		}
		if c.controls(); c.ahead == nil && c.br.Buffered() == 0 {
			continue
		}
		if err := c.message(); err != nil {
			return err
		}
	}
}

// message reads a message and hands it in.
func (c *conn) message() error {
	// A context that can be cancelled would cost dozens of allocations a message;
	// deadlines of the raw connection do its work.
	kind, r, err := c.ws.Reader(context.Background())
	if err != nil {
		return err
	}
	c.claim()
	claimed := true
	defer func() {
		if claimed {
			c.s.inboxed.Add(-1)
		}
	}()
	data, err := c.assemble(r)
	if err != nil {
		return err
	}
	if c.closing.Load() { // only the peer's close frame is of interest any more
		if c.late += len(data) + overhead; c.late > lingerBytes {
			return errLate
		}
		return nil
	}
	a := arrival{conn: c, size: cap(data) + overhead}
	a.From, a.Data, a.Kind = c.id, data, Binary
	if kind == websocket.MessageText {
		if !utf8.Valid(data) {
			return errNotUTF8
		}
		a.Kind = Text
		if c.s.Parse != nil {
			a.Value = c.s.Parse(data)
		}
	}
	claimed = false
	c.admit(a.size)
	c.s.tally.messagesIn.Add(1)
	c.s.arrive(a)
	return nil
}

// Room for a message at first, and when that was too little, in bytes. Most
// messages are small, and one that stalls is to hold little.
const (
	firstBuffer  = 512
	secondBuffer = 8 << 10
)

// assemble reads a message whole. Its buffer is shared by all connections, and
// what is returned is a copy of the right size.
func (c *conn) assemble(r io.Reader) ([]byte, error) {
	c.assembling.Store(c.s.seconds.Load())
	defer c.assembling.Store(0)
	buf := c.s.borrow(firstBuffer)
	defer func() { c.s.giveBack(buf) }()
	for {
		if len(buf.p) == cap(buf.p) {
			if c.s.overfull() {
				return nil, errFull
			}
			larger := c.s.borrow(max(secondBuffer, 2*len(buf.p)))
			larger.p = append(larger.p, buf.p...)
			c.s.giveBack(buf)
			buf = larger
		}
		n, err := r.Read(buf.p[len(buf.p):cap(buf.p)])
		buf.p = buf.p[:len(buf.p)+n]
		if err == io.EOF && c.readErr == nil { // the library says EOF of a connection that ends between fragments, too
			break
		}
		if err != nil {
			return nil, err
		}
	}
	data := make([]byte, len(buf.p))
	copy(data, buf.p)
	return data, nil
}

// control counts a ping or a pong, and reports whether it is within the budget.
func (c *conn) control() bool {
	now := c.s.seconds.Load()
	rate, burst := c.s.Limits.pingRate(), c.s.Limits.pingBurst()
	c.pings = max(0, c.pings-int(now-c.pingsAt)*rate) + 1
	c.pingsAt = now
	if c.pings <= burst+rate {
		return true
	}
	c.s.hit(limitPings)
	c.s.hit(limitPingBurst)
	c.leave(codePolicy, errPings.Error(), errPings)
	return false
}

// answerPing queues the pong, where it cannot get stuck behind a blocked write.
func (c *conn) answerPing(_ context.Context, payload []byte) bool {
	if c.control() {
		c.enqueueControl(framePong, payload)
	}
	return false // the library need not answer
}

func (c *conn) notePong(_ context.Context, payload []byte) {
	if c.control() {
		c.measure(payload)
	}
}

// look is the distributor's look at a connection, once a second.
func (c *conn) look(now uint32) {
	if c.closing.Load() {
		c.hurry()
		return
	}
	if c.resting.Load() {
		c.heard.Store(now) // we do not listen, so it cannot be heard
		return
	}
	l := &c.s.Limits
	if began := c.assembling.Load(); began != 0 && now-began > seconds(l.assembly()) {
		c.s.hit(limitAssembly)
		err := fmt.Errorf("a message took longer than %d s to arrive", seconds(l.assembly()))
		c.leave(codePolicy, err.Error(), err)
		return
	}
	switch quiet := now - c.heard.Load(); {
	case quiet < seconds(l.pingAfter()):
		c.pinged = 0
		c.sendProbe(now)
	case quiet >= seconds(l.dead()):
		c.s.hit(limitMisses)
		c.cut(codeLost, "", fmt.Errorf("no sign of life for %d s", seconds(l.dead())))
	case quiet >= seconds(l.pingAfter()+time.Duration(c.pinged)*l.pingTimeout()):
		if c.pinged++; c.pinged == 1 {
			c.s.hit(limitPingAfter)
		} else {
			c.s.hit(limitPingTimeout)
		}
		c.enqueueControl(framePing, nil)
	}
}

// hurry hangs up where the deadlines should have ended the connection long ago, and
// did not: not every net.Conn honours them.
func (c *conn) hurry() {
	c.mu.Lock()
	overdue := time.Since(c.until) > sweepEvery
	c.mu.Unlock()
	if overdue {
		c.hangUp()
	}
}

// seconds is a duration in whole seconds, and at least one.
func seconds(d time.Duration) uint32 { return uint32(max(1, (d+time.Second-1)/time.Second)) }

// end is the reader's last act: it tells the program, lets the peer take what is
// still to be written, and hangs up.
func (c *conn) end(err error) {
	defer c.s.ended()
	defer c.s.forget(c)
	defer c.hangUp()
	defer c.s.contain()
	c.settle(err)

	c.mu.Lock()
	code, reason, cause := c.code, c.reason, c.err
	c.mu.Unlock()
	if cause != nil {
		c.s.tally.failed.Add(1)
		c.s.arrive(arrival{conn: c, Message: Message{From: c.id, Kind: Failed, Err: cause}})
	}
	c.s.arrive(arrival{conn: c, Message: Message{From: c.id, Kind: Closed, Err: cause, Code: code, Reason: reason}})

	c.mu.Lock()
	for c.writing {
		c.idle.Wait() // CloseTime at the most: until is the deadline of writes
	}
	c.abandon()
	c.mu.Unlock()
	if cause != nil && code != codeLost {
		c.linger()
	}
	c.ws.CloseNow()
	if c.ahead != nil {
		c.s.buffers.put(c.ahead)
		c.ahead = nil
	}
}

// settle decides how the connection ended, from the error that ended reading,
// unless it was decided before.
func (c *conn) settle(err error) {
	var closed websocket.CloseError
	var panicked *Panic
	switch {
	case c.closing.Load():
	case errors.As(err, &closed) && !utf8.ValidString(closed.Reason):
		c.leave(codeNotUTF8, errReasonNotUTF8.Error(), errReasonNotUTF8)
	case errors.As(err, &closed):
		c.leave(int(closed.Code), closed.Reason, nil)
	case errors.Is(err, websocket.ErrMessageTooBig):
		c.s.hit(limitMessage)
		c.leave(codeTooBig, fmt.Sprintf("a message has more than %d bytes", c.s.Limits.maxMessage()), err)
	case c.readErr != nil:
		c.cut(codeLost, "", fmt.Errorf("connection lost: %w", c.readErr))
	case err == errFull:
		c.s.hit(limitHeld)
		c.leave(codeTryLater, err.Error(), err)
	case err == errNotUTF8:
		c.leave(codeNotUTF8, err.Error(), err)
	case err == errExit, errors.As(err, &panicked):
		c.s.tally.panics.Add(1)
		c.leave(codeInternal, "internal error", err)
	default: // the library knows no other
		c.leave(codeProtocol, root(err).Error(), err)
	}
}

// root is the innermost of the errors that wrap each other.
func root(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// lingerBytes is how much is read and thrown away of what a peer sends after the
// end has begun.
const lingerBytes = 1 << 20

// linger waits for a peer that broke the rules to hang up. To hang up first, with
// bytes of it unread, would reset the connection, and the peer might not get to
// see the close frame that tells what it did wrong.
func (c *conn) linger() {
	if half, ok := innermost(c.raw).(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	c.mu.Lock()
	until := c.until
	c.mu.Unlock()
	c.setReadDeadline(until)
	io.CopyN(io.Discard, c.raw, lingerBytes)
}
