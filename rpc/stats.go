package rpc

import "time"

// Stats is an event of the topic stats. All counts are since the start, so that a
// client that misses some loses nothing.
type Stats struct {
	Methods   []MethodStats `json:"methods" help:"those that were called"`
	Queues    []QueueStats  `json:"queues" help:"the topics"`
	Limits    []Limit       `json:"limits"`
	Transport *Transport    `json:"transport,omitempty" help:"what carries the protocol, where the program tells"`
}

// MethodStats is what calls of one method took.
type MethodStats struct {
	Name   string      `json:"name"`
	Calls  uint64      `json:"calls"`
	Failed uint64      `json:"failed" help:"answered with an error, of those"`
	In     uint64      `json:"in" unit:"B" help:"of params"`
	Out    uint64      `json:"out" unit:"B" help:"of results and errors"`
	Time   nanoseconds `json:"time" unit:"ns" help:"on the game's goroutine"`
	Max    nanoseconds `json:"max" unit:"ns" help:"of one call"`
}

// QueueStats is what became of the events of one topic.
type QueueStats struct {
	Topic       string  `json:"topic"`
	Kind        string  `json:"kind" enum:"server,group"`
	Priority    int     `json:"priority"`
	Subscribers int     `json:"subscribers"`
	Shared      int     `json:"shared" help:"of those, the ones that keep up and are sent the same bytes"`
	Published   uint64  `json:"published"`
	Sent        uint64  `json:"sent" help:"to subscribers"`
	Lost        uint64  `json:"lost" help:"to subscribers, by their policies"`
	Replaced    uint64  `json:"replaced" help:"by a newer value, before they were sent"`
	Expired     uint64  `json:"expired" help:"too old before they could be sent"`
	Waiting     int     `json:"waiting" help:"events, over all subscribers"`
	Held        int     `json:"held" unit:"B" help:"by the events that wait, and by the history"`
	FillRate    float64 `json:"fillRate" unit:"1/s" help:"events published, since the look before"`
	SendRate    float64 `json:"sendRate" unit:"1/s" help:"events sent, since the look before"`
}

// Transport is what the program tells of what carries the protocol.
type Transport struct {
	Connections int      `json:"connections"`
	Accepted    uint64   `json:"accepted"`
	Refused     uint64   `json:"refused" help:"handshakes and other requests"`
	Failed      uint64   `json:"failed" help:"connections that ended otherwise than in order"`
	Slow        uint64   `json:"slow" help:"of those, clients that took too little of what they were sent"`
	Panics      uint64   `json:"panics" help:"caught on the transport's goroutines"`
	BytesIn     uint64   `json:"bytesIn" unit:"B"`
	BytesOut    uint64   `json:"bytesOut" unit:"B"`
	MessagesIn  uint64   `json:"messagesIn"`
	MessagesOut uint64   `json:"messagesOut"`
	Held        int64    `json:"held" unit:"B" help:"for all clients, in and out"`
	Budget      int64    `json:"budget" unit:"B" help:"what may be held"`
	Accepting   bool     `json:"accepting" help:"false while no new connections are let in"`
	Blocked     []string `json:"blocked" help:"addresses that are not let in"`
}

// callTally counts the calls of a method.
type callTally struct {
	calls, failed, in, out uint64
	time, max              time.Duration
}

// queueTally counts the events of a topic.
type queueTally struct {
	published, sent, lost, replaced, expired uint64

	// When the rates were taken last, and what they are.
	at                 time.Duration
	wasPublished       uint64
	wasSent            uint64
	fillRate, sendRate float64
}

// rates brings the rates up to date, once half a second has passed.
func (t *queueTally) rates(now time.Duration) {
	over := (now - t.at).Seconds()
	if over < .5 {
		return
	}
	t.fillRate = float64(t.published-t.wasPublished) / over
	t.sendRate = float64(t.sent-t.wasSent) / over
	t.at, t.wasPublished, t.wasSent = now, t.published, t.sent
}

// openStats opens the topic stats.
func (s *Server) openStats() {
	s.stats = Open[Void, Stats](s, Topic{
		Name: "stats", Help: "calls by method, events by topic, limits, and the transport: once a second",
		Snapshot: Stats{}, Priority: -1,
	}, func(*Sub, Void) (any, error) { return s.Stats(), nil })
}

// publishStats publishes to the topic stats when it is time.
func (s *Server) publishStats() {
	if s.now-s.statsAt < time.Second {
		return
	}
	s.statsAt = s.now
	_ = s.stats.Publish(s.Stats()) // it has a JSON form
}

// Stats returns what the topic stats tells.
func (s *Server) Stats() Stats {
	s.begin()
	stats := Stats{Methods: []MethodStats{}, Queues: make([]QueueStats, 0, len(s.streams)), Limits: s.limits()}
	for _, name := range sortedKeys(s.methods) {
		if t := &s.methods[name].tally; t.calls > 0 {
			stats.Methods = append(stats.Methods, MethodStats{
				Name: name, Calls: t.calls, Failed: t.failed, In: t.in, Out: t.out,
				Time: nanoseconds(t.time), Max: nanoseconds(t.max),
			})
		}
	}
	for _, name := range sortedKeys(s.streams) {
		stats.Queues = append(stats.Queues, s.streams[name].stats())
	}
	if s.OnStats != nil {
		s.OnStats(&stats)
	}
	return stats
}

// Lost returns how many events subscribers lost by their policies, of all topics
// there ever were. Any goroutine.
func (s *Server) Lost() uint64 { return s.lost.Load() }

func (st *Stream) stats() QueueStats {
	t := &st.tally
	t.rates(st.server.now)
	q := QueueStats{
		Topic: st.topic.Name, Kind: st.kind(), Priority: st.topic.Priority,
		Subscribers: st.Subscribers(), Shared: st.Subscribers() - len(st.loose.subs),
		Published: t.published, Sent: t.sent, Lost: t.lost, Replaced: t.replaced, Expired: t.expired,
		Held: st.held, FillRate: t.fillRate, SendRate: t.sendRate,
	}
	for _, c := range st.cohorts {
		q.Waiting += c.events.len() * c.readers
	}
	for _, sub := range st.loose.subs {
		q.Waiting += sub.events.len()
	}
	return q
}

// note counts a call that took so long, and tells of it when that was too long.
func (s *Server) note(m *method, params int, failed bool, took time.Duration) {
	t := &m.tally
	t.calls++
	if failed {
		t.failed++
	}
	t.in += uint64(params)
	t.out += uint64(s.dispatcher.out)
	t.time += took
	t.max = max(t.max, took)
	if took >= s.Limits.slowCall() {
		s.hit(limitSlowCall)
		if s.OnSlow != nil {
			s.OnSlow(m.Name, took)
		}
	}
}
