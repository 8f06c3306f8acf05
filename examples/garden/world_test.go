package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
)

func TestFieldsHaveManyTypes(t *testing.T) {
	w := wire(t)
	var kinds []struct {
		Kind   string
		Can    []string
		Fields []struct{ Path, Type, As string }
	}
	w.call("world.kinds", "{}", &kinds)
	types := make(map[string]string)
	can := make(map[string][]string)
	for _, k := range kinds {
		can[k.Kind] = k.Can
		for _, f := range k.Fields {
			types[f.Type] = k.Kind + " " + f.Path
			if f.As != "" {
				types[f.As] = k.Kind + " " + f.Path
			}
		}
	}
	for _, typ := range []string{"bool", "int", "float", "string", "duration", "enum", "color", "time", "entity", "asset", "list", "map", "any", "vec2"} {
		require.NotEmpty(t, types[typ], "no field is a %s", typ)
	}
	for _, kind := range []string{"seed", "hunter", "well", "bloom"} {
		require.Subset(t, can[kind], []string{"create", "delete", "duplicate"}, kind)
	}
	require.Empty(t, can["player"])
}

func TestEntitiesComeAndGoByTheConsole(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	var made struct{ IDs []string }
	for kind, count := range map[string]func() int{
		"seed":   func() int { return len(w.world.Seeds) },
		"hunter": func() int { return len(w.world.Hunters) },
		"well":   func() int { return len(w.world.Wells) },
		"bloom":  func() int { return len(w.world.Blooms) },
	} {
		before := count()
		w.call("world.create", `{"kind":"`+kind+`","at":[100,120]}`, &made)
		require.Equal(t, before+1, count(), kind)
		require.InDelta(t, 100, w.field(made.IDs[0], "pos.x"), 0)
		w.call("world.duplicate", `{"ids":["`+made.IDs[0]+`"]}`, &made)
		require.Equal(t, before+2, count(), kind)
		w.call("world.delete", `{"ids":["`+made.IDs[0]+`"]}`, nil)
		require.Equal(t, before+1, count(), kind)
	}
	w.world.Tune.SpawnMax = 0
	require.Contains(t, w.try("world.create", `{"kind":"seed"}`), "no room for a seed")
}

// A seed whose deletion was undone stands at the end, though its id is an old one.
func TestASeedThatCameBackIsFound(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	id := w.world.Seeds[3].ID
	w.call("world.delete", fmt.Sprintf(`{"ids":["%d"]}`, id), nil)
	w.call("world.undo", `{}`, nil)
	require.InDelta(t, w.field(fmt.Sprint(id), "radius"), 4, 2)
	w.call("time.step", `{"ticks":30}`, nil)
}

func TestMethodsOfEntities(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	call := func(id sim.ID, method, args string, result any) {
		t.Helper()
		var done struct{ Result any }
		w.call("world.call", fmt.Sprintf(`{"id":"%d","method":%q,"args":%s}`, id, method, args), &done)
		require.Equal(t, result, done.Result)
	}
	_, err := w.world.Spawn("hunter", 1)
	require.NoError(t, err)
	h := &w.world.Hunters[len(w.world.Hunters)-1]
	call(h.ID, "stun", `["2s"]`, nil)
	require.Equal(t, 2*sim.Rate, h.Timer)
	h.Rage = 2
	call(h.ID, "enrage", `[1.25]`, 2.5)
	well := &w.world.Wells[0]
	strength := well.Strength
	call(well.ID, "flip", `[]`, -strength)
	call(w.world.Seeds[0].ID, "throw", `[7, -8]`, nil)
	require.Equal(t, sim.Velocity{X: 7, Y: -8}, w.world.Seeds[0].Vel)
	call(w.world.Blooms[0].ID, "ripen", `[]`, nil)
	crops, bloom := w.world.Blooms[0].Crops, w.world.Blooms[0].ID
	call(w.world.Player.ID, "bless", `["gale", "1s"]`, nil)
	require.Equal(t, sim.Gale{Speed: 2, Left: sim.Rate}, w.world.Player.Boon)
	w.call("time.step", `{"ticks":1}`, nil)
	if crops > 1 {
		require.Equal(t, bloom, w.world.Blooms[0].ID)
		require.Equal(t, crops-1, w.world.Blooms[0].Crops)
	}
	w.call("time.step", fmt.Sprintf(`{"ticks":%d}`, sim.Rate), nil)
	require.Nil(t, w.world.Player.Boon, "it is over")
	require.Contains(t, w.try("world.call", fmt.Sprintf(`{"id":"%d","method":"bless","args":["luck","1s"]}`, w.world.Player.ID)), "no boon is called")
}

func TestTheChronicleOfAMatch(t *testing.T) {
	w := wire(t)
	for range 3 * sim.Rate {
		w.tick(sim.Input{})
	}
	require.Len(t, w.world.Player.Trail, 12)
	require.InDelta(t, float64(3*time.Second), float64(w.world.Match.Length), float64(time.Millisecond))
	require.Positive(t, w.world.Match.Tally["waves"])
	require.Equal(t, "2031-03-20T06:00:03Z", w.world.Now().Format(time.RFC3339))
}
