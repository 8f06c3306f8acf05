package console

import (
	"encoding/json"
	"errors"
	"flag"
	"image/color"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// tuned is a console with one cvar, "g.x" of 1, and a client.
func tuned(t *testing.T, with func(*Cvar)) (*float64, *probe) {
	x := 1.0
	con := new(Console)
	v := con.Cvars.Bind("g.x", &x, "")
	if with != nil {
		with(v)
	}
	p := newProbe(t, con)
	p.frame()
	return &x, p
}

// second is another client of the same console.
func (p *probe) second() *probe {
	other := &probe{t: p.t, con: p.con, replies: map[int]json.RawMessage{}, faults: map[int]fault{}, last: 1000}
	other.peer = p.con.RPC().Connect(other, rpc.Drive)
	return other
}

func layersOf(c CvarState) (list []string) {
	for _, l := range c.Layers {
		list = append(list, l.Layer)
	}
	return list
}

func TestTheStrongestLayerHoldsAndAResetUncoversTheOneBelow(t *testing.T) {
	x, p := tuned(t, nil)
	cs := &p.con.Cvars
	for i, l := range []level{levelCommandLine, levelArchive, levelEnvironment, levelAutoexec} {
		_, err := cs.assign(l, "g.x", []string{"5", "2", "4", "3"}[i], "somebody", "file:1")
		require.NoError(t, err)
	}
	c := get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
	require.Equal(t, 5.0, *x)
	require.Equal(t, "command line", c.Layer)
	require.Equal(t, "file:1", c.From)
	require.Equal(t, []string{"command line", "environment", "autoexec", "archive"}, layersOf(c))
	require.EqualValues(t, "4", c.Layers[1].Value)

	c = get[CvarState](p, "cvar.set", `{"name":"g.x","value":7}`)
	require.Equal(t, 7.0, *x)
	require.Equal(t, []any{"console", p.peer.Name(), p.con.Time.Frame()}, []any{c.Layer, c.SetBy, c.SetFrame})
	c = get[CvarState](p, "cvar.reset", `{"name":"g.x"}`)
	require.Equal(t, 5.0, *x)
	require.Equal(t, "command line", c.Layer)

	f := p.refused(rpc.Conflict, "cvar.reset", `{"name":"g.x"}`)
	require.Equal(t, `cvar "g.x": command line (somebody), file:1, in frame 1 holds, which is set outside of the game; reset it with all to have the default in this run`, f.Message)
	c = get[CvarState](p, "cvar.reset", `{"name":"g.x","all":true}`)
	require.Equal(t, 1.0, *x)
	require.Empty(t, c.Layers)
	require.Equal(t, "default", c.SetBy)
}

func TestAWeakerLayerWaitsBelowTheOneThatHolds(t *testing.T) {
	x, p := tuned(t, nil)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":7}`)
	out, err := p.con.Cvars.assign(levelArchive, "g.x", "2", "archive.cfg", "archive.cfg:1")
	require.NoError(t, err)
	require.Equal(t, outcomeCovered, out)
	require.Equal(t, 7.0, *x)
	err = p.con.Cvars.Lookup("g.x").Set("3")
	require.ErrorContains(t, err, `console: cvar "g.x": console (`+p.peer.Name()+`), in frame `)
	require.Equal(t, 7.0, *x, "the game's own call is told who holds")
	get[CvarState](p, "cvar.reset", `{"name":"g.x"}`)
	require.Equal(t, 3.0, *x)
	get[CvarState](p, "cvar.reset", `{"name":"g.x"}`)
	require.Equal(t, 2.0, *x)
}

func TestAnAssignmentOfTheGameIsTheTruth(t *testing.T) {
	x, p := tuned(t, nil)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":7}`)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":8,"lease":true}`)
	*x = 20
	c := get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
	require.Equal(t, []any{"code", "game", []string{"code"}}, []any{c.Layer, c.SetBy, layersOf(c)})
	require.Nil(t, c.Lease)
	p.leave()
	require.Equal(t, 20.0, *x)
}

func TestFlagsRefuseFromTheOutside(t *testing.T) {
	_, p := tuned(t, func(v *Cvar) { v.ReadOnly() })
	f := p.refused(rpc.ReadOnly, "cvar.set", `{"name":"g.x","value":2}`)
	require.Equal(t, `cvar "g.x" is read-only`, f.Message)
	_, err := p.con.Cvars.assign(levelArchive, "g.x", "2", "", "")
	require.EqualError(t, err, `cvar "g.x" is read-only`)
	require.Equal(t, []string{"read-only"}, get[CvarState](p, "cvar.get", `{"name":"g.x"}`).Flags)
}

func TestACheatIsRefusedUntilCheatsAreOn(t *testing.T) {
	x, p := tuned(t, func(v *Cvar) { v.Cheat() })
	f := p.refused(rpc.ReadOnly, "cvar.set", `{"name":"g.x","value":2}`)
	require.Equal(t, `cvar "g.x" is a cheat, and cheats are off; set the cvar "cheats" to allow it`, f.Message)
	require.Equal(t, "cheats", f.Data.Suggest)
	_, err := p.con.Cvars.assign(levelAutoexec, "g.x", "3", "autoexec.cfg", "autoexec.cfg:1")
	require.NoError(t, err)
	require.Equal(t, 1.0, *x, "a file's value waits for cheats")

	get[CvarState](p, "cvar.set", `{"name":"cheats","value":true}`)
	require.True(t, p.con.Cvars.Cheats)
	require.Equal(t, 3.0, *x)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":2}`)
	require.Equal(t, 2.0, *x)
	get[CvarState](p, "cvar.set", `{"name":"cheats","value":false}`)
	require.Equal(t, 1.0, *x, "its default comes back")
	get[CvarState](p, "cvar.set", `{"name":"cheats","value":true}`)
	require.Equal(t, 3.0, *x, "what a client set is over")

	p.con.Cvars.Cheats = false // the game itself
	p.frame()
	require.Equal(t, 1.0, *x)
	*x = 9
	c := get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
	require.Equal(t, "code", c.Layer, "the game may do as it likes")
	require.Equal(t, 9.0, *x)
}

func TestALatchedCvarWaitsForTheGame(t *testing.T) {
	calls := 0
	x, p := tuned(t, func(v *Cvar) { v.Latched().Archive().OnChange(func(Change) { calls++ }) })
	c := get[CvarState](p, "cvar.set", `{"name":"g.x","value":4}`)
	require.Equal(t, []any{json.Number("1"), json.Number("4"), 1.0, 0}, []any{c.Value, c.Pending, *x, calls})
	require.Equal(t, []setting{{"g.x", "4"}}, p.con.Cvars.saved(), "the archive has what the next start is to have")
	c = get[CvarState](p, "cvar.undo", `{}`)
	require.Nil(t, c.Pending)
	get[CvarState](p, "cvar.redo", `{}`)
	p.con.Cvars.Unlatch()
	require.Equal(t, []any{4.0, 1}, []any{*x, calls})
	c = get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
	require.Nil(t, c.Pending)
	require.Equal(t, p.peer.Name(), c.SetBy)

	y := 1
	p.con.Cvars.assign(levelArchive, "late", "3", "", "")
	p.con.Cvars.Bind("late", &y, "").Latched()
	p.frame()
	require.Equal(t, 3, y, "before its first frame it takes what there is")
	get[CvarState](p, "cvar.set", `{"name":"late","value":5}`)
	require.Equal(t, 3, y)
}

func TestASecretNeverLeaves(t *testing.T) {
	key := "hunter2"
	con := new(Console)
	con.Cvars.Bind("net.key", &key, "").Secret().Check(func(v any) error {
		if v.(string) == "bad-secret" {
			return errors.New("bad-secret is no key")
		}
		return nil
	})
	p := newProbe(t, con)
	snapshot := p.open("cvars", `{}`)
	reply, f := p.call("cvar.set", `{"name":"net.key","value":"swordfish"}`)
	require.Nil(t, f)
	require.Equal(t, "swordfish", key)
	told := p.next().Value
	refusal := p.refused(rpc.OutOfRange, "cvar.set", `{"name":"net.key","value":"bad-secret"}`)
	wrong := p.refused(rpc.InvalidParams, "cvar.set", `{"name":"net.key","value":["bad-secret"]}`)
	history, _ := p.call("cvar.history", `{}`)
	p.refused(rpc.InvalidParams, "incident.arm", `{"cvar":"net.key","op":"==","value":"a"}`)
	recorded, err := json.Marshal(con.Cvars.part().events)
	require.NoError(t, err)
	for _, text := range []string{string(snapshot), string(reply), string(told), string(history), string(recorded), refusal.Message + refusal.Data.Got, wrong.Message + wrong.Data.Got, con.Cvars.Lookup("net.key").String()} {
		for _, secret := range []string{"hunter2", "swordfish", "bad-secret"} {
			require.NotContains(t, text, secret)
		}
	}
	require.Contains(t, string(history), `"new":null`)
	require.Empty(t, con.Cvars.modified())
	require.PanicsWithValue(t, `console: cvar "s": a secret is written to no file, so it cannot be archived`, func() { con.Cvars.Bind("s", new(string), "").Archive().Secret() })
}

func TestHistoryTellsWhoAndStepsOfOneGestureAreOne(t *testing.T) {
	x, p := tuned(t, nil)
	for _, v := range []string{"2", "3", "4"} {
		get[CvarState](p, "cvar.set", `{"name":"g.x","value":`+v+`}`)
	}
	*x = 9
	h := get[[]CvarChange](p, "cvar.history", `{"name":"g.x"}`)
	require.Len(t, h, 2)
	require.Equal(t, []any{"game", json.Number("4"), json.Number("9")}, []any{h[0].By, h[0].Old, h[0].New})
	require.Equal(t, []any{p.peer.Name(), json.Number("1"), json.Number("4"), 3, "console"}, []any{h[1].By, h[1].Old, h[1].New, h[1].Steps, h[1].Layer})
	require.Positive(t, h[1].Frame)
	f := p.refused(rpc.NotFound, "cvar.history", `{"name":"g.y"}`)
	require.Equal(t, "g.x", f.Data.Suggest)
	require.Len(t, get[[]CvarChange](p, "cvar.history", `{"limit":1}`), 1)

	p.wait() // the game's own are one, however long they take
	*x = 10
	h = get[[]CvarChange](p, "cvar.history", `{"name":"g.x"}`)
	require.Len(t, h, 2)
	require.Equal(t, []any{json.Number("4"), json.Number("10"), 2}, []any{h[0].Old, h[0].New, h[0].Steps})
}

func TestUndoTakesBackOnesOwnAndRedoMakesItAgain(t *testing.T) {
	x, p := tuned(t, nil)
	anna := p.second()
	p.refused(rpc.NotFound, "cvar.undo", `{}`)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":2}`)
	p.wait() // another gesture
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":3}`)
	c := get[CvarState](p, "cvar.undo", `{}`)
	require.Equal(t, 2.0, *x)
	get[CvarState](p, "cvar.undo", `{}`)
	require.Equal(t, 1.0, *x)
	c = get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
	require.Empty(t, c.Layers, "nothing is left of it")
	get[CvarState](p, "cvar.redo", `{}`)
	get[CvarState](p, "cvar.redo", `{}`)
	require.Equal(t, 3.0, *x)
	p.refused(rpc.NotFound, "cvar.redo", `{}`)
	get[CvarState](p, "cvar.undo", `{}`)
	require.Equal(t, 2.0, *x, "what was made again can be taken back again")

	get[CvarState](anna, "cvar.set", `{"name":"g.x","value":7}`)
	f := p.refused(rpc.Conflict, "cvar.redo", `{}`)
	require.Contains(t, f.Message, `cvar "g.x" was changed since: console (`+anna.peer.Name()+`)`)
	require.Equal(t, 7.0, *x)
	h := get[[]CvarChange](p, "cvar.history", `{}`)
	get[CvarState](p, "cvar.undo", `{"id":`+quoted(h[0].ID)+`}`)
	require.Equal(t, 2.0, *x, "by its number another's, too")
	p.refused(rpc.Conflict, "cvar.undo", `{"id":`+quoted(h[0].ID)+`}`)
	p.refused(rpc.NotFound, "cvar.undo", `{"id":99999}`)
}

func quoted(v any) string {
	out, _ := json.Marshal(v)
	return string(out)
}

func TestHistoryIsBounded(t *testing.T) {
	text := ""
	con := new(Console)
	con.Cvars.Bind("s", &text, "")
	p := newProbe(t, con)
	v := con.Cvars.Lookup("s")
	for i := range 3 * maxChanges {
		by := stamp{by: []string{"a", "b"}[i%2]}
		to, err := v.parse(strings.Repeat("x", i))
		require.NoError(t, err)
		v.alter(levelConsole, func() { v.put(layer{levelConsole, to, by}) })
	}
	require.LessOrEqual(t, con.Cvars.held, maxChangeBytes)
	require.LessOrEqual(t, len(con.Cvars.history), maxChanges)
	p.refused(rpc.NotFound, "cvar.undo", `{"id":1}`)
}

type camera struct {
	FOV   float32 `scry:"fov,min=30,max=120,step=1,unit=°,archive,help=angle of view, in degrees"`
	Shake float64 `scry:"min=0,max=4,cheat"`
	Mode  int     `scry:"enum=follow|free,latched"`
	Lag   time.Duration
	Key   string `scry:"secret"`
	Sky   color.RGBA
	Wind  struct{ X, Y float64 }
	Rig   struct {
		Boom [3]float32 `scry:"readonly"`
	}
	Speed  Atomic[float64] `scry:"max=10"`
	Hidden int             `scry:"-"`
	Names  []string
	secret int
}

func TestAStructIsBoundByItsTags(t *testing.T) {
	var cam camera
	cam.FOV = 90
	con := new(Console)
	con.Cvars.BindStruct("cam", &cam)
	p := newProbe(t, con)
	types := map[string]string{}
	for _, c := range get[[]CvarInfo](p, "cvar.list", `{"prefix":"cam."}`) {
		types[c.Name] = strings.Join(append([]string{c.Type}, c.Flags...), " ")
		require.Contains(t, c.Where, "console/cvarlayers_test.go:")
	}
	require.Equal(t, map[string]string{
		"cam.fov": "float archive", "cam.shake": "float cheat", "cam.mode": "enum latched", "cam.lag": "duration", "cam.key": "string secret",
		"cam.sky": "color", "cam.wind": "vec2", "cam.rig.boom": "vec3 read-only", "cam.speed": "float",
	}, types)
	c := get[CvarState](p, "cvar.get", `{"name":"cam.fov"}`)
	require.Equal(t, []any{30.0, 120.0, 1.0, "°", "angle of view, in degrees"}, []any{*c.Min, *c.Max, c.Step, c.Unit, c.Help})
	require.Nil(t, get[CvarState](p, "cvar.get", `{"name":"cam.speed"}`).Min)
	get[CvarState](p, "cvar.set", `{"name":"cam.speed","value":7.5}`)
	require.Equal(t, 7.5, cam.Speed.Load())
	get[CvarState](p, "cvar.set", `{"name":"cam.sky","value":"#102030"}`)
	require.Equal(t, color.RGBA{16, 32, 48, 255}, cam.Sky)
	get[CvarState](p, "cvar.set", `{"name":"cam.sky","value":"#f80"}`)
	require.Equal(t, color.RGBA{255, 136, 0, 255}, cam.Sky)
	for _, bad := range []string{"#f8", "f80", "#f8g", "#é0", "", "#"} {
		p.refused(rpc.InvalidParams, "cvar.set", `{"name":"cam.sky","value":"`+bad+`"}`)
	}
	c = get[CvarState](p, "cvar.set", `{"name":"cam.wind","value":[1,-2.5]}`)
	require.Equal(t, -2.5, cam.Wind.Y)
	require.Equal(t, []any{json.Number("1"), json.Number("-2.5")}, c.Value)
	for value, want := range map[string]string{`[1]`: `cvar "cam.wind": wanted are 2 numbers, not 1`, `[1,"NaN"]`: `cvar "cam.wind": NaN is out of range; allowed is a finite number`, `3`: `cvar "cam.wind": `} {
		raw, f := p.call("cvar.set", `{"name":"cam.wind","value":`+value+`}`)
		require.Nil(t, raw)
		require.Contains(t, f.Message, want)
	}
	for want, f := range map[string]func(){
		`console: cvars "x": cannot bind int: a pointer to a struct is needed`: func() { con.Cvars.BindStruct("x", 1) },
		`console: cvar "x.list": cannot bind []int: it is no bool, number, string, duration, colour or vector`: func() {
			con.Cvars.BindStruct("x", &struct {
				List []int `scry:"step=1"`
			}{})
		},
	} {
		require.PanicsWithValue(t, want, f)
	}
	_ = cam.secret
}

func TestSharedVariablesAreWrittenWhole(t *testing.T) {
	var on atomic.Bool
	var n atomic.Int64
	var name Atomic[string]
	var pos Atomic[[2]float64]
	con := new(Console)
	con.Cvars.Bind("on", &on, "")
	con.Cvars.Bind("n", &n, "").Range(0, 10)
	con.Cvars.Bind("name", &name, "").Enum("", "a", "b")
	con.Cvars.Bind("pos", &pos, "")
	p := newProbe(t, con)
	done := make(chan struct{})
	stop := make(chan struct{})
	go func() { // a worker that reads them all the while
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				if q := pos.Load(); q[0] != q[1] {
					t.Error("a half-written vector was read")
				}
				_, _, _ = on.Load(), n.Load(), name.Load()
			}
		}
	}()
	for _, s := range []string{`{"name":"on","value":true}`, `{"name":"n","value":7}`, `{"name":"name","value":"b"}`, `{"name":"pos","value":[3,3]}`} {
		get[CvarState](p, "cvar.set", s)
	}
	close(stop)
	<-done
	require.Equal(t, []any{true, int64(7), "b", [2]float64{3, 3}}, []any{on.Load(), n.Load(), name.Load(), pos.Load()})
	n.Store(9) // the game's own doing
	require.Equal(t, "game", get[CvarState](p, "cvar.get", `{"name":"n"}`).SetBy)
	p.refused(rpc.OutOfRange, "cvar.set", `{"name":"n","value":11}`)
}

func TestTheGameJudgesAndIsTold(t *testing.T) {
	var seen []Change
	x, p := tuned(t, func(v *Cvar) {
		v.Check(func(v any) error {
			if v.(float64) == 13 {
				return errors.New("13 brings bad luck")
			}
			return nil
		}).OnChange(func(c Change) { seen = append(seen, c) })
	})
	f := p.refused(rpc.OutOfRange, "cvar.set", `{"name":"g.x","value":13}`)
	require.Equal(t, []any{`cvar "g.x": 13 brings bad luck`, "/value", "13"}, []any{f.Message, f.Data.Path, f.Data.Got})
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":4}`)
	get[CvarState](p, "cvar.reset", `{"name":"g.x"}`)
	require.Equal(t, []Change{
		{p.con.Cvars.Lookup("g.x"), 1.0, 4.0, "console", p.peer.Name()},
		{p.con.Cvars.Lookup("g.x"), 4.0, 1.0, "default", "default"},
	}, seen)
	require.Equal(t, 1.0, *x)
}

func TestAPanicOfTheGamesOwnDoesNotStopIt(t *testing.T) {
	x, p := tuned(t, func(v *Cvar) { v.OnChange(func(Change) { panic("oh no") }) })
	p.con.Log.Level = -4
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":4,"lease":0.5}`)
	p.wait()
	require.Equal(t, 1.0, *x)
	require.Equal(t, "default", get[CvarState](p, "cvar.get", `{"name":"g.x"}`).Layer)
	lines := get[Lines](p, "log.tail", `{}`).Lines
	require.Contains(t, string(lines[len(lines)-1].Attrs), `"method":"cvar g.x","panic":"oh no"`)
}

func TestTheEnvironmentAndTheCommandLine(t *testing.T) {
	t.Setenv("GARDEN_PHYSICS_GRAVITY", "3")
	t.Setenv("GARDEN_PHYSICS_DRAG", "much")
	t.Setenv("GARDEN_PHISICS_DRAG", "1")
	var con Console
	gravity, drag, late := 1.0, 1.0, 1
	con.Cvars.Bind("physics.gravity", &gravity, "")
	con.Cvars.Bind("physics.drag", &drag, "")
	con.Cvars.Environment("GARDEN_")
	require.Equal(t, 3.0, gravity)

	set := flag.NewFlagSet("", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Var(con.Cvars.Flag(), "set", "")
	require.NoError(t, set.Parse([]string{"-set", "physics.gravity=4", "-set", "late.one = 7", "-set=late.on=1"}))
	require.Equal(t, 4.0, gravity)
	require.ErrorContains(t, set.Parse([]string{"-set", "physics.gravity=x"}), `cvar "physics.gravity": `)
	require.ErrorContains(t, set.Parse([]string{"-set", "x"}), `"x" is not of the form name=value`)
	require.ErrorContains(t, set.Parse([]string{"-set", "X y=1"}), `a name is letters`)

	p := newProbe(t, &con)
	con.Cvars.Bind("late.one", &late, "").Range(0, 7)
	p.frame()
	require.Equal(t, 7, late)
	c := get[CvarState](p, "cvar.get", `{"name":"physics.gravity"}`)
	require.Equal(t, []any{"command line", "-set physics.gravity"}, []any{c.Layer, c.From})
	require.Equal(t, []any{"environment", "GARDEN_PHYSICS_GRAVITY"}, []any{c.Layers[1].Layer, c.Layers[1].From})
	var told []string
	for _, l := range get[Lines](p, "log.tail", `{}`).Lines {
		told = append(told, string(l.Attrs))
	}
	all := strings.Join(told, "\n")
	require.Contains(t, all, `variable of the environment \"GARDEN_PHISICS_DRAG\" is not known; nearest is \"GARDEN_PHYSICS_DRAG\"`)
	require.Contains(t, all, `cvar \"physics.drag\": `)
	require.Contains(t, all, `cvar \"late.on\" is not known; nearest is \"late.one\"`)
	require.Len(t, told, 3, "each once: %s", all)
}

func TestWhatWasSetOutlivesAnUnbind(t *testing.T) {
	x, p := tuned(t, nil)
	p.open("cvars", `{}`)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":6}`)
	p.next()
	p.con.Cvars.Unbind("g.x")
	p.con.Cvars.Unbind("g.x")
	var told CvarChanges
	require.NoError(t, json.Unmarshal(p.next().Value, &told))
	require.Equal(t, []string{"g.x"}, told.Gone)
	p.refused(rpc.NotFound, "cvar.undo", `{}`)
	*x = 1
	p.con.Cvars.Bind("g.x", x, "")
	p.frame()
	require.Equal(t, 6.0, *x)
	c := get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
	require.Equal(t, []any{"console", p.peer.Name()}, []any{c.Layer, c.SetBy})
}

func TestWhatASaveMovesStaysInForce(t *testing.T) {
	x, p := tuned(t, func(v *Cvar) { v.Archive() })
	cs := &p.con.Cvars
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":6}`)
	require.Equal(t, []setting{{"g.x", "6"}}, cs.saved())
	cs.archived(cs.saved(), "archive.cfg")
	c := get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
	require.Equal(t, []any{"archive", p.peer.Name(), "archive.cfg", []string{"archive"}}, []any{c.Layer, c.SetBy, c.From, layersOf(c)})
	version := cs.saving()
	get[CvarState](p, "cvar.reset", `{"name":"g.x"}`)
	require.Equal(t, 1.0, *x)
	require.Greater(t, cs.saving(), version)
	require.Empty(t, cs.saved())

	cs.assign(levelEnvironment, "g.x", "3", "environment", "G_X")
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":6}`)
	cs.archived(cs.saved(), "archive.cfg")
	require.Equal(t, 6.0, *x, "the environment would hold, were it moved")
	require.Equal(t, []string{"console", "environment", "archive"}, layersOf(get[CvarState](p, "cvar.get", `{"name":"g.x"}`)))
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":8,"lease":true}`)
	require.Equal(t, []setting{{"g.x", "6"}}, cs.saved(), "a lease is not for good")
	cs.retain(levelEnvironment, map[string]bool{})
	require.True(t, slices.Equal([]string{"lease", "console", "archive"}, layersOf(get[CvarState](p, "cvar.get", `{"name":"g.x"}`))))
}

// The fields without the type's own way of writing them.
type (
	plainInfo  CvarInfo
	plainState struct {
		plainInfo
		Frame uint64 `json:"frame"`
		Tick  uint64 `json:"tick"`
	}
)

func TestACvarIsWrittenAsItsTagsSay(t *testing.T) {
	_, p := bound(t)
	later := 7
	v := p.con.Cvars.Bind("later", &later, "")
	for range 2 {
		for _, c := range p.con.Cvars.infos("") {
			want, err := rpc.Append(nil, plainInfo(c))
			require.NoError(t, err)
			require.Equal(t, string(want), string(c.AppendJSON(nil)))
		}
		p.frame()
	}
	v.Range(0, 9).Step(1).Unit("m")
	v.Enum("a", "b", "c", "d", "e", "f", "g", "h").Latched()
	require.Contains(t, string(new(CvarInfo).AppendJSON(nil)), `"name":""`)
	info := v.info()
	require.Contains(t, string(info.AppendJSON(nil)), `"type":"enum","value":"h","default":"h","min":0,"max":9,"step":1,"enum":["a"`, "what is told of it later counts")

	lo, hi := -1.5, 1e21
	for _, info := range []CvarInfo{
		{},
		{Name: "a", Type: "float", Value: 1.5, Default: float32(0.1), Min: &lo, Max: &hi, Step: 0.1, Unit: "m/s²", Help: "\"quoted\"\n", Flags: []string{"modified", "latched"},
			SetBy: "anna", Layer: "lease", SetFrame: 1, SetTick: 2, SetTime: 3, From: "f:1", Pending: []float64{1, 2}, Lease: &LeaseInfo{"anna", 7}, Where: "x.go:1", Completes: true, Version: 9,
			Layers: []CvarLayer{{"lease", int64(1), "anna", 5, ""}, {"archive", "x", "archive.cfg", 0, "archive.cfg:3"}}},
		{Value: []float32{1, 0.5}, Enum: []string{"a", "b"}, Lease: &LeaseInfo{By: "b"}, Layers: []CvarLayer{{}}},
	} {
		want, err := rpc.Append(nil, plainInfo(info))
		require.NoError(t, err)
		got, err := rpc.Append(nil, []CvarInfo{info})
		require.NoError(t, err)
		require.Equal(t, "["+string(want)+"]", string(got))
		want, err = rpc.Append(nil, plainState{plainInfo(info), 4, 5})
		require.NoError(t, err)
		state := CvarState{info, 4, 5}
		got = state.AppendJSON(nil)
		require.Equal(t, string(want), string(got))
	}
}
