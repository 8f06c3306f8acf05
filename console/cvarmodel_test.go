package console

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// model is what a cvar is to be, told in the plainest way: a value for each layer, and the
// variable.
type model struct {
	latched, cheat bool
	layers         map[level]int
	holder         int // who has the lease; -1 is nobody
	variable       int
}

// holds is the value that the layers say.
func (m *model) holds(cheats bool) int {
	for l := levelLease; l > levelDefault; l-- {
		if x, ok := m.layers[l]; ok && (!m.cheat || cheats || l == levelCode) {
			return x
		}
	}
	return 0
}

// top is the strongest layer that counts.
func (m *model) top(cheats bool) level {
	for l := levelLease; l > levelDefault; l-- {
		if _, ok := m.layers[l]; ok && (!m.cheat || cheats || l == levelCode) {
			return l
		}
	}
	return levelDefault
}

// rig is a console with cvars of several kinds, three clients, and the model of it all.
type rig struct {
	t      *testing.T
	r      *rand.Rand
	con    *Console
	vars   [4]int
	models [4]*model
	peers  [3]*probe
	cheats bool
	log    []string
}

func newRig(t *testing.T, seed uint64) *rig {
	g := &rig{t: t, r: rand.New(rand.NewPCG(seed, 1)), con: new(Console)}
	for i := range g.vars {
		g.models[i] = &model{layers: map[level]int{}, holder: -1}
		g.bind(i)
	}
	g.peers[0] = newProbe(t, g.con)
	for i := 1; i < len(g.peers); i++ {
		g.peers[i] = g.peers[0].second()
	}
	g.peers[0].frame()
	return g
}

func (g *rig) bind(i int) {
	v := g.con.Cvars.Bind("v.v"+strconv.Itoa(i), &g.vars[i], "").Archive()
	m := g.models[i]
	switch i {
	case 1:
		v.Latched()
		m.latched = true
	case 2:
		v.Cheat()
		m.cheat = true
	}
}

// call is a request of a client for one cvar; it reports whether it was granted.
func (g *rig) call(who int, method, params string, i int) bool {
	_, f := g.peers[who].call(method, fmt.Sprintf(`{"name":"v.v%d"%s}`, i, params))
	return f == nil
}

// step does one thing, to the console and to the model.
func (g *rig) step() {
	i, who, x := g.r.IntN(len(g.vars)), g.r.IntN(len(g.peers)), 1+g.r.IntN(50)
	m, name := g.models[i], "v.v"+strconv.Itoa(i)
	mine := m.holder < 0 || m.holder == who
	off := m.cheat && !g.cheats
	op := g.r.IntN(13)
	g.log = append(g.log, fmt.Sprint("op ", op, " cvar ", i, " client ", who, " value ", x))
	switch op {
	case 0, 1: // a client sets
		require.Equal(g.t, mine && !off, g.call(who, "cvar.set", fmt.Sprintf(`,"value":%d`, x), i))
		if mine && !off {
			delete(m.layers, levelLease)
			m.holder, m.layers[levelConsole] = -1, x
		}
	case 2: // on lease
		require.Equal(g.t, mine && !off, g.call(who, "cvar.set", fmt.Sprintf(`,"value":%d,"lease":true`, x), i))
		if mine && !off {
			m.holder, m.layers[levelLease] = who, x
		}
	case 3: // by force
		require.Equal(g.t, !off, g.call(who, "cvar.set", fmt.Sprintf(`,"value":%d,"force":true`, x), i))
		if !off {
			delete(m.layers, levelLease)
			m.holder, m.layers[levelConsole] = -1, x
		}
	case 4: // the game assigns
		if x != m.variable {
			g.vars[i] = x
			g.con.Cvars.Lookup(name).refresh() // as a frame with subscribers does
			delete(m.layers, levelConsole)
			delete(m.layers, levelLease)
			m.holder, m.variable, m.layers[levelCode] = -1, x, x
		}
	case 5: // the game asks
		err := g.con.Cvars.Lookup(name).Set(strconv.Itoa(x))
		if !off {
			m.layers[levelCode] = x
			require.Equal(g.t, m.top(g.cheats) > levelCode, err != nil)
		}
	case 6: // reset
		top := m.top(g.cheats)
		granted := mine && !off && (top.droppable() || top == levelDefault)
		require.Equal(g.t, granted, g.call(who, "cvar.reset", "", i))
		if granted {
			g.drop(m, top)
		}
	case 7: // to the default
		require.Equal(g.t, mine && !off, g.call(who, "cvar.reset", `,"all":true`, i))
		if mine && !off {
			clear(m.layers)
			m.holder = -1
		}
	case 8: // a file
		l := level(1 + g.r.IntN(4))
		_, err := g.con.Cvars.assign(l, name, strconv.Itoa(x), "file", "file:1")
		require.NoError(g.t, err)
		m.layers[l] = x
	case 9: // a client goes, and another comes
		g.peers[who].leave()
		for _, m := range g.models {
			if m.holder == who {
				g.drop(m, levelLease)
			}
		}
		next := g.peers[0].second()
		next.last = g.peers[who].last
		g.peers[who] = next
	case 10: // the game can take what is latched
		g.con.Cvars.Unlatch()
		for _, m := range g.models {
			m.variable = m.holds(g.cheats)
		}
	case 11:
		g.turnCheats(!g.cheats)
	case 12: // a save, and the next: what is kept is what a person or the game set
		g.save()
	}
	g.peers[0].frame()
}

func (g *rig) drop(m *model, l level) {
	delete(m.layers, l)
	if l == levelLease {
		m.holder = -1
	}
}

func (g *rig) turnCheats(on bool) {
	g.cheats, g.con.Cvars.Cheats = on, on
	for _, m := range g.models {
		if m.cheat && !on {
			delete(m.layers, levelCode)
			delete(m.layers, levelConsole)
			g.drop(m, levelLease)
		}
	}
}

func (g *rig) save() {
	want := map[string]string{}
	for i, m := range g.models {
		for _, l := range []level{levelConsole, levelCode, levelArchive} {
			if x, ok := m.layers[l]; ok {
				if x != 0 {
					want["v.v"+strconv.Itoa(i)] = strconv.Itoa(x)
				}
				break
			}
		}
	}
	got := map[string]string{}
	for _, s := range g.con.Cvars.saved() {
		got[s.name] = s.text
	}
	require.Equal(g.t, want, got)
	g.con.Cvars.archived(g.con.Cvars.saved(), "archive.cfg")
	for i, m := range g.models {
		x, ok := want["v.v"+strconv.Itoa(i)]
		if !ok {
			delete(m.layers, levelArchive)
			continue
		}
		n, _ := strconv.Atoi(x)
		for _, l := range []level{levelConsole, levelCode} {
			if y, ok := m.layers[l]; ok && y == n && m.below(l) <= levelArchive {
				delete(m.layers, l)
			}
		}
		m.layers[levelArchive] = n
	}
}

// below is the next layer under one.
func (m *model) below(l level) level {
	for l--; l > levelDefault; l-- {
		if _, ok := m.layers[l]; ok {
			return l
		}
	}
	return levelDefault
}

// check compares the console with the model.
func (g *rig) check() {
	for i, m := range g.models {
		if !m.latched {
			m.variable = m.holds(g.cheats)
		}
		v := g.con.Cvars.Lookup("v.v" + strconv.Itoa(i))
		require.Equal(g.t, m.variable, g.vars[i], "the variable of %s after %q", v.name, g.log)
		got := map[level]int{}
		for _, l := range v.layers {
			got[l.level] = int(l.value.n)
		}
		require.Equal(g.t, m.layers, got, "the layers of %s after %q", v.name, g.log)
		require.Equal(g.t, m.holder >= 0, g.con.Cvars.leaseOf(v) != nil)
		x, waits := v.pending()
		require.Equal(g.t, m.holds(g.cheats) != m.variable, waits, "%s after %q", v.name, g.log)
		if waits {
			require.Equal(g.t, m.holds(g.cheats), int(x.n))
		}
	}
}

// sync has the model believe the console.
func (g *rig) sync() {
	for i, m := range g.models {
		v := g.con.Cvars.Lookup("v.v" + strconv.Itoa(i))
		m.variable, m.holder = g.vars[i], -1
		clear(m.layers)
		for _, l := range v.layers {
			m.layers[l.level] = int(l.value.n)
		}
		if l := g.con.Cvars.leaseOf(v); l != nil {
			m.holder = slices.IndexFunc(g.peers[:], func(p *probe) bool { return any(p.peer) == l.owner.key })
		}
	}
}

// No sequence of sets, resets, leases, assignments, files, saves and departures loses a
// value, or makes one up.
func TestNoSequenceLosesOrInventsAValue(t *testing.T) {
	for seed := range uint64(150) {
		g := newRig(t, seed)
		for range 60 {
			g.step()
			g.check()
		}
	}
}

// An undo leaves what was before, or says why not; a redo leaves what was after.
func TestUndoGivesBackExactlyWhatWasBefore(t *testing.T) {
	for seed := range uint64(60) {
		g := newRig(t, seed)
		for range 40 {
			g.step()
			g.check()
			c := &g.con.Cvars
			if len(c.history) == 0 || g.r.IntN(2) == 0 {
				continue
			}
			e := c.history[len(c.history)-1]
			who := client{key: g.peers[0].peer, name: g.peers[0].peer.Name(), stays: true}
			if v, err := c.undo(e.id, who); err == nil {
				require.Equal(t, e.old, v.wanted(), "%q", g.log)
				if v, err := c.redo(who); err == nil {
					require.Equal(t, e.new, v.wanted(), "%q", g.log)
				}
				g.sync()
			}
			g.check()
		}
	}
}
