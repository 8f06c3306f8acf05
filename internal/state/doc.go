// Package state takes images of a game's state in memory, brings them back, and sums
// them up.
//
// A walk begins at roots, pointers that the game gave, and follows what it finds:
// pointers, slices, maps and interfaces, through fields that are not exported, too.
// What it meets is a list of regions: objects and arrays where they lie, and maps.
// An [Image] is a copy of each region beside a pointer to it, so that the region's
// memory is not given to anything else; restoring writes the copies back to where
// they were taken from. All pointers that the game holds, into the middle of things
// as well, are then as true as they were.
//
// What is shared between the game and its images, and so stays as it is: strings and
// what lies in an interface by value, which do not change; functions and channels;
// what pointers to types of other packages point to, see [Memory]; what lies between
// a slice's length and its capacity. Locks are no state: see [Memory].
//
// Nothing here is safe for use by several goroutines, and nothing of it may run while
// somebody else changes what the roots reach.
package state
