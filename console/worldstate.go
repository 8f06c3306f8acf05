package console

import (
	"cmp"
	"fmt"
	"reflect"

	"github.com/scry-dev/scry/internal/state"
)

// states is what the world knows of the game's state as a whole, and its snapshots.
type states struct {
	own    []reflect.Type // of the console itself: never a part of the game's state
	roots  []state.Root   // that State named
	memory *state.Memory  // of the packages below; made anew where there are others
	follow map[string]bool

	list    []*snapshot // the oldest first
	last    uint64      // id of the newest
	bytes   int64       // of all
	evicted uint64

	restored bool // once at least: what clients deleted may be there again
}

// State adds to what is snapshot, restored and hashed, beside what is bound: what the
// pointer points to, and all that can be reached from there through pointers, slices,
// maps and interfaces, in fields that are not exported, too. The subsystem is the
// heading of its hash; several calls may name the same. It panics when p is not a
// pointer.
//
// What is bound with [World.Bind] is state without being named here; what a [Source]
// holds is where it is a [SourceState]. A game that plays on identically after a
// restore needs the rest, too: its random generators, timers, queues. One pointer to
// all of it does.
//
//	con.World.Bind("seed", &world.Seeds, "drifts and sprouts")
//	con.World.State("sim", world)
//
// A pointer is followed where it points to a type of a package from which something was
// bound, to one without a name, or to one of math/rand, math/rand/v2, math/big, bytes,
// strings, container/list and container/ring. What other pointers point to is shared
// between the game and its snapshots and does not change with them: pictures, files,
// connections, and what world.snapshot lists as shared. To have more of it, give
// State a pointer to some of it. Strings, functions, channels and unsafe pointers are
// restored as they were, and nothing behind them; neither is what lies between the length
// and the capacity of a slice. Locks of package sync are left as they are, so that who
// holds one goes on holding it: no other goroutine may be at work on the state while
// the console's Update runs.
func (w *World) State(subsystem string, p any) {
	v := reflect.ValueOf(p)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		panic(fmt.Sprintf("console: world %q: the state is given by a pointer, not %T", subsystem, p))
	}
	w.states.roots = append(w.states.roots, state.Root{Name: subsystem, At: v})
}

// stateRoots is where walks of the state begin: what is bound in the order of binding,
// then what State named.
func (w *World) stateRoots() (roots []state.Root, without []string) {
	for _, g := range w.groups {
		root := state.Root{Name: g.subsystem}
		if g.source != nil {
			if root.At = g.source.state(); !root.At.IsValid() {
				without = append(without, g.source.name)
				continue
			}
		} else {
			root.At = g.target.Addr()
			if g.many && g.layout.id != nil {
				root.ID = g.idAt
			}
		}
		roots = append(roots, root)
	}
	return append(roots, w.states.roots...), without
}

// state is a pointer to all of a storage; not valid where it gives none.
func (s *storage) state() reflect.Value {
	own, ok := s.own.(SourceState)
	if !ok {
		return reflect.Value{}
	}
	if at := reflect.ValueOf(own.State()); at.Kind() == reflect.Pointer && !at.IsNil() {
		return at
	}
	return reflect.Value{}
}

// idAt is the id of the entity at a place, 0 for none.
func (g *group) idAt(i int) uint64 {
	e, ok := g.at(i)
	if !ok {
		return 0
	}
	return e.id()
}

// stateMemory knows what is followed: the packages of all roots, and those of the
// components of sources.
func (w *World) stateMemory(roots []state.Root) *state.Memory {
	s := &w.states
	known := len(s.follow)
	if s.follow == nil {
		s.follow = make(map[string]bool)
	}
	for _, r := range roots {
		s.include(r.At.Type())
	}
	for _, g := range w.groups {
		if g.source == nil {
			continue
		}
		s.include(reflect.TypeOf(g.source.own))
		for _, c := range g.source.components {
			s.include(c.typ)
		}
	}
	if s.memory == nil || len(s.follow) > known {
		packages := make([]string, 0, len(s.follow))
		for path := range s.follow {
			packages = append(packages, path)
		}
		s.memory = state.New(packages, s.own...)
	}
	return s.memory
}

// include adds the package of a type, or of what it is made of where it has no name.
func (s *states) include(t reflect.Type) {
	for t.PkgPath() == "" {
		switch t.Kind() {
		case reflect.Map:
			s.include(t.Key())
			fallthrough
		case reflect.Pointer, reflect.Slice, reflect.Array:
			t = t.Elem()
		default:
			return
		}
	}
	s.follow[t.PkgPath()] = true
}

// survey walks the whole state as it is now.
func (w *World) survey(limit int64) (*state.Survey, []string, error) {
	roots, without := w.stateRoots()
	s, err := w.stateMemory(roots).Survey(roots, limit)
	return s, without, err
}

// moment is the whole state at one time, and the ids that entities had which have
// none of their own.
type moment struct {
	image *state.Image
	ids   []madeIDs
}

type madeIDs struct {
	group *group
	at    []any // pointers
	ids   []uint64
	next  uint64 // the newest that was given
}

// moment copies the state as it is now. It fails where that is larger than limit.
func (w *World) moment(limit int64) (m moment, without []string, err error) {
	m.ids = w.madeIDs()
	s, without, err := w.survey(limit - m.idBytes())
	if err != nil {
		return m, nil, w.tooLarge(err, limit)
	}
	m.image = s.Image()
	return m, without, nil
}

// madeIDs are the ids of entities that are known by their pointers.
func (w *World) madeIDs() (all []madeIDs) {
	for _, g := range w.groups {
		if !g.pointers() || g.layout.id != nil {
			continue
		}
		ids := madeIDs{group: g}
		for e := range g.all() {
			ids.at, ids.ids = append(ids.at, e.value.Addr().Interface()), append(ids.ids, e.id())
		}
		ids.next = g.next
		all = append(all, ids)
	}
	return all
}

// bytes is how much memory a moment takes.
func (m *moment) bytes() int64 { return m.image.Bytes() + m.idBytes() }

func (m *moment) idBytes() (n int64) {
	const perID = 24
	for _, ids := range m.ids {
		n += perID * int64(len(ids.ids))
	}
	return n
}

// restore makes the state what it was.
func (m *moment) restore() {
	m.image.Restore()
	for _, ids := range m.ids {
		g := ids.group
		if g.ids == nil {
			g.ids = make(map[any]uint64, len(ids.ids))
		}
		for i, at := range ids.at {
			g.ids[at] = ids.ids[i]
			g.next = max(g.next, ids.ids[i]-g.number*idSpan)
		}
	}
}

// visitLimit bounds the copy of the present that is kept while the past is looked at,
// and what is walked for a hash. It is more than anybody keeps snapshots of.
const visitLimit = 4 << 30

func (w *World) snapshotBytes() int64 { return cmp.Or(w.SnapshotBytes, 64<<20) }
