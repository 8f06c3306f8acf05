package console

import (
	"reflect"
	"strconv"
	"time"
)

// manyMisses is how many entities are looked for through a whole slice before all of
// those that are wanted are found in one pass.
const manyMisses = 4

// finder finds many entities one by one, or where they are not where they were, and ids
// do not grow with the places, all of them in one pass.
type finder struct {
	w      *World
	before int
	primed bool
}

func (w *World) finder() finder { return finder{w: w, before: w.misses()} }

// misses is how often a slice was looked through for an entity.
func (w *World) misses() (n int) {
	for _, g := range w.groups {
		n += g.misses
	}
	return n
}

// late reports, once, that looking for one after the other takes too long.
func (f *finder) late() bool {
	if f.primed || f.w.misses()-f.before < manyMisses {
		return false
	}
	f.primed = true
	return true
}

// primeTexts finds the places of entities by ids as they travel.
func (w *World) primeTexts(n int, text func(i int) string) {
	ids := make(map[uint64]bool, n)
	for i := range n {
		if id, err := strconv.ParseUint(text(i), 10, 64); err == nil {
			ids[id] = true
		}
	}
	w.prime(ids)
}

// primeEdits finds the places of what edits are about.
func (w *World) primeEdits(edits []edit) {
	ids := make(map[uint64]bool, len(edits))
	for i := range edits {
		ids[edits[i].key.id] = true
	}
	w.prime(ids)
}

func (w *World) prime(ids map[uint64]bool) {
	for _, g := range w.groups {
		if g.nameless() != "" || g.source != nil {
			continue
		}
		for e := range g.all() {
			if id := e.id(); ids[id] {
				g.remember(id, e.index)
			}
		}
	}
}

// taken returns an entity of some groups that has one of some ids which are to be free.
// It looks no longer than until a moment: that ids are unique is the game's to keep.
func taken(groups []*group, ids map[uint64]bool, until time.Time) (e entity, ok bool) {
	n := 0
	for _, g := range groups {
		if g.source != nil || g.layout.id == nil {
			continue
		}
		for e := range g.all() {
			if ids[e.id()] {
				return e, true
			}
			if n++; n%1024 == 0 && !time.Now().Before(until) {
				return entity{}, false
			}
		}
	}
	return entity{}, false
}

// standing returns an entity of a group that has one of some ids of the dead: one that the
// game has made since or, where the world was restored, one of them. Of these none is
// missed, for it would come to be in the slice twice.
func (w *World) standing(g *group, dead map[uint64]bool) (e entity, ok bool) {
	if !w.states.restored {
		return taken([]*group{g}, dead, time.Now().Add(nameBudget))
	}
	for e := range g.all() {
		if dead[e.id()] {
			return e, true
		}
	}
	return entity{}, false
}

// listedFor is how long a list of a slice is believed at the least, for references alone:
// what names the dead may name one that came meanwhile so much later. Making the list
// takes no more than a part of listedShare of the time.
const (
	listedFor   = time.Second
	listedShare = 50
)

// seek is find for references, any number of which may name what is gone: the slice is
// not looked through for each of them, but listed once in a while.
func (g *group) seek(id uint64) (e entity, ok bool) {
	e, ok, sure := g.recall(id)
	if sure {
		return e, ok
	}
	_, moved := g.places[id]
	if !moved && time.Now().Before(g.listed) {
		return entity{}, false
	}
	if g.strays++; g.strays < manyMisses {
		return g.comb(id)
	}
	g.list()
	e, ok, _ = g.recall(id)
	return e, ok
}

// list notes where all entities are.
func (g *group) list() {
	began := time.Now()
	g.places, g.strays = make(map[uint64]int, g.count()), 0
	for e := range g.all() {
		g.places[e.id()] = e.index
	}
	g.misses++
	g.listed = time.Now().Add(max(listedFor, listedShare*time.Since(began)))
}

// seekPointer is seek for what is known by its pointer. One that is unknown is looked for
// once in a while, too, and given no id: it may be long gone.
func (g *group) seekPointer(ptr reflect.Value) (entity, bool) {
	id, known := g.ids[ptr.Interface()]
	if !known && time.Now().Before(g.listed) {
		return entity{}, false
	}
	if !known {
		g.list()
		if id, known = g.ids[ptr.Interface()]; !known {
			return entity{}, false
		}
	}
	return g.seek(id)
}

// doubt has references be looked up in the world as it is now: something is to be done
// with what they name.
func (w *World) doubt() {
	for _, g := range w.groups {
		g.listed = time.Time{}
	}
}
