package capture

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is read of a Chrome trace.
type (
	chromeTrace struct {
		DisplayTimeUnit string
		OtherData       Meta
		TraceEvents     []chromeEvent
	}
	chromeEvent struct {
		Ph, Name, S string
		Pid, Tid    int
		Ts, Dur     float64 // µs
		Args        map[string]any
	}
)

func readChrome(t testing.TB, c *Capture) chromeTrace {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Chrome(&out, c))
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	var trace chromeTrace
	require.NoError(t, d.Decode(&trace))
	require.False(t, d.More())
	return trace
}

// nanos is µs as ns.
func nanos(us float64) int64 { return int64(math.Round(us * 1000)) }

// threads returns the names of the threads, by number.
func (tr chromeTrace) threads() map[int]string {
	names := make(map[int]string)
	for _, e := range tr.TraceEvents {
		if e.Ph == "M" && e.Name == "thread_name" {
			names[e.Tid] = e.Args["name"].(string)
		}
	}
	return names
}

// trees rebuilds the calls of each thread as viewers do: by what contains what.
func (tr chromeTrace) trees(t testing.TB) map[string][]node {
	t.Helper()
	names, all, open := tr.threads(), make(map[string][]node), make(map[int][]chromeEvent)
	for _, e := range tr.TraceEvents {
		if e.Ph != "X" {
			continue
		}
		stack := open[e.Tid]
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			start, end := nanos(e.Ts), nanos(top.Ts)+nanos(top.Dur)
			if start < end || start == end && e.Dur == 0 && top.Dur == 0 {
				require.LessOrEqual(t, start+nanos(e.Dur), end, "%s leaves %s", e.Name, top.Name)
				break
			}
			stack = stack[:len(stack)-1]
		}
		all[names[e.Tid]] = append(all[names[e.Tid]], node{e.Name, len(stack), nanos(e.Ts), nanos(e.Dur)})
		open[e.Tid] = append(stack, e)
	}
	return all
}

// requireTree compares what an export shows with what went in. Two calls of no
// length at the same moment are inside each other or beside, which only a depth
// tells: they are compared without.
func requireTree(t testing.TB, want, got []node) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		if want[i].Duration == 0 && got[i].Duration == 0 {
			got[i].Depth = want[i].Depth
		}
	}
	require.Equal(t, want, got)
}

func TestChromeShowsTheSameTree(t *testing.T) {
	eachRandom(t, func(t *testing.T, s sample, c *Capture) {
		trees := readChrome(t, c).trees(t)
		for track, want := range s.trees {
			requireTree(t, want, trees[track])
		}
		frames := trees[framesTrack]
		require.Len(t, frames, len(s.frames)-1)
		for i, f := range frames {
			require.Equal(t, node{Name: f.Name, Start: s.frames[i], Duration: s.frames[i+1] - s.frames[i]}, f)
		}
		require.Equal(t, "frame 100", frames[0].Name)
	})
}

func TestChromeShowsTheRest(t *testing.T) {
	s := random(t, rand.New(rand.NewPCG(8, 8)))
	c, err := Read(bytes.NewReader(s.file), 0)
	require.NoError(t, err)
	trace := readChrome(t, c)
	require.Equal(t, "garden", trace.OtherData.Name)
	names := trace.threads()
	require.Subset(t, []string{"frames", "game", "audio", "loader", "capture", "log", "GC"}, values(names))
	found := make(map[string]chromeEvent)
	var bodies []point
	for _, e := range trace.TraceEvents {
		require.Equal(t, 1, e.Pid)
		switch e.Ph {
		case "i":
			require.Equal(t, "t", e.S)
			found[names[e.Tid]] = e
		case "C":
			if e.Name == "bodies" {
				bodies = append(bodies, point{nanos(e.Ts), e.Args["value"].(float64)})
			}
		}
	}
	require.Equal(t, "late", found["log"].Name)
	require.Equal(t, map[string]any{"level": "warn", "frame": 100.0, "count": 3.0, "source": "a.go:1", "attrs": `{"by":"2ms"}`}, found["log"].Args)
	require.Equal(t, "GC 3", found["GC"].Name)
	require.Equal(t, map[string]any{"pause_ns": 40.0}, found["GC"].Args)
	require.Equal(t, "over budget", found["capture"].Name)
	requireSteps(t, s, bodies)
}

func values(m map[int]string) (all []string) {
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

// requireSteps checks that points hold the counter's value in every frame.
func requireSteps(t testing.TB, s sample, points []point) {
	t.Helper()
	for i, want := range s.values {
		got := math.NaN()
		for _, p := range points {
			if p.time <= s.frames[i] {
				got = p.value
			}
		}
		require.Equal(t, want, got, "frame %d of %v", i, points)
	}
	require.LessOrEqual(t, len(points), len(s.values))
}

func TestAnEmptyCaptureIsATrace(t *testing.T) {
	trace := readChrome(t, new(Capture))
	require.Equal(t, "process_name", trace.TraceEvents[0].Name)
	require.Equal(t, "game", trace.TraceEvents[0].Args["name"])
}

func TestExportsReportFailedWrites(t *testing.T) {
	s := random(t, rand.New(rand.NewPCG(8, 9)))
	c, err := Read(bytes.NewReader(s.file), 0)
	require.NoError(t, err)
	require.ErrorIs(t, Chrome(&broken{left: 10}, c), errBroken)
	require.ErrorIs(t, Perfetto(&broken{left: 10}, c), errBroken)
}
