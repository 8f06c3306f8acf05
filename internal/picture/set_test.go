package picture

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSet(t *testing.T) {
	var s, o Set
	require.True(t, s.Empty())
	require.True(t, s.Full(), "of a picture without tiles")
	s.Add(0)
	require.True(t, s.Empty())

	s.Reset(1280, 720)
	require.Equal(t, 240, s.tiles)
	for _, i := range []int{0, 63, 64, 239, 240, -1} {
		s.Add(i)
	}
	require.Equal(t, []uint16{0, 63, 64, 239}, s.AppendTo(nil), "there is no tile 240")
	require.True(t, s.Has(239))
	require.False(t, s.Has(240))
	s.Remove(63)
	s.Remove(1000)
	require.Equal(t, 3, s.Len())

	o.CopyFrom(&s)
	require.True(t, o.Equal(&s))
	o.Add(100)
	require.False(t, o.Equal(&s))
	s.Union(&o)
	require.True(t, s.Has(100))
	o.Reset(1280, 720)
	o.Add(0)
	s.Subtract(&o)
	require.Equal(t, []uint16{64, 100, 239}, s.AppendTo(nil))

	s.Fill()
	require.Equal(t, 240, s.Len())
	require.True(t, s.Full())

	o.Reset(1280, 719) // as many tiles, and yet other ones
	o.Union(&s)
	require.True(t, o.Empty())
	require.False(t, o.Equal(&s))
}

func TestSetKeepsItsMemory(t *testing.T) {
	var s, o Set
	var list []uint16
	require.Zero(t, testing.AllocsPerRun(100, func() {
		s.Reset(1280, 720)
		s.Fill()
		o.CopyFrom(&s)
		list = o.AppendTo(list[:0])
	}))
	require.Len(t, list, 240)
}
