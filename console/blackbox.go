package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime/metrics"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/internal/capture"
	"github.com/scry-dev/scry/rpc"
)

// Blackbox keeps what happened around an incident: a frame that took long, an error in
// the log, a panic in a handler, a jump of the heap, a condition of the game's, a
// client's wish. It keeps what the flight recorder has of the seconds before, and what
// comes for a second after: every scope, counters, log, memory, cvars. The dashboard
// lists incidents, opens them, and saves each as one file. The zero value is ready.
//
// It works once the console serves: see [Console.Listen]. Its fields freeze at the
// first use of the Console.
type Blackbox struct {
	// FrameOver is how long a frame may take. Zero means three times the console's
	// Budget; less than zero is for ever.
	FrameOver time.Duration
	// HeapJump is by how many bytes the objects on the heap may grow in a quarter of a
	// second. Zero means 128 MiB; less than zero is any number.
	HeapJump int64
	// After is how long recording goes on after an incident. Zero means a second. It is
	// half of Timings.Flight at the most, or what came after would push the incident out.
	After time.Duration
	// Quiet is how long after an incident the game itself causes no other, unless it is a
	// longer frame, and how long a condition that a client armed causes no second one; what
	// a client asks for is always kept. Zero means ten seconds.
	Quiet time.Duration
	// Keep is how many incidents are kept; the oldest goes, one of the game's own before
	// one that a client asked for. Zero means 16.
	Keep int
	// Bytes bounds what all of them hold. Zero means 64 MiB.
	Bytes int

	// ready is set when the console has given what follows, unless nothing is kept that
	// could be frozen.
	ready  atomic.Bool
	clock  *clock
	stream *rpc.Stream
	record func(s span, why *capture.Reason, cvars *topicPart) *recording
	limit  time.Duration // of a frame; 0 is for ever
	past   time.Duration // that the flight recorder keeps
	// The game's cvars: as a part of a recording, and what conditions compare.
	cvars   func() topicPart
	reading func(name string) (operand, bool)
	compare func(name string, raw json.RawMessage) (now, want operand, err error)

	mu      sync.Mutex // held for instants
	list    []*incident
	nextID  uint64
	last    time.Duration // when the last one of the game's own was
	longest time.Duration // its frame, if it was one that took long
	changed bool
	refused []*rpc.Pending // who waited for what had to go
	// waiting is whether an incident whose time is over wants the game's goroutine, for a
	// look without the lock.
	waiting atomic.Bool

	// Owned by the goroutine that calls Update.
	whens []when
	armed []armed
	arms  uint64
	slow  uint32 // frames since the start, up to settledFrames

	// Owned by the goroutine that collects.
	heap heapWatch
}

// incident is one of the list. Its recording is nil until its time is over.
type incident struct {
	Incident
	due    time.Duration // when it is complete
	newest int           // frames that are wanted of it; 0 is all
	format string        // that was asked for
	cvars  *topicPart
	kept   *recording
	answer *rpc.Pending // who waits for it; the game's goroutine answers
}

// Incident is what a client is told of an incident.
type Incident struct {
	ID         string `json:"id"`
	Kind       string `json:"kind" enum:"frame,log,panic,heap,predicate,client,call,capture" help:"what it was that froze the recorder"`
	Reason     string `json:"reason"`
	By         string `json:"by,omitempty" help:"the client that asked for it"`
	Frame      uint64 `json:"frame"`
	Tick       uint64 `json:"tick"`
	Time       int64  `json:"time" unit:"ns" help:"since the session began"`
	Period     int64  `json:"period,omitempty" unit:"ns" help:"of a frame that took long"`
	More       int    `json:"more,omitempty" help:"others of the game's own soon after, which were not kept"`
	State      string `json:"state" enum:"recording,kept" help:"recording for a moment after"`
	From       int64  `json:"from" unit:"ns"`
	To         int64  `json:"to" unit:"ns"`
	FirstFrame uint64 `json:"firstFrame" help:"of what is kept"`
	LastFrame  uint64 `json:"lastFrame"`
	Frames     int    `json:"frames" help:"that are kept"`
	Bytes      int    `json:"bytes" unit:"B" help:"held in the game; a file is smaller"`
}

const (
	frameIncident     = "frame"
	logIncident       = "log"
	panicIncident     = "panic"
	heapIncident      = "heap"
	predicateIncident = "predicate"
	clientIncident    = "client"
	callIncident      = "call"
	captureIncident   = "capture"

	// settledFrames is how many frames a game may take to come up to speed.
	settledFrames = 60
	maxReason     = 200 // bytes
	// maxRecording is how many may be recorded at a time before a client or the program
	// may ask for one more: each is copied, which takes another processor's time.
	maxRecording = 4
)

func (b *Blackbox) frameOver(budget time.Duration) time.Duration {
	return max(0, cmp.Or(b.FrameOver, 3*budget))
}
func (b *Blackbox) heapJump() int64      { return cmp.Or(b.HeapJump, 128<<20) }
func (b *Blackbox) after() time.Duration { return min(cmp.Or(b.After, time.Second), b.past/2) }
func (b *Blackbox) quiet() time.Duration { return cmp.Or(b.Quiet, 10*time.Second) }
func (b *Blackbox) keep() int            { return cmp.Or(b.Keep, 16) }
func (b *Blackbox) bytes() int           { return cmp.Or(b.Bytes, 64<<20) }

// Freeze keeps what happened up to now and shortly after, under a reason that a person
// will understand. Any goroutine; it does nothing before the first
// Update, and where Timings.Flight is less than zero.
func (b *Blackbox) Freeze(reason string) {
	b.trip(callIncident, 0, func() string { return reason })
}

// trip notes an incident of the game's own, unless another has just been: then it is
// counted with that one, and no reason is worded in vain. Period is that of a frame that
// took long, or 0. Reason runs under the lock. Any goroutine.
func (b *Blackbox) trip(kind string, period time.Duration, reason func() string) {
	if !b.ready.Load() {
		return
	}
	now := b.clock.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case kind == callIncident && b.recording() >= maxRecording: // a program that calls in every frame
		return
	case kind == callIncident:
	case b.resting(now, period):
		b.oneMore(b.last)
		return
	default:
		b.last, b.longest = now, period
	}
	b.add(kind, reason(), now, b.after()).Period = int64(period)
}

// oneMore counts what is not kept with the incident that was just before; mu is held.
func (b *Blackbox) oneMore(before time.Duration) {
	for _, i := range slices.Backward(b.list) {
		if time.Duration(i.Time) == before {
			i.More++
			b.changed = true
			return
		}
	}
}

// resting reports whether an incident of the game's own has just been; one that is
// worse, a longer frame, is kept all the same. mu is held.
func (b *Blackbox) resting(now, period time.Duration) bool {
	return b.last != 0 && now-b.last < b.quiet() && (period == 0 || period <= b.longest)
}

// recording counts the incidents that are not complete; mu is held.
func (b *Blackbox) recording() (n int) {
	for _, i := range b.list {
		if i.kept == nil {
			n++
		}
	}
	return n
}

// ask adds an incident that a client asked for, unless it asks faster than they are
// completed, or there is no place to keep one more. It belongs to the game's goroutine;
// mu is held.
func (b *Blackbox) ask(call *rpc.Call, kind, reason string, after time.Duration) (*incident, error) {
	if !b.ready.Load() {
		return nil, rpc.Errorf(rpc.Unavailable, "this game keeps no frames: its Timings.Flight is less than zero")
	}
	if n := b.recording(); n >= min(maxRecording, b.keep()) {
		return nil, rpc.Errorf(rpc.TooMany, "%d incidents and captures are being recorded already: ask again when they are kept", n)
	}
	i := b.add(kind, reason, b.clock.now(), after)
	if i.By = call.Peer.Name(); after == 0 { // it need not wait for the next frame
		cvars := b.cvars()
		i.cvars = &cvars
	}
	return i, nil
}

// add adds an incident; mu is held.
func (b *Blackbox) add(kind, reason string, now, after time.Duration) *incident {
	b.nextID++
	i := &incident{due: now + after, Incident: Incident{
		ID: strconv.FormatUint(b.nextID, 10), Kind: kind, Reason: clipTo(reason, maxReason), State: "recording",
		Frame: b.clock.frame.Load(), Tick: b.clock.tick.Load(), Time: int64(now),
		From: int64(max(0, now+after-b.past)), To: int64(now + after),
	}}
	b.list = append(b.list, i)
	b.changed = true
	b.evict()
	return i
}

// evict lets incidents go until the rest fits; mu is held.
func (b *Blackbox) evict() {
	total := 0
	for _, i := range b.list {
		total += i.Bytes
	}
	for len(b.list) > b.keep() || total > b.bytes() && len(b.list) > 1 {
		n := b.dispensable()
		total -= b.list[n].Bytes
		b.remove(n)
	}
}

// dispensable is the place of the incident that goes first: the oldest capture, which
// somebody has fetched by now; then what the game caused itself; then what was asked for.
// Where all are still recording, it is the newest.
func (b *Blackbox) dispensable() int {
	for _, goes := range []func(*incident) bool{
		func(i *incident) bool { return i.Kind == captureIncident },
		func(i *incident) bool { return i.Kind != clientIncident && i.Kind != callIncident },
		func(*incident) bool { return true },
	} {
		if n := slices.IndexFunc(b.list, func(i *incident) bool { return i.kept != nil && goes(i) }); n >= 0 {
			return n
		}
	}
	return len(b.list) - 1
}

// remove takes an incident off the list; mu is held.
func (b *Blackbox) remove(n int) {
	if i := b.list[n]; i.answer != nil {
		b.refused = append(b.refused, i.answer)
	}
	b.list = slices.Delete(b.list, n, n+1)
	b.changed = true
}

// frame looks at a frame that has ended, and at the game's conditions. It belongs to
// the game's goroutine.
func (b *Blackbox) frame(period time.Duration, held bool, mostly func() string) {
	if b.slow < settledFrames {
		b.slow++
	} else if b.limit > 0 && period > b.limit && !held {
		b.trip(frameIncident, period, func() string { return mostly() + " in a frame of " + milliseconds(period) })
	}
	if len(b.whens) > 0 || len(b.armed) > 0 {
		b.test()
	}
	if b.waiting.Load() {
		b.attend()
	}
}

// attend adds what only the game's goroutine can tell, to what is complete but for that.
func (b *Blackbox) attend() {
	now := b.clock.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	var cvars *topicPart
	for _, i := range b.list {
		if i.cvars == nil && i.kept == nil && now >= i.due {
			if cvars == nil {
				p := b.cvars()
				cvars = &p
			}
			i.cvars = cvars
		}
	}
	b.waiting.Store(false)
}

// finish keeps the incidents whose time is over, once the game's goroutine has told of
// its cvars, or is too busy for that. It belongs to the goroutine that collects.
func (b *Blackbox) finish(now time.Duration) {
	if grown := b.heap.grown(now); b.heapJump() > 0 && grown > b.heapJump() {
		b.trip(heapIncident, 0, func() string {
			return fmt.Sprintf("the heap grew by %.1f MiB in %s", float64(grown)/(1<<20), heapEvery)
		})
	}
	b.mu.Lock()
	var due []*incident
	for _, i := range b.list {
		switch {
		case i.kept != nil || now < i.due:
		case i.cvars == nil && now < i.due+patience:
			b.waiting.Store(true)
		default:
			due = append(due, i)
		}
	}
	b.mu.Unlock()
	for _, i := range due {
		b.complete(i)
	}
}

// complete makes the recording of an incident.
func (b *Blackbox) complete(i *incident) {
	b.mu.Lock()
	why := capture.Reason{Kind: i.Kind, Text: i.Reason, Frame: i.Frame, Tick: i.Tick, Time: i.Time}
	from, to, newest, cvars := time.Duration(i.From), time.Duration(i.To), i.newest, i.cvars
	b.mu.Unlock()
	kept := b.record(span{from, to, newest}, &why, cvars)
	b.mu.Lock()
	defer b.mu.Unlock()
	kept.format = i.format
	i.kept, i.State = kept, "kept"
	i.From, i.FirstFrame, i.LastFrame = kept.meta.From, kept.meta.FirstFrame, kept.meta.LastFrame
	i.Frames, i.Bytes = len(kept.frames), kept.size()
	b.changed = true
	b.evict()
}

// patience is how long an incident whose time is over waits for the game's next frame.
const patience = 500 * time.Millisecond

// total returns how many incidents and captures there were. Any goroutine.
func (b *Blackbox) total() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.nextID
}

// find returns what is kept under an id. Any goroutine.
func (b *Blackbox) find(id string) (*recording, Incident, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, i := range b.list {
		if i.ID == id {
			return i.kept, i.Incident, true
		}
	}
	return nil, Incident{}, false
}

// incidents lists the incidents, newest first.
func (b *Blackbox) incidents() []Incident {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := []Incident{}
	for _, i := range slices.Backward(b.list) {
		list = append(list, i.Incident)
	}
	return list
}

// publish tells the subscribers what changed, and answers who waited for a capture.
func (b *Blackbox) publish() {
	b.mu.Lock()
	changed := b.changed
	b.changed = false
	for _, i := range b.list {
		if i.answer != nil && i.kept != nil {
			i.answer.Reply(CaptureResult{i.ID, i.Bytes, i.Frames})
			i.answer = nil
		}
	}
	for _, p := range b.refused {
		p.Fail(rpc.Errorf(rpc.TooMany, "there was no room to keep one more capture: see Blackbox.Keep and Bytes"))
	}
	b.refused = b.refused[:0]
	b.mu.Unlock()
	if changed && b.stream.Subscribers() > 0 {
		b.stream.Publish(b.incidents())
	}
}

// heapWatch notices when the heap grows fast.
type heapWatch struct {
	sample []metrics.Sample
	at     time.Duration
	bytes  int64
}

const heapEvery = 250 * time.Millisecond

// grown returns by how much the objects on the heap grew since the last look, 0 when
// it is not time to look.
func (h *heapWatch) grown(now time.Duration) int64 {
	if now-h.at < heapEvery {
		return 0
	}
	if h.sample == nil {
		h.sample = []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	}
	metrics.Read(h.sample)
	first, before := h.at == 0, h.bytes
	h.at, h.bytes = now, int64(h.sample[0].Value.Uint64())
	if first {
		return 0
	}
	return h.bytes - before
}
