package console

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// idle waits on a channel.
//
//go:noinline
func idle(stop chan struct{}) { <-stop }

func TestGoroutinesAreGroupedByStack(t *testing.T) {
	_, p := sampled(t)
	stop := make(chan struct{})
	var running sync.WaitGroup
	const many = 50
	for range many {
		running.Go(func() { idle(stop) })
	}
	defer running.Wait()
	defer close(stop)
	var g Goroutines
	var idlers GoroutineGroup
	require.Eventually(t, func() bool {
		g = await[Goroutines](p, "memory.goroutines", `{}`)
		for _, group := range g.Groups {
			if strings.HasSuffix(g.top(group), "console.idle") {
				idlers = group
			}
		}
		return idlers.Count == many
	}, 10*time.Second, time.Millisecond, "they may not have begun to wait")
	require.Equal(t, "chan receive", idlers.State)
	frame := g.Frames[idlers.Stack[0]]
	require.Equal(t, "goroutines_test.go", base(frame.File))
	require.Equal(t, 16, frame.Line)
	require.Positive(t, g.Stops)
	require.Positive(t, g.Stopped)
	require.Positive(t, g.Took)
	sum := g.Left
	for i, group := range g.Groups {
		sum += group.Count
		require.LessOrEqual(t, group.Count, g.Groups[0].Count, i)
	}
	require.Equal(t, g.Total, sum)

	g = await[Goroutines](p, "memory.goroutines", `{"limit":1}`)
	require.Len(t, g.Groups, 1)
	require.Equal(t, g.Total, g.Groups[0].Count+g.Left)
	require.LessOrEqual(t, len(g.Frames), len(g.Groups[0].Stack), "of the others no frame is named")
}

func TestNamesOfStacks(t *testing.T) {
	var pcs []uintptr
	require.Equal(t, "x", strings.Map(func(r rune) rune { // called by the standard library
		pcs = make([]uintptr, 32)
		pcs = pcs[:runtime.Callers(0, pcs)]
		return r
	}, "x"))
	names := newStackNames()
	s := names.name(pcs)
	require.Equal(t, "runtime.Callers", s.inside)
	require.Zero(t, s.site)
	require.Contains(t, names.frames[s.stack[0]].Func, "TestNamesOfStacks.func1")
	require.Equal(t, "strings.Map", names.frames[s.stack[1]].Func)
	inner := names.name(pcs[2:]) // as if strings.Map had allocated
	require.Equal(t, 1, inner.site)
	require.Contains(t, names.frames[inner.stack[1]].Func, "TestNamesOfStacks")
	require.Equal(t, s.stack[1:], inner.stack, "a frame has one number")
	only := names.name(pcs[:1])
	require.Equal(t, "runtime.Callers", names.frames[only.stack[0]].Func, "there is no other")
	require.Empty(t, names.name(nil).stack)

	outer := names.frames[s.stack[len(s.stack)-1]].Func
	require.Equal(t, "testing.tRunner", outer, "not runtime.goexit")
	tail := names.name(pcs[len(pcs)-2:])
	require.Equal(t, "testing.tRunner", names.frames[tail.stack[tail.site]].Func, "nothing of the program: the outermost")
}

func TestWhatIsOfTheStandardLibrary(t *testing.T) {
	names := stackNames{main: "garden"}
	for f, want := range map[string]bool{
		"fmt.Println": true, "encoding/json.Marshal": true, "internal/poll.(*FD).Read": true,
		"main.main": false, "garden/sim.Step": false, "garden.Run": false, "github.com/a/b.F": false, "gopkg.in/yaml%2ev3.F": false,
	} {
		require.Equal(t, want, names.standard(f), f)
	}
}

func BenchmarkListThousandGoroutines(b *testing.B) {
	con := new(Console)
	con.ready()
	stop := make(chan struct{})
	var running sync.WaitGroup
	for range 1000 {
		running.Go(func() { idle(stop) })
	}
	var stopped int64
	for b.Loop() {
		g, err := con.Memory.listGoroutines(200)
		if err != nil {
			b.Fatal(err)
		}
		stopped += g.Stopped
	}
	b.ReportMetric(float64(stopped)/float64(b.N), "ns-stopped/op")
	close(stop)
	running.Wait()
}
