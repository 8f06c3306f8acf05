package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

func TestAHeldFieldStays(t *testing.T) {
	y, anna, bert := twoEditors(t)
	p := y.pawns[0]
	h := get[Hold](anna, "world.hold", `{"id":"1","path":"hp","value":42}`)
	require.Equal(t, "anna", h.Author)
	require.Equal(t, 42, p.HP)
	require.Equal(t, uint64(1), get[Past](anna, "world.history", `{}`).Transactions[0].ID, "what it was set to can be taken back")
	var seen []int
	anna.each = func() { seen = append(seen, p.HP); p.HP -= 10 }
	anna.frame()
	anna.frame()
	anna.each = nil
	require.Equal(t, []int{42, 42}, seen)
	require.Equal(t, 42, p.HP, "after each tick")
	p.HP = 1 // between two frames
	anna.frame()
	require.Equal(t, 42, p.HP)
	held := get[[]Hold](bert, "world.holds", `{}`)
	require.Len(t, held, 1)
	require.Equal(t, uint64(3), held[0].Overwritten)
	require.JSONEq(t, `1`, string(held[0].Last))

	// What clients set it to is what it is held at.
	get[WorldEdit](bert, "world.set", `{"id":"1","path":"hp","value":50}`)
	p.HP = 0
	anna.frame()
	require.Equal(t, 50, p.HP)
	get[Transaction](bert, "world.undo", `{}`)
	p.HP = 0
	anna.frame()
	require.Equal(t, 42, p.HP)

	anna.refused(rpc.OutOfRange, "world.hold", `{"id":"1","path":"hp","value":101}`)
	anna.refused(rpc.ReadOnly, "world.hold", `{"id":"1","path":"id"}`)
	anna.refused(rpc.NotFound, "world.hold", `{"id":"1","path":"hpp"}`)
	anna.refused(rpc.NotFound, "world.release", `{"id":"2","path":"hp"}`)
	get[Hold](bert, "world.release", `{"id":"pawn 1","path":"hp"}`)
	p.HP = 7
	anna.frame()
	require.Equal(t, 7, p.HP)
	require.Empty(t, get[[]Hold](anna, "world.holds", `{}`))
}

func TestAnyFieldIsHeldAsLongAsItsEntityLives(t *testing.T) {
	y, anna, _ := twoEditors(t)
	p := y.pawns[1]
	for _, path := range []string{"pos", "armour", "route[0]", `stock[\"apple\"]`, "foe"} {
		get[Hold](anna, "world.hold", `{"id":"2","path":"`+path+`"}`)
	}
	get[Hold](anna, "world.hold", `{"id":"ark:2","path":"volume","value":3}`)
	get[Hold](anna, "world.hold", `{"id":"ark:2","path":"mind.mood"}`)
	require.Contains(t, anna.refused(rpc.Conflict, "world.hold", `{"id":"2","path":"pos.x"}`).Message, `pawn 2: field "pos" is held already, by anna`)
	p.Pos, p.Armour, p.Route[0], p.Stock["apple"], p.Foe = vec{9, 9}, 9, vec{9, 9}, 9, p
	y.ark.of(2).volume, y.ark.of(2).mind.Mood = 9, "wild"
	anna.frame()
	require.Equal(t, vec{1, 0}, p.Pos)
	require.Zero(t, p.Armour)
	require.Equal(t, vec{1, 1}, p.Route[0])
	require.Equal(t, 1, p.Stock["apple"])
	require.Nil(t, p.Foe)
	require.InDelta(t, 3, y.ark.of(2).volume, 0)
	require.Equal(t, "calm", y.ark.of(2).mind.Mood)
	y.ark.of(2).mind = nil // it has no place at the moment
	p.Route = nil
	anna.frame()
	require.Len(t, get[[]Hold](anna, "world.holds", `{}`), 7)
	get[WorldMade](anna, "world.delete", `{"ids":["ark:2"]}`)
	y.pawns = y.pawns[2:]
	anna.frame()
	require.Empty(t, get[[]Hold](anna, "world.holds", `{}`))
}

func TestHoldsAreTold(t *testing.T) {
	y, anna, bert := twoEditors(t)
	bert.open("edits", `{}`)
	last := func() (holds []Hold) {
		for _, e := range bert.events {
			var n WorldNews
			require.NoError(t, json.Unmarshal(e.Value, &n))
			if n.Holds != nil {
				holds = n.Holds
			}
		}
		bert.events = nil
		return holds
	}
	get[Hold](anna, "world.hold", `{"id":"1","path":"hp"}`)
	require.Len(t, last(), 1)
	for range 2 * holdEvery {
		y.pawns[0].HP = 0
		anna.frame()
	}
	require.LessOrEqual(t, len(bert.events), 3, "not in every frame")
	require.Greater(t, last()[0].Overwritten, uint64(holdEvery))
	get[Hold](anna, "world.release", `{"id":"1","path":"hp"}`)
	require.Equal(t, []Hold{}, last())
}

func TestHoldsAreBounded(t *testing.T) {
	con := new(Console)
	crates := make([]crate, maxHolds+1)
	for i := range crates {
		crates[i].ID = uint32(i + 1)
	}
	con.World.Bind("crate", &crates, "")
	p := newProbe(t, con)
	for i := range maxHolds {
		get[Hold](p, "world.hold", fmt.Sprintf(`{"id":"%d","path":"mass"}`, i+1))
	}
	require.Equal(t, "holds 1000", p.refused(rpc.TooMany, "world.hold", `{"id":"1001","path":"mass"}`).Data.Limit)
}

// Stun is what a client calls.
func (p *pawn) Stun(d time.Duration, by *pawn, hard ...bool) (string, error) {
	switch {
	case d < 0:
		return "", errors.New("time goes forward")
	case d == 0:
		panic("no time at all")
	}
	p.Foe = by
	return fmt.Sprint(d, hard), nil
}

func TestAMethodIsCalled(t *testing.T) {
	con := new(Console)
	pawns := []*pawn{{ID: 1}, {ID: 2, Name: "bob"}}
	a := new(ark)
	a.add(1)
	con.World.Bind("pawn", &pawns, "").Method("stun", (*pawn).Stun, "for a while").Method("heal", func(p *pawn, hp int) { p.HP = hp }, "").
		Method("foe", func(p *pawn) *pawn { return p.Foe }, "")
	con.World.BindSource("ark", a, "").Method("rename", func(id uint64, to struct{ First, Last string }) int { return int(id) + len(to.First) }, "")
	p := loggedIn(t, con, "anna")
	kinds := get[[]Kind](p, "world.kinds", `{}`)
	require.Equal(t, MethodInfo{Name: "stun", Help: "for a while", Variadic: true, Params: []MethodParam{{Name: "duration", Type: "duration"}, {Name: "pawn", Type: "entity"}, {Name: "bool", Type: "bool"}}}, kinds[0].Methods[0])

	call := func(params string) WorldCalled { return get[WorldCalled](p, "world.call", params) }
	require.JSONEq(t, `"1.5s [true false]"`, string(call(`{"id":"1","method":"stun","args":["1.5s","bob",true,false]}`).Result))
	require.Same(t, pawns[1], pawns[0].Foe)
	require.JSONEq(t, `"2"`, string(call(`{"id":"1","method":"foe"}`).Result), "an entity is told by its id")
	require.JSONEq(t, `null`, string(call(`{"id":"1","method":"heal","args":[9]}`).Result))
	require.Equal(t, 9, pawns[0].HP)
	require.JSONEq(t, `5`, string(call(`{"id":"ark:1","method":"rename","args":[{"First":"anna","Last":""}]}`).Result))
	call(`{"id":"1","method":"stun","args":["1s",null]}`)
	require.Nil(t, pawns[0].Foe)

	for _, c := range []struct {
		params  string
		code    rpc.Code
		path    string
		message string
	}{
		{`{"id":"1","method":"stum"}`, rpc.NotFound, "/method", `pawn 1: method "stum" is not known; nearest is "stun"`},
		{`{"id":"1","method":"stun","args":["1s"]}`, rpc.InvalidParams, "/args", `pawn 1: stun: it takes 2 arguments or more (duration, pawn, bool), not 1`},
		{`{"id":"1","method":"heal","args":[1,2]}`, rpc.InvalidParams, "/args", `pawn 1: heal: it takes 1 argument (int), not 2`},
		{`{"id":"1","method":"stun","args":["soon","bob"]}`, rpc.InvalidParams, "/args/0", `pawn 1: stun: argument 1 (duration): `},
		{`{"id":"1","method":"stun","args":["1s","joe"]}`, rpc.NotFound, "/args/1", `pawn 1: stun: argument 2 (pawn): pawn "joe" is not known`},
		{`{"id":"1","method":"stun","args":["-1s",null]}`, rpc.Failed, "", `time goes forward`},
		{`{"id":"1","method":"stun","args":["0s",null]}`, rpc.Failed, "", `pawn 1: stun panicked: no time at all`},
	} {
		f := p.refused(c.code, "world.call", c.params)
		require.Contains(t, f.Message, c.message)
		require.Equal(t, c.path, f.Data.Path, c.params)
	}
	past := get[Past](p, "world.history", `{"id":"1"}`)
	require.Len(t, past.Transactions, 4)
	require.Equal(t, `stun("1s", null)`, past.Transactions[0].Label)
	require.Equal(t, kindCall, past.Transactions[0].Kind)
	require.Contains(t, p.refused(rpc.Conflict, "world.undo", fmt.Sprintf(`{"transaction":%d}`, past.Transactions[0].ID)).Message, "cannot be taken back")
	p.refused(rpc.NotFound, "world.undo", `{}`)
}

func TestAFieldIsChartedFrameByFrame(t *testing.T) {
	y, anna, _ := twoEditors(t)
	p := y.pawns[0]
	var first ChartValues
	raw := anna.open("fields", `{"fields":[{"id":"1","path":"pos.x"},{"id":"1","path":"route[0].x"},{"id":"ark:1","path":"volume"}]}`)
	require.NoError(t, json.Unmarshal(raw, &first))
	require.Equal(t, 1, first.N)
	require.Len(t, first.Values, 3)
	numbers := func(list []*float64) (out []any) {
		for _, n := range list {
			if n == nil {
				out = append(out, nil)
				continue
			}
			out = append(out, *n)
		}
		return out
	}
	value := func() (v ChartValues) {
		require.NoError(t, json.Unmarshal(anna.next().Value, &v))
		return v
	}
	v := value()
	last := v.Frame
	anna.each = func() { p.Pos.X++ }
	for range 5 {
		anna.frame()
	}
	p.Route = nil
	anna.wait()
	require.Len(t, anna.events, 1, "at its rate")
	v = value()
	require.Equal(t, int(v.Frame-last), v.N, "none is left out")
	require.Equal(t, []any{1., 2., 3., 4., 5., 6.}, numbers(v.Values[0])[v.N-6:])
	require.Equal(t, []any{1., nil}, numbers(v.Values[1])[v.N-2:])
	for range chartFrames + 10 {
		anna.frame()
	}
	anna.events = nil
	for range chartFrames + 10 {
		anna.frame()
	}
	anna.wait()
	for len(anna.events) > 0 {
		v = value()
		require.LessOrEqual(t, v.N, chartFrames)
	}
	require.InDelta(t, p.Pos.X, *v.Values[0][v.N-1], 0)
	y.pawns = nil
	anna.wait()
	require.Nil(t, value().Values[0][0])

	require.Contains(t, anna.refused(rpc.NotFound, "sub.open", `{"id":"x","topic":"fields","params":{"fields":[{"id":"ark:1","path":"body.weight"}]}}`).Message, "body.weight")
	require.Contains(t, anna.refused(rpc.InvalidParams, "sub.open", `{"id":"x","topic":"fields","params":{"fields":[{"id":"ark:2","path":"mind.mood"}]}}`).Message, "is no number")
}
