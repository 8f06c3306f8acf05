package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// meter tells apart what of each frame was the console's and what was the arena's.
type meter struct {
	budget time.Duration // of a frame

	since   reading // when the running part began
	mine    bool    // the running part is the arena's
	ticks   int     // of the running frame
	console spent   // of the running frame
	arena   spent

	frames  int
	over    int // frames that took more than their budget
	because int // of them, those that had not without the console
	blamed  int // frames that took more of the processor than their budget, and had not without the console
	held    int // frames without a tick, which are not counted: the console waits in them

	consoles, cpu, arenas window
}

// spent is how long something took: by the clock, and of the processor.
type spent struct{ wall, cpu time.Duration }

// reading is the time of both clocks.
type reading struct {
	wall time.Time
	cpu  time.Duration
}

func read() reading { return reading{time.Now(), threadTime()} }

func (m *meter) begin() {
	m.ticks, m.mine, m.console, m.arena = 0, false, spent{}, spent{}
	m.since = read()
}

// turn ends a part of the frame, and begins one of the other side.
func (m *meter) turn() {
	m.note()
	m.mine = !m.mine
	if m.mine {
		m.ticks++
	}
}

func (m *meter) note() {
	now := read()
	part := &m.console
	if m.mine {
		part = &m.arena
	}
	part.wall += now.wall.Sub(m.since.wall)
	part.cpu += now.cpu - m.since.cpu
	m.since = now
}

func (m *meter) end() {
	m.note()
	if m.ticks == 0 {
		m.held++
		return
	}
	m.frames++
	m.consoles.add(m.console.wall)
	m.cpu.add(m.console.cpu)
	m.arenas.add(m.arena.wall)
	if m.arena.wall+m.console.wall > m.budget {
		m.over++
		if m.arena.wall <= m.budget {
			m.because++
		}
	}
	if m.arena.cpu+m.console.cpu > m.budget && m.arena.cpu <= m.budget {
		m.blamed++
	}
}

// reset begins anew.
func (m *meter) reset() { *m = meter{budget: m.budget, since: m.since} }

// keep is how many frames a window holds: ten minutes of sixty a second.
const keep = 36_000

// window is the last durations of many.
type window struct {
	last []time.Duration
	next int
}

func (w *window) add(d time.Duration) {
	if len(w.last) < keep {
		w.last = append(w.last, d)
		return
	}
	w.last[w.next] = d
	w.next = (w.next + 1) % keep
}

// quantiles returns the median, the 99th percentile and the greatest.
func (w *window) quantiles() (p50, p99, most time.Duration) {
	if len(w.last) == 0 {
		return 0, 0, 0
	}
	sorted := slices.Sorted(slices.Values(w.last))
	return sorted[len(sorted)/2], sorted[len(sorted)*99/100], sorted[len(sorted)-1]
}

// table says what was measured, in rows of median, p99 and maximum.
func (m *meter) table() string {
	var b strings.Builder
	row := func(name string, w *window) {
		p50, p99, most := w.quantiles()
		fmt.Fprintf(&b, "%-32s %10s %10s %10s\n", name, brief(p50), brief(p99), brief(most))
	}
	fmt.Fprintf(&b, "%-32s %10s %10s %10s\n", fmt.Sprintf("of %d frames", m.frames), "p50", "p99", "max")
	row("console, by the clock", &m.consoles)
	if threadTime() > 0 {
		row("console, of the processor", &m.cpu)
	}
	row("arena", &m.arenas)
	fmt.Fprintf(&b, "over %s: %d frames, %d of them because of the console", brief(m.budget), m.over, m.because)
	if threadTime() > 0 {
		fmt.Fprintf(&b, "; by the processor's time %d", m.blamed)
	}
	b.WriteByte('\n')
	return b.String()
}

// brief is a duration with three digits.
func brief(d time.Duration) string {
	switch {
	case d < 10*time.Microsecond:
		return fmt.Sprintf("%.2f µs", d.Seconds()*1e6)
	case d < time.Millisecond:
		return fmt.Sprintf("%.0f µs", d.Seconds()*1e6)
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.2f ms", d.Seconds()*1e3)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}
