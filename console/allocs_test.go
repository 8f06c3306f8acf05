package console

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/rpc"
)

func TestAllocationsOfAnUpdateWithNobodyThere(t *testing.T) {
	con := new(Console)
	s := con.Timings.Scope("physics", "")
	ticks := 0
	frame := func() {
		for range con.Update() {
			sp := con.Timings.Begin(s)
			ticks++
			sp.End()
		}
	}
	for range 2 * timingFrames { // the ring of frames fills up once
		frame()
	}
	require.Zero(t, testing.AllocsPerRun(1000, frame))
	require.Positive(t, ticks)
	require.Zero(t, testing.AllocsPerRun(1000, func() { con.Update() }), "also where the ticks are ignored")
}

// serving is a console that listens and has no client: its flight recorder works, by
// hand, since frames follow each other here a thousand times as fast as a game's. There
// are three counters to two scopes.
func serving(scopes int) (frame, collect func()) {
	con := new(Console)
	con.RPC()
	con.flight.room = 1 << 20 // full soon
	con.flight.reader = con.Timings.Reader()
	con.collecting.Store(true)
	handles, counters := make([]timing.Scope, scopes), make([]timing.Counter, scopes*3/2)
	for i := range handles {
		handles[i] = con.Timings.Scope(string(rune('a'+i)), "")
	}
	for i := range counters {
		counters[i] = con.Timings.Counter(string(rune('a'+i)), "", "")
	}
	return func() {
		for range con.Update() {
			for _, s := range handles {
				sp := con.Timings.Begin(s)
				sp.End()
			}
			for _, c := range counters {
				con.Timings.Add(c, 1)
			}
		}
	}, con.flight.collect
}

func TestAllocationsOfTheFlightRecorder(t *testing.T) {
	frame, collect := serving(40)
	both := func() {
		frame()
		collect()
	}
	for range 4 * timingFrames {
		both()
	}
	require.Zero(t, testing.AllocsPerRun(2000, both))
}

// BenchmarkUpdate is the console's whole cost with nobody connected: before it serves,
// and while it does, which keeps the last ten seconds.
func BenchmarkUpdate(b *testing.B) {
	b.Run("not-serving", func(b *testing.B) {
		con := new(Console)
		b.ReportAllocs()
		for b.Loop() {
			for range con.Update() {
			}
		}
	})
	for _, scopes := range []int{0, 10, 40} {
		b.Run(fmt.Sprintf("serving-%d-scopes-%d-counters", scopes, scopes*3/2), func(b *testing.B) {
			frame, collect := serving(scopes)
			spent := time.Duration(0)
			b.ReportAllocs()
			for b.Loop() {
				began := time.Now()
				frame()
				spent += time.Since(began)
				collect() // what another goroutine does
			}
			b.ReportMetric(float64(spent)/float64(b.N), "ns/frame")
		})
	}
}

// sink is a client that takes everything and keeps nothing.
type sink struct{ bytes int }

func (s *sink) SendText(b []byte) error   { s.bytes += len(b); return nil }
func (s *sink) SendBinary(b []byte) error { s.bytes += len(b); return nil }
func (s *sink) Close(int, string)         {}

// streaming is a console of 40 scopes whose timings, log and cvars a client watches.
func streaming(t testing.TB) (frame func(), out *sink) {
	con := new(Console)
	var scopes []timing.Scope
	for i := range 40 {
		scopes = append(scopes, con.Timings.Scope(string(rune('a'+i)), ""))
	}
	con.Cvars.Bind("physics.gravity", new(float64), "")
	out = &sink{}
	peer := con.RPC().Connect(out, rpc.Drive)
	for _, topic := range []string{"timings", "log", "cvars", "time"} {
		con.RPC().Receive(peer, rpc.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"`+topic+`","topic":"`+topic+`"}}`), rpc.Limits{}))
	}
	frame = func() {
		for range con.Update() {
			for _, s := range scopes {
				con.Timings.Begin(s).End()
			}
		}
	}
	for range 2 * timingFrames {
		frame()
	}
	require.Equal(t, 1, con.Timings.stream.Subscribers())
	return frame, out
}

func TestAllocationsWhileTimingsStream(t *testing.T) {
	frame, out := streaming(t)
	before := out.bytes
	require.Zero(t, testing.AllocsPerRun(500, frame))
	require.Equal(t, 501*(24+24+41*20+4), out.bytes-before, "one binary message a frame")
}

func BenchmarkUpdateStreaming40Scopes(b *testing.B) {
	frame, out := streaming(b)
	out.bytes = 0
	b.ReportAllocs()
	for b.Loop() {
		frame()
	}
	b.ReportMetric(float64(out.bytes)/float64(b.N), "B/frame")
}

// TestAllocationsOfAWatch holds a dashboard that looks at a world in which nothing
// changes to none: rows, an inspected entity, groups, a tree, places and the census.
func TestAllocationsOfAWatch(t *testing.T) {
	list := drifters(2000)
	con := new(Console)
	con.World.Bind("drifter", &list, "")
	_, farm := pasture()
	con.World.BindSource("farm", farm.World.groups[0].source.own, "")
	s := con.RPC()
	out := &sink{}
	peer := s.Connect(out, rpc.View)
	for i, params := range []string{
		`"world","params":{"limit":100,"id":"7"}`, `"world","params":{"where":"hull < 50 and name ~ dr and mode != idle","sort":"-name","limit":50}`,
		`"world","params":{"group":"mode","limit":5}`, `"world","params":{"parent":"-","kind":"cow","where":"near(7, 5000) or body.mass > 3"}`, `"places","params":{"x0":0,"y0":0,"x1":500,"y1":500}`,
	} {
		s.Receive(peer, rpc.Parse(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"s%d","rate":0,"topic":%s}}`, i, params), rpc.Limits{}))
	}
	frame := func() {
		for range con.Update() {
		}
	}
	for range 2 * timingFrames { // the ring of frames fills up once
		frame()
	}
	require.Equal(t, 4, con.World.viewing.stream.Subscribers())
	require.Equal(t, 1, con.World.viewing.places.Subscribers())
	before := out.bytes
	require.Zero(t, testing.AllocsPerRun(300, frame))
	require.Equal(t, before, out.bytes, "nor is anything sent")
}
