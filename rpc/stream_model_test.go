package rpc_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// TestStreamsKeepTheirContract plays random scenes, and holds what every client is
// sent against a model that knows PROTOCOL.md and not the code. Each scene is
// played with audiences and without. In a calm one, in which no client is ever
// slow, both must send the same.
func TestStreamsKeepTheirContract(t *testing.T) {
	scenes := uint64(240)
	if testing.Short() || raceEnabled {
		scenes = 60
	}
	for seed := range scenes {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			alone, shared := play(t, seed, false), play(t, seed, true)
			if seed%3 == 0 {
				require.Equal(t, alone, shared, "with audiences and without")
			}
		})
	}
}

// note is something that was published.
type note struct {
	N   int    `json:"n"` // counts over all topics
	Key string `json:"k"`
	at  time.Duration
}

// feed is a topic, or one life of a group, as the model has it.
type feed struct {
	topic   rpc.Topic
	group   bool
	stream  *rpc.Stream
	history []note
	readers []*reader
	numbers map[uint32]int // which note each seq was

	published, sent, lost uint64
	left                  bool // somebody ended, so that not all that was lost was told
}

// reader is a subscription as the model has it.
type reader struct {
	feed   *feed
	seat   *seat
	id     string
	sub    *rpc.Sub
	policy string
	gap    time.Duration
	buffer int
	credit int

	opened   time.Duration
	answered bool
	ended    bool
	want     []note // what it has a right to: history, then all since it opened
	got      []note
	next     int // want[:next] was sent or is lost
	lost     uint64
	seq      uint32
	flying   []uint32
	turns    int
	now      int // events in this Flush
}

// seat is a client, and a Conn that notes what it is sent.
type seat struct {
	m       *model
	index   int
	peer    *rpc.Peer
	readers map[string]*reader
	asked   map[int]*reader // calls that are not answered; nil for those that open nothing
	first   *reader         // that the first state is still to come of, as an event

	backlog  int
	behind   bool
	closing  bool // told to close
	shut     bool // the Conn is closed
	gone     bool
	left     bool // a subscription ended before it was told of all that was lost
	fuse     int  // messages until its end; 0 for none
	messages uint64
	bytes    uint64
	calls    uint64
}

// model plays one scene.
type model struct {
	rpc.Server
	t     *testing.T
	dice  *rand.Rand
	calm  bool // no client is slow
	tight bool // all events together may hold next to nothing
	now   time.Duration
	frame uint64
	n     int

	feeds     []*feed
	seats     []*seat
	publisher *rpc.Peer
	last      *rpc.Sub // opened last
	held      []*rpc.Pending
	asks      int
	closes    int // weight of what ends a subscription
	trace     []string
	log       map[string][]string // what subscriptions without a rate were sent
}

func play(t *testing.T, seed uint64, audiences bool) (log map[string][]string) {
	m := &model{t: t, dice: rand.New(rand.NewPCG(seed, 1)), calm: seed%3 == 0, tight: seed%6 == 1, log: map[string][]string{}}
	defer func() {
		if t.Failed() {
			t.Logf("seed %d, audiences %v:\n%s", seed, audiences, strings.Join(m.trace, "\n"))
		}
	}()
	m.build(audiences)
	for range 40 + m.dice.IntN(300) {
		m.act()
	}
	m.drain()
	m.leave()
	return m.log
}

func pick[T any](m *model, of ...T) T { return of[m.dice.IntN(len(of))] }

var allPolicies = []string{"", rpc.Latest, rpc.All, rpc.Sample, rpc.Reliable}

func (m *model) tell(format string, args ...any) {
	m.trace = append(m.trace, fmt.Sprintf(format, args...))
}

// build makes the topics, most of them with something special.
func (m *model) build(audiences bool) {
	if audiences {
		m.NewAudience = func() rpc.Audience { return &gallery{m: m} }
	}
	special := func() rpc.Topic {
		t := rpc.Topic{
			Policy: pick(m, allPolicies...), Buffer: pick(m, 0, 0, 2, 6), Quota: pick(m, 0, 0, 0, 1, 3),
			Expiry: pick(m, 0, 0, 0, 70*time.Millisecond), History: pick(m, 0, 0, 2, 5),
			Rate: pick(m, 0, 0, 0, 20.), Priority: m.dice.IntN(3) - 1,
		}
		if m.calm && t.Policy == rpc.Reliable {
			t.Rate = 0
		}
		if m.tight {
			t.History = 0
		}
		return t
	}
	m.closes = pick(m, 0, 1, 4)
	if m.tight {
		m.Limits.MaxEvents = 300
	}
	m.Groups = special()
	m.tell("groups %+v", m.Groups)
	for i := range 3 {
		f := &feed{topic: special(), numbers: map[uint32]int{}}
		f.topic.Name, f.topic.Everyone = fmt.Sprint("t", i), i == 2
		if f.topic.Policy == "" {
			f.topic.Policy = rpc.Latest
		}
		m.tell("topic %+v", f.topic)
		f.stream = rpc.Open[rpc.Void, note](&m.Server, f.topic, func(sub *rpc.Sub, _ rpc.Void) (any, error) {
			m.last = sub
			if f.topic.Everyone {
				return note{N: -1}, nil
			}
			return nil, nil
		})
		m.feeds = append(m.feeds, f)
	}
	for i := range 2 {
		m.feeds = append(m.feeds, m.newGroup(fmt.Sprint("g", i)))
	}
	rpc.Handle(&m.Server, rpc.Method{Name: "hold"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		m.held = append(m.held, c.Defer())
		return rpc.Void{}, nil
	})
	m.publisher = m.ConnectCaller(&wire{}, rpc.Drive)
	for i := range 5 {
		m.seats = append(m.seats, &seat{m: m, index: i, gone: true})
	}
}

func (m *model) newGroup(name string) *feed {
	f := &feed{topic: m.Groups, group: true, numbers: map[uint32]int{}}
	if f.topic.Name = name; f.topic.Policy == "" {
		f.topic.Policy = rpc.All
	}
	return f
}

// act does one thing. It throws the dice as often in every play of a scene.
func (m *model) act() {
	s, f := pick(m, m.seats...), pick(m, m.feeds...)
	id := pick(m, "a", "b", "c", "a", "t2")
	r := s.readers[id]
	switch n := m.dice.IntN(100 + 2*m.closes); {
	case n < 10:
		s.connect()
	case n < 30:
		s.open(id, f)
	case n < 55:
		for range 1 + m.dice.IntN(6) {
			m.publish(f, pick(m, "", "", "x", "y", "z"))
		}
	case n < 60:
		m.sendOwn(r)
	case n < 65:
		s.ack(r, m.dice.Float64())
	case n < 70:
		s.slow(m.dice.IntN(4))
	case n < 73:
		m.answerHeld()
	case n < 75:
		m.flush()
	case n < 100:
		m.step(pick(m, time.Millisecond, 5*time.Millisecond, 20*time.Millisecond, 20*time.Millisecond, 100*time.Millisecond))
	case n < 100+m.closes:
		s.closeSub(r)
	default:
		s.end(m.dice.IntN(4))
	}
	m.Dispatch(time.Time{})
}

func (s *seat) in() bool { return !s.gone && !s.closing }

func (s *seat) connect() {
	if !s.gone {
		return
	}
	m := s.m
	m.tell("connect %d", s.index)
	*s = seat{m: m, index: s.index, readers: map[string]*reader{}, asked: map[int]*reader{}}
	s.peer = m.Connect(s, rpc.Drive)
	for _, f := range m.feeds {
		if f.topic.Everyone {
			r := m.newReader(s, f.topic.Name, f, f.topic.Policy, f.topic.Rate, 0, 0)
			s.first = r
		}
	}
}

// newReader notes that a subscription begins, and with which history.
func (m *model) newReader(s *seat, id string, f *feed, policy string, rate float64, buffer, credit int) *reader {
	r := &reader{feed: f, seat: s, id: id, sub: m.last, policy: policy, credit: credit, opened: m.now}
	if rate > 0 && (policy == rpc.Latest || policy == rpc.Sample) {
		r.gap = time.Duration(float64(time.Second) / rate)
	}
	if r.buffer = buffer; buffer == 0 {
		if r.buffer = f.topic.Buffer; r.buffer == 0 {
			r.buffer = 256
		}
	}
	for _, h := range f.history {
		if f.topic.Expiry > 0 && m.now-h.at > f.topic.Expiry {
			continue
		}
		if policy == rpc.Latest || policy == rpc.Sample {
			r.want = slices.DeleteFunc(r.want, func(old note) bool { return old.Key == h.Key })
		}
		r.want = append(r.want, h)
	}
	if policy != rpc.Reliable {
		r.want = r.want[max(0, len(r.want)-r.buffer):]
	}
	f.readers = append(f.readers, r)
	s.readers[id] = r
	return r
}

func (s *seat) call(text string, opens *reader) string {
	s.m.asks++
	s.asked[s.m.asks] = opens
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,%s}`, s.m.asks, text)
}

func (s *seat) give(text string) {
	s.calls++
	give(&s.m.Server, s.peer, text)
	s.m.Dispatch(time.Time{})
}

// open sends sub.open with a random choice of everything.
func (s *seat) open(id string, f *feed) {
	m := s.m
	policy, rate := pick(m, allPolicies...), pick(m, -1, -1, -1, 0, 2., 20, 45)
	buffer, credit := pick(m, 0, 0, 1, 3, 50), pick(m, 0, 0, 0, 1, 2, 5)
	batch := m.dice.IntN(6) == 0
	if !s.in() || s.readers[id] != nil {
		return
	}
	params := fmt.Sprintf(`"id":%q,"topic":%q`, id, f.topic.Name)
	if policy != "" {
		params += fmt.Sprintf(`,"policy":%q`, policy)
	} else {
		policy = f.topic.Policy
	}
	if m.calm && policy == rpc.Reliable {
		rate = min(rate, 0)
	}
	if rate >= 0 {
		params += fmt.Sprintf(`,"rate":%g`, rate)
	}
	if buffer > 0 {
		params += fmt.Sprintf(`,"buffer":%d`, buffer)
	}
	if credit > 0 {
		params += fmt.Sprintf(`,"credit":%d`, credit)
	}
	m.tell("open %d %v batch %v", s.index, params, batch)
	m.last = nil
	r := m.newReader(s, id, f, policy, f.topic.Rate, buffer, credit)
	if rate == 0 {
		r.gap = 0
	} else if rate > 0 {
		r.gap = time.Duration(float64(time.Second) / rate)
	}
	text := s.call(fmt.Sprintf(`"method":"sub.open","params":{%s}`, params), r)
	if batch {
		text = "[" + text + "," + s.call(`"method":"hold"`, nil) + "]"
	}
	s.give(text)
	if r.sub = m.last; !f.group {
		require.NotNil(m.t, r.sub, "it is open")
	}
}

// publish publishes to a topic, and tells the model who has a right to it.
func (m *model) publish(f *feed, key string) {
	if f.group {
		if key = ""; m.tight {
			return // it might be refused
		}
	}
	m.n++
	e := note{m.n, key, m.now}
	m.tell("publish %d %q to %s", e.N, key, f.topic.Name)
	if f.group {
		value, _ := json.Marshal(e)
		give(&m.Server, m.publisher, fmt.Sprintf(`{"jsonrpc":"2.0","method":"topic.publish","params":{"topic":%q,"data":%s}}`, f.topic.Name, value))
		m.Dispatch(time.Time{})
	} else {
		require.NoError(m.t, f.stream.PublishKey(key, e))
	}
	if len(f.readers) == 0 && (f.group || f.topic.History == 0) {
		return
	}
	f.published++
	for _, r := range f.readers {
		r.want = append(r.want, e)
	}
	if key != "" {
		f.history = slices.DeleteFunc(f.history, func(old note) bool { return old.Key == key })
	}
	f.history = append(f.history, e)
	f.history = f.history[max(0, len(f.history)-f.topic.History):]
}

// sendOwn sends an event to one subscription.
func (m *model) sendOwn(r *reader) {
	if r == nil || r.sub == nil || r.ended || !r.seat.in() {
		return
	}
	m.n++
	e := note{m.n, "", m.now}
	m.tell("send %d to %d %s", e.N, r.seat.index, r.id)
	require.NoError(m.t, r.sub.Send(e))
	r.feed.published++
	r.want = append(r.want, e)
}

// ack acknowledges a part of what came.
func (s *seat) ack(r *reader, part float64) {
	if r == nil || !r.answered || !s.in() {
		return
	}
	seq := r.seq
	if n := len(r.flying); n > 0 {
		i := min(n-1, int(part*float64(n)))
		seq = r.flying[i]
		r.flying = r.flying[i+1:]
	}
	s.m.tell("ack %d %s %d", s.index, r.id, seq)
	s.give(s.call(fmt.Sprintf(`"method":"sub.ack","params":{"id":%q,"seq":%d}`, r.id, seq), nil))
}

// slow has a client read slowly, or well again; the transport may tell late.
func (s *seat) slow(how int) {
	if s.gone || s.m.calm {
		return
	}
	s.m.tell("slow %d %d", s.index, how)
	if how < 2 {
		s.backlog = 100 << 10 // above 256 KiB its requests would wait, too
	} else {
		s.backlog = 0
	}
	if how%2 == 0 {
		s.behind = how == 0
		s.peer.SetBehind(s.behind)
	}
}

func (m *model) answerHeld() {
	for _, p := range m.held {
		p.Reply(nil)
	}
	m.held = nil
}

func (s *seat) closeSub(r *reader) {
	if r == nil || !s.in() {
		return
	}
	s.m.tell("close %d %s", s.index, r.id)
	s.give(s.call(fmt.Sprintf(`"method":"sub.close","params":{"id":%q}`, r.id), nil))
	s.m.endReader(r)
}

// end ends a client: at once, by the program, or in the middle of a message.
func (s *seat) end(how int) {
	fuse := 1 + s.m.dice.IntN(3)
	if s.gone {
		return
	}
	s.m.tell("end %d %d", s.index, how)
	switch {
	case how == 0:
		s.peer.Close(4000, "bye")
		s.closing = true
	case how == 1 && !s.m.calm:
		s.fuse = fuse
	default:
		s.disconnect()
	}
}

func (s *seat) disconnect() {
	s.endAll()
	s.gone = true
	s.m.Disconnect(s.peer)
}

func (s *seat) endAll() {
	for _, r := range s.readers {
		s.m.endReader(r)
	}
}

// endReader notes that a subscription is over. A group is, with its last.
func (m *model) endReader(r *reader) {
	f := r.feed
	r.ended, f.left, r.seat.left = true, true, true
	delete(r.seat.readers, r.id)
	f.readers = slices.DeleteFunc(f.readers, func(other *reader) bool { return other == r })
	if f.group && len(f.readers) == 0 {
		m.feeds[slices.Index(m.feeds, f)] = m.newGroup(f.topic.Name)
	}
}

func (m *model) step(d time.Duration) {
	m.begin(d)
	m.flush()
}

func (m *model) begin(d time.Duration) {
	m.now += d
	m.frame++
	m.tell("frame %d at %v", m.frame, m.now)
	m.SetClock(m.frame, 0, m.now)
	m.Dispatch(time.Time{})
}

func (m *model) flush() {
	m.tell("flush")
	for _, s := range m.seats {
		for _, r := range s.readers {
			r.now = 0
		}
	}
	m.Flush()
	for _, s := range m.seats {
		if s.shut && !s.gone {
			s.disconnect()
		}
		for _, r := range s.readers {
			if r.policy == rpc.Reliable && r.feed.topic.Expiry == 0 && !r.ended {
				require.LessOrEqual(m.t, len(r.want)-len(r.got), r.buffer, "%d %s: a client that leaves more waiting is closed", s.index, r.id)
			}
		}
	}
}
