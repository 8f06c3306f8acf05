package rpc

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// The policies say what becomes of events that a client has no room for.
const (
	Latest = "latest" // only the newest waits; lost counts the others
	All    = "all"    // up to buffer wait; lost counts the oldest that had to go
	Sample = "sample" // the newest at each moment of the rate; nothing counts as lost
)

var policies = []string{Latest, All, Sample}

const (
	defaultBuffer = 256
	maxHeld       = 1 << 20 // bytes of events that wait for one subscription
)

// Sub is one client's subscription to a topic. It belongs to the goroutine that
// calls Dispatch.
type Sub struct {
	// Value is the topic's own: what it needs to know of this subscription.
	Value any

	stream *Stream
	peer   *Peer
	id     string
	wireID []byte // id as JSON
	number uint32
	policy string
	gap    time.Duration // between two events
	buffer int
	credit uint32 // events beyond the acknowledged one; 0 for no end

	queue fifo[*payload] // events that wait
	held  int            // bytes in queue
	seq   uint32         // of the event sent last
	acked uint32
	lost  uint64 // since the event sent last
	next  time.Duration
	fresh bool // its opening was not answered in an earlier Flush
	// unanswered says that its opening stands in a batch that is not complete.
	unanswered bool
	ended      bool
}

// Number returns the number that the server gave to the subscription: the one in
// the header of its binary messages, and in the answer of sub.open as binary.
func (sub *Sub) Number() uint32 { return sub.number }

// Peer returns the client that subscribes.
func (sub *Sub) Peer() *Peer { return sub.peer }

// Due reports whether an event sent now would leave with the next Flush: whether
// its moment has come, the client has acknowledged enough, and its Conn is not
// full. A topic whose values are costly makes none while it is false.
func (sub *Sub) Due() bool {
	return !sub.ended && !sub.peer.mute() && sub.ready() && sub.peer.backlog() < streamBacklog
}

// Send sends an event to this subscription. It fails when v has no JSON form.
func (sub *Sub) Send(v any) error {
	if sub.ended {
		return nil
	}
	e, err := sub.stream.server.textPayload(v)
	if err != nil {
		return err
	}
	sub.push(e)
	sub.stream.server.flusher.unuse(e)
	return nil
}

// SendBinary sends a binary event to this subscription; see
// [Stream.PublishBinary].
func (sub *Sub) SendBinary(flags uint8, payload []byte) {
	if sub.ended {
		return
	}
	e := sub.stream.server.binaryPayload(flags, payload)
	sub.push(e)
	sub.stream.server.flusher.unuse(e)
}

// push queues an event by the subscription's policy.
func (sub *Sub) push(e *payload) {
	if sub.peer.mute() {
		return
	}
	room := 1
	if sub.policy == All {
		room = sub.buffer
	}
	for sub.queue.len() >= room || sub.waits() && sub.held+len(e.value) > maxHeld {
		if sub.policy != Sample {
			sub.lost++
			sub.peer.lost++
		}
		sub.pop()
	}
	e.uses++
	sub.queue.push(e)
	sub.held += len(e.value)
	sub.stream.server.flusher.add(sub.peer)
}

// pop lets go of the event that waits longest.
func (sub *Sub) pop() {
	e := sub.queue.pop()
	sub.held -= len(e.value)
	sub.stream.server.flusher.unuse(e)
}

// waits reports whether an event waits.
func (sub *Sub) waits() bool { return sub.queue.len() > 0 }

// ready reports whether the subscription's moment has come and the client has
// acknowledged enough. A frame that comes a little early does not miss a moment:
// over time the moments keep the rate.
func (sub *Sub) ready() bool {
	return sub.stream.server.now >= sub.next-sub.gap/8 && (sub.credit == 0 || sub.seq-sub.acked < sub.credit)
}

// send sends what waits: one event, or with the policy "all" every one that the
// credit allows.
func (sub *Sub) send() {
	now := sub.stream.server.now
	if sub.next += sub.gap; sub.next < now {
		sub.next = now + sub.gap
	}
	for sub.waits() && !sub.peer.mute() && !sub.ended {
		if sub.credit != 0 && sub.seq-sub.acked >= sub.credit {
			return
		}
		sub.seq++
		e := sub.queue.waiting()[0]
		e.uses++ // the Conn might end the subscription
		sub.pop()
		e.send(sub)
		sub.lost = 0
		sub.stream.server.flusher.unuse(e)
	}
}

// end closes the subscription.
func (sub *Sub) end() {
	if sub.ended {
		return
	}
	sub.ended = true
	for sub.waits() {
		sub.pop()
	}
	is := func(other *Sub) bool { return other == sub }
	sub.peer.subs = slices.DeleteFunc(sub.peer.subs, is)
	st := sub.stream
	st.subs = slices.DeleteFunc(st.subs, is)
	if st.group && len(st.subs) == 0 {
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
		Errors: []Code{Forbidden},
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
	Policy string          `json:"policy,omitempty" enum:"latest,all,sample" help:"what becomes of events that there is no room for"`
	Rate   *float64        `json:"rate,omitempty" min:"0" unit:"1/s" help:"greatest number of events a second, 0 for each; of the policy all, the moments at which all that wait are sent"`
	Buffer int             `json:"buffer,omitempty" min:"1" max:"4096" help:"events that wait with the policy all; 256 if absent"`
	Credit uint32          `json:"credit,omitempty" help:"events that may be on the way beyond the last sub.ack; no end if absent"`
}

type openResult struct {
	ID       string `json:"id"`
	Seq      uint32 `json:"seq" help:"of the last event before the first"`
	Binary   uint32 `json:"binary,omitempty" help:"its number in the header of binary messages"`
	Group    bool   `json:"group,omitempty" help:"the topic is a group of clients"`
	Snapshot any    `json:"snapshot,omitempty" help:"the first state"`
}

// openSub is sub.open.
func (s *Server) openSub(c *Call, p openParams) (r openResult, err error) {
	if e := s.judgeSub(c.Peer, &p); e != nil {
		return r, e
	}
	st, e := s.streamFor(p.Topic)
	if e != nil {
		return r, e
	}
	if c.Peer.role < st.topic.Role {
		e := Errorf(Forbidden, "topic %q needs the role %s; this client has %s", p.Topic, st.topic.Role, c.Peer.role)
		e.Data.Want, e.Data.Got = st.topic.Role.String(), c.Peer.role.String()
		return r, e
	}
	s.lastSub++
	sub := st.newSub(c.Peer, &p)
	sub.number = s.lastSub
	if r.Snapshot, err = st.open(sub, p.Params); err != nil || c.Peer.gone {
		return r, err
	}
	sub.fresh = true
	if c.batch != nil {
		sub.unanswered = true
		c.batch.subs = append(c.batch.subs, sub)
	}
	c.Peer.subs = append(c.Peer.subs, sub)
	if st.subs = append(st.subs, sub); st.group && len(st.subs) == 1 {
		s.streams[p.Topic] = st
		s.groups++
	}
	s.flusher.add(c.Peer)
	r.ID, r.Group = p.ID, st.group
	if st.topic.Binary != 0 {
		r.Binary = sub.number
	}
	return r, nil
}

// judgeSub says why a client cannot open a subscription, nil when it can.
func (s *Server) judgeSub(peer *Peer, p *openParams) *Error {
	if p.ID == "" || len(p.ID) > maxID {
		e := wrong("1 to "+strconv.Itoa(maxID)+" bytes", appendText(nil, p.ID))
		return e.under("id").complete("")
	}
	if peer.sub(p.ID) != nil {
		e := Errorf(Conflict, "a subscription %s is open already", quote(p.ID))
		e.Data.Path = "/id"
		return e
	}
	if limit := s.Limits.subscriptions(); len(peer.subs) >= limit {
		return tooMany("subscriptions", limit, "this client has %d subscriptions already", limit)
	}
	return nil
}

func (st *Stream) newSub(peer *Peer, p *openParams) *Sub {
	sub := &Sub{
		stream: st, peer: peer, id: p.ID, wireID: AppendString(nil, p.ID),
		policy: orDefault(p.Policy, st.topic.Policy), buffer: orDefault(p.Buffer, defaultBuffer), credit: p.Credit,
		next: st.server.now,
	}
	switch {
	case p.Rate != nil:
		sub.gap = interval(*p.Rate)
	case sub.policy != All: // who wants all wants them as they come
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
	if p.Seq > sub.seq {
		e := Errorf(OutOfRange, "event %d of %s is not sent yet; the last is %d", p.Seq, quote(p.ID), sub.seq)
		e.Data.Path = "/seq"
		return Void{}, e
	}
	sub.acked = max(sub.acked, p.Seq)
	return Void{}, nil
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
