package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/examples/garden/sim"
)

// keys are what a player presses.
var keys = [...]string{"KeyW", "KeyA", "KeyS", "KeyD", "ArrowUp", "ArrowLeft", "Space", "ShiftLeft"}

// session plays some hundred ticks with random input and edits, which are recorded.
func (w wired) session(r *rand.Rand, hash string) (n console.RunInfo) {
	w.t.Helper()
	w.call("run.record", `{"hash":"`+hash+`"}`, &n)
	for range 40 {
		w.call("input.key", fmt.Sprintf(`{"code":%q,"ticks":%d}`, keys[r.IntN(len(keys))], 1+r.IntN(30)), nil)
		w.call("input.pointer", fmt.Sprintf(`{"x":%d,"y":%d,"button":0,"ticks":%d}`, r.IntN(600), r.IntN(400), 1+r.IntN(20)), nil)
		switch r.IntN(5) {
		case 0:
			w.call("world.set", fmt.Sprintf(`{"id":"player","path":"health","value":%d}`, 1+r.IntN(100)), nil)
		case 1:
			w.call("cvar.set", fmt.Sprintf(`{"name":"physics.gravity","value":%d}`, r.IntN(80)-40), nil)
		case 2:
			w.call("world.create", fmt.Sprintf(`{"kind":"hunter","at":[%d,%d]}`, r.IntN(600), r.IntN(300)), nil)
		case 3:
			w.run(fmt.Sprintf("spawn seed %d", 1+r.IntN(5)))
		}
		w.call("time.step", `{"ticks":15}`, nil)
	}
	w.call("run.stop", fmt.Sprintf(`{"id":%d}`, n.ID), &n)
	return n
}

// replay replays a recording, with something done behind each tick.
func (w wired) replay(params string, behind func()) (r console.RunReplayed) {
	w.t.Helper()
	w.client.SendText([]byte(`{"jsonrpc":"2.0","id":1,"method":"run.replay","params":` + params + `}`))
	answer := make(chan []byte, 1)
	go func() {
		_, text, _ := w.client.Next(w.t.Context())
		answer <- text
	}()
	for {
		select {
		case text := <-answer:
			var got reply
			require.NoError(w.t, json.Unmarshal(text, &got))
			require.Empty(w.t, got.Error, string(got.Error))
			require.NoError(w.t, json.Unmarshal(got.Result, &r))
			return r
		default:
			for range w.con.Update() {
				w.tick(w.hands())
				behind()
			}
		}
	}
}

// What is recorded comes out the same again, and one random draw more than there was is
// named by its tick, its subsystem and its field.
func TestARecordedGardenGoesTheSameWayAgain(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	w.play(hands(9, 60))
	n := w.session(rand.New(rand.NewPCG(3, 3)), "fields")
	require.Equal(t, 600, n.Ticks)
	end := w.digest()
	w.play(hands(1, 100))
	whole := fmt.Sprintf(`{"id":%d}`, n.ID)
	r := w.replay(whole, func() {})
	require.True(t, r.Same, "%+v", r.Diverged)
	require.Equal(t, 600, r.Compared)
	require.Empty(t, r.Refused)
	require.Equal(t, end, w.digest())

	last := w.world.Tick
	r = w.replay(whole, func() {
		if w.world.Tick == last-300 {
			hidden(w.world, "mindR").Uint64()
		}
	})
	require.Equal(t, 300, r.Ticks)
	require.Equal(t, n.Tick+300, r.Diverged.Tick)
	require.Equal(t, []string{"sim"}, r.Diverged.Subsystems)
	for _, f := range r.Diverged.Fields {
		require.Contains(t, f.Path, "PCG.", "%+v", r.Diverged.Fields)
	}

	seed := 0
	r = w.replay(whole, func() {
		if w.world.Tick == last-200 {
			seed = int(w.world.Seeds[7].ID)
			w.world.Seeds[7].Pos.X += 1e-9
		}
	})
	require.Equal(t, 400, r.Ticks)
	require.Equal(t, []string{"seed"}, r.Diverged.Subsystems)
	require.Len(t, r.Diverged.Fields, 1)
	require.Equal(t, fmt.Sprint(seed), r.Diverged.Fields[0].Entity)
	require.Equal(t, fmt.Sprint(w.world.Seeds[7].Pos.X), r.Diverged.Fields[0].Now)
	require.Equal(t, "Seed.Body.Pos.X", r.Diverged.Fields[0].Path)
}

// hidden is a random generator of the simulation, which keeps it to itself.
func hidden(w *sim.World, name string) *rand.Rand {
	field := reflect.ValueOf(w).Elem().FieldByName(name)
	return *(**rand.Rand)(unsafe.Pointer(field.UnsafeAddr()))
}
