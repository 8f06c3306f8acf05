package ecs_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/arena/ecs"
)

func TestAnIDIsNotGivenOutAgain(t *testing.T) {
	var all ecs.Entities
	first := all.New(1)
	second := all.New(2)
	require.Equal(t, "0.1", first.String())
	require.True(t, all.Remove(first))
	require.False(t, all.Remove(first), "it is gone")
	again := all.New(3)
	require.Equal(t, first.Place(), again.Place(), "its place is used again")
	require.NotEqual(t, first, again)
	require.False(t, all.Has(first))
	require.True(t, all.Has(again))
	require.Equal(t, 3, all.Kind(again.Place()))
	require.Equal(t, 2, all.Alive())
	id, ok := all.At(second.Place())
	require.True(t, ok)
	require.Equal(t, second, id)
	require.False(t, all.Has(0))
	_, ok = all.At(99)
	require.False(t, ok)
}

func TestThePlaceThatIsFreeTheLongestIsUsedFirst(t *testing.T) {
	var all ecs.Entities
	ids := []ecs.ID{all.New(0), all.New(0), all.New(0)}
	all.Remove(ids[2])
	all.Remove(ids[0])
	require.Equal(t, 2, all.New(0).Place())
	require.Equal(t, 0, all.New(0).Place())
	require.Equal(t, 3, all.New(0).Place())
}

func TestWhatWasRemovedComesBackUnderItsID(t *testing.T) {
	var all ecs.Entities
	a, b := all.New(1), all.New(1)
	all.Remove(a)
	require.NoError(t, all.Revive(a, 1))
	require.True(t, all.Has(a))
	require.EqualError(t, all.Revive(a, 1), "the place of 0.1 is taken by 0.1")
	require.NotEqual(t, a.Place(), all.New(1).Place(), "the place is not free, though it was")

	all.Remove(b)
	c := all.New(1)
	require.Equal(t, b.Place(), c.Place())
	require.EqualError(t, all.Revive(b, 1), "the place of 1.1 is taken by 1.2")
	all.Remove(c)
	require.NoError(t, all.Revive(b, 1), "an older one than the last")
	all.Remove(b)
	require.Equal(t, uint32(3), all.New(1).Generation(), "what came after the revived one is not given out again")
	require.ErrorContains(t, all.Revive(ecs.ID(5)<<32|1, 1), "there was no entity 1.5")
	require.Error(t, all.Revive(ecs.ID(1)<<32|77, 1))
	require.Error(t, all.Revive(0, 1))
}

// A model of maps says what must be there after any sequence of steps.
func TestStoresAgreeWithAMap(t *testing.T) {
	var all ecs.Entities
	var store ecs.Store[int]
	r := rand.New(rand.NewPCG(1, 2))
	want := make(map[ecs.ID]int)
	var ids, gone []ecs.ID
	for range 20_000 {
		switch r.IntN(5) {
		case 0, 1:
			id := all.New(0)
			_, was := want[id]
			require.False(t, was, "%v twice", id)
			want[id] = r.Int()
			*store.Add(id.Place(), 0) = want[id]
			ids = append(ids, id)
		case 2, 3:
			if len(ids) == 0 {
				continue
			}
			i := r.IntN(len(ids))
			id := ids[i]
			ids[i] = ids[len(ids)-1]
			ids = ids[:len(ids)-1]
			require.True(t, all.Remove(id))
			store.Remove(id.Place())
			delete(want, id)
			gone = append(gone, id)
		case 4:
			if len(gone) == 0 {
				continue
			}
			if id := gone[len(gone)-1]; all.Revive(id, 0) == nil {
				gone = gone[:len(gone)-1]
				store.Attach(id.Place())
				want[id] = 0
				ids = append(ids, id)
			}
		}
	}
	require.Greater(t, len(want), 100)
	require.Equal(t, len(want), all.Alive())
	require.Equal(t, len(want), store.Len())
	for id, value := range want {
		require.True(t, all.Has(id))
		require.Equal(t, value, *store.Get(id.Place()))
	}
	n := 0
	for place, p := range store.All() {
		id, ok := all.At(place)
		require.True(t, ok)
		require.Equal(t, want[id], *p)
		n++
	}
	require.Equal(t, len(want), n)
	require.LessOrEqual(t, all.Len(), 6000, "places are used again")
}

func TestStoresWithoutTheComponent(t *testing.T) {
	var s ecs.Store[int]
	require.Nil(t, s.Get(3))
	require.Nil(t, s.Pointer(3), "no typed nil")
	s.Remove(3)
	s.Attach(3)
	require.Equal(t, 0, *s.Get(3))
	*s.Get(3) = 7
	s.Attach(3)
	require.Equal(t, 7, *s.Pointer(3).(*int), "what is there stays")
	require.Nil(t, s.Get(2))
	require.Equal(t, 3, s.Owner(0))
	require.Equal(t, []int{7}, s.Values())
}

func TestAllocationsOfComingAndGoing(t *testing.T) {
	var all ecs.Entities
	var s ecs.Store[[4]float64]
	for range 1000 {
		s.Add(all.New(0).Place(), [4]float64{})
	}
	allocs := testing.AllocsPerRun(10_000, func() {
		id, _ := all.At(s.Owner(s.Len() / 2))
		s.Remove(id.Place())
		all.Remove(id)
		s.Add(all.New(0).Place(), [4]float64{})
	})
	require.Zero(t, allocs)
}
