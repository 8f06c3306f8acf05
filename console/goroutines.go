package console

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// maxGoroutines bounds the list: 17 MB while it is made.
const maxGoroutines = 1 << 16

// GoroutinesParams say how many groups to answer with.
type GoroutinesParams struct {
	Limit int `json:"limit,omitempty" min:"1" max:"1000" help:"groups in the answer; absent is 200"`
}

// Goroutines are all goroutines of the program.
type Goroutines struct {
	Time    int64            `json:"time" unit:"ns" help:"since the session began"`
	Frame   uint64           `json:"frame"`
	Total   int              `json:"total" help:"without the runtime's own"`
	Stops   uint64           `json:"stops" help:"how often the world stood still meanwhile, collections aside"`
	Stopped int64            `json:"stopped" unit:"ns" help:"for how long at most, all together: the runtime tells it by buckets"`
	Took    int64            `json:"took" unit:"ns" help:"for the whole list, most of it beside the game"`
	Groups  []GoroutineGroup `json:"groups" help:"the largest first"`
	Left    int              `json:"left" help:"goroutines that are in no group here"`
	Frames  []StackFrame     `json:"frames" help:"what the stacks name by number"`
}

// GoroutineGroup is goroutines with equal stacks.
type GoroutineGroup struct {
	Count int    `json:"count"`
	State string `json:"state,omitempty" help:"what they wait for, where their stack shows it"`
	At    int    `json:"at" help:"place in stack of the frame that names it: the first outside of the standard library, else the outermost"`
	Stack []int  `json:"stack" help:"numbers of frames, the innermost first; the runtime's own are left out there"`
}

func (m *Memory) goroutines(call *rpc.Call, p GoroutinesParams) (Goroutines, error) {
	if p.Limit == 0 {
		p.Limit = 200
	}
	return Goroutines{}, m.later(call, false, func() (any, error) { return m.listGoroutines(p.Limit) })
}

// listGoroutines lists them, and measures what that costs the game.
func (m *Memory) listGoroutines(limit int) (Goroutines, error) {
	before := worldStops()
	began := time.Now()
	records, err := goroutineRecords()
	if err != nil {
		return Goroutines{}, err
	}
	g := Goroutines{Time: int64(m.clock.now()), Frame: m.clock.frame.Load(), Total: len(records), Groups: []GoroutineGroup{}}
	g.Stops, g.Stopped = stopsSince(before)
	g.Stopped = min(g.Stopped, int64(time.Since(began)))
	counts := make(map[[32]uintptr]int)
	for i := range records {
		counts[records[i].Stack0]++
	}
	names, places := newStackNames(), make(map[string]int)
	for stack, n := range counts {
		s := names.name(stack[:depth(stack)])
		state := waitsFor(s.inside)
		key := fmt.Sprint(s.stack, state)
		if at, ok := places[key]; ok {
			g.Groups[at].Count += n
			continue
		}
		places[key] = len(g.Groups)
		g.Groups = append(g.Groups, GoroutineGroup{n, state, s.site, s.stack})
	}
	g.Frames = names.frames
	slices.SortFunc(g.Groups, func(a, b GoroutineGroup) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(g.top(a), g.top(b)), cmp.Compare(a.State, b.State), slices.Compare(a.Stack, b.Stack))
	})
	for len(g.Groups) > limit {
		g.Left += g.Groups[len(g.Groups)-1].Count
		g.Groups = g.Groups[:len(g.Groups)-1]
	}
	stacks := make([][]int, 0, len(g.Groups))
	for _, group := range g.Groups {
		stacks = append(stacks, group.Stack)
	}
	g.Frames = names.of(stacks)
	g.Took = int64(time.Since(began))
	return g, nil
}

// top names the place that a group is known by.
func (g *Goroutines) top(group GoroutineGroup) string {
	if group.At >= len(group.Stack) {
		return ""
	}
	return g.Frames[group.Stack[group.At]].Func
}

// goroutineRecords reads the stacks of all goroutines. The world stops for it.
func goroutineRecords() ([]runtime.StackRecord, error) {
	n := runtime.NumGoroutine()
	for n <= maxGoroutines {
		list := make([]runtime.StackRecord, n+n/8+16) // more begin meanwhile
		var ok bool
		if n, ok = runtime.GoroutineProfile(list); ok {
			return list[:n], nil
		}
	}
	return nil, rpc.Errorf(rpc.TooMany, "there are %d goroutines, at most %d are listed", n, maxGoroutines)
}

// depth is how many frames of a stack are there.
func depth(stack [32]uintptr) int {
	if i := slices.Index(stack[:], 0); i >= 0 {
		return i
	}
	return len(stack)
}

// waitsFor says what a goroutine waits for whose innermost frames end with this
// function of the runtime.
func waitsFor(inside string) string {
	for _, w := range [...]struct{ prefix, state string }{
		{"runtime.chanrecv", "chan receive"}, {"runtime.chansend", "chan send"}, {"runtime.selectgo", "select"},
		{"runtime.netpollblock", "IO wait"}, {"runtime.semacquire", "lock"}, {"runtime.notetsleepg", "signal or timer"},
		{"runtime.block", "select without cases"},
	} {
		if strings.HasPrefix(inside, w.prefix) {
			return w.state
		}
	}
	return ""
}

// worldStops reads how often and how long the world was stopped, collections aside.
func worldStops() metrics.Sample {
	s := []metrics.Sample{{Name: "/sched/pauses/total/other:seconds"}}
	metrics.Read(s)
	return s[0]
}

// stopsSince compares that with now.
func stopsSince(before metrics.Sample) (stops uint64, most int64) {
	now := worldStops()
	if before.Value.Kind() != metrics.KindFloat64Histogram || now.Value.Kind() != metrics.KindFloat64Histogram {
		return 0, 0
	}
	a, b := before.Value.Float64Histogram(), now.Value.Float64Histogram()
	for i := range b.Counts {
		if n := b.Counts[i] - a.Counts[i]; n > 0 {
			stops += n
			most += int64(n) * upper(b.Buckets, i)
		}
	}
	return stops, most
}
