package console

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// stroll is a random sequence of what two clients do to a world.
type stroll struct {
	t    *testing.T
	rand *rand.Rand
	y    *yardstick
	who  [2]*probe
	done []uint64 // transactions
}

func newStroll(t *testing.T, seed uint64) *stroll {
	con := new(Console)
	w := &stroll{t: t, rand: rand.New(rand.NewPCG(seed, 6)), y: newYardstick(con)}
	w.who = [2]*probe{loggedIn(t, con, "anna"), loggedIn(t, con, "bert")}
	return w
}

// ids are those of a kind, as they travel; all for "".
func (w *stroll) ids(kind string) []string {
	var ids []string
	for _, r := range get[WorldRows](w.who[0], "world.list", `{"limit":1000,"fields":[],"kind":"`+kind+`"}`).Rows {
		ids = append(ids, r.ID)
	}
	return ids
}

func (w *stroll) pick(list []string) string {
	if len(list) == 0 {
		return "0"
	}
	return list[w.rand.IntN(len(list))]
}

// some are a few of a list.
func (w *stroll) some(list []string) string {
	var ids []string
	for range 1 + w.rand.IntN(4) {
		ids = append(ids, w.pick(list))
	}
	raw, _ := json.Marshal(ids)
	return string(raw)
}

func (w *stroll) assignment() string {
	kinds := []struct {
		kind   string
		values [][2]string
	}{
		{"pawn", [][2]string{{"hp", "%d"}, {"pos", "[%d,2]"}, {"pos.x", "%d.5"}, {"pos.y", `"NaN"`}, {"name", `"n%d"`}, {"route[1].x", "%d"}, {"route[0]", "[%d,1]"}, {`stock["apple"]`, "%d"}, {"foe", "null"}, {"armour", "%d"}}},
		{"crate", [][2]string{{"mass", "%d"}, {"goods[0]", "%d"}}},
		{"mote", [][2]string{{"glow", "%d"}, {"pos", "[%d,%[1]d]"}}},
		{"goat", [][2]string{{"body.mass", "%d"}, {"mind.mood", `"wild"`}, {"volume", "%d"}, {"body.pos", "[%d,3]"}}},
		{"sheep", [][2]string{{"body.mass", "%d"}, {"body.pos.x", "%d"}}},
	}
	k := kinds[w.rand.IntN(len(kinds))]
	v := k.values[w.rand.IntN(len(k.values))]
	value := v[1]
	if slices.Contains([]byte(value), '%') {
		value = fmt.Sprintf(value, 1+w.rand.IntN(9))
	}
	return fmt.Sprintf(`{"id":%q,"path":%q,"value":%s}`, w.pick(w.ids(k.kind)), v[0], value)
}

// act does something, which may be refused.
func (w *stroll) act() {
	p := w.who[w.rand.IntN(2)]
	before := w.y.dump()
	var raw json.RawMessage
	var f *fault
	switch w.rand.IntN(12) {
	case 0, 1, 2:
		raw, f = p.call("world.set", w.assignment())
	case 3, 4:
		raw, f = p.call("world.edit", fmt.Sprintf(`{"edits":[%s,%s,%s]}`, w.assignment(), w.assignment(), w.assignment()))
	case 5:
		raw, f = p.call("world.create", fmt.Sprintf(`{"kind":%q,"at":[1,2]}`, w.pick([]string{"pawn", "sheep", "goat"})))
	case 6:
		raw, f = p.call("world.create", `{"kind":"crate","fields":{"mass":7}}`)
	case 7, 8:
		raw, f = p.call("world.delete", `{"ids":`+w.some(w.ids(""))+`}`)
	case 9:
		raw, f = p.call("world.duplicate", `{"ids":`+w.some(w.ids(""))+`}`)
	case 10:
		kind := w.pick([]string{"pawn", "goat"})
		parent := w.pick([]string{"null", fmt.Sprintf("%q", w.pick(w.ids(kind)))})
		raw, f = p.call("world.reparent", fmt.Sprintf(`{"ids":%s,"parent":%s}`, w.some(w.ids(kind)), parent))
	case 11:
		raw, f = p.call("world."+w.pick([]string{"attach", "detach"}), fmt.Sprintf(`{"id":%q,"component":"mind"}`, w.pick(w.ids(w.pick([]string{"goat", "sheep"})))))
	}
	if f != nil {
		require.Equal(w.t, before, w.y.dump(), "what is refused changes nothing: %s", f.Message)
		return
	}
	var done struct{ Transaction uint64 }
	require.NoError(w.t, json.Unmarshal(raw, &done))
	w.done = append(w.done, done.Transaction)
}

// turn takes a transaction back or does it again, and reports whether that was taken.
func (w *stroll) turn(method string, id uint64) bool {
	before := w.y.dump()
	_, f := w.who[w.rand.IntN(2)].call("world."+method, fmt.Sprintf(`{"transaction":%d}`, id))
	if f != nil {
		require.Equal(w.t, rpc.Conflict, f.Code, f.Message)
		require.Equal(w.t, before, w.y.dump(), "what is refused changes nothing: %s", f.Message)
	}
	return f == nil
}

// undoAll takes everything back in a random order that is not refused.
func (w *stroll) undoAll(open []uint64) {
	for len(open) > 0 {
		n := len(open)
		w.rand.Shuffle(n, func(i, j int) { open[i], open[j] = open[j], open[i] })
		open = slices.DeleteFunc(open, func(id uint64) bool { return w.turn("undo", id) })
		require.Less(w.t, len(open), n, "the newest can always be taken back")
	}
}

// Whatever two clients do, and in whatever order it is taken back that is not refused,
// the world is what it was, to the bit, the pointer and the place; and done again it is
// what they had made of it.
func TestUndoneIsAsBeforeAndRedoneAsAfter(t *testing.T) {
	runs, length := uint64(60), 30
	if testing.Short() {
		runs = 10
	}
	for seed := range runs {
		w := newStroll(t, seed)
		first := w.y.dump()
		for range length {
			w.act()
		}
		last := w.y.dump()
		w.undoAll(slices.Clone(w.done))
		require.Equal(t, first, w.y.dump(), "seed %d", seed)
		for _, id := range w.done {
			require.True(t, w.turn("redo", id))
		}
		require.Equal(t, last, w.y.dump(), "seed %d", seed)

		// And in the middle of it, back and forth.
		undone := map[uint64]bool{}
		for range length {
			id := w.done[w.rand.IntN(len(w.done))]
			method := map[bool]string{false: "undo", true: "redo"}[undone[id]]
			if w.turn(method, id) {
				undone[id] = !undone[id]
			}
			if w.rand.IntN(4) == 0 {
				w.act()
			}
		}
		open := slices.DeleteFunc(slices.Clone(w.done), func(id uint64) bool { return undone[id] })
		w.undoAll(open)
		require.Equal(t, first, w.y.dump(), "seed %d", seed)
	}
}
