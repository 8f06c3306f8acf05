package state

import (
	"reflect"
	"slices"
	"strings"
)

// Value is one of the variables that a column digests.
type Value struct {
	Root  int           // the root that the variable is a part of, or an element
	Index int           // the place of the element; -1 where it is no element
	At    reflect.Value // may be of a field that is not exported
}

// Values calls f with each variable that a column digests, until f returns false: with
// none for the column that digests how many values there are.
func (s *Survey) Values(c Column, f func(Value) bool) {
	name := slices.Index(s.names, c.Subsystem)
	if name < 0 {
		return
	}
	v := valuesOf{survey: s, path: c.Path, subsystem: int32(name), known: make(map[*plan]*leaf), to: f}
	for i, r := range s.roots {
		t := r.At.Type().Elem()
		if !v.take(int32(i), -1, s.memory.plan(t), reflect.NewAt(t, r.At.UnsafePointer()).Elem()) {
			return
		}
	}
	for i := range s.finds {
		g := &s.finds[i]
		if g.inside || g.shape == object && s.isFixed(g.plan, g.lo) {
			continue
		}
		if !v.find(g) {
			return
		}
	}
}

type valuesOf struct {
	survey    *Survey
	path      string
	subsystem int32
	known     map[*plan]*leaf // nil for a type that does not have the field
	to        func(Value) bool
}

// find reports whether to go on.
func (v *valuesOf) find(f *find) bool {
	switch f.shape {
	case object:
		index := -1
		if f.entity {
			index = int(f.number)
		}
		return v.take(f.root, index, f.plan, f.at.Elem())
	case array:
		for i := range f.n {
			index := -1
			if f.entity {
				index = i
			}
			if !v.take(f.root, index, f.plan, f.at.Index(i)) {
				return false
			}
		}
	}
	return true
}

func (v *valuesOf) take(root int32, index int, p *plan, at reflect.Value) bool {
	if v.survey.of[root] != v.subsystem {
		return true
	}
	l := v.leaf(p)
	if l == nil {
		return true
	}
	for _, k := range l.index {
		at = at.Field(k)
	}
	return v.to(Value{int(root), index, at})
}

// leaf is the field that the path names in a type.
func (v *valuesOf) leaf(p *plan) *leaf {
	l, known := v.known[p]
	if known {
		return l
	}
	if rest, ok := strings.CutPrefix(v.path, typeName(p.t)); ok {
		leaves := v.survey.leaves(nil, p, "", nil, true)
		if i := slices.IndexFunc(leaves, func(l leaf) bool { return l.path == rest }); i >= 0 {
			l = &leaves[i]
		}
	}
	v.known[p] = l
	return l
}
