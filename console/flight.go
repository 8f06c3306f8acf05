package console

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/console/timing"
)

// flight is the flight recorder: it keeps what the last seconds of frames took, with
// every scope, so that a hitch can be looked at that happened before anybody did. Its
// goroutine polls the game's, which neither wakes it nor waits for it.
type flight struct {
	rec   *timing.Recorder
	clock *clock

	// handed are frames' payloads on their way from the game's goroutine, and spare
	// those on their way back. Both sides look, and neither waits.
	handed, spare chan keptFrame
	// watched is whether somebody subscribes to the segments.
	watched atomic.Bool
	// missed counts frames that found handed full.
	missed atomic.Uint64

	reader *timing.Reader // of the goroutine that collects
	writer segmentWriter

	outMu sync.Mutex // held for instants; the game's goroutine does not wait for it
	out   []keptFrame
	back  []keptFrame // sent, to be used again

	mu     sync.Mutex
	ring   []keptFrame // by age, the oldest at first; their room is used again
	first  int
	count  int
	bytes  int
	length time.Duration
	room   int
	unused []keptFrame // room of frames that were let go
	tally  tally
}

const (
	collectEvery = 8 * time.Millisecond
	handedFrames = 256 // frames that the collector may be behind
	outFrames    = 256 // segments that may wait for the game's next frame
)

// begin makes what both sides use.
func (f *flight) begin(rec *timing.Recorder, c *clock, length time.Duration, room int) {
	f.rec, f.clock = rec, c
	f.length, f.room = length, room
	f.handed, f.spare = make(chan keptFrame, handedFrames), make(chan keptFrame, handedFrames)
}

// hand gives a frame's payload to the collector. It belongs to the game's goroutine.
func (f *flight) hand(frame, tick uint64, begin time.Duration, payload []byte) {
	if len(f.handed) == cap(f.handed) { // the collector is far behind
		f.missed.Add(1)
		return
	}
	var k keptFrame
	select {
	case k = <-f.spare:
	default:
	}
	k.frame, k.tick, k.begin = frame, tick, begin
	k.timings = append(k.timings[:0], payload...)
	f.handed <- k // there is room: this goroutine alone sends
}

// take hands out the segments that are ready. It belongs to the game's goroutine, and
// takes nothing where the collector is just adding.
func (f *flight) take(publish func(*keptFrame)) {
	if !f.watched.Load() || !f.outMu.TryLock() {
		return
	}
	defer f.outMu.Unlock()
	for i := range f.out {
		publish(&f.out[i])
	}
	f.back = append(f.back, f.out...)
	f.out = f.out[:0]
}

// run collects until stop is closed, and has the black box follow. It is the body of a
// goroutine of the console.
func (f *flight) run(stop <-chan struct{}, then func(now time.Duration)) {
	f.reader = f.rec.Reader()
	tick := time.NewTicker(collectEvery)
	defer tick.Stop()
	for {
		f.collect()
		then(f.clock.now())
		select {
		case <-stop:
			return
		case <-tick.C:
		}
	}
}

// collect takes all that the game has handed over.
func (f *flight) collect() {
	for {
		select {
		case k := <-f.handed:
			f.keep(k)
			continue
		default:
		}
		break
	}
	f.reader.Poll(f.segment)
	if !f.watched.Load() { // whoever watches next begins with what comes then
		f.outMu.Lock()
		f.out = f.out[:0]
		f.outMu.Unlock()
	}
}

// keep adds a frame to the ring, and gives the room of its payload back.
func (f *flight) keep(k keptFrame) {
	f.mu.Lock()
	f.tally.add(frameView(k.timings))
	if f.length > 0 {
		slot := f.byNumber(uint32(k.frame)) // its scopes may have been seen first
		if slot == nil || len(slot.timings) > 0 {
			slot = f.push(k.frame, k.tick, k.begin)
		}
		slot.tick = k.tick
		slot.timings = append(slot.timings, k.timings...)
		f.grew(len(k.timings))
	}
	f.mu.Unlock()
	select {
	case f.spare <- k:
	default:
	}
}

// segment adds a frame's scopes.
func (f *flight) segment(t *timing.Frame) {
	f.mu.Lock()
	var k *keptFrame
	if f.length > 0 {
		k = f.byNumber(uint32(t.Number))
		if k == nil { // its payload was missed, or is still on its way
			k = f.push(f.full(uint32(t.Number)), t.Tick, t.Begin)
		}
	} else {
		k = &keptFrame{frame: f.full(uint32(t.Number)), tick: t.Tick, begin: t.Begin}
	}
	k.segment = f.writer.append(k.segment[:0], t)
	copied := *k // the frame itself may have to go
	f.grew(len(k.segment))
	f.mu.Unlock()
	if f.watched.Load() {
		f.offer(&copied)
	}
}

// offer puts a segment out for who watches. Only this goroutine changes the ring, so
// what was read under its lock still stands.
func (f *flight) offer(k *keptFrame) {
	f.outMu.Lock()
	defer f.outMu.Unlock()
	if len(f.out) >= outFrames { // the game does not call Update any more
		return
	}
	var o keptFrame
	if n := len(f.back); n > 0 {
		o, f.back = f.back[n-1], f.back[:n-1]
	}
	o.frame, o.tick, o.begin = k.frame, k.tick, k.begin
	o.segment = append(o.segment[:0], k.segment...)
	f.out = append(f.out, o)
}

// total copies what the frames of the session sum up to. Any goroutine.
func (f *flight) total(to *tally) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tally.copyTo(to)
}

// full makes a whole number of a frame's low 32 bits.
func (f *flight) full(low uint32) uint64 {
	now := f.clock.frame.Load()
	return now - uint64(uint32(now)-low)
}

// byNumber finds a frame among the newest.
func (f *flight) byNumber(low uint32) *keptFrame {
	for i := f.count - 1; i >= 0; i-- {
		k := f.at(i)
		if uint32(k.frame) == low {
			return k
		}
		if uint32(k.frame) < low {
			break
		}
	}
	return nil
}

// at is the i-th frame from the oldest.
func (f *flight) at(i int) *keptFrame { return &f.ring[(f.first+i)%len(f.ring)] }

// push adds a frame without payloads, and lets go of what is too old.
func (f *flight) push(frame, tick uint64, begin time.Duration) *keptFrame {
	for f.count > 0 && begin-f.at(0).begin > f.length {
		f.drop()
	}
	if f.count == len(f.ring) {
		f.stretch()
	}
	k := f.at(f.count)
	f.count++
	*k = keptFrame{}
	if n := len(f.unused); n > 0 {
		*k, f.unused = f.unused[n-1], f.unused[:n-1]
	}
	k.frame, k.tick, k.begin = frame, tick, begin
	f.bytes += keptOverhead
	return k
}

// stretch makes room for twice as many frames.
func (f *flight) stretch() {
	ring := make([]keptFrame, max(64, 2*len(f.ring)))
	for i := range f.count {
		ring[i] = *f.at(i)
	}
	f.ring, f.first = ring, 0
}

// grew counts bytes of the newest frame, and lets go of the oldest where they are
// too many.
func (f *flight) grew(n int) {
	f.bytes += n
	for f.bytes > f.room && f.count > 1 {
		f.drop()
	}
}

// drop lets go of the oldest frame; the next uses its room, unless that is much more
// than the usual frame needs: rooms go round, and would all become as large in the end.
func (f *flight) drop() {
	k := f.at(0)
	usual := f.bytes / f.count
	f.bytes -= k.size()
	if len(f.unused) < maxUnused && cap(k.timings)+cap(k.segment) <= 2*usual {
		f.unused = append(f.unused, keptFrame{timings: k.timings[:0], segment: k.segment[:0]})
	}
	*k = keptFrame{}
	f.first = (f.first + 1) % len(f.ring)
	f.count--
}

// maxUnused is how many frames' room is kept for the next: one comes as one goes.
const maxUnused = 4

// copyOf returns what is kept of the frames that overlap a span of time, oldest
// first, on memory of its own.
func (f *flight) copyOf(from, to time.Duration) []keptFrame {
	f.mu.Lock()
	defer f.mu.Unlock()
	var kept []keptFrame
	for i := range f.count {
		k := f.at(i)
		if k.begin > to || i+1 < f.count && f.at(i+1).begin <= from {
			continue
		}
		c := *k
		c.timings, c.segment = slices.Clone(k.timings), slices.Clone(k.segment)
		kept = append(kept, c)
	}
	return kept
}
