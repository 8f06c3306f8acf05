package console

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// OnChange is the game's own code: it may take away what is being ranged over.
func TestOnChangeMayUnbindWhatTheConsoleIsAtWorkOn(t *testing.T) {
	for what, run := range map[string]func(p *probe, cs *Cvars){
		"unlatch": func(_ *probe, cs *Cvars) { cs.Unlatch() },
		"cheats":  func(p *probe, cs *Cvars) { cs.Cheats = false; p.frame() },
		"leases":  func(p *probe, _ *Cvars) { p.leave() },
		"a file":  func(_ *probe, cs *Cvars) { cs.retain(levelAutoexec, nil) },
	} {
		t.Run(what, func(t *testing.T) {
			con := new(Console)
			cs := &con.Cvars
			vars := make([]int, 6)
			cs.Cheats = true
			for i := range vars {
				v := cs.Bind(fmt.Sprint("v", i), &vars[i], "").Cheat()
				v.OnChange(func(Change) {
					if what != "a file" && vars[i] == 0 || vars[i] == 7 || what == "a file" && vars[i] != 5 {
						cs.Unbind("v0")
						cs.Unbind("v5")
					}
				})
				if what == "unlatch" {
					v.Latched()
				}
			}
			p := newProbe(t, con)
			p.frame()
			for i := range vars {
				value, lease := "5", ""
				switch what {
				case "leases":
					lease = `,"lease":true`
				case "unlatch":
					value = "7"
				}
				if what == "a file" {
					_, err := cs.assign(levelAutoexec, fmt.Sprint("v", i), value, "autoexec.cfg", "autoexec.cfg:1")
					require.NoError(t, err)
					continue
				}
				get[CvarState](p, "cvar.set", fmt.Sprintf(`{"name":"v%d","value":%s%s}`, i, value, lease))
			}
			require.NotPanics(t, func() { run(p, cs) })
			require.Nil(t, cs.Lookup("v5"))
			if what == "unlatch" {
				require.Equal(t, []int{7, 7, 7, 7, 7, 0}, vars, "v5 is the game's alone since v0 was told of")
				return
			}
			require.Equal(t, []int{0, 0, 0, 0, 0, 5}, vars, "v5 is the game's alone since v0 was told of")
		})
	}
}

func TestACvarThatOnChangeBindsGetsWhatWaitsForIt(t *testing.T) {
	con := new(Console)
	cs := &con.Cvars
	first, second := 0, 0
	for _, name := range []string{"first", "second"} {
		_, err := cs.assign(levelArchive, name, "3", "archive.cfg", "archive.cfg:1")
		require.NoError(t, err)
	}
	cs.Bind("first", &first, "").OnChange(func(Change) {
		if cs.Lookup("second") == nil {
			cs.Bind("second", &second, "")
		}
	})
	p := newProbe(t, con)
	p.frame()
	p.frame()
	require.Equal(t, []int{3, 3}, []int{first, second})
}

func TestAFilesValueSurvivesAnOnChangeThatUnbinds(t *testing.T) {
	con := new(Console)
	cs := &con.Cvars
	x := 0
	cs.assign(levelArchive, "x", "3", "archive.cfg", "archive.cfg:1")
	cs.Bind("x", &x, "").OnChange(func(Change) { cs.Unbind("x") })
	newProbe(t, con).frame()
	x = 0
	cs.Bind("x", &x, "")
	newProbe(t, con).frame()
	require.Equal(t, 3, x)
}

func TestUnboundNamesAreNotCollectedForNobody(t *testing.T) {
	con := new(Console)
	x := 0
	for range 100 {
		con.Cvars.Bind("level.x", &x, "")
		con.Cvars.Unbind("level.x")
		con.Update()
	}
	require.Empty(t, con.Cvars.gone)
}

func TestWhatOnChangeSetsIsTheGamesDoing(t *testing.T) {
	con := new(Console)
	cs := &con.Cvars
	a, b := 0, 0
	cs.Bind("a", &a, "").OnChange(func(c Change) { require.NoError(t, cs.Lookup("b").Set(fmt.Sprint(10*c.New.(int)+1))) })
	cs.Bind("b", &b, "")
	p := newProbe(t, con)
	get[CvarState](p, "cvar.set", `{"name":"a","value":1}`)
	get[CvarState](p, "cvar.undo", `{}`)
	require.Equal(t, []int{0, 1}, []int{a, b})
	h := get[[]CvarChange](p, "cvar.history", `{"name":"b"}`)
	require.Equal(t, []any{"game", "", uint64(0)}, []any{h[0].By, h[0].From, h[0].Undo})
}

func TestCvarsThatChangeEachOtherForEverDoNotEndTheProgram(t *testing.T) {
	con := new(Console)
	cs := &con.Cvars
	x := 0
	v := cs.Bind("x", &x, "")
	v.OnChange(func(c Change) { v.Set(fmt.Sprint(c.New.(int) + 1)) })
	p := newProbe(t, con)
	p.frame()
	require.NoError(t, v.Set("1"))
	require.Equal(t, maxTelling+1, x)
	lines := get[Lines](p, "log.tail", `{"match":"without an end"}`).Lines
	require.Len(t, lines, 1)
}

func TestACheckThatPanicsRefusesWhatAFileSays(t *testing.T) {
	con := new(Console)
	cs := &con.Cvars
	x := 1
	cs.Bind("x", &x, "").Check(func(any) error { panic("oh no") })
	p := newProbe(t, con)
	p.frame()
	require.NotPanics(t, func() {
		_, err := cs.assign(levelArchive, "x", "3", "archive.cfg", "archive.cfg:1")
		require.Error(t, err)
	})
	require.Equal(t, 1, x)
	f := p.refused(rpc.InternalError, "cvar.set", `{"name":"x","value":2}`)
	require.Equal(t, `cvar "x": the game's own check of it panicked`, f.Message)
	require.Equal(t, 1, x)
}

func TestUpdateInsideOnChangeDoesNothing(t *testing.T) {
	con := new(Console)
	x := 1
	con.Cvars.assign(levelArchive, "x", "3", "archive.cfg", "archive.cfg:1")
	con.Cvars.Bind("x", &x, "").OnChange(func(Change) { con.Update() })
	con.Update()
	require.Equal(t, uint64(1), con.Time.Frame())
}

func TestOnChangeMayEndTheGoroutine(t *testing.T) {
	con := new(Console)
	x := 1
	con.Cvars.assign(levelArchive, "x", "3", "archive.cfg", "archive.cfg:1")
	v := con.Cvars.Bind("x", &x, "").OnChange(func(Change) { runtime.Goexit() })
	over := make(chan struct{})
	go func() { defer close(over); con.Update() }()
	<-over
	v.OnChange(nil)
	p := newProbe(t, con)
	require.Equal(t, 3, x)
	get[CvarState](p, "cvar.set", `{"name":"x","value":4}`)
}

func TestTheHistoryCountsTheTextOfEachStep(t *testing.T) {
	text := ""
	con := new(Console)
	v := con.Cvars.Bind("s", &text, "")
	for i := range 100 {
		for _, long := range []int{1, 100_000} { // two steps of one gesture
			by := stamp{by: fmt.Sprint("client ", i)}
			v.alter(levelConsole, func() { v.put(layer{levelConsole, value{scalar: scalar{s: strings.Repeat("x", long+i)}}, by}) })
		}
	}
	held := 0
	for i := range con.Cvars.history {
		held += con.Cvars.history[i].bytes()
	}
	require.Equal(t, held, con.Cvars.held)
	require.LessOrEqual(t, held, maxChangeBytes)
	require.NotEmpty(t, con.Cvars.history, "only what has no room is given up")
}

func TestALongTextDoesNotEmptyTheHistory(t *testing.T) {
	text, x := "", 0
	con := new(Console)
	con.Cvars.Bind("s", &text, "")
	con.Cvars.Bind("x", &x, "")
	p := newProbe(t, con)
	for i := range 12 {
		long := strings.Repeat(string(rune('a'+i)), 60_000)
		get[CvarState](p, "cvar.set", `{"name":"s","value":"`+long+`"}`)
		p.wait()
	}
	require.Greater(t, len(con.Cvars.history), 5)
	get[CvarState](p, "cvar.undo", `{}`)
	require.Equal(t, strings.Repeat("k", 60_000), text)
}

// Of 0, 2, 4 and 8 samples, "2" is the second, not the third.
func TestNamesOfAnEnumMayBeNumbers(t *testing.T) {
	con := new(Console)
	samples := 0
	v := con.Cvars.Bind("msaa", &samples, "").Enum("0", "2", "4", "8").Archive()
	require.NoError(t, v.Set("2"))
	require.Equal(t, 1, samples)
	saved := con.Cvars.saved()
	require.Equal(t, []setting{{"msaa", "2"}}, saved)
	require.NoError(t, v.Set("8"))
	require.Error(t, v.Set("5"))
	require.NoError(t, v.Set("3"), "what is no name is a number still")
	require.Equal(t, 3, samples)
}

// An undo of a value on lease made it one for good, which the archive then kept.
func TestAnUndoOfALeaseLeavesALease(t *testing.T) {
	x, p := tuned(t, func(v *Cvar) { v.Archive() })
	anna := p.second()
	get[CvarState](anna, "cvar.set", `{"name":"g.x","value":5,"lease":true}`)
	p.wait()
	get[CvarState](anna, "cvar.set", `{"name":"g.x","value":6,"lease":true}`)
	c := get[CvarState](anna, "cvar.undo", `{}`)
	require.Equal(t, []any{5.0, "lease", []string{"lease"}}, []any{*x, c.Layer, layersOf(c)})
	c = get[CvarState](anna, "cvar.redo", `{}`)
	require.Equal(t, []any{6.0, "lease", []string{"lease"}}, []any{*x, c.Layer, layersOf(c)})
	get[CvarState](anna, "cvar.undo", `{}`)
	get[CvarState](anna, "cvar.undo", `{}`)
	require.Equal(t, 1.0, *x)
	c = get[CvarState](anna, "cvar.redo", `{}`)
	require.Equal(t, []any{5.0, "lease", []string{"lease"}}, []any{*x, c.Layer, layersOf(c)})
	require.NotNil(t, c.Lease)
	require.Empty(t, p.con.Cvars.saved())
	anna.leave()
	require.Equal(t, 1.0, *x)
}

// What was taken back is its client's, whatever the client is called.
func TestARedoOutlivesANewName(t *testing.T) {
	x, p := tuned(t, nil)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":5}`)
	get[CvarState](p, "cvar.undo", `{}`)
	p.call("session.login", `{"name":"anna"}`)
	require.Equal(t, "anna", p.peer.Name())
	get[CvarState](p, "cvar.redo", `{}`)
	require.Equal(t, 5.0, *x)
	get[CvarState](p, "cvar.undo", `{}`)
	p.leave()
	require.Empty(t, p.con.Cvars.undone)
}

func TestAVectorOf32BitsIsBoundedAsItIsRounded(t *testing.T) {
	var c Cvars
	v := [2]float32{0.1, -0.1}
	require.NotPanics(t, func() { c.Bind("v", &v, "").Range(-0.1, 0.1) })
}

// What is set of one would look like the game's own doing: it is read back rounded.
func TestAVectorsNumbersAreOfOneSize(t *testing.T) {
	var c Cvars
	require.Panics(t, func() {
		c.Bind("v", &struct {
			X float64
			Y float32
		}{}, "")
	})
}

func TestAStructWhoseFieldsHaveTagsIsNoVector(t *testing.T) {
	var c Cvars
	cfg := struct {
		Camera struct {
			FOV  float64 `scry:"fov,min=30,max=120"`
			Zoom float64
		}
		Wind struct{ X, Y float64 }
	}{}
	cfg.Camera.FOV = 60
	c.BindStruct("g", &cfg)
	require.NotNil(t, c.Lookup("g.camera.fov"))
	require.Error(t, c.Lookup("g.camera.fov").Set("20"))
	require.NotNil(t, c.Lookup("g.camera.zoom"))
	require.NoError(t, c.Lookup("g.wind").Set("1 2"))
}

func TestAnUnboundCvarIsSetNoMore(t *testing.T) {
	x := 1
	con := new(Console)
	v := con.Cvars.Bind("x", &x, "")
	con.Cvars.Unbind("x")
	require.EqualError(t, v.Set("2"), "console: this cvar is not bound")
	require.Equal(t, 1, x)

	v = con.Cvars.Bind("x", &x, "")
	p := newProbe(t, con)
	n := p.send("cvar.alternate", `{"name":"x","values":[5,6],"every":5,"rounds":5}`)
	p.frame()
	p.frame()
	con.Cvars.Unbind("x")
	x = 99 // it is used for something else
	p.frame()
	require.Equal(t, rpc.NotFound, p.faults[n].Code)
	require.Equal(t, 99, x)
	require.False(t, v.bound())
}

// A second save told that the archive itself had set what a person did.
func TestASaveKeepsWhoseAValueIs(t *testing.T) {
	_, p := tuned(t, func(v *Cvar) { v.Archive().Check(func(any) error { return errors.New("not now") }) })
	cs := &p.con.Cvars
	v := cs.Lookup("g.x")
	v.alter(levelConsole, func() {
		v.put(layer{levelConsole, value{scalar: scalar{n: 0x4018000000000000}}, stamp{by: "anna", frame: 1}})
	})
	for range 2 {
		cs.archived(cs.saved(), "archive.cfg")
		c := get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
		require.Equal(t, []any{"archive", "anna", "archive.cfg", uint64(1)}, []any{c.Layer, c.SetBy, c.From, c.SetFrame})
	}
	saving := cs.saving()
	cs.archived(cs.saved(), "archive.cfg")
	require.Equal(t, saving, cs.saving(), "nothing is new")
}

// A struct may be shared by the cvars and the world.
func TestTheWorldDoesNotShowASecret(t *testing.T) {
	type login struct {
		ID  int
		HP  int
		Key string `scry:"secret"`
	}
	con := new(Console)
	con.World.Bind("login", &login{ID: 1, Key: "hunter2"}, "")
	p := newProbe(t, con)
	raw, _ := p.call("world.get", `{"id":"1"}`)
	require.Contains(t, string(raw), `"hp"`)
	require.NotContains(t, string(raw), "hunter2")
}

// It is bound, and not settled yet: the value is no stray.
func TestAFlagsValueWaitsForACvarThatOnChangeBinds(t *testing.T) {
	con := new(Console)
	cs := &con.Cvars
	x, late := 0, 0
	for _, flag := range []string{"x=1", "late=2"} {
		require.NoError(t, cs.Flag().Set(flag))
	}
	cs.Bind("x", &x, "").OnChange(func(Change) { cs.Bind("late", &late, "") })
	p := newProbe(t, con)
	require.NotPanics(t, p.frame)
	p.frame()
	require.Equal(t, []int{1, 2}, []int{x, late})
	require.Empty(t, get[Lines](p, "log.tail", `{"level":"warn"}`).Lines)
}

// A value on lease came back as one for good when what had ended the lease was undone.
func TestAnUndoOfWhatEndedALeaseLendsAgain(t *testing.T) {
	for what, end := range map[string]func(x *float64, p, anna *probe){
		"a set": func(_ *float64, _, anna *probe) { get[CvarState](anna, "cvar.set", `{"name":"g.x","value":7}`) },
		"reset": func(_ *float64, _, anna *probe) { get[CvarState](anna, "cvar.reset", `{"name":"g.x"}`) },
		"force": func(_ *float64, p, _ *probe) { get[CvarState](p, "cvar.set", `{"name":"g.x","value":7,"force":true}`) },
		"game":  func(x *float64, _, anna *probe) { *x = 7; get[CvarState](anna, "cvar.get", `{"name":"g.x"}`) },
	} {
		t.Run(what, func(t *testing.T) {
			x, p := tuned(t, func(v *Cvar) { v.Archive() })
			anna := p.second()
			get[CvarState](anna, "cvar.set", `{"name":"g.x","value":5,"lease":60}`)
			p.wait()
			end(x, p, anna)
			require.NotEqual(t, 5.0, *x)
			id := get[[]CvarChange](p, "cvar.history", `{}`)[0].ID
			c := get[CvarState](anna, "cvar.undo", `{"id":`+quoted(id)+`}`)
			require.Equal(t, []any{5.0, "lease", []string{"lease"}}, []any{*x, c.Layer, layersOf(c)})
			require.Equal(t, anna.peer.Name(), c.Lease.By)
			require.NotZero(t, c.Lease.Until)
			require.Empty(t, p.con.Cvars.saved())
			after := map[string]float64{"reset": 1}[what]
			if what != "reset" {
				after = 7
			}
			c = get[CvarState](anna, "cvar.redo", `{}`)
			require.Equal(t, after, *x)
			require.Nil(t, c.Lease)
			h := get[[]CvarChange](p, "cvar.history", `{}`)[0]
			require.Equal(t, []any{anna.peer.Name(), "redo"}, []any{h.By, h.From})
			get[CvarState](anna, "cvar.undo", `{}`)
			require.Equal(t, 5.0, *x)
			anna.leave()
			require.Equal(t, 1.0, *x)
		})
	}
}

// Who keeps a value that somebody had on lease means it for good.
func TestTheEndOfALeaseTakenBackIsForGood(t *testing.T) {
	x, p := tuned(t, nil)
	anna := p.second()
	get[CvarState](anna, "cvar.set", `{"name":"g.x","value":5,"lease":true}`)
	anna.leave()
	id := get[[]CvarChange](p, "cvar.history", `{}`)[0].ID
	c := get[CvarState](p, "cvar.undo", `{"id":`+quoted(id)+`}`)
	require.Equal(t, []any{5.0, "console", p.peer.Name()}, []any{*x, c.Layer, c.SetBy})
	require.Nil(t, c.Lease)
}

func TestTheGameHasNoCheatsOfItsOwnBesideTheConsoles(t *testing.T) {
	var c Cvars
	own, x := false, 0
	c.Bind("cheats", &own, "")
	require.PanicsWithValue(t, `console: cvar "cheats": there are cheats, which the console's own cvar of this name allows`, func() { c.Bind("x", &x, "").Cheat() })
	c.Unbind("cheats")
	c.Bind("cheats", &c.Cheats, "in other words")
	require.NotPanics(t, func() { c.Lookup("x").Cheat() })
}

type shading struct {
	Shadows bool `scry:"help=of everything"`
	depth   int
}

func TestAnEmbeddedStructPromotesItsFields(t *testing.T) {
	var c Cvars
	cfg := struct {
		shading
		Scale float64
	}{}
	c.BindStruct("render", &cfg)
	require.NoError(t, c.Lookup("render.shadows").Set("on"))
	require.True(t, cfg.Shadows)
	require.Zero(t, cfg.depth)
	require.Len(t, c.list, 2)
}

// The lease has the value that is taken back, so that no change tells of it.
func TestAnUndoReachesBelowOnesOwnLease(t *testing.T) {
	x, p := tuned(t, nil)
	anna := p.second()
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":6}`)
	get[CvarState](anna, "cvar.set", `{"name":"g.x","value":6,"lease":true}`)
	id := get[[]CvarChange](p, "cvar.history", `{}`)[0].ID
	c := get[CvarState](anna, "cvar.undo", `{"id":`+quoted(id)+`}`)
	require.Equal(t, []any{1.0, []string(nil)}, []any{*x, layersOf(c)})
}

func TestACheckMayUnbindWhatItJudges(t *testing.T) {
	con := new(Console)
	cs := &con.Cvars
	x := 1
	cs.Bind("x", &x, "").Check(func(any) error { cs.Unbind("x"); return nil })
	p := newProbe(t, con)
	f := p.refused(rpc.NotFound, "cvar.set", `{"name":"x","value":2,"lease":true}`)
	require.Equal(t, `cvar "x": it is bound no more`, f.Message)
	require.Equal(t, 1, x)
	require.Empty(t, cs.leases)
}

func TestAllMayBeUnboundWhileTheyAreRangedOver(t *testing.T) {
	var c Cvars
	vars := [4]int{}
	for i := range vars {
		c.Bind(fmt.Sprint("v", i), &vars[i], "")
	}
	for v := range c.All() {
		c.Unbind(v.Name())
	}
	require.Empty(t, c.list)
}
