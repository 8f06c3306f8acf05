package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// headerSize is the size of what stands before the payload of a binary message.
const headerSize = 24

// Header is what stands before the payload of a binary message.
type Header struct {
	Lost  uint16 // messages lost before this one, saturating
	Seq   uint32
	Frame uint32
	Time  int64 // ns since the session began
}

// Frame is what one frame took, by scope: a binary event of the topic timings.
// Times are in ns and saturate at 4.29 s.
type Frame struct {
	Header
	Tick    uint32
	Period  uint32 // from this frame's Update to the next
	Work    uint32 // the sum of the outermost scopes
	Held    bool
	Dropped uint32    // scopes that were not recorded since the frame before
	Scopes  []Stat    // by id
	Values  []float64 // of counters and gauges, by id
}

// Stat is what one scope took in one frame.
type Stat struct{ Calls, Total, Self, Min, Max uint32 }

// Segment is what ended within one frame, call by call: a binary event of the
// topic scopes. The time of its header is when the frame began.
type Segment struct {
	Header
	Tick   uint32
	Length uint32 // of the frame, in ns, saturating at 4.29 s
	Held   bool
	Gap    bool   // events were lost before this segment
	Lost   uint32 // how many
	Spans  []Span // by track, then depth, then start
}

// Span is one call of a scope.
type Span struct {
	Start, Duration int64 // ns; the start since the session began
	Track           uint16
	Scope           uint16 // the id
	Depth           uint8  // 0 for an outermost one
}

// End returns when the call ended.
func (s Span) End() int64 { return s.Start + s.Duration }

// takeBinary decodes a binary message and adds it.
func (c *Capture) takeBinary(topic string, message []byte) error {
	if topic != "timings" && topic != "scopes" {
		return nil
	}
	if len(message) < headerSize {
		return fmt.Errorf("a message of %d bytes has no header", len(message))
	}
	le := binary.LittleEndian
	h := Header{Lost: le.Uint16(message[2:]), Seq: le.Uint32(message[8:]), Frame: le.Uint32(message[12:]), Time: int64(le.Uint64(message[16:]))}
	if h.Time < 0 || h.Time > maxTime {
		return fmt.Errorf("the time %d is in no session", h.Time)
	}
	if topic == "timings" {
		f, err := decodeFrame(message[headerSize:])
		if err != nil {
			return err
		}
		f.Header = h
		c.Frames = append(c.Frames, f)
		return nil
	}
	s, err := decodeSegment(message[headerSize:])
	if err != nil {
		return err
	}
	s.Header = h
	c.Segments = append(c.Segments, s)
	return nil
}

// maxTime bounds the times that are believed, so that sums do not overflow: what a
// float64 still counts exactly, which is 104 days.
const maxTime = 1 << 53

const frameHead = 24 // bytes of a timings payload before its columns

func decodeFrame(p []byte) (Frame, error) {
	le := binary.LittleEndian
	if len(p) < frameHead {
		return Frame{}, fmt.Errorf("a frame of %d bytes has no head", len(p))
	}
	n, k := int(le.Uint16(p)), int(le.Uint16(p[2:]))
	padding := n % 2 * 4
	if want := frameHead + 20*n + padding + 8*k; len(p) != want {
		return Frame{}, fmt.Errorf("a frame of %d scopes and %d counters has %d bytes, not %d", n, k, len(p), want)
	}
	f := Frame{
		Tick: le.Uint32(p[4:]), Period: le.Uint32(p[8:]), Work: le.Uint32(p[12:]), Held: p[16]&1 != 0, Dropped: le.Uint32(p[20:]),
		Scopes: make([]Stat, n), Values: make([]float64, k),
	}
	column := func(i, id int) uint32 { return le.Uint32(p[frameHead+4*(i*n+id):]) }
	for id := range f.Scopes {
		f.Scopes[id] = Stat{column(0, id), column(1, id), column(2, id), column(3, id), column(4, id)}
	}
	values := p[frameHead+20*n+padding:]
	for i := range f.Values {
		f.Values[i] = math.Float64frombits(le.Uint64(values[8*i:]))
	}
	return f, nil
}

const (
	segmentHead = 32 // bytes of a scopes payload before its runs
	runSize     = 8
	spanSize    = 10
	maxShift    = 20 // 2^32 units of it are within maxTime
)

func decodeSegment(p []byte) (Segment, error) {
	le := binary.LittleEndian
	if len(p) < segmentHead {
		return Segment{}, fmt.Errorf("a segment of %d bytes has no head", len(p))
	}
	n, runs, shift := int64(le.Uint32(p)), int(le.Uint16(p[4:])), p[6]
	if want := segmentHead + runSize*int64(runs) + spanSize*n; int64(len(p)) != want {
		return Segment{}, fmt.Errorf("a segment of %d scopes in %d runs has %d bytes, not %d", n, runs, len(p), want)
	}
	base := math.Float64frombits(le.Uint64(p[8:]))
	if shift > maxShift || !(base >= -maxTime && base <= maxTime) {
		return Segment{}, fmt.Errorf("a segment begins at %v, in units of 2^%d ns", base, shift)
	}
	s := Segment{Tick: le.Uint32(p[24:]), Length: le.Uint32(p[16:]), Held: p[7]&1 != 0, Gap: p[7]&2 != 0, Lost: le.Uint32(p[20:]), Spans: make([]Span, n)}
	starts := p[segmentHead+runSize*runs:]
	durations, ids := starts[4*n:], starts[8*n:]
	next, before := int64(0), -1
	for r := range runs {
		run := p[segmentHead+runSize*r:]
		track, depth, count := le.Uint16(run), run[2], int64(le.Uint32(run[4:]))
		if order := int(track)<<8 | int(depth); order <= before || count > n-next {
			return Segment{}, errors.New("the runs of a segment are out of order, or hold more than it has")
		} else {
			before = order
		}
		for i := next; i < next+count; i++ {
			s.Spans[i] = Span{
				Start:    int64(base) + int64(le.Uint32(starts[4*i:]))<<shift,
				Duration: int64(le.Uint32(durations[4*i:])) << shift,
				Scope:    le.Uint16(ids[2*i:]), Track: track, Depth: depth,
			}
		}
		next += count
	}
	if next != n {
		return Segment{}, fmt.Errorf("the runs of a segment hold %d of its %d scopes", next, n)
	}
	return s, nil
}
