package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// selfish is a pointer that may point to itself.
type selfish *selfish

func TestWhatPointsToItselfHasAnEnd(t *testing.T) {
	var thing struct {
		Box  any
		Self selfish
	}
	thing.Box = &thing.Box
	thing.Self = &thing.Self
	con := new(Console)
	con.World.Bind("thing", &thing, "")
	p := newProbe(t, con)
	for _, path := range []string{"box", "self"} {
		require.Empty(t, get[WorldInside](p, "world.look", `{"id":"thing","path":"`+path+`"}`).Fields)
		p.refused(rpc.NotFound, "world.set", `{"id":"thing","path":"`+path+`.x","value":1}`)
	}
}

func TestAHoldOutlivesAnotherType(t *testing.T) {
	y, anna, _ := twoEditors(t)
	type near struct{ Range float64 }
	type far struct{ Range int }
	type plane struct{ Pos vec }
	type space struct{ Pos struct{ X, Y, Z float64 } }
	anna.con.World.editing.panicked = func(what string, value any, _ []byte) { t.Errorf("%s panicked: %v", what, value) }
	p := y.pawns[0]
	p.Any = near{1}
	get[Hold](anna, "world.hold", `{"id":"1","path":"any.range","value":2}`)
	p.Any = far{3}
	anna.frame()
	require.Equal(t, far{3}, p.Any, "it is another value's")
	p.Any = near{4}
	anna.frame()
	require.Equal(t, near{2}, p.Any, "it is held again where it fits")
	get[Hold](anna, "world.release", `{"id":"1","path":"any.range"}`)

	p.Any = plane{vec{1, 2}}
	get[Hold](anna, "world.hold", `{"id":"1","path":"any.pos"}`)
	p.Any = space{}
	anna.frame()
	require.Equal(t, space{}, p.Any)
	p.Any = 7
	anna.frame()
	require.Equal(t, 7, p.Any)

}

func TestAnUndoIntoAnotherTypeIsAConflict(t *testing.T) {
	y, anna, _ := twoEditors(t)
	type near struct{ Range float64 }
	type far struct{ Range int }
	p := y.pawns[0]
	for _, values := range [][2]any{{near{1}, far{3}}, {&near{1}, &far{3}}} {
		p.Any = values[0]
		get[WorldChanged](anna, "world.edit", `{"edits":[{"id":"1","path":"any.range","value":2},{"id":"1","path":"hp","value":9}]}`)
		p.Any = values[1]
		anna.refused(rpc.Conflict, "world.undo", `{}`)
		require.Equal(t, values[1], p.Any)
		require.Equal(t, 9, p.HP, "all or nothing")
		get[Past](anna, "world.history", `{}`)
	}
}

func TestTheWordOfAGestureIsShort(t *testing.T) {
	_, anna, _ := twoEditors(t)
	anna.refused(rpc.TooMany, "world.set", `{"id":"1","path":"hp","value":9,"gesture":"`+strings.Repeat("x", 10_000)+`"}`)
	anna.refused(rpc.TooMany, "world.edit", `{"edits":[{"id":"1","path":"hp","value":9}],"gesture":"`+strings.Repeat("x", 10_000)+`"}`)
}

func TestAChartOfTheDeadCostsNothing(t *testing.T) {
	list := drifters(1000)
	list[3].ID, list[900].ID = list[900].ID, list[3].ID
	con := new(Console)
	con.World.Bind("drifter", &list, "")
	p := newProbe(t, con)
	gone := list[3].ID
	p.open("fields", fmt.Sprintf(`{"fields":[{"id":"%d","path":"hull"}]}`, gone))
	p.frame()
	list = append(list[:3], list[4:]...)
	p.frame()
	before := con.World.misses()
	for range 30 {
		p.frame()
	}
	require.LessOrEqual(t, con.World.misses()-before, manyMisses+1)
}

func TestReferencesToTheDeadCostLittle(t *testing.T) {
	type follower struct {
		ID   uint32
		Boss uint32 `scry:"boss,ref=follower,parent"`
		Hull int
	}
	list := make([]follower, 300)
	for i := range list {
		list[i] = follower{ID: uint32(i + 1), Boss: uint32(100_000 + i)}
	}
	con := new(Console)
	con.World.Bind("follower", &list, "")
	p := newProbe(t, con)
	require.Equal(t, 300, get[WorldRows](p, "world.list", `{"parent":"-","limit":1}`).Total)
	require.Equal(t, 0, get[WorldRows](p, "world.list", `{"where":"boss = \"follower 1\"","limit":1}`).Total)
	require.LessOrEqual(t, con.World.misses(), 20)

	// What came meanwhile is found all the same, by those who change it.
	list[0], list[299] = list[299], list[0]
	list[5].Boss, list[1].Boss = list[299].ID, list[5].ID
	made := get[WorldChanged](p, "world.edit", `{"edits":[{"id":"2","path":"hull","value":1}]}`)
	require.NotZero(t, made.Transaction)
}

func TestPointersToTheDeadCostLittle(t *testing.T) {
	type hound struct {
		Prey *hound
		Hull int
	}
	var list, dead []*hound
	for range 300 {
		dead = append(dead, new(hound))
	}
	for i := range 300 {
		list = append(list, &hound{Prey: dead[i]})
	}
	con := new(Console)
	con.World.Bind("hound", &list, "")
	p := newProbe(t, con)
	require.Equal(t, 0, get[WorldRows](p, "world.list", `{"where":"prey = \"hound 1\"","limit":1}`).Total)
	get[WorldRows](p, "world.list", `{"fields":["prey"],"limit":100}`)
	require.LessOrEqual(t, con.World.misses(), 20)
	require.LessOrEqual(t, len(con.World.groups[0].ids), 310, "the dead are not given numbers")
}

func TestAPartThatIsHiddenIsNoPartOfAVector(t *testing.T) {
	type spot struct {
		X, Y float64
		Code float64 `scry:"secret"`
	}
	type grid struct {
		A, B, C, D, E float64
		F             float64 `scry:"-"`
	}
	thing := struct {
		Spot  spot
		Grid  grid
		Spots []spot
	}{Spot: spot{1, 2, 4711}, Grid: grid{F: 4711}, Spots: []spot{{1, 2, 4711}}}
	con := new(Console)
	con.World.Bind("thing", &thing, "")
	p := newProbe(t, con)
	for _, call := range [][2]string{{"world.kinds", `{}`}, {"world.get", `{"id":"thing"}`}, {"world.list", `{}`}, {"world.look", `{"id":"thing","path":"spots"}`}} {
		raw, f := p.call(call[0], call[1])
		require.Nil(t, f)
		require.NotContains(t, string(raw), "4711", call[0])
		require.NotContains(t, string(raw), "code", call[0])
	}
	p.refused(rpc.InvalidParams, "world.list", `{"where":"spot.code = 4711"}`)
	p.refused(rpc.NotFound, "world.set", `{"id":"thing","path":"spots[0].code","value":1}`)
}

func TestKeysThatAreWrittenAlikeNameNothing(t *testing.T) {
	thing := struct{ Table map[any]int }{map[any]int{1: 10, "1": 11, "2": 12}}
	con := new(Console)
	con.World.Bind("thing", &thing, "")
	p := newProbe(t, con)
	p.refused(rpc.Conflict, "world.set", `{"id":"thing","path":"table[\"1\"]","value":5}`)
	get[WorldEdit](p, "world.set", `{"id":"thing","path":"table[\"2\"]","value":5}`)
	require.Equal(t, map[any]int{1: 10, "1": 11, "2": 5}, thing.Table)
	look := get[WorldInside](p, "world.look", `{"id":"thing","path":"table"}`)
	require.Equal(t, 3, look.Total)
	require.Len(t, look.Fields, 1, "what has no path of its own is not shown")
}

func TestALargeMapIsNotListed(t *testing.T) {
	thing := struct {
		Table map[int]int
		Words map[string]int
	}{map[int]int{}, map[string]int{}}
	for i := range 200_000 {
		thing.Table[i] = i
		thing.Words[fmt.Sprint(i)] = i
	}
	con := new(Console)
	con.World.Bind("thing", &thing, "")
	p := newProbe(t, con)
	p.refused(rpc.TooMany, "world.look", `{"id":"thing","path":"table"}`)
	e, err := con.World.find("thing")
	require.NoError(t, err)
	for _, path := range []string{`table["777"]`, `words["777"]`} {
		var target target
		require.LessOrEqual(t, testing.AllocsPerRun(2, func() { target, err = con.World.target(e, path) }), 60., path)
		require.NoError(t, err)
		require.Equal(t, json.RawMessage("777"), target.cell())
	}
}

func TestADuplicateOfWhatHoldsItselfHasAnEnd(t *testing.T) {
	type thing struct {
		ID   uint32
		Data any
	}
	node := map[string]any{}
	for i := range 4 {
		node[fmt.Sprint(i)] = map[string]any{"up": node, "other": []any{node, node}}
	}
	list := []thing{{1, node}}
	con := new(Console)
	con.World.Bind("thing", &list, "").Create(func(t *thing) error { t.ID = uint32(len(list) + 1); return nil })
	p := newProbe(t, con)
	get[WorldMade](p, "world.duplicate", `{"ids":["1"]}`)
	twin := list[1].Data.(map[string]any)
	child := twin["2"].(map[string]any)
	child["mark"] = true
	require.NotContains(t, node["2"], "mark")
	require.Contains(t, child["up"].(map[string]any)["2"], "mark", "it holds itself as the other does")
}

func TestThePatchOfTheDeadCostsLittle(t *testing.T) {
	list := drifters(300)
	con := new(Console)
	con.World.Bind("drifter", &list, "")
	p := newProbe(t, con)
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = fmt.Sprintf(`"%d"`, i+1)
	}
	get[WorldChanged](p, "world.edit", `{"edits":[{"ids":[`+strings.Join(ids, ",")+`],"path":"hull","value":7}]}`)
	list = list[99:]
	before := con.World.misses()
	require.Len(t, get[WorldPatch](p, "world.patch", `{}`).JSON, 1)
	require.LessOrEqual(t, con.World.misses()-before, manyMisses)
}

func TestALongHistoryIsShownInPages(t *testing.T) {
	list := drifters(200)
	con := new(Console)
	con.World.Bind("drifter", &list, "")
	p := newProbe(t, con)
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = fmt.Sprintf(`"%d"`, i+1)
	}
	for i := range 100 {
		get[WorldChanged](p, "world.edit", fmt.Sprintf(`{"edits":[{"ids":[%s],"path":"hull","value":%d}]}`, strings.Join(ids, ","), i))
	}
	seen, pages := 0, 0
	for before := uint64(0); ; pages++ {
		past := get[Past](p, "world.history", fmt.Sprintf(`{"limit":1000,"before":%d}`, before))
		edits := 0
		for _, t := range past.Transactions {
			edits += len(t.Edits)
		}
		require.LessOrEqual(t, edits, 2100)
		seen += len(past.Transactions)
		if !past.More {
			break
		}
		before = past.Transactions[len(past.Transactions)-1].ID
	}
	require.Equal(t, 100, seen)
	require.Greater(t, pages, 1)
}

// liar is a source that answers nonsense.
type liar struct {
	asked int
	ids   []uint64
}

func (l *liar) Schema() Schema {
	return Schema{
		Kinds:      []SourceKind{{Name: "fox"}, {Name: "hen"}, {Name: "egg"}},
		Components: []SourceComponent{ComponentOf[vec]("pos", ""), ComponentOf[crate]("crate", "")},
	}
}
func (l *liar) Len() int                        { return len(l.ids) }
func (l *liar) Entity(place int) (uint64, bool) { l.asked++; return l.ids[place], true }
func (l *liar) Place(id uint64) (int, bool)     { return int(id) - 1, id > 0 && int(id) <= len(l.ids) }
func (l *liar) Kind(place int) int              { return place%5 - 1 }
func (l *liar) Component(place, _ int) any {
	switch place % 4 {
	case 0:
		return &crate{}
	case 1:
		return vec{}
	case 2:
		return (*vec)(nil)
	}
	return &vec{1, 2}
}

func TestASourceThatAnswersNonsense(t *testing.T) {
	l := &liar{}
	for i := range 40 {
		l.ids = append(l.ids, uint64(i+1))
	}
	con := new(Console)
	con.World.BindSource("farm", l, "")
	p := newProbe(t, con)
	l.asked = 0
	require.Len(t, get[[]Kind](p, "world.kinds", `{}`), 3)
	require.Equal(t, 40, l.asked, "they are counted once, not for each kind")
	require.Equal(t, 10, get[WorldRows](p, "world.list", `{"where":"pos.x = 1"}`).Total)
	get[WorldRows](p, "world.list", `{"sort":"crate.mass","group":"kind"}`)
	get[Entity](p, "world.get", `{"id":"farm:1"}`)
	p.refused(rpc.NotFound, "world.set", `{"id":"farm:1","path":"pos.x","value":3}`)
	p.open("world", `{"id":"farm:2","sort":"pos.x"}`)
	p.open("places", `{"x0":0,"y0":0,"x1":5,"y1":5}`)
	for range 20 {
		p.frame()
	}
}

func TestADeepTreeIsDeletedAtOnce(t *testing.T) {
	type link struct {
		ID uint32
		Up uint32 `scry:"up,ref=link,parent"`
	}
	list := make([]link, 500)
	for i := range list { // each in front of what it hangs on
		list[len(list)-1-i] = link{uint32(i + 1), uint32(i)}
	}
	con := new(Console)
	con.World.Bind("link", &list, "").Create(func(l *link) error { return nil })
	p := newProbe(t, con)
	root, err := con.World.find("1")
	require.NoError(t, err)
	all, err := con.World.descend([]entity{root})
	require.NoError(t, err)
	require.Len(t, all, 500)
	for i, e := range all {
		require.Equal(t, uint64(i+1), e.id(), "parents first")
	}
	get[WorldMade](p, "world.delete", `{"ids":["1"]}`)
	require.Empty(t, list)
	get[Transaction](p, "world.undo", `{}`)
	require.Len(t, list, 500)
	require.Equal(t, link{500, 499}, list[0])
}

func TestWhatWasDeletedCountsAsMemory(t *testing.T) {
	_, anna, _ := twoEditors(t)
	type cargo struct {
		ID   uint32
		Load []byte
		Tags map[string]string
	}
	list := []*cargo{{ID: 900, Load: make([]byte, 1<<20), Tags: map[string]string{"a": strings.Repeat("x", 1000)}}, {ID: 901}}
	anna.con.World.Bind("cargo", &list, "")
	get[WorldMade](anna, "world.delete", `{"ids":["900"]}`)
	require.Greater(t, anna.con.World.editing.bytes, 1<<20)
}

// bomb is a source whose functions panic.
type bomb struct {
	liar
	lit bool
}

func (b *bomb) Component(place, _ int) any {
	if b.lit && place == 3 {
		panic("boom")
	}
	return &vec{1, 2}
}

func (b *bomb) Schema() Schema {
	return Schema{Components: []SourceComponent{ComponentOf[vec]("pos", "")}}
}

func TestASourceThatPanicsStopsNoGame(t *testing.T) {
	b := &bomb{}
	for i := range 40 {
		b.ids = append(b.ids, uint64(i+1))
	}
	con := new(Console)
	con.World.BindSource("farm", b, "")
	p := newProbe(t, con)
	p.open("world", `{"sort":"pos.x","limit":10}`)
	p.open("places", `{"x0":0,"y0":0,"x1":5,"y1":5}`)
	p.open("fields", `{"fields":[{"id":"farm:4","path":"pos.x"}]}`)
	told := 0
	con.World.editing.panicked = func(string, any, []byte) { told++ }
	b.lit = true
	for range 120 {
		p.wait()
	}
	require.Positive(t, told)
	require.LessOrEqual(t, told, 6, "it is told of once in a while")
	b.lit = false
	for range 2 * restFrames {
		p.wait()
	}
	p.events = nil
	b.ids = b.ids[:20]
	for range 20 {
		p.wait()
	}
	require.NotEmpty(t, p.events, "it goes on when it can")
}
