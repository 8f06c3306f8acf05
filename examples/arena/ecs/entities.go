package ecs

import "fmt"

// ID names an entity for as long as it lives: its place in the low half, and which
// entity of that place it is in the high one. It is not given out again. Zero names none.
type ID uint64

func idOf(place int, generation uint32) ID { return ID(generation)<<32 | ID(uint32(place)) }

// Place returns where the entity stands among all: the index of its components in
// every [Store].
func (id ID) Place() int { return int(uint32(id)) }

// Generation returns which entity of its place it is, from 1.
func (id ID) Generation() uint32 { return uint32(id >> 32) }

// String returns place and generation, as 40317.2.
func (id ID) String() string { return fmt.Sprintf("%d.%d", id.Place(), id.Generation()) }

// Entities are the ids of all that live, by their places. Places are used again, the
// one that is free the longest first, so that what was removed by mistake can come back.
type Entities struct {
	ids   []ID     // by place; zero where nobody is
	kinds []uint8  // by place
	last  []uint32 // by place: the newest generation that it had
	queue []uint32 // places in the order in which they became free; some are taken again
	next  int      // queue[:next] is used up
	alive int
}

// Len returns how many places there are. Some may be empty.
func (e *Entities) Len() int { return len(e.ids) }

// Alive returns how many entities there are.
func (e *Entities) Alive() int { return e.alive }

// At returns the entity of a place; ok is false where nobody is.
func (e *Entities) At(place int) (id ID, ok bool) {
	if uint(place) >= uint(len(e.ids)) {
		return 0, false
	}
	id = e.ids[place]
	return id, id != 0
}

// Has reports whether an entity lives.
func (e *Entities) Has(id ID) bool {
	now, ok := e.At(id.Place())
	return ok && now == id
}

// Kind returns the kind that an entity was made with.
func (e *Entities) Kind(place int) int { return int(e.kinds[place]) }

// New makes an entity without components.
func (e *Entities) New(kind int) ID {
	place := e.vacancy()
	e.last[place]++
	return e.settle(idOf(place, e.last[place]), kind)
}

func (e *Entities) settle(id ID, kind int) ID {
	e.ids[id.Place()], e.kinds[id.Place()] = id, uint8(kind)
	e.alive++
	return id
}

// vacancy returns a place where nobody is.
func (e *Entities) vacancy() int {
	for e.next < len(e.queue) {
		place := int(e.queue[e.next])
		e.next++
		if e.next > len(e.queue)/2+64 {
			e.queue = append(e.queue[:0], e.queue[e.next:]...)
			e.next = 0
		}
		if e.ids[place] == 0 {
			return place
		}
	}
	e.ids, e.kinds, e.last = append(e.ids, 0), append(e.kinds, 0), append(e.last, 0)
	return len(e.ids) - 1
}

// Revive brings back an entity that was removed, under its id and without components.
// It fails where the id was never given out, or its place has gone to another.
func (e *Entities) Revive(id ID, kind int) error {
	place, generation := id.Place(), id.Generation()
	if place >= len(e.ids) || generation == 0 || generation > e.last[place] {
		return fmt.Errorf("there was no entity %v", id)
	}
	if now := e.ids[place]; now != 0 {
		return fmt.Errorf("the place of %v is taken by %v", id, now)
	}
	e.settle(id, kind)
	return nil
}

// Remove ends an entity, and reports whether it lived. Its components are removed by
// who knows their stores.
func (e *Entities) Remove(id ID) bool {
	if !e.Has(id) {
		return false
	}
	e.ids[id.Place()] = 0
	e.queue = append(e.queue, uint32(id.Place()))
	e.alive--
	return true
}
