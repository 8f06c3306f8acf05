package rpc

import (
	"bytes"
	"encoding/json"
)

// Request is one call for [Peer.Run].
type Request struct {
	Method string
	Params json.RawMessage // an array or an object; nil for none
}

// Run runs calls in order, on the client's rights, as if it sent them now, and hands
// their answers to done when the last is there: an object each, with a member result or
// a member error. Calls that are answered later hold up done, and not each other. What
// the client has no right to is answered with an error. Of a client that is gone nothing
// runs, and done is not called.
//
// It is for a program that does at its own moment what a client asked for before. It
// runs outside of [Server.Dispatch], on its goroutine.
func (p *Peer) Run(calls []Request, done func(answers []json.RawMessage)) {
	if p.mute() || p.closing != nil || p.role == None {
		return
	}
	r := &volley{peer: p, answers: make([]json.RawMessage, len(calls)), open: len(calls) + 1, done: done}
	s := p.server
	d := &s.dispatcher
	serving := d.serving
	d.serving = p // a handler that calls Dispatch is not to get any further
	defer func() {
		d.serving = serving
		d.add(p)
	}()
	s.startClock()
	for i := range calls {
		r.call(i, &calls[i])
	}
	r.close()
}

// volley is the calls of one Run.
type volley struct {
	peer    *Peer
	answers []json.RawMessage
	open    int // that are not answered, and one while Run runs
	done    func([]json.RawMessage)
}

// answerHead is how the answer to a call with the id null begins in a batch.
const answerHead = `[{"jsonrpc":"2.0","id":null,`

// call runs one call. It is a batch of its own, so that its answer can be told from
// those of the others; the id null is no name, so it meets none of the client's own.
func (r *volley) call(i int, q *Request) {
	p := r.peer
	s := p.server
	b := s.dispatcher.newBatch(1)
	b.sink = func(out []byte) {
		if rest, ok := bytes.CutPrefix(out, []byte(answerHead)); ok {
			r.answers[i] = append([]byte{'{'}, rest...)
			r.close()
		}
	}
	m := &member{id: nullID, method: []byte(q.Method), params: q.Params}
	method := s.methods[q.Method]
	if e := s.allow(p, m, method); e != nil {
		p.answerError(b, m.id, e)
	} else {
		s.perform(&Call{Peer: p, member: m, batch: b, method: method})
	}
	b.whole = true
	p.settle(b)
}

// close counts an answer, or the end of Run.
func (r *volley) close() {
	if r.open--; r.open == 0 {
		r.done(r.answers)
	}
}
