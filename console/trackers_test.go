package console

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTrackersCountAndRememberTheMost(t *testing.T) {
	con := new(Console)
	tracker := con.Memory.Tracker("particles", "", "sparks in the air") // before anything is wired up
	p := newProbe(t, con)
	tracker.Add(300)
	tracker.Add(-100)
	con.Memory.Tracker("textures", "gpu", "").Set(5000)
	con.Memory.TrackerFunc("pool", "offheap", "", func() int64 { return 77 })
	require.Same(t, tracker, con.Memory.Tracker("particles", "gpu", "another word"), "the same name, the same counter")
	require.Equal(t, int64(200), tracker.Bytes())
	s := get[MemorySample](p, "memory.stats", `{}`)
	require.Equal(t, []Tag{{"particles", "heap", 200, 300}, {"textures", "gpu", 5000, 5000}, {"pool", "offheap", 77, 77}}, s.Tags)
	infos := get[[]TrackerInfo](p, "memory.trackers", `{}`)
	require.Equal(t, TrackerInfo{s.Tags[0], "sparks in the air"}, infos[0])
	con.Memory.TrackerFunc("pool", "offheap", "", nil)
	tracker.Set(50)
	require.Equal(t, Tag{"particles", "heap", 50, 300}, con.Memory.sample().Tags[0])
	require.Equal(t, int64(200), s.Tags[0].Bytes, "a sample does not change")
}

func TestANilTrackerCountsNothing(t *testing.T) {
	var tracker *Tracker
	tracker.Add(1)
	tracker.Set(1)
	require.Zero(t, tracker.Bytes())
}

func TestTheMostIsRightOnManyGoroutines(t *testing.T) {
	var tracker Tracker
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for range 1000 {
				tracker.Add(3)
			}
		})
	}
	running.Wait()
	require.Equal(t, Tag{Bytes: 24_000, Peak: 24_000}, tracker.tag())
}

func TestTooManyTrackersAreAMistake(t *testing.T) {
	con := new(Console)
	con.ready()
	for i := range maxTrackers {
		con.Memory.Tracker(fmt.Sprint(i), "", "")
	}
	con.Memory.Tracker("0", "", "") // known
	require.PanicsWithValue(t, `console: tracker "more": 256 are registered already; are names made up at run time?`, func() { con.Memory.Tracker("more", "", "") })
	require.NotPanics(t, func() { con.Memory.sample() }, "the lock is free again")
}

func TestATrackerAllocatesNothing(t *testing.T) {
	tracker := new(Console).Memory.Tracker("a", "", "")
	require.Zero(t, testing.AllocsPerRun(100, func() { tracker.Add(1); tracker.Set(2); tracker.Bytes() }))
}

func BenchmarkTrackerAdd(b *testing.B) {
	tracker := new(Console).Memory.Tracker("a", "", "")
	tracker.Set(1 << 40)
	tracker.Set(0)
	b.ReportAllocs()
	for b.Loop() {
		tracker.Add(64)
	}
}

func BenchmarkTrackerAddAtItsPeak(b *testing.B) {
	tracker := new(Console).Memory.Tracker("a", "", "")
	b.ReportAllocs()
	for b.Loop() {
		tracker.Add(64)
	}
}

func BenchmarkTrackerSet(b *testing.B) {
	tracker := new(Console).Memory.Tracker("a", "", "")
	b.ReportAllocs()
	for b.Loop() {
		tracker.Set(64)
	}
}
