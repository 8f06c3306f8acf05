package timing_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
)

// polled returns copies of the frames that have ended.
func polled(rd *timing.Reader) (frames []timing.Frame) {
	rd.Poll(func(f *timing.Frame) {
		c := *f
		c.Scopes = append([]timing.Timed(nil), f.Scopes...)
		frames = append(frames, c)
	})
	return frames
}

// recording is a Recorder in a bubble that records events, in its first frame.
func recording(t *testing.T, f func(t *testing.T, rec *timing.Recorder)) {
	synctest.Test(t, func(t *testing.T) {
		rec := &timing.Recorder{GoClock: true}
		rec.SetMode(timing.Events)
		spend(time.Second)
		rec.Frame(timing.Mark{Frame: 1, Time: time.Second})
		f(t, rec)
	})
}

func TestAChainReadsTheClockOncePerBoundary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := timing.Recorder{GoClock: true}
		input, physics, broad := rec.Scope("input", ""), rec.Scope("physics", ""), rec.Scope("broad", "")
		outer := rec.Begin(rec.Scope("update", ""))
		p := rec.Phase(input)
		spend(time.Millisecond)
		p.Next(physics)
		b := rec.Begin(broad)
		spend(2 * time.Millisecond)
		b.End()
		spend(3 * time.Millisecond)
		p.Next(input)
		spend(4 * time.Millisecond)
		p.End()
		p.End() // does nothing
		p.Next(input)
		outer.End()
		stats, work := closed(&rec)
		require.Equal(t, 10*time.Millisecond, work)
		require.Equal(t, timing.Stat{Calls: 2, Total: 5 * time.Millisecond, Self: 5 * time.Millisecond, Min: time.Millisecond, Max: 4 * time.Millisecond}, stats[input.Index()])
		require.Equal(t, 5*time.Millisecond, stats[physics.Index()].Total)
		require.Equal(t, 3*time.Millisecond, stats[physics.Index()].Self)
		require.Zero(t, stats[3].Self, "update does nothing by itself")
		require.Equal(t, physics, rec.Scopes()[broad.Index()].Parent)
	})
}

func TestNextOfNoScopeEndsTheChain(t *testing.T) {
	var rec timing.Recorder
	s := rec.Scope("x", "")
	p := rec.Phase(s)
	p.Next(0)
	p.Next(s)
	p.End()
	stats, _ := closed(&rec)
	require.EqualValues(t, 1, stats[0].Calls)
}

func TestFramesHoldEveryScope(t *testing.T) {
	recording(t, func(t *testing.T, rec *timing.Recorder) {
		outer, inner := rec.Scope("outer", ""), rec.Scope("inner", "")
		o := rec.Begin(outer)
		spend(time.Millisecond)
		for range 2 {
			i := rec.Begin(inner)
			spend(2 * time.Millisecond)
			i.End()
		}
		o.End()
		rec.Frame(timing.Mark{Frame: 2, Tick: 7, Time: time.Second + 5*time.Millisecond, Held: true})
		at := func(ms int) time.Duration { return time.Second + time.Duration(ms)*time.Millisecond }
		require.Equal(t, []timing.Frame{{
			Number: 1, Tick: 7, Held: true, Begin: at(0), End: at(5),
			Scopes: []timing.Timed{
				{Depth: 1, Scope: inner, Start: at(1), Took: 2 * time.Millisecond},
				{Depth: 1, Scope: inner, Start: at(3), Took: 2 * time.Millisecond},
				{Scope: outer, Start: at(0), Took: 5 * time.Millisecond},
			},
		}}, polled(rec.Reader()))
		require.Empty(t, polled(rec.Reader()))
	})
}

// A worker's scopes stand in the frame in which they ended; its times add to the
// frame that finds them finished.
func TestWorkersHaveTracksOfTheirOwn(t *testing.T) {
	recording(t, func(t *testing.T, rec *timing.Recorder) {
		job, part := rec.Scope("job", ""), rec.Scope("part", "")
		w := rec.NewTrack("jobs")
		require.Equal(t, 1, w.ID())
		require.Equal(t, []string{"game", "jobs"}, rec.TrackNames())
		frame := func(n int, at time.Duration) timing.Totals { return rec.Frame(timing.Mark{Frame: uint64(n), Time: at}) }

		j := w.Begin(job)
		spend(4 * time.Millisecond)
		one := frame(2, time.Second+4*time.Millisecond)
		require.Zero(t, one.Stats[job.Index()].Calls, "it has not ended")
		p := w.Begin(part)
		spend(time.Millisecond)
		p.End()
		j.End()
		spend(time.Millisecond)
		two := frame(3, time.Second+6*time.Millisecond)
		require.Equal(t, 5*time.Millisecond, two.Stats[job.Index()].Total)
		require.Equal(t, 4*time.Millisecond, two.Stats[job.Index()].Self)
		require.Zero(t, two.Work, "the game's goroutine did nothing")
		require.Equal(t, job, rec.Scopes()[part.Index()].Parent)

		frames := polled(rec.Reader())
		require.Len(t, frames, 2)
		require.Empty(t, frames[0].Scopes)
		require.Equal(t, []timing.Timed{
			{Track: 1, Depth: 1, Scope: part, Start: time.Second + 4*time.Millisecond, Took: time.Millisecond},
			{Track: 1, Scope: job, Start: time.Second, Took: 5 * time.Millisecond},
		}, frames[1].Scopes)

		w.Close()
	})
}

func TestATrackThatWasClosedIsContinuedByItsName(t *testing.T) {
	var rec timing.Recorder
	for range 3 * 256 {
		rec.NewTrack("a").Close()
		rec.NewTrack("b").Close()
	}
	require.Equal(t, []string{"game", "a", "b"}, rec.TrackNames())
	open := map[int]bool{}
	for i := range 256 {
		open[rec.NewTrack(string(rune('c'+i))).ID()] = true
	}
	require.Len(t, open, 256)
	require.PanicsWithValue(t, `timing: track "more" is one more than 256 that are open; call Close when a goroutine ends`, func() { rec.NewTrack("more") })
	var none *timing.Recorder
	require.Nil(t, none.NewTrack("x"))
	none.NewTrack("x").Begin(1).End()
	none.NewTrack("x").Close()
}

// A frame's outermost scope that is never ended costs two frames their nesting, and no
// more; one that spans a frame's end each time is no such.
func TestAForgottenOutermostEndHeals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := timing.Recorder{GoClock: true}
		lost, work := rec.Scope("lost", ""), rec.Scope("work", "")
		rec.Begin(lost)
		spent := func() time.Duration {
			s := rec.Begin(work)
			spend(time.Millisecond)
			s.End()
			return rec.Frame(timing.Mark{}).Work
		}
		require.Zero(t, spent())
		require.Zero(t, spent())
		require.Zero(t, spent())
		require.Equal(t, time.Millisecond, spent())
		require.Equal(t, time.Millisecond, spent())

		loop := rec.Scope("loop", "")
		s := rec.Begin(loop)
		for range 10 {
			spend(time.Millisecond)
			totals := rec.Frame(timing.Mark{})
			in := rec.Begin(work)
			spend(time.Millisecond)
			in.End()
			s.End()
			s = rec.Begin(loop)
			require.Zero(t, totals.Stats[loop.Index()].Self%time.Millisecond)
		}
		require.Equal(t, 2*time.Millisecond, rec.Frame(timing.Mark{}).Stats[loop.Index()].Total, "work is inside of it")
	})
}

func TestScopesLongerThanTheCounterOfAnEvent(t *testing.T) {
	recording(t, func(t *testing.T, rec *timing.Recorder) {
		load := rec.Scope("load", "")
		s := rec.Begin(load)
		spend(time.Hour)
		s.End()
		rec.Frame(timing.Mark{Frame: 2, Time: time.Second + time.Hour})
		frames := polled(rec.Reader())
		require.Equal(t, time.Hour, frames[0].Scopes[0].Took)
		require.Equal(t, time.Second, frames[0].Scopes[0].Start)
	})
}

// Nobody reads: what does not fit is lost, the newest first, counted, and told.
func TestWhatNobodyReadsIsLostAndCounted(t *testing.T) {
	recording(t, func(t *testing.T, rec *timing.Recorder) {
		s := rec.Scope("x", "")
		const room, more = 64 * 1024, 1000
		for range room + more {
			rec.Begin(s).End()
		}
		lost := rec.Frame(timing.Mark{Frame: 2, Time: 2 * time.Second}).Lost
		require.InDelta(t, more, lost, 4, "the marks of frames take room, too")
		require.LessOrEqual(t, rec.Frame(timing.Mark{Frame: 3, Time: 3 * time.Second}).Lost, uint64(2), "its own marks")
		require.Empty(t, polled(rec.Reader()), "the end of the frame was lost as well")
		rec.Frame(timing.Mark{Frame: 4, Time: 4 * time.Second})
		for range 10 {
			rec.Begin(s).End()
		}
		rec.Frame(timing.Mark{Frame: 5, Time: 5 * time.Second})
		frames := polled(rec.Reader())
		require.Len(t, frames, 1)
		require.Len(t, frames[0].Scopes, 10)
		require.EqualValues(t, 4, frames[0].Number)
	})
}

func TestModesChangeBetweenFrames(t *testing.T) {
	var rec timing.Recorder
	s := rec.Scope("x", "")
	w := rec.NewTrack("w")
	run := func() timing.Totals {
		rec.Begin(s).End()
		w.Begin(s).End()
		return rec.Frame(timing.Mark{})
	}
	require.EqualValues(t, 2, run().Stats[0].Calls)
	rec.SetMode(timing.Off)
	require.Zero(t, run().Stats[0].Calls)
	require.Equal(t, timing.Span{}, rec.Begin(s))
	require.Equal(t, timing.Span{}, w.Begin(s))
	require.Equal(t, timing.Span{}, rec.NewTrack("late").Begin(s))
	rec.SetMode(timing.Events)
	require.EqualValues(t, 2, run().Stats[0].Calls)
}

func TestCountersAndGauges(t *testing.T) {
	var rec timing.Recorder
	draws, alive := rec.Counter("draws", "calls", "what is drawn"), rec.Gauge("alive", "", "")
	sent, depth := rec.SharedCounter("sent", "B", ""), rec.SharedGauge("depth", "", "")
	require.Equal(t, draws, rec.Counter("draws", "", ""))
	require.Same(t, sent, rec.SharedCounter("sent", "B", ""))
	rec.Add(draws, 2)
	rec.Add(draws, 3)
	rec.Set(alive, 1.5)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 1000 {
				sent.Add(1)
			}
			depth.Set(8)
		})
	}
	wait.Wait()
	require.Equal(t, []float64{5, 1.5, 4000, 8}, rec.Frame(timing.Mark{}).Meters)
	require.Equal(t, []float64{0, 1.5, 0, 8}, rec.Frame(timing.Mark{}).Meters, "counters begin anew, gauges last")
	require.Equal(t, timing.MeterInfo{Name: "draws", Unit: "calls", Help: "what is drawn"}, rec.Meters()[0])
	require.True(t, rec.Meters()[1].Gauge)

	var none *timing.Recorder
	none.Add(none.Counter("x", "", ""), 1)
	none.Set(none.Gauge("x", "", ""), 1)
	none.SharedCounter("x", "", "").Add(1)
	none.SharedGauge("x", "", "").Set(1)
	require.Nil(t, none.Meters())
}

// What the processor's counter says agrees with the clock that frames are marked by,
// within what reading two clocks is good for.
func TestTheCounterAgreesWithTheClock(t *testing.T) {
	var rec timing.Recorder
	s := rec.Scope("x", "")
	rec.SetMode(timing.Events)
	since := timing.NewClock(time.Now().Add(-time.Millisecond))
	clock := since.Now
	rec.Frame(timing.Mark{Frame: 1, Time: clock()})
	for frame := range 50 {
		from := clock()
		sp := rec.Begin(s)
		for clock()-from < 2*time.Millisecond {
		}
		sp.End()
		to := clock()
		rec.Frame(timing.Mark{Frame: uint64(frame) + 2, Time: clock()})
		for _, f := range polled(rec.Reader()) {
			got := f.Scopes[0]
			require.GreaterOrEqual(t, got.Start, from-50*time.Microsecond)
			require.LessOrEqual(t, got.Start+got.Took, to+50*time.Microsecond)
			require.GreaterOrEqual(t, got.Took, 2*time.Millisecond*99/100)
		}
	}
	src := rec.Clock()
	t.Log(src.Kind, src.Resolution)
	require.Contains(t, []string{"tsc", "cntvct", "qpc", "go"}, src.Kind)
	require.LessOrEqual(t, src.Resolution, time.Microsecond, "a profiler of games needs to tell a microsecond")
	require.Equal(t, "go", (&timing.Recorder{GoClock: true}).Clock().Kind)
}

// A game and its workers record while another goroutine reads: the race detector is
// one judge; the other is that what was recorded and what was lost add up.
func TestManyWriteAndOneReads(t *testing.T) {
	var rec timing.Recorder
	s, deep := rec.Scope("x", ""), rec.Scope("deep", "")
	rec.SetMode(timing.Events)
	rec.Frame(timing.Mark{})
	const frames, each = 200, 50
	stop, workers := make(chan struct{}), sync.WaitGroup{}
	var reading sync.WaitGroup
	seen, lost := 0, uint64(0)
	reading.Go(func() {
		for {
			last := false
			select {
			case <-stop:
				last = true
			default:
			}
			rec.Reader().Poll(func(f *timing.Frame) {
				lost += f.Lost
				for _, sc := range f.Scopes {
					if sc.Scope == s {
						seen++
					}
				}
			})
			if last {
				return
			}
		}
	})
	for n := range 3 {
		workers.Go(func() {
			w := rec.NewTrack(string(rune('a' + n)))
			defer w.Close()
			r := rand.New(rand.NewPCG(uint64(n), 1))
			for range frames * each {
				sp := w.Begin(s)
				for range r.IntN(3) {
					w.Begin(deep).End()
				}
				sp.End()
			}
		})
	}
	for n := range frames {
		for range each {
			rec.Begin(s).End()
		}
		rec.Frame(timing.Mark{Frame: uint64(n + 1)})
	}
	workers.Wait()
	rec.Frame(timing.Mark{Frame: frames + 1})
	close(stop)
	reading.Wait()
	if lost == 0 {
		require.Equal(t, 4*frames*each, seen)
	}
	require.LessOrEqual(t, seen, 4*frames*each)
	require.GreaterOrEqual(t, uint64(seen)+lost, uint64(frames*each))
}

// The clock that frames are marked by need not begin with the Recorder: a game loads
// for seconds between its first scope and its first frame.
func TestFramesMayBeMarkedByAnyClock(t *testing.T) {
	spin := func(d time.Duration) {
		for from := time.Now(); time.Since(from) < d; {
		}
	}
	for _, ahead := range []time.Duration{time.Hour, time.Microsecond} {
		right := func() bool {
			var rec timing.Recorder
			s := rec.Scope("x", "")
			spin(50 * time.Millisecond)
			begin := time.Now()
			rec.Frame(timing.Mark{Frame: 1, Time: ahead})
			sp := rec.Begin(s)
			spin(2 * time.Millisecond)
			sp.End()
			end := time.Since(begin)
			total := rec.Frame(timing.Mark{Frame: 2, Time: ahead + end}).Stats[0].Total
			return total > end/2 && total < 2*end
		}
		good := false
		for try := 0; try < 10 && !good; try++ { // whoever is interrupted between two clocks tries again
			good = right()
		}
		require.True(t, good, "ahead by %v", ahead)
	}
}

func TestACounterMayBeSharedLater(t *testing.T) {
	var rec timing.Recorder
	rec.Scope("x", "")
	rec.Counter("sent", "B", "")
	rec.Gauge("depth", "", "")
	rec.Frame(timing.Mark{})
	rec.SharedCounter("sent", "B", "").Add(3)
	rec.SharedGauge("depth", "", "").Set(4)
	require.Equal(t, []float64{3, 4}, rec.Frame(timing.Mark{}).Meters)
}

func TestATrackThatIsClosedTwiceIsContinuedOnce(t *testing.T) {
	var rec timing.Recorder
	w := rec.NewTrack("a")
	w.Close()
	w.Close()
	require.NotSame(t, rec.NewTrack("a"), rec.NewTrack("a"), "two goroutines would write it")
}
