package console

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// The same test holds with and without the tag: `go test -tags release -run Dev ./console`.
func TestADevCvarIsAbsentFromAReleasedGame(t *testing.T) {
	x := 1
	con := new(Console)
	_, err := con.Cvars.assign(levelAutoexec, "dev.x", "7", "autoexec.cfg", "autoexec.cfg:1")
	require.NoError(t, err)
	v := con.Cvars.Bind("dev.x", &x, "").Dev().Range(0, 9)
	p := newProbe(t, con)
	p.frame()
	if released {
		require.Equal(t, 1, x)
		p.refused(rpc.NotFound, "cvar.set", `{"name":"dev.x","value":2}`)
		require.Empty(t, get[[]CvarInfo](p, "cvar.list", `{}`))
		require.Empty(t, con.Cvars.modified())
		require.EqualError(t, v.Set("3"), "console: this cvar is not bound")
		require.Equal(t, 1, x, "nobody changes it but the game's own code")
		return
	}
	require.Equal(t, 7, x)
	require.Equal(t, []string{"modified", "dev"}, get[CvarState](p, "cvar.set", `{"name":"dev.x","value":2}`).Flags)
}
