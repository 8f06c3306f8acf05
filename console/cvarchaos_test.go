package console

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// chaos is a game whose OnChange does whatever it likes to its cvars, while clients do
// whatever they like too.
type chaos struct {
	t     *testing.T
	r     *rand.Rand
	con   *Console
	cs    *Cvars
	vars  [6]int
	peers [2]*probe
	log   []string
}

func (g *chaos) name(i int) string { return "v" + strconv.Itoa(i) }

func (g *chaos) bind(i int) {
	v := g.cs.Bind(g.name(i), &g.vars[i], "")
	switch i {
	case 0, 1:
		v.Archive()
	case 2:
		v.Latched().Archive()
	case 3:
		v.Cheat()
	case 4:
		v.Check(func(x any) error {
			if x.(int)%7 == 0 {
				g.meddle("check")
				return fmt.Errorf("%v is a multiple of seven", x)
			}
			return nil
		})
	}
	v.OnChange(func(Change) {
		if g.r.IntN(3) == 0 {
			g.meddle("change")
		}
	})
}

// meddle is what the game does at any moment.
func (g *chaos) meddle(when string) {
	i, x := g.r.IntN(len(g.vars)), g.r.IntN(30)
	op := g.r.IntN(8)
	g.log = append(g.log, fmt.Sprint(when, " op ", op, " of ", i, " with ", x))
	v := g.cs.Lookup(g.name(i))
	switch {
	case op == 0 && v != nil:
		g.cs.Unbind(v.name)
	case v == nil:
		g.bind(i)
	case op == 1:
		g.vars[i] = x
	case op == 2:
		v.Set(strconv.Itoa(x))
	case op == 3:
		g.cs.Unlatch()
	case op == 4:
		g.cs.Cheats = x%2 == 0
	case op == 5:
		g.con.Update()
	case op == 6:
		panic("as games do")
	}
}

func (g *chaos) step() {
	i, p, x := g.r.IntN(len(g.vars)), g.r.IntN(len(g.peers)), g.r.IntN(30)
	op := g.r.IntN(13)
	g.log = append(g.log, fmt.Sprint("op ", op, " of ", i, " by ", p, " with ", x))
	name, c := g.name(i), g.peers[p]
	switch op {
	case 0, 1:
		c.call("cvar.set", fmt.Sprintf(`{"name":%q,"value":%d}`, name, x))
	case 2:
		c.call("cvar.set", fmt.Sprintf(`{"name":%q,"value":%d,"lease":true,"force":true}`, name, x))
	case 3:
		c.call("cvar.reset", fmt.Sprintf(`{"name":%q,"all":%t}`, name, x%2 == 0))
	case 4:
		c.call("cvar.undo", `{}`)
	case 5:
		c.call("cvar.redo", `{}`)
	case 6:
		c.leave()
		g.peers[p] = g.peers[1-p].second()
		g.peers[p].last = c.last
	case 7:
		g.cs.assign(level(1+x%4), name, strconv.Itoa(x), "file", "file:"+strconv.Itoa(x))
	case 8:
		g.cs.retain(level(1+x%4), map[string]bool{name: true})
	case 9:
		g.cs.archived(g.cs.saved(), "archive.cfg")
	case 10:
		c.send("cvar.alternate", fmt.Sprintf(`{"name":%q,"values":[%d,2,3],"every":1,"rounds":2}`, name, x))
	case 11:
		c.call("cvar.set", fmt.Sprintf(`{"name":"cheats","value":%t}`, x%2 == 0))
	case 12:
		func() {
			defer func() { recover() }() // the game's own, on its own
			g.meddle("game")
		}()
	}
	g.peers[0].frame()
}

// check holds the cvars against what is always so.
func (g *chaos) check() {
	t, cs := g.t, g.cs
	require.Len(t, cs.byName, len(cs.list))
	leased := 0
	for i, v := range cs.list {
		require.Same(t, v, cs.byName[v.name])
		require.True(t, i == 0 || cs.list[i-1].name < v.name)
		v.refresh()
		if !v.is(flagLatched) && (!v.is(flagCheat) || cs.Cheats == cs.cheating) { // else the next frame takes notice
			require.Equal(t, v.top().value, v.now, "%s after %q", v.name, g.log)
		}
		require.Equal(t, v.slot.read(v.kind), v.now)
		for j, l := range v.layers {
			require.True(t, j == 0 || v.layers[j-1].level < l.level, "%s after %q", v.name, g.log)
		}
		require.Equal(t, v.has(levelLease), cs.leaseOf(v) != nil, "%s after %q", v.name, g.log)
		if v.has(levelLease) {
			leased++
		}
	}
	require.Len(t, cs.leases, leased)
	held := 0
	for i := range cs.history {
		held += cs.history[i].bytes()
		require.Equal(t, cs.lastChange, cs.history[i].id+uint64(len(cs.history)-1-i))
	}
	require.Equal(t, held, cs.held)
	require.Equal(t, []any{stamp{}, uint64(0), 0, false}, []any{cs.acting, cs.taking, cs.telling, g.con.busy})
	for _, l := range cs.leases {
		require.True(t, l.owner.key == any(g.peers[0].peer) || l.owner.key == any(g.peers[1].peer), "%q", g.log)
	}
}

// Whatever the game does inside of its own functions, and whoever asks for what, cvars
// stay what they are.
func TestCvarsOutliveWhateverTheGameDoesInThem(t *testing.T) {
	for seed := range uint64(100) {
		g := &chaos{t: t, r: rand.New(rand.NewPCG(seed, 2)), con: new(Console)}
		g.cs = &g.con.Cvars
		g.con.Log.Level = 100
		for i := range g.vars {
			g.bind(i)
		}
		g.peers[0] = newProbe(t, g.con)
		g.peers[1] = g.peers[0].second()
		g.peers[0].open("cvars", `{}`)
		for range 80 {
			g.step()
			g.check()
		}
	}
}
