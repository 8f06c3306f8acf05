package rpc

import (
	"bytes"
	"time"
)

// Role says what a client may do; each includes the ones before it.
type Role uint8

// The roles.
const (
	None  Role = iota // not logged in
	View              // may look
	Edit              // may change
	Drive             // may also hold time and send input
)

// String returns the role as it stands on the wire.
func (r Role) String() string {
	switch r {
	case None:
		return "none"
	case View:
		return "view"
	case Edit:
		return "edit"
	}
	return "drive"
}

// Peer is one client. It belongs to the goroutine that calls Dispatch, and stays
// usable, without effect, after its end.
type Peer struct {
	server *Server
	conn   Conn
	id     uint64
	name   string
	role   Role
	value  any

	// Logging in.
	deadline time.Duration // while role is None
	token    string        // granted, and not told yet
	since    time.Duration

	// Coming in.
	queue   fifo[*Text] // wait for Dispatch
	queued  int         // bytes that queue holds
	current *Text       // runs, or is blocked half way
	batch   *batch      // of current; nil when it is none
	barrier *Pending    // the call that blocks
	pending []*Pending  // calls that are answered later
	inTurn  bool        // stands in the dispatcher's ready
	stalled bool        // stands in the dispatcher's stalled

	// Going out.
	out     []byte // messages, one behind the other
	ends    []int  // where each ends in out
	dirty   bool   // stands in the flusher's dirty
	closing *closing
	closed  bool   // the Conn was told to close
	gone    bool   // disconnected
	subs    []*Sub // the greatest priority first
	caller  bool   // it takes answers and nothing else
	behind  bool   // it does not read as fast as it is sent to

	// What it was told of frames.
	frames   bool  // it wants $/frame
	told     clock // by the last
	toldOnce bool

	received traffic
	sent     traffic // less what its cohorts' members were sent
}

// closing is how to close a Conn once everything is sent.
type closing struct {
	code   int
	reason string
}

// ID returns the client's number, which no other client of this Server has had.
func (p *Peer) ID() uint64 { return p.id }

// Name returns the client's unique name, "" before login.
func (p *Peer) Name() string { return p.name }

// Role returns what the client may do, None before login.
func (p *Peer) Role() Role { return p.role }

// Conn returns the way to the client that [Server.Connect] was given.
func (p *Peer) Conn() Conn { return p.conn }

// Value returns what SetValue was given.
func (p *Peer) Value() any { return p.value }

// SetValue keeps something of the program's own with the client.
func (p *Peer) SetValue(v any) { p.value = v }

// Queued returns how many texts wait for Dispatch, and what they hold in bytes.
// A program stops reading from the client while it is more than it wants to keep.
func (p *Peer) Queued() (texts, bytes int) { return p.queue.len(), p.queued }

// hold counts texts into the queues, or out of them.
func (p *Peer) hold(texts, bytes int) {
	p.queued += bytes
	p.server.queued += texts
	p.server.queuedBytes += bytes
}

// Idle reports whether every text has run, every call is answered, and the
// answers are handed to the Conn.
func (p *Peer) Idle() bool {
	return p.queue.len() == 0 && p.current == nil && len(p.pending) == 0 && len(p.ends) == 0
}

// Behind reports whether more waits for the client than it reads: what is large is better
// sent to it later.
func (p *Peer) Behind() bool { return p.behind }

// SetBehind tells that more waits for the client than it reads, or that it has
// caught up. While it is behind it is no part of an [Audience]: its streams get the
// room that its [Backlogger] tells of, and what that is too little for is up to
// their policies. A program whose transport says so calls it.
func (p *Peer) SetBehind(on bool) {
	if p.behind == on || p.gone {
		return
	}
	p.behind = on
	for _, sub := range p.subs {
		if sub.cohort == nil {
			continue
		}
		if on && sub.shared {
			sub.cohort.leave(sub)
		} else if !on {
			sub.cohort.seek(sub)
		}
	}
}

// total returns what the client was sent.
func (p *Peer) total() traffic {
	t := p.sent
	for _, sub := range p.subs {
		if sub.shared {
			t.add(sub.cohort.sent.minus(sub.mark))
		}
	}
	return t
}

// Notify sends the client a notification, at the next [Server.Flush]. Clients
// that have not logged in get none, nor do those of [Server.ConnectCaller]. It
// fails when params have no JSON form.
func (p *Peer) Notify(method string, params any) error {
	if p.mute() || p.role == None || p.caller {
		return nil
	}
	p.buffer()
	start := len(p.out)
	p.out = append(p.out, `{"jsonrpc":"2.0","method":`...)
	p.out = AppendString(p.out, method)
	p.out = append(p.out, `,"params":`...)
	out, err := Append(p.out, params)
	if err != nil {
		p.out = p.out[:start]
		return err
	}
	p.out = append(out, '}')
	p.endMessage()
	return nil
}

// maxReason is what a WebSocket's close frame holds of a reason, in bytes, less
// the mark of a cut.
const maxReason = 120

// Close closes the client's Conn with a WebSocket code and a reason, which is cut
// at 120 bytes, once what is due to it is sent: at the next [Server.Flush].
// Nothing more of it runs.
func (p *Peer) Close(code int, reason string) {
	if p.mute() || p.closing != nil {
		return
	}
	p.closing = &closing{code, cutText(reason, maxReason)}
	p.server.flusher.add(p)
}

// mute reports whether nothing can be sent any more.
func (p *Peer) mute() bool { return p.gone || p.closed }

// runnable reports whether Dispatch has something to do for the client.
func (p *Peer) runnable() bool {
	return (p.current != nil || p.queue.len() > 0) && !p.halted()
}

// halted reports whether nothing of the client may run now, or ever.
func (p *Peer) halted() bool {
	return p.barrier != nil || p.closing != nil || p.mute()
}

// full reports whether so many answers wait that the client should read first.
func (p *Peer) full() bool {
	return len(p.out) > requestBacklog || p.backlog() > requestBacklog
}

// backlog returns the bytes that wait at the Conn, 0 when it does not tell.
func (p *Peer) backlog() int {
	if b, ok := p.conn.(Backlogger); ok {
		return b.Backlog()
	}
	return 0
}

// inFlight reports whether a call with the id waits to be answered. The id null
// is no name, so that many calls may have it.
func (p *Peer) inFlight(id []byte) bool {
	for _, call := range p.pending {
		if bytes.Equal(call.id, id) && !isNull(id) {
			return true
		}
	}
	return false
}

// drop lets go of the texts of a client that is gone. The one that runs is
// finished by who runs it.
func (p *Peer) drop() {
	p.hold(-p.queue.len(), -p.queued)
	for _, t := range p.queue.waiting() {
		t.release()
	}
	p.queue = fifo[*Text]{}
	if p.current != nil && p.server.dispatcher.serving != p {
		p.current.release()
		p.current, p.batch = nil, nil
	}
	p.out, p.ends = nil, nil
}

// answer writes the answer of a call: into its batch, or as a message. When
// the result cannot be written nothing is.
func (p *Peer) answer(b *batch, id []byte, r result) error {
	buf := p.buffer()
	if b != nil {
		buf = &b.out
	}
	dst := appendHead(*buf, b, id)
	dst = append(dst, `,"result":`...)
	start := len(dst)
	dst, err := r.append(dst)
	if err != nil {
		return err
	}
	size := len(dst) - start
	whole := size
	if b != nil {
		whole = len(dst)
	}
	if limit := p.server.Limits.reply(); whole > limit {
		return tooMany(limitReply, limit, "answer of %d bytes is larger than %d", whole, limit)
	}
	*buf = append(dst, '}')
	p.server.dispatcher.out += size
	if b == nil {
		p.endMessage()
	} else {
		b.foresee(p.server.Limits.reply())
	}
	return nil
}

// answerError writes an error as the answer of a call.
func (p *Peer) answerError(b *batch, id []byte, e *Error) {
	if e.Code == TooMany {
		p.server.hit(limitOf(e))
	}
	if p.mute() {
		return
	}
	buf := p.buffer()
	if b != nil {
		buf = &b.out
	}
	dst := appendHead(*buf, b, id)
	dst = append(dst, `,"error":`...)
	start := len(dst)
	*buf = append(e.append(dst, p.server.frame), '}')
	p.server.dispatcher.out += len(*buf) - start
	if b == nil {
		p.endMessage()
	}
}

// appendHead begins an answer: JSON-RPC 2.0, section 5.
func appendHead(dst []byte, b *batch, id []byte) []byte {
	if b != nil {
		if len(dst) == 0 {
			dst = append(dst, '[')
		} else {
			dst = append(dst, ',')
		}
	}
	dst = append(dst, `{"jsonrpc":"2.0","id":`...)
	return append(dst, id...)
}

// send queues a message.
func (p *Peer) send(text []byte) {
	if p.mute() {
		return
	}
	p.buffer()
	p.out = append(p.out, text...)
	p.endMessage()
}

// endMessage makes a message of what was appended to out.
func (p *Peer) endMessage() {
	p.ends = append(p.ends, len(p.out))
	p.server.flusher.add(p)
}
