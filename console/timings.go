package console

import (
	"cmp"
	"fmt"
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

	// Flight is how far back the flight recorder keeps every scope, so that a hitch
	// can be looked at that happened before anybody was connected. Zero means 10 s;
	// less than zero is not at all, and then scopes cost next to nothing while nobody
	// looks at them.
	Flight time.Duration
	// FlightBytes is how much memory the flight recorder may take; zero means 16 MiB.
	FlightBytes int

	stream *rpc.Stream
	scopes *rpc.Stream
	own    timing.Scope // what the console itself takes
	ring   []frameView  // the newest frames
	next   int          // where the next frame goes in the ring
	// resting is whether frames go by without a look.
	resting bool
	serving bool // whether the flight recorder's goroutine runs
	budget  time.Duration

	measures []*measurement
	wait     waiter
	took     time.Duration // by the game, of the tick that was simulated last, while something is measured
}

const (
	// timingFrames is how many frames are kept for [Timings.stats]: ten seconds at 60 a
	// second, where they fit into maxRing bytes.
	timingFrames    = 600
	minTimingFrames = 60
	maxRing         = 8 << 20
)

func (t *Timings) flight() time.Duration { return max(0, cmp.Or(t.Flight, 10*time.Second)) }
func (t *Timings) flightBytes() int      { return cmp.Or(t.FlightBytes, 16<<20) }

// Scope is what a client is told of a scope.
type Scope struct {
	ID     int    `json:"id" help:"place in the columns of an event"`
	Name   string `json:"name"`
	Parent int    `json:"parent" help:"id of the scope inside which it first began; -1 for none"`
	Help   string `json:"help"`
	Budget int64  `json:"budget" unit:"ns" help:"0 for none"`
	Own    bool   `json:"own,omitempty" help:"the console's own cost"`
}

// Meter is what a client is told of a counter or a gauge.
type Meter struct {
	ID   int    `json:"id" help:"place in the column of an event"`
	Name string `json:"name"`
	Unit string `json:"unit"`
	Kind string `json:"kind" enum:"counter,gauge" help:"a counter's value is of its frame, a gauge's lasts"`
	Help string `json:"help"`
}

// TrackInfo is what a client is told of a goroutine that scopes run on.
type TrackInfo struct {
	ID   int    `json:"id" help:"0 is the game's goroutine"`
	Name string `json:"name"`
}

// ClockInfo says how scopes are timed.
type ClockInfo struct {
	Kind       string `json:"kind" enum:"tsc,cntvct,qpc,go" help:"the processor's counter, QueryPerformanceCounter, or Go's clock"`
	Resolution int64  `json:"resolution" unit:"ns" help:"the usual difference between two readings, reading included"`
}

// TimingsState is the first state of the topic timings.
type TimingsState struct {
	Scopes   []Scope     `json:"scopes"`
	Counters []Meter     `json:"counters" help:"counters and gauges"`
	Tracks   []TrackInfo `json:"tracks"`
	Budget   int64       `json:"budget" unit:"ns" help:"what a frame may take"`
	Clock    ClockInfo   `json:"clock"`
	Version  uint64      `json:"version" help:"rises when a name, a parent or a budget changes"`
}

// TimingsFrame describes the payload of a binary event, which is one frame. The header
// carries its number, and the moment when it began.
type TimingsFrame struct {
	Scopes   uint16    `json:"n" help:"u16: number of scopes"`
	Meters   uint16    `json:"k" help:"u16: number of counters and gauges"`
	Tick     uint32    `json:"tick" help:"u32: low bits of the tick"`
	Period   uint32    `json:"period" unit:"ns" help:"u32: from this frame's Update to the next"`
	Work     uint32    `json:"work" unit:"ns" help:"u32: sum of the outermost scopes of the game's goroutine"`
	Flags    uint16    `json:"flags" help:"u16: bit 0 while the game is held"`
	Names    uint16    `json:"names" help:"u16: low bits of the version of the names: where it is newer than the one that is known, ask timing.names"`
	Lost     uint32    `json:"lost" help:"u32: scopes that were not recorded one by one"`
	Calls    []uint32  `json:"calls" help:"u32[n] by scope id"`
	Total    []uint32  `json:"total" unit:"ns" help:"u32[n]; times saturate"`
	Self     []uint32  `json:"self" unit:"ns" help:"u32[n]"`
	Min      []uint32  `json:"min" unit:"ns" help:"u32[n]"`
	Max      []uint32  `json:"max" unit:"ns" help:"u32[n]"`
	Counters []float64 `json:"counters" help:"f64[k] by counter id, after four bytes of 0 when n is odd"`
}

// ScopesSegment describes the payload of a binary event, which is one frame with all
// its scopes. The header carries its number, and the moment when it began. A scope
// stands in the frame in which it ended; one of a worker may come later than that.
type ScopesSegment struct {
	Scopes   uint32   `json:"n" help:"u32: number of scopes"`
	Runs     uint16   `json:"r" help:"u16: number of runs"`
	Shift    uint8    `json:"shift" help:"u8: the unit of starts and durations is 1<<shift ns"`
	Flags    uint8    `json:"flags" help:"u8: bit 0 while the game is held, bit 1 when scopes before this are missing"`
	Base     float64  `json:"base" unit:"ns" help:"f64: what starts count from, since the session began"`
	Period   uint32   `json:"period" unit:"ns" help:"u32: from this frame's Update to the next; saturates"`
	Lost     uint32   `json:"lost" help:"u32: scopes that are missing"`
	Tick     uint32   `json:"tick" help:"u32: low bits of the tick"`
	Begin    uint32   `json:"begin" help:"u32: when the frame began, from the base, in the unit"`
	Run      []uint64 `json:"run" help:"r of {u16 track, u8 depth, u8 0, u32 count}, by track and depth; the scopes of a run do not overlap and come in the order of time"`
	Start    []uint32 `json:"start" help:"u32[n] from the base, in the unit"`
	Duration []uint32 `json:"duration" help:"u32[n] in the unit"`
	Scope    []uint16 `json:"scope" help:"u16[n] scope id"`
}

// ScopesState is the first state of the topic scopes.
type ScopesState struct {
	Tracks []TrackInfo `json:"tracks"`
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

func (t *Timings) register(s *rpc.Server, budget time.Duration, wait waiter) {
	t.budget, t.wait = budget, wait
	t.own = t.Scope("console", "the console's own cost")
	rpc.Handle(s, rpc.Method{Name: "timing.list", Help: "the scopes that the game registered", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]Scope, error) { return t.scopeList(), nil })
	rpc.Handle(s, rpc.Method{Name: "timing.names", Help: "scopes, counters and tracks: the first state of the topic timings", Role: rpc.View},
		func(*rpc.Call, rpc.Void) (TimingsState, error) { return t.state(), nil })
	rpc.Handle(s, rpc.Method{Name: "timing.stats", Help: "how the newest frames spread, in all and by scope", Role: rpc.View,
		Errors: []rpc.Code{rpc.OutOfRange}}, t.stats)
	t.registerMeasure(s)
	t.stream = rpc.Open[rpc.Void, TimingsFrame](s, rpc.Topic{Name: "timings", Snapshot: TimingsState{}, Binary: timingsKind, Policy: "all", Help: "what every frame took, by scope"},
		func(*rpc.Sub, rpc.Void) (any, error) { return t.state(), nil })
	t.scopes = rpc.Open[rpc.Void, ScopesSegment](s, rpc.Topic{Name: "scopes", Snapshot: ScopesState{}, Binary: scopesKind, Policy: "all", Help: "every frame with all its scopes, one by one"},
		func(*rpc.Sub, rpc.Void) (any, error) { return ScopesState{t.trackList()}, nil })
}

// scopeList lists the scopes for clients.
func (t *Timings) scopeList() []Scope {
	list := []Scope{}
	for i, in := range t.Scopes() {
		list = append(list, Scope{ID: i, Name: in.Name, Parent: in.Parent.Index(), Help: in.Help, Budget: int64(in.Budget), Own: i == t.own.Index()})
	}
	return list
}

func (t *Timings) trackList() []TrackInfo {
	list := []TrackInfo{}
	for i, name := range t.TrackNames() {
		list = append(list, TrackInfo{i, name})
	}
	return list
}

// state lists all names for clients. Any goroutine, once the service is registered.
func (t *Timings) state() TimingsState {
	meters := []Meter{}
	for i, m := range t.Meters() {
		kind := "counter"
		if m.Gauge {
			kind = "gauge"
		}
		meters = append(meters, Meter{i, m.Name, m.Unit, kind, m.Help})
	}
	c, version := t.Clock(), t.Changes() // the version first: what comes meanwhile is newer
	return TimingsState{t.scopeList(), meters, t.trackList(), int64(t.budget), ClockInfo{c.Kind, int64(c.Resolution)}, version}
}

// rest leaves the scopes of the next frame untimed, because nobody can ask for them: the
// console serves nobody yet.
func (t *Timings) rest() {
	if !t.resting {
		t.resting = true
		t.SetMode(timing.Off)
	}
}

// latch decides what the next frame records: nothing at all while nobody looks and
// nothing is kept.
func (t *Timings) latch(serving bool) {
	t.serving = serving
	switch {
	case t.scopes.Subscribers() > 0 || serving && t.flight() > 0:
		t.SetMode(timing.Events)
	case t.stream.Subscribers() > 0 || t.flight() > 0 || len(t.measures) > 0:
		t.SetMode(timing.Stats)
	default:
		t.SetMode(timing.Off)
	}
}

// frame closes a frame: it keeps its times, streams them, and returns their payload,
// which is valid until the next, and the moment when it ended.
func (t *Timings) frame(number uint64, in frameInfo, begin time.Duration, clock *timing.Clock) (payload []byte, end time.Duration) {
	t.carry()
	mark := timing.Mark{Frame: number + 1, Tick: in.tick, Clock: clock, Held: in.held}
	totals := t.Frame(mark)
	if t.resting { // what was counted meanwhile is no frame's
		t.resting = false
		totals = t.Frame(mark)
	}
	in.period = totals.Time - begin
	in.work, in.lost, in.names = totals.Work, totals.Lost, uint16(t.Changes())
	payload = appendFrame(t.slot(frameSize(&totals)), in, &totals)
	t.ring[t.next] = payload
	t.next = (t.next + 1) % len(t.ring)
	t.stream.PublishBinaryAt(number, begin, 0, payload)
	return payload, totals.Time
}

// mostly says what took most of the newest frame.
func (t *Timings) mostly() string {
	f := t.kept(1)[0]
	most, at := uint32(0), -1
	for i := range f.scopes() {
		if self := f.column(selfColumn, i); self > most {
			most, at = self, i
		}
	}
	if rest := f.period() - f.work(); at < 0 || rest > int64(most) {
		return "outside of scopes,"
	}
	return fmt.Sprintf("%s (%s)", t.Scopes()[at].Name, milliseconds(time.Duration(most)))
}

// publishScopes sends a frame's scopes, which the flight recorder has put together.
func (t *Timings) publishScopes(k *keptFrame) {
	t.scopes.PublishBinaryAt(k.frame, k.begin, 0, k.segment)
}

// slot makes room in the ring for a frame of some size, and returns that of the
// oldest.
func (t *Timings) slot(size int) []byte {
	limit := min(max(maxRing/size, minTimingFrames), timingFrames)
	switch {
	case len(t.ring) > limit: // names were registered, and frames have grown
		t.ring, t.next = slices.Clone(t.kept(limit)), 0
	case len(t.ring) < limit: // not full yet
		t.next = len(t.ring)
		t.ring = append(t.ring, nil)
	}
	return t.ring[t.next][:0]
}

// kept returns the newest frames that are kept, oldest first.
func (t *Timings) kept(n int) []frameView {
	n = min(n, len(t.ring))
	frames := make([]frameView, n)
	for i := range n {
		frames[i] = t.ring[(t.next-n+i+len(t.ring))%len(t.ring)]
	}
	return frames
}

func (t *Timings) stats(_ *rpc.Call, q FramesQuery) (TimingStats, error) {
	frames := t.kept(cmp.Or(q.Frames, timingFrames))
	times := make([]int64, len(frames))
	spreadOf := func(of func(frameView) int64) Spread {
		for i, f := range frames {
			times[i] = of(f)
		}
		return spread(times)
	}
	r := TimingStats{Frames: len(frames), Scopes: []ScopeSpread{}}
	r.Period = spreadOf(frameView.period)
	r.Work = spreadOf(frameView.work)
	for id, in := range t.Scopes() {
		s := ScopeSpread{ID: id, Name: in.Name}
		s.Spread = spreadOf(func(f frameView) int64 {
			if id >= f.scopes() {
				return 0
			}
			s.Calls += uint64(f.column(callsColumn, id))
			s.Self += int64(f.column(selfColumn, id))
			return int64(f.column(totalColumn, id))
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
