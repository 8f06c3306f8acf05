package console

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

func TestAPreviewTellsWhatAProfileWouldDoAndDoesNothing(t *testing.T) {
	files := map[string]string{"mine.cfg": "set physics.gravity 3\nset physics.gravity many\nset game.title mine\nset nobody.yet 1\n"}
	keep(t, files, func(g *keeper) {
		history := answer[[]CvarChange](g, "cvar.history", `{}`)
		before := answer[[]CvarInfo](g, "cvar.list", `{}`)
		told := answer[CvarLoaded](g, "cvar.load", `{"profile":"mine","preview":true}`)
		require.Equal(t, before, answer[[]CvarInfo](g, "cvar.list", `{}`))
		require.Equal(t, history, answer[[]CvarChange](g, "cvar.history", `{}`))
		require.Equal(t, []CvarValue{{"game.title", "mine"}}, told.Applied)
		require.Len(t, told.Skipped, 1)
		require.Equal(t, 2, told.Skipped[0].Line)
		require.Equal(t, []string{"nobody.yet"}, told.Waiting)
		require.Equal(t, told, answer[CvarLoaded](g, "cvar.load", `{"profile":"mine"}`), "loading does what was told")
		require.Equal(t, "mine", g.title)
	})
}

func TestAPreviewIsOfAProfile(t *testing.T) {
	keep(t, nil, func(g *keeper) {
		require.Equal(t, "/profile", g.denied(rpc.InvalidParams, "cvar.load", `{"preview":true}`).Data.Path)
		g.denied(rpc.NotFound, "cvar.load", `{"profile":"nobody","preview":true}`)
	})
}

// Nobody reads or writes for such a game: the answer must not wait for it.
func TestAGameWithoutFilesAnswersAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newKeeper(t, "", func(con *Console) { con.Cvars.Profiles = nil })
		require.Empty(t, answer[[]CvarProfile](g, "cvar.profiles", `{}`))
		g.denied(rpc.NotFound, "cvar.load", `{"profile":"calm"}`)
		require.NoError(t, g.con.Close())
	})
}
