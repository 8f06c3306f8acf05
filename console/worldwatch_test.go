package console

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// farm is a storage of its own, as an ECS is: places may be empty, ids have generations.
type farm struct {
	ids     []uint64
	alive   []bool
	kind    []int
	parent  []uint64
	name    []string
	body    []*farmBody
	created int
}

type farmBody struct {
	Pos  vec
	Mass float64 `scry:"mass,column"`
}

func (h *farm) Schema() Schema {
	return Schema{
		Kinds:      []SourceKind{{Name: "cow", Help: "gives milk"}, {Name: "dog", Help: "herds cows"}},
		Components: []SourceComponent{ComponentOf[farmBody]("body", ""), ComponentFunc("age", "", func(place int) int { return place * 10 }, nil)},
	}
}
func (h *farm) Len() int                        { return len(h.ids) }
func (h *farm) Entity(place int) (uint64, bool) { return h.ids[place], h.alive[place] }
func (h *farm) Kind(place int) int              { return h.kind[place] }
func (h *farm) Name(place int) string           { return h.name[place] }
func (h *farm) Parent(place int) (uint64, bool) { return h.parent[place], h.parent[place] != 0 }
func (h *farm) Place(id uint64) (place int, ok bool) {
	place = int(id & 0xffff)
	return place, place < len(h.ids) && h.alive[place] && h.ids[place] == id
}

func (h *farm) Component(place, component int) any {
	if h.body[place] == nil {
		return (*farmBody)(nil)
	}
	return h.body[place]
}

// add makes an entity in the first empty place, with a new generation.
func (h *farm) add(kind int, name string, parent uint64, body *farmBody) uint64 {
	place := slices.Index(h.alive, false)
	if place < 0 {
		place = len(h.ids)
		h.ids, h.alive, h.kind, h.parent = append(h.ids, 0), append(h.alive, false), append(h.kind, 0), append(h.parent, 0)
		h.name, h.body = append(h.name, ""), append(h.body, nil)
	}
	h.created++
	h.ids[place] = uint64(h.created)<<16 | uint64(place)
	h.alive[place], h.kind[place], h.name[place], h.parent[place], h.body[place] = true, kind, name, parent, body
	return h.ids[place]
}

func (h *farm) remove(id uint64) { h.alive[id&0xffff] = false }

// pasture is a farm of a dog, three cows that follow it, and one that has no body.
func pasture() (*farm, *Console) {
	h := new(farm)
	dog := h.add(1, "Rex", 0, &farmBody{Pos: vec{0, 0}, Mass: 30})
	for i := range 3 {
		h.add(0, "", dog, &farmBody{Pos: vec{float64(10 * (i + 1)), 0}, Mass: 500 + float64(i)})
	}
	h.add(0, "Ghost", 0, nil)
	con := new(Console)
	con.World.BindSource("farm", h, "")
	return h, con
}

func TestASourceIsQueried(t *testing.T) {
	h, con := pasture()
	w := &con.World
	con.RPC()
	for where, want := range map[string][]string{
		``:                            {"Rex", "cow 131073", "cow 196610", "cow 262147", "Ghost"},
		`kind:dog`:                    {"Rex"},
		`not kind:dog and has:body`:   {"cow 131073", "cow 196610", "cow 262147"},
		`kind != dog`:                 {"cow 131073", "cow 196610", "cow 262147", "Ghost"},
		`has:body.mass`:               {"Rex", "cow 131073", "cow 196610", "cow 262147"},
		`not has:body`:                {"Ghost"},
		`body.mass > 500`:             {"cow 196610", "cow 262147"},
		`body.mass != 500`:            {"Rex", "cow 196610", "cow 262147"},
		`age >= 30`:                   {"cow 262147", "Ghost"},
		`rex`:                         {"Rex"},
		`COW`:                         {"cow 131073", "cow 196610", "cow 262147", "Ghost"},
		`near(Rex, 10)`:               {"Rex", "cow 131073"},
		`near("farm:65536", 10)`:      {"Rex", "cow 131073"},
		`near(30, 0, 10)`:             {"cow 196610", "cow 262147"},
		`id:farm:65536`:               {"Rex"},
		`id:65536`:                    nil,
		`id:other:65536`:              nil,
		`id = 65536`:                  {"Rex"},
		`name ~ x and body.mass < 31`: {"Rex"},
	} {
		require.Equal(t, want, holdsFor(t, w, where), where)
	}
	h.remove(h.ids[1])
	require.Equal(t, []string{"cow 196610", "cow 262147", "Ghost"}, holdsFor(t, w, `cow`))
	h.add(0, "Again", 0, nil)
	require.Equal(t, []string{"Again", "Ghost"}, holdsFor(t, w, `cow not has:body`))
}

func TestATreeSaysHowManyHangOnEach(t *testing.T) {
	_, con := pasture()
	p := newProbe(t, con)
	tell := func(params string) string {
		var list []string
		for _, r := range get[WorldRows](p, "world.list", params).Rows {
			list = append(list, fmt.Sprintf("%s %d", r.Name, *r.Children))
		}
		return strings.Join(list, ", ")
	}
	require.Equal(t, "Rex 3, Ghost 0", tell(`{"parent":"-"}`))
	require.Equal(t, "cow 131073 0, cow 196610 0, cow 262147 0", tell(`{"parent":"Rex"}`))
	require.Equal(t, "cow 262147 0", tell(`{"parent":"farm:65536","where":"body.mass > 501"}`))
	require.Equal(t, `there is no entity "Tex"`, p.refused(rpc.NotFound, "world.list", `{"parent":"Tex"}`).Message)
	raw, _ := p.call("world.list", `{"limit":1}`)
	require.NotContains(t, string(raw), "children", "where nobody asked for a tree")

	type part struct {
		ID    int
		Up    *part `scry:"up,parent"`
		Other *part
	}
	parts := make([]part, 3)
	for i := range parts {
		parts[i].ID = i + 1
	}
	parts[1].Up, parts[2].Up, parts[0].Other = &parts[0], &parts[0], &parts[1]
	con = new(Console)
	con.World.Bind("part", &parts, "")
	p = newProbe(t, con)
	require.Equal(t, "part 1 2", tell(`{"parent":"-"}`))
	require.Equal(t, "part 2 0, part 3 0", tell(`{"parent":"1"}`))
}

func TestRowsAreGrouped(t *testing.T) {
	ships, _ := fleet(10)
	for i := range ships {
		ships[i].Mode, ships[i].Team = i%2, []string{"red", "blue", "blue"}[i%3]
	}
	moon := struct{ Mass float64 }{1}
	con := new(Console)
	con.World.Bind("moon", &moon, "")
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	groups := func(r WorldRows) string {
		text, err := json.Marshal(r.Groups)
		require.NoError(t, err)
		return string(text)
	}
	r := get[WorldRows](p, "world.list", `{"group":"team","limit":5,"fields":["team"]}`)
	require.Equal(t, `[{"value":"blue","count":6},{"value":"red","count":4},{"value":null,"count":1}]`, groups(r))
	require.Equal(t, 11, r.Total)
	for _, row := range r.Rows {
		require.Equal(t, "blue", row.Fields["team"], "in the order of their groups")
	}
	require.Equal(t, `[{"value":"ship","count":3},{"value":"moon","count":1}]`, groups(get[WorldRows](p, "world.list", `{"group":"kind","where":"mass = 1 or hull < 94"}`)))
	require.Equal(t, `[{"value":true,"count":5},{"value":false,"count":5}]`[:1], groups(get[WorldRows](p, "world.list", `{"group":"hull"}`))[:1])
	require.Equal(t, `field "taem" is not known; nearest is "team"`, p.refused(rpc.NotFound, "world.list", `{"group":"taem"}`).Message)

	var first WorldView
	require.NoError(t, json.Unmarshal(p.open("world", `{"group":"mode","kind":"ship","limit":1}`), &first))
	require.Len(t, first.Groups, 2)
	ships[0].Hull = 1
	require.Nil(t, p.nextView().Groups, "the same as before")
	ships[0].Mode = 1
	require.JSONEq(t, `[{"value":"chase","count":6},{"value":"idle","count":4}]`, groups(WorldRows{Groups: p.nextView().Groups}))
}

func TestAWatchFollowsRowsThatComeGoAndMove(t *testing.T) {
	ships, _ := fleet(6)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	var v WorldView
	require.NoError(t, json.Unmarshal(p.open("world", `{"sort":"hull","limit":3,"fields":["hull"]}`), &v))
	shown := map[string]string{}
	var order []string
	apply := func(v WorldView) {
		if v.IDs != nil {
			order = v.IDs
		}
		for _, r := range v.Rows {
			if r.Name == "" {
				require.Contains(t, shown, r.ID, "a row that is new comes whole")
			}
			shown[r.ID] = fmt.Sprint(r.Fields["hull"])
		}
	}
	view := func() string {
		var list []string
		for _, id := range order {
			list = append(list, id+":"+shown[id])
		}
		return strings.Join(list, " ")
	}
	apply(v)
	require.Equal(t, "6:95 5:96 4:97", view())
	for _, step := range []struct {
		change func()
		want   string
	}{
		{func() { ships[0].Hull = 1 }, "1:1 6:95 5:96"},
		{func() { ships[0].Hull, ships[5].Hull = 95, 1 }, "6:1 1:95 5:96"},
		{func() { ships[0], ships[5] = ships[5], ships[0] }, "6:1 1:95 5:96"},
		{func() { ships = ships[1:] }, "1:95 5:96 4:97"},
		{func() { ships = append(slices.Clone(ships), ship{ID: 9, Hull: 96}) }, "1:95 5:96 9:96"},
		{func() { ships = nil }, ""},
		{func() { ships = []ship{{ID: 5, Hull: 7}} }, "5:7"},
		{func() { ships[0].Hull = 8 }, "5:8"},
	} {
		step.change()
		p.wait()
		p.wait()
		for _, e := range p.events {
			var v WorldView
			require.NoError(t, json.Unmarshal(e.Value, &v))
			apply(v)
		}
		p.events = nil
		require.Equal(t, step.want, view())
	}
	con.World.Unbind("ship")
	require.Equal(t, []string{}, p.nextView().IDs)
}

func TestAWatchTellsOfANewNameAndOfAnotherKind(t *testing.T) {
	h, con := pasture()
	p := newProbe(t, con)
	p.open("world", `{"where":"has:body","limit":1}`)
	h.name[0] = "Max"
	v := p.nextView()
	require.Equal(t, []Row{{ID: "farm:65536", Name: "Max", Fields: map[string]any{}}}, v.Rows)
	h.kind[0] = 0
	require.Equal(t, []Row{{ID: "farm:65536", Kind: "cow", Fields: map[string]any{}}}, p.nextView().Rows)
}

func TestAWatchCountsWhoCameAndWent(t *testing.T) {
	h, con := pasture()
	rocks := []struct{ Size int }{{1}}
	con.World.Bind("rock", &rocks, "")
	p := newProbe(t, con)
	var v WorldView
	require.NoError(t, json.Unmarshal(p.open("world", `{"limit":1}`), &v))
	p.wait()
	p.events = nil
	came, went := 0, 0
	follow := func() {
		for range 2 * censusEvery {
			p.wait()
		}
		for _, e := range p.events {
			var v WorldView
			require.NoError(t, json.Unmarshal(e.Value, &v))
			came, went = came+v.Born, went+v.Died
		}
		p.events = nil
	}
	h.remove(h.ids[2])
	follow()
	require.Equal(t, []int{0, 1}, []int{came, went})
	h.add(0, "", 0, nil) // in the same place
	h.add(0, "", 0, nil)
	follow()
	require.Equal(t, []int{2, 1}, []int{came, went})
	rocks = append(rocks, rocks[0], rocks[0])
	follow()
	require.Equal(t, []int{4, 1}, []int{came, went})
	rocks = rocks[:1]
	con.World.Unbind("farm")
	follow()
	require.Equal(t, []int{4, 3}, []int{came, went}, "what is bound no more did not die")
	p.leave()
	p.frame()
	require.Nil(t, con.World.viewing.census.groups, "nothing is known of the world while nobody watches")
}
