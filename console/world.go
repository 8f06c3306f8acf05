package console

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// World is what a game lets clients see and edit of its things: structs and
// slices of structs, read by reflection where they lie. The zero value is ready.
// All methods belong to the game's goroutine; values change only inside
// [Console.Update].
//
// Exported fields are shown under their Go names with a small first letter. A
// field of a nested struct has the path "body.mass"; the fields of an embedded
// struct are promoted, and the struct's name heads them in the inspector. A tag
// refines a field:
//
//	Health int `scry:"hp,min=0,max=100,unit=hp,column,help=dies at zero"`
//
// Known words: a name in front, min, max, step, unit, enum=a|b|c, readonly,
// column (shown in the table from the start), id, help (last), and "-" to hide.
// What is tagged secret, as a cvar may be, is hidden too.
//
// An entity keeps its id as long as it lives: the integer field tagged id, or
// named ID, which must be unique in the whole world and below 2^40; else its
// pointer, in a slice of pointers; else its place in the slice.
type World struct {
	groups  []*group
	numbers uint64 // given to groups so far
	stream  *rpc.Stream
	lists   []listing // calls of world.list that a frame was too short for
	turn    int       // which of the watches is the first to be looked after
}

// Bind shows a struct, or every struct of a slice, under the name of their kind.
// The pointer is to a struct, to a slice of structs, or to a slice of pointers to
// structs; a slice may grow, shrink and be replaced by the game at will. It
// panics when the kind is taken or the type cannot be bound.
func (w *World) Bind(kind string, thing any, help string) {
	if kind == "" || len(kind) > 64 {
		panic(fmt.Sprintf("console: world %q: a kind has 1 to 64 characters", kind))
	}
	for _, g := range w.groups {
		if g.kind == kind {
			panic(fmt.Sprintf("console: world %q is bound already", kind))
		}
	}
	w.numbers++
	w.groups = append(w.groups, newGroup(kind, thing, help, w.numbers))
}

// Unbind hides a kind. An unknown one is ignored.
func (w *World) Unbind(kind string) {
	w.groups = slices.DeleteFunc(w.groups, func(g *group) bool { return g.kind == kind })
}

// all yields every entity, kind by kind in the order of binding.
func (w *World) all() iter.Seq[entity] {
	return func(yield func(entity) bool) {
		for _, g := range w.groups {
			for e := range g.all() {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// find returns the entity of an id as it travels, which may also be its name.
func (w *World) find(text string) (entity, error) {
	id, err := strconv.ParseUint(text, 10, 64)
	for _, g := range w.groups {
		if err != nil || (id >= idSpan && !g.made(id)) {
			continue
		}
		if e, ok := g.find(id); ok {
			return e, nil
		}
	}
	if err != nil {
		for e := range w.all() {
			if e.name() == text {
				return e, nil
			}
		}
	}
	fault := rpc.Errorf(rpc.NotFound, "there is no entity %q", text)
	fault.Data.Path, fault.Data.Got = "/id", text
	return entity{}, fault
}

// Params and results of the world methods.
type (
	// Kind describes the entities of one kind.
	Kind struct {
		Kind    string      `json:"kind"`
		Help    string      `json:"help"`
		Count   int         `json:"count" help:"how many there are now"`
		Fields  []FieldInfo `json:"fields"`
		Columns []string    `json:"columns" help:"paths shown in the table from the start"`
	}
	// EntityID names an entity.
	EntityID struct {
		ID string `json:"id" help:"decimal id, or the entity's name"`
	}
	// Field is one value of an entity.
	Field struct {
		FieldInfo
		Value   any    `json:"value"`
		Version uint32 `json:"version" help:"changes with the value; give it back as ifVersion"`
	}
	// Component is a group of fields.
	Component struct {
		Name   string  `json:"name"`
		Fields []Field `json:"fields"`
	}
	// Entity is one thing of the world, whole.
	Entity struct {
		ID         string      `json:"id"`
		Name       string      `json:"name"`
		Kind       string      `json:"kind"`
		Frame      uint64      `json:"frame"`
		Tick       uint64      `json:"tick"`
		Components []Component `json:"components"`
	}
	// WorldSet asks for a new value of a field.
	WorldSet struct {
		ID        string          `json:"id" help:"decimal id, or the entity's name"`
		Path      string          `json:"path"`
		Value     json.RawMessage `json:"value"`
		IfVersion *uint32         `json:"ifVersion,omitempty" help:"refuse when the value has changed since"`
	}
	// WorldEdit is what a change did.
	WorldEdit struct {
		ID      string `json:"id"`
		Path    string `json:"path"`
		Value   any    `json:"value"`
		Before  any    `json:"before"`
		Version uint32 `json:"version"`
		Frame   uint64 `json:"frame"`
		Tick    uint64 `json:"tick"`
	}
)

func (w *World) register(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "world.kinds", Help: "the kinds of entities, with their fields", Role: rpc.View},
		func(*rpc.Call, rpc.Void) ([]Kind, error) { return w.kinds(), nil })
	rpc.Handle(s, rpc.Method{Name: "world.list", Help: "the entities that meet a condition, sorted, a window of them", Role: rpc.View,
		Errors: []rpc.Code{rpc.InvalidParams}},
		w.list)
	rpc.Handle(s, rpc.Method{Name: "world.get", Help: "one entity with all its fields", Role: rpc.View, Errors: []rpc.Code{rpc.NotFound}},
		func(call *rpc.Call, p EntityID) (Entity, error) {
			e, err := w.find(p.ID)
			if err != nil {
				return Entity{}, err
			}
			return Entity{e.wireID(), e.name(), e.group.kind, call.Frame(), call.Tick(), e.components()}, nil
		})
	rpc.Handle(s, rpc.Method{Name: "world.set", Help: "changes one field of an entity", Role: rpc.Edit,
		Errors: []rpc.Code{rpc.NotFound, rpc.OutOfRange, rpc.ReadOnly, rpc.Conflict, rpc.InvalidParams}}, w.set)
	w.registerView(s)
}

func (w *World) kinds() []Kind {
	list := make([]Kind, 0, len(w.groups))
	for _, g := range w.groups {
		k := Kind{Kind: g.kind, Help: g.help, Count: g.count(), Fields: []FieldInfo{}, Columns: g.columns()}
		for i := range g.layout.fields {
			k.Fields = append(k.Fields, g.layout.fields[i].info())
		}
		list = append(list, k)
	}
	return list
}

// defaultColumns is how many fields the table shows where no tag chose.
const defaultColumns = 6

// columns are the paths that the table shows from the start.
func (g *group) columns() []string {
	tagged, first := []string{}, []string{}
	for i := range g.layout.fields {
		f := &g.layout.fields[i]
		if f.column {
			tagged = append(tagged, f.path)
		}
		if f.spec.kind != kindJSON && len(first) < defaultColumns {
			first = append(first, f.path)
		}
	}
	if len(tagged) > 0 {
		return tagged
	}
	return first
}

// components are an entity's fields under their headings, in the order of the
// struct.
func (e entity) components() []Component {
	list := []Component{}
	at := make(map[string]int)
	for i := range e.group.layout.fields {
		f := &e.group.layout.fields[i]
		n, ok := at[f.component]
		if !ok {
			n = len(list)
			at[f.component] = n
			list = append(list, Component{Name: f.component})
		}
		value := e.cell(f)
		list[n].Fields = append(list[n].Fields, Field{f.info(), value, versionOf(value)})
	}
	return list
}

// versionOf makes a value's version out of the value itself, so that nothing
// needs to be kept for it.
func versionOf(value any) uint32 {
	h := fnv.New32a()
	fmt.Fprint(h, value)
	return h.Sum32()
}

func (w *World) set(call *rpc.Call, p WorldSet) (WorldEdit, error) {
	e, err := w.find(p.ID)
	if err != nil {
		return WorldEdit{}, err
	}
	f := e.group.layout.byPath[p.Path]
	if f == nil {
		return WorldEdit{}, at(unknown(rpc.NotFound, "field", p.Path, e.group.paths()), e.name(), "/path")
	}
	v, ok := f.of(e.value)
	switch {
	case f.readOnly:
		return WorldEdit{}, rpc.Errorf(rpc.ReadOnly, "%s: field %q is read-only", e.name(), p.Path)
	case !ok:
		return WorldEdit{}, rpc.Errorf(rpc.NotFound, "%s: field %q lies behind a nil pointer", e.name(), p.Path)
	}
	before := e.cell(f)
	if now := versionOf(before); p.IfVersion != nil && *p.IfVersion != now {
		return WorldEdit{}, rpc.Errorf(rpc.Conflict, "%s: field %q has changed since; it is %v now", e.name(), p.Path, before)
	}
	to, err := decodeScalar(p.Value, f.spec)
	if err != nil {
		return WorldEdit{}, at(err, fmt.Sprintf("%s: field %q", e.name(), p.Path), "/value")
	}
	to.write(v)
	after := e.cell(f)
	return WorldEdit{e.wireID(), p.Path, after, before, versionOf(after), call.Frame(), call.Tick()}, nil
}

func (g *group) paths() []string {
	paths := make([]string, len(g.layout.fields))
	for i := range g.layout.fields {
		paths[i] = g.layout.fields[i].path
	}
	return paths
}
