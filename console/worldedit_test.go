package console

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// twoEditors is a world with two clients.
func twoEditors(t *testing.T) (y *yardstick, anna, bert *probe) {
	con := new(Console)
	y = newYardstick(con)
	return y, loggedIn(t, con, "anna"), loggedIn(t, con, "bert")
}

func TestAnEditIsAllOrNothing(t *testing.T) {
	y, anna, _ := twoEditors(t)
	done := get[WorldChanged](anna, "world.edit", `{"label":"both","edits":[{"id":"1","path":"hp","value":7},{"id":"ark:1","path":"body.mass","value":20},{"id":"1","path":"hp","value":8}]}`)
	require.Equal(t, 8, y.pawns[0].HP)
	require.InDelta(t, 20, y.ark.animals[0].body.Mass, 0)
	require.Len(t, done.Edits, 3)
	require.JSONEq(t, `7`, string(done.Edits[2].Before), "in their order")
	require.Equal(t, []string{"1"}, y.told, "once for each entity")
	for _, c := range []struct {
		edit          string
		code          rpc.Code
		path, message string
	}{
		{`{"id":"9","path":"hp","value":1}`, rpc.NotFound, "/edits/1/id", `there is no entity "9"`},
		{`{"id":"2","path":"hpp","value":1}`, rpc.NotFound, "/edits/1/path", `pawn 2: field "hpp" is not known; nearest is "hp"`},
		{`{"id":"2","path":"hp","value":101}`, rpc.OutOfRange, "/edits/1/value", `pawn 2: field "hp": 101 is out of range; allowed is 0 to 100`},
		{`{"id":"2","path":"hp","value":"x"}`, rpc.InvalidParams, "/edits/1/value", ""},
		{`{"id":"2","path":"id","value":3}`, rpc.ReadOnly, "/edits/1/path", `pawn 2: field "id" is read-only`},
		{`{"id":"2","path":"hp","value":3,"ifVersion":1}`, rpc.Conflict, "/edits/1/ifVersion", `pawn 2: field "hp" has changed since; it is 99 now`},
		{`{"id":"2","path":"pos","value":[1]}`, rpc.InvalidParams, "/edits/1/value", ""},
		{`{"id":"2","path":"pos","value":[1,"x"]}`, rpc.InvalidParams, "/edits/1/value/1", ""},
		{`{"id":"2","path":"route[9].x","value":1}`, rpc.NotFound, "/edits/1/path", `pawn 2: "route" has 2 elements, and none of them is [9]`},
		{`{"id":"ark:1","path":"mind.mood","value":"wild"}`, rpc.NotFound, "/edits/1/path", `sheep 1 has no component "mind"`},
		{`{"id":"ark:1","path":"volume","value":11}`, rpc.InvalidParams, "/edits/1/value", `sheep 1: field "volume": too loud`},
	} {
		before := y.dump()
		f := anna.refused(c.code, "world.edit", `{"edits":[{"id":"1","path":"hp","value":1},`+c.edit+`]}`)
		require.Equal(t, before, y.dump(), "%s", c.edit)
		if c.path != "" {
			require.Equal(t, c.path, f.Data.Path, "%s", c.edit)
		}
		if c.message != "" {
			require.Contains(t, f.Message, c.message)
		}
	}
	require.Len(t, get[Past](anna, "world.history", `{}`).Transactions, 1, "what was refused is no history")
	anna.refused(rpc.InvalidParams, "world.edit", `{"edits":[]}`)
}

func TestAnEditOfAnExactValueIsTakenBackExactly(t *testing.T) {
	y, anna, _ := twoEditors(t)
	p := y.pawns[0]
	p.Pos.X = math.Float64frombits(0x7ff8000000001234) // a NaN of its own
	p.Foe = y.pawns[1]
	for _, set := range []string{
		`{"id":"1","path":"pos.x","value":3}`, `{"id":"1","path":"foe","value":"3"}`, `{"id":"1","path":"foe","value":null}`,
		`{"id":"1","path":"route[1]","value":[7,8]}`, `{"id":"1","path":"stock[\"apple\"]","value":9}`, `{"id":"1","path":"armour","value":"Infinity"}`,
	} {
		get[WorldEdit](anna, "world.set", set)
	}
	require.Nil(t, p.Foe)
	require.Equal(t, vec{7, 8}, p.Route[1])
	require.Equal(t, 9, p.Stock["apple"])
	require.True(t, math.IsInf(float64(p.Armour), 1))
	for range 6 {
		get[Transaction](anna, "world.undo", `{}`)
	}
	require.Equal(t, uint64(0x7ff8000000001234), math.Float64bits(p.Pos.X))
	require.Same(t, y.pawns[1], p.Foe)
	require.Equal(t, 0, p.Stock["apple"])
	require.Equal(t, `there is nothing of anna to take back`, anna.refused(rpc.NotFound, "world.undo", `{}`).Message)
	for range 6 {
		get[Transaction](anna, "world.redo", `{}`)
	}
	require.Equal(t, 9, p.Stock["apple"])
	anna.refused(rpc.NotFound, "world.redo", `{}`)
}

func TestADragIsOneTransaction(t *testing.T) {
	y, anna, bert := twoEditors(t)
	drag := func(p *probe, gesture string, x int) WorldEdit {
		return get[WorldEdit](p, "world.set", fmt.Sprintf(`{"id":"1","path":"pos","value":[%d,%[1]d],"gesture":%q}`, x, gesture))
	}
	first := drag(anna, "g1", 1)
	require.Equal(t, first.Transaction, drag(anna, "g1", 2).Transaction)
	get[WorldEdit](bert, "world.set", `{"id":"2","path":"hp","value":1}`)
	require.Equal(t, first.Transaction, drag(anna, "g1", 3).Transaction, "what others do elsewhere does not matter")
	require.NotEqual(t, first.Transaction, drag(anna, "g2", 4).Transaction)
	require.NotEqual(t, first.Transaction, drag(bert, "g1", 5).Transaction, "another client's word is another's")
	past := get[Past](anna, "world.history", `{"id":"1","author":"anna"}`)
	require.Len(t, past.Transactions, 2)
	require.JSONEq(t, `[0,0]`, string(past.Transactions[1].Edits[0].Before))
	require.JSONEq(t, `[3,3]`, string(past.Transactions[1].Edits[0].After))

	// A gesture goes on with other fields, but not over what another has done.
	edit := func(edits string) uint64 {
		return get[WorldChanged](anna, "world.edit", `{"gesture":"g3","edits":[`+edits+`]}`).Transaction
	}
	id := edit(`{"id":"3","path":"hp","value":1}`)
	require.Equal(t, id, edit(`{"id":"3","path":"hp","value":2},{"id":"4","path":"pos","value":[1,1]}`))
	require.NotEqual(t, id, edit(`{"id":"4","path":"pos.x","value":5}`), "a part of what was changed as a whole")
	id = edit(`{"id":"3","path":"hp","value":3}`)
	get[WorldEdit](bert, "world.set", `{"id":"3","path":"hp","value":4}`)
	require.NotEqual(t, id, edit(`{"id":"3","path":"hp","value":5}`))
	for _, p := range []*probe{anna, bert, anna} {
		get[Transaction](p, "world.undo", `{}`)
	}
	require.Equal(t, 2, y.pawns[2].HP)
}

func TestUndoIsEachClientsOwn(t *testing.T) {
	y, anna, bert := twoEditors(t)
	p := y.pawns[0]
	get[WorldEdit](anna, "world.set", `{"id":"1","path":"hp","value":10}`)
	get[WorldEdit](bert, "world.set", `{"id":"1","path":"armour","value":5}`)
	get[WorldEdit](bert, "world.set", `{"id":"1","path":"hp","value":20}`)

	f := anna.refused(rpc.Conflict, "world.undo", `{}`)
	require.Equal(t, `pawn 1: field "hp" was changed by bert since, in transaction 3; it is 20 now; take that back first, or force`, f.Message)
	require.Equal(t, "20", f.Data.Got)
	require.Equal(t, "3", f.Data.Suggest)
	p.HP = 19 // the game goes on: that stands in nobody's way
	require.True(t, get[Transaction](bert, "world.undo", `{}`).Undone)
	require.Equal(t, 10, p.HP)
	require.Equal(t, "anna", get[Transaction](anna, "world.undo", `{}`).By)
	require.Equal(t, 100, p.HP)
	require.InDelta(t, 5, p.Armour, 0)

	get[Transaction](anna, "world.redo", `{}`)
	require.Equal(t, 10, p.HP)
	anna.refused(rpc.Conflict, "world.redo", `{"transaction":1}`)
	get[Transaction](bert, "world.redo", `{"transaction":3}`)
	require.Equal(t, 20, p.HP)
	get[Transaction](anna, "world.undo", `{"transaction":1,"force":true}`)
	require.Equal(t, 100, p.HP)
	anna.refused(rpc.Conflict, "world.undo", `{"transaction":1}`)
	anna.refused(rpc.NotFound, "world.undo", `{"transaction":99}`)

	// What is new ends what could be done again.
	get[Transaction](bert, "world.undo", `{}`)
	get[WorldEdit](bert, "world.set", `{"id":"2","path":"hp","value":1}`)
	bert.refused(rpc.NotFound, "world.redo", `{}`)

	// Of what is gone nothing is taken back.
	get[WorldMade](anna, "world.delete", `{"ids":["2"]}`)
	require.Contains(t, bert.refused(rpc.Conflict, "world.undo", `{}`).Message, "pawn 2 was deleted by anna since")
	y.pawns = y.pawns[1:]
	get[WorldEdit](bert, "world.set", `{"id":"3","path":"hp","value":1}`)
	y.pawns = y.pawns[1:]
	require.Contains(t, bert.refused(rpc.Conflict, "world.undo", `{}`).Message, "is not in the world any more")
}

func TestTheHistoryIsBoundedAndSaysSo(t *testing.T) {
	_, anna, _ := twoEditors(t)
	for i := range maxTransactions + 5 {
		get[WorldEdit](anna, "world.set", fmt.Sprintf(`{"id":"1","path":"hp","value":%d}`, i%100))
	}
	past := get[Past](anna, "world.history", `{"limit":2}`)
	require.Len(t, past.Transactions, 2)
	require.True(t, past.More)
	require.Positive(t, past.Forgotten)
	require.Less(t, len(anna.con.World.editing.past), maxTransactions+1)
	next := get[Past](anna, "world.history", fmt.Sprintf(`{"limit":2,"before":%d}`, past.Transactions[1].ID))
	require.Equal(t, past.Transactions[1].ID-1, next.Transactions[0].ID)
	anna.refused(rpc.NotFound, "world.undo", `{"transaction":1}`)

	// Texts count by their bytes.
	name := strings.Repeat("x", 100_000)
	for range 2 * maxPastBytes / 100_000 {
		name = name[:len(name)-1]
		get[WorldEdit](anna, "world.set", `{"id":"1","path":"name","value":"`+name+`"}`)
	}
	require.LessOrEqual(t, anna.con.World.editing.bytes, maxPastBytes)
	sum := 0
	for _, tr := range anna.con.World.editing.past {
		sum += tr.size()
	}
	require.Equal(t, sum, anna.con.World.editing.bytes)
}

func TestEditsAreTold(t *testing.T) {
	y, anna, bert := twoEditors(t)
	get[WorldEdit](anna, "world.set", `{"id":"1","path":"hp","value":10}`)
	var first WorldNews
	require.NoError(t, json.Unmarshal(bert.open("edits", `{}`), &first))
	require.Len(t, first.Changed, 1)
	news := func() (n WorldNews) {
		require.NoError(t, json.Unmarshal(bert.next().Value, &n))
		return n
	}
	for i := range 3 {
		anna.send("world.set", fmt.Sprintf(`{"id":"1","path":"hp","value":%d,"gesture":"g"}`, 20+i))
	}
	n := news()
	require.Len(t, n.Changed, 1, "in one event what was done in one frame")
	require.Equal(t, "anna", n.Changed[0].Author)
	require.JSONEq(t, `10`, string(n.Changed[0].Edits[0].Before))
	require.JSONEq(t, `22`, string(n.Changed[0].Edits[0].After))
	get[Transaction](anna, "world.undo", `{}`)
	require.True(t, news().Changed[0].Undone)
	require.Empty(t, bert.events)
	_ = y
}

func TestTenThousandFieldsAreOneTransaction(t *testing.T) {
	con := new(Console)
	crates := make([]crate, maxEdits)
	var list strings.Builder
	for i := range crates {
		crates[i].ID = uint32(i + 1)
		fmt.Fprintf(&list, `,{"id":"%d","path":"mass","value":%d}`, i+1, i)
	}
	con.World.Bind("crate", &crates, "")
	con.Limits.Protocol.MaxValues = 5 * maxEdits
	p := loggedIn(t, con, "anna")
	edit := func(list string) (json.RawMessage, *fault) {
		p.last++
		con.RPC().Receive(p.peer, rpc.Parse(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":"world.edit","params":{"edits":[%s]}}`, p.last, list), con.Limits.Protocol))
		p.frame()
		r, f, ok := p.answer(p.last)
		require.True(t, ok)
		return r, f
	}
	_, f := edit(list.String()[1:])
	require.Nil(t, f)
	require.InDelta(t, maxEdits-1, crates[maxEdits-1].Mass, 0)
	past := get[Past](p, "world.history", `{}`).Transactions[0]
	require.Equal(t, maxEdits, past.Count)
	require.Len(t, past.Edits, maxShownEdits)
	get[Transaction](p, "world.undo", `{}`)
	require.Zero(t, crates[maxEdits-1].Mass)
	_, f = edit(list.String()[1:] + `,{"id":"1","path":"mass","value":1}`)
	require.Equal(t, rpc.TooMany, f.Code)
	require.Equal(t, "edits 10000", f.Data.Limit)
}

func TestOneEditIsOfManyEntities(t *testing.T) {
	y, anna, _ := twoEditors(t)
	done := get[WorldChanged](anna, "world.edit", `{"edits":[{"ids":["1","2","pawn 3"],"path":"hp","value":5},{"id":"4","path":"hp","value":6}]}`)
	require.Len(t, done.Edits, 4)
	require.Equal(t, []int{5, 5, 5, 6}, []int{y.pawns[0].HP, y.pawns[1].HP, y.pawns[2].HP, y.pawns[3].HP})
	require.Equal(t, "/edits/0/id", anna.refused(rpc.NotFound, "world.edit", `{"edits":[{"ids":["1","9"],"path":"hp","value":1}]}`).Data.Path)
	require.Equal(t, 5, y.pawns[0].HP)
	anna.refused(rpc.InvalidParams, "world.edit", `{"edits":[{"path":"hp","value":1}]}`)
	anna.refused(rpc.InvalidParams, "world.edit", `{"edits":[{"ids":[],"path":"hp","value":1}]}`)
}
