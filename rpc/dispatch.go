package rpc

import (
	"slices"
	"time"
)

// dispatcher knows which clients have something to run.
type dispatcher struct {
	ready   fifo[*Peer]   // in turn
	stalled []*Peer       // have texts, and too many answers that wait to be sent
	cancels []*Pending    // calls that $/cancelRequest named since the last Dispatch
	serving *Peer         // whose text runs; nil outside of Dispatch
	batches []*batch      // spare ones
	call    Call          // the call that runs; there is one at a time
	lap     time.Duration // when it began, since the server's epoch
	out     int           // bytes of answers that it wrote
}

// batch collects the answers of a batch until the last is there.
type batch struct {
	out   []byte               // "[answer,answer"
	open  int                  // calls that are answered later
	whole bool                 // all members have run
	subs  []*Sub               // opened in it; their events wait for its answer
	size  int                  // members
	done  int                  // members that are answered with a result
	sink  func(answers []byte) // where they go instead of to the client
}

// foresee makes room for the whole answer, by what the first results took: else a large
// one is copied a dozen times while it grows.
func (b *batch) foresee(limit int) {
	const few = 8
	if b.done++; b.done != few || b.size <= few {
		return
	}
	if need := min(limit, len(b.out)/few*b.size*9/8); need > cap(b.out) {
		b.out = slices.Grow(b.out, need-len(b.out))
	}
}

// Dispatch runs what clients have sent: by turns one text of each client, a batch
// as a whole, and at least one text even when the time is up. It returns when
// nothing is left to run or until has passed, which the zero Time never does, and
// reports whether something is left. Clients behind a barrier (see [Call.Block])
// or with too many unsent answers are not waited for. Inside a handler it does
// nothing.
func (s *Server) Dispatch(until time.Time) (more bool) {
	d := &s.dispatcher
	if d.serving != nil {
		return false
	}
	for i := 0; i < len(d.cancels); i++ {
		d.cancels[i].cancel()
	}
	clear(d.cancels)
	d.cancels = d.cancels[:0]
	for _, p := range d.stalled {
		p.stalled = false
		d.add(p)
	}
	d.stalled = d.stalled[:0]
	if d.ready.len() == 0 {
		return false
	}
	s.startClock()
	for {
		p := d.pop()
		if p == nil {
			return false
		}
		if p.full() {
			p.stalled = true
			s.hit(limitRequests)
			d.stalled = append(d.stalled, p)
			continue
		}
		s.serve(p)
		if d.ready.len() == 0 {
			return false
		}
		if !until.IsZero() && d.lap >= until.Sub(s.epoch) {
			return true
		}
	}
}

// startClock reads the clock before the first call of a Dispatch. Behind every
// call it is read once more, which both measures that one and says whether there
// is time for the next.
func (s *Server) startClock() {
	if s.epoch.IsZero() {
		s.epoch = time.Now()
	}
	s.dispatcher.lap = time.Since(s.epoch)
}

// add puts a client at the end of the turn, if it has something to run.
func (d *dispatcher) add(p *Peer) {
	if p.inTurn || p.stalled || p == d.serving || !p.runnable() {
		return
	}
	p.inTurn = true
	d.ready.push(p)
}

// pop takes the client whose turn it is, nil when there is none.
func (d *dispatcher) pop() *Peer {
	for d.ready.len() > 0 {
		p := d.ready.pop()
		p.inTurn = false
		if p.runnable() {
			return p
		}
	}
	return nil
}

// serve runs one text of a client, or what is left of one that was blocked.
func (s *Server) serve(p *Peer) {
	d := &s.dispatcher
	d.serving = p
	// Also when a handler ends the goroutine: the next Dispatch goes on behind it.
	defer func() {
		d.serving = nil
		d.add(p)
	}()
	t := p.begin()
	if t.fail != nil {
		p.refuse(t)
	}
	for t.next < len(t.members) && !p.halted() {
		m := &t.members[t.next]
		t.next++
		s.run(p, m)
	}
	if p.current == t && (t.next == len(t.members) || p.closing != nil || p.mute()) {
		p.finish()
	}
}

// begin takes the text to run, or to go on with.
func (p *Peer) begin() *Text {
	if p.current != nil {
		return p.current
	}
	t := p.queue.pop()
	p.hold(-1, -t.Size())
	p.current = t
	if t.batch && t.fail == nil {
		p.batch = p.server.dispatcher.newBatch(len(t.members))
	}
	return t
}

// finish ends the text that has run as a whole.
func (p *Peer) finish() {
	b := p.batch
	p.current.release()
	p.current, p.batch = nil, nil
	if b != nil {
		b.whole = true
		p.settle(b)
	}
}

// settle sends the answers of a batch when the last is there. A batch of
// notifications has none and is not answered: JSON-RPC 2.0, section 6.
func (p *Peer) settle(b *batch) {
	if !b.whole || b.open > 0 {
		return
	}
	switch {
	case b.sink != nil:
		b.sink(b.out)
	case len(b.out) > 0:
		b.out = append(b.out, ']')
		p.sendBatch(b)
	}
	for _, sub := range b.subs {
		sub.unanswered = false
	}
	b.subs = nil
	if d := &p.server.dispatcher; len(d.batches) < 16 && cap(b.out) <= keptBuffer {
		d.batches = append(d.batches, b)
	}
}

// sendBatch queues the answer of a batch. A large one is not copied where it is all that
// is sent.
func (p *Peer) sendBatch(b *batch) {
	if len(p.out) > 0 || cap(b.out) <= keptBuffer || p.mute() {
		p.send(b.out)
		return
	}
	p.out, b.out = b.out, nil
	p.endMessage()
}

func (d *dispatcher) newBatch(size int) *batch {
	n := len(d.batches)
	if n == 0 {
		return &batch{size: size}
	}
	b := d.batches[n-1]
	d.batches = d.batches[:n-1]
	*b = batch{out: b.out[:0], size: size}
	return b
}

// refuse answers a text that is refused as a whole.
func (p *Peer) refuse(t *Text) {
	if p.role == None {
		p.turnAway(loginFirst)
		return
	}
	p.answerError(nil, nullID, t.fail)
}

var nullID = []byte("null")

// run runs one member of a text.
func (s *Server) run(p *Peer, m *member) {
	switch {
	case p.role == None && (m.stray || m.fail != nil):
		p.fail(m, loginFirst)
		p.turnAway(loginFirst)
		return
	case m.stray: // the server asks nothing, so it is an answer to nobody
		return
	case m.fail != nil:
		id := m.id
		if id == nil {
			id = nullID
		}
		p.answerError(p.batch, id, m.fail)
		return
	case m.cancelled:
		p.fail(m, errCancelled)
		return
	}
	method := s.methods[string(m.method)]
	if e := s.allow(p, m, method); e != nil {
		p.fail(m, e)
		if p.role == None {
			p.turnAway(e)
		}
		return
	}
	c := &s.dispatcher.call
	*c = Call{Peer: p, member: m, batch: p.batch, method: method}
	s.perform(c)
}

// perform calls a method, answers it and notes what it took.
func (s *Server) perform(c *Call) {
	d, method := &s.dispatcher, c.method
	d.out = 0
	s.running.Store(method)
	params, began := len(c.member.params), d.lap
	failed := s.invoke(c, method)
	if s.OnCall != nil {
		s.OnCall(c.Peer, method.Name, method.Role, c.member.params, failed)
	}
	d.lap = time.Since(s.epoch)
	s.note(method, params, failed, d.lap-began)
}

// fail answers a member with an error, unless it is a notification.
func (p *Peer) fail(m *member, e *Error) {
	if m.id != nil {
		p.answerError(p.batch, m.id, e)
	}
}

// allow says why a client may not call a method, nil when it may.
func (s *Server) allow(p *Peer, m *member, method *method) *Error {
	switch {
	case p.role == None && (method == nil || !method.Free):
		return loginFirst
	case p.role == None && len(p.current.data) > maxLogin:
		return tooMany(limitLogin, maxLogin, "a text before login is larger than %d bytes", maxLogin)
	case method == nil:
		name := string(m.method)
		return unknown(MethodNotFound, "method", name, Nearest(name, s.methodNames))
	case p.role < method.Role && !method.Free:
		e := Errorf(Forbidden, "%q needs the role %s; this client has %s", method.Name, method.Role, p.role)
		e.Data.Want, e.Data.Got = method.Role.String(), p.role.String()
		return e
	case m.id != nil && p.inFlight(m.id):
		return Errorf(InvalidRequest, "a call with this id is not answered yet")
	}
	return nil
}

func (s *Server) methodNames(yield func(string) bool) {
	for name := range s.methods {
		if !yield(name) {
			return
		}
	}
}

// invoke calls a method and answers, unless the handler said later. It reports
// whether the answer is an error.
func (s *Server) invoke(c *Call, m *method) (failed bool) {
	ended := func() {
		c.settle(Errorf(InternalError, "%s ended the goroutine", m.Name))
	}
	err := s.guarded(m.Name, func() error { return m.handler.run(c, c.member.params) }, ended)
	c.returned = true
	if err != nil {
		c.settle(asError(err))
		return true
	}
	if c.later != nil || c.member.id == nil || c.Peer.gone {
		return false
	}
	err = s.guarded(m.Name, func() error { return c.Peer.answer(c.batch, c.member.id, m.handler) }, ended)
	if err != nil {
		if c.opened != nil { // who is told that it failed must not be sent its events
			c.opened.end()
		}
		c.settle(unwritable(m.Name, err))
	}
	return err != nil
}

// unwritable is the error of a result that has no JSON form.
func unwritable(method string, err error) *Error {
	if e, ok := err.(*Error); ok {
		return e
	}
	return Errorf(InternalError, "result of %s cannot be written: %v", method, err)
}

// settle answers the call with an error, in place of what it would have had.
func (c *Call) settle(e *Error) {
	switch {
	case c.later != nil:
		c.later.Fail(e)
	case c.member.id != nil && !c.Peer.gone:
		c.Peer.answerError(c.batch, c.member.id, e)
	}
}
