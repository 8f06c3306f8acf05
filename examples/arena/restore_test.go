package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// A storage of the game's own is brought back as it was: ids with their generations,
// components in tables, and what is drawn from generators.
func TestARestoredArenaGoesTheSameWayAgain(t *testing.T) {
	w := wire(t, 3000)
	w.call("time.hold", "{}", nil)
	hash := func() string {
		var h struct{ Hash string }
		w.call("world.hash", "{}", &h)
		return h.Hash
	}
	play := func() (hashes []string) {
		for range 30 {
			for range 10 {
				w.arena.Step()
			}
			hashes = append(hashes, hash())
		}
		return hashes
	}
	play()
	begin := hash()
	var taken struct{ ID uint64 }
	w.call("world.snapshot", "{}", &taken)
	way := play()
	require.NotContains(t, way, begin)
	var diff struct {
		Counts struct{ Added, Removed, Changed int }
	}
	w.call("world.diff", fmt.Sprintf(`{"from":%d}`, taken.ID), &diff)
	require.NotZero(t, diff.Counts.Added)
	require.NotZero(t, diff.Counts.Removed)
	require.NotZero(t, diff.Counts.Changed)
	for range 3 {
		w.call("world.restore", fmt.Sprintf(`{"id":%d}`, taken.ID), nil)
		require.Equal(t, begin, hash())
		require.Equal(t, way, play())
	}
}
