package console

import (
	"math"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// Memory samples what the Go runtime says of itself, away from the game's
// goroutine and without stopping the world. The zero value is ready.
type Memory struct {
	clock  *clock
	stream *rpc.Stream

	collect chan struct{} // asks the goroutine that samples for a collection; room for one

	reading sync.Mutex // held while the runtime is read
	samples []metrics.Sample

	mu        sync.Mutex     // held for instants only
	history   []MemorySample // the newest last
	collected uint64         // collections that were asked for and are done

	// Owned by the goroutine that calls Update.
	told    int64          // time of the newest sample that subscribers know
	asked   uint64         // collections asked for
	waiting []*rpc.Pending // who asked
}

const (
	memoryPeriod  = 250 * time.Millisecond
	memoryHistory = 240 // samples: a minute
)

// MemorySample is the state of the heap at a moment. Sizes are in bytes.
type MemorySample struct {
	Time         int64   `json:"time" unit:"ns" help:"since the session began"`
	Frame        uint64  `json:"frame"`
	HeapInUse    uint64  `json:"heapInUse" unit:"B" help:"live objects and dead ones not swept yet"`
	HeapIdle     uint64  `json:"heapIdle" unit:"B" help:"free, kept for reuse"`
	HeapReleased uint64  `json:"heapReleased" unit:"B" help:"free, given back to the system"`
	HeapGoal     uint64  `json:"heapGoal" unit:"B" help:"size at which the next collection ends"`
	Stacks       uint64  `json:"stacks" unit:"B"`
	Runtime      uint64  `json:"runtime" unit:"B" help:"the runtime's own structures"`
	Total        uint64  `json:"total" unit:"B" help:"mapped by the Go runtime"`
	LiveObjects  uint64  `json:"liveObjects"`
	AllocRate    float64 `json:"allocRate" unit:"B/s" help:"since the sample before"`
	AllocObjects float64 `json:"allocObjects" unit:"1/s" help:"since the sample before"`
	GCCycles     uint64  `json:"gcCycles"`
	GCPauseP50   int64   `json:"gcPauseP50" unit:"ns" help:"pauses since the start"`
	GCPauseP99   int64   `json:"gcPauseP99" unit:"ns"`
	GCPauseMax   int64   `json:"gcPauseMax" unit:"ns"`
	GCCPU        float64 `json:"gcCPU" help:"share of the processor time since the start, 0 to 1; moves when a collection ends"`
	Goroutines   uint64  `json:"goroutines"`
	SchedP50     int64   `json:"schedP50" unit:"ns" help:"waiting for a processor, since the start"`
	SchedP99     int64   `json:"schedP99" unit:"ns"`

	allocBytes, allocCount uint64
}

// What is read from runtime/metrics, in the order in which use takes it.
var memoryMetrics = [...]string{
	"/memory/classes/heap/objects:bytes",
	"/memory/classes/heap/unused:bytes",
	"/memory/classes/heap/free:bytes",
	"/memory/classes/heap/released:bytes",
	"/gc/heap/goal:bytes",
	"/memory/classes/heap/stacks:bytes",
	"/memory/classes/total:bytes",
	"/gc/heap/objects:objects",
	"/gc/heap/allocs:bytes",
	"/gc/heap/allocs:objects",
	"/gc/cycles/total:gc-cycles",
	"/sched/goroutines:goroutines",
	"/cpu/classes/gc/total:cpu-seconds",
	"/cpu/classes/total:cpu-seconds",
	"/sched/pauses/total/gc:seconds",
	"/sched/latencies:seconds",
}

// sample reads the runtime once and keeps what it read.
func (m *Memory) sample() MemorySample {
	// The game's goroutine takes mu, and must not wait for the runtime.
	m.reading.Lock()
	defer m.reading.Unlock()
	if m.samples == nil {
		m.samples = make([]metrics.Sample, len(memoryMetrics))
		for i, name := range memoryMetrics {
			m.samples[i].Name = name
		}
	}
	metrics.Read(m.samples)
	s := m.take()
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.history); n > 0 {
		s.rate(m.history[n-1])
	}
	if len(m.history) == memoryHistory {
		copy(m.history, m.history[1:])
		m.history = m.history[:memoryHistory-1]
	}
	m.history = append(m.history, s)
	return s
}

// take makes a sample of what was read.
func (m *Memory) take() MemorySample {
	count := func(i int) uint64 {
		if m.samples[i].Value.Kind() != metrics.KindUint64 {
			return 0 // a metric that this Go does not have
		}
		return m.samples[i].Value.Uint64()
	}
	seconds := func(i int) float64 {
		if m.samples[i].Value.Kind() != metrics.KindFloat64 {
			return 0
		}
		return m.samples[i].Value.Float64()
	}
	s := MemorySample{
		Time: int64(m.clock.now()), Frame: m.clock.frame.Load(),
		HeapInUse: count(0) + count(1), HeapIdle: count(2), HeapReleased: count(3), HeapGoal: count(4),
		Stacks: count(5), Total: count(6), LiveObjects: count(7), GCCycles: count(10), Goroutines: count(11),
		allocBytes: count(8), allocCount: count(9),
	}
	if all := s.HeapInUse + s.HeapIdle + s.HeapReleased + s.Stacks; s.Total > all {
		s.Runtime = s.Total - all
	}
	if all := seconds(13); all > 0 {
		s.GCCPU = seconds(12) / all
	}
	s.GCPauseP50, s.GCPauseP99, s.GCPauseMax = quantiles(m.samples[14])
	s.SchedP50, s.SchedP99, _ = quantiles(m.samples[15])
	return s
}

// rate fills in what was allocated since the sample before.
func (s *MemorySample) rate(before MemorySample) {
	if dt := float64(s.Time-before.Time) / float64(time.Second); dt > 0 {
		s.AllocRate = float64(s.allocBytes-before.allocBytes) / dt
		s.AllocObjects = float64(s.allocCount-before.allocCount) / dt
	}
}

// quantiles reads a histogram of seconds: the median, the 99th percentile and
// the greatest, each as the upper end of its bucket, in ns.
func quantiles(s metrics.Sample) (p50, p99, greatest int64) {
	if s.Value.Kind() != metrics.KindFloat64Histogram {
		return 0, 0, 0
	}
	h := s.Value.Float64Histogram()
	var all uint64
	for _, n := range h.Counts {
		all += n
	}
	var seen uint64
	for i, n := range h.Counts {
		if n == 0 {
			continue
		}
		end := h.Buckets[i+1]
		if math.IsInf(end, 1) {
			end = h.Buckets[i]
		}
		ns := int64(end * float64(time.Second))
		if before := seen; before*2 < all {
			p50 = ns
		}
		if before := seen; before*100 < all*99 {
			p99 = ns
		}
		seen += n
		greatest = ns
	}
	return p50, p99, greatest
}

// newest returns the last sample, and takes one where there is none.
func (m *Memory) newest() MemorySample {
	m.mu.Lock()
	n := len(m.history)
	if n > 0 {
		defer m.mu.Unlock()
		return m.history[n-1]
	}
	m.mu.Unlock()
	return m.sample()
}

// begin makes what the goroutine that samples needs.
func (m *Memory) begin(c *clock) {
	m.clock = c
	m.collect = make(chan struct{}, 1)
}

func (m *Memory) register(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "memory.stats", Help: "the heap, the collector and the goroutines, at most 250 ms old", Role: rpc.View},
		func(*rpc.Call, rpc.Void) (MemorySample, error) { return m.newest(), nil })
	rpc.Handle(s, rpc.Method{Name: "memory.gc", Help: "runs a garbage collection, away from the game's goroutine, and answers with the state after it", Role: rpc.Edit},
		func(call *rpc.Call, _ rpc.Void) (MemorySample, error) {
			m.waiting = append(m.waiting, call.Defer())
			select {
			case m.collect <- struct{}{}:
				m.asked++
			default: // one is asked for already, and has not begun
			}
			return MemorySample{}, nil
		})
	m.stream = rpc.Open[rpc.Void, MemorySample](s, rpc.Topic{Name: "memory", Snapshot: []MemorySample{}, Help: "the heap, four times a second"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			m.publish() // whoever subscribed before learns of the newest sample first
			m.mu.Lock()
			defer m.mu.Unlock()
			if n := len(m.history); n > 0 {
				m.told = m.history[n-1].Time
			}
			return append([]MemorySample{}, m.history...), nil
		})
}

// run samples four times a second and collects when asked, until stop is closed.
// It is the body of a goroutine of the console.
func (m *Memory) run(stop <-chan struct{}) {
	tick := time.NewTicker(memoryPeriod)
	defer tick.Stop()
	for {
		m.sample()
		select {
		case <-stop:
			return
		case <-tick.C:
		case <-m.collect:
			runtime.GC()
			m.sample()
			m.mu.Lock()
			m.collected++
			m.mu.Unlock()
		}
	}
}

// publish sends the newest sample once, and answers who asked for a collection
// that is done.
func (m *Memory) publish() {
	if len(m.waiting) == 0 && m.stream.Subscribers() == 0 {
		return
	}
	m.mu.Lock()
	n, done := len(m.history), m.collected == m.asked
	var s MemorySample
	if n > 0 {
		s = m.history[n-1]
	}
	m.mu.Unlock()
	if done {
		for _, p := range m.waiting {
			p.Reply(s)
		}
		m.waiting = m.waiting[:0]
	}
	if n > 0 && s.Time != m.told {
		m.told = s.Time
		m.stream.Publish(s)
	}
}
