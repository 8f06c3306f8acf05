package console

import (
	"slices"
	"time"
)

// census finds the entities that came and went, while somebody watches the world: it
// sweeps through all places, a part in each frame, and compares the ids with those that
// were there before. An entity that moved to another place is no new one. In a world
// that a frame is too short for, it may have moved while it was swept over; then what
// seems to have come or gone is believed after a further sweep.
type census struct {
	w          *World
	born, died uint64 // since the session began, as far as it was on
	groups     []*headcount
	group      int    // where the sweep is
	began      uint64 // frame in which the sweep did
}

// headcount is what the census knows of a group.
type headcount struct {
	group   *group
	ids     []uint64 // by place
	there   []bool   // whether there is one
	blocks  []uint16 // how many there are in each censusBlock places
	live    int
	kinds   []int // of each, in the sweep before
	counted []int // in this one

	next  int
	count int // of the places, where ids go by them
	swept int // sweeps that are through
	parts int // of this one

	came, left map[uint64]int // the sweep in which it seemed to
	gained     int
	lost       int
	over       bool // more than could be told apart
}

const (
	censusBlock = 1024
	// censusEvery is how many frames are at least between the beginnings of two sweeps.
	censusEvery = 6
	// censusShare is what part of a frame's budget a sweep takes at the most.
	censusShare = 3
	// maxMoves is how many entities may come, go or move in a sweep that are told apart;
	// of more, only by how many there are more or less is known.
	maxMoves = 8192
)

func (c *census) counting() bool { return len(c.groups) > 0 }

// stop forgets all ids, when nobody watches.
func (c *census) stop() {
	if len(c.groups) > 0 {
		c.groups, c.group, c.began = nil, 0, 0
	}
}

// run goes on with the sweep. It is never through.
func (c *census) run(until time.Time) (done bool) {
	now := time.Now()
	if most := now.Add(c.w.viewing.budget() / censusShare); until.After(most) {
		until = most
	}
	if c.group == 0 {
		frame := c.w.viewing.frame()
		if c.counting() && frame-c.began < censusEvery {
			return true
		}
		c.began = frame
		c.bound()
	}
	defer func() { c.w.viewing.spent += time.Since(now) }()
	for ; c.group < len(c.groups); c.group++ {
		h := c.groups[c.group]
		if !slices.Contains(c.w.groups, h.group) {
			continue // unbound meanwhile
		}
		if !h.sweep(until) {
			return true
		}
		c.conclude(h)
	}
	c.group = 0
	return true
}

// bound follows what is bound. What a new kind brings with it was not born now.
func (c *census) bound() {
	if slices.EqualFunc(c.groups, c.w.groups, func(h *headcount, g *group) bool { return h.group == g }) {
		return
	}
	list := make([]*headcount, len(c.w.groups))
	for i, g := range c.w.groups {
		at := slices.IndexFunc(c.groups, func(h *headcount) bool { return h.group == g })
		if at >= 0 {
			list[i] = c.groups[at]
			continue
		}
		list[i] = &headcount{group: g, kinds: make([]int, len(g.kinds)), counted: make([]int, len(g.kinds))}
	}
	c.groups = list
}

// byPlace reports whether the ids of a group are its places.
func (g *group) byPlace() bool { return g.source == nil && g.layout.id == nil && !g.pointers() }

// sweep goes on with one group, and reports whether it is through.
func (h *headcount) sweep(until time.Time) (done bool) {
	g := h.group
	if g.byPlace() {
		return true
	}
	h.parts++
	for h.next < max(g.count(), len(h.ids)) {
		h.look(h.next)
		if h.next++; h.next%scanStep == 0 && !time.Now().Before(until) {
			return false
		}
	}
	return true
}

// look compares who is at a place with who was.
func (h *headcount) look(place int) {
	e, ok := h.group.at(place)
	var id uint64
	if ok {
		if id = e.id(); len(h.counted) > 1 {
			h.counted[e.kindIndex()]++
		}
	}
	if place >= len(h.ids) {
		h.ids, h.there = append(h.ids, 0), append(h.there, false)
		if place%censusBlock == 0 {
			h.blocks = append(h.blocks, 0)
		}
	}
	was, old := h.there[place], h.ids[place]
	if was == ok && old == id {
		return
	}
	if was {
		h.blocks[place/censusBlock]--
		h.live--
		h.move(&h.lost, old, h.came, &h.left)
	}
	if ok {
		h.blocks[place/censusBlock]++
		h.live++
		h.move(&h.gained, id, h.left, &h.came)
	}
	h.ids[place], h.there[place] = id, ok
}

// move notes an id that is at a place no more, or is at one now: where it was missed
// before, or seen too often, it has moved.
func (h *headcount) move(count *int, id uint64, other map[uint64]int, to *map[uint64]int) {
	*count++
	if h.swept == 0 || h.over {
		return
	}
	if _, moved := other[id]; moved {
		delete(other, id)
		return
	}
	if *to == nil {
		*to = make(map[uint64]int)
	}
	if (*to)[id] = h.swept; len(*to) > maxMoves {
		h.over = true
	}
}

// conclude ends the sweep of a group.
func (c *census) conclude(h *headcount) {
	g := h.group
	switch {
	case g.byPlace():
		if n := g.count(); h.swept > 0 {
			c.changed(n - h.count)
		}
		h.count = g.count()
	case h.swept == 0:
	case h.over:
		c.changed(h.gained - h.lost)
		h.came, h.left = nil, nil
	default:
		c.born += settled(h.came, h)
		c.died += settled(h.left, h)
	}
	for n := len(h.ids); n > g.count() && n > 0 && !h.there[n-1]; n-- { // it has become shorter
		if h.ids, h.there = h.ids[:n-1], h.there[:n-1]; (n-1)%censusBlock == 0 {
			h.blocks = h.blocks[:len(h.blocks)-1]
		}
	}
	h.kinds, h.counted = h.counted, h.kinds
	clear(h.counted)
	h.swept++
	h.next, h.parts, h.gained, h.lost, h.over = 0, 0, 0, 0, false
}

// changed counts by how many there are more or less.
func (c *census) changed(by int) {
	if by > 0 {
		c.born += uint64(by)
	} else {
		c.died += uint64(-by)
	}
}

// settled takes out those of which it is sure: all when the group was swept at once, else
// those that were noticed in the sweep before.
func settled(ids map[uint64]int, h *headcount) (n uint64) {
	for id, sweep := range ids {
		if h.parts <= 1 || sweep < h.swept {
			delete(ids, id)
			n++
		}
	}
	return n
}

// of returns the headcount of a group that was swept over once at least, or nil.
func (c *census) of(g *group) *headcount {
	for _, h := range c.groups {
		if h.group == g && h.swept > 0 {
			return h
		}
	}
	return nil
}

// places says where in a group with empty places the entities are.
type places struct {
	h      *headcount // nil where no place is empty
	before int        // entities before the place that from returned
}

// living returns how many entities there are in a group, where that is known without a
// look at each.
func (c *census) living(g *group) (n int, at places, ok bool) {
	if !g.sparse() {
		return g.count(), places{}, true
	}
	if h := c.of(g); h != nil {
		return h.live, places{h: h}, true
	}
	return 0, places{}, false
}

// from returns a place behind which the nth entity is found soon.
func (p *places) from(n int) int {
	if p.h == nil {
		p.before = n
		return n
	}
	for i, live := range p.h.blocks {
		if p.before+int(live) > n {
			return i * censusBlock
		}
		p.before += int(live)
	}
	return len(p.h.ids)
}

// countOf returns how many entities of a kind there are. Of a source with several it is
// counted anew where no sweep did.
func (w *World) countOf(g *group, kind int) (n int) {
	if n, _, ok := w.viewing.census.living(g); ok && len(g.kinds) == 1 {
		return n
	}
	if h := w.viewing.census.of(g); h != nil {
		return h.kinds[kind]
	}
	return w.counted(g)[kind]
}

// counted counts the entities of each kind of a group, once in a frame.
func (w *World) counted(g *group) []int {
	t, frame := &g.muster, w.viewing.frame()
	if len(t.kinds) == len(g.kinds) && t.frame == frame && t.moves == w.editing.moves && t.places == g.count() {
		return t.kinds
	}
	t.kinds = append(t.kinds[:0], make([]int, len(g.kinds))...)
	t.frame, t.moves, t.places = frame, w.editing.moves, g.count()
	for e := range g.all() {
		t.kinds[e.kindIndex()]++
	}
	return t.kinds
}

// muster is how many entities of each kind a group had, and when that was.
type muster struct {
	frame  uint64
	moves  uint64 // editing.moves then
	places int
	kinds  []int
}
