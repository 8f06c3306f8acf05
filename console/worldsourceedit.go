package console

import (
	"reflect"
	"slices"

	"github.com/scry-dev/scry/rpc"
)

// makeInSource has a source make an entity.
func (w *World) makeInSource(g *group, kind int) (e entity, err error) {
	name := g.kinds[kind].Name
	err = w.guard(name+": Create", func() error {
		id, err := g.source.own.(SourceCreator).Create(kind)
		if err != nil {
			return at(refusal(err), name, "")
		}
		var ok bool
		if e, ok = g.find(id); !ok {
			return rpc.Errorf(rpc.Failed, "%s: Create returned the id %d, which the source does not know", name, id)
		}
		return nil
	})
	return e, err
}

// copyInSource makes a duplicate of a source's entity: of the same kind, with copies of
// its components, hung on the same.
func (w *World) copyInSource(e entity) (entity, error) {
	g, name := e.group, e.name()
	b := w.bodyOf(e)
	twin, err := w.makeInSource(g, b.kind)
	if err != nil {
		return entity{}, err
	}
	err = w.guard(name+": duplicate", func() error { return w.embody(g, twin.handle, b, name) })
	if err != nil {
		t := &transaction{edits: []edit{structural(born, twin)}}
		return entity{}, w.unmake(t, err)
	}
	e, ok := g.find(twin.handle)
	if !ok {
		return e, rpc.Errorf(rpc.Failed, "%s: its duplicate was deleted by the game", name)
	}
	return e, nil
}

// bodyOf keeps what an entity of a source is made of.
func (w *World) bodyOf(e entity) *remains {
	s := e.group.source
	b := &remains{values: make(staged, len(s.components)), kind: e.kindIndex()}
	for i := range s.components {
		if v, ok := s.component(e.index, i); ok {
			b.values[i] = copied(v)
			deepen(b.values[i]) // the source may use the memory again
		}
	}
	if s.parents != nil {
		b.hung.id, b.hung.some = s.parents.Parent(e.index)
	}
	return b
}

// embody gives an entity of a source what another was made of.
func (w *World) embody(g *group, id uint64, b *remains, name string) error {
	s := g.source
	attacher, _ := s.own.(SourceAttacher)
	for i := range s.components {
		c := &s.components[i]
		place, ok := s.own.Place(id)
		if !ok {
			return rpc.Errorf(rpc.Failed, "%s: the source does not know its id any more", name)
		}
		_, has := s.component(place, i)
		want := b.values[i].IsValid()
		switch {
		case c.load != nil && c.store == nil:
			continue
		case want && !has && attacher == nil:
			return rpc.Errorf(rpc.Failed, "%s: its component %q cannot be attached: the source has no Attach", name, c.name)
		case want && !has:
			if err := attacher.Attach(id, i); err != nil {
				return at(refusal(err), name, "")
			}
		case !want && has && attacher != nil:
			if err := attacher.Detach(id, i); err != nil {
				return at(refusal(err), name, "")
			}
		}
		if want {
			if err := s.put(id, i, b.values[i], name); err != nil {
				return err
			}
		}
	}
	if r, ok := s.own.(SourceReparenter); ok && s.parents != nil {
		return refusalOf(r.Reparent(id, b.hung.id, b.hung.some), name)
	}
	return nil
}

// refusalOf is the error of a game's function, for the wire; nil for nil.
func refusalOf(err error, name string) error {
	if err == nil {
		return nil
	}
	return at(refusal(err), name, "")
}

// put writes a component whole.
func (s *storage) put(id uint64, part int, x reflect.Value, name string) error {
	place, _ := s.own.Place(id)
	v, ok := s.component(place, part)
	if !ok {
		return rpc.Errorf(rpc.Failed, "%s: the source attached %q and does not have it", name, s.components[part].name)
	}
	x = copied(x)
	deepen(x) // what is kept stays as it is
	v.Set(x)
	if store := s.components[part].store; store != nil {
		return refusalOf(store(place), name)
	}
	return nil
}

// removeFromSource has a source delete an entity.
func (w *World) removeFromSource(g *group, st *edit) error {
	e, ok := g.find(st.key.id)
	d, can := g.source.own.(SourceDeleter)
	switch {
	case !ok:
		return rpc.Errorf(rpc.NotFound, "%s is not in the world any more", st.name)
	case !can:
		return rpc.Errorf(rpc.ReadOnly, "%s cannot be deleted: its source has no method Delete", st.name)
	}
	b := w.bodyOf(e)
	err := w.guard(st.name+": Delete", func() error { return refusalOf(d.Delete(st.key.id), st.name) })
	if err == nil {
		st.remains = b
	}
	return err
}

// reviveInSource has a source bring an entity back.
func (w *World) reviveInSource(g *group, st *edit) error {
	r, can := g.source.own.(SourceReviver)
	if !can {
		e := rpc.Errorf(rpc.ReadOnly, "%s cannot come back: its source has no method Revive, which gives an entity its old id again", st.name)
		e.Data.Path = "/transaction"
		return e
	}
	return w.guard(st.name+": Revive", func() error {
		if err := r.Revive(st.key.id, st.remains.kind); err != nil {
			return refusalOf(err, st.name)
		}
		err := w.embody(g, st.key.id, st.remains, st.name)
		if err == nil {
			st.remains = nil
			return nil
		}
		if d, ok := g.source.own.(SourceDeleter); ok {
			_ = d.Delete(st.key.id) // as it was: the error that is told is the first
		}
		return err
	})
}

func (w *World) reparent(call *rpc.Call, p WorldReparent) (WorldMade, error) {
	list, err := w.several(p.IDs, kindReparent)
	if err != nil {
		return WorldMade{}, err
	}
	var parent entity
	if p.Parent != nil {
		if parent, err = w.find(*p.Parent); err != nil {
			return WorldMade{}, within(err, "/parent")
		}
	}
	w.doubt()
	t := &transaction{kind: kindReparent, label: p.Label, edits: make([]edit, len(list))}
	for i, e := range list {
		if err := w.checkParent(e, parent); err != nil {
			return WorldMade{}, within(err, "/parent")
		}
		if t.edits[i], err = w.reparented(e, parent); err != nil {
			return WorldMade{}, within(err, "/parent")
		}
	}
	if err := w.run(t.edits, forward); err != nil {
		return WorldMade{}, err
	}
	return w.made(call, t), nil
}

// checkParent refuses a parent that hangs on its child, or is of another storage.
func (w *World) checkParent(e, parent entity) error {
	if parent.group == nil {
		return nil
	}
	if e.group.source != nil && parent.group != e.group {
		return rpc.Errorf(rpc.InvalidParams, "%s lies in the source %q, and %s does not", e.name(), e.group.source.name, parent.name())
	}
	k := e.key()
	for up, n := parent, 0; n < maxHanging; n++ {
		if up.key() == k {
			return rpc.Errorf(rpc.InvalidParams, "%s cannot hang on %s, which hangs on it", e.name(), parent.name())
		}
		var ok bool
		if up, ok = w.parent(up); !ok {
			return nil
		}
	}
	return nil
}

// reparented makes the edit that hangs an entity on another: of structs it sets a field.
func (w *World) reparented(e, parent entity) (edit, error) {
	g := e.group
	if g.source != nil {
		s := structural(hung, e)
		s.path = "parent"
		if g.source.parents != nil {
			s.from.id, s.from.some = g.source.parents.Parent(e.index)
		}
		if parent.group != nil {
			s.to = parenthood{parent.handle, true}
		}
		return s, nil
	}
	raw := []byte("null")
	if parent.group != nil {
		raw = rpc.AppendString(nil, parent.wireID())
	}
	var s edit
	err := w.check(&s, WorldAssignment{ID: e.wireID(), Path: g.parent.path, Value: raw})
	return s, err
}

// hang runs an edit that hangs an entity of a source on another, or takes it back.
func (w *World) hang(g *group, s *edit, back bool) error {
	r, can := g.source.own.(SourceReparenter)
	e, ok := g.find(s.key.id)
	switch {
	case !ok:
		return rpc.Errorf(rpc.NotFound, "%s is not in the world any more", s.name)
	case !can:
		return g.cannot(kindReparent)
	}
	to := s.from
	if !back {
		if to = s.to; g.source.parents != nil {
			s.from.id, s.from.some = g.source.parents.Parent(e.index)
		}
	}
	return w.guard(s.name+": Reparent", func() error { return refusalOf(r.Reparent(s.key.id, to.id, to.some), s.name) })
}

// part attaches a component, or takes one away.
func (w *World) part(call *rpc.Call, p WorldPart, a act) (WorldMade, error) {
	e, err := w.find(p.ID)
	if err == nil {
		err = e.group.cannot(kindAttach)
	}
	if err != nil {
		return WorldMade{}, err
	}
	parts := e.group.source.components
	i := slices.IndexFunc(parts, func(c SourceComponent) bool { return c.name == p.Component })
	if i < 0 {
		known := make([]string, len(parts))
		for i, c := range parts {
			known[i] = c.name
		}
		return WorldMade{}, at(unknown(rpc.NotFound, "component", p.Component, known), e.name(), "/component")
	}
	has, word, kind := false, "has", kindAttach
	if _, has = e.group.source.component(e.index, i); a == detached {
		word, kind, has = "has no", kindDetach, !has
	}
	if has {
		return WorldMade{}, at(rpc.Errorf(rpc.Conflict, "%s %s component %q already", e.name(), word, p.Component), "", "/component")
	}
	s := structural(a, e)
	s.path = p.Component
	t := &transaction{kind: kind, edits: []edit{s}}
	if err := w.run(t.edits, forward); err != nil {
		return WorldMade{}, err
	}
	return w.made(call, t), nil
}

// attach adds the component of an edit, with what it held where it was taken away before.
func (w *World) attach(g *group, st *edit) error {
	i := g.source.part(st.path)
	e, ok := g.find(st.key.id)
	if !ok {
		return rpc.Errorf(rpc.NotFound, "%s is not in the world any more", st.name)
	}
	if _, has := g.source.component(e.index, i); has {
		return rpc.Errorf(rpc.Conflict, "%s has a component %q by now", st.name, st.path)
	}
	return w.guard(st.name+": Attach", func() error {
		if err := g.source.own.(SourceAttacher).Attach(st.key.id, i); err != nil || st.remains == nil {
			return refusalOf(err, st.name)
		}
		return g.source.put(st.key.id, i, st.remains.values[0], st.name)
	})
}

// detach takes the component of an edit away, and keeps what it holds.
func (w *World) detach(g *group, st *edit) error {
	e, ok := g.find(st.key.id)
	if !ok {
		return rpc.Errorf(rpc.NotFound, "%s is not in the world any more", st.name)
	}
	i := g.source.part(st.path)
	v, ok := g.source.component(e.index, i)
	if !ok {
		return rpc.Errorf(rpc.Conflict, "%s has no component %q any more", st.name, st.path)
	}
	v = copied(v)
	deepen(v)
	st.remains = &remains{values: staged{v}}
	return w.guard(st.name+": Detach", func() error { return refusalOf(g.source.own.(SourceAttacher).Detach(st.key.id, i), st.name) })
}

// part is the number of a component.
func (s *storage) part(name string) int {
	return slices.IndexFunc(s.components, func(c SourceComponent) bool { return c.name == name })
}
