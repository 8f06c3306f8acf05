package console

import (
	"encoding/json"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/rpc"
)

func TestEveryMetricExists(t *testing.T) {
	known := map[string]bool{}
	for _, d := range metrics.All() {
		known[d.Name] = true
	}
	for i, name := range memoryMetrics {
		if i >= goRunning && strings.HasPrefix(runtime.Version(), "go1.25") {
			continue
		}
		require.True(t, known[name], name)
	}
}

// sampled is a console whose goroutines run, and a client of it.
func sampled(t *testing.T) (*Console, *probe) {
	con := new(Console)
	p := newProbe(t, con)
	con.start()
	t.Cleanup(func() { con.Close() })
	return con, p
}

// await sends a request that is answered when the goroutine that samples has done
// its part.
func await[R any](p *probe, method, params string) R {
	p.t.Helper()
	n := p.send(method, params)
	require.Eventually(p.t, func() bool { p.frame(); return p.replies[n] != nil || p.faults[n].Code != 0 }, 20*time.Second, time.Millisecond)
	require.Zero(p.t, p.faults[n], method)
	var r R
	require.NoError(p.t, json.Unmarshal(p.replies[n], &r), "%s", p.replies[n])
	return r
}

func TestMemorySamplesAreSane(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	a := get[MemorySample](p, "memory.stats", `{}`)
	require.Greater(t, a.HeapInUse, uint64(100_000))
	require.Less(t, a.HeapUnused, a.HeapInUse)
	require.Positive(t, a.LiveObjects)
	require.GreaterOrEqual(t, a.Total, a.HeapInUse+a.Stacks)
	require.Zero(t, a.AllocRate, "there is nothing to compare the first with")
	require.Zero(t, a.Sched.Count)
	require.Positive(t, a.Goroutines)
	if a.GoRunning > 0 { // Go 1.26
		require.InDelta(t, a.Goroutines, a.GoRunning+a.GoRunnable+a.GoWaiting+a.GoNotInGo, 3, "they change while they are counted")
		require.Positive(t, a.Threads)
	}
	kept := make([][]byte, 64)
	for i := range kept {
		kept[i] = make([]byte, 64<<10)
	}
	b := con.Memory.sample()
	require.Greater(t, b.AllocRate*float64(b.Time-a.Time)/1e9, 64.*65_000)
	require.Positive(t, b.AllocObjects)
	require.Len(t, kept, 64)
}

func TestWaitingForALockShows(t *testing.T) {
	con := new(Console)
	con.ready()
	con.Memory.sample()
	const waiters = 100 // the runtime looks at one goroutine in eight
	var lock sync.Mutex
	var running sync.WaitGroup
	lock.Lock()
	for range waiters {
		running.Go(func() { lock.Lock(); defer lock.Unlock() })
	}
	require.Eventually(t, func() bool {
		list, err := con.Memory.listGoroutines(1000)
		require.NoError(t, err)
		return slices.ContainsFunc(list.Groups, func(g GoroutineGroup) bool { return g.State == "lock" && g.Count == waiters })
	}, 10*time.Second, time.Millisecond)
	lock.Unlock()
	running.Wait()
	require.Positive(t, con.Memory.sample().MutexWait)
}

func TestCollectionsAreNamedTimedAndToldOnce(t *testing.T) {
	con := new(Console)
	con.ready()
	before := con.Memory.sample()
	from := con.clock.now()
	runtime.GC()
	runtime.GC()
	s := con.Memory.sample()
	require.GreaterOrEqual(t, len(s.GCs), 2)
	require.GreaterOrEqual(t, s.GCForced, before.GCForced+2)
	last := before.GCCycles
	for _, c := range s.GCs {
		require.Equal(t, last+1, c.Cycle)
		require.Positive(t, c.Pause)
		require.LessOrEqual(t, c.Time, s.Time+int64(time.Millisecond))
		last = c.Cycle
	}
	require.Equal(t, s.GCCycles, last)
	require.GreaterOrEqual(t, s.GCs[len(s.GCs)-1].Time, int64(from)-int64(time.Millisecond), "as exact as the wall clock")
	require.GreaterOrEqual(t, s.GCPauses.Count, uint64(2), "a collection stops the world twice")
	require.GreaterOrEqual(t, s.GCPauses.Max, s.GCPauses.P50)
	require.Positive(t, s.GCCPULast)
	require.LessOrEqual(t, s.GCAssistLast, s.GCCPULast)
	require.Empty(t, con.Memory.sample().GCs)
}

func TestCollectionsOfBeforeTheSessionAreLeftOut(t *testing.T) {
	runtime.GC()
	con := new(Console)
	con.ready()
	for _, c := range con.Memory.sample().GCs {
		require.GreaterOrEqual(t, c.Time, int64(0))
	}
	// The wall clock was set back while the game ran: a time lies in the future.
	gc := debug.GCStats{}
	con.clock.since = timing.NewClock(time.Now().Add(-time.Hour))
	list := appendCollections(nil, &gc, &con.clock, 0)
	require.NotEmpty(t, list)
	require.LessOrEqual(t, list[len(list)-1].Time, int64(con.clock.now()))
	require.LessOrEqual(t, len(list), 256)
	require.Empty(t, appendCollections(nil, &gc, &con.clock, uint64(gc.NumGC)+5), "a number that the runtime does not know yet")
}

func TestACollectionIsAskedForAndAnswered(t *testing.T) {
	con, p := sampled(t)
	before := con.Memory.newest().GCCycles
	s := await[MemorySample](p, "memory.gc", `{}`)
	require.Greater(t, s.GCCycles, before)
}

// Requests that come before the goroutine that samples has begun with the first are
// answered together.
func TestOneCollectionAnswersAllWhoWait(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	var asked []int
	for range 5 {
		asked = append(asked, p.send("memory.gc", `{}`))
	}
	p.frame()
	require.Len(t, con.Memory.jobs, 1)
	con.Memory.work(<-con.Memory.jobs)
	n := p.send("memory.gc", `{}`)
	p.frame()
	for _, n := range asked {
		require.Contains(t, p.replies, n)
	}
	require.NotContains(t, p.replies, n, "it wants one of its own")
	con.Memory.work(<-con.Memory.jobs)
	p.frame()
	require.Contains(t, p.replies, n)
	require.Empty(t, con.Memory.waiting)
}

func TestWhatWaitsIsBounded(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	for range maxHeapJobs {
		p.send("memory.goroutines", `{}`)
	}
	p.refused(rpc.Busy, "memory.goroutines", `{}`)
	p.refused(rpc.Busy, "memory.gc", `{}`)
	p.refused(rpc.Busy, "memory.mark", `{}`)
}

func TestSubscribersGetEverySample(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	con.Memory.sample()
	var history []MemorySample
	require.NoError(t, json.Unmarshal(p.open("memory", `{}`), &history))
	require.Len(t, history, 1)
	var want, got []int64
	for range 3 { // in one frame
		want = append(want, con.Memory.sample().Time)
	}
	p.frame()
	for range want {
		var s MemorySample
		require.NoError(t, json.Unmarshal(p.next().Value, &s))
		got = append(got, s.Time)
	}
	require.Equal(t, want, got)
	p.frame()
	require.Empty(t, p.events)
}

func TestTheHistoryIsARing(t *testing.T) {
	con := new(Console)
	con.ready()
	for range memoryHistory + 10 {
		con.Memory.sample()
	}
	list := con.Memory.recent()
	require.Len(t, list, memoryHistory)
	for i := range list[1:] {
		require.Greater(t, list[i+1].Time, list[i].Time)
	}
	require.Equal(t, list[memoryHistory-1], con.Memory.newest())
}

func TestSamplingAllocatesNothing(t *testing.T) {
	con := new(Console)
	con.ready()
	con.Memory.Tracker("particles", "heap", "").Set(1000)
	for range memoryHistory + 1 {
		con.Memory.sample()
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection is something to tell of
	con.Memory.sample()
	require.Zero(t, testing.AllocsPerRun(100, func() { con.Memory.sample() }))
}

func TestSamplingDoesNotStopTheWorld(t *testing.T) {
	con := new(Console)
	con.ready()
	con.Memory.sample()
	before := worldStops()
	for range 50 {
		con.Memory.sample()
	}
	stops, _ := stopsSince(before)
	require.Zero(t, stops)
}

// Everything that may be called from any goroutine is, while clients ask for all
// that the service does.
func TestMemoryOnManyGoroutines(t *testing.T) {
	con, p := sampled(t)
	stop := make(chan struct{})
	var running sync.WaitGroup
	for i := range 4 {
		running.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				tracker := con.Memory.Tracker(string(rune('a'+i)), "heap", "")
				tracker.Add(10)
				tracker.Set(5)
				con.Memory.TrackerFunc("read", "offheap", "", tracker.Bytes)
				con.Memory.recent()
				con.Memory.sample()
			}
		})
	}
	p.open("memory", `{}`)
	m := await[MemoryMark](p, "memory.mark", `{"name":"a"}`)
	require.Equal(t, 1, m.ID)
	await[MemoryDiff](p, "memory.diff", `{"from":1,"collect":false}`)
	await[Goroutines](p, "memory.goroutines", `{}`)
	await[MemorySample](p, "memory.gc", `{}`)
	close(stop)
	running.Wait()
	require.Len(t, get[[]TrackerInfo](p, "memory.trackers", `{}`), 5)
	require.Len(t, con.Memory.sample().Tags, 5)
}

func TestQuantilesOfAHistogram(t *testing.T) {
	s := make([]metrics.Sample, 1)
	s[0].Name = "/sched/latencies:seconds"
	metrics.Read(s)
	h := s[0].Value.Float64Histogram()
	clear(h.Counts)
	require.Zero(t, quantiles(h.Buckets, h.Counts))
	h.Counts[10], h.Counts[20] = 98, 2
	q := quantiles(h.Buckets, h.Counts)
	require.Equal(t, Quantiles{100, int64(h.Buckets[11] * 1e9), int64(h.Buckets[21] * 1e9), int64(h.Buckets[21] * 1e9)}, q)
	h.Counts[len(h.Counts)-1] = 1
	require.Less(t, quantiles(h.Buckets, h.Counts).Max, int64(math.MaxInt64))

	var since distribution
	start, fresh := since.read(s[0])
	require.Equal(t, uint64(101), start.Count)
	require.Zero(t, fresh, "there is nothing to compare the first with")
	h.Counts[12] += 3
	start, fresh = since.read(s[0])
	require.Equal(t, uint64(104), start.Count)
	end := int64(h.Buckets[13] * 1e9)
	require.Equal(t, Quantiles{3, end, end, end}, fresh)
}

func BenchmarkMemorySample(b *testing.B) {
	con := new(Console)
	con.ready()
	for i := range 8 {
		con.Memory.Tracker(string(rune('a'+i)), "heap", "")
	}
	con.Memory.sample()
	b.ReportAllocs()
	for b.Loop() {
		con.Memory.sample()
	}
}
