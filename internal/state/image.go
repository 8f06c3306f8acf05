package state

import "reflect"

// Image is a copy of all that some roots reached. It holds on to the memory that it
// was taken of, and nothing of the game holds on to it.
type Image struct {
	banks  []*bank
	tables []*tables
	bytes  int64
}

// bank is the regions of one type: where they lie, and one after the other what they
// held.
type bank struct {
	plan    *plan
	objects reflect.Value // []*T
	arrays  reflect.Value // [][]T
	single  reflect.Value // []T: what the objects held
	many    reflect.Value // []T: what the arrays held
}

// tables is the maps of one type.
type tables struct {
	plan *plan
	at   reflect.Value // []map[K]V
	n    []int         // entries of each
	keys reflect.Value // []K
	vals reflect.Value // []V
}

// Image copies what the survey found.
func (s *Survey) Image() *Image {
	m := &Image{bytes: s.total}
	type counts struct {
		bank                      *bank
		objects, arrays, elements int
	}
	plans := make(map[*plan]*counts)
	var order []*counts
	for i := range s.finds {
		f := &s.finds[i]
		if f.shape == table || f.inside {
			continue
		}
		c := plans[f.plan]
		if c == nil {
			c = &counts{bank: &bank{plan: f.plan}}
			plans[f.plan], order = c, append(order, c)
		}
		if f.shape == object {
			c.objects++
		} else {
			c.arrays++
			c.elements += f.n
		}
	}
	for _, c := range order {
		c.bank.grow(c.objects, c.arrays, c.elements)
		m.banks = append(m.banks, c.bank)
		c.objects, c.arrays, c.elements = 0, 0, 0
	}
	for i := range s.finds {
		f := &s.finds[i]
		if f.shape == table || f.inside {
			continue
		}
		c := plans[f.plan]
		if f.shape == object {
			c.bank.objects.Index(c.objects).Set(f.at)
			c.bank.plan.assign(c.bank.single.Index(c.objects), f.at.Elem())
			c.objects++
			continue
		}
		c.bank.arrays.Index(c.arrays).Set(f.at)
		c.bank.plan.copy(c.bank.many.Slice(c.elements, c.elements+f.n), f.at)
		c.arrays++
		c.elements += f.n
	}
	m.takeTables(s)
	return m
}

func (b *bank) grow(objects, arrays, elements int) {
	t := reflect.SliceOf(b.plan.t)
	b.objects = reflect.MakeSlice(reflect.SliceOf(reflect.PointerTo(b.plan.t)), objects, objects)
	b.single = reflect.MakeSlice(t, objects, objects)
	b.arrays = reflect.MakeSlice(reflect.SliceOf(t), arrays, arrays)
	b.many = reflect.MakeSlice(t, elements, elements)
}

// copy copies elements, but for their holes.
func (p *plan) copy(to, from reflect.Value) {
	if !p.holes {
		reflect.Copy(to, from)
		return
	}
	for i := range to.Len() {
		p.assign(to.Index(i), from.Index(i))
	}
}

func (m *Image) takeTables(s *Survey) {
	plans := make(map[*plan]*tables)
	total := make(map[*plan][2]int)
	for i := range s.finds {
		if f := &s.finds[i]; f.shape == table {
			t := total[f.plan]
			total[f.plan] = [2]int{t[0] + 1, t[1] + f.n}
		}
	}
	for i := range s.finds {
		f := &s.finds[i]
		if f.shape != table {
			continue
		}
		b := plans[f.plan]
		if b == nil {
			n := total[f.plan]
			b = &tables{plan: f.plan,
				at:   reflect.MakeSlice(reflect.SliceOf(f.plan.t), 0, n[0]),
				keys: reflect.MakeSlice(reflect.SliceOf(f.plan.key.t), n[1], n[1]),
				vals: reflect.MakeSlice(reflect.SliceOf(f.plan.elem.t), n[1], n[1]),
			}
			plans[f.plan], m.tables = b, append(m.tables, b)
		}
		b.take(f)
	}
}

// take copies the entries of a map behind those that are there.
func (b *tables) take(f *find) {
	begin := 0
	for _, n := range b.n {
		begin += n
	}
	n := 0
	for it := f.at.MapRange(); it.Next() && n < f.n; n++ {
		b.keys.Index(begin + n).SetIterKey(it)
		b.vals.Index(begin + n).SetIterValue(it)
	}
	b.at = reflect.Append(b.at, f.at)
	b.n = append(b.n, n)
}

// Bytes is how much memory the copies take.
func (m *Image) Bytes() int64 { return m.bytes }

// Restore brings back what was, to where it lay.
func (m *Image) Restore() {
	for _, b := range m.banks {
		for i := range b.objects.Len() {
			b.plan.assign(b.objects.Index(i).Elem(), b.single.Index(i))
		}
		at := 0
		for i := range b.arrays.Len() {
			to := b.arrays.Index(i)
			b.plan.copy(to, b.many.Slice(at, at+to.Len()))
			at += to.Len()
		}
	}
	for _, b := range m.tables {
		at := 0
		for i, n := range b.n {
			to := b.at.Index(i)
			to.Clear()
			for k := at; k < at+n; k++ {
				to.SetMapIndex(b.keys.Index(k), b.vals.Index(k))
			}
			at += n
		}
	}
}
