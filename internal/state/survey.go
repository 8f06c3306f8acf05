package state

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sort"
)

// Root is where a walk begins.
type Root struct {
	Name string        // of the subsystem that it belongs to
	At   reflect.Value // a pointer that is not nil

	// ID names the i-th element of a root that is a slice, in sums of what points to
	// it. Nil means that its place does. It is asked while the walk goes on.
	ID func(i int) uint64
}

// TooLargeError says that what the roots reach is more than may be held.
type TooLargeError struct {
	Root         string // the subsystem that holds most of it
	Bytes, Limit int64  // Bytes is where the walk ended
}

// Error says how much there is, and where most of it lies.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the state is larger than %d bytes; most of it belongs to %q", e.Limit, e.Root)
}

// find is a region that a walk came to: one object, an array, or a map.
type find struct {
	at     reflect.Value // *T, []T, or the map
	plan   *plan         // of T, or of the map
	lo     uintptr       // its address
	n      int           // elements
	root   int32         // by which it was found first
	number int32         // of those that its subsystem found; of an entity, its place
	shape  shape
	inside bool // a part of another region
	entity bool // an element of a root, or all of them
	done   bool // what it refers to is taken in
}

type shape uint8

const (
	object shape = iota
	array
	table
)

func (f *find) hi() uintptr { return f.lo + uintptr(f.n)*f.plan.size }

// spot is where a root lies. A struct and its first field have the same address.
type spot struct {
	addr uintptr
	plan *plan
}

// Survey is what a walk found: it is true until the game goes on.
type Survey struct {
	memory *Memory
	roots  []Root
	names  []string // of subsystems, in the order of their first roots
	of     []int32  // the subsystem of each root
	finds  []find   // in the order of the walk
	hulls  []int32  // those that are inside no other, by address
	seen   index
	fixed  map[spot]int32 // where the roots lie

	bytes []int64 // by subsystem
	total int64
	limit int64
}

// Survey walks all that the roots reach. It fails with a [*TooLargeError] where an
// image of that would be larger than limit, in bytes.
func (m *Memory) Survey(roots []Root, limit int64) (*Survey, error) {
	s := &Survey{memory: m, roots: roots, limit: limit, fixed: make(map[spot]int32), finds: make([]find, 0, m.found)}
	s.seen.grow(s.finds, m.found)
	subsystem := make(map[string]int32)
	for i, r := range roots {
		n, ok := subsystem[r.Name]
		if !ok {
			n = int32(len(s.names))
			subsystem[r.Name] = n
			s.names = append(s.names, r.Name)
		}
		s.of = append(s.of, n)
		p := m.plan(r.At.Type().Elem())
		p.root = true
		s.fixed[spot{r.At.Pointer(), p}] = int32(i)
	}
	s.bytes = make([]int64, len(s.names))
	for i := range roots {
		s.begin(int32(i))
	}
	for i := 0; i < len(s.finds); i++ {
		if s.total > 2*limit { // some of it may turn out to be parts of the rest
			return nil, s.tooLarge()
		}
		s.walk(i)
	}
	m.found = len(s.finds)
	s.sort()
	s.number()
	if s.total > limit {
		return nil, s.tooLarge()
	}
	return s, nil
}

// Bytes is how large an image would be.
func (s *Survey) Bytes() int64 { return s.total }

func (s *Survey) tooLarge() error {
	most := 0
	for i, n := range s.bytes {
		if n > s.bytes[most] {
			most = i
		}
	}
	return &TooLargeError{Root: s.names[most], Bytes: s.total, Limit: s.limit}
}

// begin takes in a root and, before anything else is followed, what it is a list of,
// so that an entity belongs to the subsystem that it was bound for.
func (s *Survey) begin(root int32) {
	r := s.roots[root]
	p := s.memory.plan(r.At.Type().Elem())
	if p.size == 0 {
		return
	}
	s.reach(reflect.NewAt(p.t, r.At.UnsafePointer()), p, object, 1, root)
	if p.role != slice {
		return
	}
	list := r.At.Elem()
	n := list.Len()
	if n == 0 || p.elem.size == 0 {
		return
	}
	f := s.reach(reflect.SliceAt(p.elem.t, list.UnsafePointer(), n), p.elem, array, n, root)
	if p.elem.role != pointer {
		s.finds[f].entity = true
		return
	}
	s.finds[f].done = true
	for i := range n {
		v := list.Index(i)
		if v.IsNil() || p.elem.elem.size == 0 {
			continue
		}
		f := s.reach(reflect.NewAt(p.elem.elem.t, v.UnsafePointer()), p.elem.elem, object, 1, root)
		if !s.finds[f].entity {
			s.finds[f].entity, s.finds[f].number = true, int32(i)
		}
	}
}

// reach takes in a region, unless it is known, and returns its place in finds.
func (s *Survey) reach(at reflect.Value, p *plan, shape shape, n int, root int32) int32 {
	addr := at.Pointer()
	slot := s.seen.slot(s.finds, addr, p, shape)
	if i := s.seen.slots[slot] - 1; i >= 0 && s.finds[i].n >= n {
		return i
	}
	i := int32(len(s.finds))
	s.finds = append(s.finds, find{at: at, plan: p, lo: addr, n: n, root: root, shape: shape})
	s.seen.set(s.finds, slot)
	s.count(&s.finds[i], 1)
	return i
}

// Bytes that a region costs beside its content.
const (
	perObject = 8
	perArray  = 24
	perTable  = 16
)

// count adds what an image of a region holds, or takes it away again.
func (s *Survey) count(f *find, sign int64) {
	n := int64(f.n) * int64(f.plan.size)
	switch f.shape {
	case object:
		n += perObject
	case array:
		n += perArray
	case table:
		n = int64(f.n)*int64(f.plan.key.size+f.plan.elem.size) + perTable
	}
	s.bytes[s.of[f.root]] += sign * n
	s.total += sign * n
}

// isFixed reports whether a root of a type lies at an address.
func (s *Survey) isFixed(p *plan, addr uintptr) bool {
	_, ok := s.fixed[spot{addr, p}]
	return ok
}

// walk follows what lies in a region.
func (s *Survey) walk(i int) {
	f := s.finds[i] // a copy: the list grows
	if f.done {
		return
	}
	switch f.shape {
	case object:
		if f.plan.refs {
			s.follow(f.plan, f.at.Elem(), f.root)
		}
	case array:
		if f.plan.refs {
			for i := range f.n {
				s.trace(f.plan, f.at.Index(i), f.root)
			}
		}
	case table:
		s.walkTable(&f)
	}
}

// trace takes in what a value refers to. Roots that lie in it are walked for themselves.
func (s *Survey) trace(p *plan, v reflect.Value, root int32) {
	if p.root && s.isFixed(p, v.Addr().Pointer()) {
		return
	}
	s.follow(p, v, root)
}

// follow is trace, of a root itself, too.
func (s *Survey) follow(p *plan, v reflect.Value, root int32) {
	switch p.role {
	case record:
		for i := range p.parts {
			if part := &p.parts[i]; part.plan.refs {
				s.trace(part.plan, v.Field(part.index), root)
			}
		}
	case series:
		for i := range v.Len() {
			s.trace(p.elem, v.Index(i), root)
		}
	case pointer:
		if !v.IsNil() && p.elem.size > 0 {
			s.reach(reflect.NewAt(p.elem.t, v.UnsafePointer()), p.elem, object, 1, root)
		}
	case slice:
		if n := v.Len(); n > 0 && p.elem.size > 0 {
			s.reach(reflect.SliceAt(p.elem.t, v.UnsafePointer(), n), p.elem, array, n, root)
		}
	case mapping:
		if !v.IsNil() {
			s.reach(reflect.ValueOf(plain(v).Interface()), p, table, v.Len(), root) // the map, not the variable
		}
	case boxed:
		s.unbox(v, func(q *plan, in reflect.Value) { s.trace(q, in, root) })
	}
}

// unbox calls f with a variable that holds what lies in an interface, where that
// refers to anything.
func (s *Survey) unbox(v reflect.Value, f func(*plan, reflect.Value)) {
	if v.IsNil() {
		return
	}
	in := plain(v).Elem()
	if q := s.memory.plan(in.Type()); q.refs {
		box := q.borrow()
		box.Set(in)
		f(q, box)
		q.giveBack(box)
	}
}

// walkTable follows the keys and values of a map, in an order that depends on the
// keys' content alone.
func (s *Survey) walkTable(f *find) {
	key, elem := f.plan.key, f.plan.elem
	if !key.refs && !elem.refs {
		return
	}
	sums, order := make([]uint64, 0, f.n), make([]int, 0, f.n)
	keys := reflect.MakeSlice(reflect.SliceOf(key.t), f.n, f.n)
	vals := reflect.MakeSlice(reflect.SliceOf(elem.t), f.n, f.n)
	for it := f.at.MapRange(); it.Next() && len(sums) < f.n; {
		i := len(sums)
		keys.Index(i).SetIterKey(it)
		vals.Index(i).SetIterValue(it)
		sums = append(sums, s.shallow(key, keys.Index(i), 2))
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(sums[a], sums[b]) })
	for _, i := range order {
		if key.refs {
			s.trace(key, keys.Index(i), f.root)
		}
		if elem.refs {
			s.trace(elem, vals.Index(i), f.root)
		}
	}
}

// sort finds out which regions are parts of others, and joins those that overlap:
// slices of one array.
func (s *Survey) sort() {
	for i := range s.finds {
		if s.finds[i].shape != table {
			s.hulls = append(s.hulls, int32(i))
		}
	}
	slices.SortFunc(s.hulls, func(a, b int32) int {
		x, y := &s.finds[a], &s.finds[b]
		return cmp.Or(cmp.Compare(x.lo, y.lo), cmp.Compare(y.hi(), x.hi()), cmp.Compare(a, b))
	})
	kept := s.hulls[:0]
	var hull *find
	for _, i := range s.hulls {
		f := &s.finds[i]
		if hull == nil || f.lo >= hull.hi() {
			kept, hull = append(kept, i), f
			continue
		}
		f.inside = true
		s.count(f, -1)
		if f.hi() > hull.hi() { // only slices of one array overlap so
			s.count(hull, -1)
			hull.n = int((f.hi() - hull.lo) / hull.plan.size)
			hull.at = reflect.SliceAt(hull.plan.t, hull.at.UnsafePointer(), hull.n)
			s.count(hull, 1)
		}
	}
	s.hulls = kept
}

// number gives the regions of each subsystem their numbers, in the order of the walk.
func (s *Survey) number() {
	given := make([]int32, len(s.names))
	for i := range s.finds {
		f := &s.finds[i]
		if f.inside || f.entity {
			continue
		}
		owner := s.of[f.root]
		f.number = given[owner]
		given[owner]++
	}
}

// lookup returns the region that an address lies in, where something of a type is.
func (s *Survey) lookup(addr uintptr, p *plan, shape shape) *find {
	if i := s.seen.find(s.finds, addr, p, shape); i >= 0 && !s.finds[i].inside {
		return &s.finds[i]
	}
	i := sort.Search(len(s.hulls), func(i int) bool { return s.finds[s.hulls[i]].lo > addr })
	if i == 0 {
		return nil
	}
	if f := &s.finds[s.hulls[i-1]]; addr < f.hi() {
		return f
	}
	return nil
}
