package console

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// MemorySample is the state of the heap at a moment. Sizes are in bytes.
type MemorySample struct {
	Time         int64   `json:"time" unit:"ns" help:"since the session began"`
	Frame        uint64  `json:"frame"`
	HeapInUse    uint64  `json:"heapInUse" unit:"B" help:"live objects and dead ones not swept yet, with the room between them"`
	HeapUnused   uint64  `json:"heapUnused" unit:"B" help:"of heapInUse: room between objects"`
	HeapIdle     uint64  `json:"heapIdle" unit:"B" help:"free, kept for reuse"`
	HeapReleased uint64  `json:"heapReleased" unit:"B" help:"free, given back to the system"`
	HeapLive     uint64  `json:"heapLive" unit:"B" help:"what the last collection found alive"`
	HeapGoal     uint64  `json:"heapGoal" unit:"B" help:"size at which the next collection ends"`
	Stacks       uint64  `json:"stacks" unit:"B"`
	Runtime      uint64  `json:"runtime" unit:"B" help:"the runtime's own structures"`
	Total        uint64  `json:"total" unit:"B" help:"mapped by the Go runtime"`
	LiveObjects  uint64  `json:"liveObjects"`
	AllocRate    float64 `json:"allocRate" unit:"B/s" help:"since the sample before; the runtime counts small objects by spans of 8 KiB and more"`
	AllocObjects float64 `json:"allocObjects" unit:"1/s" help:"since the sample before"`

	GCCycles     uint64       `json:"gcCycles"`
	GCForced     uint64       `json:"gcForced" help:"of gcCycles: those that the program asked for"`
	GCPauseP50   int64        `json:"gcPauseP50" unit:"ns" help:"stops of the world since the start"`
	GCPauseP99   int64        `json:"gcPauseP99" unit:"ns"`
	GCPauseMax   int64        `json:"gcPauseMax" unit:"ns"`
	GCPauses     Quantiles    `json:"gcPauses" help:"stops of the world since the sample before; a collection stops it several times"`
	GCCPU        float64      `json:"gcCPU" help:"share of the processor time since the start, 0 to 1; moves when a collection ends"`
	GCCPULast    float64      `json:"gcCPULast" help:"the same from the end of the last collection but one to the end of the last"`
	GCAssist     float64      `json:"gcAssist" help:"of gcCPU: the game's own goroutines, made to help because they allocate"`
	GCAssistLast float64      `json:"gcAssistLast" help:"the same of gcCPULast"`
	GCs          []Collection `json:"gcs,omitempty" help:"collections that ended since the sample before"`

	Goroutines uint64    `json:"goroutines"`
	GoRunning  uint64    `json:"goRunning" help:"goroutines that run; with all four 0, this Go does not tell (before 1.26)"`
	GoRunnable uint64    `json:"goRunnable" help:"goroutines that could run and wait for a processor"`
	GoWaiting  uint64    `json:"goWaiting" help:"goroutines that wait for something else"`
	GoNotInGo  uint64    `json:"goNotInGo" help:"goroutines in a call of the system or of C"`
	Threads    uint64    `json:"threads" help:"of the Go runtime; 0 where this Go does not tell (before 1.26)"`
	MutexWait  float64   `json:"mutexWait" unit:"s/s" help:"time that goroutines waited for locks, all together, per second since the sample before"`
	SchedP50   int64     `json:"schedP50" unit:"ns" help:"waiting for a processor, since the start"`
	SchedP99   int64     `json:"schedP99" unit:"ns"`
	Sched      Quantiles `json:"sched" help:"waiting for a processor, since the sample before"`

	Tags  []Tag  `json:"tags,omitempty" help:"the game's own trackers"`
	Marks uint64 `json:"marks" help:"changes of memory.marks"`

	allocBytes, allocObjects uint64 // since the program began
}

// Quantiles sum a distribution of times up; each is the upper end of the runtime's
// bucket. All are 0 where nothing was counted.
type Quantiles struct {
	Count uint64 `json:"count"`
	P50   int64  `json:"p50" unit:"ns"`
	P99   int64  `json:"p99" unit:"ns"`
	Max   int64  `json:"max" unit:"ns"`
}

// Collection is one garbage collection.
type Collection struct {
	Cycle uint64 `json:"cycle" help:"its number since the program began"`
	Time  int64  `json:"time" unit:"ns" help:"its end, since the session began: as exact as the system's wall clock"`
	Pause int64  `json:"pause" unit:"ns" help:"the world stood still, all stops of the collection together"`
}

// What is read from runtime/metrics.
const (
	heapObjects = iota
	heapUnused
	heapFree
	heapReleased
	heapLive
	heapGoal
	heapStacks
	mappedTotal
	liveObjects
	allocBytes
	allocCount
	gcCycles
	gcForced
	goroutineCount
	cpuGC
	cpuAssist
	cpuTotal
	mutexWait
	gcPauses
	schedLatencies
	goRunning
	goRunnable
	goWaiting
	goNotInGo
	threadCount
)

var memoryMetrics = [...]string{
	heapObjects:    "/memory/classes/heap/objects:bytes",
	heapUnused:     "/memory/classes/heap/unused:bytes",
	heapFree:       "/memory/classes/heap/free:bytes",
	heapReleased:   "/memory/classes/heap/released:bytes",
	heapLive:       "/gc/heap/live:bytes",
	heapGoal:       "/gc/heap/goal:bytes",
	heapStacks:     "/memory/classes/heap/stacks:bytes",
	mappedTotal:    "/memory/classes/total:bytes",
	liveObjects:    "/gc/heap/objects:objects",
	allocBytes:     "/gc/heap/allocs:bytes",
	allocCount:     "/gc/heap/allocs:objects",
	gcCycles:       "/gc/cycles/total:gc-cycles",
	gcForced:       "/gc/cycles/forced:gc-cycles",
	goroutineCount: "/sched/goroutines:goroutines",
	cpuGC:          "/cpu/classes/gc/total:cpu-seconds",
	cpuAssist:      "/cpu/classes/gc/mark/assist:cpu-seconds",
	cpuTotal:       "/cpu/classes/total:cpu-seconds",
	mutexWait:      "/sync/mutex/wait/total:seconds",
	gcPauses:       "/sched/pauses/total/gc:seconds",
	schedLatencies: "/sched/latencies:seconds",
	goRunning:      "/sched/goroutines/running:goroutines", // this and what follows: Go 1.26
	goRunnable:     "/sched/goroutines/runnable:goroutines",
	goWaiting:      "/sched/goroutines/waiting:goroutines",
	goNotInGo:      "/sched/goroutines/not-in-go:goroutines",
	threadCount:    "/sched/threads/total:threads",
}

// reader reads the runtime, and keeps what the next reading is compared with. It
// reuses its memory: reading allocates only where collections ended.
type reader struct {
	samples       []metrics.Sample
	gc            debug.GCStats
	pauses, sched distribution

	// Of the reading before.
	time              int64
	bytes, objects    uint64
	mutex             float64
	cycles            uint64
	cpu, gcCPU, helps float64 // processor seconds
	share, assist     float64 // between the ends of the last two collections
}

// count returns a number, and 0 for a metric that this Go does not have.
func (r *reader) count(i int) uint64 {
	if r.samples[i].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return r.samples[i].Value.Uint64()
}

func (r *reader) seconds(i int) float64 {
	if r.samples[i].Value.Kind() != metrics.KindFloat64 {
		return 0
	}
	return r.samples[i].Value.Float64()
}

// read makes a sample of what the runtime says now. It does not stop the world.
func (r *reader) read(c *clock) MemorySample {
	if r.samples == nil {
		r.samples = make([]metrics.Sample, len(memoryMetrics))
		for i, name := range memoryMetrics {
			r.samples[i].Name = name
		}
	}
	metrics.Read(r.samples)
	s := MemorySample{
		Time: int64(c.now()), Frame: c.frame.Load(),
		HeapInUse: r.count(heapObjects) + r.count(heapUnused), HeapUnused: r.count(heapUnused), HeapIdle: r.count(heapFree),
		HeapReleased: r.count(heapReleased), HeapLive: r.count(heapLive), HeapGoal: r.count(heapGoal),
		Stacks: r.count(heapStacks), Total: r.count(mappedTotal), LiveObjects: r.count(liveObjects),
		GCCycles: r.count(gcCycles), GCForced: r.count(gcForced), Goroutines: r.count(goroutineCount),
		GoRunning: r.count(goRunning), GoRunnable: r.count(goRunnable), GoWaiting: r.count(goWaiting), GoNotInGo: r.count(goNotInGo),
		Threads: r.count(threadCount),
	}
	if all := s.HeapInUse + s.HeapIdle + s.HeapReleased + s.Stacks; s.Total > all {
		s.Runtime = s.Total - all
	}
	start, since := r.pauses.read(r.samples[gcPauses])
	s.GCPauseP50, s.GCPauseP99, s.GCPauseMax, s.GCPauses = start.P50, start.P99, start.Max, since
	start, since = r.sched.read(r.samples[schedLatencies])
	s.SchedP50, s.SchedP99, s.Sched = start.P50, start.P99, since
	r.shares(&s)
	r.rates(&s)
	if s.GCCycles != r.cycles {
		s.GCs = appendCollections(nil, &r.gc, c, r.cycles)
		r.cycles = s.GCCycles
		if n := len(s.GCs); n > 0 {
			r.cycles = s.GCs[n-1].Cycle
		}
	}
	return s
}

// rates fills in what happened since the reading before.
func (r *reader) rates(s *MemorySample) {
	bytes, objects, mutex := r.count(allocBytes), r.count(allocCount), r.seconds(mutexWait)
	if dt := float64(s.Time-r.time) / float64(time.Second); dt > 0 && r.time > 0 {
		s.AllocRate = float64(bytes-r.bytes) / dt
		s.AllocObjects = float64(objects-r.objects) / dt
		s.MutexWait = max(0, mutex-r.mutex) / dt
	}
	r.time, r.bytes, r.objects, r.mutex = s.Time, bytes, objects, mutex
	s.allocBytes, s.allocObjects = bytes, objects
}

// shares fills in the processor time of the collector.
func (r *reader) shares(s *MemorySample) {
	cpu, gc, helps := r.seconds(cpuTotal), r.seconds(cpuGC), r.seconds(cpuAssist)
	if cpu > r.cpu { // a collection has ended
		r.share, r.assist = (gc-r.gcCPU)/(cpu-r.cpu), (helps-r.helps)/(cpu-r.cpu)
		r.cpu, r.gcCPU, r.helps = cpu, gc, helps
	}
	if cpu > 0 {
		s.GCCPU, s.GCAssist = gc/cpu, helps/cpu
	}
	s.GCCPULast, s.GCAssistLast = r.share, r.assist
}

// appendCollections appends the collections that ended after the one with this
// number and since the session began, the oldest first. The runtime remembers the
// end of each by the wall clock, which is mapped onto the session's.
func appendCollections(list []Collection, gc *debug.GCStats, c *clock, after uint64) []Collection {
	debug.ReadGCStats(gc)
	wall, now := time.Now(), c.now()
	fresh := int(min(uint64(gc.NumGC)-min(after, uint64(gc.NumGC)), uint64(len(gc.Pause)), uint64(len(gc.PauseEnd))))
	for i := fresh - 1; i >= 0; i-- { // the newest is the first
		end := min(now-wall.Sub(gc.PauseEnd[i]), now)
		if end < 0 {
			continue
		}
		list = append(list, Collection{Cycle: uint64(gc.NumGC) - uint64(i), Time: int64(end), Pause: int64(gc.Pause[i])})
	}
	return list
}

// distribution tells what came to a histogram of the runtime since it was read before.
type distribution struct{ before, fresh []uint64 }

// read sums the histogram up: since the start, and since the reading before.
func (h *distribution) read(s metrics.Sample) (start, since Quantiles) {
	if s.Value.Kind() != metrics.KindFloat64Histogram {
		return start, since
	}
	now := s.Value.Float64Histogram()
	start = quantiles(now.Buckets, now.Counts)
	if len(h.before) == len(now.Counts) {
		h.fresh = h.fresh[:0]
		for i, n := range now.Counts {
			h.fresh = append(h.fresh, n-min(n, h.before[i]))
		}
		since = quantiles(now.Buckets, h.fresh)
	}
	h.before = append(h.before[:0], now.Counts...)
	return start, since
}

// quantiles reads a histogram of seconds: the median, the 99th percentile and the
// greatest, each as the upper end of its bucket, in ns.
func quantiles(buckets []float64, counts []uint64) (q Quantiles) {
	for _, n := range counts {
		q.Count += n
	}
	var seen uint64
	for i, n := range counts {
		if n == 0 {
			continue
		}
		ns := upper(buckets, i)
		if seen*2 < q.Count {
			q.P50 = ns
		}
		if seen*100 < q.Count*99 {
			q.P99 = ns
		}
		seen += n
		q.Max = ns
	}
	return q
}

// upper is the upper end of a bucket in ns; of the last, which has none, the lower.
func upper(buckets []float64, i int) int64 {
	end := buckets[i+1]
	if math.IsInf(end, 1) {
		end = buckets[i]
	}
	return int64(end * float64(time.Second))
}
