package console

import (
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"time"
)

// A group is what one call of [World.Bind] or [World.BindSource] bound: a struct, a
// slice of them, or a game's own storage.
type group struct {
	kinds  []SourceKind // one, but for a source
	number uint64       // from 1, never reused; makes the ids of entities that have none of their own
	layout *layout

	// Of structs.
	target reflect.Value // the struct, or the slice
	many   bool

	source *storage // of a game's own storage; nil for structs

	// Identity of elements of a slice of pointers that have no id of their own.
	// The pointer itself is the key, so that its memory is not reused while it is known.
	ids  map[any]uint64
	next uint64

	places map[uint64]int // where entities were found, so that they are found again at once
	misses int            // how often the whole slice was looked through
	strays int            // how often, for references, since it was listed
	listed time.Time      // until when places is believed to name all entities

	muster muster // of a source, by kinds

	position  []*field // two or three numbers; nil where they have none
	radius    *field   // a number; nil where they have none
	vector    uint8    // whether they are one
	parent    *field   // a reference
	subsystem string
	methods   []*method
	shape     shape
}

// key names an entity for good: an id, in the group that it is in.
type key struct{ group, id uint64 }

// idSpan is how many ids one group can make up; entities with ids of their own
// stay below it.
const idSpan = 1 << 40

// maxPlaces bounds how many places of entities a group remembers.
const maxPlaces = 1 << 16

// newGroup checks what is bound: a pointer to a struct, to a slice of structs, or
// to a slice of pointers to structs.
func newGroup(kind string, thing any, help string, number uint64) *group {
	v := reflect.ValueOf(thing)
	if v.Kind() == reflect.Pointer && v.IsNil() {
		panic(fmt.Sprintf("console: world %q: cannot bind %T: it is nil", kind, thing))
	}
	if v.Kind() != reflect.Pointer {
		panic(fmt.Sprintf("console: world %q: cannot bind %T: a pointer to a struct or to a slice of structs is needed", kind, thing))
	}
	g := &group{kinds: []SourceKind{{Name: kind, Help: help}}, target: v.Elem(), number: number, subsystem: kind}
	t := g.target.Type()
	if t.Kind() == reflect.Slice {
		g.many = true
		if t = t.Elem(); t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("console: world %q: cannot bind %T: a pointer to a struct or to a slice of structs is needed", kind, thing))
	}
	g.layout = layoutOf(t)
	g.findPosition()
	g.findRadius()
	if path := g.layout.parent; path != "" {
		g.parent = g.layout.byPath[path]
	}
	return g
}

// findPosition takes the first vector that is called so as the position.
func (g *group) findPosition() {
	for i := range g.layout.fields {
		of := g.layout.fields[i].of
		switch lastName(of) {
		case "pos", "position", "at", "place", "location":
			if parts := g.layout.compounds[of]; len(parts) == 2 || len(parts) == 3 {
				g.position = parts
				return
			}
		}
	}
	x, y := g.layout.byPath["x"], g.layout.byPath["y"]
	if x != nil && y != nil && x.numeric() && y.numeric() {
		g.position = []*field{x, y}
		if z := g.layout.byPath["z"]; z != nil && z.numeric() {
			g.position = append(g.position, z)
		}
	}
}

// findRadius takes the first number that is called so as how large an entity is.
func (g *group) findRadius() {
	for i := range g.layout.fields {
		if f := &g.layout.fields[i]; f.numeric() && lastName(f.path) == "radius" {
			g.radius = f
			return
		}
	}
}

// structType is the type of the entities; nil for a source.
func (g *group) structType() reflect.Type {
	if g.source != nil {
		return nil
	}
	t := g.target.Type()
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// count returns how many places for entities there are now.
func (g *group) count() int {
	switch {
	case g.source != nil:
		return g.source.own.Len()
	case !g.many:
		return 1
	}
	return g.target.Len()
}

// entity is one thing of the world: where it lies now.
type entity struct {
	group  *group
	value  reflect.Value // an addressable struct; of a source its components are asked for one by one
	index  int           // its place
	handle uint64        // of a source, the id
}

// at returns the entity at a place; ok is false for an empty one, and where there are
// fewer than that now.
func (g *group) at(i int) (e entity, ok bool) {
	switch {
	case g.source != nil:
		if i >= g.source.own.Len() {
			return entity{}, false
		}
		id, ok := g.source.own.Entity(i)
		return entity{group: g, index: i, handle: id}, ok
	case !g.many:
		return entity{group: g, value: g.target}, true
	case i >= g.target.Len():
		return entity{}, false
	}
	v := g.target.Index(i)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return entity{}, false
		}
		v = v.Elem()
	}
	return entity{group: g, value: v, index: i}, true
}

// sparse reports whether some places may hold no entity.
func (g *group) sparse() bool {
	return g.source != nil || g.many && g.target.Type().Elem().Kind() == reflect.Pointer
}

// pointers reports whether the group is a slice of pointers.
func (g *group) pointers() bool { return g.source == nil && g.sparse() }

// all yields the entities in the game's own order.
func (g *group) all() iter.Seq[entity] {
	return func(yield func(entity) bool) {
		for i := range g.count() {
			if e, ok := g.at(i); ok && !yield(e) {
				return
			}
		}
	}
}

// id is the id that the game gave the entity, or else one that goes with its
// pointer, or its place.
func (e entity) id() uint64 {
	switch g := e.group; {
	case g.source != nil:
		return e.handle
	case g.layout.id != nil:
		return read(e.value.FieldByIndex(g.layout.id)).n
	case g.pointers():
		return g.pointerID(e.value.Addr())
	default:
		return g.number*idSpan + uint64(e.index)
	}
}

func (e entity) key() key { return key{e.group.number, e.id()} }

// pointerID is the id of an entity that is known by its pointer.
func (g *group) pointerID(ptr reflect.Value) uint64 {
	key := ptr.Interface()
	id, ok := g.ids[key]
	if !ok {
		if g.ids == nil {
			g.ids = make(map[any]uint64)
		}
		g.next++
		id = g.number*idSpan + g.next
		g.ids[key] = id
	}
	return id
}

// forget drops the pointers of entities that are gone, when they outnumber those
// that live, so that the console does not keep the dead in memory.
func (g *group) forget() {
	living := g.count()
	if len(g.ids) <= 2*living+64 {
		return
	}
	kept := make(map[any]uint64, living)
	for i := range living {
		if v := g.target.Index(i); !v.IsNil() {
			if id, ok := g.ids[v.Interface()]; ok {
				kept[v.Interface()] = id
			}
		}
	}
	g.ids = kept
}

// made reports whether an id is one that this group made up.
func (g *group) made(id uint64) bool { return id/idSpan == g.number }

// find returns the entity of an id. Looking for one again is cheap, and so is looking
// where ids grow with the places, as they do where new entities are appended.
func (g *group) find(id uint64) (e entity, ok bool) {
	if e, ok, sure := g.recall(id); sure {
		return e, ok
	}
	return g.comb(id)
}

// recall looks for an entity where it should be; sure is false where only a look at all
// of them can tell whether it is there.
func (g *group) recall(id uint64) (e entity, ok, sure bool) {
	if g.source != nil {
		place, ok := g.source.own.Place(id)
		if !ok {
			return entity{}, false, true
		}
		return entity{group: g, index: place, handle: id}, true, true
	}
	is := func(i int) bool {
		e, ok = g.at(i)
		return ok && e.id() == id
	}
	if !g.many {
		return e, is(0), true
	}
	if i, known := g.places[id]; known && is(i) {
		return e, true, true
	}
	if i, ok := g.guess(id, g.count()); ok && is(i) {
		g.remember(id, i)
		return e, true, true
	}
	return entity{}, false, g.byPlace()
}

// comb looks for an entity through the whole slice.
func (g *group) comb(id uint64) (e entity, ok bool) {
	g.misses++
	for i := range g.count() {
		if e, ok = g.at(i); ok && e.id() == id {
			g.remember(id, i)
			return e, true
		}
	}
	delete(g.places, id)
	return entity{}, false
}

// guess is where an id is if ids grow with their places.
func (g *group) guess(id uint64, n int) (place int, ok bool) {
	if g.layout.id == nil && !g.pointers() {
		return int(id % idSpan), g.made(id)
	}
	lo, hi := 0, n
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		e, ok := g.at(mid)
		if !ok {
			return 0, false
		}
		switch at := e.id(); {
		case at == id:
			return mid, true
		case at < id:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0, false
}

// remember notes where an entity is.
func (g *group) remember(id uint64, place int) {
	if g.places == nil || len(g.places) >= max(maxPlaces, 2*g.count()) {
		g.places, g.listed = make(map[uint64]int), time.Time{}
	}
	g.places[id] = place
}

// wireID is the id as it travels.
func (e entity) wireID() string {
	var scratch [64]byte
	return string(e.appendID(scratch[:0]))
}

// appendID writes the id as it travels, without quotes: decimal, because it may pass
// 2^53; of a source behind its name.
func (e entity) appendID(dst []byte) []byte {
	if s := e.group.source; s != nil {
		dst = append(append(dst, s.name...), ':')
	}
	return strconv.AppendUint(dst, e.id(), 10)
}

// kindIndex says which of the group's kinds the entity is.
func (e entity) kindIndex() int {
	if s := e.group.source; s != nil {
		if k := s.own.Kind(e.index); k >= 0 && k < len(e.group.kinds) {
			return k
		}
	}
	return 0
}

func (e entity) kind() string { return e.group.kinds[e.kindIndex()].Name }

// name is what a person calls the entity: its own name, else its kind and, where
// there are several, the game's id or its number.
func (e entity) name() string {
	if own := e.ownName(); own != "" {
		return own
	}
	var scratch [64]byte
	return string(e.appendNumber(scratch[:0]))
}

// appendName writes the name, without quotes and as it is.
func (e entity) appendName(dst []byte) []byte {
	if own := e.ownName(); own != "" {
		return append(dst, own...)
	}
	return e.appendNumber(dst)
}

// ownName is the name that the game gave it, or "".
func (e entity) ownName() string {
	switch g := e.group; {
	case g.source != nil:
		if g.source.namer != nil {
			return g.source.namer.Name(e.index)
		}
	case g.layout.name != nil:
		return e.value.FieldByIndex(g.layout.name).String()
	}
	return ""
}

func (e entity) appendNumber(dst []byte) []byte {
	dst = append(dst, e.kind()...)
	switch g := e.group; {
	case g.source != nil:
		return strconv.AppendUint(append(dst, ' '), e.handle&0xffffffff, 10)
	case g.many:
		return strconv.AppendUint(append(dst, ' '), e.id()%idSpan, 10)
	}
	return dst
}

// place returns where a field lies; ok is false where the entity has it not: behind a
// nil pointer, or in a component that it lacks.
func (e entity) place(f *field) (v reflect.Value, ok bool) {
	v = e.value
	if s := e.group.source; s != nil {
		if v, ok = s.component(e.index, f.part); !ok {
			return v, false
		}
	}
	return f.within(v)
}

// at3 is a position; what has two numbers has 0 as the third.
type at3 [3]float64

// position is where the entity is; ok is false for one that is nowhere. Every scan near
// to a place asks for it, of every entity: the way to a vector is gone once, not for each
// of its numbers.
func (e entity) position() (p at3, ok bool) {
	fields := e.group.position
	if len(fields) == 0 {
		return p, false
	}
	if !e.group.together() {
		for i, f := range fields {
			if p[i], ok = e.number(f); !ok {
				return p, false
			}
		}
		return p, true
	}
	v := e.value
	if s := e.group.source; s != nil {
		if v, ok = s.component(e.index, fields[0].part); !ok {
			return p, false
		}
	}
	way := fields[0].index
	array := len(fields[0].elements) == 1
	if !array {
		way = way[:len(way)-1]
	}
	for _, i := range way {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return p, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	for i, f := range fields {
		if array {
			p[i] = v.Index(f.elements[0]).Float()
		} else {
			p[i] = v.Field(f.index[len(f.index)-1]).Float()
		}
	}
	return p, true
}

// together reports whether the position is one vector of floats.
func (g *group) together() bool {
	if g.vector == unasked {
		g.vector = apart
		first := g.position[0]
		if first.as == "vec2" || first.as == "vec3" || first.as == "vec4" {
			g.vector = oneVector
		}
		for _, f := range g.position {
			if f.of != first.of || f.part != first.part || f.typ.Kind() != first.typ.Kind() {
				g.vector = apart
			}
		}
	}
	return g.vector == oneVector
}

// What is known of how a position lies.
const (
	unasked uint8 = iota
	apart
	oneVector
)

// parent is the entity that this one hangs on.
func (w *World) parent(e entity) (entity, bool) {
	g := e.group
	switch {
	case g.source != nil && g.source.parents != nil:
		id, ok := g.source.parents.Parent(e.index)
		if !ok {
			return entity{}, false
		}
		return g.find(id)
	case g.parent != nil:
		v, ok := e.place(g.parent)
		if !ok {
			return entity{}, false
		}
		return w.referred(e.group, g.parent, v)
	}
	return entity{}, false
}
