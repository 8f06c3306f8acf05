package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
)

// A called is a call of a scope, in the order in which calls begin.
type called struct {
	Name        string
	Depth       int
	Start, Took time.Duration
}

// A chancy is a game whose scopes nest as chance has it, on a clock that the test
// owns, so that what it records is known to the nanosecond.
type chancy struct {
	con    *Console
	rand   *rand.Rand
	scopes []timing.Scope
	calls  []called
}

// run calls scopes inside each other. Each lasts a moment before and after what is
// inside it.
func (g *chancy) run(begin func(timing.Scope) timing.Span, calls *[]called, depth int) {
	for range g.rand.IntN(4) {
		i := g.rand.IntN(len(g.scopes))
		at, start := len(*calls), g.con.clock.now()
		*calls = append(*calls, called{fmt.Sprintf("scope %d", i), depth, start, 0})
		s := begin(g.scopes[i])
		g.pass()
		if depth < 4 {
			g.run(begin, calls, depth+1)
		}
		g.pass()
		s.End()
		(*calls)[at].Took = g.con.clock.now() - start
		if g.rand.IntN(2) == 0 {
			g.pass()
		}
	}
}

func (g *chancy) pass() { time.Sleep(time.Duration(1 + g.rand.Int64N(50_000))) }

// TestACaptureShowsWhatRan goes all the way: scopes of the game and of a worker, the
// recorder, the collector, the wire's form, the file, Chrome's, and back to a tree.
func TestACaptureShowsWhatRan(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			con := new(Console)
			con.Timings.GoClock = true
			con.Blackbox.FrameOver = -1
			con.collecting.Store(true)
			g := &chancy{con: con, rand: rand.New(rand.NewPCG(seed, 4))}
			for i := range 5 {
				g.scopes = append(g.scopes, con.Timings.Scope(fmt.Sprintf("scope %d", i), ""))
			}
			con.flight.reader = con.Timings.Reader()
			worker := con.Timings.NewTrack("worker")
			var loaded []called
			var outer timing.Span // of the worker, over several frames
			at, depth := 0, 0
			for frame := range 30 {
				for range con.Update() {
					g.pass()
					if frame > 2 { // what a frame records is decided before it begins
						g.run(con.Timings.Begin, &g.calls, 0)
						if frame%6 == 3 {
							at, depth = len(loaded), 1
							loaded = append(loaded, called{"scope 0", 0, con.clock.now(), 0})
							outer = worker.Begin(g.scopes[0])
							g.pass()
						}
						g.run(worker.Begin, &loaded, depth)
						if frame%6 == 5 {
							g.pass()
							outer.End()
							loaded[at].Took, depth = con.clock.now()-loaded[at].Start, 0
						}
					}
				}
				con.flight.collect()
			}
			for range 2 {
				for range con.Update() {
				}
				con.flight.collect()
			}
			kept := con.record(span{to: con.clock.now()}, nil, nil)
			var file bytes.Buffer
			require.NoError(t, kept.write(&file, "chrome"))
			tracks := chromeCalls(t, file.Bytes())
			require.Greater(t, len(g.calls), 30)
			requireSame(t, g.calls, tracks["game"])
			requireSame(t, loaded, tracks["worker"])
			require.NoError(t, con.Close())
		})
	}
}

// requireSame compares calls one by one, so that a failure is short.
func requireSame(t *testing.T, want, got []called) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "call %d", i)
	}
	require.Len(t, got, len(want))
}

// chromeCalls reads the calls of each thread of a Chrome trace: what is within
// another is inside it. The console's own are left out.
func chromeCalls(t *testing.T, file []byte) map[string][]called {
	var trace struct {
		TraceEvents []struct {
			Ph, Name string
			Tid      int
			Ts, Dur  float64
			Args     struct{ Name string }
		}
	}
	require.NoError(t, json.Unmarshal(file, &trace))
	names, tracks, open := make(map[int]string), make(map[string][]called), make(map[int][]time.Duration)
	nanos := func(us float64) time.Duration { return time.Duration(math.Round(us * 1000)) }
	for _, e := range trace.TraceEvents {
		if e.Ph == "M" && e.Name == "thread_name" {
			names[e.Tid] = e.Args.Name
		}
		if e.Ph != "X" || e.Name == "console" {
			continue
		}
		c := called{Name: e.Name, Start: nanos(e.Ts), Took: nanos(e.Dur)}
		ends := open[e.Tid]
		for len(ends) > 0 && ends[len(ends)-1] <= c.Start {
			ends = ends[:len(ends)-1]
		}
		if c.Depth = len(ends); c.Depth > 0 {
			require.LessOrEqual(t, c.Start+c.Took, ends[c.Depth-1], "%v leaves the scope around it", c)
		}
		open[e.Tid] = append(ends, c.Start+c.Took)
		tracks[names[e.Tid]] = append(tracks[names[e.Tid]], c)
	}
	return tracks
}
