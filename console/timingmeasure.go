package console

import (
	"cmp"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/rpc"
)

// measurement takes the times of some ticks, one by one, and what the program allocated
// meanwhile.
type measurement struct {
	t      *Timings
	scopes []*scopeMeasure
	before []timing.Stat // of the running frame, when the last tick ended
	now    []timing.Stat // scratch
	ticks  []uint32      // ns, of each
	began  allocations
	result Measured
}

// scopeMeasure is one scope of it.
type scopeMeasure struct {
	index int
	name  string
	calls uint64
	total time.Duration
	part  time.Duration // of the running tick, from frames that are over
	ticks []uint32      // ns, of each
}

// maxMeasured bounds what a measurement keeps: times of ticks, of all its scopes.
const maxMeasured = 4 << 20

// Params and results of timing.measure.
type (
	// MeasureParams asks for a measurement.
	MeasureParams struct {
		Ticks  int      `json:"ticks" min:"1" max:"100000"`
		Scopes []string `json:"scopes,omitempty" help:"absent is all"`
	}
	// TickSpread is how long something took, over ticks.
	TickSpread struct {
		P50 int64 `json:"p50" unit:"ns"`
		P95 int64 `json:"p95" unit:"ns"`
		P99 int64 `json:"p99" unit:"ns"`
		Max int64 `json:"max" unit:"ns"`
	}
	// MeasuredScope is what a scope took per tick. What runs between two ticks, such as
	// drawing, counts to the later.
	MeasuredScope struct {
		Name  string `json:"name"`
		Calls uint64 `json:"calls"`
		Total int64  `json:"total" unit:"ns"`
		TickSpread
	}
	// Measured is what some ticks took.
	Measured struct {
		Ticks      int             `json:"ticks"`
		Scopes     []MeasuredScope `json:"scopes"`
		Tick       TickSpread      `json:"tick" help:"of the game's own simulation"`
		Allocs     uint64          `json:"allocs" help:"objects that the whole program allocated meanwhile"`
		AllocBytes uint64          `json:"allocBytes" unit:"B"`
		GCs        uint64          `json:"gcs" help:"garbage collections that ended meanwhile"`
		GCPauseMax int64           `json:"gcPauseMax" unit:"ns" help:"the longest time that one of them stopped the program"`
	}
)

func (t *Timings) registerMeasure(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "timing.measure", Help: "takes the times of so many ticks and answers behind the last; later requests of the same client wait for it. A client that holds the game has the ticks run for it",
		Role: rpc.Drive, Errors: []rpc.Code{rpc.OutOfRange, rpc.NotFound, rpc.Unavailable, rpc.TooMany}}, t.measure)
}

func (t *Timings) measure(call *rpc.Call, p MeasureParams) (Measured, error) {
	m := &measurement{t: t}
	if err := m.choose(p.Scopes); err != nil {
		return Measured{}, err
	}
	if size := (len(m.scopes) + 1) * p.Ticks; size > maxMeasured {
		e := rpc.Errorf(rpc.TooMany, "%d scopes over %d ticks are more than is kept: ask for fewer of them", len(m.scopes), p.Ticks)
		e.Data.Path, e.Data.Limit = "/ticks", "times 4194304"
		return Measured{}, e
	}
	m.ticks = make([]uint32, 0, p.Ticks)
	for _, s := range m.scopes {
		s.ticks = make([]uint32, 0, p.Ticks)
	}
	if err := t.wait(call, m, p.Ticks); err != nil {
		return Measured{}, err
	}
	t.measures = append(t.measures, m)
	t.latch(t.serving) // from the first tick on
	m.before = t.Running(m.before)
	m.began = allocationsNow()
	return Measured{}, nil
}

// choose finds the scopes by their names.
func (m *measurement) choose(names []string) error {
	known := m.t.Scopes()
	for i, in := range known {
		if names == nil || slices.Contains(names, in.Name) {
			m.scopes = append(m.scopes, &scopeMeasure{index: i, name: in.Name})
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(known, func(in timing.Info) bool { return in.Name == name }) {
			all := make([]string, len(known))
			for i, in := range known {
				all[i] = in.Name
			}
			return at(unknown(rpc.NotFound, "scope", name, all), "", "/scopes")
		}
	}
	return nil
}

// measured reports whether anything is measured.
func (t *Timings) measured() bool { return len(t.measures) > 0 }

// carry keeps what the running frame has taken, when it ends between two ticks.
func (t *Timings) carry() {
	for _, m := range t.measures {
		m.collect()
		m.before = m.before[:0]
	}
}

// collect adds to each scope what it took since it was looked at last.
func (m *measurement) collect() {
	m.now = m.t.Running(m.now)
	for _, s := range m.scopes {
		if s.index >= len(m.now) {
			continue
		}
		now := m.now[s.index]
		if s.index < len(m.before) {
			now.Calls -= m.before[s.index].Calls
			now.Total -= m.before[s.index].Total
		}
		s.calls += uint64(now.Calls)
		s.total += now.Total
		s.part += now.Total
	}
	m.before, m.now = m.now, m.before
}

func (m *measurement) ticked(_ uint64, left int) (done bool, err error) {
	m.collect()
	m.ticks = append(m.ticks, saturate(m.t.took))
	for _, s := range m.scopes {
		s.ticks = append(s.ticks, saturate(s.part))
		s.part = 0
	}
	if left == 0 {
		m.conclude()
	}
	return false, nil
}

// conclude reads what was allocated first, for the rest allocates, too.
func (m *measurement) conclude() {
	r := &m.result
	r.Allocs, r.AllocBytes, r.GCs = m.began.since()
	if r.GCs > 0 {
		var stats debug.GCStats
		debug.ReadGCStats(&stats)
		for _, pause := range stats.Pause[:min(int(min(r.GCs, math.MaxInt32)), len(stats.Pause))] {
			r.GCPauseMax = max(r.GCPauseMax, int64(pause))
		}
	}
	r.Ticks, r.Tick = len(m.ticks), spreadOver(m.ticks)
	r.Scopes = make([]MeasuredScope, len(m.scopes))
	for i, s := range m.scopes {
		r.Scopes[i] = MeasuredScope{s.name, s.calls, int64(s.total), spreadOver(s.ticks)}
	}
	slices.SortStableFunc(r.Scopes, func(a, b MeasuredScope) int { return cmp.Compare(b.Total, a.Total) })
}

// spreadOver reads its figures off the times of the ticks; percentiles are the nearest
// rank.
func spreadOver(ticks []uint32) (s TickSpread) {
	if len(ticks) == 0 {
		return s
	}
	slices.Sort(ticks)
	rank := func(percent int) int64 { return int64(ticks[(len(ticks)*percent+99)/100-1]) }
	return TickSpread{rank(50), rank(95), rank(99), int64(ticks[len(ticks)-1])}
}

func (m *measurement) answer() any { return m.result }

func (m *measurement) end() {
	m.t.measures = slices.DeleteFunc(m.t.measures, func(o *measurement) bool { return o == m })
}

// allocations are what the program has allocated since it began.
type allocations [4]metrics.Sample

func allocationsNow() (a allocations) {
	for i, name := range [...]string{"/gc/heap/allocs:objects", "/gc/heap/tiny/allocs:objects", "/gc/heap/allocs:bytes", "/gc/cycles/total:gc-cycles"} {
		a[i].Name = name
	}
	metrics.Read(a[:])
	return a
}

// since is what was allocated, and how many collections there were.
func (a *allocations) since() (objects, bytes, collections uint64) {
	now := *a
	metrics.Read(now[:])
	of := func(i int) uint64 { return now[i].Value.Uint64() - a[i].Value.Uint64() }
	return of(0) + of(1), of(2), of(3)
}
