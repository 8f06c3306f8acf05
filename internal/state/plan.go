package state

import (
	"reflect"
	"slices"
	"sync"
	"time"
)

// Memory knows which types are followed, and what reflection has found out of them.
//
// A pointer is followed where it points to a type without a name, such as an int or a
// [4]float64, or to a type of one of the packages given, or of one of the standard
// library's that hold data of others: math/rand, math/rand/v2, math/big, bytes, strings,
// container/list and container/ring. The elements of a slice and the entries of a map
// are always followed, for they belong to whoever holds it.
//
// The locks of package sync are left alone in both directions, wherever they lie: who
// held one when the image was taken does not hold it when it is brought back. So are
// the types that New was told to keep. A [sync.Once] is state, for what it did once is.
type Memory struct {
	packages map[string]bool
	kept     map[reflect.Type]bool
	plans    map[reflect.Type]*plan
	drafts   []*plan               // to be filled in
	shared   map[reflect.Type]bool // pointed to, and not followed
	found    int                   // regions in the last survey: room for as many is made in the next
}

// New returns a memory that follows pointers to types of some packages, named by
// their import paths, and never touches values of the types in keep.
func New(packages []string, keep ...reflect.Type) *Memory {
	m := &Memory{packages: make(map[string]bool), kept: make(map[reflect.Type]bool), plans: make(map[reflect.Type]*plan), shared: make(map[reflect.Type]bool)}
	for _, path := range packages {
		m.packages[path] = true
	}
	for _, path := range [...]string{"math/rand", "math/rand/v2", "math/big", "bytes", "strings", "container/list", "container/ring"} {
		m.packages[path] = true
	}
	for _, t := range keep {
		m.kept[t] = true
	}
	for _, t := range [...]reflect.Type{
		reflect.TypeFor[sync.Mutex](), reflect.TypeFor[sync.RWMutex](), reflect.TypeFor[sync.WaitGroup](),
		reflect.TypeFor[sync.Cond](), reflect.TypeFor[sync.Pool](), reflect.TypeFor[sync.Map](),
	} {
		m.kept[t] = true
	}
	return m
}

// Shared returns the types that walks so far found pointers to and did not follow, in
// the order of their names.
func (m *Memory) Shared() []string {
	names := []string{}
	for t := range m.shared {
		names = append(names, t.String())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// role says what a walk does with a value.
type role uint8

const (
	number   role = iota // bool, integers
	float                // by its bits
	complexN             // two floats
	text                 // string
	opaque               // functions, channels: there or not
	location             // *time.Location: by its name
	record               // struct
	series               // array
	pointer
	slice
	mapping
	boxed // interface
	hole  // never touched
)

// plan is what is known of a type.
type plan struct {
	t      reflect.Type
	filled bool
	role   role
	refs   bool  // something in a value is to be followed
	holes  bool  // something in a value is not to be touched
	key    *plan // of a map
	elem   *plan // of what is pointed to, or of an element
	parts  []part
	size   uintptr
	name   uint64 // a sum of the type's name

	root bool            // a root has this type
	free []reflect.Value // scratch variables that are not in use
}

// part is one field of a struct.
type part struct {
	index int
	plan  *plan
}

// plan returns what is known of a type.
func (m *Memory) plan(t reflect.Type) *plan {
	p := m.draft(t)
	m.fill(p)
	for len(m.drafts) > 0 {
		last := len(m.drafts) - 1
		next := m.drafts[last]
		m.drafts = m.drafts[:last]
		m.fill(next)
	}
	return p
}

// draft returns the plan of a type that something of the plan being made refers to.
// It is filled in later: such types may contain each other.
func (m *Memory) draft(t reflect.Type) *plan {
	p := m.plans[t]
	if p == nil {
		p = &plan{t: t, size: t.Size()}
		m.plans[t] = p
		m.drafts = append(m.drafts, p)
	}
	return p
}

// whole returns the plan of a type that values of the plan being made contain.
func (m *Memory) whole(t reflect.Type) *plan {
	p := m.draft(t)
	m.fill(p)
	return p
}

func (m *Memory) fill(p *plan) {
	if p.filled {
		return
	}
	t := p.t
	p.filled, p.name = true, sumText(seed, t.String())
	if m.kept[t] {
		p.role, p.holes = hole, true
		return
	}
	switch t.Kind() {
	case reflect.Float32, reflect.Float64:
		p.role = float
	case reflect.Complex64, reflect.Complex128:
		p.role = complexN
	case reflect.String:
		p.role = text
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		p.role = opaque
	case reflect.Struct:
		m.record(p)
	case reflect.Array:
		p.role, p.elem = series, m.whole(t.Elem())
		p.refs, p.holes = p.elem.refs && t.Len() > 0, p.elem.holes
	case reflect.Pointer:
		m.pointer(p)
	case reflect.Slice:
		p.role, p.refs, p.elem = slice, true, m.draft(t.Elem())
	case reflect.Map:
		p.role, p.refs, p.key, p.elem = mapping, true, m.draft(t.Key()), m.draft(t.Elem())
	case reflect.Interface:
		p.role, p.refs = boxed, true
	}
}

func (m *Memory) record(p *plan) {
	p.role = record
	for i := range p.t.NumField() {
		f := p.t.Field(i)
		q := m.whole(f.Type)
		p.refs = p.refs || q.refs
		p.holes = p.holes || q.holes
		if f.Name != "_" && q.size > 0 {
			p.parts = append(p.parts, part{i, q})
		}
	}
}

func (m *Memory) pointer(p *plan) {
	to := p.t.Elem()
	switch {
	case to == reflect.TypeFor[time.Location]():
		p.role = location
	case m.kept[to] || to.PkgPath() != "" && !m.packages[to.PkgPath()]:
		p.role = opaque
		m.shared[to] = true
	default:
		p.role, p.refs, p.elem = pointer, true, m.draft(to)
	}
}

// borrow returns a variable of the type, whose value is anything. It goes back with
// giveBack.
func (p *plan) borrow() reflect.Value {
	if n := len(p.free); n > 0 {
		v := p.free[n-1]
		p.free = p.free[:n-1]
		return v
	}
	return reflect.New(p.t).Elem()
}

func (p *plan) giveBack(v reflect.Value) {
	v.SetZero()
	p.free = append(p.free, v)
}

// plain returns the same variable without the mark that it was reached by a field
// that is not exported.
func plain(v reflect.Value) reflect.Value {
	if v.CanInterface() {
		return v
	}
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}

// assign copies a value, but for its holes. Both are plain variables.
func (p *plan) assign(to, from reflect.Value) {
	switch {
	case !p.holes:
		to.Set(from)
	case p.role == record:
		for i := range p.parts {
			part := &p.parts[i]
			if part.plan.role != hole {
				part.plan.assign(plain(to.Field(part.index)), plain(from.Field(part.index)))
			}
		}
	case p.role == series:
		for i := range to.Len() {
			p.elem.assign(to.Index(i), from.Index(i))
		}
	}
}
