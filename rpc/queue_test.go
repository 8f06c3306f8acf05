package rpc_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

var eventValue = regexp.MustCompile(`"method":"sub.event".*"lost":(\d+),"value":(.*)}}$`)

// values returns the values of the events among what was sent, each with what was
// lost before it where that is not nothing.
func values(lines []string) (list []string) {
	for _, line := range lines {
		if m := eventValue.FindStringSubmatch(line); m != nil {
			if m[1] != "0" {
				m[2] += " lost " + m[1]
			}
			list = append(list, m[2])
		}
	}
	return list
}

// one is a server with one client that subscribes to the topic.
func one(t *testing.T, topic rpc.Topic, extra string) (*fair, *rpc.Stream) {
	f := newFair(1)
	f.NewAudience = nil
	topic.Name = "t"
	stream := rpc.Open[rpc.Void, any](&f.Server, topic, nil)
	if extra != "none" {
		f.subscribe(extra)
	}
	return f, stream
}

func publish(t *testing.T, s *rpc.Stream, keyed ...string) {
	t.Helper()
	for _, v := range keyed {
		key, _, found := strings.Cut(v, "=")
		if !found {
			key = ""
		}
		require.NoError(t, s.PublishKey(key, v))
	}
}

func TestANewerValueReplacesTheOneThatWaits(t *testing.T) {
	for _, tt := range []struct {
		policy string
		want   []string
	}{
		{rpc.Latest, []string{`"b=1"`, `"a=3"`, `"y" lost 4`}},
		{rpc.Sample, []string{`"b=1"`, `"a=3"`, `"y"`}},
		{rpc.All, []string{`"b=1"`, `"x"`, `"a=3"`, `"y" lost 2`}},
		{rpc.Reliable, []string{`"a=1"`, `"b=1"`, `"a=2"`, `"x"`, `"a=3"`, `"y"`}},
	} {
		t.Run(tt.policy, func(t *testing.T) {
			f, stream := one(t, rpc.Topic{Policy: tt.policy}, "")
			f.wires[0].backlog = 1 << 20
			publish(t, stream, "a=1", "b=1", "a=2", "x", "a=3", "y")
			require.Empty(t, f.frame()[0])
			f.wires[0].backlog = 0
			got := values(f.frame()[0])
			// What was lost is told with the first event that gets through.
			want := make([]string, len(tt.want))
			for i, v := range tt.want {
				want[i], _, _ = strings.Cut(v, " lost ")
			}
			if _, lost, ok := strings.Cut(tt.want[len(want)-1], " lost "); ok {
				want[0] += " lost " + lost
			}
			if tt.policy == rpc.Latest {
				want[0] = `"b=1" lost 3` // a twice, and x: one of no key waits too
			}
			require.Equal(t, want, got)
		})
	}
}

func TestLatestIsBoundedInKeys(t *testing.T) {
	f, stream := one(t, rpc.Topic{Buffer: 2}, "")
	f.wires[0].backlog = 1 << 20
	publish(t, stream, "a=1", "b=1", "c=1")
	f.frame()
	f.wires[0].backlog = 0
	require.Equal(t, []string{`"b=1" lost 1`, `"c=1"`}, values(f.frame()[0]))
}

func TestEventsExpire(t *testing.T) {
	f, stream := one(t, rpc.Topic{Policy: rpc.All, Expiry: 50 * time.Millisecond}, "")
	f.wires[0].backlog = 1 << 20
	publish(t, stream, "old")
	f.frame()
	f.frame()
	publish(t, stream, "new")
	f.frame()
	f.wires[0].backlog = 0
	require.Equal(t, []string{`"new" lost 1`}, values(f.frame()[0]))
	require.EqualValues(t, 1, queueOf(t, f, "t").Expired)
}

func TestALateComerGetsTheHistory(t *testing.T) {
	f, stream := one(t, rpc.Topic{Policy: rpc.All, History: 3}, "none")
	publish(t, stream, "1", "2", "3", "k=4", "k=5")
	give(&f.Server, f.peers[0], openSub(1, ""))
	sent := f.frame()[0]
	require.Contains(t, sent[0], `"seq":1}`, "the event before the first of the history")
	require.Equal(t, []string{`"2"`, `"3"`, `"k=5"`}, values(sent))
	publish(t, stream, "6")
	require.Equal(t, []string{`"6"`}, values(f.frame()[0]))
	require.Zero(t, f.Sessions()[0].Lost)

	give(&f.Server, f.peers[0], openSub(2, `,"policy":"latest"`))
	require.Equal(t, []string{`"k=5"`, `"6"`}, values(f.frame()[0]), "the newest of each key, and nothing counts as lost")
}

func TestTheHistoryIsBoundedInBytes(t *testing.T) {
	f, stream := one(t, rpc.Topic{Policy: rpc.All, History: 100}, "none")
	for range 30 {
		require.NoError(t, stream.Publish(strings.Repeat("x", 100<<10)))
	}
	require.Less(t, queueOf(t, f, "t").Held, 1<<20)
}

func TestOldHistoryIsNotHistory(t *testing.T) {
	f, stream := one(t, rpc.Topic{Policy: rpc.All, History: 3, Expiry: 50 * time.Millisecond}, "none")
	publish(t, stream, "old")
	for range 3 {
		f.frame()
	}
	publish(t, stream, "new")
	give(&f.Server, f.peers[0], openSub(1, ""))
	require.Equal(t, []string{`"new"`}, values(f.frame()[0]))
}

func TestGroupsHaveAHistoryWhenTheProgramSaysSo(t *testing.T) {
	f := newFair(2)
	f.Groups = rpc.Topic{History: 2}
	open := `{"jsonrpc":"2.0","method":"sub.open","params":{"id":"r","topic":"room"}}`
	give(&f.Server, f.peers[0], open)
	for n := range 3 {
		give(&f.Server, f.peers[0], fmt.Sprintf(`{"jsonrpc":"2.0","method":"topic.publish","params":{"topic":"room","data":%d}}`, n))
	}
	f.frame()
	give(&f.Server, f.peers[1], open)
	require.Equal(t, []string{`{"from":"guest-1","data":1}`, `{"from":"guest-1","data":2}`}, values(f.frame()[1]))
	for _, p := range f.peers {
		give(&f.Server, p, `{"jsonrpc":"2.0","method":"sub.close","params":{"id":"r"}}`)
	}
	f.frame()
	give(&f.Server, f.peers[1], open)
	require.Empty(t, values(f.frame()[1]), "a group begins anew")
}

func TestNoSubscriptionRequired(t *testing.T) {
	f := newFair(1)
	f.Authenticate = func(rpc.LoginParams) (rpc.Grant, error) { return rpc.Grant{Role: rpc.View}, nil }
	state := 41
	rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "edits", Everyone: true, Role: rpc.Edit}, nil)
	news := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "news", Everyone: true}, func(*rpc.Sub, rpc.Void) (any, error) {
		return state, nil
	})
	require.Equal(t, []string{"41"}, values(f.frame()[0]), "who was there before the topic, too")
	stranger := &wire{}
	f.wires = append(f.wires, stranger)
	p := f.Connect(stranger, rpc.None)
	require.NoError(t, news.Publish(42))
	require.Empty(t, f.frame()[1], "not before login")
	give(&f.Server, p, `{"jsonrpc":"2.0","id":1,"method":"session.login"}`)
	require.Equal(t, []string{"41"}, values(f.frame()[1]))
	require.NoError(t, news.Publish(43))
	for _, sent := range f.frame() {
		require.Equal(t, []string{"43"}, values(sent))
	}
	require.Equal(t, 1, f.Sessions()[1].Subscriptions, "its role does not suffice for the other")
	give(&f.Server, p, `{"jsonrpc":"2.0","id":2,"method":"sub.close","params":{"id":"news"}}`)
	f.frame()
	require.NoError(t, news.Publish(44))
	require.Empty(t, values(f.frame()[1]), "until it closes it")
	require.PanicsWithValue(t, `rpc: topic "blob": binary events need a subscription, whose answer tells the number`, func() {
		rpc.Open[rpc.Void, rpc.Void](&f.Server, rpc.Topic{Name: "blob", Everyone: true, Binary: 1}, nil)
	})
}

func TestAQuotaSpreadsABurst(t *testing.T) {
	for _, cohort := range []bool{false, true} {
		f, stream := one(t, rpc.Topic{Policy: rpc.All, Quota: 2}, "none")
		if cohort {
			f.NewAudience = func() rpc.Audience { return &hall{} }
		}
		f.subscribe("")
		publish(t, stream, "1", "2", "3", "4", "5")
		require.Equal(t, []string{`"1"`, `"2"`}, values(f.frame()[0]))
		require.Equal(t, []string{`"3"`, `"4"`}, values(f.frame()[0]))
		require.Equal(t, []string{`"5"`}, values(f.frame()[0]))
	}
}

func TestWhatHasPriorityIsSentFirst(t *testing.T) {
	f := newFair(1)
	f.NewAudience = nil
	large := strings.Repeat("x", 60<<10)
	var streams []*rpc.Stream
	for i, priority := range []int{0, -1, 5} {
		streams = append(streams, rpc.Open[rpc.Void, string](&f.Server, rpc.Topic{Name: fmt.Sprint("t", i), Priority: priority}, nil))
		give(&f.Server, f.peers[0], fmt.Sprintf(`{"jsonrpc":"2.0","method":"sub.open","params":{"id":"%d","topic":"t%d"}}`, priority, i))
	}
	f.frame()
	for _, stream := range streams {
		require.NoError(t, stream.Publish(large))
	}
	var order []string
	for range 2 {
		for _, line := range f.frame()[0] {
			_, id, _ := strings.Cut(line, `"id":"`)
			id, _, _ = strings.Cut(id, `"`)
			order = append(order, id)
		}
	}
	require.Equal(t, []string{"5", "0", "-1"}, order)
}

func TestAReliableTopicDropsNothingAndClosesWhoDoesNotRead(t *testing.T) {
	f, stream := one(t, rpc.Topic{Policy: rpc.Reliable}, `,"buffer":3,"credit":2`)
	publish(t, stream, "1", "2", "3", "4", "5")
	require.Equal(t, []string{`"1"`, `"2"`}, values(f.frame()[0]), "as far as the credit goes")
	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","method":"sub.ack","params":{"id":"s1","seq":1}}`)
	require.Equal(t, []string{`"3"`}, values(f.frame()[0]))
	publish(t, stream, "6", "7")
	require.Equal(t, []string{"close 4008 too slow: 4 events of t wait"}, f.frame()[0])
	require.EqualValues(t, 1, limitHits(t, f, "reliable"))
}

func TestABurstIsNoReasonToCloseAClientThatReads(t *testing.T) {
	f, stream := one(t, rpc.Topic{Policy: rpc.Reliable}, "none")
	f.NewAudience = func() rpc.Audience { return &hall{} }
	f.subscribe(`,"buffer":3`)
	for n := range 100 {
		require.NoError(t, stream.Publish(n))
	}
	require.Len(t, f.frame()[0], 100)
}

func TestMisspelledPoliciesOfGroupsAreNoSurpriseLater(t *testing.T) {
	s := rpc.Server{Groups: rpc.Topic{Policy: "newest"}}
	require.PanicsWithValue(t, `rpc: Groups: policy "newest" is not known`, func() { s.Connect(&wire{}, rpc.View) })
}

func queueOf(t *testing.T, f *fair, topic string) rpc.QueueStats {
	t.Helper()
	for _, q := range f.Stats().Queues {
		if q.Topic == topic {
			return q
		}
	}
	require.Fail(t, "no queue "+topic)
	return rpc.QueueStats{}
}

func limitHits(t *testing.T, f *fair, name string) uint64 {
	t.Helper()
	for _, l := range f.Stats().Limits {
		if l.Name == name {
			return l.Hits
		}
	}
	require.Fail(t, "no limit "+name)
	return 0
}

// TestAllEventsTogetherAreBounded: a thousand groups that nobody reads hold no more
// than one budget, and who publishes to them is told.
func TestAllEventsTogetherAreBounded(t *testing.T) {
	f := newFair(1)
	f.NewAudience = nil
	f.Limits.MaxEvents = 1 << 20
	f.Groups = rpc.Topic{History: 10}
	for i := range 100 {
		give(&f.Server, f.peers[0], fmt.Sprintf(`{"jsonrpc":"2.0","method":"sub.open","params":{"id":"g%d","topic":"g%d"}}`, i, i))
	}
	f.frame()
	f.wires[0].backlog = 1 << 20
	publisher := &wire{}
	p := f.Connect(publisher, rpc.Edit)
	large := strings.Repeat("x", 50<<10)
	for i := range 300 {
		give(&f.Server, p, fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"topic.publish","params":{"topic":"g%d","data":%q}}`, i%100, large))
	}
	f.frame()
	held := 0
	for _, q := range f.Stats().Queues {
		held += q.Held
	}
	require.Less(t, held, 3<<20, "each event waits and is history")
	require.Contains(t, publisher.lines[len(publisher.lines)-1], `"limit":"events 1048576"`)
	require.NotZero(t, limitHits(t, f, "events"))
	f.Disconnect(f.peers[0])
	publisher.lines = nil
	give(&f.Server, p, `{"jsonrpc":"2.0","id":1,"method":"topic.publish","params":{"topic":"g1","data":1}}`)
	f.frame()
	require.Contains(t, publisher.lines[0], `"delivered":0`, "what nobody waits for holds nothing")
}

func TestStatsCountWhatHappened(t *testing.T) {
	f := newFair(1)
	rpc.Handle(&f.Server, rpc.Method{Name: "add"}, func(_ *rpc.Call, p [2]int) (int, error) {
		if p[0] == 13 {
			return 0, rpc.Errorf(rpc.OutOfRange, "unlucky")
		}
		return p[0] + p[1], nil
	})
	f.OnStats = func(s *rpc.Stats) { s.Transport = &rpc.Transport{Connections: 5} }
	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"s","topic":"stats"}}`)
	f.frame()
	give(&f.Server, f.peers[0], `[{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]},{"jsonrpc":"2.0","id":2,"method":"add","params":[13,2]},{"jsonrpc":"2.0","method":"add","params":[4,5]}]`)
	give(&f.Server, f.peers[0], "["+strings.Repeat(`{},`, 1000)+"{}]")
	f.frame()
	f.now += time.Second
	var event struct{ Params struct{ Value rpc.Stats } }
	sent := f.frame()[0]
	require.Len(t, sent, 1)
	require.NoError(t, json.Unmarshal([]byte(sent[0]), &event))
	stats := event.Params.Value
	require.Equal(t, 5, stats.Transport.Connections)
	require.Equal(t, "add", stats.Methods[0].Name)
	add := stats.Methods[0]
	require.Positive(t, add.Time)
	require.Positive(t, add.Max)
	require.EqualValues(t, []uint64{3, 1, 16, 1}, []uint64{add.Calls, add.Failed, add.In, min(add.Out, 1)})
	require.EqualValues(t, 1, limitHits(t, f, "batch"))
	require.Empty(t, values(f.frame()[0]), "once a second")
}

func TestASlowCallIsTold(t *testing.T) {
	f := newFair(1)
	f.Limits.SlowCall = 1
	var slow []string
	f.OnSlow = func(method string, took time.Duration) {
		require.Positive(t, took)
		slow = append(slow, method)
	}
	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","id":1,"method":"echo","params":[1]}`)
	f.frame()
	require.Equal(t, []string{"echo"}, slow)
}

func TestACallerGetsAnswersOnly(t *testing.T) {
	f := newFair(1)
	rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "news", Everyone: true}, nil)
	w := &wire{}
	p := f.ConnectCaller(w, rpc.Drive)
	require.NoError(t, p.Notify("hello", nil))
	give(&f.Server, p, `{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"s","topic":"stats"}}`)
	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","id":2,"method":"client.send","params":{"to":"guest-2","data":1}}`)
	require.Contains(t, f.frame()[0][0], `"delivered":false`)
	require.Len(t, w.lines, 1)
	require.Contains(t, w.lines[0], `"code":1010,"message":"events need a socket`)
}

func TestAClientIsClosedByAnother(t *testing.T) {
	f := newFair(2)
	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","id":1,"method":"session.close","params":{"name":"Guest-2"}}`)
	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","id":2,"method":"session.close","params":{"name":"guest-3"}}`)
	sent := f.frame()
	require.Contains(t, sent[0][0], `"result":null`)
	require.Contains(t, sent[0][1], `"code":1004`)
	require.Contains(t, sent[0][1], `"path":"/name"`)
	require.Equal(t, []string{"close 4403 closed by guest-1"}, sent[1])
}
