package console

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// Tracker counts the memory of one part of the game, as the game reports it. All
// methods may be called from any goroutine, allocate nothing and take no lock. A
// nil Tracker and the zero value are legal; a nil one counts nothing.
type Tracker struct {
	name, kind, help string
	bytes, peak      atomic.Int64
	read             func() int64 // under the lock of the trackers; nil where the game reports
}

// Add adds n bytes; less than zero takes them off again.
func (t *Tracker) Add(n int64) {
	if t == nil {
		return
	}
	if now := t.bytes.Add(n); now > t.peak.Load() {
		t.raise(now)
	}
}

// Set replaces what was counted by n bytes.
func (t *Tracker) Set(n int64) {
	if t == nil {
		return
	}
	t.bytes.Store(n)
	if n > t.peak.Load() {
		t.raise(n)
	}
}

// Bytes returns what is counted now.
func (t *Tracker) Bytes() int64 {
	if t == nil {
		return 0
	}
	return t.bytes.Load()
}

// raise makes n the peak, unless another goroutine has made it higher.
func (t *Tracker) raise(n int64) {
	for p := t.peak.Load(); n > p && !t.peak.CompareAndSwap(p, n); p = t.peak.Load() {
	}
}

// Tag is what a tracker counts at a moment.
type Tag struct {
	Name  string `json:"name"`
	Kind  string `json:"kind" help:"heap is a part of Go's heap; gpu, offheap and others are not"`
	Bytes int64  `json:"bytes" unit:"B"`
	Peak  int64  `json:"peak" unit:"B" help:"the most there was"`
}

// TrackerInfo is a tracker and what it is for.
type TrackerInfo struct {
	Tag
	Help string `json:"help"`
}

// maxTrackers bounds what one console registers, so that a name made at run time by
// mistake cannot grow a game without end.
const maxTrackers = 256

// trackers are those of one console.
type trackers struct {
	mu   sync.Mutex
	list []*Tracker

	// Owned by who reads: one goroutine at a time.
	reads []func() int64 // of list
	tags  []Tag          // what was read last; never changed, for samples share it
}

// Tracker registers a part of the game's memory under a name such as "particles"
// and returns its counter; the same name gives the same one. The kind is "heap" for
// what lies in Go's heap, which shows it once more in its own figures, "gpu" for
// what lies on the graphics card, "offheap" for memory of the system or of C, or
// any other word; empty is "heap". Register once, at start-up. It panics when more
// than 256 are registered, which only names made up at run time can do.
func (m *Memory) Tracker(name, kind, help string) *Tracker {
	m.trackers.mu.Lock()
	defer m.trackers.mu.Unlock()
	return m.trackers.named(name, kind, help)
}

// TrackerFunc registers a part of the game's memory that is read and not reported:
// read returns its size in bytes. It runs on a goroutine of the console, four times
// a second once a client has connected, so it must be safe for that and return
// soon. The newest function of a name is the one that is read; nil is none.
func (m *Memory) TrackerFunc(name, kind, help string, read func() int64) {
	m.trackers.mu.Lock()
	defer m.trackers.mu.Unlock()
	m.trackers.named(name, kind, help).read = read
}

func (t *trackers) named(name, kind, help string) *Tracker {
	if i := slices.IndexFunc(t.list, func(t *Tracker) bool { return t.name == name }); i >= 0 {
		return t.list[i]
	}
	if len(t.list) == maxTrackers {
		panic(fmt.Sprintf("console: tracker %q: %d are registered already; are names made up at run time?", name, maxTrackers))
	}
	if kind == "" {
		kind = "heap"
	}
	n := &Tracker{name: name, kind: kind, help: help}
	t.list = append(t.list, n)
	return n
}

// read returns what all trackers count now. Where nothing has changed it is what
// was returned before. One goroutine at a time may call it.
func (t *trackers) read() []Tag {
	t.mu.Lock()
	list := t.list // it only grows
	t.reads = t.reads[:0]
	for _, n := range list {
		t.reads = append(t.reads, n.read)
	}
	t.mu.Unlock()
	same := len(t.tags) == len(list)
	for i, n := range list {
		if read := t.reads[i]; read != nil {
			n.Set(read())
		}
		same = same && t.tags[i] == n.tag()
	}
	if same {
		return t.tags
	}
	t.tags = make([]Tag, 0, len(list))
	for _, n := range list {
		t.tags = append(t.tags, n.tag())
	}
	return t.tags
}

func (t *Tracker) tag() Tag { return Tag{t.name, t.kind, t.bytes.Load(), t.peak.Load()} }

// infos lists the trackers for clients.
func (t *trackers) infos() []TrackerInfo {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := []TrackerInfo{}
	for _, n := range t.list {
		list = append(list, TrackerInfo{n.tag(), n.help})
	}
	return list
}
