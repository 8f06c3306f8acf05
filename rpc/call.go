package rpc

import (
	"slices"
	"time"
)

// Call is one call that a handler runs for. It belongs to the handler until that
// returns.
type Call struct {
	Peer *Peer // who calls

	method   *method
	member   *member
	batch    *batch
	later    *Pending
	opened   *Sub // by sub.open
	returned bool
}

// Frame returns the frame in which the call runs.
func (c *Call) Frame() uint64 { return c.Peer.server.frame }

// Tick returns the tick after which the call runs.
func (c *Call) Tick() uint64 { return c.Peer.server.tick }

// Time returns the time since the session began.
func (c *Call) Time() time.Duration { return c.Peer.server.now }

// Notification reports whether nobody waits for an answer.
func (c *Call) Notification() bool { return c.member.id == nil }

// Defer says that the call is answered later, by the Pending that it returns;
// what the handler returns is then ignored, but an error, which answers it. In a
// batch the answers of such calls stand behind the others, and the batch is
// answered when the last is there.
//
// A client may have 64 such calls (see [Limits]); Defer answers one more with an
// error by itself, and returns a Pending that is canceled already.
func (c *Call) Defer() *Pending { return c.defers(false) }

// Block is Defer with a barrier: later texts of the same client, and later
// members of the same batch, wait until the call is answered. Other clients go
// on.
func (c *Call) Block() *Pending { return c.defers(true) }

func (c *Call) defers(block bool) *Pending {
	if c.returned {
		panic("rpc: Defer after the handler of " + c.method.Name + " returned")
	}
	if c.later != nil {
		if block {
			c.later.block()
		}
		return c.later
	}
	p := c.Peer
	call := &Pending{peer: p, method: c.method, batch: c.batch}
	c.later = call
	if c.member.id != nil {
		// The text goes back to its pool before the answer is there.
		call.id = slices.Clone(c.member.id)
	}
	if p.gone {
		call.done, call.canceled = true, true
		return call
	}
	if limit := p.server.Limits.pending(); len(p.pending) >= limit {
		call.canceled = true
		call.finish(tooMany(limitPending, limit, "more than %d calls wait to be answered", limit))
		return call
	}
	p.pending = append(p.pending, call)
	if call.batch != nil {
		call.batch.open++
		call.counted = true
	}
	if block {
		call.block()
	}
	return call
}

// Pending is a call that is answered later. It belongs to the goroutine that
// calls Dispatch. Answering twice, or after the client took the call back, does
// nothing.
type Pending struct {
	peer     *Peer
	method   *method
	id       []byte // nil for a notification
	batch    *batch
	counted  bool // in batch.open
	done     bool
	canceled bool
	marked   bool // stands in the dispatcher's cancels
	onCancel func()
}

// Reply answers the call with a result; nil is null.
func (p *Pending) Reply(v any) {
	if p.done {
		return
	}
	p.done = true
	if p.id != nil && !p.peer.mute() {
		err := p.peer.server.guarded(p.method.Name, func() error {
			return p.peer.answer(p.batch, p.id, value{v})
		}, func() {})
		if err != nil {
			p.peer.answerError(p.batch, p.id, unwritable(p.method.Name, err))
		}
	}
	p.release()
}

// value is the result of a call that is answered later.
type value struct{ v any }

func (r value) append(dst []byte) ([]byte, error) { return Append(dst, r.v) }

// Fail answers the call with an error.
func (p *Pending) Fail(err error) {
	if !p.done {
		p.finish(asError(err))
	}
}

// Canceled reports whether nobody waits for the answer any more: the client took
// the call back or has gone.
func (p *Pending) Canceled() bool { return p.canceled }

// OnCancel sets what to do when the client takes the call back or goes. It runs
// at once when that has happened already.
func (p *Pending) OnCancel(f func()) {
	if p.canceled {
		f()
		return
	}
	p.onCancel = f
}

// finish answers with an error.
func (p *Pending) finish(e *Error) {
	p.done = true
	if p.id != nil {
		p.peer.answerError(p.batch, p.id, e)
	}
	p.release()
}

// block sets the barrier. Where there is one, what runs was run by [Peer.Run], which
// waits for its answers anyway.
func (p *Pending) block() {
	if !p.done && p.peer.barrier == nil {
		p.peer.barrier = p
	}
}

// release takes the answered call off its client's list and lets go what waited.
func (p *Pending) release() {
	q := p.peer
	if i := slices.Index(q.pending, p); i >= 0 {
		q.pending = slices.Delete(q.pending, i, i+1)
	}
	if p.counted {
		p.counted = false
		p.batch.open--
		q.settle(p.batch)
	}
	if q.barrier == p {
		q.barrier = nil
		q.server.dispatcher.add(q)
	}
}

// cancel ends the call because the client took it back or has gone.
func (p *Pending) cancel() {
	if p.done {
		return
	}
	p.canceled = true
	f := p.onCancel
	p.onCancel = nil
	p.finish(errCancelled)
	if f != nil {
		_ = p.peer.server.guarded(p.method.Name, func() error { f(); return nil }, func() {})
	}
}
