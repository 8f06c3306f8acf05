package timing

import "time"

// Reader takes what a Recorder's tracks record in the mode [Events] and puts it
// together frame by frame. There is one of each Recorder, for one goroutine, which
// may be any.
type Reader struct {
	rec    *Recorder
	tracks []*Track
	scale  scale
	begun  mark // where the running frame began; its number is 0 before the first
	own    backlog
	ends   []mark
	others []backlog // by track ID
	lost   uint64    // of frames that were not handed out, for the next
	frame  Frame
}

// Frame is a frame with all its scopes, valid during the call that hands it out.
type Frame struct {
	Number uint64 // the low 32 bits of it
	Tick   uint64 // the low 32 bits of the ticks at its end
	Held   bool
	Begin  time.Duration // on the clock that [Recorder.Frame] was told
	End    time.Duration
	Scopes []Timed // by track; within a track in the order of their ends
	Lost   uint64  // events that were not recorded, since the frame before
}

// Timed is a scope that ended: in the frame, or earlier on a worker's track that
// told of it late. It may have begun before the frame.
type Timed struct {
	Track uint16
	Depth uint8 // scopes around it on its track; 255 stands for as many or more
	Scope Scope
	Start time.Duration
	Took  time.Duration
}

// mark is the end of a frame.
type mark struct {
	number, tick uint32
	held         bool
	at           anchor
	events       int    // of the own track that lie before it
	lost         uint64 // before it
}

// maxBacklog is how many scopes of a track may wait for the end of their frame: a
// game that loads for a minute without one must not fill the memory.
const maxBacklog = 1 << 17

// backlog are scopes of a track that no frame has taken.
type backlog struct {
	scopes []ended
	long   bool // the next event is the rest of the last scope
	lost   uint64
}

type ended struct {
	start, took uint64
	scope       Scope
	depth       uint8
}

// take adds an event of a track, and reports what is not a scope.
func (b *backlog) take(e *Event) bool {
	switch e.Kind {
	case ScopeEvent, LongEvent:
		b.long = e.Kind == LongEvent && len(b.scopes) < maxBacklog
		if len(b.scopes) == maxBacklog {
			b.lost++
			return true
		}
		b.scopes = append(b.scopes, ended{e.A, uint64(e.B), e.Scope, e.Depth})
	case RestEvent: // it follows at once: see queue.pair
		if b.long {
			b.scopes[len(b.scopes)-1].took = e.A
			b.long = false
		}
	case LostEvent:
		b.lost += uint64(e.B)
	default:
		return false
	}
	return true
}

// drop forgets the first n scopes.
func (b *backlog) drop(n int) {
	b.scopes = b.scopes[:copy(b.scopes, b.scopes[n:])]
}

// Reader returns the Recorder's one Reader; a nil Recorder's has nothing to tell. Any
// goroutine.
func (r *Recorder) Reader() *Reader {
	if r == nil {
		return new(Reader)
	}
	r.once.Do(r.setup)
	return &r.reader
}

// Poll hands out the frames that have ended since the last call, in order. It takes
// the Recorder's own track first: what a worker recorded before the end of a frame
// is then there when that end is read.
func (rd *Reader) Poll(visit func(*Frame)) {
	if rd.rec == nil {
		return
	}
	rd.rec.main.queue.poll(rd.takeOwn)
	rd.rec.reg.mu.Lock()
	rd.tracks = append(rd.tracks[:0], rd.rec.reg.tracks...)
	rd.rec.reg.mu.Unlock()
	for len(rd.others) <= len(rd.tracks) {
		rd.others = append(rd.others, backlog{})
	}
	for _, t := range rd.tracks {
		b := &rd.others[t.id]
		t.queue.poll(func(events []Event) {
			for i := range events {
				b.take(&events[i])
			}
		})
	}
	done := 0
	for _, m := range rd.ends {
		if rd.close(m, done) {
			visit(&rd.frame)
		}
		done = m.events
	}
	rd.own.drop(done)
	rd.ends = rd.ends[:0]
}

// takeOwn takes events of the Recorder's own track.
func (rd *Reader) takeOwn(events []Event) {
	for i := range events {
		e := &events[i]
		if rd.own.take(e) {
			continue
		}
		switch e.Kind {
		case FrameEvent:
			rd.ends = append(rd.ends, mark{number: e.B, at: anchor{ticks: e.A}, events: len(rd.own.scopes), lost: rd.own.lost})
			rd.own.lost = 0
		case ClockEvent:
			if n := len(rd.ends); n > 0 {
				m := &rd.ends[n-1]
				m.tick, m.held, m.at.ns = e.B, e.Depth == 1, int64(e.A)
			}
		}
	}
}

// close makes a frame of what ended before a mark; its own scopes begin at one
// place. It reports false when no frame was running, such as at the first mark, which
// only begins one; what is missing is then told with the next.
func (rd *Reader) close(m mark, from int) bool {
	begun := rd.begun
	rd.begun = m
	if rd.rec.source.raw {
		rd.scale.note(m.at)
	} else {
		rd.scale.nsPerTick = 1
	}
	f := &rd.frame
	*f = Frame{
		Number: uint64(begun.number), Tick: uint64(m.tick), Held: m.held, Lost: rd.lost + m.lost,
		Begin: time.Duration(begun.at.ns), End: time.Duration(m.at.ns), Scopes: f.Scopes[:0],
	}
	rd.append(0, rd.own.scopes[from:m.events], m.at)
	for _, t := range rd.tracks {
		b := &rd.others[t.id]
		n := 0
		for n < len(b.scopes) && rd.over(&b.scopes[n], m.at.ticks) {
			n++
		}
		rd.append(t.id, b.scopes[:n], m.at)
		b.drop(n)
		f.Lost += b.lost
		b.lost = 0
	}
	rd.lost = 0
	if begun.at == (anchor{}) || m.number != begun.number+1 { // its begin was lost, or nobody recorded then
		if f.Lost > 0 {
			rd.lost = f.Lost + uint64(len(f.Scopes))
		}
		return false
	}
	return true
}

// over reports whether a worker's scope had ended by a moment.
func (rd *Reader) over(e *ended, ticks uint64) bool {
	return int64(ticks-e.start) >= int64(e.took) || rd.astray(e, ticks)
}

// astray reports whether a scope seems to begin long after a moment at which it was
// known: the counter began anew meanwhile.
func (rd *Reader) astray(e *ended, ticks uint64) bool {
	return rd.scale.ns(ticks-e.start) < -time.Minute
}

// append adds scopes of a track to the frame that ends at a moment.
func (rd *Reader) append(track int, scopes []ended, end anchor) {
	for i := range scopes {
		e := &scopes[i]
		if rd.astray(e, end.ticks) {
			e.start = end.ticks
		}
		rd.frame.Scopes = append(rd.frame.Scopes, Timed{
			Track: uint16(track), Depth: e.depth, Scope: e.scope,
			Start: time.Duration(end.ns) - rd.scale.ns(end.ticks-e.start), Took: rd.scale.ns(e.took),
		})
	}
}
