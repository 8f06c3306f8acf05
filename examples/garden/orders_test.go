package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
)

// run runs a line of the console, and returns what it printed.
func (w wired) run(line string) string {
	w.t.Helper()
	params, err := json.Marshal(map[string]string{"line": line})
	require.NoError(w.t, err)
	var result struct{ Output string }
	w.call("command.run", string(params), &result)
	return result.Output
}

func TestWhatCanBeTyped(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	w.run("clear hunter; clear seed")
	require.Zero(t, len(w.world.Hunters)+len(w.world.Seeds))
	require.Equal(t, "3 hunters", w.run("spawn hunter 3"))
	require.Equal(t, "1 seeds", w.run("spawn seed"))
	ids := make([]string, 2)
	for i := range ids {
		raw, err := json.Marshal(w.world.Hunters[i].ID)
		require.NoError(t, err)
		ids[i] = string(raw)
	}
	require.Equal(t, "2 destroyed", w.run("kill "+strings.Join(ids, " ")))
	w.call("time.step", `{"ticks":1}`, nil)
	require.Len(t, w.world.Hunters, 1)

	w.run("teleport 100 200")
	require.Equal(t, sim.Point{X: 100, Y: 200}, w.world.Player.Pos)
	w.run("blast 120,200")
	require.Negative(t, w.world.Player.Vel.X)
	w.world.Player.Health = 5
	require.Equal(t, "health 25", w.run("heal 20"))
	require.Equal(t, "health 100", w.run("heal"))
	score := w.world.Match.Score
	w.run("give 500")
	require.Equal(t, score+500, w.world.Match.Score)
	w.run("wave 5")
	require.Equal(t, 5, w.world.Match.Wave)
	require.Contains(t, w.run("level storm"), "storm: heavy seeds")
	w.call("time.step", `{"ticks":1}`, nil)
	require.Equal(t, "storm", w.world.Match.Level)
	require.Equal(t, "ember", w.scene.Palette, "its own, since none was chosen")
	require.Equal(t, 55.0, w.world.Tune.Gravity, "likewise")
	w.run("physics.gravity 20; render.palette frost; level meadow")
	w.call("time.step", `{"ticks":1}`, nil)
	require.Equal(t, "frost", w.scene.Palette)
	require.Equal(t, 20.0, w.world.Tune.Gravity)
	w.run("restart")
	require.Equal(t, 1, w.world.Match.Wave)
	w.run("hitch garbage")
	require.Equal(t, "garbage", w.hitching.cause)
	w.sounds.mixer = newSounds().mixer // which may have been full
	w.run("play ripe 2")
	require.Equal(t, 1, w.sounds.mixer.Voices())
	w.run("say the garden rests")
	require.Regexp(t, `(?m)^well +2 +\d+$`, w.run("stats"))
}

func TestEveryCvarHasWhatADesignerNeeds(t *testing.T) {
	w := wire(t)
	var list []struct {
		Name, Type, Help string
		Flags            []string
		Min, Max         *float64
	}
	w.call("cvar.list", "{}", &list)
	require.GreaterOrEqual(t, len(list), 50)
	kinds, flags := make(map[string]int), make(map[string]int)
	for _, v := range list {
		kinds[v.Type]++
		readOnly := false
		for _, f := range v.Flags {
			flags[f]++
			readOnly = readOnly || f == "read-only"
		}
		if number := v.Type == "int" || v.Type == "float" || v.Type == "duration"; number && !readOnly {
			require.NotNil(t, v.Min, v.Name)
			require.NotNil(t, v.Max, v.Name)
		}
		require.NotEmpty(t, v.Help, v.Name)
	}
	for _, kind := range []string{"bool", "int", "float", "string", "duration", "enum", "color", "vec2"} {
		require.Positive(t, kinds[kind], kind)
	}
	for _, flag := range []string{"archive", "read-only", "latched", "cheat", "secret", "dev"} {
		require.Positive(t, flags[flag], flag)
	}
	require.NotContains(t, flags, "modified", "the game begins as it is meant")
}

func TestRulesWaitForTheNextWave(t *testing.T) {
	w := wire(t)
	w.call("time.hold", "{}", nil)
	quota := w.world.Match.Quota
	w.run("rules.quota 2; game.level orbit")
	w.call("time.step", `{"ticks":2}`, nil)
	require.Equal(t, quota, w.world.Match.Quota)
	require.Equal(t, "meadow", w.world.Match.Level)
	w.world.Match.Caught = quota
	w.call("time.step", `{"ticks":2}`, nil)
	require.Equal(t, "orbit", w.world.Match.Level)
	require.Equal(t, 2*w.world.Level.Waves[1].Quota, w.world.Match.Quota)
	var v struct{ Pending, Value any }
	w.call("cvar.get", `{"name":"game.level"}`, &v)
	require.Equal(t, "orbit", v.Value)
	require.Nil(t, v.Pending)
}

func TestNamesAreThoseThatCanBeWritten(t *testing.T) {
	require.NoError(t, checkName("Dr. X 42"))
	require.NoError(t, checkName(""))
	require.EqualError(t, checkName("Zoë"), "a name has plain letters, digits and spaces")
	require.EqualError(t, checkName("seventeen letters"), "a name has 16 letters at most")
}

func TestAScoreIsSignedBySomeoneWithAKey(t *testing.T) {
	w := wire(t)
	end := func() string {
		w.report(sim.Event{Kind: sim.Ended, N: 1200})
		var lines struct {
			Lines []struct {
				Msg   string
				Attrs json.RawMessage
			}
		}
		w.call("log.tail", `{"limit":1}`, &lines)
		return lines.Lines[0].Msg + string(lines.Lines[0].Attrs)
	}
	require.Contains(t, end(), "the match is over")
	w.run("online.key hush; online.name beetle")
	first := end()
	require.Contains(t, first, `the score is signed{"name":"beetle","score":1200,"signature":"`)
	require.NotContains(t, first, "hush")
	require.Equal(t, 1200, w.best)
	w.run("online.key other")
	require.NotEqual(t, first, end())
}
