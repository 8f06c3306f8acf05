package rpc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// gallery is an Audience of seats.
type gallery struct {
	m       *model
	members []*seat
}

func (g *gallery) Add(c rpc.Conn) bool {
	s := c.(*seat)
	require.False(g.m.t, s.gone || s.shut, "who is gone is taken in")
	require.NotContains(g.m.t, g.members, s, "who is in is taken in again")
	if s.index == 4 {
		return false // this one cannot be of an audience
	}
	g.members = append(g.members, s)
	return true
}

func (g *gallery) Remove(c rpc.Conn) {
	i := slices.Index(g.members, c.(*seat))
	require.GreaterOrEqual(g.m.t, i, 0, "who is not in is taken out")
	g.members = slices.Delete(g.members, i, i+1)
}

func (g *gallery) SendText(text []byte) {
	require.NotEmpty(g.m.t, g.members, "a message to nobody")
	for _, s := range slices.Clone(g.members) {
		_ = s.SendText(text)
	}
}

func (g *gallery) SendBinary([]byte) {}

var errGone = errors.New("gone")

// SendText notes what the client is sent.
func (s *seat) SendText(text []byte) error {
	require.False(s.m.t, s.gone || s.shut, "%d is sent something after its end: %s", s.index, text)
	s.messages++
	s.bytes += uint64(len(text))
	if text[0] == '[' {
		var batch []json.RawMessage
		require.NoError(s.m.t, json.Unmarshal(text, &batch))
		for _, each := range batch {
			s.hear(each)
		}
	} else {
		s.hear(text)
	}
	if s.fuse > 0 {
		if s.fuse--; s.fuse == 0 {
			s.m.tell("%d ends in the middle of a message", s.index)
			s.disconnect()
			return errGone
		}
	}
	return nil
}

func (s *seat) SendBinary([]byte) error { return errGone }
func (s *seat) Backlog() int            { return s.backlog }

// Close is right for a client that was closed, or that left too much waiting.
func (s *seat) Close(code int, reason string) {
	s.m.tell("%d is closed: %d %s", s.index, code, reason)
	if code == 4008 {
		over := s.m.tight
		for _, r := range s.readers {
			over = over || r.policy == rpc.Reliable && len(r.want)-len(r.got) > r.buffer
		}
		require.True(s.m.t, over, "%d is closed for no reason", s.index)
	} else {
		require.Equal(s.m.t, 4000, code)
	}
	s.shut, s.closing = true, true
	s.endAll()
}

// message is an event or an answer.
type message struct {
	ID     int
	Method string
	Error  json.RawMessage
	Result struct{ Seq uint32 }
	Params struct {
		ID    string
		Seq   uint32
		Lost  uint64
		Value struct {
			note
			Data note
		}
	}
}

func (s *seat) hear(text []byte) {
	m := s.m
	var msg message
	require.NoError(m.t, json.Unmarshal(text, &msg), "%s", text)
	if msg.Method == "" {
		r, ok := s.asked[msg.ID]
		require.True(m.t, ok, "an answer to nothing: %s", text)
		require.Empty(m.t, msg.Error)
		delete(s.asked, msg.ID)
		if r != nil {
			r.answered, r.seq = true, msg.Result.Seq
		}
		return
	}
	require.Equal(m.t, "sub.event", msg.Method)
	if r := s.first; r != nil {
		// It stands in the place of an answer, which comes in any case.
		require.Equal(m.t, -1, msg.Params.Value.N, "the first state comes first: %s", text)
		require.Zero(m.t, msg.Params.Lost)
		s.first, r.answered, r.seq = nil, true, msg.Params.Seq
		return
	}
	r := s.readers[msg.Params.ID]
	require.NotNil(m.t, r, "an event of what is closed: %s", text)
	require.True(m.t, r.answered, "an event before the answer: %s", text)
	require.False(m.t, s.behind && s.backlog > 0, "an event though there is no room: %s", text)
	p := &msg.Params
	if r.feed.group {
		p.Value.note = p.Value.Data
	}
	m.tell("event %d %s seq %d lost %d n %d", s.index, r.id, p.Seq, p.Lost, p.Value.N)
	r.feed.sent++
	m.judge(r, p.Seq, p.Lost, p.Value.N)
	if r.gap == 0 {
		who := fmt.Sprint(s.index, " ", r.id)
		m.log[who] = append(m.log[who], string(text))
	}
}

// judge holds an event against what the contract says of it.
func (m *model) judge(r *reader, seq uint32, lost uint64, n int) {
	f, what := r.feed, fmt.Sprintf("seq %d, n %d to %d %s", seq, n, r.seat.index, r.id)
	require.Greater(m.t, seq, r.seq, "%s: seq rises", what)
	r.seq = seq
	if known, ok := f.numbers[seq]; ok {
		require.Equal(m.t, known, n, "%s: a seq is of one event", what)
	}
	f.numbers[seq] = n
	skipped := slices.IndexFunc(r.want[r.next:], func(e note) bool { return e.N == n })
	require.GreaterOrEqual(m.t, skipped, 0, "%s: it was published since, and comes in order", what)
	r.next += skipped + 1
	e := r.want[r.next-1]
	r.got = append(r.got, e)
	r.lost += lost
	f.lost += lost
	if r.policy == rpc.Reliable && f.topic.Expiry == 0 {
		require.Zero(m.t, skipped, "%s: nothing is missing", what)
	}
	if r.policy == rpc.Sample || r.policy == rpc.Reliable && f.topic.Expiry == 0 {
		require.Zero(m.t, lost, what)
	}
	if r.policy == rpc.Latest || r.policy == rpc.Sample || r.policy == rpc.All && e.Key != "" {
		require.False(m.t, slices.ContainsFunc(r.want[r.next:], func(newer note) bool { return newer.Key == e.Key }),
			"%s: a newer value replaces it", what)
	}
	if f.topic.Expiry > 0 {
		require.LessOrEqual(m.t, m.now-e.at, f.topic.Expiry, what)
	}
	if r.flying = append(r.flying, seq); r.credit > 0 {
		require.LessOrEqual(m.t, len(r.flying), r.credit, "%s: more than there is credit for", what)
	}
	if r.now == 0 {
		// The turns keep to a grid: a frame may be early by an eighth of a gap.
		due := r.opened + time.Duration(r.turns)*r.gap - r.gap/8
		require.GreaterOrEqual(m.t, m.now, due, "%s: more turns than the rate allows", what)
		r.turns++
	}
	if r.now++; f.topic.Quota > 0 {
		require.LessOrEqual(m.t, r.now, f.topic.Quota, "%s: more than the quota", what)
	}
}

// drain has everybody read and acknowledge all there is, and adds up.
func (m *model) drain() {
	m.tell("drain")
	m.calm = false
	m.settle()
	// The last event tells of what was lost before it, and leaves at once.
	m.begin(2 * time.Second)
	for _, f := range m.feeds {
		m.publish(f, "")
	}
	m.flush()
	m.settle()
	for _, s := range m.seats {
		for _, r := range s.readers {
			m.addUp(r)
		}
	}
	m.compare()
}

// settle runs frames, so long that all is due in each, until nothing waits.
func (m *model) settle() {
	m.answerHeld()
	for range 500 {
		for _, s := range m.seats {
			s.slow(2)
			for _, r := range s.readers {
				s.ack(r, 1)
			}
		}
		m.step(2 * time.Second)
		waiting := 0
		for _, q := range m.Stats().Queues {
			waiting += q.Waiting
		}
		if waiting == 0 {
			return
		}
	}
	require.Fail(m.t, "it never ends")
}

// addUp holds what a subscription got against all that it had a right to.
func (m *model) addUp(r *reader) {
	what := []any{"%d %s of %s, %s", r.seat.index, r.id, r.feed.topic.Name, r.policy}
	require.True(m.t, r.answered, what...)
	if r.policy != rpc.Sample {
		require.Equal(m.t, len(r.want), len(r.got)+int(r.lost), what...)
	}
	if len(r.want) > 0 {
		require.NotEmpty(m.t, r.got, what...)
		require.Equal(m.t, r.want[len(r.want)-1].N, r.got[len(r.got)-1].N, "the newest arrives")
	}
	if m.tight || r.feed.topic.Expiry > 0 || r.buffer < 4 || r.policy != rpc.Latest && r.policy != rpc.Sample {
		return
	}
	for _, key := range []string{"", "x", "y", "z"} {
		require.Equal(m.t, newest(r.want, key), newest(r.got, key), "the newest of each key arrives")
	}
}

func newest(notes []note, key string) (n int) {
	for _, e := range notes {
		if e.Key == key {
			n = e.N
		}
	}
	return n
}

// compare holds what the server tells of itself against what was counted.
func (m *model) compare() {
	queues := map[string]rpc.QueueStats{}
	for _, q := range m.Stats().Queues {
		queues[q.Topic] = q
	}
	for _, f := range m.feeds {
		q, open := queues[f.topic.Name]
		require.Equal(m.t, !f.group || len(f.readers) > 0, open)
		if !open {
			continue
		}
		require.Equal(m.t, len(f.readers), q.Subscribers)
		require.Equal(m.t, f.published, q.Published, f.topic.Name)
		require.Equal(m.t, f.sent, q.Sent, f.topic.Name)
		require.GreaterOrEqual(m.t, q.Lost, f.lost, f.topic.Name)
		if !f.left {
			require.Equal(m.t, f.lost, q.Lost, f.topic.Name)
		}
	}
	rows := map[uint64]rpc.Session{}
	for _, row := range m.Sessions() {
		rows[row.ID] = row
	}
	for _, s := range m.seats {
		if s.gone {
			continue
		}
		row := rows[s.peer.ID()]
		lost := uint64(0)
		for _, r := range s.readers {
			lost += r.lost
		}
		require.Equal(m.t, s.messages, row.MessagesOut, s.index)
		require.Equal(m.t, s.bytes, row.Sent, s.index)
		require.Equal(m.t, s.calls, row.MessagesIn, s.index)
		require.Equal(m.t, len(s.readers), row.Subscriptions)
		require.GreaterOrEqual(m.t, row.Lost, lost, s.index)
		if !s.left {
			require.Equal(m.t, lost, row.Lost, s.index)
		}
	}
}

// leave ends all clients: nothing of them may be kept.
func (m *model) leave() {
	for _, s := range m.seats {
		if !s.gone {
			s.disconnect()
		}
	}
	m.step(time.Second)
	require.Equal(m.t, 1, m.Clients(), "the publisher")
	texts, bytes := m.Queued()
	require.Zero(m.t, texts)
	require.Zero(m.t, bytes)
	kept := 0
	for _, q := range m.Stats().Queues {
		require.Zero(m.t, q.Waiting, q.Topic)
		require.Zero(m.t, q.Subscribers, q.Topic)
		require.NotEqual(m.t, "group", q.Kind, q.Topic)
		kept += q.Held
	}
	history := 0
	for _, f := range m.feeds {
		if !f.group {
			for _, e := range f.history {
				value, _ := json.Marshal(e)
				history += len(value)
			}
		}
	}
	require.Equal(m.t, history, kept, "only history is held")
	require.Equal(m.t, kept, m.HeldBytes(), "each event that is held stands in a history")
}
