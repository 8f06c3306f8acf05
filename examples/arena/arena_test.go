package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/arena/ecs"
	"github.com/scry-dev/scry/examples/arena/sim"
	"github.com/scry-dev/scry/rpc"
)

func TestFlagsOutOfRangeAreRefused(t *testing.T) {
	for arg, want := range map[string]string{
		"-n=5":        "-n=5: there may be 100 to 4000000 entities",
		"-n=50000000": "-n=50000000: there may be 100 to 4000000 entities",
		"-rate=0":     "-rate=0: there may be 1 to 1000 ticks in a second",
		"large":       `"large" is no flag`,
	} {
		require.EqualError(t, run(t.Context(), []string{arg}, io.Discard, io.Discard), want)
	}
	var help bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-h"}, io.Discard, &help))
	require.Contains(t, help.String(), "-measure")
}

func TestItPrintsTheLinkAndReportsAtItsEnd(t *testing.T) {
	var out, errs bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-n=500", "-rate=1000", "-addr=127.0.0.1:0", "-ticks=20", "-seed=1"}, &out, &errs))
	require.Regexp(t, `(?m)^scry: http://127\.0\.0\.1:\d+/#c=\S+$`, out.String())
	require.Regexp(t, `(?m)^arena: \d+ entities in \d+ places: .*; tick 20$`, out.String())
	require.Regexp(t, `(?m)^of 20 frames +p50 +p99 +max$`, out.String())
	require.Regexp(t, `(?m)^over 1\.00 ms: \d+ frames, \d+ of them because of the console`, out.String())
	require.Empty(t, errs.String())
}

func TestItEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, run(ctx, []string{"-n=100", "-addr=127.0.0.1:0"}, io.Discard, io.Discard))
}

func TestWhatTheConsoleTookIsToldApart(t *testing.T) {
	m := meter{budget: 10 * time.Millisecond}
	at := time.Now()
	frame := func(parts ...time.Duration) { // the console's and the arena's in turn
		m.begin()
		m.since.wall = at
		for i, d := range parts {
			m.since.wall = time.Now().Add(-d)
			if i < len(parts)-1 {
				m.turn()
			}
		}
		m.end()
	}
	frame(time.Millisecond, 4*time.Millisecond, time.Millisecond)
	frame(time.Millisecond, 20*time.Millisecond, time.Millisecond)
	frame(8*time.Millisecond, 4*time.Millisecond, time.Millisecond)
	frame(500 * time.Millisecond) // held
	require.Equal(t, 3, m.frames)
	require.Equal(t, 1, m.held)
	require.Equal(t, 2, m.over)
	require.Equal(t, 1, m.because)
	p50, p99, most := m.consoles.quantiles()
	require.GreaterOrEqual(t, p50, 2*time.Millisecond)
	require.Equal(t, p99, most)
	require.GreaterOrEqual(t, most, 9*time.Millisecond)
	m.reset()
	require.Zero(t, m.frames)
	require.Equal(t, 10*time.Millisecond, m.budget)
}

func TestAWindowKeepsTheNewest(t *testing.T) {
	var w window
	w.add(time.Hour)
	for i := range keep {
		w.add(time.Duration(i))
	}
	p50, p99, most := w.quantiles()
	require.Len(t, w.last, keep)
	require.Equal(t, time.Duration(keep/2), p50)
	require.Equal(t, time.Duration(keep*99/100), p99)
	require.Equal(t, time.Duration(keep-1), most)
	require.Equal(t, []string{"1.50 µs", "150 µs", "1.50 ms", "150 ms", "1.50 s"},
		[]string{brief(1500), brief(150_000), brief(1_500_000), brief(150_000_000), brief(1_500_000_000)})
}

// wired is an arena with a client of its console, without a socket: what is sent is
// there at once, and all is told by the numbers of frames.
type wired struct {
	*game
	t      *testing.T
	peer   *rpc.Peer
	last   int
	came   map[int]answer
	events []event
	binary int
}

// answer is what came for a request, and in which frame.
type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
	frame  uint64
}

func wire(t *testing.T, entities int) *wired {
	t.Helper()
	w := &wired{game: newGame(options{Options: sim.Options{Entities: entities, Rate: 60, Seed: 1}}, io.Discard), t: t, came: make(map[int]answer)}
	w.con.Limits.Protocol.SlowCall = time.Hour // the log is not to tell of a busy machine
	t.Cleanup(func() { w.con.Close() })
	w.peer = w.con.RPC().Connect(w, rpc.Drive)
	w.frame()
	return w
}

// SendText takes what the console sends.
func (w *wired) SendText(text []byte) error {
	var m struct {
		answer
		ID     int
		Method string
		Params event
	}
	require.NoError(w.t, json.Unmarshal(text, &m), "%s", text)
	if m.Method == "sub.event" {
		w.events = append(w.events, m.Params)
	}
	m.frame = w.con.Time.Frame()
	w.came[m.ID] = m.answer
	return nil
}

// SendBinary counts pictures.
func (w *wired) SendBinary([]byte) error { w.binary++; return nil }

// Close is told why the console hangs up.
func (w *wired) Close(_ int, reason string) { w.t.Log("closed:", reason) }

// send queues a request, which the next frame finds.
func (w *wired) send(method, params string) int {
	w.last++
	text := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, w.last, method, params)
	w.con.RPC().Receive(w.peer, rpc.Parse([]byte(text), rpc.Limits{}))
	return w.last
}

// within runs frames until a request is answered, and says how many it took.
func (w *wired) within(id, frames int, result any) (took uint64) {
	w.t.Helper()
	from := w.con.Time.Frame()
	for range frames {
		w.frame()
		if a, ok := w.came[id]; ok {
			require.Nil(w.t, a.Error, "%v", a.Error)
			if result != nil {
				require.NoError(w.t, json.Unmarshal(a.Result, result), "%s", a.Result)
			}
			return a.frame - from
		}
	}
	w.t.Fatalf("no answer in %d frames", frames)
	return 0
}

// call asks and waits for an answer.
func (w *wired) call(method, params string, result any) (took uint64) {
	w.t.Helper()
	return w.within(w.send(method, params), 2000, result)
}

// wireID is an entity as it travels.
func wireID(id ecs.ID) string { return fmt.Sprintf("arena:%d", uint64(id)) }

func TestTheFirstRowsComeInTheFirstFrame(t *testing.T) {
	w := wire(t, 100_000)
	var open struct {
		Snapshot struct {
			Total, All int
			Rows       []struct{ ID, Name, Kind string }
		}
	}
	id := w.send("sub.open", `{"id":"w","topic":"world","params":{"limit":50}}`)
	require.EqualValues(t, 1, w.within(id, 1, &open))
	require.Len(t, open.Snapshot.Rows, 50)
	require.Equal(t, "player", open.Snapshot.Rows[0].Name)
	id = w.send("sub.open", `{"id":"f","topic":"world","params":{"where":"hunter.state = chase","sort":"-pace.speed","limit":50}}`)
	require.EqualValues(t, 1, w.within(id, 1, nil), "a subscription begins at once, with what there is by then")
	var list struct {
		All  int
		Rows []struct{ ID string }
	}
	w.call("world.list", `{"limit":50}`, &list)
	require.Len(t, list.Rows, 50)
	require.InDelta(t, 100_000, list.All, 1000)
}

func TestAnEditHoldsInTheNextFrame(t *testing.T) {
	w := wire(t, 100_000)
	w.call("sub.open", `{"id":"w","topic":"world","params":{"where":"hunter.state = chase","sort":"-pace.speed","limit":50}}`, nil)
	well := w.arena.Wells.Owner(3)
	id, _ := w.arena.Entities.At(well)
	var done struct {
		Frame uint64
		Value float64
	}
	for i := range 5 {
		want := float64(i)/10 + 0.5
		request := w.send("world.set", fmt.Sprintf(`{"id":%q,"path":"well.spin","value":%g}`, wireID(id), want))
		sent := w.con.Time.Frame()
		w.within(request, 1, &done)
		require.Equal(t, sent+1, done.Frame)
		require.InDelta(t, want, float64(w.arena.Wells.Get(well).Spin), 1e-6)
	}
}

func TestAFilteredTableFollowsTheArena(t *testing.T) {
	w := wire(t, 5000)
	w.call("sub.open", `{"id":"w","topic":"world","params":{"where":"has:hunter and vitals.health > 0","sort":"-pace.speed","limit":20}}`, nil)
	for len(w.events) < 3 { // ten a second at most
		w.frame()
	}
	var view struct {
		Total, All int
		IDs        []string
	}
	require.NoError(t, json.Unmarshal(w.events[2].Value, &view))
	require.Positive(t, view.Total)
	require.Less(t, view.Total, 200)
}
