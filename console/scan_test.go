package console

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// names are the rows in view, in order.
func names(window []entity) (n []string) {
	for _, e := range window {
		n = append(n, e.name())
	}
	return n
}

// scanOf begins a scan of a query's window.
func scanOf(c *query, q WorldQuery) *scan {
	s := new(scan)
	s.start(c, q.Offset, limitOf(q))
	return s
}

func TestAScanInPartsFindsWhatOneInAllFinds(t *testing.T) {
	ships, _ := fleet(1000)
	for i := range ships {
		ships[i].Hull = i * 7919 % 100
		ships[i].Team = []string{"red", "blue"}[i%2]
	}
	rocks := []*struct{ Mass float64 }{{1}, nil, {3}}
	w := new(World)
	w.Bind("rock", &rocks, "")
	w.Bind("ship", &ships, "")
	for _, q := range []WorldQuery{
		{}, {Limit: 7}, {Offset: 990, Limit: 100}, {Offset: 2000}, {Kind: "ship", Offset: 5, Limit: 5}, {Kind: "rock"},
		{Where: "hull < 10"}, {Where: "hull < 10", Offset: 50, Limit: 20}, {Where: "team = blue and hull > 50", Sort: "hull", Limit: 10},
		{Sort: "hull", Limit: 10}, {Sort: "-hull", Offset: 100, Limit: 10}, {Sort: "team", Offset: 498, Limit: 5}, {Sort: "-mass", Limit: 4},
		{Sort: "name", Limit: 5}, {Sort: "-id", Limit: 1000}, {Sort: "kind", Offset: 1, Limit: 3},
	} {
		name := fmt.Sprintf("%+v", q)
		c, err := w.compile(q)
		require.NoError(t, err, name)
		whole := scanOf(c, q)
		require.True(t, whole.run(time.Now().Add(time.Hour)), name)
		parts := scanOf(c, q)
		for !parts.run(time.Time{}) {
		}
		require.Equal(t, whole.total, parts.total, name)
		require.Equal(t, whole.all, parts.all, name)
		require.Equal(t, 1002, whole.all, name)
		require.Equal(t, names(whole.window), names(parts.window), name)
	}
}

func TestASortedScanAgreesWithASort(t *testing.T) {
	ships, _ := fleet(5000)
	for i := range ships {
		ships[i].Hull = i * 7919 % 1000 // each value five times
	}
	w := new(World)
	w.Bind("ship", &ships, "")
	for _, down := range []bool{false, true} {
		q := WorldQuery{Sort: "hull", Offset: 37, Limit: 50}
		want := slices.Clone(ships)
		slices.SortStableFunc(want, func(a, b ship) int { return a.Hull - b.Hull })
		if down {
			q.Sort = "-hull"
			want = slices.Clone(ships)
			slices.SortStableFunc(want, func(a, b ship) int { return b.Hull - a.Hull })
		}
		c, err := w.compile(q)
		require.NoError(t, err)
		s := scanOf(c, q)
		s.run(time.Now().Add(time.Hour))
		require.Less(t, cap(s.ranking.list), 1000, "not the whole world is kept")
		got := s.window
		require.Len(t, got, 50)
		for i, e := range got {
			require.Equal(t, fmt.Sprintf("ship %d", want[37+i].ID), e.name())
		}
	}
}

func TestAScanSurvivesAGameThatMovesOn(t *testing.T) {
	ships, _ := fleet(300)
	w := new(World)
	w.Bind("ship", &ships, "")
	c, err := w.compile(WorldQuery{Where: "hull < 1000"})
	require.NoError(t, err)
	s := scanOf(c, WorldQuery{})
	require.False(t, s.run(time.Time{}))
	ships = slices.Clone(ships[:100]) // elsewhere in memory, and shorter
	ships[0], ships[1] = ships[1], ships[0]
	ships[5].Hull = -5
	for !s.run(time.Time{}) {
	}
	for _, e := range s.window {
		require.NotContains(t, []string{"ship 1", "ship 2"}, e.name(), "what moved is found next time")
		if e.name() == "ship 6" {
			require.Equal(t, "-5", string(w.cell(e, e.group.layout.byPath["hull"])), "as it is now")
		}
	}
	w.Unbind("ship")
	require.True(t, scanOf(c, WorldQuery{}).run(time.Time{}))
}

func TestAListOfALargeWorldTakesItsTimeAndNotTheGames(t *testing.T) {
	ships, _ := fleet(60_000)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	n := p.send("world.list", `{"where":"pos.x >= 0 and pos.y = 0 and hull <= 100","limit":3}`)
	frames := 0
	for p.replies[n] == nil {
		p.frame()
		frames++
		require.Less(t, frames, 10_000)
	}
	require.Greater(t, frames, 1, "a frame is too short for it")
	require.Contains(t, string(p.replies[n]), `"total":60000`)
	require.Empty(t, con.World.viewing.pending)

	for range maxPending {
		p.send("world.list", `{"where":"hull <= 100"}`)
	}
	p.frame()
	other := newProbe(t, con)
	p.leave()
	other.frame()
	require.Empty(t, con.World.viewing.pending, "who left is not searched for")
	other.send("world.list", `{"where":"hull <= 100"}`)
	other.frame()
	other.leave()
	other.frame()
	require.Empty(t, con.World.viewing.pending, "nor is anything of the game kept for nobody")
}

func TestAWatchOfALargeWorldFillsUp(t *testing.T) {
	ships, _ := fleet(60_000)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	p.open("world", `{"where":"id > 59990","fields":["hull"]}`)
	p.wait()
	for frames := 0; len(p.events) == 0; frames++ {
		require.Less(t, frames, 10_000)
		p.frame()
	}
	v := p.nextView()
	require.Len(t, v.IDs, 10)
	require.Equal(t, 60_000, v.All)
}

func TestAScanSurvivesAWorldThatEmpties(t *testing.T) {
	for _, query := range []WorldQuery{{Where: "hull < 1000"}, {Where: "hull < 1000", Sort: "-id"}, {Sort: "hull"}} {
		ships, _ := fleet(300)
		w := new(World)
		w.Bind("ship", &ships, "")
		c, err := w.compile(query)
		require.NoError(t, err)
		s := scanOf(c, query)
		require.False(t, s.run(time.Time{}))
		ships = ships[:3] // a level ends while somebody looks at it
		for !s.run(time.Time{}) {
		}
		require.LessOrEqual(t, len(s.window), 3)
	}
}

func TestAnOffsetBeyondAnyWorldFindsNothing(t *testing.T) {
	ships, _ := fleet(300)
	w := new(World)
	w.Bind("ship", &ships, "")
	for _, sort := range []string{"", "-id"} {
		c, err := w.compile(WorldQuery{Sort: sort})
		require.NoError(t, err)
		s := scanOf(c, WorldQuery{Offset: maxOffset, Limit: 1000})
		require.True(t, s.run(time.Now().Add(time.Hour)))
		require.Equal(t, 300, s.total)
		require.Empty(t, s.window)
	}
}

func TestAFieldThatIsNamedOftenIsReadOnce(t *testing.T) {
	ships, _ := fleet(1)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	c, err := con.World.compile(WorldQuery{Fields: append(slices.Repeat([]string{"id"}, 9000), "hull")})
	require.NoError(t, err)
	require.Len(t, c.plans[0].columns, 2)
	p := newProbe(t, con)
	raw, f := p.call("world.list", `{"fields":["id","hull","id"]}`)
	require.Nil(t, f)
	require.Contains(t, string(raw), `"fields":{"id":1,"hull":100}`)
	raw, f = p.call("world.list", `{"fields":[]}`)
	require.Nil(t, f)
	require.Contains(t, string(raw), `"fields":{}`, "none is not the same as not said")
}

func TestTheMemoryOfDeepWindowsIsThereOnce(t *testing.T) {
	ships, _ := fleet(20_000)
	for i := range ships {
		ships[i].Hull = i * 7919 % 20_000
	}
	w := new(World)
	w.Bind("ship", &ships, "")
	begin := func(sort string, offset int) *scan {
		c, err := w.compile(WorldQuery{Sort: sort})
		require.NoError(t, err)
		s := new(scan)
		s.start(c, offset, 10)
		return s
	}
	forever := time.Now().Add(time.Hour)
	want := func(sort string, offset int) []string {
		s := begin(sort, offset)
		require.True(t, s.run(forever))
		return names(s.window)
	}
	up, down := want("hull", 9000), want("-hull", 12_000)
	require.Len(t, up, 10)
	require.NotEqual(t, up, down)

	a, b := begin("hull", 9000), begin("-hull", 12_000)
	require.False(t, a.run(time.Time{}))
	require.False(t, b.run(forever), "a has it")
	require.Nil(t, b.ranking.list)
	require.True(t, a.run(forever))
	require.Equal(t, up, names(a.window))
	require.True(t, b.run(forever), "a is through")
	require.Equal(t, down, names(b.window))
	require.Nil(t, a.ranking.list, "and has given it back")
	require.Equal(t, up, names(a.window), "what it had found stands")

	// One that waits goes on where another goes away in the middle, and that begins again.
	a.start(a.query, 9000, 10)
	require.False(t, a.run(time.Time{}))
	w.viewing.deep.last -= deepIdle + 1
	require.True(t, b.query.w == w)
	b.start(b.query, 12_000, 10)
	require.True(t, b.run(forever))
	require.Equal(t, down, names(b.window))
	require.True(t, a.run(forever))
	require.Equal(t, up, names(a.window))

	// What was deep is used for the front of a list.
	a.start(a.query, 0, 10)
	require.Nil(t, w.viewing.deep.to)
	require.True(t, a.run(forever))
	require.Len(t, a.window, 10)
}
