package timing

import (
	"math"
	"sync/atomic"
)

// Event is what a Track records: 16 bytes without pointers, so that the garbage
// collector does not look at them.
type Event struct {
	A     uint64 // see the kinds
	B     uint32
	Scope Scope
	Depth uint8 // scopes around this one; 255 stands for as many or more
	Kind  Kind
}

// Kind says what an Event means.
type Kind uint8

const (
	// ScopeEvent is a scope that ended: A is its begin, B what it took, both in
	// ticks. Events of a track come in the order of their ends.
	ScopeEvent Kind = iota
	// LongEvent is a scope whose ticks do not fit into B: the next Event is a
	// RestEvent with them.
	LongEvent
	// RestEvent belongs to the LongEvent before it: A is what that scope took.
	RestEvent
	// FrameEvent ends a frame and begins the next, on the Recorder's own track: A is
	// the moment in ticks, B the low bits of the number of the frame that begins. A
	// ClockEvent follows.
	FrameEvent
	// ClockEvent belongs to the FrameEvent before it: A is the same moment in ns, on
	// the clock that [Recorder.Frame] was told, B the low bits of the tick, and Depth
	// is 1 while the game is held.
	ClockEvent
	// LostEvent says that B events before it were not recorded.
	LostEvent
)

const (
	chunkEvents = 1024 // 16 KiB
	maxChunks   = 64   // of a track: 1 MiB that the reader has not taken
)

// chunk is a piece of a track's events. The writer owns what lies at and behind n,
// the reader what lies before it.
type chunk struct {
	n      atomic.Uint32
	next   atomic.Pointer[chunk]
	events [chunkEvents]Event
}

// queue carries events from the one goroutine that writes a track to the one that
// reads, as a list of chunks. Nobody waits and nobody is woken: the reader looks
// when it likes, and what it has not taken when all chunks are full is lost, the
// newest first, and counted.
type queue struct {
	// The writer's.
	chunk *chunk // nil before the first event
	n     int    // events in it
	made  int    // chunks
	lost  uint32 // events since the last that was recorded
	taken uint32 // place in free

	first atomic.Pointer[chunk] // set once
	// free are the chunks that the reader gives back.
	free [maxChunks]atomic.Pointer[chunk]
	// dropped counts all that was lost.
	dropped atomic.Uint64

	// The reader's.
	reading  *chunk
	read     uint32 // events of it
	returned uint32 // place in free
}

// add records an event.
func (q *queue) add(e Event) {
	if q.chunk == nil || q.n == chunkEvents {
		if !q.grow() {
			return
		}
	}
	q.chunk.events[q.n] = e
	q.n++
}

// pair records two events of one thing, which a reader is never shown by half: they
// stand in one chunk, or are lost as one.
func (q *queue) pair(a, b Event) {
	if q.chunk == nil || q.n >= chunkEvents-1 {
		if !q.grow() {
			return
		}
	}
	q.chunk.events[q.n], q.chunk.events[q.n+1] = a, b
	q.n += 2
}

// grow goes on with the next chunk, or counts an event as lost.
func (q *queue) grow() bool {
	c := q.free[q.taken%maxChunks].Load()
	switch {
	case c != nil:
		q.free[q.taken%maxChunks].Store(nil)
		q.taken++
		c.n.Store(0)
		c.next.Store(nil)
	case q.made < maxChunks:
		c = new(chunk)
		q.made++
	default:
		q.lost++
		q.dropped.Add(1)
		return false
	}
	if q.chunk == nil {
		q.first.Store(c)
	} else {
		q.chunk.n.Store(uint32(q.n))
		q.chunk.next.Store(c)
	}
	q.chunk, q.n = c, 0
	if q.lost > 0 {
		c.events[0] = Event{Kind: LostEvent, B: q.lost}
		q.n, q.lost = 1, 0
	}
	return true
}

// publish lets the reader see what was added.
func (q *queue) publish() {
	if q.chunk != nil {
		q.chunk.n.Store(uint32(q.n))
	}
}

// poll hands the reader what was published since, in order, in pieces that are
// valid during the call.
func (q *queue) poll(visit func([]Event)) {
	if q.reading == nil {
		if q.reading = q.first.Load(); q.reading == nil {
			return
		}
	}
	for {
		c := q.reading
		next := c.next.Load() // before n: nothing is added to a chunk that has a next
		if n := c.n.Load(); n > q.read {
			visit(c.events[q.read:n])
			q.read = n
		}
		if next == nil {
			return
		}
		q.reading, q.read = next, 0
		q.free[q.returned%maxChunks].Store(c)
		q.returned++
	}
}

// scope records a scope that ended.
func (q *queue) scope(s Scope, depth uint16, start, ticks uint64) {
	e := Event{A: start, B: uint32(ticks), Scope: s, Depth: uint8(min(depth, 255))}
	if ticks > math.MaxUint32 {
		e.Kind, e.B = LongEvent, math.MaxUint32
		q.pair(e, Event{A: ticks, Kind: RestEvent})
		return
	}
	q.add(e)
}
