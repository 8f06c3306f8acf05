package state_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/state"
)

type body struct{ Pos, Vel vec }

type seedling struct {
	ID   uint64
	Body body
	next *seedling
	tags map[string]int
}

type meadow struct {
	clock int
	wind  *vec
	Seeds []seedling
	marks []int
}

// differing names the columns that differ between two looks.
func differing(before, after []state.Column) (paths []string) {
	was := map[string]uint64{}
	for _, c := range before {
		was[c.Subsystem+": "+c.Path] = c.Sum
	}
	for _, c := range after {
		if key := c.Subsystem + ": " + c.Path; was[key] != c.Sum {
			paths = append(paths, key)
		}
	}
	return paths
}

// A change is told by the field that it is in, of the type and the subsystem that it
// belongs to.
func TestColumnsNameTheField(t *testing.T) {
	g := meadow{wind: &vec{}, Seeds: make([]seedling, 3), marks: []int{1, 2, 3}}
	g.Seeds[0].tags = map[string]int{"ripe": 1}
	look := func() *state.Survey { return take(t, root("seed", &g.Seeds), root("sim", &g)) }
	for _, c := range []struct {
		change func()
		paths  []string
		part   int // of the seeds, that differs; -1 is none
	}{
		{func() { g.clock++ }, []string{"sim: meadow.clock"}, -1},
		{func() { g.wind.y++ }, []string{"sim: vec.y"}, -1},
		{func() { g.Seeds[1].Body.Pos.X++ }, []string{"seed: seedling.Body.Pos.X"}, 1},
		{func() { g.Seeds[2].Body.Vel.y, g.Seeds[2].ID = 3, 7 }, []string{"seed: seedling.Body.Vel.y", "seed: seedling.ID"}, 2},
		{func() { g.Seeds[0].Body.Pos.X, g.Seeds[1].Body.Pos.X = g.Seeds[1].Body.Pos.X, g.Seeds[0].Body.Pos.X }, []string{"seed: seedling.Body.Pos.X"}, 0},
		{func() { g.Seeds[0].next = &g.Seeds[1] }, []string{"seed: seedling.next"}, 0},
		{func() { g.Seeds[0].tags["ripe"]++ }, []string{"seed: map[string]int"}, -1},
		{func() { g.marks[2]++ }, []string{"sim: int"}, -1},
	} {
		before, parts := look().Columns(), look().Parts()
		c.change()
		require.Equal(t, c.paths, differing(before, look().Columns()))
		first := -1
		for i, p := range look().Parts() {
			require.Equal(t, 0, p.Root)
			require.Equal(t, i, p.Index)
			if p != parts[i] && first < 0 {
				first = i
			}
		}
		require.Equal(t, c.part, first)
	}
	before := look().Columns()
	g.Seeds = append(g.Seeds[:0:0], g.Seeds[:2]...)
	require.Contains(t, differing(before, look().Columns()), "seed: seedling[]")
}
