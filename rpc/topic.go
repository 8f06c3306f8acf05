package rpc

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
)

// Topic describes a stream of events to open.
type Topic struct {
	Name   string
	Help   string  // one line: what its events tell
	Binary uint8   // kind byte of its binary messages; zero for events as text
	Rate   float64 // events a second for a client that asks for no rate; zero for each one
	Role   Role    // the least role that may subscribe; zero means View
	Policy string  // for a client that asks for none: "latest", "all" or "sample"; "" means "latest"

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
	subs   []*Sub
}

// Open begins a topic. P is the type of its subscriptions' params, read as those
// of [Handle] are; E is the type of the event's value, for rpc.discover. open runs
// for each subscription before it is answered, and returns the first state, which
// stands in the answer as snapshot; it may keep something of its own in
// [Sub.Value]. A nil open has no snapshot.
//
// Open panics when the name is malformed or taken, or a type has no JSON form.
func Open[P, E any](s *Server, t Topic, open func(*Sub, P) (snapshot any, err error)) *Stream {
	s.begin()
	st := &Stream{server: s, topic: t, params: planOf(reflect.TypeFor[P]()), event: planOf(reflect.TypeFor[E]())}
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
	case s.streams[t.Name] != nil:
		panic(fmt.Sprintf("rpc: topic %q is a group of clients already", t.Name))
	case !slices.Contains(policies, t.Policy):
		panic(fmt.Sprintf("rpc: topic %q: policy %q is not known", t.Name, t.Policy))
	case st.params.bad != "":
		panic(fmt.Sprintf("rpc: topic %q: params: %s", t.Name, st.params.bad))
	case t.Snapshot != nil && planOf(reflect.TypeOf(t.Snapshot)).bad != "":
		panic(fmt.Sprintf("rpc: topic %q: snapshot: %s", t.Name, planOf(reflect.TypeOf(t.Snapshot)).bad))
	case st.event.bad != "":
		panic(fmt.Sprintf("rpc: topic %q: event: %s", t.Name, st.event.bad))
	}
	s.streams[t.Name] = st
	s.discover = nil
}

// Subscribers returns how many subscriptions there are: zero means that there is
// nothing to do for the topic.
func (st *Stream) Subscribers() int { return len(st.subs) }

// Subs ranges over the subscriptions.
func (st *Stream) Subs() iter.Seq[*Sub] {
	return func(yield func(*Sub) bool) {
		for _, sub := range slices.Clone(st.subs) {
			if !sub.ended && !yield(sub) {
				return
			}
		}
	}
}

// Publish sends an event to every subscription. The value is written once,
// whatever their number, and not at all when there is none. It fails when v has
// no JSON form.
func (st *Stream) Publish(v any) error {
	if len(st.subs) == 0 {
		return nil
	}
	e, err := st.server.textPayload(v)
	if err != nil {
		return err
	}
	st.publish(e)
	return nil
}

// PublishBinary sends a binary event to every subscription: a header of 24 bytes
// with the topic's kind and the flags, then the payload, which is copied once. It
// panics when the topic has no kind.
func (st *Stream) PublishBinary(flags uint8, payload []byte) {
	if st.topic.Binary == 0 {
		panic(fmt.Sprintf("rpc: topic %q has no binary kind", st.topic.Name))
	}
	if len(st.subs) > 0 {
		st.publish(st.server.binaryPayload(flags, payload))
	}
}

func (st *Stream) publish(e *payload) {
	for _, sub := range st.subs {
		sub.push(e)
	}
	st.server.flusher.unuse(e)
}

// lane names the lane on which a topic's events travel.
func (t *Topic) lane() string {
	if t.Binary != 0 {
		return "binary"
	}
	return "text"
}

// topicInfo is a topic as topic.list shows it.
type topicInfo struct {
	Name        string  `json:"name"`
	Kind        string  `json:"kind" enum:"server,group"`
	Help        string  `json:"help,omitempty"`
	Lane        string  `json:"lane" enum:"text,binary"`
	Binary      uint8   `json:"binary,omitempty" help:"kind byte of its binary messages"`
	Rate        float64 `json:"rate" unit:"1/s" help:"events for a client that asks for no rate; 0 for each"`
	Policy      string  `json:"policy" enum:"latest,all,sample"`
	Role        string  `json:"role" enum:"view,edit,drive" help:"the least that may subscribe"`
	Subscribers int     `json:"subscribers"`
}

func (s *Server) listTopics(*Call, Void) ([]topicInfo, error) {
	list := make([]topicInfo, 0, len(s.streams))
	for _, name := range sortedKeys(s.streams) {
		st := s.streams[name]
		kind := "server"
		if st.group {
			kind = "group"
		}
		t := &st.topic
		list = append(list, topicInfo{
			Name: name, Kind: kind, Help: t.Help, Lane: t.lane(), Binary: t.Binary,
			Rate: t.Rate, Policy: t.Policy, Role: t.Role.String(), Subscribers: len(st.subs),
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
	}
	err := st.Publish(clientMessage{c.Peer.name, p.Data})
	return publishResult{len(st.subs)}, err
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
		return nil, tooMany("groups", limit, "there are %d groups already", limit)
	}
	return &Stream{
		server: s, group: true, event: planOf(reflect.TypeFor[clientMessage]()),
		topic: Topic{Name: name, Help: "a group of clients", Role: View, Policy: All},
		open:  func(*Sub, []byte) (any, error) { return nil, nil },
	}, nil
}
