package console

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// arena is a game whose things know each other.
type arena struct {
	Fighters []*fighter
	Rocks    []rock
	Clock    clockwork
	rand     *rand.Rand
	orders   map[string][]errand
}

type fighter struct {
	Name  string
	Pos   vec
	HP    int `scry:"hp,min=0,max=1000"`
	Foe   *fighter
	Seat  *rock
	Trail []vec
	mood  int
}

type rock struct {
	ID   uint32
	Pos  vec
	Size float64
}

type clockwork struct{ Ticks, Seconds int }

type errand struct {
	to   *fighter
	what string
}

func newArena() *arena {
	a := &arena{rand: rand.New(rand.NewPCG(1, 2)), orders: map[string][]errand{}}
	for i := range 20 {
		a.Rocks = append(a.Rocks, rock{ID: uint32(i + 1), Pos: vec{float64(i), 0}, Size: 1})
		a.Fighters = append(a.Fighters, &fighter{Name: fmt.Sprintf("f%d", i), HP: 100, Seat: &a.Rocks[i]})
	}
	return a
}

// tick does all that a game may do, as its generator says.
func (a *arena) tick() {
	a.Clock.Ticks++
	a.Clock.Seconds = a.Clock.Ticks / 60
	for _, f := range a.Fighters {
		if f.Foe = a.Fighters[a.rand.IntN(len(a.Fighters))]; f.Foe != f {
			f.Foe.HP--
		}
		f.Pos.X += a.rand.Float64()
		f.Trail = append(f.Trail, f.Pos)
		if len(f.Trail) > 5 {
			f.Trail = f.Trail[1:]
		}
		f.mood++
		f.Seat.Size += 0.5
		a.orders[f.Name] = append(a.orders[f.Name], errand{f.Foe, "hit"})
	}
	if a.rand.IntN(4) == 0 {
		i := a.rand.IntN(len(a.Fighters))
		delete(a.orders, a.Fighters[i].Name)
		a.Fighters = append(a.Fighters[:i], a.Fighters[i+1:]...)
	}
	if a.rand.IntN(3) == 0 {
		a.Rocks = append(a.Rocks, rock{ID: uint32(1000 + a.Clock.Ticks)})
		a.Fighters = append(a.Fighters, &fighter{Name: fmt.Sprint("n", a.Clock.Ticks), HP: 10, Seat: &a.Rocks[a.rand.IntN(len(a.Rocks))]})
	}
}

func playing(t *testing.T, a *arena) *probe {
	con := new(Console)
	con.World.Bind("fighter", &a.Fighters, "")
	con.World.Bind("rock", &a.Rocks, "")
	con.World.Bind("clock", &a.Clock, "").Subsystem("time")
	con.World.State("rest", a)
	p := newProbe(t, con)
	p.each = a.tick
	return p
}

// still has the game stand still while a client looks.
func still(p *probe, f func()) {
	each := p.each
	p.each = nil
	f()
	p.each = each
}

func TestARestoredWorldGoesTheSameWayAgain(t *testing.T) {
	a := newArena()
	p := playing(t, a)
	for range 50 {
		p.frame()
	}
	run := func() (hashes []string) {
		for range 30 {
			p.frame()
			still(p, func() { hashes = append(hashes, get[WorldHash](p, "world.hash", `{}`).Hash) })
		}
		return hashes
	}
	var taken WorldSnapshot
	var first WorldHash
	still(p, func() {
		taken = get[WorldSnapshot](p, "world.snapshot", `{"label":"here"}`)
		first = get[WorldHash](p, "world.hash", `{}`)
	})
	require.Equal(t, "here", taken.Label)
	require.Equal(t, len(a.Fighters)+len(a.Rocks)+1, taken.Entities)
	way := run()
	for range 3 {
		var back WorldRestored
		still(p, func() {
			last := get[WorldHash](p, "world.hash", `{}`).Hash
			back = get[WorldRestored](p, "world.restore", fmt.Sprintf(`{"id":%d}`, taken.ID))
			require.Equal(t, first.Subsystems, get[WorldHash](p, "world.hash", `{}`).Subsystems)
			undo := get[WorldRestored](p, "world.restore", fmt.Sprintf(`{"id":%d}`, back.Before))
			require.Equal(t, last, get[WorldHash](p, "world.hash", `{}`).Hash, "a restore can be undone")
			require.Equal(t, first.Hash, get[WorldHash](p, "world.hash", fmt.Sprintf(`{"snapshot":%d}`, undo.Before)).Hash)
			get[WorldRestored](p, "world.restore", fmt.Sprintf(`{"id":%d}`, taken.ID))
		})
		require.Equal(t, way, run())
	}
	require.Equal(t, first.Subsystems, get[WorldHash](p, "world.hash", fmt.Sprintf(`{"snapshot":%d}`, taken.ID)).Subsystems)
}

func TestEverySubsystemHasItsHash(t *testing.T) {
	a := newArena()
	p := stopped(t, a)
	sums := func() map[string]string { return get[WorldHash](p, "world.hash", `{}`).Subsystems }
	before := sums()
	require.Len(t, before, 4)
	for name, change := range map[string]func(){
		"fighter": func() { a.Fighters[3].mood++ },
		"rock":    func() { a.Rocks[2].Size++ },
		"time":    func() { a.Clock.Seconds++ },
		"rest":    func() { a.rand.Uint64() },
	} {
		change()
		after := sums()
		for k := range after {
			require.Equal(t, k == name, before[k] != after[k], "%s after a change of %s", k, name)
		}
		before = after
	}
	one, other := stopped(t, newArena()), stopped(t, newArena())
	require.Equal(t, get[WorldHash](one, "world.hash", `{}`).Hash, get[WorldHash](other, "world.hash", `{}`).Hash, "worlds made alike")
}

// stopped is a game that stands still.
func stopped(t *testing.T, a *arena) *probe {
	p := playing(t, a)
	p.each = nil
	return p
}

func TestADiffNamesWhatChanged(t *testing.T) {
	a := newArena()
	p := stopped(t, a)
	from := get[WorldSnapshot](p, "world.snapshot", `{}`)
	diff := func(params string) WorldDiff { return get[WorldDiff](p, "world.diff", params) }
	require.Equal(t, WorldDiffCounts{}, diff(`{"from":1}`).Counts)

	gone := a.Fighters[2]
	goneID := get[Entity](p, "world.get", `{"id":"f2"}`).ID
	a.Fighters = append(a.Fighters[:2:2], a.Fighters[3:]...)
	a.Fighters[0].HP, a.Fighters[0].Foe = 7, a.Fighters[1]
	a.Fighters[5].mood++
	a.Fighters[6].Trail = []vec{{1, 2}}
	a.Rocks = append(a.Rocks, rock{ID: 99})
	a.Rocks[3].Pos.Y = 4
	to := get[WorldSnapshot](p, "world.snapshot", `{}`)
	a.Rocks[4].Pos.Y = 5

	now, between := diff(fmt.Sprintf(`{"from":%d}`, from.ID)), diff(fmt.Sprintf(`{"from":%d,"to":%d}`, from.ID, to.ID))
	require.Equal(t, WorldDiffCounts{Added: 1, Removed: 1, Changed: 4}, between.Counts)
	require.Equal(t, WorldDiffCounts{Added: 1, Removed: 1, Changed: 5}, now.Counts)
	require.Equal(t, []EntityRef{{"99", "rock 99", "rock"}}, between.Added)
	require.Equal(t, []EntityRef{{goneID, "f2", "fighter"}}, between.Removed)
	require.Equal(t, "f2", gone.Name)
	type change = map[string][2]json.RawMessage
	raw := func(before, after string) [2]json.RawMessage {
		return [2]json.RawMessage{json.RawMessage(before), json.RawMessage(after)}
	}
	foe := get[Entity](p, "world.get", `{"id":"f1"}`).ID
	require.Equal(t, change{"hp": raw("100", "7"), "foe": raw("null", `"`+foe+`"`)}, between.Changed[0].Fields)
	require.Equal(t, "f0", between.Changed[0].Name)
	require.Equal(t, change{}, between.Changed[1].Fields, "what is hidden changed")
	require.Contains(t, between.Changed[2].Fields, "trail")
	require.Equal(t, change{"pos.y": raw("0", "4")}, between.Changed[3].Fields)
	require.Equal(t, change{"pos.y": raw("0", "5")}, now.Changed[4].Fields)

	back := diff(fmt.Sprintf(`{"from":%d,"to":%d}`, to.ID, from.ID))
	require.Equal(t, between.Added, back.Removed)
	require.Equal(t, between.Removed, back.Added)
	require.Equal(t, change{"pos.y": raw("4", "0")}, back.Changed[3].Fields)
	require.Len(t, diff(`{"from":1,"limit":2}`).Changed, 2)
	require.Equal(t, 5, diff(`{"from":1,"limit":2}`).Counts.Changed)
	require.InDelta(t, 5, a.Rocks[4].Pos.Y, 0, "the present is what it was")
	require.Len(t, a.Fighters, 19)
}

func TestSnapshotsHaveABudget(t *testing.T) {
	a := newArena()
	p := stopped(t, a)
	one := get[WorldSnapshot](p, "world.snapshot", `{}`)
	w := &p.con.World
	w.SnapshotBytes = 3*one.Bytes + 100
	for range 3 {
		get[WorldSnapshot](p, "world.snapshot", `{}`)
	}
	ids := func() (ids []uint64) {
		for _, s := range get[[]WorldSnapshot](p, "world.snapshots", `{}`) {
			ids = append(ids, s.ID)
		}
		return ids
	}
	require.Equal(t, []uint64{2, 3, 4}, ids(), "the oldest goes")
	get[WorldRestored](p, "world.restore", `{"id":3}`)
	require.Equal(t, []uint64{3, 4, 5}, ids())
	get[WorldRestored](p, "world.restore", `{"id":3}`)
	require.Equal(t, []uint64{3, 4, 6}, ids(), "what a restore took goes first")
	get[rpc.Void](p, "world.drop", `{"id":4}`)
	require.Equal(t, []uint64{3, 6}, ids())
	require.Equal(t, one.Bytes*2, w.states.bytes)
	f := p.refused(rpc.NotFound, "world.restore", `{"id":4}`)
	require.Equal(t, "/id", f.Data.Path)

	w.SnapshotBytes = one.Bytes - 1
	f = p.refused(rpc.TooMany, "world.snapshot", `{}`)
	require.Contains(t, f.Message, `most of it belongs to "fighter"`)
	require.Equal(t, fmt.Sprint("SnapshotBytes ", one.Bytes-1), f.Data.Limit)
	before := get[WorldHash](p, "world.hash", `{}`)
	a.Clock.Ticks++
	p.refused(rpc.TooMany, "world.restore", `{"id":3}`)
	require.NotEqual(t, before.Hash, get[WorldHash](p, "world.hash", `{}`).Hash, "a restore that cannot be undone is not done")
	for range maxSnapshots + 10 {
		w.SnapshotBytes = 0
		get[WorldSnapshot](p, "world.snapshot", `{}`)
	}
	require.Len(t, ids(), maxSnapshots)
}

// What clients did stays in the history when the world is restored, and taking it back
// never does harm to a world in which it was not done.
func TestTheHistoryOutlivesARestore(t *testing.T) {
	a := newArena()
	p := stopped(t, a)
	b := &Bound{&p.con.World, p.con.World.groups[0]}
	b.Create(func(f *fighter) error { f.Seat = &a.Rocks[0]; return nil }).Delete(func(*fighter) error { return nil })
	id := get[Entity](p, "world.get", `{"id":"f2"}`).ID
	begin := get[WorldHash](p, "world.hash", `{}`)
	get[WorldSnapshot](p, "world.snapshot", `{"label":"begin"}`)
	for _, c := range []struct{ method, params string }{
		{"world.set", `{"id":"f1","path":"hp","value":7}`},
		{"world.delete", `{"ids":["` + id + `"]}`},
		{"world.create", `{"kind":"fighter","fields":{"name":"new"}}`},
		{"world.duplicate", `{"ids":["f3"]}`},
		{"world.hold", `{"id":"f4","path":"hp","value":55}`},
	} {
		did := get[struct{ Transaction uint64 }](p, c.method, c.params)
		if did.Transaction == 0 {
			did.Transaction = get[Past](p, "world.history", `{}`).Transactions[0].ID
		}
		require.NotEqual(t, begin.Hash, get[WorldHash](p, "world.hash", `{}`).Hash, c.method)
		get[WorldRestored](p, "world.restore", `{"id":1}`)
		if c.method == "world.hold" {
			require.Equal(t, 55, a.Fighters[4].HP, "what is held is held in whatever world")
			get[Hold](p, "world.release", `{"id":"f4","path":"hp"}`)
			get[WorldRestored](p, "world.restore", `{"id":1}`)
		}
		require.Equal(t, begin.Subsystems, get[WorldHash](p, "world.hash", `{}`).Subsystems, c.method)
		last := get[Past](p, "world.history", `{}`).Transactions[0]
		require.Equal(t, []string{kindRestore, "snapshot 1 begin"}, []string{last.Kind, last.Label})
		_, refused := p.call("world.undo", fmt.Sprintf(`{"transaction":%d}`, did.Transaction))
		switch c.method {
		case "world.set", "world.hold":
			require.Nil(t, refused, c.method)
		default:
			require.NotNil(t, refused, c.method)
			require.Equal(t, rpc.Conflict, refused.Code, refused.Message)
		}
		require.Equal(t, begin.Subsystems, get[WorldHash](p, "world.hash", `{}`).Subsystems, c.method)
	}
}

// Whoever watches the world when it is restored is shown the world that it became.
func TestAWatchFollowsARestore(t *testing.T) {
	a := newArena()
	p := stopped(t, a)
	get[WorldSnapshot](p, "world.snapshot", `{}`)
	p.open("world", `{"kind":"fighter","fields":["hp"],"limit":50}`)
	a.Fighters = a.Fighters[:4:4]
	a.Fighters[0].HP = 9
	require.Len(t, p.nextView().IDs, 4)
	get[WorldRestored](p, "world.restore", `{"id":1}`)
	view := p.nextView()
	require.Len(t, view.IDs, 20)
	require.Equal(t, map[string]any{"hp": 100.0}, view.Rows[0].Fields, "it was 9")
	require.Equal(t, 100, a.Fighters[0].HP)
}

// keptHerd is a storage that gives its state.
type keptHerd struct{ *herd }

func (h keptHerd) State() any { return h.herd }

func TestAStorageOfTheGamesOwnIsState(t *testing.T) {
	h := newHerd(40)
	con := new(Console)
	con.World.BindSource("herd", keptHerd{h}, "")
	con.World.BindSource("flock", flock{newHerd(4)}, "")
	p := newProbe(t, con)
	taken := get[WorldSnapshot](p, "world.snapshot", `{}`)
	require.Equal(t, []string{"flock"}, taken.Without)
	begin := get[WorldHash](p, "world.hash", `{}`)

	old := h.id(5)
	h.gens[5]++ // another took its place
	h.alive[6] = false
	h.bodies[7].Pos.X = 99
	*h.healths[9] = 1
	delete(h.healths, 11)
	h.moods[12] = "glad"
	h.bodies = append(h.bodies, herdBody{})
	h.bodies[3].Target = 3
	require.NotEqual(t, begin.Subsystems["herd"], get[WorldHash](p, "world.hash", `{}`).Subsystems["herd"])

	d := get[WorldDiff](p, "world.diff", `{"from":1}`)
	require.Equal(t, WorldDiffCounts{Added: 1, Removed: 2, Changed: 5}, d.Counts)
	require.Equal(t, fmt.Sprint("herd:", old), d.Removed[0].ID)
	fields := map[string]string{}
	for _, c := range d.Changed {
		for path, v := range c.Fields {
			fields[path] = string(v[0]) + " " + string(v[1])
		}
	}
	require.Equal(t, map[string]string{
		"body.target": `null "herd:3"`, "body.pos.x": "7 99", "health": "50 null", "mood": `"calm" "glad"`,
	}, fields)
	require.Equal(t, 99.0, h.bodies[7].Pos.X)

	get[WorldRestored](p, "world.restore", `{"id":1}`)
	require.Equal(t, begin.Subsystems, get[WorldHash](p, "world.hash", `{}`).Subsystems)
	require.Equal(t, newHerd(40), h)
	_, there := h.Place(old)
	require.True(t, there)
}

// flock is a storage that does not.
type flock struct{ *herd }

func (f flock) Schema() Schema {
	return Schema{Components: []SourceComponent{ComponentOf[herdBody]("body", "")}}
}

// Both walk all of the state in one frame: who may only look cannot make the game stutter.
func TestWhoMayOnlyLookSumsNothing(t *testing.T) {
	ships, _ := fleet(1)
	con := new(Console)
	con.World.Bind("ship", &ships, "")
	p := newProbe(t, con)
	get[WorldSnapshot](p, "world.snapshot", `{}`)
	p.peer = con.RPC().Connect(p, rpc.View)
	p.refused(rpc.Forbidden, "world.hash", `{}`)
	p.refused(rpc.Forbidden, "world.diff", `{"from":1}`)
}
