package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
)

// newFlight is a flight recorder whose collector the test is, in frame number frame.
func newFlight(length time.Duration, room int, frame uint64) (*flight, *clock) {
	f, c := new(flight), new(clock)
	c.start()
	c.frame.Store(frame)
	f.begin(new(timing.Recorder), c, length, room)
	return f, c
}

// payload is what the game hands over of a frame without scopes.
func payload(in frameInfo) []byte { return appendFrame(nil, in, new(timing.Totals)) }

// The collector may look between the moment when a frame's scopes can be seen and the
// one when its payload was handed over.
func TestAFrameWhoseScopesComeFirstIsOneFrame(t *testing.T) {
	f, _ := newFlight(time.Second, 1<<20, 1<<32+7)
	f.segment(&timing.Frame{Number: 7, Tick: 3, Begin: time.Millisecond, End: 2 * time.Millisecond})
	f.keep(keptFrame{frame: 1<<32 + 7, tick: 1<<32 + 3, begin: time.Millisecond, timings: payload(frameInfo{})})
	kept := f.copyOf(0, time.Second)
	require.Len(t, kept, 1)
	require.Equal(t, []uint64{1<<32 + 7, 1<<32 + 3}, []uint64{kept[0].frame, kept[0].tick})
	require.NotEmpty(t, kept[0].timings)
	require.NotEmpty(t, kept[0].segment)
	require.Equal(t, kept[0].size(), f.bytes)
}

// A frame with very many scopes now and then leaves its room to frames with few, over
// and over: what is held must not become as many such rooms as there are frames.
func TestTheFlightRecorderHoldsWhatItMayHold(t *testing.T) {
	const room = 1 << 20
	f, c := newFlight(time.Second, room, 0)
	many := make([]timing.Timed, 20_000)
	for n := range uint64(3000) {
		c.frame.Store(n)
		begin := time.Duration(n) * 10 * time.Millisecond
		frame := timing.Frame{Number: n, Begin: begin, End: begin + 10*time.Millisecond}
		if n%37 == 0 {
			frame.Scopes = many
		}
		f.keep(keptFrame{frame: n, begin: begin, timings: payload(frameInfo{})})
		f.segment(&frame)
	}
	held := 0
	for _, list := range [][]keptFrame{f.ring, f.unused} {
		for i := range list {
			held += cap(list[i].timings) + cap(list[i].segment)
		}
	}
	require.LessOrEqual(t, held, 2*room, "%d frames are kept", f.count)
}

// Who begins to watch gets what comes from then on, and not what was left when the last
// one went.
func TestNobodyIsSentFramesFromLongAgo(t *testing.T) {
	f, c := newFlight(time.Second, 1<<20, 1)
	var sent []uint64
	show := func(n uint64, watched bool) {
		c.frame.Store(n)
		f.watched.Store(watched)
		f.segment(&timing.Frame{Number: n})
		f.collect()
		if n%2 == 0 {
			f.take(func(k *keptFrame) { sent = append(sent, k.frame) })
		}
	}
	f.reader = f.rec.Reader()
	show(2, true)
	show(3, true)
	show(4, false)
	show(6, true)
	require.Equal(t, []uint64{2, 6}, sent)
}

// A frame that is larger than all that may be kept is still sent to who watches.
func TestAFrameThatCannotBeKeptIsSent(t *testing.T) {
	f, _ := newFlight(time.Second, 1, 2)
	f.watched.Store(true)
	f.keep(keptFrame{frame: 1, begin: time.Millisecond, timings: payload(frameInfo{})})
	f.push(2, 2, 2*time.Millisecond)
	f.segment(&timing.Frame{Number: 1, Scopes: make([]timing.Timed, 9)})
	require.Len(t, f.out, 1)
	require.Equal(t, uint64(1), f.out[0].frame)
	require.NotEmpty(t, f.out[0].segment)
}
