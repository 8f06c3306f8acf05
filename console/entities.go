package console

import (
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"time"
)

// A group is what one call of [World.Bind] bound: a struct, or a slice of them.
type group struct {
	kind   string // the name that it was bound under
	help   string
	target reflect.Value // the struct, or the slice
	layout *layout
	many   bool
	number uint64 // from 1, never reused; makes the ids of entities that have none of their own

	// Identity of elements of a slice of pointers that have no id of their own.
	// The pointer itself is the key, so that its memory is not reused while it is known.
	ids  map[any]uint64
	next uint64

	near int // where the entity that was asked for last was found
}

// idSpan is how many ids one group can make up; entities with ids of their own
// stay below it.
const idSpan = 1 << 40

// newGroup checks what is bound: a pointer to a struct, to a slice of structs, or
// to a slice of pointers to structs.
func newGroup(kind string, thing any, help string, number uint64) *group {
	v := reflect.ValueOf(thing)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		panic(fmt.Sprintf("console: world %q: cannot bind %T: a pointer to a struct or to a slice of structs is needed", kind, thing))
	}
	g := &group{kind: kind, help: help, target: v.Elem(), number: number}
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
	return g
}

// count returns how many entities there are now.
func (g *group) count() int {
	if !g.many {
		return 1
	}
	return g.target.Len()
}

// entity is one row of the world: where it lies now.
type entity struct {
	group *group
	value reflect.Value // an addressable struct
	index int           // in the slice
}

// at returns the i-th entity; ok is false for a nil pointer in a slice, and where
// the slice has become shorter than that.
func (g *group) at(i int) (e entity, ok bool) {
	if !g.many {
		return entity{g, g.target, 0}, true
	}
	if i >= g.target.Len() {
		return entity{}, false
	}
	v := g.target.Index(i)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return entity{}, false
		}
		v = v.Elem()
	}
	return entity{g, v, i}, true
}

// sparse reports whether some places of a slice may hold no entity.
func (g *group) sparse() bool { return g.many && g.target.Type().Elem().Kind() == reflect.Pointer }

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
	case g.layout.id != nil:
		return read(e.value.FieldByIndex(g.layout.id)).n
	case g.sparse():
		return g.pointerID(e.value.Addr())
	default:
		return g.number*idSpan + uint64(e.index)
	}
}

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

// find returns the entity of an id. Looking at the same entity again is cheap.
func (g *group) find(id uint64) (e entity, ok bool) {
	n := g.count()
	if g.near < n {
		if e, ok = g.at(g.near); ok && e.id() == id {
			return e, true
		}
	}
	for i := range n {
		if e, ok = g.at(i); ok && e.id() == id {
			g.near = i
			return e, true
		}
	}
	return entity{}, false
}

// wireID is the id as it travels: decimal, because it may pass 2^53.
func (e entity) wireID() string { return strconv.FormatUint(e.id(), 10) }

// name is what a person calls the entity: its own name, else its kind and, where
// there are several, the game's id or its number.
func (e entity) name() string {
	if e.group.layout.name != nil {
		if s := e.value.FieldByIndex(e.group.layout.name).String(); s != "" {
			return s
		}
	}
	if !e.group.many {
		return e.group.kind
	}
	return e.group.kind + " " + strconv.FormatUint(e.id()%idSpan, 10)
}

// cell reads one field as it travels.
func (e entity) cell(f *field) any {
	v, ok := f.of(e.value)
	if !ok {
		return nil
	}
	if f.spec.kind == kindJSON {
		return summary(v)
	}
	return read(v).json(f.spec)
}

// summary shows a value that has no editor: its length or its type, never its
// contents, which could be large or refer to itself.
func summary(v reflect.Value) string {
	if t, ok := v.Interface().(time.Time); ok { // only exported fields come here
		return t.Format(time.RFC3339Nano)
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Array, reflect.Chan:
		return fmt.Sprintf("%v of %d", v.Type(), v.Len())
	case reflect.Pointer, reflect.Func, reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		if v.Kind() == reflect.Interface {
			return v.Elem().Type().String()
		}
	}
	return v.Type().String()
}

// number reads one field for comparing and sorting; ok is false where it is text.
func (e entity) number(f *field) (n float64, ok bool) {
	v, ok := f.of(e.value)
	switch f.spec.kind {
	case kindString, kindChoice, kindColor, kindJSON:
		return 0, false
	}
	if !ok {
		return 0, false
	}
	return read(v).number(f.spec.kind), true
}

// text reads one field for comparing and sorting as text.
func (e entity) text(f *field) string {
	s, _ := e.cell(f).(string)
	return s
}
