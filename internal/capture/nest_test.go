package capture

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireNested checks that spans are in order and form a tree of the depths they say.
func requireNested(t testing.TB, spans []Span) {
	t.Helper()
	var open []Span
	for i, s := range spans {
		require.GreaterOrEqual(t, s.Duration, int64(0))
		if i > 0 {
			require.GreaterOrEqual(t, s.Start, spans[i-1].Start)
		}
		require.LessOrEqual(t, int(s.Depth), len(open))
		for len(open) > int(s.Depth) {
			require.LessOrEqual(t, open[len(open)-1].End(), s.Start)
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			require.LessOrEqual(t, s.End(), open[len(open)-1].End())
		}
		open = append(open, s)
	}
}

func TestNestKeepsWhatIsATree(t *testing.T) {
	eachRandom(t, func(t *testing.T, s sample, c *Capture) {
		for id, spans := range c.tracks() {
			requireNested(t, spans)
			var got []node
			for _, s := range spans {
				got = append(got, node{c.scopeName(s.Scope), int(s.Depth), s.Start, s.Duration})
			}
			require.Equal(t, s.trees[c.trackName(id)], got)
		}
	})
}

// Clocks that step and scopes that were lost leave a tree all the same.
func TestNestMakesATreeOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 2000 {
		spans := make([]Span, r.IntN(40))
		for i := range spans {
			spans[i] = Span{Start: r.Int64N(60) - 5, Duration: r.Int64N(20), Depth: uint8(r.IntN(5))}
		}
		nest(spans)
		requireNested(t, spans)
	}
}

func TestNestWhereTheOuterScopeIsLost(t *testing.T) {
	spans := []Span{{Start: 10, Duration: 5, Depth: 2}, {Start: 12, Duration: 1, Depth: 3}, {Start: 20, Duration: 9, Depth: 1}}
	nest(spans)
	require.Equal(t, []Span{{Start: 10, Duration: 5}, {Start: 12, Duration: 1, Depth: 1}, {Start: 20, Duration: 9}}, spans)
}

func TestFramesWithoutSegmentsFollowEachOther(t *testing.T) {
	c := &Capture{
		Frames: []Frame{
			{Header: Header{Frame: 1, Time: 100}, Period: 16},
			{Header: Header{Frame: 2, Time: 118}, Period: 16, Work: 3},
			{Header: Header{Frame: 9, Time: 200}, Period: 10, Held: true},
			{Header: Header{Frame: 10, Time: 208}, Period: 10},
		},
		Segments: []Segment{{Header: Header{Frame: 10, Time: 209}, Length: 12}},
	}
	require.Equal(t, []frame{
		{number: 1, timed: true, start: 100, end: 116}, {number: 2, work: 3, timed: true, start: 116, end: 132},
		{number: 9, timed: true, held: true, start: 200, end: 209}, {number: 10, timed: true, start: 209, end: 221},
	}, c.frames())
}
