package console

import (
	"fmt"
	"reflect"
	"strings"
)

// Source is a game's own storage of entities: an ECS, a scene graph. All its methods
// are called on the game's goroutine, inside [Console.Update]. What else a source can
// do it says by the methods that it has beside these: see [SourceNamer] and those after
// it.
type Source interface {
	// Schema says of what entities are made. It is asked once, when the source is bound.
	Schema() Schema
	// Len returns how many places for entities there are; some may be empty.
	Len() int
	// Entity returns the id of the entity at a place below Len; ok is false for an empty
	// one. The id is any number that is the entity's as long as it lives and no other's
	// later, as an index together with a generation is. Its lower 32 bits stand in the
	// names of those that have no name.
	Entity(place int) (id uint64, ok bool)
	// Place returns where an entity is now; ok is false for one that is gone.
	Place(id uint64) (place int, ok bool)
	// Kind returns which of Schema's kinds the entity at a place is.
	Kind(place int) int
	// Component returns a pointer to a component of the entity at a place, of the type
	// that was declared, or nil where it has none. The pointer is used at once and not
	// kept.
	Component(place, component int) any
}

// Schema says of what the entities of a [Source] are made.
type Schema struct {
	Kinds      []SourceKind
	Components []SourceComponent // made by ComponentOf and ComponentFunc
}

// SourceKind is a kind of entities.
type SourceKind struct{ Name, Help string }

// SourceComponent declares one component of a [Source].
type SourceComponent struct {
	name, help string
	typ        reflect.Type
	// Of one that is read and written by functions: load fills the scratch value, store
	// gives what is in it back to the game.
	scratch reflect.Value
	load    func(place int)
	store   func(place int) error
}

// ComponentOf declares a component that [Source.Component] returns pointers to: a
// struct, whose fields are shown as those of [World.Bind] are, or a single value.
func ComponentOf[T any](name, help string) SourceComponent {
	return SourceComponent{name: name, help: help, typ: reflect.TypeFor[T]()}
}

// ComponentFunc declares a component that every entity has and that is read and written
// by functions. A nil set makes it read-only; an error of it refuses a client's edit.
func ComponentFunc[T any](name, help string, get func(place int) T, set func(place int, v T) error) SourceComponent {
	value := new(T)
	c := SourceComponent{name: name, help: help, typ: reflect.TypeFor[T](), scratch: reflect.ValueOf(value).Elem()}
	c.load = func(place int) { *value = get(place) }
	if set != nil {
		c.store = func(place int) error { return set(place, *value) }
	}
	return c
}

// What a [Source] may have beside its methods.
type (
	// SourceNamer gives entities names of their own; an empty one is none.
	SourceNamer interface{ Name(place int) string }
	// SourceParents knows a hierarchy; ok is false for what hangs on nothing.
	SourceParents interface {
		Parent(place int) (id uint64, ok bool)
	}
	// SourceCreator makes an entity of a kind.
	SourceCreator interface {
		Create(kind int) (id uint64, err error)
	}
	// SourceDeleter deletes an entity.
	SourceDeleter interface{ Delete(id uint64) error }
	// SourceReviver brings a deleted entity back under its old id, when its deletion is
	// undone. The console attaches its components and writes them.
	SourceReviver interface {
		Revive(id uint64, kind int) error
	}
	// SourceReparenter hangs an entity on another, or on nothing where some is false.
	SourceReparenter interface {
		Reparent(id, parent uint64, some bool) error
	}
	// SourceAttacher adds components to an entity and takes them from it.
	SourceAttacher interface {
		Attach(id uint64, component int) error
		Detach(id uint64, component int) error
	}
	// SourceState returns a pointer to all of the storage, for snapshots of the world.
	SourceState interface{ State() any }
)

// storage is a [Source] and what it can do.
type storage struct {
	name       string
	own        Source
	components []SourceComponent
	namer      SourceNamer
	parents    SourceParents
}

// component returns a component's place; ok is false where the entity has none.
func (s *storage) component(place, part int) (v reflect.Value, ok bool) {
	c := &s.components[part]
	if c.load != nil {
		c.load(place)
		return c.scratch, true
	}
	ptr := s.own.Component(place, part)
	if ptr == nil {
		return reflect.Value{}, false
	}
	if v = reflect.ValueOf(ptr); v.Kind() != reflect.Pointer || v.IsNil() {
		return reflect.Value{}, false
	}
	v = v.Elem()
	return v, v.Type() == c.typ // else it is not what was declared
}

// newSourceGroup compiles a source's schema.
func newSourceGroup(name string, own Source, help string, number uint64) *group {
	schema := own.Schema()
	s := &storage{name: name, own: own, components: schema.Components}
	s.namer, _ = own.(SourceNamer)
	s.parents, _ = own.(SourceParents)
	if len(schema.Kinds) == 0 {
		schema.Kinds = []SourceKind{{Name: name, Help: help}}
	}
	g := &group{kinds: schema.Kinds, number: number, source: s, many: true, layout: new(layout), subsystem: name}
	for i, c := range schema.Components {
		if c.typ == nil || c.name == "" || strings.ContainsAny(c.name, ".[]\" ") {
			panic(fmt.Sprintf("console: world %q: component %d (%q): declare it with ComponentOf or ComponentFunc, under a name without dots and blanks", name, i, c.name))
		}
		g.layout.component(c, i)
	}
	g.layout.id, g.layout.name = nil, nil // a source says these itself
	g.layout.settle()
	g.findPosition()
	g.findRadius()
	return g
}

// component adds the fields of one component of a source.
func (l *layout) component(c SourceComponent, part int) {
	from := len(l.fields)
	p := place{component: c.name, prefix: c.name + ".", part: part}
	g := noTag(c.name, c.help)
	switch {
	case compound(c.typ, g) != "":
		p.prefix = ""
		l.compound(c.typ, g, p)
	case c.typ.Kind() == reflect.Struct && kindOfField(c.typ) == kindAny:
		l.walk(c.typ, p)
	default:
		l.fields = append(l.fields, g.field(c.typ, p, c.name))
	}
	for i := from; i < len(l.fields); i++ {
		f := &l.fields[i]
		f.part = part
		f.readOnly = f.readOnly || c.load != nil && c.store == nil
	}
}
