// Package ecs is a small storage of entities and components, as engines have one: an
// entity is a number, and what it consists of lies in one dense array for each type.
//
//	var all ecs.Entities
//	var bodies ecs.Store[Body]
//	id := all.New(seed)
//	bodies.Add(id.Place(), Body{Radius: 2})
//	for place, b := range bodies.All() {
//		…
//	}
//
// Everything belongs to one goroutine. The zero values are ready; there is nothing to
// set.
package ecs
