package timing

import (
	"testing"
	"time"
)

// batch is how many scopes a benchmark runs in a frame.
const batch = 2000

// benchmarkScopes runs two thousand scopes a frame, as a busy game has, and reports
// the cost of one. The loop is a function of its own, so that Begin and End are
// inlined as they are in a game.
func benchmarkScopes(b *testing.B, run func(*Recorder, Scope), m Mode, poll bool) {
	var rec Recorder
	s := rec.Scope("x", "")
	rec.SetMode(m)
	rec.Frame(Mark{})
	b.ReportAllocs()
	frames, spent := 0, time.Duration(0)
	for b.Loop() {
		began := time.Now()
		run(&rec, s)
		frames++
		rec.Frame(Mark{Frame: uint64(frames)})
		spent += time.Since(began)
		if poll { // what another goroutine does in a game
			rec.reader.Poll(func(*Frame) {})
		}
	}
	b.ReportMetric(float64(spent)/float64(frames)/batch, "ns/scope")
}

//go:noinline
func tokens(rec *Recorder, s Scope) {
	for range batch {
		sp := rec.Begin(s)
		sp.End()
	}
}

//go:noinline
func deferred(rec *Recorder, s Scope) {
	for range batch {
		func() {
			defer rec.Begin(s).End()
		}()
	}
}

//go:noinline
func chain(rec *Recorder, s Scope) {
	p := rec.Phase(s)
	for range batch {
		p.Next(s)
	}
	p.End()
}

//go:noinline
func reads(*Recorder, Scope) {
	for range batch {
		counter()
		counter()
	}
}

//go:noinline
func nothing(*Recorder, Scope) {
	for range batch {
		empty()
	}
}

//go:noinline
func empty() {}

//go:noinline
func none(_ *Recorder, s Scope) {
	var rec *Recorder
	for range batch {
		sp := rec.Begin(s)
		sp.End()
	}
}

func BenchmarkScope(b *testing.B) {
	for _, c := range []struct {
		name string
		run  func(*Recorder, Scope)
		mode Mode
		poll bool
	}{
		{"two-counter-reads", reads, Off, false},
		{"events-and-stats", tokens, Events, true},
		{"stats", tokens, Stats, false},
		{"defer", deferred, Events, true},
		{"phase", chain, Events, true},
		{"off", tokens, Off, false},
		{"off-defer", deferred, Off, false},
		{"nil", none, Off, false},
		{"empty-call", nothing, Off, false},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkScopes(b, c.run, c.mode, c.poll) })
	}
}

// BenchmarkFrame is the whole cost of a frame of 40 scopes and 60 counters, the hand-
// over included.
func BenchmarkFrame(b *testing.B) {
	var rec Recorder
	var scopes []Scope
	var counters []Counter
	for i := range 40 {
		scopes = append(scopes, rec.Scope(string(rune('a'+i)), ""))
	}
	for i := range 60 {
		counters = append(counters, rec.Counter(string(rune('A'+i)), "", ""))
	}
	frame := func() {
		for _, s := range scopes {
			sp := rec.Begin(s)
			sp.End()
		}
		for i, c := range counters {
			rec.Add(c, int64(i))
		}
	}
	rec.SetMode(Events)
	for name, work := range map[string]func(){"40-scopes-60-counters": frame, "hand-over": func() {}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				work()
				rec.Frame(Mark{})
				rec.reader.Poll(func(*Frame) {})
			}
		})
	}
}

func BenchmarkSharedCounter(b *testing.B) {
	var rec Recorder
	c := rec.SharedCounter("n", "", "")
	for b.Loop() {
		c.Add(1)
	}
}
