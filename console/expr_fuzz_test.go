package console

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// FuzzExpression: no text brings the parser down; what it refuses it points at, and what
// it takes gives the same twice in a world that stands still.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		`entity(player).health < 50 and not player.dead`, `#12.mode == chase or "old hunter".hull >= 3`, `count(kind:hunter and near(hero, 4)) > 1`,
		`sum(hunter.hull, hull < 40) / 2 + -abs(3)`, `player.stock["seeds"] == 7`, `changed(tick)`, `near(player, #12, 1.5)`, `cvar(physics.gravity) > 1e3`,
		`player.wait <= 1.5s`, `player.target == null`, `((1)`, `"`, `#`, `count(`, `a.b[`, `1 < 2 < 3`, `entity("x").y`, `player.route[1].x != 0x10`,
	} {
		f.Add(seed)
	}
	g := newExprGame(&testing.T{})
	f.Fuzz(func(t *testing.T, text string) {
		e, err := g.con.expression(text)
		if err != nil {
			fault, ok := err.(*rpc.Error)
			require.True(t, ok, "%v", err)
			require.True(t, strings.HasPrefix(fault.Message, "expr, column "), fault.Message)
			require.Less(t, fault.Data.From, fault.Data.To)
			require.LessOrEqual(t, fault.Data.From, utf16Of(text, len(text)))
			return
		}
		for range 2 {
			_, err := e.look(7)
			require.NoError(t, err)
		}
		first := e.result()
		_, err = e.look(7)
		require.NoError(t, err)
		require.Equal(t, string(first), string(e.result()))
		require.NotContains(t, string(first), "\n")
	})
}

// oracle is an expression built at random, and what it is by plain Go.
type oracle struct {
	r *rand.Rand
	g *exprGame
}

// number is a number and its text.
func (o *oracle) number(depth int) (string, float64) {
	if depth > 0 {
		switch o.r.IntN(6) {
		case 0:
			a, x := o.number(depth - 1)
			b, y := o.number(depth - 1)
			return "(" + a + " + " + b + ")", x + y
		case 1:
			a, x := o.number(depth - 1)
			b, y := o.number(depth - 1)
			return "(" + a + " - " + b + ")", x - y
		case 2:
			a, x := o.number(depth - 1)
			b, y := o.number(depth - 1)
			return a + "*" + b, x * y
		case 3:
			a, x := o.number(depth - 1)
			return "abs(" + a + ")", math.Abs(x)
		}
	}
	h := o.r.IntN(len(o.g.hunters))
	switch o.r.IntN(5) {
	case 0:
		return fmt.Sprintf("#%d.hull", o.g.hunters[h].ID), o.g.hunters[h].Hull
	case 1:
		return fmt.Sprintf("#%d.pos.x", o.g.hunters[h].ID), o.g.hunters[h].Pos[0]
	case 2:
		return "physics.gravity", o.g.gravity
	case 3:
		most := float64(o.r.IntN(60))
		n, sum := 0, 0.0
		for _, h := range o.g.hunters {
			if h.Hull < most {
				n++
				sum += h.Hull
			}
		}
		if o.r.IntN(2) == 0 {
			return fmt.Sprintf("count(hull < %v)", most), float64(n)
		}
		return fmt.Sprintf("sum(hunter.hull, hull < %v)", most), sum
	}
	n := float64(o.r.IntN(100)) / 4
	return fmt.Sprint(n), n
}

// condition is a condition and its text.
func (o *oracle) condition(depth int) (string, bool) {
	if depth > 0 {
		a, x := o.condition(depth - 1)
		b, y := o.condition(depth - 1)
		switch o.r.IntN(3) {
		case 0:
			return "(" + a + " and " + b + ")", x && y
		case 1:
			return "(" + a + " or " + b + ")", x || y
		default:
			return "not (" + a + ")", !x
		}
	}
	a, x := o.number(2)
	b, y := o.number(2)
	ops := []struct {
		text  string
		holds bool
	}{{"<", x < y}, {"<=", x <= y}, {">", x > y}, {">=", x >= y}, {"==", x == y}, {"!=", x != y}}
	op := ops[o.r.IntN(len(ops))]
	return a + " " + op.text + " " + b, op.holds
}

// TestExpressionsAgreeWithGo compares expressions at random with plain Go, while the
// world moves, things come and go, and the slice is put elsewhere.
func TestExpressionsAgreeWithGo(t *testing.T) {
	g := newExprGame(t)
	o := &oracle{rand.New(rand.NewPCG(1, 2)), g}
	for range 3000 {
		text, want := o.condition(o.r.IntN(3))
		if len(text) > maxExpression {
			continue
		}
		e, err := g.con.expression(text)
		if err != nil {
			require.Contains(t, err.Error(), "paths and functions", "%s", text)
			continue
		}
		met, err := e.look(1)
		require.NoError(t, err)
		require.Equal(t, want, met, "%s", text)
		h := &g.hunters[o.r.IntN(len(g.hunters))]
		h.Hull, h.Pos[0] = float64(o.r.IntN(60)), float64(o.r.IntN(9))
		if o.r.IntN(9) == 0 {
			o.r.Shuffle(len(g.hunters), func(i, j int) { g.hunters[i], g.hunters[j] = g.hunters[j], g.hunters[i] })
			g.hunters = append([]exprHunter(nil), g.hunters...)
		}
	}
}

// TestAnExpressionFollowsItsEntity: the same expression is looked at while its entity
// moves to other places, goes, and comes back.
func TestAnExpressionFollowsItsEntity(t *testing.T) {
	g := newExprGame(t)
	for _, text := range []string{"#12.hull", `"old hunter".hull`} {
		e, err := g.con.expression(text)
		require.NoError(t, err)
		look := func() string {
			_, err := e.look(1)
			require.NoError(t, err)
			return string(e.result())
		}
		require.Equal(t, "30", look())
		g.hunters[0], g.hunters[1] = g.hunters[1], g.hunters[0]
		require.Equal(t, "30", look())
		kept := g.hunters
		g.hunters = g.hunters[2:]
		require.Equal(t, "null", look())
		require.Equal(t, "null", string(e.last()[2].Values[text]))
		g.hunters = append([]exprHunter{{ID: 99}}, kept...)
		require.Equal(t, "30", look(), "it is back, at another place")
		g.hunters = []exprHunter{{11, "", 1, 10, [2]float64{}, "red"}, {12, "old hunter", 2, 30, [2]float64{3, 5}, "blue"}, {13, "", 1, 50, [2]float64{50, 50}, "red"}}
	}
	g.con.World.Unbind("hunter")
	e, err := g.con.expression("count()")
	require.NoError(t, err)
	_, err = e.look(1)
	require.NoError(t, err)
	require.JSONEq(t, "1", string(e.result()))
	g.con.World.Bind("hunter", &g.hunters, "")
	_, err = e.look(2)
	require.NoError(t, err)
	require.JSONEq(t, "4", string(e.result()), "what is bound meanwhile counts")
}

func TestLookingAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	g := newExprGame(t)
	for _, text := range []string{"#12.hull < 3", `"old hunter".mode == chase`, "physics.gravity > 3 and player.dead", "changed(#11.hull)", "count(hull < 40) > 3", "near(player, #12, 4)", `player.name == "x"`} {
		e, err := g.con.expression(text)
		require.NoError(t, err)
		require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = e.look(1) }), "%s", text)
	}
}
