package rpc

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"time"
)

// Topic describes a stream of events to open.
type Topic struct {
	Name   string
	Help   string  // one line: what its events tell
	Binary uint8   // kind byte of its binary messages; zero for events as text
	Rate   float64 // turns a second for a client that asks for none, of the policies latest and sample; zero for each frame
	Role   Role    // the least role that may subscribe; zero means View
	Policy string  // for a client that asks for none: one of the policies; "" means "latest"

	// Everyone says that no subscription is required: whoever logs in gets the
	// events, under the topic's name as id, until it closes that with sub.close.
	Everyone bool
	Buffer   int           // events that wait for a client that does not say; zero means 256
	Priority int           // among topics: what has more is sent first to a client that is slow; zero is the usual
	Quota    int           // greatest number of events for a client in one Flush; zero for as many as there is room for
	Expiry   time.Duration // age at which an event that waits is dropped, whatever the policy, and counts as lost; zero for none
	History  int           // events that a new subscription begins with, of 1 MiB at the most; zero for none

	// Snapshot is any value of the type that the first state has, for
	// rpc.discover. Nil leaves it open.
	Snapshot any
}

// Stream is a topic of the server: the program publishes, clients subscribe. It
// belongs to the goroutine that calls Dispatch.
type Stream struct {
	server *Server
	topic  Topic
	group  bool // begun by a client, and gone with its last subscription
	params *plan
	event  *plan
	open   func(sub *Sub, params []byte) (snapshot any, err error)

	number  uint32    // of the newest event
	subs    roster    // all subscriptions
	loose   roster    // those that are sent to by themselves
	cohorts []*cohort // the others, with those that will be of them
	byAlike map[alike]*cohort
	history fifo[*payload]
	kept    int // bytes in history
	held    int // bytes of all events that are in use
	tally   queueTally
}

// Open begins a topic. P is the type of its subscriptions' params, read as those
// of [Handle] are; E is the type of the event's value, for rpc.discover. open runs
// for each subscription before it is answered, and returns the first state, which
// stands in the answer as snapshot; it may keep something of its own in
// [Sub.Value]. A nil open has no snapshot.
//
// A group of that name ends: clients cannot keep a name from the program. Open
// panics when the name is malformed or of another topic, or a type has no JSON form.
func Open[P, E any](s *Server, t Topic, open func(*Sub, P) (snapshot any, err error)) *Stream {
	s.begin()
	st := s.newStream(t, planOf(reflect.TypeFor[E]()))
	st.params = planOf(reflect.TypeFor[P]())
	st.open = func(sub *Sub, raw []byte) (any, error) {
		var params P
		if e := st.params.params(&s.decoder, raw, reflect.ValueOf(&params).Elem()); e != nil {
			e.Data.Path = "/params" + e.Data.Path
			return nil, e
		}
		if open == nil {
			return nil, nil
		}
		return open(sub, params)
	}
	s.addStream(st)
	return st
}

func (s *Server) newStream(t Topic, event *plan) *Stream {
	return &Stream{
		server: s, topic: t, event: event,
		subs:  roster{place: func(sub *Sub) *int { return &sub.at }},
		loose: roster{place: func(sub *Sub) *int { return &sub.looseAt }},
	}
}

func (s *Server) addStream(st *Stream) {
	t := &st.topic
	if t.Policy == "" {
		t.Policy = Latest
	}
	if t.Role == None {
		t.Role = View
	}
	switch {
	case !goodName(t.Name):
		panic(fmt.Sprintf("rpc: topic name %q is malformed: want letters, digits and ._:/-", t.Name))
	case s.streams[t.Name] != nil && !s.streams[t.Name].group:
		panic(fmt.Sprintf("rpc: topic %q is opened twice", t.Name))
	case !slices.Contains(policies, t.Policy):
		panic(fmt.Sprintf("rpc: topic %q: policy %q is not known", t.Name, t.Policy))
	case st.params.bad != "":
		panic(fmt.Sprintf("rpc: topic %q: params: %s", t.Name, st.params.bad))
	case t.Snapshot != nil && planOf(reflect.TypeOf(t.Snapshot)).bad != "":
		panic(fmt.Sprintf("rpc: topic %q: snapshot: %s", t.Name, planOf(reflect.TypeOf(t.Snapshot)).bad))
	case st.event.bad != "":
		panic(fmt.Sprintf("rpc: topic %q: event: %s", t.Name, st.event.bad))
	case t.Everyone && t.Binary != 0:
		panic(fmt.Sprintf("rpc: topic %q: binary events need a subscription, whose answer tells the number", t.Name))
	}
	if group := s.streams[t.Name]; group != nil {
		for sub := range group.Subs() {
			sub.end()
		}
	}
	s.streams[t.Name] = st
	s.discover = nil
	if t.Everyone {
		s.everyone = append(s.everyone, st)
		for p := range s.Peers() {
			if p.role != None {
				p.subscribe(st)
			}
		}
	}
}

// subscribe subscribes a client to a topic that requires no subscription.
func (p *Peer) subscribe(st *Stream) {
	name := st.topic.Name
	if p.role < st.topic.Role || p.caller || p.sub(name) != nil || len(p.subs) >= p.server.Limits.subscriptions() {
		return
	}
	sub := st.newSub(p, &openParams{ID: name})
	snapshot, err := st.open(sub, nil)
	if err != nil || p.gone {
		return
	}
	sub.fresh = true
	st.begin(sub)
	if snapshot != nil {
		sub.first(snapshot)
	}
}

// first sends the first state to a subscription that nobody asked for: an event, in
// the place of the answer that there is none of. No policy drops it.
func (sub *Sub) first(snapshot any) {
	st := sub.stream
	e, err := st.textPayload(snapshot)
	if err != nil { // as little of a JSON form as an event without one
		return
	}
	e.number = sub.seq
	f := &st.server.flusher
	f.scratch = e.appendTo(f.scratch[:0], sub.wireID, sub.number, 0)
	sub.peer.send(f.scratch)
	f.unuse(e)
}

// Subscribers returns how many subscriptions there are: zero means that there is
// nothing to do for the topic.
func (st *Stream) Subscribers() int { return len(st.subs.subs) }

// Subs ranges over the subscriptions.
func (st *Stream) Subs() iter.Seq[*Sub] {
	return func(yield func(*Sub) bool) {
		for _, sub := range slices.Clone(st.subs.subs) {
			if sub.live && !yield(sub) {
				return
			}
		}
	}
}

// AppendSubs appends the subscriptions to dst, for a loop that is to allocate nothing.
func (st *Stream) AppendSubs(dst []*Sub) []*Sub { return append(dst, st.subs.subs...) }

// Publish sends an event to every subscription. The value is written once,
// whatever their number, and not at all when there is none and the topic keeps no
// history. It fails when v has no JSON form.
func (st *Stream) Publish(v any) error { return st.PublishKey("", v) }

// PublishKey is Publish for the value of a key, such as an item's name: what still
// waits under the same key is replaced, where the policy is not "reliable".
func (st *Stream) PublishKey(key string, v any) error {
	if st.idle() {
		return nil
	}
	e, err := st.textPayload(v)
	if err != nil {
		return err
	}
	e.key = key
	st.publish(e)
	return nil
}

// PublishBinary sends a binary event to every subscription: a header of 24 bytes
// with the topic's kind and the flags, then the payload, which is copied once. It
// panics when the topic has no kind.
func (st *Stream) PublishBinary(flags uint8, payload []byte) {
	s := st.server
	st.PublishBinaryAt(s.frame, s.now, flags, payload)
}

// PublishBinaryAt is PublishBinary for what belongs to a frame that is over, or to a
// moment that has passed.
func (st *Stream) PublishBinaryAt(frame uint64, t time.Duration, flags uint8, payload []byte) {
	if st.topic.Binary == 0 {
		panic(fmt.Sprintf("rpc: topic %q has no binary kind", st.topic.Name))
	}
	if st.idle() {
		return
	}
	e := st.binaryPayload(flags, payload)
	e.frame, e.moment = frame, t
	st.publish(e)
}

// SendBinary sends a binary event to some of the topic's subscriptions: it is written
// and held once for all of them. They are sent to by themselves from then on. frame and t
// are what it belongs to; see [Stream.PublishBinaryAt].
func (st *Stream) SendBinary(subs []*Sub, frame uint64, t time.Duration, flags uint8, payload []byte) {
	if st.topic.Binary == 0 {
		panic(fmt.Sprintf("rpc: topic %q has no binary kind", st.topic.Name))
	}
	if len(subs) == 0 {
		return
	}
	e := st.binaryPayload(flags, payload)
	st.number++
	st.tally.published++
	e.number, e.frame, e.moment = st.number, frame, t
	for _, sub := range subs {
		if sub.live && sub.stream == st {
			sub.alone()
			sub.push(e)
		}
	}
	st.server.flusher.unuse(e)
}

// idle reports whether an event would be for nobody.
func (st *Stream) idle() bool { return len(st.subs.subs) == 0 && st.topic.History == 0 }

func (st *Stream) publish(e *payload) {
	st.number++
	e.number = st.number
	st.tally.published++
	for _, c := range st.cohorts {
		c.push(e)
	}
	for _, sub := range st.loose.subs {
		sub.push(e)
	}
	if st.topic.History > 0 {
		st.keep(e)
	}
	st.server.flusher.unuse(e)
}

// keep adds an event to the history.
func (st *Stream) keep(e *payload) {
	if e.key != "" {
		for i, old := range st.history.waiting() {
			if old.key == e.key {
				st.unkeep(i)
				break
			}
		}
	}
	e.uses++
	st.history.push(e)
	st.kept += len(e.value)
	for st.history.len() > st.topic.History || st.kept > maxHeld || st.history.len() > 1 && st.server.laden() {
		st.unkeep(0)
	}
}

func (st *Stream) unkeep(i int) {
	e := st.history.remove(i)
	st.kept -= len(e.value)
	st.server.flusher.unuse(e)
}

// forget lets go of the history.
func (st *Stream) forget() {
	for st.history.len() > 0 {
		st.unkeep(0)
	}
}

// lane names the lane on which a topic's events travel.
func (t *Topic) lane() string {
	if t.Binary != 0 {
		return "binary"
	}
	return "text"
}

// kind names who publishes to a topic.
func (st *Stream) kind() string {
	if st.group {
		return "group"
	}
	return "server"
}

// topicInfo is a topic as topic.list shows it.
type topicInfo struct {
	Name        string      `json:"name"`
	Kind        string      `json:"kind" enum:"server,group"`
	Help        string      `json:"help,omitempty"`
	Lane        string      `json:"lane" enum:"text,binary"`
	Binary      uint8       `json:"binary,omitempty" help:"kind byte of its binary messages"`
	Rate        float64     `json:"rate" unit:"1/s" help:"events for a client that asks for no rate; 0 for each"`
	Policy      string      `json:"policy" enum:"latest,all,sample,reliable"`
	Role        string      `json:"role" enum:"view,edit,drive" help:"the least that may subscribe"`
	Everyone    bool        `json:"everyone,omitempty" help:"no subscription is required"`
	Buffer      int         `json:"buffer" help:"events that wait for a client that does not say"`
	Priority    int         `json:"priority,omitempty" help:"what has more is sent first to a client that is slow"`
	Quota       int         `json:"quota,omitempty" help:"greatest number of events for a client in one frame"`
	Expiry      nanoseconds `json:"expiry,omitempty" unit:"ns" help:"age at which an event that waits is dropped"`
	History     int         `json:"history,omitempty" help:"events that a new subscription begins with"`
	Subscribers int         `json:"subscribers"`
}

func (s *Server) listTopics(*Call, Void) ([]topicInfo, error) {
	list := make([]topicInfo, 0, len(s.streams))
	for _, name := range sortedKeys(s.streams) {
		st := s.streams[name]
		t := &st.topic
		list = append(list, topicInfo{
			Name: name, Kind: st.kind(), Help: t.Help, Lane: t.lane(), Binary: t.Binary,
			Rate: t.Rate, Policy: t.Policy, Role: t.Role.String(), Everyone: t.Everyone,
			Buffer: orDefault(t.Buffer, defaultBuffer), Priority: t.Priority, Quota: t.Quota,
			Expiry: nanoseconds(t.Expiry), History: t.History, Subscribers: st.Subscribers(),
		})
	}
	return list, nil
}

type publishParams struct {
	Topic string          `json:"topic" help:"the name of a group"`
	Data  json.RawMessage `json:"data"`
}

type publishResult struct {
	Delivered int `json:"delivered" help:"subscriptions that the event went to"`
}

// publishToGroup is topic.publish. Clients publish to groups only: what a topic of
// the server says comes from the server.
func (s *Server) publishToGroup(c *Call, p publishParams) (publishResult, error) {
	st := s.streams[p.Topic]
	switch {
	case st == nil && !goodName(p.Topic):
		return publishResult{}, badTopic(p.Topic)
	case st == nil: // nobody subscribes
		return publishResult{}, nil
	case !st.group:
		return publishResult{}, Errorf(Forbidden, "topic %s is the server's: clients publish to groups", quote(p.Topic))
	case s.laden():
		limit := s.Limits.events()
		return publishResult{}, tooMany(limitEvents, limit, "events that wait hold more than %d bytes: their readers are too slow", limit)
	}
	err := st.Publish(clientMessage{c.Peer.name, p.Data})
	return publishResult{st.Subscribers()}, err
}

func badTopic(name string) *Error {
	e := Errorf(InvalidParams, "topic name %s does not do: want 1 to %d letters, digits and ._:/-", quote(name), maxID)
	e.Data.Path = "/topic"
	return e
}

// streamFor returns the topic with a name, and begins the group if there is none.
func (s *Server) streamFor(name string) (*Stream, *Error) {
	if st := s.streams[name]; st != nil {
		return st, nil
	}
	if !goodName(name) {
		return nil, badTopic(name)
	}
	if limit := s.Limits.groups(); s.groups >= limit {
		return nil, tooMany(limitGroups, limit, "there are %d groups already", limit)
	}
	g := s.Groups
	st := s.newStream(Topic{
		Name: name, Help: "a group of clients", Role: View, Policy: orDefault(g.Policy, All),
		Rate: g.Rate, Buffer: g.Buffer, Priority: g.Priority, Quota: g.Quota, Expiry: g.Expiry, History: g.History,
	}, planOf(reflect.TypeFor[clientMessage]()))
	st.group = true
	st.open = func(*Sub, []byte) (any, error) { return nil, nil }
	return st, nil
}
