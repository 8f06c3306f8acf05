package timing

import (
	"sync"
	"sync/atomic"
	"time"
)

// Recorder times the scopes of a game and counts what happens in it, frame by frame.
// The zero value is ready; nil measures nothing. Its own track, which [Recorder.Begin]
// and [Recorder.Phase] measure on, belongs to the goroutine that calls
// [Recorder.Frame], as do Add, Set and SetMode; other goroutines have tracks of their
// own, and shared counters.
type Recorder struct {
	// GoClock times scopes by Go's clock also where the processor has a counter that
	// could be read for less: for tests in a bubble of testing/synctest, and for
	// machines whose counter is not to be trusted. It freezes at the first use.
	GoClock bool

	mode   atomic.Uint32 // that of main once more: one step less for Begin, so that it is inlined
	once   sync.Once
	source source
	step   time.Duration // of the clock: see Source
	reg    registry
	main   Track
	reader Reader

	// Owned by the goroutine that calls Frame.
	seen   uint64 // registrations that the slices below know
	scale  scale
	stats  []Stat
	found  []bool // scopes whose place in the tree is known
	meters []meter
	tracks []*Track
	counts []int64   // by Counter, in the running frame
	values []float64 // by place among the meters
	lost   uint64
}

// Stat is what one scope took in one frame.
type Stat struct {
	Calls uint32
	Total time.Duration // begin to end, summed over the calls
	Self  time.Duration // Total without the scopes inside
	Min   time.Duration // the shortest call; zero when there was none
	Max   time.Duration // the longest call
}

// Mark says where a game is when one frame ends and the next begins.
type Mark struct {
	Frame uint64        // number of the frame that begins
	Tick  uint64        // simulation ticks so far
	Time  time.Duration // on the game's clock; zero stands for what Clock says
	Clock *Clock        // the game's; nil stands for the Recorder's own
	Held  bool
}

// Totals are what a frame took.
type Totals struct {
	Stats  []Stat        // by [Scope.Index]
	Work   time.Duration // the outermost scopes of the Recorder's own track
	Meters []float64     // counters and gauges, in the order of [Recorder.Meters]
	Lost   uint64        // events of the frame that no reader will see
	Time   time.Duration // when the frame ended, on the clock of its [Mark]
}

// setup chooses the clock.
func (r *Recorder) setup() {
	r.main.rec, r.main.name = r, "game"
	r.reader.rec = r
	r.source.clock = NewClock(time.Now())
	if r.GoClock {
		r.source.clock.qpc = nil
	}
	r.source.raw = compiled && !r.GoClock && counterKind != "go" && steady()
	r.main.raw = r.source.raw
	r.scale.nsPerTick = 1
	if r.source.raw {
		r.scale.nsPerTick = 0
		const tries = 10_000 // of some 50 ns; the scale is told after 5 us
		for n := 0; n < tries && r.scale.nsPerTick == 0; n++ {
			r.scale.note(anchor{r.source.ticks(), int64(r.source.clock.Now())})
		}
		r.scale.base, r.scale.later = anchor{}, anchor{} // frames may be marked by another clock
	}
	r.step = max(r.scale.ns(r.source.resolution()), 1)
}

// Begin opens a scope on the Recorder's own track and returns the token that ends
// it. It allocates nothing.
func (r *Recorder) Begin(s Scope) Span {
	if !compiled || r == nil || r.mode.Load() == uint32(Off) {
		return Span{}
	}
	return r.main.begin(s)
}

// Phase opens the first scope of a chain on the Recorder's own track.
func (r *Recorder) Phase(s Scope) Phase { return Phase{r.Begin(s)} }

// SetMode changes what is done with scopes, from the next frame on.
func (r *Recorder) SetMode(m Mode) {
	if r == nil {
		return
	}
	r.once.Do(r.setup)
	if r.main.mode.Swap(uint32(m)) == uint32(m) {
		return
	}
	r.mode.Store(uint32(m))
	r.look()
	for _, t := range r.tracks {
		t.mode.Store(uint32(m))
	}
}

// Clock says how scopes are timed.
func (r *Recorder) Clock() Source {
	if r == nil {
		return Source{Kind: "go"}
	}
	r.once.Do(r.setup)
	return Source{Kind: r.source.kind(), Resolution: r.step}
}

// Frame closes the running frame and begins the next. It returns what the closed
// frame took; its slices are valid until the next call. A scope that is still open
// counts in the frame in which it ends; a worker's counts when its outermost scope
// has ended. Frame waits for nobody, wakes nobody, and allocates nothing once all
// names are known.
func (r *Recorder) Frame(m Mark) Totals {
	if !compiled || r == nil {
		if m.Time == 0 && m.Clock != nil {
			m.Time = m.Clock.Now()
		}
		return Totals{Time: m.Time}
	}
	r.once.Do(r.setup)
	now := r.now(&m)
	if r.source.raw {
		r.scale.note(anchor{now, int64(m.Time)})
	}
	r.look()
	if r.main.mode.Load() == uint32(Events) {
		r.mark(now, m)
	}
	for _, t := range r.tracks {
		r.gather(t)
	}
	r.main.heal()
	t := Totals{Work: r.scale.ns(r.main.work), Lost: r.lostSince(), Time: m.Time}
	r.main.work = 0
	t.Stats, t.Meters = r.readStats(), r.readMeters()
	return t
}

// Running returns what the scopes have taken in the running frame so far, by
// [Scope.Index], in dst where there is room. It closes nothing: the frame's totals are
// what they would be without it.
func (r *Recorder) Running(dst []Stat) []Stat {
	if !compiled || r == nil {
		return dst[:0]
	}
	r.once.Do(r.setup)
	r.look()
	for _, t := range r.tracks {
		r.gather(t)
	}
	dst = append(dst[:0], make([]Stat, len(r.stats))...)
	for _, s := range r.main.touched {
		if c := &r.main.cells[s]; int(s) <= len(dst) {
			dst[s-1] = Stat{c.calls, r.scale.ns(c.total), r.scale.ns(c.self), r.scale.ns(c.least), r.scale.ns(c.most)}
		}
	}
	return dst
}

// now reads the two clocks at one moment, and again where something came between: a
// goroutine that is interrupted there would shift its frame against the others.
func (r *Recorder) now(m *Mark) uint64 {
	if m.Time != 0 {
		return r.source.ticks()
	}
	clock := m.Clock
	if clock == nil {
		clock = &r.source.clock
	}
	if !r.source.raw {
		m.Time = clock.Now()
		return r.source.ticks()
	}
	const tries, near = 4, 2 * time.Microsecond
	for n := 1; ; n++ {
		before := counter()
		m.Time = clock.Now()
		after := counter()
		if n == tries || r.scale.ns(after-before) <= near {
			return before + (after-before)/2
		}
	}
}

// look learns of what was registered since the last frame.
func (r *Recorder) look() {
	if n := r.reg.changed.Load(); n == r.seen && len(r.stats) > 0 {
		return
	}
	g := &r.reg
	g.mu.Lock()
	defer g.mu.Unlock()
	r.seen = g.changed.Load()
	n := len(g.scopes)
	r.stats = append(r.stats, make([]Stat, max(0, n-len(r.stats)))...)
	r.found = append(r.found, make([]bool, max(0, n-len(r.found)))...)
	r.main.cells = append(r.main.cells, make([]cell, max(0, n+1-len(r.main.cells)))...)
	r.meters = append(r.meters[:0], g.meters...)
	r.tracks = append(r.tracks[:0], g.tracks...)
	for _, t := range r.tracks {
		t.mode.Store(r.main.mode.Load())
	}
}

// mark records where a frame ends.
func (r *Recorder) mark(now uint64, m Mark) {
	q := &r.main.queue
	held := uint8(0)
	if m.Held {
		held = 1
	}
	q.pair(Event{Kind: FrameEvent, A: now, B: uint32(m.Frame)}, Event{Kind: ClockEvent, A: uint64(m.Time), B: uint32(m.Tick), Depth: held})
	q.publish()
}

// gather takes what a worker has finished; one that is just adding to it gives it to
// the next frame.
func (r *Recorder) gather(t *Track) {
	if !t.dirty.Load() || !t.mu.TryLock() {
		return
	}
	defer t.mu.Unlock()
	t.dirty.Store(false)
	for s := range t.shared {
		c := &t.shared[s]
		if c.calls == 0 || s >= len(r.main.cells) {
			continue
		}
		if r.main.cells[s].calls == 0 {
			r.main.touched = append(r.main.touched, Scope(s))
		}
		r.main.cells[s].join(c)
		*c = cell{}
	}
}

// readStats turns the frame's cells into times.
func (r *Recorder) readStats() []Stat {
	clear(r.stats)
	for _, s := range r.main.touched {
		c := &r.main.cells[s]
		if int(s) > len(r.stats) { // another Recorder's
			*c = cell{}
			continue
		}
		r.stats[s-1] = Stat{c.calls, r.scale.ns(c.total), r.scale.ns(c.self), r.scale.ns(c.least), r.scale.ns(c.most)}
		if !r.found[s-1] && c.parent != 0 && int(c.parent) <= len(r.stats) {
			r.found[s-1] = true
			r.adopt(s, c.parent)
		}
		*c = cell{}
	}
	r.main.touched = r.main.touched[:0]
	return r.stats
}

// adopt notes the scope inside which another first ran.
func (r *Recorder) adopt(s, parent Scope) {
	if s == parent {
		return
	}
	r.reg.mu.Lock()
	defer r.reg.mu.Unlock()
	r.reg.scopes[s-1].Parent = parent
	r.reg.changed.Add(1)
}

// lostSince counts the events that were lost since the last call.
func (r *Recorder) lostSince() uint64 {
	all := r.main.queue.dropped.Load()
	for _, t := range r.tracks {
		all += t.queue.dropped.Load()
	}
	lost := all - r.lost
	r.lost = all
	return lost
}
