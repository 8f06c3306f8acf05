package console

import (
	"encoding/json"
	"math"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryMetricExists(t *testing.T) {
	known := map[string]bool{}
	for _, d := range metrics.All() {
		known[d.Name] = true
	}
	for _, name := range memoryMetrics {
		require.True(t, known[name], name)
	}
}

func TestMemorySamplesAreSane(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	a := get[MemorySample](p, "memory.stats", `{}`)
	require.Greater(t, a.HeapInUse, uint64(100_000))
	require.Positive(t, a.LiveObjects)
	require.Positive(t, a.Goroutines)
	require.GreaterOrEqual(t, a.Total, a.HeapInUse+a.Stacks)
	kept := make([][]byte, 64)
	for i := range kept {
		kept[i] = make([]byte, 64<<10)
	}
	b := con.Memory.sample()
	require.Greater(t, b.allocBytes, a.allocBytes)
	require.Positive(t, b.AllocRate)
	require.Len(t, kept, 64)
}

func TestRates(t *testing.T) {
	a := MemorySample{Time: 0, allocBytes: 100, allocCount: 10}
	b := MemorySample{Time: int64(time.Second / 2), allocBytes: 300, allocCount: 15}
	b.rate(a)
	require.InDelta(t, 400, b.AllocRate, 1e-9)
	require.InDelta(t, 10, b.AllocObjects, 1e-9)
}

func TestACollectionIsAskedForAndAnswered(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	con.start()
	t.Cleanup(func() { con.Close() })
	before := con.Memory.newest().GCCycles
	n := p.send("memory.gc", `{}`)
	require.Eventually(t, func() bool { p.frame(); return p.replies[n] != nil }, 10*time.Second, time.Millisecond)
	var s MemorySample
	require.NoError(t, json.Unmarshal(p.replies[n], &s))
	require.Greater(t, s.GCCycles, before)
}

func TestSubscribersGetSamples(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	con.Memory.sample()
	var history []MemorySample
	require.NoError(t, json.Unmarshal(p.open("memory", `{}`), &history))
	require.Len(t, history, 1)
	s := con.Memory.sample()
	var got MemorySample
	require.NoError(t, json.Unmarshal(p.next().Value, &got))
	for got.Time != s.Time {
		require.NoError(t, json.Unmarshal(p.next().Value, &got))
	}
}

func TestTheHistoryIsBounded(t *testing.T) {
	con := new(Console)
	con.ready()
	for range memoryHistory + 10 {
		con.Memory.sample()
	}
	require.Len(t, con.Memory.history, memoryHistory)
}

func TestSamplingAllocatesLittle(t *testing.T) {
	con := new(Console)
	con.ready()
	con.Memory.sample()
	require.LessOrEqual(t, testing.AllocsPerRun(50, func() { con.Memory.sample() }), 2.0)
}

func TestQuantilesOfAHistogram(t *testing.T) {
	s := make([]metrics.Sample, 1)
	s[0].Name = "/sched/latencies:seconds"
	metrics.Read(s)
	h := s[0].Value.Float64Histogram()
	clear(h.Counts)
	p50, p99, greatest := quantiles(s[0])
	require.Zero(t, p50+p99+greatest)
	h.Counts[10], h.Counts[20] = 98, 2
	p50, p99, greatest = quantiles(s[0])
	require.Equal(t, int64(h.Buckets[11]*1e9), p50)
	require.Equal(t, int64(h.Buckets[21]*1e9), p99)
	require.Equal(t, p99, greatest)
	h.Counts[len(h.Counts)-1] = 1
	_, _, greatest = quantiles(s[0])
	require.Less(t, greatest, int64(math.MaxInt64))
}
