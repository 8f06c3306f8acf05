//go:build noscry

package timing

const compiled = false
