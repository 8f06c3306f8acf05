//go:build release

package console

// released is set in programs that are built with the tag release, for players: they
// have no cvars that are flagged Dev.
const released = true
