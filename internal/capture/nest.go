package capture

import (
	"cmp"
	"slices"
)

// tracks returns the spans of every track, by id, nested.
func (c *Capture) tracks() map[uint16][]Span {
	counts := make(map[uint16]int)
	for _, s := range c.Segments {
		for _, span := range s.Spans {
			counts[span.Track]++
		}
	}
	all := make(map[uint16][]Span, len(counts))
	for track, n := range counts {
		all[track] = make([]Span, 0, n)
	}
	for _, s := range c.Segments {
		for _, span := range s.Spans {
			all[span.Track] = append(all[span.Track], span)
		}
	}
	for track := range all {
		nest(all[track])
	}
	return all
}

// nest puts the spans of one track in the order in which they began, each before
// those inside it, and makes a tree of them: a span that reaches past the one
// around it, or into the next beside it, is shortened, and the depth becomes the
// number of spans around. In a whole capture this changes nothing; it does where
// scopes were lost, and where a clock stepped.
//
// The span around another is the last one of less depth that began before it and
// has not ended.
func nest(spans []Span) {
	for i := range spans {
		spans[i].Start = max(spans[i].Start, 0) // viewers count from 0 up
	}
	slices.SortStableFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Depth, b.Depth))
	})
	type open struct {
		depth uint8 // as it was recorded
		index int
	}
	var stack []open
	for i := range spans {
		s := &spans[i]
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			around := &spans[top.index]
			past := around.End() < s.Start || around.End() == s.Start && s.Duration > 0
			if top.depth < s.Depth && !past {
				s.Duration = min(s.Duration, around.End()-s.Start)
				break
			}
			cutTo(spans, top.index, i, s.Start)
			stack = stack[:len(stack)-1]
		}
		stack = append(stack, open{s.Depth, i})
		s.Depth = uint8(min(len(stack)-1, 255))
	}
}

// cutTo ends a span, and those inside it, by a moment.
func cutTo(spans []Span, from, to int, end int64) {
	if spans[from].End() <= end {
		return
	}
	for i := from; i < to; i++ {
		if s := &spans[i]; s.End() > end {
			s.Duration = end - s.Start
		}
	}
}

// frame is a frame on the time axis.
type frame struct {
	number     uint32
	tick       uint32
	work       uint32 // ns; of a frame of the topic timings
	timed      bool   // work is known
	held       bool
	start, end int64
}

// frames lays the frames out on the time axis. A segment says when its frame
// began; what timings alone tell of begins where the frame before ended.
func (c *Capture) frames() []frame {
	byNumber := make(map[uint32]int)
	var all []frame
	for _, s := range c.Segments {
		byNumber[s.Frame] = len(all)
		all = append(all, frame{number: s.Frame, tick: s.Tick, held: s.Held, start: s.Time, end: s.Time + int64(s.Length)})
	}
	var before frame
	for _, f := range c.Frames {
		if i, ok := byNumber[f.Frame]; ok {
			all[i].work, all[i].timed = f.Work, true
			before = all[i]
			continue
		}
		at := frame{number: f.Frame, tick: f.Tick, work: f.Work, timed: true, held: f.Held, start: f.Time}
		if before.end > 0 && before.number+1 == f.Frame {
			at.start = before.end
		}
		at.end = at.start + int64(f.Period)
		byNumber[f.Frame] = len(all)
		all = append(all, at)
		before = at
	}
	slices.SortStableFunc(all, func(a, b frame) int { return cmp.Compare(a.start, b.start) })
	for i := range len(all) - 1 {
		all[i].end = min(all[i].end, all[i+1].start)
	}
	return all
}
