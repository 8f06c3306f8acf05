package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

func TestAnEntityIsMade(t *testing.T) {
	y, anna, _ := twoEditors(t)
	made := get[WorldMade](anna, "world.create", `{"kind":"pawn","at":[3,4],"fields":{"hp":7,"name":"new"}}`)
	require.Equal(t, []string{"101"}, made.IDs)
	require.Equal(t, pawn{ID: 101, Name: "new", Pos: vec{3, 4}, HP: 7}, *y.pawns[6])
	require.Equal(t, []string{"101"}, y.told)
	made = get[WorldMade](anna, "world.create", `{"kind":"goat","fields":{"body.mass":30}}`)
	require.Equal(t, []string{"ark:7"}, made.IDs)
	require.InDelta(t, 30, y.ark.of(7).body.Mass, 0)
	before := y.dump()
	for _, c := range []struct {
		params  string
		code    rpc.Code
		path    string
		message string
	}{
		{`{"kind":"pwan"}`, rpc.NotFound, "/kind", `kind "pwan" is not known; nearest is "pawn"`},
		{`{"kind":"mote"}`, rpc.ReadOnly, "/kind", `mote: cannot create: the program gives no function Create for it`},
		{`{"kind":"pawn","fields":{"hp":101}}`, rpc.OutOfRange, "/fields/hp", ""},
		{`{"kind":"pawn","at":[1,2,3]}`, rpc.InvalidParams, "/at", "a pawn has a position of 2 numbers, not 3"},
		{`{"kind":"sheep","fields":{"body.mass":0}}`, rpc.OutOfRange, "/fields/body.mass", ""},
	} {
		f := anna.refused(c.code, "world.create", c.params)
		require.Equal(t, c.path, f.Data.Path, c.params)
		require.Contains(t, f.Message, c.message)
		require.Equal(t, before, y.dump(), c.params)
	}
	require.Empty(t, anna.con.World.editing.yards[1].graves, "what was never there lies nowhere")
}

func TestADuplicateSharesNothingThatChanges(t *testing.T) {
	y, anna, _ := twoEditors(t)
	p := y.pawns[1]
	p.Any = []int{1, 2}
	get[WorldMade](anna, "world.duplicate", `{"ids":["2","11","ark:2"]}`)
	twin := y.pawns[6]
	require.Equal(t, uint32(101), twin.ID)
	require.Equal(t, 99, twin.HP, "a copy, not what Create makes")
	require.Equal(t, p.secret, twin.secret, "and of what clients do not see")
	twin.Route[0].X, twin.Stock["apple"], twin.Any.([]int)[0] = 50, 50, 50
	require.Equal(t, vec{1, 1}, p.Route[0])
	require.Equal(t, 1, p.Stock["apple"])
	require.Equal(t, []int{1, 2}, p.Any)
	y.crates[6].Goods[0] = 50
	require.Equal(t, crate{ID: 11, Goods: []int{0}}, y.crates[0])
	lamb := y.ark.of(7)
	require.Equal(t, 1, lamb.kind)
	lamb.body.Fur[0], lamb.mind.Past[0] = 50, "another"
	require.Equal(t, []int{1, 2}, y.ark.of(2).body.Fur)
	require.Equal(t, []string{"born"}, y.ark.of(2).mind.Past)
}

func TestADuplicateOfWhatHidesSlicesKeepsWhatCreateMade(t *testing.T) {
	type nest struct {
		ID   int
		Name string
		eggs []int
		mood int
	}
	nests := []nest{{ID: 1, Name: "a", eggs: []int{1}, mood: 3}}
	con := new(Console)
	con.World.Bind("nest", &nests, "").Create(func(n *nest) error { n.ID, n.eggs = 2, []int{9}; return nil })
	p := newProbe(t, con)
	get[WorldMade](p, "world.duplicate", `{"ids":["1"]}`)
	require.Equal(t, nest{ID: 2, Name: "a", eggs: []int{9}}, nests[1])
	require.Equal(t, `nest: Create gave it the id 2, which a has`, p.refused(rpc.Failed, "world.duplicate", `{"ids":["1"]}`).Message)
	require.Len(t, nests, 2)
}

func TestWhatHangsOnTheDeletedGoesAndComesWithIt(t *testing.T) {
	y, anna, bert := twoEditors(t)
	get[WorldMade](anna, "world.reparent", `{"ids":["2","3"],"parent":"1"}`)
	get[WorldMade](anna, "world.reparent", `{"ids":["4"],"parent":"3"}`)
	get[WorldMade](anna, "world.reparent", `{"ids":["ark:2","ark:4"],"parent":"ark:1"}`)
	require.Equal(t, uint32(1), y.pawns[1].Boss)
	require.Equal(t, uint64(1), y.ark.of(2).on)
	require.Contains(t, anna.refused(rpc.InvalidParams, "world.reparent", `{"ids":["1"],"parent":"4"}`).Message, "pawn 1 cannot hang on pawn 4, which hangs on it")
	anna.refused(rpc.InvalidParams, "world.reparent", `{"ids":["ark:1"],"parent":"1"}`)

	before := y.dump()
	gone := get[WorldMade](bert, "world.delete", `{"ids":["1","ark:1"]}`)
	require.ElementsMatch(t, []string{"1", "2", "3", "4", "ark:1", "ark:2", "ark:4"}, gone.IDs)
	require.Len(t, y.pawns, 2)
	require.Len(t, y.ark.animals, 3)
	anna.refused(rpc.Conflict, "world.undo", `{}`)
	get[Transaction](bert, "world.undo", `{}`)
	require.Equal(t, before, y.dump())
	for range 3 {
		get[Transaction](anna, "world.undo", `{}`)
	}
	require.Zero(t, y.pawns[1].Boss)
	require.Zero(t, y.ark.of(2).on)
}

func TestTheGameMayRefuse(t *testing.T) {
	y, anna, _ := twoEditors(t)
	y.pawns[2].Name = "king"
	before := y.dump()
	require.Equal(t, "king: a king stays", anna.refused(rpc.Failed, "world.delete", `{"ids":["ark:1","11","1","3"]}`).Message)
	require.Equal(t, before, y.dump(), "nor did the others go")
	for what, call := range map[string][2]string{
		"delete":   {"world.delete", `{"ids":["1","ark:1"]}`},
		"create":   {"world.duplicate", `{"ids":["1","ark:1"]}`},
		"reparent": {"world.reparent", `{"ids":["ark:1"],"parent":"ark:2"}`},
		"attach":   {"world.attach", `{"id":"ark:1","component":"mind"}`},
	} {
		y.ark.refuse = what
		require.Contains(t, anna.refused(rpc.Failed, call[0], call[1]).Message, "the ark does not "+what)
		require.Equal(t, before, y.dump(), what)
		y.ark.refuse = ""
	}
	get[WorldMade](anna, "world.delete", `{"ids":["1","ark:1"]}`)
	y.ark.refuse = "revive"
	after := y.dump()
	require.Contains(t, anna.refused(rpc.Failed, "world.undo", `{}`).Message, "the ark does not revive")
	require.Equal(t, after, y.dump())
}

// bare is a source that can do nothing but show.
type bare struct{ ark *ark }

func (b bare) Schema() Schema                     { return Schema{Components: b.ark.Schema().Components} }
func (b bare) Len() int                           { return b.ark.Len() }
func (b bare) Entity(place int) (uint64, bool)    { return b.ark.Entity(place) }
func (b bare) Place(id uint64) (int, bool)        { return b.ark.Place(id) }
func (b bare) Kind(int) int                       { return 0 }
func (b bare) Component(place, component int) any { return b.ark.Component(place, component) }

// frail can delete, and not bring back.
type frail struct{ bare }

func (f frail) Delete(id uint64) error { return f.ark.Delete(id) }

func TestWhatCannotBeDoneSaysWhyAndWhatToDo(t *testing.T) {
	type rock struct{ Size int }
	type fixed struct{ ID int }
	rocks, moon, fixeds := []rock{{1}}, rock{2}, []fixed{{1}}
	a := new(ark)
	a.add(0)
	con := new(Console)
	con.World.Bind("rock", &rocks, "")
	con.World.Bind("moon", &moon, "")
	con.World.Bind("fixed", &fixeds, "").Create(func(*fixed) error { return nil }).Fixed()
	con.World.BindSource("bare", bare{a}, "")
	con.World.BindSource("frail", frail{bare{a}}, "")
	p := newProbe(t, con)
	id := get[WorldRows](p, "world.list", `{"kind":"rock"}`).Rows[0].ID
	place := `"rock" is known by its place in a slice only: give it an integer field ID, or tagged id, or bind a slice of pointers`
	for _, c := range [][3]string{
		{"delete", id, "rock: cannot delete: " + place},
		{"duplicate", id, "rock: cannot duplicate: " + place},
		{"delete", "moon", `moon: cannot delete: "moon" is a single struct`},
		{"delete", "1", `fixed: cannot delete: the program keeps its number fixed`},
		{"delete", "bare:1", `bare: cannot delete: its source has no method for it`},
	} {
		f := p.refused(rpc.ReadOnly, "world."+c[0], fmt.Sprintf(`{"ids":[%q]}`, c[1]))
		require.Equal(t, c[2], f.Message)
		require.Equal(t, "/ids/0", f.Data.Path)
	}
	require.Contains(t, p.refused(rpc.ReadOnly, "world.reparent", `{"ids":["moon"],"parent":null}`).Message, "none of its fields is tagged parent")
	require.Contains(t, p.refused(rpc.ReadOnly, "world.attach", `{"id":"moon","component":"x"}`).Message, "a struct has the components that its type has")

	kinds := map[string][]string{}
	for _, k := range get[[]Kind](p, "world.kinds", `{}`) {
		kinds[k.Kind] = k.Can
	}
	require.Equal(t, map[string][]string{"rock": nil, "moon": nil, "fixed": nil, "bare": nil, "frail": {"delete"}}, kinds)

	get[WorldMade](p, "world.delete", `{"ids":["frail:1"]}`)
	f := p.refused(rpc.ReadOnly, "world.undo", `{}`)
	require.Contains(t, f.Message, "cannot come back: its source has no method Revive")
}

func TestWrongFunctionsPanic(t *testing.T) {
	var w World
	type rock struct{ Size int }
	rocks, ships := []rock{}, []ship{}
	b := w.Bind("rock", &rocks, "")
	require.PanicsWithValue(t, `console: world "rock": Create takes a func(*console.rock) error, not a func(*console.ship) error`, func() { b.Create(func(*ship) error { return nil }) })
	require.PanicsWithValue(t, `console: world "rock": Edited takes a func(*console.rock), not a func(console.rock)`, func() { b.Edited(func(rock) {}) })
	require.PanicsWithValue(t, `console: world "rock" is known by its place in a slice only: give it an integer field ID, or tagged id, or bind a slice of pointers`, func() { b.Create(func(*rock) error { return nil }) })
	s := w.BindSource("ark", new(ark), "")
	require.PanicsWithValue(t, `console: world "ark": a Source has methods of its own, and no Delete`, func() { s.Delete(func(*rock) error { return nil }) })
	require.PanicsWithValue(t, `console: world "ship": method "x": a function is needed whose first parameter is *console.ship, not func(int)`, func() { w.Bind("ship", &ships, "").Method("x", func(int) {}, "") })
}

func TestAPanicOfTheGameIsAnErrorAndChangesNothing(t *testing.T) {
	y, anna, _ := twoEditors(t)
	type egg struct{ ID int }
	eggs := []*egg{{1}, {2}}
	boom := true
	anna.con.World.Bind("egg", &eggs, "").Create(func(*egg) error { panic("create") }).
		Delete(func(e *egg) error {
			if boom && e.ID == 2 {
				panic(errors.New("delete"))
			}
			return nil
		}).
		Edited(func(*egg) { panic("edited") })
	before := y.dump()
	require.Contains(t, anna.refused(rpc.Failed, "world.create", `{"kind":"egg"}`).Message, "egg: Create panicked: create")
	require.Contains(t, anna.refused(rpc.Failed, "world.delete", `{"ids":["3","ark:1","egg 1","egg 2"]}`).Message, "egg 2: Delete panicked: delete")
	require.Equal(t, before, y.dump())
	require.Len(t, eggs, 2)
	boom = false
	get[WorldMade](anna, "world.delete", `{"ids":["egg 2"]}`)
	get[Transaction](anna, "world.undo", `{}`) // Edited panics: what was done stands
	require.Len(t, eggs, 2)
	var lines []string
	for _, l := range kept(anna.con) {
		lines = append(lines, l.Msg)
	}
	require.NotEmpty(t, lines, "the log tells of it")
}

func TestTheGameMayDeleteAndMakeMeanwhile(t *testing.T) {
	y, anna, _ := twoEditors(t)
	get[WorldMade](anna, "world.delete", `{"ids":["3"]}`)
	y.pawns = append(y.pawns[:1], y.pawns[2:]...) // what it stood behind
	get[Transaction](anna, "world.undo", `{}`)
	require.Equal(t, uint32(3), y.pawns[2].ID, "about where it was")
	get[WorldMade](anna, "world.delete", `{"ids":["3"]}`)
	y.pawns = append(y.pawns, &pawn{ID: 3})
	f := anna.refused(rpc.Conflict, "world.undo", `{}`)
	require.Contains(t, f.Message, "what has the id 3 cannot come back: pawn 3 is in the world with that id")

	// A Delete that takes the entity out of the slice itself.
	type rock struct{ ID int }
	rocks := []rock{{1}, {2}, {3}}
	anna.con.World.Unbind("crate")
	anna.con.World.Bind("rock", &rocks, "").Delete(func(r *rock) error {
		for i := range rocks {
			if rocks[i].ID == r.ID {
				rocks = append(rocks[:i], rocks[i+1:]...)
				break
			}
		}
		return nil
	})
	get[WorldMade](anna, "world.delete", `{"ids":["rock 2"]}`)
	require.Equal(t, []rock{{1}, {3}}, rocks)
	get[Transaction](anna, "world.undo", `{}`)
	require.ElementsMatch(t, []rock{{1}, {2}, {3}}, rocks)
}

func TestManyAreDeletedAtOnceAndComeBack(t *testing.T) {
	const n = 12_000
	motes := make([]*mote, n)
	for i := range motes {
		motes[i] = &mote{Glow: float64(i)}
	}
	before := append([]*mote(nil), motes...)
	con := new(Console)
	con.World.Bind("mote", &motes, "")
	p := loggedIn(t, con, "anna")
	ids := make([]string, 0, n/4)
	for e := range con.World.groups[0].all() {
		if e.index%4 != 0 {
			ids = append(ids, e.wireID())
		}
	}
	raw, err := json.Marshal(ids)
	require.NoError(t, err)
	get[WorldMade](p, "world.delete", `{"ids":`+string(raw)+`}`)
	require.Len(t, motes, n/4)
	require.InDelta(t, 4, motes[1].Glow, 0)
	get[Transaction](p, "world.undo", `{}`)
	require.Equal(t, before, motes)
}
