package ecs

import "iter"

// Store holds the components of one type, densely. A pointer into it is good until the
// next Add or Remove of the same store.
type Store[T any] struct {
	slots  []uint32 // by place: one more than the index; zero where the entity has none
	owners []uint32 // by index: the place
	values []T      // by index
}

// Len returns how many there are.
func (s *Store[T]) Len() int { return len(s.values) }

// Get returns the component of the entity at a place, or nil.
func (s *Store[T]) Get(place int) *T {
	if uint(place) >= uint(len(s.slots)) || s.slots[place] == 0 {
		return nil
	}
	return &s.values[s.slots[place]-1]
}

// Add gives the entity at a place a component, in place of the one that it has.
func (s *Store[T]) Add(place int, value T) *T {
	if p := s.Get(place); p != nil {
		*p = value
		return p
	}
	if missing := place + 1 - len(s.slots); missing > 0 {
		s.slots = append(s.slots, make([]uint32, missing)...)
	}
	s.values, s.owners = append(s.values, value), append(s.owners, uint32(place))
	s.slots[place] = uint32(len(s.values))
	return &s.values[len(s.values)-1]
}

// Remove takes the component of the entity at a place away, if it has one. The last of
// all moves to where it lay.
func (s *Store[T]) Remove(place int) {
	if s.Get(place) == nil {
		return
	}
	at, last := s.slots[place]-1, len(s.values)-1
	s.values[at], s.owners[at] = s.values[last], s.owners[last]
	s.slots[s.owners[at]] = at + 1
	s.slots[place] = 0
	var none T
	s.values[last] = none // it may hold a slice or a map
	s.values, s.owners = s.values[:last], s.owners[:last]
}

// Values returns all components as they lie, to be read and changed.
func (s *Store[T]) Values() []T { return s.values }

// Owner returns the place of the entity whose component has an index in Values.
func (s *Store[T]) Owner(i int) int { return int(s.owners[i]) }

// All yields the place of each entity that has the component, and the component. The
// store must not be added to or removed from meanwhile.
func (s *Store[T]) All() iter.Seq2[int, *T] {
	return func(yield func(int, *T) bool) {
		for i := range s.values {
			if !yield(int(s.owners[i]), &s.values[i]) {
				return
			}
		}
	}
}

// Pointer returns Get as what has no type: nil, or a *T.
func (s *Store[T]) Pointer(place int) any {
	if p := s.Get(place); p != nil {
		return p
	}
	return nil
}

// Attach gives the entity at a place a component with zero values, unless it has one.
func (s *Store[T]) Attach(place int) {
	if s.Get(place) == nil {
		var none T
		s.Add(place, none)
	}
}
