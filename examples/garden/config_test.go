package main

import (
	"image/color"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
)

// configured is a game that began with flags.
func configured(t *testing.T, args ...string) *garden {
	t.Helper()
	o, err := parse(args, io.Discard)
	require.NoError(t, err)
	level, err := sim.Load(o.level)
	require.NoError(t, err)
	g := newGarden(level, o, io.Discard)
	t.Cleanup(func() { g.con.Close() })
	require.NoError(t, g.configure(o))
	return g
}

func TestTheCommandLineIsStrongerThanTheEnvironment(t *testing.T) {
	t.Setenv("GARDEN_PHYSICS_GRAVITY", "30")
	t.Setenv("GARDEN_PHYSICS_WIND", "1 2")
	t.Setenv("GARDEN_RULES_LIVES", "5")
	g := configured(t, "-config=none", "-set=physics.gravity=40", "-set", "rules.pause=1s")
	tune := &g.world.Tune
	require.Equal(t, 40.0, tune.Gravity)
	require.Equal(t, sim.Vec{X: 1, Y: 2}, tune.Wind)
	require.Equal(t, 5, tune.Rules.Lives)
	require.Equal(t, "1s", tune.Rules.Pause.String())
}

func TestAWrongSetEndsTheStart(t *testing.T) {
	for arg, want := range map[string]string{
		"physics.gravity=much": "-set=physics.gravity=much: cvar \"physics.gravity\"",
		"physics.gravity":      "is not of the form name=value",
		"physics.gravity=900":  "900",
	} {
		err := run(t.Context(), []string{"-driver=headless", "-addr=127.0.0.1:0", "-config=none", "-set", arg}, io.Discard, io.Discard)
		require.ErrorContains(t, err, want)
	}
}

func TestProfilesFitTheGame(t *testing.T) {
	w := wire(t)
	var list []struct {
		Name, Help string
		Shipped    bool
		Values     int
	}
	w.call("cvar.profiles", "{}", &list)
	require.Len(t, list, 2)
	for _, p := range list {
		require.True(t, p.Shipped)
		require.NotEmpty(t, p.Help, p.Name)
		var loaded struct {
			Applied []struct{ Name string }
			Skipped []struct{ Name, Reason string }
			Waiting []string
		}
		w.call("cvar.load", `{"profile":"`+p.Name+`"}`, &loaded)
		require.Empty(t, loaded.Skipped, p.Name)
		require.Empty(t, loaded.Waiting, p.Name)
		require.Len(t, loaded.Applied, p.Values, p.Name)
	}
	require.Equal(t, sim.Vec{X: -35}, w.world.Tune.Wind)
	require.Equal(t, color.NRGBA{0xff, 0xd9, 0xc8, 0xff}, w.scene.Tint)
}

func TestWhatIsToBeKeptIsKeptOverRuns(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "autoexec.cfg"), []byte("set physics.gravity 5\nset render.shake 2\nexec more.cfg\nbind k \"spawn hunter 3\"\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "more.cfg"), []byte("set rules.lives 9\n"), 0o600))
	first := wireWith(t, dir)
	require.Equal(t, 5.0, first.world.Tune.Gravity)
	require.Equal(t, 9, first.world.Tune.Rules.Lives)
	first.run("render.palette frost; physics.drag 1; render.shake 1.5")
	require.NoError(t, first.con.Close())
	text, err := os.ReadFile(filepath.Join(dir, "archive.cfg"))
	require.NoError(t, err)
	require.Contains(t, string(text), "set render.palette frost\n")
	require.NotContains(t, string(text), "physics.drag")

	second := configured(t, "-config="+dir)
	require.Equal(t, "frost", second.scene.Palette)
	require.Equal(t, 2.0, second.scene.Shake, "autoexec is stronger than the archive")
	require.Equal(t, 0.22, second.world.Tune.Drag)
}

func TestTheFolderOfSettings(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, home)
	}
	own, err := folder("")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(own, home), own)
	require.Equal(t, "gravity-garden", filepath.Base(own))
	for config, want := range map[string]string{"none": "", "here": "here"} {
		got, err := folder(config)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
