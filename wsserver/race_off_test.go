//go:build !race

package wsserver

// raceOn tells that the race detector runs, which allocates.
const raceOn = false
