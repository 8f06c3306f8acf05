package console

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/rpc"
)

// Timings measures the game's subsystems frame by frame:
//
//	physics := con.Timings.Scope("physics", "integrate, collide, resolve")
//	...
//	s := con.Timings.Begin(physics)
//	g.world.Step()
//	s.End()
//
// Packages of the game take the embedded *timing.Recorder and need not import
// the console. Everything belongs to the game's goroutine. Scopes allocate
// nothing.
type Timings struct {
	timing.Recorder

	stream *rpc.Stream
	own    timing.Scope // what the console itself takes
	ring   []frameTimes // the newest frames
	next   int          // where the next frame goes in the ring
	buf    []byte       // the payload of the running event
	budget time.Duration
}

// frameTimes is what is kept of a frame for [Timings.stats].
type frameTimes struct {
	period, work time.Duration
	scopes       []timing.Stat
}

// timingFrames is how many frames are kept: ten seconds at 60 a second.
const timingFrames = 600

// Scope is what a client is told of a scope.
type Scope struct {
	ID     int    `json:"id" help:"place in the columns of an event"`
	Name   string `json:"name"`
	Parent int    `json:"parent" help:"id of the scope inside which it first began; -1 for none"`
	Help   string `json:"help"`
	Budget int64  `json:"budget" unit:"ns" help:"0 for none"`
	Own    bool   `json:"own,omitempty" help:"the console's own cost"`
}

// TimingsState is the first state of the topic timings.
type TimingsState struct {
	Scopes []Scope `json:"scopes"`
	Budget int64   `json:"budget" unit:"ns" help:"what a frame may take"`
}

// TimingsFrame describes the payload of a binary event, which is one frame.
type TimingsFrame struct {
	Scopes uint16   `json:"n" help:"u16: number of scopes"`
	Flags  uint16   `json:"flags" help:"u16: bit 0 while the game is held"`
	Tick   uint32   `json:"tick" help:"u32: low bits of the tick"`
	Period uint32   `json:"period" unit:"ns" help:"u32: from this frame's Update to the next"`
	Work   uint32   `json:"work" unit:"ns" help:"u32: sum of the outermost scopes"`
	Calls  []uint32 `json:"calls" help:"u32[n] by scope id"`
	Total  []uint32 `json:"total" unit:"ns" help:"u32[n]; times saturate"`
	Self   []uint32 `json:"self" unit:"ns" help:"u32[n]"`
	Min    []uint32 `json:"min" unit:"ns" help:"u32[n]"`
	Max    []uint32 `json:"max" unit:"ns" help:"u32[n]"`
}

// Spread says how a time was spread over frames, in nanoseconds.
type Spread struct {
	Total int64 `json:"total" unit:"ns"`
	Min   int64 `json:"min" unit:"ns"`
	Mean  int64 `json:"mean" unit:"ns"`
	Max   int64 `json:"max" unit:"ns"`
	P50   int64 `json:"p50" unit:"ns"`
	P95   int64 `json:"p95" unit:"ns"`
	P99   int64 `json:"p99" unit:"ns"`
}

// ScopeSpread is a scope's spread; a frame in which it did not run counts as 0.
type ScopeSpread struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Calls uint64 `json:"calls"`
	Self  int64  `json:"self" unit:"ns" help:"sum over the frames"`
	Spread
}

// FramesQuery says how far to look back.
type FramesQuery struct {
	Frames int `json:"frames,omitempty" min:"1" max:"600" help:"absent is all that are kept"`
}

// TimingStats sums the newest frames up.
type TimingStats struct {
	Frames int           `json:"frames" help:"how many frames there were to look at"`
	Period Spread        `json:"period" help:"from frame to frame"`
	Work   Spread        `json:"work" help:"sum of the outermost scopes"`
	Scopes []ScopeSpread `json:"scopes"`
}

func (t *Timings) register(s *rpc.Server, budget time.Duration) {
	t.budget = budget
	t.own = t.Scope("console", "the console's own cost")
	rpc.Handle(s, rpc.Method{Name: "timing.list", Help: "the scopes that the game registered", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]Scope, error) { return t.scopes(), nil })
	rpc.Handle(s, rpc.Method{Name: "timing.stats", Help: "how the newest frames spread, in all and by scope", Role: rpc.View,
		Errors: []rpc.Code{rpc.OutOfRange}}, t.stats)
	t.stream = rpc.Open[rpc.Void, TimingsFrame](s, rpc.Topic{Name: "timings", Snapshot: TimingsState{}, Binary: 1, Policy: "all", Help: "what every frame took, by scope"},
		func(*rpc.Sub, rpc.Void) (any, error) { return TimingsState{t.scopes(), int64(t.budget)}, nil })
}

// scopes lists the scopes for clients.
func (t *Timings) scopes() []Scope {
	list := []Scope{}
	for i, in := range t.Scopes() {
		list = append(list, Scope{ID: i, Name: in.Name, Parent: in.Parent.Index(), Help: in.Help, Budget: int64(in.Budget), Own: i == t.own.Index()})
	}
	return list
}

// frame closes a frame that took period: it keeps its times and streams them.
func (t *Timings) frame(period time.Duration, held bool, tick uint64) {
	stats, work := t.Frame()
	if len(t.ring) < timingFrames {
		t.ring = append(t.ring, frameTimes{})
		t.next = len(t.ring) - 1
	}
	f := &t.ring[t.next]
	f.period, f.work = period, work
	f.scopes = append(f.scopes[:0], stats...)
	t.next = (t.next + 1) % timingFrames
	if t.stream.Subscribers() == 0 {
		return
	}
	t.buf = appendFrame(t.buf[:0], f, held, tick)
	t.stream.PublishBinary(0, t.buf)
}

// appendFrame writes the payload of a frame: see [TimingsFrame].
func appendFrame(b []byte, f *frameTimes, held bool, tick uint64) []byte {
	le := binary.LittleEndian
	var flags uint16
	if held {
		flags = 1
	}
	b = le.AppendUint16(b, uint16(len(f.scopes)))
	b = le.AppendUint16(b, flags)
	b = le.AppendUint32(b, uint32(tick))
	b = le.AppendUint32(b, saturate(f.period))
	b = le.AppendUint32(b, saturate(f.work))
	for i := range f.scopes {
		b = le.AppendUint32(b, f.scopes[i].Calls)
	}
	for i := range f.scopes {
		b = le.AppendUint32(b, saturate(f.scopes[i].Total))
	}
	for i := range f.scopes {
		b = le.AppendUint32(b, saturate(f.scopes[i].Self))
	}
	for i := range f.scopes {
		b = le.AppendUint32(b, saturate(f.scopes[i].Min))
	}
	for i := range f.scopes {
		b = le.AppendUint32(b, saturate(f.scopes[i].Max))
	}
	return b
}

// saturate is a time in ns as the wire has it: at most 4.29 s.
func saturate(d time.Duration) uint32 { return uint32(min(max(d, 0), math.MaxUint32)) }

func (t *Timings) stats(_ *rpc.Call, q FramesQuery) (TimingStats, error) {
	if q.Frames == 0 {
		q.Frames = timingFrames
	}
	n := min(q.Frames, len(t.ring))
	frames := make([]*frameTimes, n)
	for i := range n {
		frames[i] = &t.ring[(t.next-n+i+len(t.ring))%len(t.ring)]
	}
	times := make([]int64, n)
	spreadOf := func(of func(*frameTimes) time.Duration) Spread {
		for i, f := range frames {
			times[i] = int64(of(f))
		}
		return spread(times)
	}
	r := TimingStats{Frames: n, Scopes: []ScopeSpread{}}
	r.Period = spreadOf(func(f *frameTimes) time.Duration { return f.period })
	r.Work = spreadOf(func(f *frameTimes) time.Duration { return f.work })
	for id, in := range t.Scopes() {
		s := ScopeSpread{ID: id, Name: in.Name}
		s.Spread = spreadOf(func(f *frameTimes) time.Duration {
			if id >= len(f.scopes) {
				return 0
			}
			s.Calls += uint64(f.scopes[id].Calls)
			s.Self += int64(f.scopes[id].Self)
			return f.scopes[id].Total
		})
		r.Scopes = append(r.Scopes, s)
	}
	return r, nil
}

// spread sorts the times and reads its figures off them; percentiles are the
// nearest rank.
func spread(times []int64) (s Spread) {
	if len(times) == 0 {
		return s
	}
	slices.Sort(times)
	for _, ns := range times {
		s.Total += ns
	}
	rank := func(percent int) int64 { return times[(len(times)*percent+99)/100-1] }
	s.Min, s.Max, s.Mean = times[0], times[len(times)-1], s.Total/int64(len(times))
	s.P50, s.P95, s.P99 = rank(50), rank(95), rank(99)
	return s
}
