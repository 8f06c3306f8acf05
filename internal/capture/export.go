package capture

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
)

// What both exporters show beside the tracks of the game.
const (
	framesTrack = "frames"
	logTrack    = "log"
	gcTrack     = "GC"
	reasonTrack = "capture"
	heapCounter = "heap in use"
)

// scopeName returns the name of a scope, which a file may not tell.
func (c *Capture) scopeName(id uint16) string {
	if int(id) < len(c.Timings.Scopes) {
		return c.Timings.Scopes[id].Name
	}
	return fmt.Sprintf("scope %d", id)
}

func (c *Capture) trackName(id uint16) string {
	for _, t := range c.Timings.Tracks {
		if t.ID == int(id) && t.Name != "" {
			return t.Name
		}
	}
	if id == 0 {
		return "game"
	}
	return fmt.Sprintf("track %d", id)
}

// processName is what viewers show for the game.
func (c *Capture) processName() string { return cmp.Or(c.Meta.Name, "game") }

// trackIDs returns the tracks in the order in which they are shown: those that the
// capture names, and those that it has spans of.
func (c *Capture) trackIDs(spans map[uint16][]Span) []uint16 {
	known := make(map[uint16]bool)
	for _, t := range c.Timings.Tracks {
		if t.ID >= 0 && t.ID <= math.MaxUint16 {
			known[uint16(t.ID)] = true
		}
	}
	for id := range spans {
		known[id] = true
	}
	return slices.Sorted(maps.Keys(known))
}

// mark is something that happened at a moment.
type mark struct {
	track string
	time  int64
	name  string
	args  []arg
}

// arg is a detail of an event: a text, or a number where text is "".
type arg struct {
	name, text string
	number     int64
}

// marks returns the log, the collections and the reason, by time.
func (c *Capture) marks() []mark {
	var all []mark
	if r := c.Meta.Reason; r != nil {
		all = append(all, mark{reasonTrack, r.Time, cmp.Or(r.Text, r.Kind, "capture"), []arg{{name: "kind", text: r.Kind}, {name: "frame", number: int64(r.Frame)}}})
	}
	for _, l := range c.Log {
		m := mark{logTrack, l.Time, l.Msg, []arg{{name: "level", text: l.Level}, {name: "frame", number: int64(l.Frame)}}}
		if l.Count > 1 {
			m.args = append(m.args, arg{name: "count", number: int64(l.Count)})
		}
		if l.Source != "" {
			m.args = append(m.args, arg{name: "source", text: l.Source})
		}
		if attrs := string(l.Attrs); attrs != "" && attrs != "{}" && attrs != "null" {
			m.args = append(m.args, arg{name: "attrs", text: attrs})
		}
		all = append(all, m)
	}
	for _, s := range c.Memory {
		for _, gc := range s.GCs {
			all = append(all, mark{gcTrack, gc.Time, fmt.Sprintf("GC %d", gc.Cycle), []arg{{name: "pause_ns", number: gc.Pause}}})
		}
	}
	for i := range all {
		all[i].time = max(all[i].time, 0)
	}
	slices.SortStableFunc(all, func(a, b mark) int { return cmp.Compare(a.time, b.time) })
	return all
}

// series is a counter's values over time; only changes are kept, and the last.
type series struct {
	name, unit, help string
	points           []point
}

type point struct {
	time  int64
	value float64
}

// add adds a value; a NaN or an infinity, which viewers refuse, is none.
func (s *series) add(time int64, value float64, last bool) {
	n := len(s.points)
	if math.IsNaN(value) || math.IsInf(value, 0) || n > 0 && s.points[n-1].value == value && !last {
		return
	}
	s.points = append(s.points, point{max(time, 0), value})
}

// counters returns the counters and gauges of the game, and the heap.
func (c *Capture) counters(frames []frame) []series {
	began := make(map[uint32]int64, len(frames))
	for _, f := range frames {
		began[f.number] = f.start
	}
	var all []series
	for id, in := range c.Timings.Counters {
		s := series{name: cmp.Or(in.Name, fmt.Sprintf("counter %d", id)), unit: in.Unit, help: in.Help}
		for i, f := range c.Frames {
			if id < len(f.Values) {
				s.add(began[f.Frame], f.Values[id], i == len(c.Frames)-1)
			}
		}
		all = append(all, s)
	}
	heap := series{name: heapCounter, unit: "B"}
	for i, m := range c.Memory {
		heap.add(m.Time, float64(m.HeapInUse), i == len(c.Memory)-1)
	}
	return slices.DeleteFunc(append(all, heap), func(s series) bool { return len(s.points) == 0 })
}

// output writes in large pieces and keeps the first error.
type output struct {
	w   io.Writer
	buf []byte
	err error
}

const outputSize = 64 << 10

// full writes what is in the buffer when that is worth it.
func (o *output) full() {
	if len(o.buf) >= outputSize {
		o.flush()
	}
}

func (o *output) flush() error {
	if o.err == nil && len(o.buf) > 0 {
		_, o.err = o.w.Write(o.buf)
	}
	o.buf = o.buf[:0]
	return o.err
}
