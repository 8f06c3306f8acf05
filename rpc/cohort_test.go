package rpc_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// hall is an Audience of wires, which notes how often it was spoken to.
type hall struct {
	members []*wire
	casts   int
}

func (h *hall) Add(c rpc.Conn) bool {
	w, ok := c.(*wire)
	if ok {
		h.members = append(h.members, w)
	}
	return ok
}

func (h *hall) Remove(c rpc.Conn) {
	h.members = slices.DeleteFunc(h.members, func(w *wire) bool { return w == c })
}

func (h *hall) SendText(text []byte) {
	h.casts++
	for _, w := range h.members {
		w.SendText(text)
	}
}

func (h *hall) SendBinary(data []byte) {
	h.casts++
	for _, w := range h.members {
		w.SendBinary(data)
	}
}

// fair is a server whose transport has audiences, and some clients.
type fair struct {
	rpc.Server
	halls []*hall
	wires []*wire
	peers []*rpc.Peer
	now   time.Duration
}

func newFair(clients int) *fair {
	f := &fair{}
	f.NewAudience = func() rpc.Audience {
		h := &hall{}
		f.halls = append(f.halls, h)
		return h
	}
	for range clients {
		w := &wire{}
		f.wires = append(f.wires, w)
		f.peers = append(f.peers, f.Connect(w, rpc.Drive))
	}
	return f
}

// frame runs one frame and returns what each client was sent in it.
func (f *fair) frame() (sent [][]string) {
	f.now += 20 * time.Millisecond
	f.SetClock(uint64(f.now/(20*time.Millisecond)), 0, f.now)
	f.Dispatch(time.Time{})
	f.Flush()
	for _, w := range f.wires {
		sent = append(sent, w.lines)
		w.lines = nil
	}
	return sent
}

// subscribe has every client subscribe to the topic t under one id.
func (f *fair) subscribe(extra string) {
	for _, p := range f.peers {
		give(&f.Server, p, openSub(1, extra))
	}
	f.frame()
}

// TestACohortIsSentTheSameAtOnce: subscriptions that are alike cost one message,
// whatever their number, and their clients see no difference.
func TestACohortIsSentTheSameAtOnce(t *testing.T) {
	f := newFair(3)
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t", Policy: rpc.All}, nil)
	f.subscribe("")
	require.NoError(t, stream.Publish(7))
	require.NoError(t, stream.Publish(8))
	for _, sent := range f.frame() {
		require.Equal(t, []string{
			`{"jsonrpc":"2.0","method":"sub.event","params":{"id":"s1","seq":1,"frame":1,"tick":0,"time":20000000,"lost":0,"value":7}}`,
			`{"jsonrpc":"2.0","method":"sub.event","params":{"id":"s1","seq":2,"frame":1,"tick":0,"time":20000000,"lost":0,"value":8}}`,
		}, sent)
	}
	require.Len(t, f.halls, 1)
	require.Equal(t, 2, f.halls[0].casts)
	for _, s := range f.Sessions() {
		require.EqualValues(t, 3, s.MessagesOut, "the answer and two events")
	}
	require.Equal(t, 3, queueOf(t, f, "t").Shared)

	give(&f.Server, f.peers[1], `{"jsonrpc":"2.0","method":"sub.close","params":{"id":"s1"}}`)
	f.frame()
	require.NoError(t, stream.Publish(9))
	sent := f.frame()
	require.Len(t, sent[0], 1)
	require.Empty(t, sent[1])
	require.EqualValues(t, 3, f.Sessions()[1].MessagesOut, "what it was sent before stays counted")
}

// TestALateComerJoinsWithoutAGapAndWithoutARepeat: at every moment of a stream
// with a rate somebody subscribes; nobody misses or sees an event twice.
func TestALateComerJoinsWithoutAGapAndWithoutARepeat(t *testing.T) {
	for _, extra := range []string{"", `,"rate":10`, `,"policy":"latest","rate":10`, `,"policy":"reliable"`} {
		t.Run(extra, func(t *testing.T) {
			f := newFair(12)
			stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t", Policy: rpc.All}, nil)
			seen := make([][]int, len(f.peers))
			total := make([]int, len(f.peers)) // with what counted as lost
			for n := range 60 {
				if n%3 == 0 && n/3 < len(f.peers) {
					give(&f.Server, f.peers[n/3], openSub(1, extra))
				}
				require.NoError(t, stream.Publish(n))
				for i, sent := range f.frame() {
					for _, line := range sent {
						var lost, value int
						if _, tail, ok := strings.Cut(line, `"lost":`); ok {
							fmt.Sscanf(tail, `%d,"value":%d`, &lost, &value)
							seen[i], total[i] = append(seen[i], value), total[i]+lost+1
						}
					}
				}
			}
			require.Equal(t, len(f.peers), len(f.halls[0].members), "in the end all are of the cohort")
			for i, values := range seen {
				first, last := values[0], values[len(values)-1]
				require.True(t, slices.IsSorted(values), "%d: %v", i, values)
				require.Len(t, slices.Compact(slices.Clone(values)), len(values), "%d: %v", i, values)
				// Before the first it may have lost some since it subscribed.
				require.Equal(t, last-first+1, total[i]-max(0, first-3*i-1), "%d: %v", i, values)
			}
		})
	}
}

// TestASlowClientLeavesTheCohortAndComesBack: while it is behind it is sent what
// its policy says, with a count of the lost, and the others notice nothing.
func TestASlowClientLeavesTheCohortAndComesBack(t *testing.T) {
	f := newFair(2)
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, nil)
	f.subscribe("")
	slow := f.peers[0]
	publish := func(v int) [][]string {
		require.NoError(t, stream.Publish(v))
		return f.frame()
	}
	publish(1)
	f.wires[0].backlog = 1 << 20
	slow.SetBehind(true)
	for v := 2; v < 5; v++ {
		sent := publish(v)
		require.Empty(t, sent[0])
		require.Contains(t, sent[1][0], fmt.Sprintf(`"seq":%d,`, v))
		require.Contains(t, sent[1][0], fmt.Sprintf(`"lost":0,"value":%d`, v))
	}
	require.True(t, f.Sessions()[0].Behind)
	require.Len(t, f.halls[0].members, 1)

	f.wires[0].backlog = 0
	slow.SetBehind(false)
	sent := f.frame()
	require.Len(t, sent[0], 1)
	require.Contains(t, sent[0][0], `"seq":4,`)
	require.Contains(t, sent[0][0], `"lost":2,"value":4`)
	require.Len(t, f.halls[0].members, 2)
	sent = publish(5)
	require.Equal(t, sent[0], sent[1])
	require.EqualValues(t, 2, f.Sessions()[0].Lost)
	require.Zero(t, f.Sessions()[1].Lost)
}

func TestWhatWaitsForTheCohortIsNotLostToWhoLeavesIt(t *testing.T) {
	f := newFair(2)
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t", Policy: rpc.All}, nil)
	f.subscribe(`,"rate":1`)
	require.NoError(t, stream.Publish(1))
	f.frame()
	require.NoError(t, stream.Publish(2)) // waits for its moment
	f.frame()
	f.peers[0].SetBehind(true)
	f.now += time.Second
	sent := f.frame()
	require.Equal(t, sent[1], sent[0])
	require.Contains(t, sent[0][0], `"value":2`)
}

func TestASubscriptionWithEventsOfItsOwnIsNoneOfTheCohort(t *testing.T) {
	f := newFair(2)
	stream := rpc.Open[rpc.Void, string](&f.Server, rpc.Topic{Name: "t", Policy: rpc.All}, nil)
	f.subscribe("")
	require.NoError(t, stream.Publish("all"))
	for sub := range stream.Subs() {
		if sub.Peer() == f.peers[0] {
			require.NoError(t, sub.Send("own"))
		}
	}
	require.NoError(t, stream.Publish("all again"))
	sent := f.frame()
	require.Len(t, sent[1], 2)
	require.Len(t, sent[0], 3)
	for i, value := range []string{"all", "own", "all again"} {
		require.Contains(t, sent[0][i], fmt.Sprintf(`"value":%q`, value))
	}
}

// TestWhoIsBehindIsNotToldOfFrames: sixty notices a second would wait for it.
func TestWhoIsBehindIsNotToldOfFrames(t *testing.T) {
	f := newFair(1)
	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","method":"session.login","params":{"frames":true}}`)
	require.Len(t, f.frame()[0], 1)
	f.peers[0].SetBehind(true)
	require.Empty(t, f.frame()[0])
	f.peers[0].SetBehind(false)
	require.Contains(t, f.frame()[0][0], `"$/frame"`)
}

// TestACohortIsGoneWithItsLast: neither it nor its clients are kept.
func TestACohortIsGoneWithItsLast(t *testing.T) {
	f := newFair(2)
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, nil)
	f.subscribe("")
	require.Equal(t, 2, stream.Subscribers())
	for _, p := range f.peers {
		f.Disconnect(p)
	}
	require.Zero(t, stream.Subscribers())
	require.NoError(t, stream.Publish(1))
	f.frame()
	require.Zero(t, f.halls[0].casts)
	require.Empty(t, f.halls[0].members)
	f.peers = []*rpc.Peer{f.Connect(f.wires[0], rpc.View)}
	f.subscribe("")
	require.Len(t, f.halls, 2, "a new cohort")
}

// TestAClosedClientIsOfNoCohort: what is closed waits for its end, and nothing is
// made for it or waits for it meanwhile.
func TestAClosedClientIsOfNoCohort(t *testing.T) {
	f := newFair(2)
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, nil)
	f.subscribe("")
	f.peers[0].Close(4000, "bye")
	f.frame()
	require.Equal(t, 1, stream.Subscribers())
	require.Len(t, f.halls[0].members, 1)
	require.NoError(t, stream.Publish(1))
	sent := f.frame()
	require.Empty(t, sent[0])
	require.Len(t, sent[1], 1)
}

// TestReliableIsBoundedForACohortToo: with a rate or a quota as low as a client
// likes, more could wait for those who keep up than for those who do not.
func TestReliableIsBoundedForACohortToo(t *testing.T) {
	for _, topic := range []rpc.Topic{{}, {Quota: 1}} {
		f := newFair(3)
		topic.Name = "t"
		stream := rpc.Open[rpc.Void, int](&f.Server, topic, nil)
		f.subscribe(`,"policy":"reliable","rate":1,"buffer":5`)
		require.Equal(t, 3, queueOf(t, f, "t").Shared)
		require.NoError(t, stream.Publish(0))
		f.frame()
		for n := range 6 {
			require.NoError(t, stream.Publish(n))
		}
		for _, sent := range f.frame() {
			require.Equal(t, []string{"close 4008 too slow: 6 events of t wait"}, sent)
		}
		require.EqualValues(t, 3, limitHits(t, f, "reliable"))
		require.Zero(t, queueOf(t, f, "t").Held)
	}
}

// TestAnOpeningThatIsNotAnsweredIsBounded: events wait for the answer of a batch,
// which a call in it may hold up for as long as its client likes.
func TestAnOpeningThatIsNotAnsweredIsBounded(t *testing.T) {
	f, stream := one(t, rpc.Topic{}, "none")
	rpc.Handle(&f.Server, rpc.Method{Name: "later"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		c.Defer()
		return rpc.Void{}, nil
	})
	give(&f.Server, f.peers[0], "["+openSub(1, `,"policy":"reliable","buffer":5`)+","+call("later", 2)+"]")
	f.frame()
	for n := range 6 {
		require.NoError(t, stream.Publish(n))
	}
	require.Equal(t, []string{"close 4008 too slow: 6 events of t wait"}, f.frame()[0])
}

// TestWhatIsLostIsCountedForEachOfACohort: the counts are the same, whether events
// wait once for all or once for each.
func TestWhatIsLostIsCountedForEachOfACohort(t *testing.T) {
	var want rpc.QueueStats
	for _, audiences := range []bool{false, true} {
		f := newFair(3)
		if !audiences {
			f.NewAudience = nil
		}
		stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t", Expiry: 50 * time.Millisecond}, nil)
		f.subscribe(`,"rate":1`)
		require.NoError(t, stream.Publish(0))
		f.frame()
		require.NoError(t, stream.PublishKey("k", 1))
		require.NoError(t, stream.PublishKey("k", 2))
		for range 5 {
			f.frame()
		}
		q := queueOf(t, f, "t")
		require.EqualValues(t, []uint64{3, 6, 3, 3}, []uint64{q.Sent, q.Lost, q.Replaced, q.Expired})
		for _, s := range f.Sessions() {
			require.EqualValues(t, 2, s.Lost)
		}
		q.Shared, q.FillRate, q.SendRate = 0, 0, 0
		if want.Topic != "" {
			require.Equal(t, want, q)
		}
		want = q
	}
}

// TestWhatThereIsNoRoomForOnTheWayOutIsCounted: who leaves a cohort takes along what
// waits, unless all events together are too many meanwhile.
func TestWhatThereIsNoRoomForOnTheWayOutIsCounted(t *testing.T) {
	f := newFair(2)
	f.Limits.MaxEvents = 100
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t", Policy: rpc.All}, nil)
	hog := rpc.Open[rpc.Void, string](&f.Server, rpc.Topic{Name: "hog", History: 1}, nil)
	f.subscribe(`,"rate":1`)
	for n := range 4 {
		require.NoError(t, stream.Publish(n))
		f.frame()
	}
	require.NoError(t, hog.Publish(strings.Repeat("x", 200)))
	f.peers[0].SetBehind(true)
	f.now += time.Second
	require.Equal(t, []string{"3 lost 2"}, values(f.frame()[0]))
	require.EqualValues(t, 2, f.Sessions()[0].Lost)
	require.EqualValues(t, 2, queueOf(t, f, "t").Lost)
}

// TestTheWholeRateHoldsForWhoJoins: to join a cohort is no way to a turn more.
func TestTheWholeRateHoldsForWhoJoins(t *testing.T) {
	f := newFair(2)
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, nil)
	give(&f.Server, f.peers[0], openSub(1, `,"rate":2`))
	turns := 0
	for n := range 150 { // three seconds
		if n == 13 {
			give(&f.Server, f.peers[1], openSub(1, `,"rate":2`))
		}
		require.NoError(t, stream.Publish(n))
		turns += len(values(f.frame()[1]))
	}
	require.Equal(t, 2, queueOf(t, f, "t").Shared)
	require.LessOrEqual(t, turns, 6)
	require.GreaterOrEqual(t, turns, 5)
}

// BenchmarkFanOut is what an event costs the loop when many subscribe.
func BenchmarkFanOut(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("subscribers=%d", n), func(b *testing.B) {
			f := newFair(n)
			f.NewAudience = func() rpc.Audience { return &deaf{} }
			stream := rpc.Open[rpc.Void, pose](&f.Server, rpc.Topic{Name: "t"}, nil)
			f.subscribe("")
			b.ReportAllocs()
			for b.Loop() {
				_ = stream.Publish(pose{"x", 1.5, 2})
				f.Flush()
			}
		})
	}
}

// deaf is an Audience that takes everybody and sends nothing.
type deaf struct{}

func (deaf) Add(rpc.Conn) bool { return true }
func (deaf) Remove(rpc.Conn)   {}
func (deaf) SendText([]byte)   {}
func (deaf) SendBinary([]byte) {}
