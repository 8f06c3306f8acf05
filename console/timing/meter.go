package timing

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"
)

// Counter names a count of things that happen in a frame, such as draw calls. The
// zero Counter names none.
type Counter uint16

// Gauge names a value that lasts until it is set anew, such as the number of
// enemies. The zero Gauge names none.
type Gauge uint16

// meter is a counter or a gauge.
type meter struct {
	MeterInfo
	counter *SharedCounter // nil where it is none
	gauge   *SharedGauge
}

// SharedCounter is a counter for all goroutines. Nil counts nothing.
type SharedCounter struct{ n atomic.Int64 }

// Add counts n things in the running frame. Any goroutine.
func (c *SharedCounter) Add(n int64) {
	if compiled && c != nil {
		c.n.Add(n)
	}
}

// SharedGauge is a gauge for all goroutines. Nil keeps nothing.
type SharedGauge struct{ bits atomic.Uint64 }

// Set sets the value. Any goroutine.
func (g *SharedGauge) Set(v float64) {
	if compiled && g != nil {
		g.bits.Store(math.Float64bits(v))
	}
}

// Counter registers a counter of the Recorder's goroutine under a name; the same
// name gives the same handle. Unit is what it counts, such as "calls" or "B". It
// panics when more than 1,024 counters and gauges are registered. A nil Recorder returns the zero Counter. Any goroutine.
func (r *Recorder) Counter(name, unit, help string) Counter {
	return Counter(r.meter(MeterInfo{name, unit, help, false}, nil))
}

// Gauge registers a gauge of the Recorder's goroutine, as [Recorder.Counter] does a
// counter.
func (r *Recorder) Gauge(name, unit, help string) Gauge {
	return Gauge(r.meter(MeterInfo{name, unit, help, true}, nil))
}

// SharedCounter registers a counter for all goroutines, as [Recorder.Counter] does;
// adding costs an atomic operation. A nil Recorder returns nil.
func (r *Recorder) SharedCounter(name, unit, help string) (c *SharedCounter) {
	r.meter(MeterInfo{name, unit, help, false}, func(m *meter) {
		if m.counter == nil {
			m.counter = new(SharedCounter)
			r.reg.changed.Add(1) // Frame has a copy of the meter
		}
		c = m.counter
	})
	return c
}

// SharedGauge registers a gauge for all goroutines, as [Recorder.Counter] does a
// counter; setting costs an atomic operation. A nil Recorder returns nil.
func (r *Recorder) SharedGauge(name, unit, help string) (g *SharedGauge) {
	r.meter(MeterInfo{name, unit, help, true}, func(m *meter) {
		if m.gauge == nil {
			m.gauge = new(SharedGauge)
			r.reg.changed.Add(1)
		}
		g = m.gauge
	})
	return g
}

// meter registers a meter and returns its number, from 1.
func (r *Recorder) meter(in MeterInfo, share func(*meter)) uint16 {
	if r == nil {
		return 0
	}
	r.once.Do(r.setup)
	g := &r.reg
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.IndexFunc(g.meters, func(m meter) bool { return m.Name == in.Name && m.Gauge == in.Gauge })
	if i < 0 {
		if len(g.meters) == maxMeters {
			panic(fmt.Sprintf("timing: %q is one more than %d counters and gauges; are names made at run time?", in.Name, maxMeters))
		}
		i = len(g.meters)
		g.meters = append(g.meters, meter{MeterInfo: in})
		g.changed.Add(1)
	}
	m := &g.meters[i]
	if share != nil {
		share(m)
	}
	return uint16(i + 1)
}

// Meters returns what is known of every counter and gauge, in the order of
// [Totals.Meters]. Any goroutine.
func (r *Recorder) Meters() []MeterInfo {
	if r == nil {
		return nil
	}
	r.reg.mu.Lock()
	defer r.reg.mu.Unlock()
	list := make([]MeterInfo, len(r.reg.meters))
	for i := range list {
		list[i] = r.reg.meters[i].MeterInfo
	}
	return list
}

// Add counts n things in the running frame. It belongs to the Recorder's goroutine;
// others have a [SharedCounter].
func (r *Recorder) Add(c Counter, n int64) {
	if !compiled || r == nil {
		return
	}
	if int(c) >= len(r.counts) {
		r.counts = append(r.counts, make([]int64, int(c)+1-len(r.counts))...)
	}
	r.counts[c] += n
}

// Set sets a gauge. It belongs to the Recorder's goroutine; others have a
// [SharedGauge].
func (r *Recorder) Set(g Gauge, v float64) {
	if !compiled || r == nil || g == 0 {
		return
	}
	r.room(int(g))
	r.values[g-1] = v
}

// room makes values hold n.
func (r *Recorder) room(n int) {
	if n > len(r.values) {
		r.values = append(r.values, make([]float64, n-len(r.values))...)
	}
}

// readMeters closes the meters' frame.
func (r *Recorder) readMeters() []float64 {
	r.room(len(r.meters))
	for i := range r.meters {
		m := &r.meters[i]
		switch {
		case m.Gauge:
			if m.gauge != nil {
				r.values[i] = math.Float64frombits(m.gauge.bits.Load())
			}
		default:
			var n int64
			if i+1 < len(r.counts) {
				n, r.counts[i+1] = r.counts[i+1], 0
			}
			if m.counter != nil {
				n += m.counter.n.Swap(0)
			}
			r.values[i] = float64(n)
		}
	}
	return r.values[:len(r.meters)]
}
