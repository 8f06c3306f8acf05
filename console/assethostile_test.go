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
