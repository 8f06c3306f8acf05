package timing_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
)

// closed closes a frame.
func closed(r *timing.Recorder) ([]timing.Stat, time.Duration) {
	t := r.Frame(timing.Mark{})
	return t.Stats, t.Work
}

// spend advances the clock of the bubble by exactly d.
func spend(d time.Duration) { time.Sleep(d) }

func TestSelfTimeLeavesOutTheScopesInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := timing.Recorder{GoClock: true}
		outer, inner := rec.Scope("outer", ""), rec.Scope("inner", "")

		o := rec.Begin(outer)
		spend(2 * time.Millisecond)
		for range 2 {
			i := rec.Begin(inner)
			spend(3 * time.Millisecond)
			i.End()
		}
		o.End()

		stats, work := closed(&rec)
		require.Equal(t, 8*time.Millisecond, work)
		require.Equal(t, timing.Stat{Calls: 1, Total: 8 * time.Millisecond, Self: 2 * time.Millisecond, Min: 8 * time.Millisecond, Max: 8 * time.Millisecond}, stats[outer.Index()])
		require.Equal(t, timing.Stat{Calls: 2, Total: 6 * time.Millisecond, Self: 6 * time.Millisecond, Min: 3 * time.Millisecond, Max: 3 * time.Millisecond}, stats[inner.Index()])
		require.Equal(t, outer, rec.Scopes()[inner.Index()].Parent)
		require.Zero(t, rec.Scopes()[outer.Index()].Parent)
	})
}

func TestFramesAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := timing.Recorder{GoClock: true}
		s := rec.Scope("ai", "")
		for frame := 1; frame <= 3; frame++ {
			sp := rec.Begin(s)
			spend(time.Duration(frame) * time.Millisecond)
			sp.End()
			stats, work := closed(&rec)
			require.Equal(t, time.Duration(frame)*time.Millisecond, work)
			require.Equal(t, uint32(1), stats[s.Index()].Calls)
		}
		stats, work := closed(&rec)
		require.Zero(t, work)
		require.Equal(t, timing.Stat{}, stats[s.Index()])
	})
}

func TestAForgottenEndHeals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := timing.Recorder{GoClock: true}
		outer, lost := rec.Scope("outer", ""), rec.Scope("lost", "")
		o := rec.Begin(outer)
		rec.Begin(lost)
		spend(time.Millisecond)
		o.End()
		after := rec.Begin(lost)
		spend(time.Millisecond)
		after.End()
		stats, work := closed(&rec)
		require.Equal(t, 2*time.Millisecond, work)
		require.Equal(t, time.Millisecond, stats[outer.Index()].Self)
		require.Zero(t, rec.Scopes()[lost.Index()].Parent, "it last ran outermost")
	})
}

func TestTheSameNameIsTheSameScope(t *testing.T) {
	var rec timing.Recorder
	require.Equal(t, rec.Scope("a", "x"), rec.Scope("a", "y"))
	require.NotEqual(t, rec.Scope("a", ""), rec.Scope("b", ""))
	require.Equal(t, "x", rec.Scopes()[0].Help)
}

func TestNothingWiredUpMeasuresNothing(t *testing.T) {
	var rec *timing.Recorder
	s := rec.Scope("x", "")
	rec.Budget(s, time.Second)
	rec.Begin(s).End()
	stats, work := closed(rec)
	require.Empty(t, stats)
	require.Zero(t, work)
	require.Nil(t, rec.Scopes())
	require.Zero(t, rec.Changes())
	require.Zero(t, rec.NewTrack("x").ID())
	require.Equal(t, -1, s.Index())
	timing.Span{}.End()

	var zero timing.Recorder
	zero.Begin(0).End()
	zero.Budget(0, time.Second)
	_, work = closed(&zero)
	require.Zero(t, work)
}

func TestNamesMadeAtRunTimeAreStopped(t *testing.T) {
	var rec timing.Recorder
	require.PanicsWithValue(t, `timing: scope "`+string(rune(4097))+`" is one more than 4096; are names made at run time?`, func() {
		for i := range 5000 {
			rec.Scope(string(rune(i+1)), "")
		}
	})
}

func TestScopesAllocateNothing(t *testing.T) {
	var rec timing.Recorder
	s := rec.Scope("x", "")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		sp := rec.Begin(s)
		rec.Begin(s).End()
		sp.End()
		rec.Frame(timing.Mark{})
	}))
}

func ExampleRecorder() {
	var rec timing.Recorder
	physics := rec.Scope("physics", "integrate and collide")

	for range 2 { // two frames
		s := rec.Begin(physics)
		// ... the work ...
		s.End()
	}
	stats := rec.Frame(timing.Mark{}).Stats
	fmt.Println(rec.Scopes()[physics.Index()].Name, "ran", stats[physics.Index()].Calls, "times")
	// Output: physics ran 2 times
}

// A program with two consoles may take the one's scope for the other's: that is nothing
// to end a game for.
func TestAScopeOfAnotherRecorderIsNotCounted(t *testing.T) {
	var mine, other timing.Recorder
	s := mine.Scope("mine", "")
	for i := range 9 {
		other.Scope(fmt.Sprint("other ", i), "")
	}
	foreign := other.Scope("foreign", "")
	sp := mine.Begin(foreign)
	mine.Begin(s).End()
	sp.End()
	mine.Budget(foreign, time.Second)
	w := mine.NewTrack("w")
	w.Begin(foreign).End()
	require.NotPanics(t, func() {
		stats, _ := closed(&mine)
		require.Len(t, stats, 1)
		require.EqualValues(t, 1, stats[0].Calls)
		require.Zero(t, mine.Scopes()[0].Parent)
	})
}
