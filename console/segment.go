package console

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/scry-dev/scry/console/timing"
)

const lossFlag = 2 // of a segment: scopes before it are missing

// segmentWriter writes frames with all their scopes as the wire has them. It keeps
// its scratch memory.
type segmentWriter struct {
	order []int32 // places of scopes, by run
	runs  []run
}

// run are scopes of one track and depth, which do not overlap.
type run struct {
	track uint16
	depth uint8
	n     uint32
}

// append writes the payload of a frame: see [ScopesSegment].
func (w *segmentWriter) append(b []byte, f *timing.Frame) []byte {
	base, last := f.Begin, f.End
	for i := range f.Scopes {
		s := &f.Scopes[i]
		base, last = min(base, s.Start), max(last, s.Start+s.Took)
	}
	// A unit that lets the longest span fit into 32 bits: 1 ns up to 4.29 s.
	shift := max(0, bits.Len64(uint64(max(last-base, 0)))-32)
	w.sort(f.Scopes)

	le := binary.LittleEndian
	var flags uint8
	if f.Held {
		flags |= heldFlag
	}
	if f.Lost > 0 {
		flags |= lossFlag
	}
	b = le.AppendUint32(b, uint32(len(f.Scopes)))
	b = le.AppendUint16(b, uint16(len(w.runs)))
	b = append(b, uint8(shift), flags)
	b = le.AppendUint64(b, math.Float64bits(float64(base)))
	b = le.AppendUint32(b, saturate(f.End-f.Begin))
	b = le.AppendUint32(b, uint32(min(f.Lost, math.MaxUint32)))
	b = le.AppendUint32(b, uint32(f.Tick))
	b = le.AppendUint32(b, uint32((f.Begin-base)>>shift))
	return w.columns(b, f.Scopes, base, shift)
}

// sort finds the runs, by track and then depth. What is equal stays as it came, which
// is in the order of time, so that no comparison is needed: scopes come by track, and
// depths are counted.
func (w *segmentWriter) sort(scopes []timing.Timed) {
	w.runs = w.runs[:0]
	w.order = slices.Grow(w.order[:0], len(scopes))[:len(scopes)]
	var place [256]int32 // by depth: how many, then where the next goes
	for from := 0; from < len(scopes); {
		to := from
		clear(place[:])
		for ; to < len(scopes) && scopes[to].Track == scopes[from].Track; to++ {
			place[scopes[to].Depth]++
		}
		at := int32(from)
		for depth, n := range place {
			place[depth] = at
			at += n
			if n > 0 {
				w.runs = append(w.runs, run{scopes[from].Track, uint8(depth), uint32(n)})
			}
		}
		for i := from; i < to; i++ {
			d := scopes[i].Depth
			w.order[place[d]] = int32(i)
			place[d]++
		}
		from = to
	}
}

// columns writes the runs and the scopes in their order.
func (w *segmentWriter) columns(b []byte, scopes []timing.Timed, base time.Duration, shift int) []byte {
	le := binary.LittleEndian
	for _, r := range w.runs {
		b = le.AppendUint16(b, r.track)
		b = append(b, r.depth, 0)
		b = le.AppendUint32(b, r.n)
	}
	for _, i := range w.order {
		b = le.AppendUint32(b, uint32((scopes[i].Start-base)>>shift))
	}
	for _, i := range w.order {
		b = le.AppendUint32(b, uint32(scopes[i].Took>>shift))
	}
	for _, i := range w.order {
		b = le.AppendUint16(b, uint16(scopes[i].Scope.Index()))
	}
	return b
}
