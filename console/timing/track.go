package timing

import (
	"sync"
	"sync/atomic"
)

// Mode is what a Recorder does with the scopes that it times.
type Mode uint32

const (
	// Stats sums them up by frame; it is what the zero Recorder does.
	Stats Mode = iota
	// Events also records each one for a [Reader].
	Events
	// Off leaves them: a scope costs one look at the mode.
	Off
)

// Track times the scopes of one goroutine beside the Recorder's own, such as the
// one that mixes sound. Make it by [Recorder.NewTrack]. All methods belong to that
// goroutine; nil measures nothing. What a worker measured shows when its outermost
// scope has ended.
type Track struct {
	mode atomic.Uint32 // a Mode; the Recorder changes it
	raw  bool          // rec.source.raw, near at hand
	rec  *Recorder
	name string
	id   int
	// worker is true of every track but the Recorder's own, which Frame closes.
	worker bool

	ended   bool   // an outermost scope did, in the running frame; of the Recorder's own track
	stale   int    // frames in which none did and one was open
	open    Scope  // the innermost scope that has begun and not ended
	depth   uint16 // scopes that are open
	child   uint64 // ticks of the ended scopes inside the open one
	work    uint64 // ticks of the outermost scopes in the running frame
	cells   []cell // by Scope
	touched []Scope
	queue   queue

	mu     sync.Mutex // a worker's: held for instants, and Frame does not wait for it
	shared []cell     // what of cells is for the next Frame
	dirty  atomic.Bool
}

// cell is what one scope took in the running frame, in ticks.
type cell struct {
	calls  uint32
	parent Scope
	total  uint64
	self   uint64
	least  uint64
	most   uint64
}

// join adds what another cell counted.
func (c *cell) join(o *cell) {
	if c.calls == 0 {
		*c = *o
		return
	}
	c.calls += o.calls
	c.total += o.total
	c.self += o.self
	c.least = min(c.least, o.least)
	c.most = max(c.most, o.most)
}

// ID returns the track's place among those of its Recorder; 0 is the Recorder's
// own, and nil's.
func (t *Track) ID() int {
	if t == nil {
		return 0
	}
	return t.id
}

// Begin opens a scope and returns the token that ends it. It allocates nothing.
func (t *Track) Begin(s Scope) Span {
	if !compiled || t == nil || t.mode.Load() == uint32(Off) {
		return Span{}
	}
	return t.begin(s)
}

func (t *Track) begin(s Scope) Span {
	if s == 0 || t.rec == nil {
		return Span{}
	}
	span := Span{track: t, child: t.child, place: at(s, t.open, t.depth)}
	t.open, t.child, t.depth = s, 0, t.depth+1
	if t.raw {
		span.start = counter()
	} else {
		span.start = t.rec.source.ticks()
	}
	return span
}

// Span is a scope that has begun. It is a value: keep it on the stack and call End
// once, on every path; defer is the short form.
type Span struct {
	track *Track
	start uint64 // ticks
	child uint64 // what the parent had spent in ended scopes by then
	place place
}

// place is where a scope stands: its own number, that of the scope that was open
// when it began, and how many were. It is one word, because Go keeps structs of up
// to four in registers.
type place uint64

func at(s, parent Scope, depth uint16) place {
	return place(s) | place(parent)<<16 | place(depth)<<32
}

func (p place) scope() Scope  { return Scope(p) }
func (p place) parent() Scope { return Scope(p >> 16) }
func (p place) depth() uint16 { return uint16(p >> 32) }

// End closes the scope. Ending a zero Span does nothing. A span that was forgotten
// heals when the scope around it ends, because each token carries the state that it
// restores; an outermost one of the Recorder's own track after two frames. A worker
// whose outermost span was forgotten shows nothing more until [Track.Close].
func (s Span) End() {
	if compiled && s.track != nil {
		s.track.finish(s.start, s.child, s.place)
	}
}

func (t *Track) finish(start, child uint64, p place) {
	if t.raw {
		t.end(start, child, p, counter())
	} else {
		t.end(start, child, p, t.rec.source.ticks())
	}
}

// end closes a scope at a moment.
func (t *Track) end(start, child uint64, p place, now uint64) {
	s, depth := p.scope(), p.depth()
	took := now - start
	if int64(took) < 0 { // a counter that steps back, as on some virtual machines
		took = 0
	}
	self := took - min(t.child, took)
	t.open, t.child, t.depth = p.parent(), child+took, depth
	if int(s) >= len(t.cells) {
		t.cells = append(t.cells, make([]cell, int(s)+1-len(t.cells))...)
	}
	c := &t.cells[s]
	if c.calls == 0 {
		c.parent, c.least = p.parent(), took
		t.touched = append(t.touched, s)
	}
	c.calls++
	c.total += took
	c.self += self
	c.least, c.most = min(c.least, took), max(c.most, took)
	if t.mode.Load() == uint32(Events) {
		t.queue.scope(s, depth, start, took)
	}
	if depth == 0 {
		t.outermost(took)
	}
}

// outermost follows the end of a scope that no other was around.
func (t *Track) outermost(took uint64) {
	t.child = 0
	if !t.worker {
		t.work += took
		t.ended = true
		return
	}
	t.queue.publish()
	t.mu.Lock()
	for _, s := range t.touched {
		if int(s) >= len(t.shared) {
			t.shared = append(t.shared, make([]cell, len(t.cells)-len(t.shared))...)
		}
		t.shared[s].join(&t.cells[s])
		t.cells[s] = cell{}
	}
	t.mu.Unlock()
	t.touched = t.touched[:0]
	t.dirty.Store(true)
}

// heal gives up an outermost scope of the Recorder's own track that does not end:
// one that is open over two whole frames, in which no outermost scope ended, was
// forgotten, or is as good as. Should it end after all, it is counted.
func (t *Track) heal() {
	if t.depth == 0 || t.ended {
		t.stale = 0
	} else if t.stale++; t.stale > 2 {
		t.open, t.child, t.depth, t.stale = 0, 0, 0, 0
	}
	t.ended = false
}

// Phase opens the first scope of a chain in which one follows the other.
func (t *Track) Phase(s Scope) Phase { return Phase{t.Begin(s)} }

// Phase is a chain of scopes, each of which begins where the one before it ends: a
// boundary reads the clock once. It is a value; call End once. The zero Phase
// measures nothing.
type Phase struct{ span Span }

// Next ends the running scope and begins the next of the chain.
func (p *Phase) Next(s Scope) {
	if compiled && p.span.track != nil {
		p.span.track.next(&p.span, s)
	}
}

func (t *Track) next(s *Span, scope Scope) {
	var now uint64
	if t.raw {
		now = counter()
	} else {
		now = t.rec.source.ticks()
	}
	t.end(s.start, s.child, s.place, now)
	if scope == 0 {
		s.track = nil
		return
	}
	s.start, s.child, s.place = now, t.child, at(scope, t.open, t.depth)
	t.open, t.child, t.depth = scope, 0, t.depth+1
}

// End closes the chain's last scope.
func (p *Phase) End() {
	p.span.End()
	p.span.track = nil
}

// Close ends the track: its goroutine measures no more. The name may be used again.
func (t *Track) Close() {
	if t == nil || t.rec == nil || !t.worker {
		return
	}
	t.open, t.child, t.depth = 0, 0, 0 // what is open is forgotten
	t.queue.publish()
	t.rec.retire(t)
}
