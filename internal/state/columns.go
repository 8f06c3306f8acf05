package state

import (
	"cmp"
	"reflect"
	"slices"
)

// Column is a digest of one field of all the values of a type that belong to one
// subsystem: of the X of every seed, or of the one counter of a world.
type Column struct {
	Subsystem string
	Path      string // the type's name and the field's, such as "Seed.Body.Pos.X"
	Sum       uint64
}

// Columns digests what Sums digests, field by field, and returns the columns in the
// order of their names. Two states of which a subsystem has different sums differ in one
// column at the least, or in how many values there are, which is a column of its own with
// the path "Type[]".
func (s *Survey) Columns() []Column {
	c := columns{survey: s, rows: make(map[columnKey]*row)}
	for i, r := range s.roots {
		t := r.At.Type().Elem()
		c.take(s.of[i], s.memory.plan(t), uint64(i), reflect.NewAt(t, r.At.UnsafePointer()).Elem())
	}
	for i := range s.finds {
		f := &s.finds[i]
		if f.inside || f.shape == object && s.isFixed(f.plan, f.lo) {
			continue
		}
		c.find(s.of[f.root], f)
	}
	return c.list()
}

// Part is a digest of one value that is an element of a root.
type Part struct {
	Root  int // its place in the roots
	Index int // its place in that root
	Sum   uint64
}

// Parts digests each element of the roots that are lists, in their order.
func (s *Survey) Parts() []Part {
	var parts []Part
	d := digest{memory: s.memory, survey: s}
	for i, r := range s.roots {
		list := r.At.Elem()
		p := s.memory.plan(list.Type())
		if p.role != slice {
			continue
		}
		for k := range list.Len() {
			v, q := list.Index(k), p.elem
			if q.role == pointer {
				if v.IsNil() {
					continue
				}
				q = q.elem
				v = reflect.NewAt(q.t, v.UnsafePointer()).Elem()
			}
			parts = append(parts, Part{i, k, d.content(seed, q, v)})
		}
	}
	return parts
}

type columnKey struct {
	subsystem int32
	plan      *plan
}

// row is the columns of one type in one subsystem.
type row struct {
	name   string
	leaves []leaf
	sums   []uint64
	count  uint64 // a digest of which values there are, and how many
}

// leaf is a field that holds no struct.
type leaf struct {
	path  string
	index []int
	plan  *plan
}

type columns struct {
	survey *Survey
	rows   map[columnKey]*row
}

func (c *columns) find(subsystem int32, f *find) {
	number := uint64(f.number)
	switch f.shape {
	case object:
		c.take(subsystem, f.plan, number, f.at.Elem())
	case array:
		r := c.row(subsystem, f.plan)
		r.count = mix(mix(r.count, number), uint64(f.n))
		if f.plan.role != record {
			d := digest{memory: c.survey.memory, survey: c.survey}
			r.sums[0] = d.elements(mix(r.sums[0], number), f.plan, f.at, f.n)
			return
		}
		for i := range f.n {
			c.add(r, uint64(i), f.at.Index(i))
		}
	case table:
		r := c.row(subsystem, f.plan)
		d := digest{memory: c.survey.memory, survey: c.survey}
		r.count = mix(mix(r.count, number), uint64(f.n))
		r.sums[0] = d.table(mix(r.sums[0], number), f.plan, f.at)
	}
}

// take adds one value.
func (c *columns) take(subsystem int32, p *plan, number uint64, v reflect.Value) {
	r := c.row(subsystem, p)
	r.count = mix(r.count, number)
	c.add(r, number, v)
}

func (c *columns) add(r *row, number uint64, v reflect.Value) {
	d := digest{memory: c.survey.memory, survey: c.survey}
	for i := range r.leaves {
		l := &r.leaves[i]
		f := v
		for _, k := range l.index {
			f = f.Field(k)
		}
		if len(l.index) == 0 {
			r.sums[i] = d.content(mix(r.sums[i], number), l.plan, f)
			continue
		}
		r.sums[i] = d.value(mix(r.sums[i], number), l.plan, f)
	}
}

func (c *columns) row(subsystem int32, p *plan) *row {
	key := columnKey{subsystem, p}
	r := c.rows[key]
	if r == nil {
		r = &row{name: typeName(p.t), count: seed}
		r.leaves = c.survey.leaves(nil, p, "", nil, true)
		r.sums = make([]uint64, len(r.leaves))
		c.rows[key] = r
	}
	return r
}

// leaves lists the fields of a type that hold no struct, those of the structs in it
// included. What a root is, is a leaf: it counts where it lies.
func (s *Survey) leaves(list []leaf, p *plan, path string, index []int, top bool) []leaf {
	if p.role != record || p.root && !top {
		return append(list, leaf{path, slices.Clone(index), p})
	}
	for i := range p.parts {
		part := &p.parts[i]
		list = s.leaves(list, part.plan, path+"."+p.t.Field(part.index).Name, append(index, part.index), false)
	}
	return list
}

// typeName is the name of a type without its package, or how it is written where it
// has none.
func typeName(t reflect.Type) string { return cmp.Or(t.Name(), t.String()) }

func (c *columns) list() []Column {
	var list []Column
	for key, r := range c.rows {
		name := c.survey.names[key.subsystem]
		list = append(list, Column{name, r.name + "[]", r.count})
		for i, l := range r.leaves {
			list = append(list, Column{name, r.name + l.path, r.sums[i]})
		}
	}
	slices.SortFunc(list, func(a, b Column) int {
		return cmp.Or(cmp.Compare(a.Subsystem, b.Subsystem), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Sum, b.Sum))
	})
	return list
}
