package console

import (
	"encoding/json"
	"image/color"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

type vec struct{ X, Y float64 }

// Motion is a component: its fields are promoted.
type Motion struct {
	Pos vec `scry:"pos,unit=px,column"`
	Vel vec `scry:",unit=px/s"`
}

type ship struct {
	ID uint32
	Motion
	Hull   int           `scry:"hull,min=0,max=100,column,help=gone at zero, really"`
	Armour float32       `scry:",min=0"`
	Mode   int           `scry:"mode,enum=idle|chase"`
	Team   string        `scry:"team,enum=red|blue"`
	Reload time.Duration `scry:"reload"`
	Tint   color.RGBA
	Size   [2]float32
	Serial int64
	Kills  int `scry:"kills,readonly"`
	Route  []vec
	Born   time.Time
	AI     struct {
		Target  *ship
		Patient bool
	}
	secret int
	Hidden int `scry:"-"`
}

func fleet(n int) ([]ship, *probe) {
	ships := make([]ship, n)
	for i := range ships {
		ships[i] = ship{ID: uint32(i + 1), Hull: 100 - i, Team: "red", secret: i, Motion: Motion{Pos: vec{float64(i), 0}}}
	}
	return ships, nil
}

func TestAnEntityIsShownByItsFields(t *testing.T) {
	ships, _ := fleet(1)
	con := new(Console)
	con.World.Bind("ship", &ships, "a small one")
	p := newProbe(t, con)

	kinds := get[[]Kind](p, "world.kinds", `{}`)
	require.Len(t, kinds, 1)
	require.Equal(t, 1, kinds[0].Count)
	require.Equal(t, []string{"pos.x", "pos.y", "hull"}, kinds[0].Columns)

	e := get[Entity](p, "world.get", `{"id":"1"}`)
	require.Equal(t, "ship 1", e.Name)
	var heads []string
	types := map[string]string{}
	for _, c := range e.Components {
		heads = append(heads, c.Name)
		for _, f := range c.Fields {
			types[f.Path] = f.Type
		}
	}
	require.Equal(t, []string{"ship", "Motion", "AI"}, heads)
	require.Equal(t, map[string]string{
		"id": "int", "pos.x": "float", "pos.y": "float", "vel.x": "float", "vel.y": "float", "hull": "int", "armour": "float",
		"mode": "enum", "team": "enum", "reload": "duration", "tint": "color", "size.x": "float", "size.y": "float",
		"serial": "int", "kills": "int", "route": "list", "born": "time", "ai.target": "entity", "ai.patient": "bool",
	}, types)
	hull := e.Components[0].Fields[1]
	require.Equal(t, "hull", hull.Path)
	require.Equal(t, "gone at zero, really", hull.Help)
	require.InDelta(t, 100, *hull.Max, 0)
	require.Equal(t, "px", e.Components[1].Fields[0].Unit, "a vector's unit is that of its parts")
}

func TestAnEditReachesTheGame(t *testing.T) {
	ships, _ := fleet(2)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	s := &ships[1]
	for _, c := range []struct {
		path, value string
		now         func() any
		want        any
	}{
		{"pos.x", `12.5`, func() any { return s.Pos.X }, 12.5},
		{"size.y", `0.5`, func() any { return s.Size[1] }, float32(0.5)},
		{"hull", `3`, func() any { return s.Hull }, 3},
		{"mode", `"chase"`, func() any { return s.Mode }, 1},
		{"team", `"blue"`, func() any { return s.Team }, "blue"},
		{"reload", `"1.5s"`, func() any { return s.Reload }, 1500 * time.Millisecond},
		{"tint", `"#ff8000"`, func() any { return s.Tint }, color.RGBA{255, 128, 0, 255}},
		{"serial", `"9007199254740993"`, func() any { return s.Serial }, int64(9007199254740993)},
		{"ai.patient", `true`, func() any { return s.AI.Patient }, true},
	} {
		before := get[WorldEdit](p, "world.set", `{"id":"2","path":"`+c.path+`","value":`+c.value+`}`)
		require.Equal(t, c.want, c.now(), c.path)
		require.NotEqual(t, before.Before, before.Value, c.path)
	}
	require.Zero(t, ships[0].Pos.X, "only the one that was meant")
	require.Equal(t, "2", get[WorldEdit](p, "world.set", `{"id":"ship 2","path":"hull","value":4}`).ID, "a name names it too")
}

func TestARefusedEditSaysWhy(t *testing.T) {
	ships, _ := fleet(1)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	for _, c := range []struct {
		id, path, value string
		code            rpc.Code
		message         string
	}{
		{"9", "hull", `1`, rpc.NotFound, `there is no entity "9"`},
		{"1", "hul", `1`, rpc.NotFound, `ship 1: field "hul" is not known; nearest is "hull"`},
		{"1", "hull", `101`, rpc.OutOfRange, `ship 1: field "hull": 101 is out of range; allowed is 0 to 100`},
		{"1", "armour", `-1`, rpc.OutOfRange, `ship 1: field "armour": -1 is out of range; allowed is at least 0`},
		{"1", "kills", `1`, rpc.ReadOnly, `ship 1: field "kills" is read-only`},
		{"1", "id", `1`, rpc.ReadOnly, `ship 1: field "id" is read-only`},
		{"1", "route", `[]`, rpc.ReadOnly, `ship 1: field "route" is read-only`},
		{"1", "tint", `"red"`, rpc.InvalidParams, `ship 1: field "tint": "red" is no colour; wanted is #rrggbb or #rrggbbaa`},
		{"1", "team", `"bleu"`, rpc.OutOfRange, `ship 1: field "team": value "bleu" is not known; nearest is "blue"`},
	} {
		f := p.refused(c.code, "world.set", `{"id":"`+c.id+`","path":"`+c.path+`","value":`+c.value+`}`)
		require.Equal(t, c.message, f.Message)
	}
	e := get[WorldEdit](p, "world.set", `{"id":"1","path":"hull","value":50}`)
	ships[0].Hull = 40
	f := p.refused(rpc.Conflict, "world.set", `{"id":"1","path":"hull","value":60,"ifVersion":`+strconv.Itoa(int(e.Version))+`}`)
	require.Equal(t, `ship 1: field "hull" has changed since; it is 40 now`, f.Message)
	require.Equal(t, 40, ships[0].Hull)
}

func TestAListIsFilteredSortedAndCut(t *testing.T) {
	ships, _ := fleet(10)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	r := get[WorldRows](p, "world.list", `{"where":"hull < 98","sort":"hull","offset":1,"limit":2,"fields":["hull"]}`)
	require.Equal(t, 7, r.Total)
	require.Equal(t, 10, r.All)
	require.Len(t, r.Rows, 2)
	require.Equal(t, "9", r.Rows[0].ID)
	require.Equal(t, map[string]any{"hull": json.Number("92")}, r.Rows[0].Fields)
	r = get[WorldRows](p, "world.list", `{"sort":"-id","limit":1}`)
	require.Equal(t, "ship 10", r.Rows[0].Name)
	require.Empty(t, get[WorldRows](p, "world.list", `{"offset":100}`).Rows)
	require.Equal(t, `field "hul" is not known; nearest is "hull"`, p.refused(rpc.NotFound, "world.list", `{"sort":"hul"}`).Message)
	p.refused(rpc.OutOfRange, "world.list", `{"limit":1001}`)
	p.refused(rpc.InvalidParams, "world.list", `{"where":"hull <"}`)
}

func TestIDsStayWithTheirEntities(t *testing.T) {
	type rock struct{ Size int }
	rocks := []*rock{{1}, {2}, {3}}
	single := rock{4}
	con := new(Console)
	con.World.Bind("rock", &rocks, "")
	con.World.Bind("moon", &single, "")
	p := newProbe(t, con)
	ids := func() map[string]string {
		m := map[string]string{}
		for _, r := range get[WorldRows](p, "world.list", `{"fields":["size"]}`).Rows {
			m[r.Fields["size"].(json.Number).String()] = r.ID
		}
		return m
	}
	before := ids()
	require.Len(t, before, 4)
	rocks = []*rock{rocks[2], nil, {5}, rocks[0]}
	after := ids()
	require.Equal(t, before["1"], after["1"])
	require.Equal(t, before["3"], after["3"])
	require.Equal(t, before["4"], after["4"])
	require.NotContains(t, []string{before["1"], before["2"], before["3"], before["4"]}, after["5"], "never reused")
	p.refused(rpc.NotFound, "world.get", `{"id":"`+before["2"]+`"}`)
}

func TestTheDeadAreNotKeptInMemory(t *testing.T) {
	type rock struct{ Size int }
	var rocks []*rock
	con := new(Console)
	con.World.Bind("rock", &rocks, "")
	p := newProbe(t, con)
	for range 50 {
		rocks = nil
		for range 10 {
			rocks = append(rocks, &rock{})
		}
		get[WorldRows](p, "world.list", `{}`)
	}
	require.LessOrEqual(t, len(con.World.groups[0].ids), 2*10+64+10)
}

func TestAWatchSendsOnlyWhatChanged(t *testing.T) {
	ships, _ := fleet(3)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	var first WorldView
	require.NoError(t, json.Unmarshal(p.open("world", `{"where":"hull > 10","fields":["hull","pos.x"],"id":"ship 2"}`), &first))
	require.Equal(t, []string{"1", "2", "3"}, first.IDs)
	require.Len(t, first.Rows, 3)
	require.Len(t, first.Entity.Fields, 19)
	require.Equal(t, "2", first.Entity.ID)

	ships[1].Hull = 50
	ships[1].Kills = 1
	view := p.nextView()
	require.Nil(t, view.IDs)
	require.Equal(t, []Row{{ID: "2", Fields: map[string]any{"hull": 50.0}}}, view.Rows)
	require.Equal(t, map[string]any{"hull": 50.0, "kills": 1.0}, view.Entity.Fields)

	ships[1].Hull = 5 // out of the condition
	view = p.nextView()
	require.Equal(t, []string{"1", "3"}, view.IDs)
	require.Empty(t, view.Rows)
	require.Equal(t, 2, view.Total)

	ships = nil
	view = p.nextView()
	require.Equal(t, []string{}, view.IDs, "an empty table is not the same as an unchanged one")
	require.True(t, view.Entity.Gone)
	p.wait()
	require.Empty(t, p.events, "what does not change is not sent")
}

func TestWhatCannotBeBoundPanics(t *testing.T) {
	var w World
	x := 1
	require.PanicsWithValue(t, `console: world "n": cannot bind *int: a pointer to a struct or to a slice of structs is needed`, func() { w.Bind("n", &x, "") })
	require.PanicsWithValue(t, `console: world "n": cannot bind console.ship: a pointer to a struct or to a slice of structs is needed`, func() { w.Bind("n", ship{}, "") })
	require.PanicsWithValue(t, `console: world "n": cannot bind *console.ship: it is nil`, func() { w.Bind("n", (*ship)(nil), "") })
	require.PanicsWithValue(t, `console: world "n": the source is nil`, func() { w.BindSource("n", nil, "") })
	require.PanicsWithValue(t, `console: world "at": there is no number "Name"; nearest is "name"`, func() {
		w.Bind("at", &struct {
			ID   int
			Name string
		}{}, "").At("Name")
	})
	w.Bind("s", &ship{}, "")
	require.PanicsWithValue(t, `console: world "s" is bound already`, func() { w.Bind("s", &ship{}, "") })
	type bad struct {
		A int `scry:"a,mni=3"`
	}
	require.PanicsWithValue(t, `console: console.bad.A: tag "a,mni=3": option "mni" is not known; nearest is "min"`, func() { w.Bind("b", &bad{}, "") })
	type empty struct {
		A int `scry:"a,min=5,max=1"`
	}
	require.PanicsWithValue(t, `console: field "a": the range 5 to 1 is empty`, func() { w.Bind("b", &empty{}, "") })
	w.Unbind("s")
	w.Bind("s", &ship{}, "")
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{"Pos": "pos", "HP": "hp", "MaxHP": "maxHP", "HTTPPort": "httpPort", "X": "x", "Über": "über"} {
		require.Equal(t, want, lowerFirst(in))
	}
}

func TestAFieldThatHidesAnotherIsTheOneThatIsShown(t *testing.T) {
	type deep struct{ Mass, Drag int }
	type outer struct {
		deep
		Mass int
	}
	o := outer{deep{1, 2}, 3}
	con := new(Console)
	con.World.Bind("o", &o, "")
	p := newProbe(t, con)
	e := get[Entity](p, "world.get", `{"id":"o"}`)
	paths := []string{}
	for _, c := range e.Components {
		for _, f := range c.Fields {
			paths = append(paths, f.Path)
		}
	}
	require.Equal(t, []string{"drag", "mass"}, paths)
	get[WorldEdit](p, "world.set", `{"id":"o","path":"mass","value":9}`)
	require.Equal(t, outer{deep{1, 2}, 9}, o)
}

func TestAnIDThatIsNoIntegerIsAFieldLikeOthers(t *testing.T) {
	type player struct{ ID string }
	players := []player{{"anna"}, {"bert"}}
	con := new(Console)
	con.World.Bind("player", &players, "")
	p := newProbe(t, con)
	require.Equal(t, 1, get[WorldRows](p, "world.list", `{"where":"id = bert"}`).Total)
	type tagged struct {
		Key string `scry:"key,id"`
	}
	require.PanicsWithValue(t, "console: console.tagged.Key: an id is an integer, not string", func() { con.World.Bind("t", &tagged{}, "") })
}
