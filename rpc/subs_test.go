package rpc_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

func openSub(id int, extra string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"s%d","topic":"t"%s}}`, id, extra)
}

// TestDueSavesCostlyValues: Due says whether an event would leave now, by rate,
// credit and backlog.
func TestDueSavesCostlyValues(t *testing.T) {
	var s rpc.Server
	stream := rpc.Open[rpc.Void, int](&s, rpc.Topic{Name: "t", Rate: 10}, nil)
	w := &wire{}
	p := s.Connect(w, rpc.View)
	give(&s, p, openSub(1, `,"credit":2`))
	pump(&s)
	w.take()
	var sub *rpc.Sub
	for each := range stream.Subs() {
		sub = each
	}
	require.Same(t, p, sub.Peer())
	require.NotZero(t, sub.Number())

	at := func(ms int) {
		s.SetClock(uint64(ms), 0, time.Duration(ms)*time.Millisecond)
		s.Flush()
	}
	require.True(t, sub.Due())
	require.NoError(t, sub.Send(1))
	at(0)
	require.Contains(t, w.take(), `"value":1`)
	require.False(t, sub.Due(), "its moment has not come")
	require.NoError(t, sub.Send(2))
	at(50)
	require.Empty(t, w.lines)
	at(95)
	require.Contains(t, w.take(), `"frame":0,"tick":0,"time":0,"lost":0,"value":2`, "a frame a little early does, and the stamp is of when it was made")
	at(200)
	require.False(t, sub.Due(), "two are not acknowledged")
	give(&s, p, `{"jsonrpc":"2.0","method":"sub.ack","params":{"id":"s1","seq":2}}`)
	pump(&s)
	require.True(t, sub.Due())
	w.backlog = 1 << 20
	require.False(t, sub.Due(), "its Conn is full")
	w.backlog = 0
	s.Disconnect(p)
	require.False(t, sub.Due())
	require.NoError(t, sub.Send(3))
	require.Zero(t, stream.Subscribers())
}

// TestHeldEventsAreBounded: large events that wait are bounded in bytes, not only
// in number.
func TestHeldEventsAreBounded(t *testing.T) {
	var s rpc.Server
	stream := rpc.Open[rpc.Void, string](&s, rpc.Topic{Name: "t", Policy: rpc.All}, nil)
	w := &wire{}
	p := s.Connect(w, rpc.View)
	give(&s, p, openSub(1, `,"buffer":4096`))
	pump(&s)
	w.take()
	w.backlog = 1 << 20
	large := strings.Repeat("x", 100<<10)
	for range 100 {
		require.NoError(t, stream.Publish(large))
		s.Flush()
	}
	require.Empty(t, w.lines)
	w.backlog = 0
	for n := range 10 {
		s.Flush()
		require.Len(t, w.lines, n+1, "no more at a time than there is room for")
	}
	s.Flush()
	require.Len(t, w.lines, 10)
	require.Contains(t, w.lines[0], `"seq":91,"frame":0,"tick":0,"time":0,"lost":90`)
	require.Contains(t, w.lines[9], `"seq":100,"frame":0,"tick":0,"time":0,"lost":0`)
	require.EqualValues(t, 90, s.Sessions()[0].Lost)
}

// TestSendBinary: one subscription's own binary events, behind its answer.
func TestSendBinary(t *testing.T) {
	var s rpc.Server
	stream := rpc.Open[rpc.Void, rpc.Void](&s, rpc.Topic{Name: "t", Binary: 3}, openBlob)
	w := &wire{}
	p := s.Connect(w, rpc.View)
	give(&s, p, openSub(1, ""))
	give(&s, p, openSub(2, ""))
	pump(&s)
	for sub := range stream.Subs() {
		sub.SendBinary(2, []byte{byte(sub.Number())})
		sub.SendBinary(2, []byte{byte(sub.Number())})
	}
	s.Flush()
	require.Equal(t, []string{
		`{"jsonrpc":"2.0","id":1,"result":{"id":"s1","seq":0,"binary":1,"snapshot":{"bytes":1}}}`,
		`{"jsonrpc":"2.0","id":1,"result":{"id":"s2","seq":0,"binary":2,"snapshot":{"bytes":1}}}`,
		"binary 0302010001000000020000000000000000000000000000000" + "1",
		"binary 0302010002000000040000000000000000000000000000000" + "2",
	}, w.lines)
}

func TestPublishBinaryAtCarriesTheFrameThatItIsOf(t *testing.T) {
	var s rpc.Server
	stream := rpc.Open[rpc.Void, rpc.Void](&s, rpc.Topic{Name: "t", Binary: 3}, openBlob)
	w := &wire{}
	give(&s, s.Connect(w, rpc.View), openSub(1, `,"policy":"all"`))
	pump(&s)
	w.take()
	s.SetClock(0x64, 0, 0x0A)
	stream.PublishBinaryAt(0x61, 0x09, 0, []byte{1})
	stream.PublishBinary(0, []byte{2})
	s.Flush()
	require.Equal(t, []string{
		"binary 030000000100000001000000" + "61000000" + "0900000000000000" + "01",
		"binary 030000000100000002000000" + "64000000" + "0a00000000000000" + "02",
	}, w.lines)
}

func TestPublishRefusesWhatCannotBeWritten(t *testing.T) {
	var s rpc.Server
	stream := rpc.Open[rpc.Void, any](&s, rpc.Topic{Name: "t"}, nil)
	require.NoError(t, stream.Publish(func() {}), "nobody listens")
	w := &wire{}
	p := s.Connect(w, rpc.View)
	give(&s, p, openSub(1, ""))
	pump(&s)
	w.take()
	require.EqualError(t, stream.Publish(func() {}), "func() has no JSON form")
	require.EqualError(t, p.Notify("n", make(chan int)), "chan int has no JSON form")
	s.Flush()
	require.Empty(t, w.lines)
}

// TestPeerKeepsWhatTheProgramGives covers the small accessors.
func TestPeerKeepsWhatTheProgramGives(t *testing.T) {
	var s rpc.Server
	w := &wire{}
	p := s.Connect(w, rpc.Edit)
	p.SetValue(5)
	require.Equal(t, 5, p.Value())
	require.Same(t, w, p.Conn())
	require.EqualValues(t, 1, p.ID())
	require.Equal(t, "edit", p.Role().String())
	rpc.Handle(&s, rpc.Method{Name: "now"}, func(c *rpc.Call, _ rpc.Void) (string, error) {
		return fmt.Sprint(c.Frame(), c.Tick(), c.Time(), c.Notification()), nil
	})
	s.SetClock(7, 8, time.Second)
	give(&s, p, call("now", 1))
	pump(&s)
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"result":"7 8 1s false"}`, w.take())
	for each := range s.Peers() {
		require.Same(t, p, each)
	}
	p.Close(4000, strings.Repeat("long ", 50))
	give(&s, p, call("now", 2))
	pump(&s)
	require.Len(t, w.take(), len("close 4000 ")+120+len("…"))
}

// TestTheFirstStateIsDroppedByNoPolicy: it comes before the history and what is
// published since, of which it is no part.
func TestTheFirstStateIsDroppedByNoPolicy(t *testing.T) {
	for _, policy := range []string{rpc.Latest, rpc.All, rpc.Sample, rpc.Reliable} {
		f := newFair(0)
		stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{
			Name: "t", Policy: policy, Everyone: true, History: 1, Buffer: 2,
		}, func(*rpc.Sub, rpc.Void) (any, error) { return -1, nil })
		require.NoError(t, stream.Publish(0))
		require.NoError(t, stream.Publish(1))
		w := &wire{}
		f.wires = append(f.wires, w)
		p := f.Connect(w, rpc.View)
		w.backlog = 200 << 10 // not even while there is no room
		require.NoError(t, stream.PublishKey("k", 2))
		sent := f.frame()[0]
		require.Equal(t, []string{"-1"}, values(sent))
		require.Contains(t, sent[0], `"seq":1,`)
		w.backlog = 0
		sent = f.frame()[0]
		require.Equal(t, []string{"1", "2"}, values(sent))
		require.Contains(t, sent[0], `"seq":2,`)
		f.Disconnect(p)
	}
}

// TestWhileOpenRunsNothingIsSent: a subscription that might not come about has no
// events.
func TestWhileOpenRunsNothingIsSent(t *testing.T) {
	f := newFair(1)
	fail := true
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, func(sub *rpc.Sub, _ rpc.Void) (any, error) {
		require.False(t, sub.Due())
		require.NoError(t, sub.Send(1))
		sub.SendBinary(0, nil)
		if fail {
			return nil, rpc.Errorf(rpc.Unavailable, "not yet")
		}
		return nil, nil
	})
	f.subscribe("")
	require.Zero(t, queueOf(t, f, "t").Held)
	fail = false
	give(&f.Server, f.peers[0], openSub(1, ""))
	require.Len(t, f.frame()[0], 1, "the answer")
	require.NoError(t, stream.Publish(2))
	require.Equal(t, []string{"2"}, values(f.frame()[0]))
}

// TestATopicTakesItsNameFromAGroup: a client that guesses the name of a topic to
// come must not end the program.
func TestATopicTakesItsNameFromAGroup(t *testing.T) {
	f := newFair(1)
	open := func() {
		give(&f.Server, f.peers[0], openSub(1, ""))
		f.frame()
	}
	open()
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, nil)
	require.Zero(t, stream.Subscribers())
	require.NoError(t, stream.Publish(1))
	require.Empty(t, f.frame()[0])
	open()
	require.NoError(t, stream.Publish(2))
	require.Equal(t, []string{"2"}, values(f.frame()[0]))
	require.Equal(t, "server", queueOf(t, f, "t").Kind)
	require.Panics(t, func() { rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, nil) })
}

// TestARateNearZeroIsNone but for the first event: it is no overflow.
func TestARateNearZeroIsNone(t *testing.T) {
	f, stream := one(t, rpc.Topic{}, `,"rate":1e-300`)
	require.NoError(t, stream.Publish(1))
	require.Len(t, f.frame()[0], 1)
	for range 5 {
		require.NoError(t, stream.Publish(2))
		require.Empty(t, f.frame()[0])
	}
}

// TestCreditIsBounded: what is under way unacknowledged has to be remembered.
func TestCreditIsBounded(t *testing.T) {
	f, _ := one(t, rpc.Topic{}, "none")
	give(&f.Server, f.peers[0], openSub(1, `,"credit":5000`))
	require.Contains(t, f.frame()[0][0], `from 0 to 4096`)
}

func openBlob(*rpc.Sub, rpc.Void) (any, error) { return map[string]int{"bytes": 1}, nil }

// TestAnOpeningThatCannotBeAnsweredOpensNothing: the client is told that it failed,
// and may try again under the same id.
func TestAnOpeningThatCannotBeAnsweredOpensNothing(t *testing.T) {
	s := rpc.Server{Limits: rpc.Limits{MaxReply: 100}}
	state := any("small")
	stream := rpc.Open[rpc.Void, int](&s, rpc.Topic{Name: "t"}, func(*rpc.Sub, rpc.Void) (any, error) { return state, nil })
	w := &wire{}
	p := s.Connect(w, rpc.View)
	for _, bad := range []any{make(chan int), strings.Repeat("x", 200)} {
		state = bad
		give(&s, p, openSub(1, ""))
		pump(&s)
		require.Contains(t, w.take(), `"error"`)
		require.Zero(t, stream.Subscribers())
	}
	require.NoError(t, stream.Publish(1))
	pump(&s)
	require.Empty(t, w.lines)
	state = "small"
	give(&s, p, openSub(1, ""))
	pump(&s)
	require.Contains(t, w.take(), `"snapshot":"small"`)
	require.Equal(t, 1, stream.Subscribers())
}
