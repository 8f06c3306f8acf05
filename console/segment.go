package console

import (
	"cmp"
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
	order []int32
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
	runs := w.sort(f.Scopes)

	le := binary.LittleEndian
	var flags uint8
	if f.Held {
		flags |= heldFlag
	}
	if f.Lost > 0 {
		flags |= lossFlag
	}
	b = le.AppendUint32(b, uint32(len(f.Scopes)))
	b = le.AppendUint16(b, uint16(runs))
	b = append(b, uint8(shift), flags)
	b = le.AppendUint64(b, math.Float64bits(float64(base)))
	b = le.AppendUint32(b, saturate(f.End-f.Begin))
	b = le.AppendUint32(b, uint32(min(f.Lost, math.MaxUint32)))
	b = le.AppendUint32(b, uint32(f.Tick))
	b = le.AppendUint32(b, uint32((f.Begin-base)>>shift))
	return w.columns(b, f.Scopes, base, shift)
}

// sort orders the scopes by track, then depth; what is equal stays as it came, which
// is in the order of time. It returns the number of runs.
func (w *segmentWriter) sort(scopes []timing.Timed) (runs int) {
	w.order = w.order[:0]
	for i := range scopes {
		w.order = append(w.order, int32(i))
	}
	slices.SortStableFunc(w.order, func(a, b int32) int {
		x, y := &scopes[a], &scopes[b]
		return cmp.Or(cmp.Compare(x.Track, y.Track), cmp.Compare(x.Depth, y.Depth))
	})
	for i := range w.order {
		if i == 0 || !sameRun(&scopes[w.order[i-1]], &scopes[w.order[i]]) {
			runs++
		}
	}
	return runs
}

func sameRun(a, b *timing.Timed) bool { return a.Track == b.Track && a.Depth == b.Depth }

// columns writes the runs and the scopes in their order.
func (w *segmentWriter) columns(b []byte, scopes []timing.Timed, base time.Duration, shift int) []byte {
	le := binary.LittleEndian
	for i := 0; i < len(w.order); {
		first := &scopes[w.order[i]]
		n := 1
		for i+n < len(w.order) && sameRun(first, &scopes[w.order[i+n]]) {
			n++
		}
		b = le.AppendUint16(b, first.Track)
		b = append(b, first.Depth, 0)
		b = le.AppendUint32(b, uint32(n))
		i += n
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
