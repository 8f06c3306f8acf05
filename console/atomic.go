package console

import (
	"reflect"
	"sync/atomic"
)

// Atomic is a variable that any goroutine may read while a client changes it: for
// what is bound with [Cvars.Bind] and read elsewhere than on the game's
// goroutine. The zero value holds the zero value of T. It must not be copied.
//
// Load costs what a plain load does; Store allocates.
type Atomic[T any] struct {
	p atomic.Pointer[T]
}

// Load returns the value. Any goroutine may call it.
func (a *Atomic[T]) Load() T {
	if p := a.p.Load(); p != nil {
		return *p
	}
	var zero T
	return zero
}

// Store sets the value. Any goroutine may call it; of a cvar the game is to be the
// only one besides clients.
func (a *Atomic[T]) Store(v T) { a.p.Store(&v) }

func (a *Atomic[T]) plain() reflect.Value { return reflect.New(reflect.TypeFor[T]()).Elem() }
func (a *Atomic[T]) load(into any)        { *into.(*T) = a.Load() }
func (a *Atomic[T]) store(from any)       { a.Store(*from.(*T)) }

// shared is a variable that is read and written as a whole, by way of a plain one.
type shared interface {
	plain() reflect.Value // a new variable of the type that is shared
	load(into any)        // into is a pointer to such a variable
	store(from any)
}

// loadStore is what the numbers and bools of sync/atomic have in common.
type loadStore[T any] interface {
	Load() T
	Store(T)
}

// std makes a shared variable of one of sync/atomic.
type std[T any] struct{ v loadStore[T] }

func (s std[T]) plain() reflect.Value { return reflect.New(reflect.TypeFor[T]()).Elem() }
func (s std[T]) load(into any)        { *into.(*T) = s.v.Load() }
func (s std[T]) store(from any)       { s.v.Store(*from.(*T)) }

// slot is where a cvar's value lies: a variable of the game's own, or a shared one
// behind a plain one.
type slot struct {
	v      reflect.Value
	shared shared // nil for a plain variable
	plain  any    // the pointer to v where it is shared
}

// slotOf finds the variable behind a pointer; ok is false where it is no pointer to one.
func slotOf(variable any) (s slot, ok bool) {
	switch a := variable.(type) {
	case shared:
		s.shared = a
	case *atomic.Bool:
		s.shared = std[bool]{a}
	case *atomic.Int32:
		s.shared = std[int32]{a}
	case *atomic.Int64:
		s.shared = std[int64]{a}
	case *atomic.Uint32:
		s.shared = std[uint32]{a}
	case *atomic.Uint64:
		s.shared = std[uint64]{a}
	}
	v := reflect.ValueOf(variable)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return slot{}, false
	}
	if s.shared == nil {
		return slot{v: v.Elem()}, true
	}
	s.v = s.shared.plain()
	s.plain = s.v.Addr().Interface()
	return s, true
}

func (s *slot) read(k kind) value {
	if s.shared != nil {
		s.shared.load(s.plain)
	}
	return readVar(s.v, k)
}

func (s *slot) write(x value, k kind) {
	x.writeVar(s.v, k)
	if s.shared != nil {
		s.shared.store(s.plain)
	}
}

// boxed is a value as Go code has it, in the variable's own type.
func (s *slot) boxed(x value, k kind) any {
	v := reflect.New(s.v.Type()).Elem()
	x.writeVar(v, k)
	return v.Interface()
}
