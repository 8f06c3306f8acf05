package console

import (
	"slices"
	"time"
)

// tally sums the frames of the session up.
type tally struct {
	frames uint64
	held   uint64 // of them
	lost   uint64 // events
	work   time.Duration
	period histogram
	scopes []scopeTally
	sums   []float64 // by meter: what counters counted
	last   []float64 // by meter: in the newest frame
}

// scopeTally is what a scope took since the session began.
type scopeTally struct {
	calls       uint64
	total, self time.Duration
}

// periodBounds are the upper ends of a histogram's buckets: the periods of the usual
// displays, a tenth more than them, and what is a hitch.
var periodBounds = [...]time.Duration{
	time.Millisecond, 2 * time.Millisecond, 4 * time.Millisecond, 7 * time.Millisecond, 8400 * time.Microsecond,
	11200 * time.Microsecond, 16700 * time.Microsecond, 18400 * time.Microsecond, 25 * time.Millisecond, 33400 * time.Microsecond,
	50 * time.Millisecond, 67 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, time.Second,
}

// histogram counts durations; the last bucket is of what is longer than all bounds.
type histogram struct {
	counts [len(periodBounds) + 1]uint64
	sum    time.Duration
}

func (h *histogram) add(d time.Duration) {
	i, _ := slices.BinarySearch(periodBounds[:], d)
	h.counts[i]++
	h.sum += d
}

// copyTo copies the tally onto another's memory.
func (t *tally) copyTo(to *tally) {
	scopes, sums, last := append(to.scopes[:0], t.scopes...), append(to.sums[:0], t.sums...), append(to.last[:0], t.last...)
	*to = *t
	to.scopes, to.sums, to.last = scopes, sums, last
}

// add counts a frame. While a game is held, its frames are no measure of it.
func (t *tally) add(f frameView) {
	t.frames++
	t.lost += uint64(f.lost())
	k := f.meters()
	t.sums = append(t.sums, make([]float64, max(0, k-len(t.sums)))...)
	t.last = append(t.last, make([]float64, max(0, k-len(t.last)))...)
	for i := range k {
		t.last[i] = f.meter(i)
		t.sums[i] += t.last[i]
	}
	if f.held() {
		t.held++
		return
	}
	t.period.add(time.Duration(f.period()))
	t.work += time.Duration(f.work())
	n := f.scopes()
	t.scopes = append(t.scopes, make([]scopeTally, max(0, n-len(t.scopes)))...)
	for i := range n {
		s := &t.scopes[i]
		s.calls += uint64(f.column(callsColumn, i))
		s.total += time.Duration(f.column(totalColumn, i))
		s.self += time.Duration(f.column(selfColumn, i))
	}
}
