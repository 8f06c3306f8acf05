package rpc

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Sub is one client's subscription to a topic. It belongs to the goroutine that
// calls Dispatch.
type Sub struct {
	// Value is the topic's own: what it needs to know of this subscription.
	Value any

	queue // what waits while it is sent to by itself

	peer    *Peer
	id      string
	wireID  []byte // id as JSON
	number  uint32
	credit  int          // events that may be on the way; 0 for no end
	flying  fifo[uint32] // those that are, with credit
	at      int          // place in the stream's subs
	looseAt int          // place in the stream's loose

	cohort *cohort // that it belongs to, or will when it has caught up; nil for none
	shared bool    // it belongs to it
	mark   traffic // of the cohort when it joined

	live  bool // it has begun, and has not ended
	fresh bool // its opening was not answered in an earlier Flush
	// unanswered says that its opening stands in a batch that is not complete.
	unanswered bool
}

// Number returns the number that the server gave to the subscription: the one in
// the header of its binary messages, and in the answer of sub.open as binary. No
// other subscription of the same client has it.
func (sub *Sub) Number() uint32 { return sub.number }

// ID returns the id that the client chose.
func (sub *Sub) ID() string { return sub.id }

// Peer returns the client that subscribes.
func (sub *Sub) Peer() *Peer { return sub.peer }

// Due reports whether an event sent now would leave with the next Flush: whether
// its moment has come, the client has acknowledged enough, and its Conn is not
// full. A topic whose values are costly makes none while it is false.
func (sub *Sub) Due() bool {
	if !sub.live || sub.peer.mute() {
		return false
	}
	if sub.shared {
		return sub.cohort.due()
	}
	return sub.ready() && sub.peer.room() > 0
}

// Waiting returns how many events wait to be sent. A topic whose events build on each
// other sends none while one waits, for a policy might drop it.
func (sub *Sub) Waiting() int { return sub.events.len() }

// Unacknowledged returns how many events are on the way, and how many may be: 0 for no
// end, of a client that acknowledges nothing.
func (sub *Sub) Unacknowledged() (events, credit int) { return sub.flying.len(), sub.credit }

// Live reports whether the subscription has begun and has not ended.
func (sub *Sub) Live() bool { return sub.live }

// Send sends an event to this subscription. It fails when v has no JSON form, and
// does nothing when the subscription has ended, or has not begun: while open runs.
func (sub *Sub) Send(v any) error {
	if !sub.live {
		return nil
	}
	e, err := sub.stream.textPayload(v)
	if err != nil {
		return err
	}
	sub.sendOwn(e)
	return nil
}

// SendBinary sends a binary event to this subscription; see
// [Stream.PublishBinary].
func (sub *Sub) SendBinary(flags uint8, payload []byte) {
	if sub.live {
		sub.sendOwn(sub.stream.binaryPayload(flags, payload))
	}
}

// sendOwn queues an event that only this subscription gets.
func (sub *Sub) sendOwn(e *payload) {
	sub.alone()
	sub.stream.number++
	e.number = sub.stream.number
	sub.stream.tally.published++
	sub.push(e)
	sub.stream.server.flusher.unuse(e)
}

// miss counts events as lost that were never made.
func (sub *Sub) miss(n uint64) {
	if n == 0 {
		return
	}
	sub.alone()
	sub.lost += n
	sub.peer.sent.lost += n
	sub.stream.tally.lost += n
	sub.stream.server.lost.Add(n)
}

// alone has the subscription be sent to by itself from now on.
func (sub *Sub) alone() {
	c := sub.cohort
	if c == nil {
		return
	}
	if sub.shared {
		c.leave(sub)
	}
	sub.cohort = nil
	c.release()
}

// push queues an event by the subscription's policy.
func (sub *Sub) push(e *payload) {
	if sub.peer.mute() {
		return
	}
	sub.peer.sent.lost += sub.queue.push(e)
	sub.stream.server.flusher.add(sub.peer)
}

// ready reports whether the subscription's turn has come and the client has
// acknowledged enough.
func (sub *Sub) ready() bool { return sub.due() && sub.credited() }

func (sub *Sub) credited() bool { return sub.credit == 0 || sub.flying.len() < sub.credit }

// send sends what waits, as far as the credit, the topic's quota and the room in
// bytes allow, and returns the room that is left.
func (sub *Sub) send(room int) int {
	sub.begin()
	for n := 0; room > 0 && sub.waits() && sub.credited() && !sub.served(n) && !sub.peer.mute(); n++ {
		e := sub.take()
		room -= sub.sendEvent(e)
		sub.stream.server.flusher.unuse(e)
	}
	return room
}

// sendEvent sends one event and returns its size in bytes.
func (sub *Sub) sendEvent(e *payload) int {
	f := &sub.stream.server.flusher
	sub.seq = e.number
	if sub.credit > 0 {
		sub.flying.push(e.number)
	}
	f.scratch = e.appendTo(f.scratch[:0], sub.wireID, sub.number, sub.lost)
	sub.lost = 0
	sub.stream.tally.sent++
	n := len(f.scratch)
	if e.binary {
		sub.peer.sendBinary(sub.stream, f.scratch)
	} else {
		sub.peer.sendEvent(sub.stream, f.scratch)
	}
	f.trim()
	return n
}

// judge closes the client that leaves more of a reliable topic waiting than it
// may.
func (sub *Sub) judge() {
	if sub.over() {
		sub.giveUp(sub.events.len())
	}
}

// giveUp closes the client, for which so many events wait.
func (sub *Sub) giveUp(waiting int) {
	sub.stream.server.hit(limitReliable)
	sub.peer.Close(closeSlow, "too slow: "+strconv.Itoa(waiting)+" events of "+sub.stream.topic.Name+" wait")
}

// end closes the subscription.
func (sub *Sub) end() {
	if !sub.live {
		return
	}
	sub.alone()
	sub.live = false
	sub.empty()
	sub.peer.subs = slices.DeleteFunc(sub.peer.subs, func(other *Sub) bool { return other == sub })
	st := sub.stream
	st.loose.remove(sub)
	st.subs.remove(sub)
	if st.group && len(st.subs.subs) == 0 {
		st.forget()
		delete(st.server.streams, st.topic.Name)
		st.server.groups--
	}
}

// handleTopics registers the methods about topics and subscriptions.
func (s *Server) handleTopics() {
	Handle(s, Method{
		Name: "topic.list", Role: View, Help: "the topics of the server and the groups of clients",
	}, s.listTopics)
	Handle(s, Method{
		Name: "topic.publish", Help: "send an event to all who subscribe to a group",
		Errors: []Code{Forbidden, TooMany},
	}, s.publishToGroup)
	Handle(s, Method{
		Name: "sub.open", Role: View,
		Help:   "subscribe to a topic; a name that is none begins a group. The first state is in the answer",
		Errors: []Code{Conflict, Forbidden, TooMany},
	}, s.openSub)
	Handle(s, Method{
		Name: "sub.ack", Role: View, Help: "acknowledge events up to seq, which gives credit for more",
		Errors: []Code{NotFound, OutOfRange},
	}, s.ackSub)
	Handle(s, Method{
		Name: "sub.close", Role: View, Help: "end a subscription", Errors: []Code{NotFound},
	}, s.closeSub)
}

type openParams struct {
	ID     string          `json:"id" help:"chosen by the client, unique among its subscriptions, at most 128 bytes"`
	Topic  string          `json:"topic"`
	Params json.RawMessage `json:"params,omitempty" help:"what the topic takes"`
	Policy string          `json:"policy,omitempty" enum:"latest,all,sample,reliable" help:"what becomes of events that there is no room for"`
	Rate   *float64        `json:"rate,omitempty" min:"0" unit:"1/s" help:"greatest number of events a second, 0 for each; of the policy all, the moments at which all that wait are sent"`
	Buffer int             `json:"buffer,omitempty" min:"1" max:"4096" help:"events that may wait; if absent what the topic says, as a rule 256"`
	Credit int             `json:"credit,omitempty" min:"0" max:"4096" help:"events that may be on the way beyond the last sub.ack; no end if absent"`
}

type openResult struct {
	ID       string `json:"id"`
	Seq      uint32 `json:"seq" help:"of the topic's last event before the first to come; it rises from event to event, and may jump"`
	Binary   uint32 `json:"binary,omitempty" help:"its number in the header of binary messages"`
	Group    bool   `json:"group,omitempty" help:"the topic is a group of clients"`
	Snapshot any    `json:"snapshot,omitempty" help:"the first state"`
}

// openSub is sub.open.
func (s *Server) openSub(c *Call, p openParams) (r openResult, err error) {
	st, e := s.judgeSub(c.Peer, &p)
	if e != nil {
		return r, e
	}
	sub := st.newSub(c.Peer, &p)
	if r.Snapshot, err = st.open(sub, p.Params); err != nil || c.Peer.gone {
		return r, err
	}
	sub.fresh, c.opened = true, sub
	if c.batch != nil {
		sub.unanswered = true
		c.batch.subs = append(c.batch.subs, sub)
	}
	r.ID, r.Group, r.Seq = p.ID, st.group, st.begin(sub)
	if st.topic.Binary != 0 {
		r.Binary = sub.number
	}
	return r, nil
}

// begin adds a subscription to the topic, with the history for it, and returns the
// number of the last event that it does not get.
func (st *Stream) begin(sub *Sub) (seq uint32) {
	s, p := st.server, sub.peer
	if sub.cohort = st.cohortFor(sub); sub.cohort != nil {
		sub.cohort.refs++
		sub.number = sub.cohort.number
	} else {
		s.lastSub++
		sub.number = s.lastSub
	}
	sub.live, sub.seq = true, st.number
	at := slices.IndexFunc(p.subs, func(other *Sub) bool { return other.stream.topic.Priority < st.topic.Priority })
	if at < 0 {
		at = len(p.subs)
	}
	p.subs = slices.Insert(p.subs, at, sub)
	st.loose.add(sub)
	if st.subs.add(sub); st.group && len(st.subs.subs) == 1 {
		s.streams[st.topic.Name] = st
		s.groups++
	}
	st.replay(sub)
	s.flusher.add(p)
	return sub.seq
}

// replay queues the history for a new subscription. What it has no room for is
// not lost, since it was before its time.
func (st *Stream) replay(sub *Sub) {
	tally := st.tally
	for _, e := range st.history.waiting() {
		if !st.stale(e) {
			sub.queue.push(e)
		}
	}
	st.tally, sub.lost = tally, 0
	if sub.waits() {
		sub.seq = sub.events.waiting()[0].number - 1
	}
}

// judgeSub finds the topic to subscribe to, or says why the client cannot.
func (s *Server) judgeSub(peer *Peer, p *openParams) (*Stream, *Error) {
	switch {
	case peer.caller:
		return nil, Errorf(Unavailable, "events need a socket: this client gets answers only")
	case p.ID == "" || len(p.ID) > maxID:
		e := wrong("1 to "+strconv.Itoa(maxID)+" bytes", appendText(nil, p.ID))
		return nil, e.under("id").complete("")
	case peer.sub(p.ID) != nil:
		e := Errorf(Conflict, "a subscription %s is open already", quote(p.ID))
		e.Data.Path = "/id"
		return nil, e
	}
	if limit := s.Limits.subscriptions(); len(peer.subs) >= limit {
		return nil, tooMany(limitSubscriptions, limit, "this client has %d subscriptions already", limit)
	}
	st, e := s.streamFor(p.Topic)
	if e != nil {
		return nil, e
	}
	if peer.role < st.topic.Role {
		e := Errorf(Forbidden, "topic %q needs the role %s; this client has %s", p.Topic, st.topic.Role, peer.role)
		e.Data.Want, e.Data.Got = st.topic.Role.String(), peer.role.String()
		return nil, e
	}
	return st, nil
}

func (st *Stream) newSub(peer *Peer, p *openParams) *Sub {
	sub := &Sub{
		peer: peer, id: p.ID, wireID: AppendString(nil, p.ID), credit: p.Credit,
		queue: queue{
			stream: st, readers: 1, policy: orDefault(p.Policy, st.topic.Policy), next: st.server.now,
			buffer: orDefault(p.Buffer, orDefault(st.topic.Buffer, defaultBuffer)),
		},
	}
	switch {
	case p.Rate != nil:
		sub.gap = interval(*p.Rate)
	case sub.policy == Latest || sub.policy == Sample: // who wants all wants them as they come
		sub.gap = interval(st.topic.Rate)
	}
	return sub
}

// sub returns the client's subscription with an id, nil when there is none.
func (p *Peer) sub(id string) *Sub {
	for _, sub := range p.subs {
		if sub.id == id {
			return sub
		}
	}
	return nil
}

func (p *Peer) mustSub(id string) (*Sub, *Error) {
	if sub := p.sub(id); sub != nil {
		return sub, nil
	}
	ids := func(yield func(string) bool) {
		for _, sub := range p.subs {
			if !yield(sub.id) {
				return
			}
		}
	}
	e := unknown(NotFound, "subscription", id, Nearest(id, ids))
	e.Data.Path = "/id"
	return nil, e
}

type ackParams struct {
	ID  string `json:"id"`
	Seq uint32 `json:"seq" help:"of the last event that was dealt with"`
}

// ackSub is sub.ack.
func (s *Server) ackSub(c *Call, p ackParams) (Void, error) {
	sub, e := c.Peer.mustSub(p.ID)
	if e != nil {
		return Void{}, e
	}
	if last := sub.last(); p.Seq > last {
		e := Errorf(OutOfRange, "event %d of %s is not sent yet; the last is %d", p.Seq, quote(p.ID), last)
		e.Data.Path = "/seq"
		return Void{}, e
	}
	for sub.flying.len() > 0 && sub.flying.waiting()[0] <= p.Seq {
		sub.flying.pop()
	}
	return Void{}, nil
}

// last returns the number of the event that was sent last.
func (sub *Sub) last() uint32 {
	if sub.shared {
		return sub.cohort.seq
	}
	return sub.seq
}

type closeParams struct {
	ID string `json:"id"`
}

// closeSub is sub.close.
func (s *Server) closeSub(c *Call, p closeParams) (Void, error) {
	sub, e := c.Peer.mustSub(p.ID)
	if e != nil {
		return Void{}, e
	}
	sub.end()
	return Void{}, nil
}
