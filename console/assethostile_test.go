//go:build !js

package console

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnAssetThatIsTouchedInEveryFrame(t *testing.T) {
	con := new(Console)
	as := con.Assets.Bind("noise", make([]byte, 1<<10), "")
	p := newProbe(t, con)
	p.open("assets", `{}`)
	for range 500 { // the worker has no time
		as.Touch()
		p.frame()
	}
	require.LessOrEqual(t, len(con.Assets.headers)+con.Assets.desk.backlog(), maxBacklog+1)
	p.settleAssets()
	as.Touch()
	p.settleAssets()
	require.Equal(t, int64(1<<10), get[AssetInfo](p, "asset.get", `{"id":"noise"}`).Bytes)
}

func TestASoundIsNotCopiedForItsHeader(t *testing.T) {
	con := new(Console)
	con.Assets.Bind("long", Sound{48000, 2, make([]int16, 1<<20)}, "")
	con.Assets.Bind("rock", Mesh{Positions: make([]float32, 9)}, "")
	p := newProbe(t, con)
	p.open("assets", `{}`)
	require.Empty(t, con.Assets.desk.facts)
	require.Empty(t, con.Assets.headers)
	require.Equal(t, 48000, get[AssetInfo](p, "asset.get", `{"id":"long"}`).Rate)
	require.Equal(t, 1, get[AssetInfo](p, "asset.get", `{"id":"rock"}`).Triangles)
}
