package console

import (
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// Memory tells what the Go runtime says of itself, away from the game's goroutine
// and, while it only samples, without stopping the world; and what the game says of
// its own memory through trackers. The zero value is ready.
//
// Tracker and TrackerFunc may be called from any goroutine.
type Memory struct {
	clock    *clock
	stream   *rpc.Stream
	trackers trackers      // any goroutine
	jobs     chan *heapJob // for the goroutine that samples

	reading sync.Mutex // held while the runtime is read
	reader  reader

	mu      sync.Mutex     // held for instants only
	history []MemorySample // a ring; full, its oldest is at next
	next    int
	done    []*heapJob // finished, not answered yet
	marks   []*heapMark
	marked  uint64 // changes of marks
	lastID  int    // of a mark

	sites siteTable // owned by the goroutine that samples

	// Owned by the goroutine that calls Update.
	told    int64 // time of the newest sample that subscribers know
	waiting []*heapJob
}

const (
	memoryPeriod  = 250 * time.Millisecond
	memoryHistory = 240 // samples: a minute
	// maxHeapJobs bounds what waits for the goroutine that samples.
	maxHeapJobs = 8
)

// begin makes what the goroutine that samples needs.
func (m *Memory) begin(c *clock) {
	m.clock = c
	m.jobs = make(chan *heapJob, maxHeapJobs)
}

func (m *Memory) register(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "memory.stats", Help: "the heap, the collector, the scheduler and the game's trackers, at most 250 ms old", Role: rpc.View},
		func(*rpc.Call, rpc.Void) (MemorySample, error) { return m.newest(), nil })
	rpc.Handle(s, rpc.Method{Name: "memory.trackers", Help: "what the game tracks of its memory by itself", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]TrackerInfo, error) { return m.trackers.infos(), nil })
	rpc.Handle(s, rpc.Method{Name: "memory.gc", Help: "runs a garbage collection, away from the game's goroutine, and answers with the state after it", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.Busy}},
		func(call *rpc.Call, _ rpc.Void) (MemorySample, error) { return MemorySample{}, m.collect(call) })
	rpc.Handle(s, rpc.Method{Name: "memory.mark", Help: "remembers the heap by call site, from the sampled heap profile, to compare with; the newest 16 marks are kept", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.Busy, rpc.OutOfRange, rpc.TooMany, rpc.Unavailable}}, m.mark)
	rpc.Handle(s, rpc.Method{Name: "memory.unmark", Help: "forgets a mark", Role: rpc.Edit, Errors: []rpc.Code{rpc.NotFound, rpc.OutOfRange}}, m.unmark)
	rpc.Handle(s, rpc.Method{Name: "memory.marks", Help: "the marks that are kept, the oldest first", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]MemoryMark, error) { return m.kept(), nil })
	rpc.Handle(s, rpc.Method{Name: "memory.diff", Help: "how the heap grew from a mark to another, or to now, by call site", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.Busy, rpc.NotFound, rpc.OutOfRange, rpc.TooMany, rpc.Unavailable}}, m.diff)
	rpc.Handle(s, rpc.Method{Name: "memory.goroutines", Help: "all goroutines, those with equal stacks together; it stops the world, and says for how long", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.Busy, rpc.OutOfRange, rpc.TooMany}}, m.goroutines)
	m.stream = rpc.Open[rpc.Void, MemorySample](s, rpc.Topic{Name: "memory", Snapshot: []MemorySample{}, Policy: "all", Help: "the heap, four times a second"},
		func(*rpc.Sub, rpc.Void) (any, error) {
			m.publish() // whoever subscribed before learns of the newest sample first
			list := m.recent()
			if n := len(list); n > 0 {
				m.told = list[n-1].Time
			}
			return list, nil
		})
}

// run samples four times a second and does what is asked for, until stop is closed.
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
		case j := <-m.jobs:
			m.work(j)
		}
	}
}

// heapJob is what takes too long for the game's goroutine. Requests that ask for
// the same wait for one job.
type heapJob struct {
	do      func() (any, error) // runs on the goroutine that samples
	waiting []*rpc.Pending      // owned by the goroutine that calls Update
	shared  bool                // others that ask for the same may wait with it

	// Under the memory's mu.
	begun  bool
	result encoded
	err    error
}

// encoded is a result that was written already, so that the game's goroutine need
// not.
type encoded []byte

// AppendJSON appends what was written.
func (e encoded) AppendJSON(dst []byte) []byte { return append(dst, e...) }

// later has a job done, and the call answered when it is.
func (m *Memory) later(call *rpc.Call, shared bool, do func() (any, error)) error {
	j := &heapJob{do: do, shared: shared}
	select {
	case m.jobs <- j:
	default:
		return rpc.Errorf(rpc.Busy, "%d requests of this kind wait already", maxHeapJobs)
	}
	j.waiting = append(j.waiting, call.Defer())
	m.waiting = append(m.waiting, j)
	return nil
}

// work does a job.
func (m *Memory) work(j *heapJob) {
	m.mu.Lock()
	j.begun = true
	m.mu.Unlock()
	result, err := j.do()
	var text []byte
	if err == nil {
		text, err = rpc.Append(nil, result)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	j.result, j.err = text, err
	m.done = append(m.done, j)
}

// collect runs a collection, one for all who ask before it begins.
func (m *Memory) collect(call *rpc.Call) error {
	m.mu.Lock()
	for _, j := range m.waiting {
		if j.shared && !j.begun {
			m.mu.Unlock()
			j.waiting = append(j.waiting, call.Defer())
			return nil
		}
	}
	m.mu.Unlock()
	return m.later(call, true, func() (any, error) {
		runtime.GC()
		return m.sample(), nil
	})
}

// part is the memory in a recording: the samples of a span of time.
func (m *Memory) part(from, to time.Duration) topicPart {
	samples := []MemorySample{}
	for _, s := range m.recent() {
		if s.Time >= int64(from) && s.Time <= int64(to) {
			samples = append(samples, s)
		}
	}
	return part("memory", samples)
}

// settle answers the calls whose jobs are done.
func (m *Memory) settle() {
	if len(m.waiting) == 0 {
		return
	}
	m.mu.Lock()
	done := m.done
	m.done = nil
	m.mu.Unlock()
	for _, j := range done {
		for _, p := range j.waiting {
			if j.err != nil {
				p.Fail(j.err)
			} else {
				p.Reply(j.result)
			}
		}
		m.waiting = slices.DeleteFunc(m.waiting, func(w *heapJob) bool { return w == j })
	}
}

// publish answers who waited, and sends the samples that are new: in a frame that
// took long there are several, and each tells of collections of its own.
func (m *Memory) publish() {
	m.settle()
	if m.stream.Subscribers() == 0 {
		return
	}
	for s, ok := m.after(m.told); ok; s, ok = m.after(m.told) {
		m.told = s.Time
		m.stream.Publish(s)
	}
}

// after returns the first sample that is newer than a time.
func (m *Memory) after(told int64) (first MemorySample, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.history)
	for i := n - 1; i >= 0; i-- { // the newest first: most often none is new
		s := &m.history[(m.next+i)%n]
		if s.Time <= told {
			break
		}
		first, ok = *s, true
	}
	return first, ok
}

// newest returns the last sample, and takes one where there is none.
func (m *Memory) newest() MemorySample {
	m.mu.Lock()
	n := len(m.history)
	if n > 0 {
		defer m.mu.Unlock()
		return m.history[(m.next+n-1)%n]
	}
	m.mu.Unlock()
	return m.sample()
}

// recent returns the samples that are kept, the oldest first. Any goroutine may
// call it.
func (m *Memory) recent() []MemorySample {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]MemorySample, 0, len(m.history))
	return append(append(list, m.history[m.next:]...), m.history[:m.next]...)
}

// sample reads the runtime once and keeps what it read. Any goroutine may call it.
func (m *Memory) sample() MemorySample {
	// The game's goroutine takes mu, and must not wait for the runtime.
	m.reading.Lock()
	defer m.reading.Unlock()
	s := m.reader.read(m.clock)
	s.Tags = m.trackers.read()
	m.mu.Lock()
	defer m.mu.Unlock()
	s.Marks = m.marked
	if len(m.history) < memoryHistory {
		m.history = append(m.history, s)
		return s
	}
	m.history[m.next] = s
	m.next = (m.next + 1) % memoryHistory
	return s
}

// collections returns those that ended after the one with this number, as far back
// as the runtime remembers. Any goroutine may call it.
func (m *Memory) collections(after uint64) []Collection {
	var gc debug.GCStats
	return appendCollections(nil, &gc, m.clock, after)
}
