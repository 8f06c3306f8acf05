package console

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// modelled is what a ring has to hold: all that was pushed, and where.
type modelled struct {
	msg   string
	count uint64
	place uint64
}

func TestTheRingHoldsTheNewestThatFit(t *testing.T) {
	places := []*site{{id: 0, source: "a/a.go:1"}, {id: 1, source: "b/b.go:2"}}
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 1))
		longest := []int{10, 200, maxLineBytes}[seed%3]
		var r ring
		r.open(int(seed) * 20_000)
		limit := uint64(len(r.pieces)) * pieceSize
		var all []modelled
		for range 4000 {
			e := entry{site: places[random.IntN(2)], rank: random.IntN(4), msg: strings.Repeat("x", random.IntN(longest)), attrs: []byte("{}"), frame: random.Uint64()}
			before, again := r.head, uint64(random.IntN(3))
			r.push(&e)
			for range again {
				require.True(t, r.repeat(&e))
			}
			all = append(all, modelled{e.msg, 1 + again, r.last})
			require.LessOrEqual(t, r.tail-r.head, limit)
			if r.head != before { // just what was needed went
				require.Greater(t, r.tail-all[r.lost-1].place, limit)
			}
		}
		require.Equal(t, uint64(len(all)), r.seq)
		kept := all[r.lost:]
		require.NotEmpty(t, kept)

		var at bookmark
		var raw []byte
		var lost uint64
		for i := range kept {
			var now uint64
			raw, now = r.read(&at, raw[:0], 1, 1)
			lost += now
			rec := record(raw)
			require.Equal(t, kept[i], modelled{string(rec.msg()), rec.wide(atCount), at.place}, "seed %d, line %d of %d", seed, i, len(kept))
			require.Equal(t, r.lost+uint64(i)+1, rec.wide(atSeq))
		}
		require.Equal(t, r.lost, lost)
		raw, _ = r.read(&at, raw[:0], 1, 1)
		require.Empty(t, raw)

		place, more := r.last, true
		for i := len(kept) - 1; i >= 0; i-- {
			require.True(t, more)
			require.Equal(t, kept[i].place, place)
			place, more = r.before(place)
		}
		require.False(t, more)
	}
}

func TestTheRingTakesMemoryAsItFills(t *testing.T) {
	var r ring
	r.open(defaultBytes)
	e := entry{site: &site{}, msg: "x", attrs: []byte("{}")}
	r.push(&e)
	held := func() (n int) {
		for _, p := range r.pieces {
			n += len(p)
		}
		return n
	}
	require.Equal(t, pieceSize, held())
	for range 100_000 {
		r.push(&e)
	}
	require.Equal(t, defaultBytes, held())
	require.Positive(t, r.lost)
	require.Zero(t, testing.AllocsPerRun(1000, func() { r.push(&e) }))
}
