package timing

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// What two events tell together is never seen by half: neither where the list of chunks
// goes on, nor where there is no more room.
func TestTwoEventsOfOneThingStayTogether(t *testing.T) {
	long, rest := Event{Kind: LongEvent, B: math.MaxUint32, Scope: 1}, Event{Kind: RestEvent, A: 1 << 40}
	for _, room := range []int{1, maxChunks} {
		var q queue
		for range room*chunkEvents - 1 {
			q.add(Event{Scope: 1})
		}
		q.pair(long, rest)
		q.publish()
		var got []Event
		take := func(events []Event) { got = append(got, events...) }
		q.poll(take)
		if room == maxChunks {
			require.EqualValues(t, 1, q.dropped.Load(), "it is lost as a whole")
			require.Len(t, got, room*chunkEvents-1)
			q.pair(long, rest)
			q.publish()
			q.poll(take)
			require.Equal(t, Event{Kind: LostEvent, B: 1}, got[len(got)-3])
		}
		require.Equal(t, []Event{long, rest}, got[len(got)-2:])
	}
}

// The end of a frame that came in the last place of a chunk, and the next that found no
// room, had its moment on the clock missing, and times were wrong by orders of magnitude.
func TestTheEndOfAFrameIsLostAsAWhole(t *testing.T) {
	rec := Recorder{GoClock: true}
	s := rec.Scope("x", "")
	rec.SetMode(Events)
	rec.Frame(Mark{Frame: 1, Time: time.Second})
	for range maxChunks*chunkEvents - 3 { // but for one
		rec.Begin(s).End()
	}
	rec.Frame(Mark{Frame: 2, Time: 2 * time.Second})
	var frames []Frame
	poll := func() { rec.Reader().Poll(func(f *Frame) { frames = append(frames, *f) }) }
	poll()
	require.Zero(t, len(frames), "where it ended is not known")
	rec.Frame(Mark{Frame: 3, Time: 3 * time.Second})
	rec.Frame(Mark{Frame: 4, Time: 4 * time.Second})
	poll()
	require.Len(t, frames, 1)
	require.Equal(t, []any{3 * time.Second, 4 * time.Second}, []any{frames[0].Begin, frames[0].End})
	require.GreaterOrEqual(t, frames[0].Lost, uint64(maxChunks*chunkEvents-3), "the frames before it are missing, with all their scopes")
}

// The counters of two processors may differ a little: a scope seems to begin after the
// frame that it ended in. Its begin was 292 years off, and no capture that held it could be read.
func TestAScopeMaySeemToBeginAfterItsFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := Recorder{GoClock: true}
		s := rec.Scope("x", "")
		rec.SetMode(Events)
		rec.Frame(Mark{Frame: 1, Time: time.Second})
		rec.main.queue.scope(s, 0, rec.source.ticks()+300, 0)
		rec.Frame(Mark{Frame: 2, Time: 2 * time.Second})
		var start time.Duration
		rec.Reader().Poll(func(f *Frame) { start = f.Scopes[0].Start })
		require.Equal(t, 2*time.Second+300, start)
	})
}

// A machine that was suspended may come back with a counter that began anew. What a
// worker had begun before is not waited for until the counter has caught up, which is days.
func TestACounterThatBeginsAnewStopsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := Recorder{GoClock: true}
		s := rec.Scope("x", "")
		w := rec.NewTrack("w")
		rec.SetMode(Events)
		rec.Frame(Mark{Frame: 1, Time: time.Second})
		rec.Reader().Poll(func(*Frame) {})
		for _, q := range []*queue{&rec.main.queue, &w.queue} {
			q.scope(s, 0, rec.source.ticks()+uint64(100*time.Hour), 0)
			q.scope(s, 0, rec.source.ticks(), 0)
			q.publish()
		}
		rec.Frame(Mark{Frame: 2, Time: 2 * time.Second})
		var scopes []Timed
		rec.Reader().Poll(func(f *Frame) { scopes = append(scopes, f.Scopes...) })
		require.Len(t, scopes, 4)
		for _, s := range scopes {
			require.Equal(t, 2*time.Second, s.Start)
		}
	})
}
