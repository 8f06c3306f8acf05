//go:build !noscry

package timing

// compiled is false in programs that are built with the tag noscry: their scopes
// and counters are no instructions at all.
const compiled = true
