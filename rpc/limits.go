package rpc

import (
	"strings"
	"time"
)

// Limits bound what one client may send and hold. A zero field means its
// default. What passes a limit is answered with the code TooMany, and data.limit
// names the limit; the topic stats counts it.
type Limits struct {
	MaxBatch         int // members of one batch; zero means 1,000
	MaxDepth         int // arrays and objects inside each other, the envelope included; zero means 32
	MaxValues        int // values in one text beside the envelopes' own; zero means 10,000
	MaxReply         int // bytes of one answer, a batch's being one; zero means 8 MiB
	MaxPending       int // calls of one client that are answered later; zero means 64
	MaxSubscriptions int // open subscriptions of one client; zero means 256
	MaxGroups        int // groups at one time, over all clients; zero means 1,024
	MaxEvents        int // bytes of events that wait or are history, over all topics; zero means 16 MiB

	// SlowCall is how long a call may run on the loop's goroutine before OnSlow
	// is told. Zero means 5 ms.
	SlowCall time.Duration
}

const (
	defaultDepth = 32
	maxID        = 128 // bytes of an id, of a subscription's id and of a topic's name
	maxMethod    = 128 // bytes of a method's name
)

func (l *Limits) batch() int         { return orDefault(l.MaxBatch, 1000) }
func (l *Limits) depth() int         { return orDefault(l.MaxDepth, defaultDepth) }
func (l *Limits) values() int        { return orDefault(l.MaxValues, 10_000) }
func (l *Limits) reply() int         { return orDefault(l.MaxReply, 8<<20) }
func (l *Limits) pending() int       { return orDefault(l.MaxPending, 64) }
func (l *Limits) subscriptions() int { return orDefault(l.MaxSubscriptions, 256) }
func (l *Limits) groups() int        { return orDefault(l.MaxGroups, 1024) }
func (l *Limits) events() int        { return orDefault(l.MaxEvents, 16<<20) }

func (l *Limits) slowCall() time.Duration { return orDefault(l.SlowCall, 5*time.Millisecond) }

// The names of limits, as data.limit and the topic stats have them.
const (
	limitBatch         = "batch"
	limitDepth         = "depth"
	limitValues        = "values"
	limitLiteral       = "literal"
	limitID            = "id"
	limitReply         = "reply"
	limitPending       = "pending"
	limitSubscriptions = "subscriptions"
	limitGroups        = "groups"
	limitEvents        = "events"
	limitLogin         = "login"
	limitLoginTime     = "login time"
	limitReliable      = "reliable"
	limitRequests      = "unread answers"
	limitSlowCall      = "slow call"
)

// Limit is a row of the topic stats: a bound, and how often it was met.
type Limit struct {
	Scope string `json:"scope" help:"the part of the program that keeps it"`
	Name  string `json:"name"`
	Value int64  `json:"value"`
	Unit  string `json:"unit" help:"B, ns, 1/s, or what is counted"`
	Hits  uint64 `json:"hits" help:"since the start"`
	Help  string `json:"help,omitempty" help:"what happens then"`
}

// hit counts that a limit was met.
func (s *Server) hit(limit string) {
	if s.hits == nil {
		s.hits = map[string]uint64{}
	}
	s.hits[limit]++
}

// limitOf returns the name of the limit that an error is about: see [tooMany].
func limitOf(e *Error) string {
	if i := strings.LastIndexByte(e.Data.Limit, ' '); i > 0 {
		return e.Data.Limit[:i]
	}
	return e.Data.Limit
}

// limits returns the rows of the topic stats.
func (s *Server) limits() []Limit {
	l := &s.Limits
	rows := []Limit{
		{Name: limitBatch, Value: int64(l.batch()), Unit: "members", Help: "the batch is refused"},
		{Name: limitDepth, Value: int64(l.depth()), Unit: "levels", Help: "the text is refused"},
		{Name: limitValues, Value: int64(l.values()), Unit: "values", Help: "the text is refused"},
		{Name: limitLiteral, Value: maxLiteral, Unit: "characters", Help: "the text is refused"},
		{Name: limitID, Value: maxID, Unit: "B", Help: "the call is refused"},
		{Name: limitReply, Value: int64(l.reply()), Unit: "B", Help: "the call fails"},
		{Name: limitPending, Value: int64(l.pending()), Unit: "calls", Help: "the call is refused"},
		{Name: limitSubscriptions, Value: int64(l.subscriptions()), Unit: "subscriptions", Help: "sub.open is refused"},
		{Name: limitGroups, Value: int64(l.groups()), Unit: "groups", Help: "sub.open is refused"},
		{Name: limitEvents, Value: int64(l.events()), Unit: "B", Help: "topics keep no more than their newest event, and topic.publish is refused"},
		{Name: limitLogin, Value: maxLogin, Unit: "B", Help: "the client is turned away"},
		{Name: limitLoginTime, Value: int64(loginTime), Unit: "ns", Help: "the client is turned away"},
		{Name: limitReliable, Value: maxHeld, Unit: "B", Help: "a client that leaves more of a reliable topic waiting, or more events than its buffer, is closed"},
		{Name: limitRequests, Value: requestBacklog, Unit: "B", Help: "a client that leaves so much unread is served again when it has read"},
		{Name: limitSlowCall, Value: int64(l.slowCall()), Unit: "ns", Help: "the call took that much of the frame"},
	}
	for i := range rows {
		rows[i].Scope, rows[i].Hits = "protocol", s.hits[rows[i].Name]
	}
	return rows
}
