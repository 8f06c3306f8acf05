package console

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// herd is a game's own storage: components in tables of their own, ids with generations.
type herd struct {
	gens    []uint32
	alive   []bool
	kinds   []int
	bodies  []herdBody
	healths map[int]*float64
	parents map[int]uint64
	moods   []string
}

type herdBody struct {
	Pos    vec        `scry:",column,unit=m"`
	Target uint64     `scry:"target,ref"`
	Turn   [4]float32 `scry:"turn,quat"`
	Bones  [2][3]float64
}

func newHerd(n int) *herd {
	h := &herd{healths: map[int]*float64{}, parents: map[int]uint64{}}
	for i := range n {
		h.gens, h.alive, h.kinds = append(h.gens, 1), append(h.alive, true), append(h.kinds, i%2)
		h.bodies, h.moods = append(h.bodies, herdBody{Pos: vec{float64(i), 1}}), append(h.moods, "calm")
		if i%2 == 1 {
			health := 50.0
			h.healths[i] = &health
		}
	}
	return h
}

func (h *herd) id(place int) uint64 { return uint64(h.gens[place])<<32 | uint64(place) }

func (h *herd) Schema() Schema {
	return Schema{
		Kinds: []SourceKind{{"cow", "gives milk"}, {"wolf", "takes cows"}},
		Components: []SourceComponent{
			ComponentOf[herdBody]("body", "where it is"),
			ComponentOf[float64]("health", "gone at zero"),
			ComponentFunc("mood", "how it feels", func(p int) string { return h.moods[p] }, func(p int, m string) error {
				if m == "rage" {
					return errors.New("cows do not rage")
				}
				h.moods[p] = m
				return nil
			}),
			ComponentFunc("age", "", func(p int) time.Duration { return time.Duration(p) * time.Second }, nil),
		},
	}
}
func (h *herd) Len() int                              { return len(h.alive) }
func (h *herd) Entity(place int) (id uint64, ok bool) { return h.id(place), h.alive[place] }
func (h *herd) Kind(place int) int                    { return h.kinds[place] }
func (h *herd) Place(id uint64) (place int, ok bool) {
	place = int(id & 0xffffffff)
	return place, place < len(h.alive) && h.alive[place] && h.id(place) == id
}
func (h *herd) Component(place, component int) any {
	switch component {
	case 0:
		return &h.bodies[place]
	case 1:
		if p := h.healths[place]; p != nil {
			return p
		}
	}
	return nil
}
func (h *herd) Parent(place int) (uint64, bool) { id, ok := h.parents[place]; return id, ok }
func (h *herd) Name(place int) string {
	if place == 0 {
		return "Berta"
	}
	return ""
}

func TestAStorageOfTheGamesOwnIsShown(t *testing.T) {
	h := newHerd(4)
	h.parents[2] = h.id(0)
	h.bodies[1].Target = h.id(2)
	con := new(Console)
	con.World.BindSource("herd", h, "on the meadow")
	p := newProbe(t, con)

	kinds := get[[]Kind](p, "world.kinds", `{}`)
	require.Len(t, kinds, 2)
	require.Equal(t, []any{"cow", 2, "herd", true}, []any{kinds[0].Kind, kinds[0].Count, kinds[0].Source, kinds[0].Parents})
	require.Equal(t, []KindCount{{"cow", 2}, {"wolf", 2}}, get[[]KindCount](p, "world.counts", `{}`))
	require.Equal(t, []string{"body.pos.x", "body.pos.y"}, kinds[0].Columns)
	require.Equal(t, []string{"body.pos.x", "body.pos.y"}, kinds[0].Position)
	require.Equal(t, []string{"body", "health", "mood", "age"}, kinds[0].Components)

	wolf := get[Entity](p, "world.get", `{"id":"herd:4294967297"}`)
	require.Equal(t, []string{"wolf 1", "wolf"}, []string{wolf.Name, wolf.Kind})
	values := map[string]string{}
	for _, c := range wolf.Components {
		for _, f := range c.Fields {
			values[f.Path] = f.Type + " " + string(f.Value)
		}
	}
	require.Equal(t, map[string]string{
		"body.pos.x": "float 1", "body.pos.y": "float 1", "body.target": `entity "herd:4294967298"`,
		"body.turn.x": "float 0", "body.turn.y": "float 0", "body.turn.z": "float 0", "body.turn.w": "float 0",
		"body.bones.0": "float 0", "body.bones.1": "float 0", "body.bones.2": "float 0", "body.bones.3": "float 0", "body.bones.4": "float 0", "body.bones.5": "float 0",
		"health": "float 50", "mood": `string "calm"`, "age": `duration "1s"`,
	}, values)

	cow := get[Entity](p, "world.get", `{"id":"Berta"}`)
	require.Equal(t, "herd:4294967296", cow.ID)
	for _, c := range cow.Components {
		require.NotEqual(t, "health", c.Name, "what it has not is not shown")
	}
	require.Equal(t, cow.ID, get[Entity](p, "world.get", `{"id":"cow 2"}`).Parent)

	h.gens[1]++ // another took its place
	p.refused(rpc.NotFound, "world.get", `{"id":"herd:4294967297"}`)
	require.Equal(t, "herd:8589934593", get[Entity](p, "world.get", `{"id":"wolf 1"}`).ID)
	h.alive[1] = false
	p.refused(rpc.NotFound, "world.get", `{"id":"herd:8589934593"}`)
	for _, id := range []string{"herd:", "herd:x", "herd:-1", "flock:1", "herd:99999999999999999999", "herd:4294967397"} {
		p.refused(rpc.NotFound, "world.get", `{"id":"`+id+`"}`)
	}
}

func TestAStorageOfTheGamesOwnIsEdited(t *testing.T) {
	h := newHerd(4)
	con := new(Console)
	con.World.BindSource("herd", h, "")
	p := newProbe(t, con)
	set := func(path, value string) string {
		return fmt.Sprintf(`{"id":"wolf 1","path":%q,"value":%s}`, path, value)
	}
	get[WorldEdit](p, "world.set", set("body.pos", `[3,4.5]`))
	require.Equal(t, vec{3, 4.5}, h.bodies[1].Pos)
	get[WorldEdit](p, "world.set", set("body.pos.x", `"NaN"`))
	require.True(t, math.IsNaN(h.bodies[1].Pos.X))
	get[WorldEdit](p, "world.set", set("health", `12`))
	require.InDelta(t, 12, *h.healths[1], 0)
	require.Equal(t, `"wild"`, string(get[WorldEdit](p, "world.set", set("mood", `"wild"`)).Value))
	require.Equal(t, "wild", h.moods[1])
	get[WorldEdit](p, "world.set", set("body.target", `"Berta"`))
	require.Equal(t, h.id(0), h.bodies[1].Target)

	for _, c := range []struct {
		path, value string
		code        rpc.Code
		message     string
	}{
		{"mood", `"rage"`, rpc.InvalidParams, `wolf 1: field "mood": cows do not rage`},
		{"age", `"2s"`, rpc.ReadOnly, `wolf 1: field "age" is read-only`},
		{"body.pos", `[1]`, rpc.InvalidParams, `wolf 1: field "body.pos": wanted are 2 numbers`},
		{"body.pos", `[1,"x"]`, rpc.InvalidParams, ""},
		{"body.target", `"nobody"`, rpc.NotFound, `wolf 1: field "body.target": there is no entity "nobody"`},
		{"body.pso", `1`, rpc.NotFound, `wolf 1: field "body.pso" is not known; nearest is "body.pos"`},
	} {
		f := p.refused(c.code, "world.set", set(c.path, c.value))
		if c.message != "" {
			require.Equal(t, c.message, f.Message)
		}
	}
	require.Equal(t, "wild", h.moods[1], "a refusal changes nothing")
	f := p.refused(rpc.NotFound, "world.set", `{"id":"Berta","path":"health","value":1}`)
	require.Equal(t, `Berta has no component "health"`, f.Message)
}

func TestASourceThatCannotBeShownPanics(t *testing.T) {
	w := new(World)
	require.PanicsWithValue(t, `console: world "a:b": the name of a source has no colon`, func() { w.BindSource("a:b", newHerd(1), "") })
	w.Bind("cow", &struct{ X int }{}, "")
	require.PanicsWithValue(t, `console: world "cow" is bound already`, func() { w.BindSource("herd", newHerd(1), "") })
	w.Unbind("cow")
	w.BindSource("herd", newHerd(1), "")
	require.PanicsWithValue(t, `console: world "wolf" is bound already`, func() { w.Bind("wolf", &struct{ X int }{}, "") })
	w.Unbind("herd")
	w.Bind("wolf", &struct{ X int }{}, "")
}

// tree is one of every type that a struct may hold.
type tree struct {
	ID     uint32
	Name   string
	Up     *tree  `scry:"up,parent"`
	Seat   uint32 `scry:"seat,ref=tree"`
	Skin   string `scry:"skin,asset=image"`
	Born   time.Time
	Matrix [4][4]float32
	Flat   [6]float64
	Stock  map[string]apple
	Counts map[int]int
	Route  []vec
	Leaves []*apple
	Any    any
	Other  *apple
	Locked []int `scry:"locked,readonly"`
	Nested struct{ Deep struct{ Value int } }
	Bytes  []byte
	Fn     func()
}

type apple struct {
	Size float64 `scry:"size,min=0,max=10"`
	Sort string
	Next *apple
	Sub  map[string]int
}

func orchard() ([]*tree, *Console) {
	a, b := &tree{ID: 1, Name: "Oak"}, &tree{ID: 2}
	b.Up, b.Seat = a, 1
	b.Stock = map[string]apple{"a.b": {Size: 1, Sub: map[string]int{"x": 1}}, `q"[`: {Size: 2}}
	b.Counts = map[int]int{10: 1, 9: 2}
	b.Route = []vec{{1, 2}, {3, 4}}
	b.Leaves = []*apple{nil, {Size: 3, Next: &apple{Size: 4}}}
	b.Any = apple{Size: 5}
	b.Other = &apple{Size: 6}
	b.Locked = []int{1}
	trees := []*tree{a, b}
	con := new(Console)
	con.World.Bind("tree", &trees, "")
	return trees, con
}

func TestEveryTypeIsShownAndGoneInto(t *testing.T) {
	trees, con := orchard()
	p := newProbe(t, con)
	b := trees[1]
	values := map[string]string{}
	for _, c := range get[Entity](p, "world.get", `{"id":"2"}`).Components {
		for _, f := range c.Fields {
			values[f.Path] = f.Type + " " + f.As + " " + string(f.Value)
		}
	}
	for path, want := range map[string]string{
		"up": `entity  "1"`, "seat": `entity  "1"`, "skin": `asset  ""`, "born": `time  "0001-01-01T00:00:00Z"`, "matrix.15": "float mat 0", "flat.5": "float mat 0",
		"stock": `map  "map[string]console.apple of 2"`, "route": `list  "[]console.vec of 2"`, "any": `any  "console.apple"`, "other": `any  "*console.apple"`,
		"nested.deep.value": "int  0", "bytes": `list  "nil"`, "fn": `json  "nil"`,
	} {
		require.Equal(t, want, values[path], path)
	}
	require.Equal(t, "1", get[Entity](p, "world.get", `{"id":"2"}`).Parent)

	look := func(path string) (texts []string) {
		for _, f := range get[WorldInside](p, "world.look", fmt.Sprintf(`{"id":"2","path":%q}`, path)).Fields {
			texts = append(texts, f.Path+" "+f.Type+" "+string(f.Value))
		}
		return texts
	}
	require.Equal(t, []string{"route[0].x float 1", "route[0].y float 2", "route[1].x float 3", "route[1].y float 4"}, look("route"))
	require.Equal(t, []string{"counts[\"9\"] int 2", "counts[\"10\"] int 1"}, look("counts"))
	require.Equal(t, []string{"other.size float 6", `other.sort string ""`, `other.next any "nil"`, `other.sub map "nil"`}, look("other"))
	require.Equal(t, []string{`leaves[0] any "nil"`, `leaves[1] any "*console.apple"`}, look("leaves"))
	require.Contains(t, look("leaves[1].next"), "leaves[1].next.size float 4")
	require.Contains(t, look("any"), "any.size float 5")
	require.Contains(t, look(`stock`), `stock["a.b"].size float 1`)
	require.Contains(t, look(`stock`), `stock["q\"["].size float 2`)
	require.Empty(t, look("fn"))
	w := get[WorldInside](p, "world.look", `{"id":"2","path":"route","offset":1,"limit":1}`)
	require.Equal(t, 2, w.Total)
	require.Len(t, w.Fields, 2)

	for _, c := range []struct {
		path, value string
		now         func() any
		want        any
	}{
		{"up", `null`, func() any { return b.Up }, (*tree)(nil)},
		{"up", `"Oak"`, func() any { return b.Up }, trees[0]},
		{"seat", `"2"`, func() any { return b.Seat }, uint32(2)},
		{"seat", `null`, func() any { return b.Seat }, uint32(0)},
		{"skin", `"bark.png"`, func() any { return b.Skin }, "bark.png"},
		{"born", `"2026-01-31T12:00:00.5Z"`, func() any { return b.Born.UTC() }, time.Date(2026, 1, 31, 12, 0, 0, 5e8, time.UTC)},
		{"matrix.5", `2`, func() any { return b.Matrix[1][1] }, float32(2)},
		{"flat", `[1,2,3,4,5,6]`, func() any { return b.Flat }, [6]float64{1, 2, 3, 4, 5, 6}},
		{"route[1].x", `9`, func() any { return b.Route[1].X }, 9.0},
		{`stock["a.b"].size`, `7`, func() any { return b.Stock["a.b"].Size }, 7.0},
		{`stock["a.b"].sub["x"]`, `8`, func() any { return b.Stock["a.b"].Sub["x"] }, 8},
		{`counts["10"]`, `5`, func() any { return b.Counts[10] }, 5},
		{"leaves[1].next.size", `2`, func() any { return b.Leaves[1].Next.Size }, 2.0},
		{"any.size", `3`, func() any { return b.Any }, apple{Size: 3}},
		{"other.sort", `"red"`, func() any { return b.Other.Sort }, "red"},
		{"nested.deep.value", `4`, func() any { return b.Nested.Deep.Value }, 4},
	} {
		get[WorldEdit](p, "world.set", fmt.Sprintf(`{"id":"2","path":%q,"value":%s}`, c.path, c.value))
		require.Equal(t, c.want, c.now(), c.path)
	}
	for _, c := range []struct{ path, value, message string }{
		{"route[2].x", `1`, `tree 2: "route" has 2 elements, and none of them is [2]`},
		{"route[-1]", `1`, `tree 2: "route" has 2 elements, and none of them is [-1]`},
		{"route[x]", `1`, `tree 2: "[x]" is no piece of a path; there are .name, [3] and ["key"]`},
		{"route.", `1`, `tree 2: "." is no piece of a path; there are .name, [3] and ["key"]`},
		{"stock.oak", `1`, `tree 2: "stock" is a map[string]console.apple and has no field "oak"; its key is written stock["oak"]`},
		{`stock["none"].size`, `1`, `tree 2: "stock" has no entry "none"`},
		{`other.sise`, `1`, `tree 2: field "sise" is not known; nearest is "size"`},
		{`leaves[0].size`, `1`, `tree 2: "leaves[0]" is a *console.apple and has no field "size"`},
		{"locked[0]", `1`, `tree 2: field "locked[0]" is read-only`},
		{"route", `[]`, `tree 2: field "route" is read-only`},
		{"other.size", `11`, `tree 2: field "other.size": 11 is out of range; allowed is 0 to 10`},
		{"up", `"9"`, `tree 2: field "up": there is no entity "9"`},
		{"born", `"soon"`, `tree 2: field "born": "soon" is no time; wanted is one as 2026-01-31T12:00:00Z`},
	} {
		_, f := p.call("world.set", fmt.Sprintf(`{"id":"2","path":%q,"value":%s}`, c.path, c.value))
		require.NotNil(t, f, c.path)
		require.Equal(t, c.message, f.Message, c.path)
	}
}
