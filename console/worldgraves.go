package console

import (
	"reflect"
	"slices"
)

// graveyard remembers where in its slice stood what clients deleted, so that it comes
// back to its place whatever was deleted, made and brought back since. The living and
// the dead have one order: each of the dead lies in the row behind a living one.
type graveyard struct {
	graves map[uint64]*grave // by id
	rows   map[neighbour]*row
}

// neighbour is an entity that others lie behind; the zero one is the start of the slice.
type neighbour struct {
	id   uint64
	some bool
}

// row is what lies behind a living entity, up to the next.
type row struct {
	graves []*grave
	gap    int // the sum of theirs
}

func (r *row) add(g *grave, behind neighbour) {
	g.anchor = behind
	r.graves = append(r.graves, g)
	r.gap += g.gap
}

type grave struct {
	id     uint64
	anchor neighbour
	gap    int // empty places of the slice between it and what is before it
	index  int // where it stood, for when the game has deleted its anchor
}

// bury notes that an entity goes that has an index, behind another with a lower one.
func (y *graveyard) bury(id uint64, index int, behind neighbour, anchorIndex int) {
	y.forget(id) // the game has used the id again
	r := y.rows[behind]
	if r == nil {
		r = new(row)
		y.rows[behind] = r
	}
	g := &grave{id: id, gap: max(0, index-anchorIndex-1-r.gap), index: index}
	y.graves[id] = g
	r.add(g, behind)
	self := neighbour{id, true}
	if own := y.rows[self]; own != nil {
		for _, later := range own.graves {
			r.add(later, behind)
		}
		delete(y.rows, self)
	}
}

// risen is one of the dead that comes back.
type risen struct {
	of     int // which of those that do
	anchor neighbour
	gap    int  // empty places between its anchor and it
	index  int  // where it stood
	lost   bool // nobody knows where it belongs: the game has used its id since
}

// rise takes some of the dead out, and says where they belong: those behind the same
// anchor in their order.
func (y *graveyard) rise(ids []uint64) (list []risen) {
	rising := make(map[uint64]int, len(ids))
	for i, id := range ids {
		rising[id] = i
	}
	for _, id := range ids {
		if g := y.graves[id]; g != nil { // else it came with another of its row
			list = y.split(list, g.anchor, rising)
		}
	}
	placed := make([]bool, len(ids))
	for _, r := range list {
		placed[r.of] = true
	}
	for i := range ids {
		if !placed[i] {
			list = append(list, risen{of: i, lost: true})
		}
	}
	return list
}

// split takes those out of a row that come back; what lay behind each of them in the row
// lies behind it from then on.
func (y *graveyard) split(list []risen, from neighbour, rising map[uint64]int) []risen {
	old := y.rows[from]
	delete(y.rows, from)
	gap, behind := 0, from
	for _, g := range old.graves {
		gap += g.gap
		if of, ok := rising[g.id]; ok {
			list = append(list, risen{of: of, anchor: from, gap: gap, index: g.index})
			delete(y.graves, g.id)
			behind = neighbour{g.id, true}
			continue
		}
		r := y.rows[behind]
		if r == nil {
			r = new(row)
			y.rows[behind] = r
		}
		r.add(g, behind)
	}
	return list
}

// forget drops one of the dead that nobody can bring back any more.
func (y *graveyard) forget(id uint64) {
	g := y.graves[id]
	if g == nil {
		return
	}
	delete(y.graves, id)
	r := y.rows[g.anchor]
	i := slices.Index(r.graves, g)
	if i+1 < len(r.graves) {
		r.graves[i+1].gap += g.gap
	} else {
		r.gap -= g.gap
	}
	if r.graves = slices.Delete(r.graves, i, i+1); len(r.graves) == 0 {
		delete(y.rows, g.anchor)
	}
}

// yard returns the graveyard of a group.
func (w *World) yard(g *group) *graveyard {
	y := w.editing.yards[g.number]
	if y == nil {
		if w.editing.yards == nil {
			w.editing.yards = make(map[uint64]*graveyard)
		}
		y = &graveyard{graves: make(map[uint64]*grave), rows: make(map[neighbour]*row)}
		w.editing.yards[g.number] = y
	}
	return y
}

// cutOut removes elements from a slice, by their indices in order.
func cutOut(slice reflect.Value, indices []int) {
	if len(indices) == 0 {
		return
	}
	n, to := slice.Len(), indices[0]
	for i, from := range indices {
		end := n
		if i+1 < len(indices) {
			end = indices[i+1]
		}
		to += reflect.Copy(slice.Slice(to, n), slice.Slice(from+1, end))
	}
	for i := to; i < n; i++ {
		slice.Index(i).SetZero() // so that what they refer to is not kept
	}
	slice.SetLen(to)
}

// putIn inserts elements into a slice before indices that do not fall.
func putIn(slice reflect.Value, before []int, values []reflect.Value) {
	k, n := len(values), slice.Len()
	slice.Grow(k)
	slice.SetLen(n + k)
	end := n
	for i := k - 1; i >= 0; i-- {
		from := before[i]
		reflect.Copy(slice.Slice(from+i+1, end+i+1), slice.Slice(from, end))
		slice.Index(from + i).Set(values[i])
		end = from
	}
}
