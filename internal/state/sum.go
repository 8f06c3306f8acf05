package state

import (
	"math"
	"reflect"
	"time"
)

// A sum is made a word at a time. Each step is a bijection of the sum before and of the
// word, so that two states that differ in one word never have the same sum.
const seed uint64 = 0x9e3779b97f4a7c15

func mix(h, word uint64) uint64 {
	h = (h ^ word) * 0xd6e8feb86659fd93
	return h ^ h>>32
}

// sumText takes in a text, eight bytes at a time, and its length.
func sumText(h uint64, s string) uint64 {
	h = mix(h, uint64(len(s)))
	for ; len(s) >= 8; s = s[8:] {
		h = mix(h, uint64(s[0])|uint64(s[1])<<8|uint64(s[2])<<16|uint64(s[3])<<24|
			uint64(s[4])<<32|uint64(s[5])<<40|uint64(s[6])<<48|uint64(s[7])<<56)
	}
	if len(s) == 0 {
		return h
	}
	var last uint64
	for i := range len(s) {
		last |= uint64(s[i]) << (8 * i)
	}
	return mix(h, last)
}

// Sum is a digest of what belongs to one subsystem.
type Sum struct {
	Name string
	Sum  uint64
}

// Sums digests the content of what was found, never its addresses: states that are
// alike have the same sums in any process of the same program. A region belongs to the
// subsystem whose root found it first; what points to it elsewhere counts with where it
// points, and not with what lies there.
func (s *Survey) Sums() []Sum {
	sums := make([]Sum, len(s.names))
	for i, name := range s.names {
		sums[i] = Sum{name, sumText(seed, name)}
	}
	for i, r := range s.roots {
		h := &sums[s.of[i]].Sum
		d := digest{memory: s.memory, survey: s}
		*h = d.content(mix(*h, uint64(i)), s.memory.plan(r.At.Type().Elem()), reflect.NewAt(r.At.Type().Elem(), r.At.UnsafePointer()).Elem())
	}
	for i := range s.finds {
		f := &s.finds[i]
		if f.inside || f.shape == object && s.isFixed(f.plan, f.lo) {
			continue
		}
		h := &sums[s.of[f.root]].Sum
		d := digest{memory: s.memory, survey: s}
		*h = mix(mix(*h, uint64(f.number)), uint64(f.n))
		switch f.shape {
		case object:
			*h = d.value(*h, f.plan, f.at.Elem())
		case array:
			*h = d.elements(*h, f.plan, f.at, f.n)
		case table:
			*h = d.table(*h, f.plan, f.at)
		}
	}
	return sums
}

// Digest sums up variables of one type by their content.
type Digest struct {
	digest
	plan *plan
}

// Digest returns a digest of variables of a type, which follows pointers, slices and
// maps so deep and no further. Pointers of a type for which apart reports true, and those
// that are too deep, count by their addresses: sums are good for comparing within a process.
func (m *Memory) Digest(t reflect.Type, depth int, apart func(reflect.Type) bool) *Digest {
	return &Digest{digest{memory: m, depth: depth, most: math.MaxInt, apart: apart}, m.plan(t)}
}

// Sum returns the sum of a variable, which must be addressable.
func (d *Digest) Sum(v reflect.Value) uint64 { return d.content(seed, d.plan, v) }

// digest sums up values.
type digest struct {
	memory *Memory
	survey *Survey                 // nil where it is not known yet what lies where
	depth  int                     // without a survey: how far pointers are followed to their content
	most   int                     // without a survey: elements of a slice that are looked at
	apart  func(reflect.Type) bool // pointers that count by their addresses; may be nil
}

// value sums up a variable, or says which root it is.
func (d *digest) value(h uint64, p *plan, v reflect.Value) uint64 {
	if p.root && v.CanAddr() && d.survey != nil {
		if i, ok := d.survey.fixed[spot{v.Addr().Pointer(), p}]; ok {
			return mix(mix(h, 'R'), uint64(i))
		}
	}
	return d.content(h, p, v)
}

func (d *digest) content(h uint64, p *plan, v reflect.Value) uint64 {
	switch p.role {
	case number:
		return mix(h, integer(v))
	case float:
		return mix(h, math.Float64bits(v.Float()))
	case complexN:
		c := v.Complex()
		return mix(mix(h, math.Float64bits(real(c))), math.Float64bits(imag(c)))
	case text:
		return sumText(h, v.String())
	case opaque:
		return mix(h, there(v))
	case record:
		for i := range p.parts {
			part := &p.parts[i]
			switch f := v.Field(part.index); part.plan.role {
			case number:
				h = mix(h, integer(f))
			case float:
				h = mix(h, math.Float64bits(f.Float()))
			default:
				h = d.value(h, part.plan, f)
			}
		}
		return h
	case series:
		return d.elements(h, p.elem, v, v.Len())
	case location:
		if v.IsNil() {
			return mix(h, 0)
		}
		return sumText(mix(h, 1), reflect.NewAt(p.t.Elem(), v.UnsafePointer()).Interface().(*time.Location).String())
	case pointer, slice, mapping, boxed:
		return d.reference(h, p, v)
	}
	return h // a hole
}

func integer(v reflect.Value) uint64 {
	switch {
	case v.CanInt():
		return uint64(v.Int())
	case v.CanUint():
		return v.Uint()
	case v.Bool():
		return 1
	}
	return 0
}

func there(v reflect.Value) uint64 {
	if v.IsNil() {
		return 0
	}
	return 1
}

func (d *digest) elements(h uint64, p *plan, v reflect.Value, n int) uint64 {
	if p.t.Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
		for _, b := range v.Bytes() {
			h = mix(h, uint64(b))
		}
		return h
	}
	for i := range n {
		h = d.value(h, p, v.Index(i))
	}
	return h
}

// reference sums up where something lies.
func (d *digest) reference(h uint64, p *plan, v reflect.Value) uint64 {
	if v.IsNil() {
		return mix(h, 0)
	}
	h = mix(h, 1)
	switch p.role {
	case pointer:
		return d.target(h, p.elem, v, 1, object)
	case slice:
		h = mix(h, uint64(v.Len()))
		if v.Len() == 0 {
			return h
		}
		return d.target(h, p.elem, v, v.Len(), array)
	case mapping:
		return d.tableAt(h, p, v)
	}
	return d.box(h, v)
}

// box sums up what lies in an interface.
func (d *digest) box(h uint64, v reflect.Value) uint64 {
	in := plain(v).Elem()
	q := d.memory.plan(in.Type())
	h = mix(h, q.name)
	if !q.refs {
		return d.content(h, q, in)
	}
	box := q.borrow()
	box.Set(in)
	h = d.content(h, q, box)
	q.giveBack(box)
	return h
}

// target sums up the place of what a pointer or a slice points to or, before all places
// are known, what lies there.
func (d *digest) target(h uint64, p *plan, v reflect.Value, n int, shape shape) uint64 {
	switch {
	case p.size == 0:
		return h
	case d.survey != nil:
		f := d.survey.lookup(v.Pointer(), p, shape)
		return d.survey.place(h, f, v.Pointer()-f.lo)
	case d.apart != nil && (d.depth == 0 || d.apart(v.Type())):
		return mix(h, uint64(v.Pointer()))
	case d.depth == 0:
		return h
	}
	d.depth--
	n = min(n, d.most)
	h = d.elements(h, p, reflect.SliceAt(p.t, v.UnsafePointer(), n), n)
	d.depth++
	return h
}

// tableAt does the same for a map.
func (d *digest) tableAt(h uint64, p *plan, v reflect.Value) uint64 {
	switch {
	case d.survey != nil:
		i := d.survey.seen.find(d.survey.finds, v.Pointer(), p, table)
		return d.survey.place(h, &d.survey.finds[i], 0)
	case d.depth == 0 || d.apart == nil:
		return mix(h, uint64(v.Len()))
	}
	d.depth--
	h = d.table(mix(h, uint64(v.Len())), p, plain(v))
	d.depth++
	return h
}

// place sums up which region is meant, and what part of it: an entity by its id.
func (s *Survey) place(h uint64, f *find, offset uintptr) uint64 {
	if !f.entity {
		return mix(mix(mix(h, uint64(s.of[f.root])), uint64(f.number)), uint64(offset))
	}
	i := int(f.number)
	if f.shape == array {
		i, offset = int(offset/f.plan.size), offset%f.plan.size
	}
	id := uint64(i)
	if r := s.roots[f.root]; r.ID != nil {
		id = r.ID(i)
	}
	return mix(mix(mix(mix(h, 'E'), uint64(f.root)), id), uint64(offset))
}

// table sums up the entries of a map, in any order.
func (d *digest) table(h uint64, p *plan, v reflect.Value) uint64 {
	key, elem := p.key.borrow(), p.elem.borrow()
	var all uint64
	for it := v.MapRange(); it.Next(); {
		key.SetIterKey(it)
		elem.SetIterValue(it)
		all += d.content(d.content(seed, p.key, key), p.elem, elem)
	}
	p.key.giveBack(key)
	p.elem.giveBack(elem)
	return mix(h, all)
}

// shallow sums up a key before all places are known, following pointers so deep.
func (s *Survey) shallow(p *plan, v reflect.Value, depth int) uint64 {
	d := digest{memory: s.memory, depth: depth, most: 16}
	return d.content(seed, p, v)
}

// Total digests the sums of all subsystems.
func Total(sums []Sum) uint64 {
	h := seed
	for _, s := range sums {
		h = mix(sumText(h, s.Name), s.Sum)
	}
	return h
}
