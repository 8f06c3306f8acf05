package console

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzPath(f *testing.F) {
	for _, s := range []string{"route[1].x", `stock["a.b"].sub["x"]`, "any.size", "leaves[1].next.size", "[", `["`, "route[99999999999999999999]", "..", "stock[\"\\u00zz\"]", "other.next.next", "matrix[0]", "flat[1]", "up.name"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		trees, con := orchard()
		before := *trees[1]
		e, err := con.World.find("2")
		require.NoError(t, err)
		to, err := con.World.target(e, path)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(to.path), maxPath)
		x, cell := to.read(), string(to.cell())
		if !to.readOnly() {
			require.NoError(t, to.write(x), "what was there can be written again")
		}
		again, err := con.World.target(e, path)
		require.NoError(t, err)
		require.Equal(t, cell, string(again.cell()))
		require.Equal(t, before.Route, trees[1].Route)
		pieces, total, err := again.members(0, 10)
		require.NoError(t, err)
		require.LessOrEqual(t, len(pieces), total)
		for _, p := range pieces {
			_, err := again.into(p)
			require.NoError(t, err, "what is listed can be gone into: %s", p)
		}
	})
}

func TestAPathIsBounded(t *testing.T) {
	trees, con := orchard()
	trees[1].Other.Next = trees[1].Other // it goes in circles
	e, err := con.World.find("2")
	require.NoError(t, err)
	_, err = con.World.target(e, "other"+strings.Repeat(".next", 90))
	require.NoError(t, err)
	_, err = con.World.target(e, "other"+strings.Repeat(".next", 200))
	require.ErrorContains(t, err, "at most 500 bytes")
}

func BenchmarkFindByID(b *testing.B) {
	w := hundredThousand()
	for b.Loop() {
		if _, err := w.find("77777"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCellOfAField(b *testing.B) {
	w := hundredThousand()
	e, _ := w.find("5")
	f := e.group.layout.byPath["pos.x"]
	dst := make([]byte, 0, 100)
	b.ReportAllocs()
	for b.Loop() {
		dst = w.appendCell(dst[:0], e, f)
	}
}
