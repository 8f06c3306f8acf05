package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// step runs so many ticks of a held game.
func (w wired) step(ticks string) {
	w.t.Helper()
	w.call("time.step", `{"ticks":`+ticks+`}`, nil)
}

func TestAClientFliesTheShipWithoutAWindow(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	require.True(t, w.world.Tune.Autopilot)
	var seen struct{ Tick uint64 }
	w.world.Player.Vel = sim.Velocity{} // where the autopilot was flying to
	x := w.world.Player.Pos.X
	w.call("input.key", `{"code":"KeyD","ticks":40}`, &seen)
	require.Equal(t, w.con.Time.Tick()+1, seen.Tick)
	w.step("40")
	require.False(t, w.world.Tune.Autopilot, "the first key takes over")
	require.Greater(t, w.world.Player.Pos.X, x+20)

	// An edge is seen once, however long its key is down and however many ticks a frame has.
	w.call("input.key", `{"code":"Tab","ticks":9}`, nil)
	w.call("input.key", `{"code":"KeyG"}`, nil)
	grid := w.scene.Grid
	w.step("12")
	require.True(t, w.world.Tune.Autopilot)
	require.Equal(t, !grid, w.scene.Grid)
}

func TestAClientThatLeavesLetsGoOfTheShip(t *testing.T) {
	w := wire(t)
	other := wired{w.garden, t, wstest.Dialer{Path: "/ws", Header: http.Header{"Authorization": {"Bearer token"}}}.Dial(t, &w.con)}
	other.call("input.key", `{"code":"Space","down":true}`, nil)
	in := w.hands()
	require.True(t, in.Fire)
	var status struct {
		Holder string
		Keys   []string
	}
	w.call("input.status", "{}", &status)
	require.Equal(t, []string{"Space"}, status.Keys)
	require.NotEmpty(t, status.Holder)
	require.NoError(t, other.client.Close(1000, ""))
	fire := true
	for n := w.con.RPC().Clients(); w.con.RPC().Clients() == n; {
		for range w.con.Update() {
			in = w.hands()
			fire = in.Fire
			w.tick(in)
		}
	}
	require.False(t, fire, "in the frame in which it leaves")
	status.Holder = ""
	w.call("input.status", "{}", &status)
	require.Empty(t, status.Holder)
}

func TestAGamepadFliesTheShip(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	w.call("input.gamepad", `{"id":0,"standard":true,"axes":[0.1,-0.1,0,0]}`, nil)
	w.step("1")
	require.True(t, w.world.Tune.Autopilot, "a stick that rests is no hand")
	w.call("input.gamepad", `{"id":0,"standard":true,"axes":[-1,0.2,0,1],"buttons":[1]}`, nil)
	w.step("1")
	require.False(t, w.world.Tune.Autopilot)
	in, at := w.hands(), w.world.Player.Pos
	require.Equal(t, sim.Input{Move: sim.Vec{X: -1, Y: 0.2}, Target: sim.Point{X: at.X, Y: at.Y + 100}, Aiming: true, Fire: true}, in)
	w.call("input.gamepad", `{"id":0,"connected":false}`, nil)
	w.step("1")
	in = w.hands()
	require.False(t, in.Fire || in.Move != sim.Vec{})
}

func TestFingerAndPointerAim(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	w.call("input.touch", `{"id":3,"x":50,"y":60,"phase":"start"}`, nil)
	w.step("1")
	require.False(t, w.world.Tune.Autopilot)
	require.Equal(t, sim.Input{Target: sim.Point{X: 50, Y: 60}, Aiming: true, Fire: true}, w.hands())
	w.call("input.touch", `{"id":3,"phase":"end"}`, nil)
	w.call("input.pointer", `{"x":100,"y":20}`, nil)
	w.step("1")
	require.Equal(t, sim.Input{Target: sim.Point{X: 100, Y: 20}, Aiming: true}, w.hands())
	w.step("130")
	require.False(t, w.hands().Aiming, "for a while")
}
