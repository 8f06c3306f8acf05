//go:build race

package console

// raceEnabled says that the race detector is on, which allocates by itself.
const raceEnabled = true
