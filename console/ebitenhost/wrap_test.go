package ebitenhost_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/ebitenhost"
)

type game struct {
	updates, draws, finals int
	err                    error
}

func (g *game) Update() error              { g.updates++; return g.err }
func (g *game) Draw(*ebiten.Image)         { g.draws++ }
func (g *game) Layout(w, h int) (int, int) { return w / 2, h / 2 }

// finer is a game with the optional methods.
type finer struct{ game }

func (g *finer) LayoutF(w, h float64) (float64, float64) { return w / 4, h / 4 }
func (g *finer) DrawFinalScreen(ebiten.FinalScreen, *ebiten.Image, ebiten.GeoM) {
	g.finals++
}

func TestAWrappedGameIsUpdatedTimedAndDrawn(t *testing.T) {
	var con console.Console
	g := &game{}
	w := ebitenhost.Wrap(g, &con)
	screen := ebiten.NewImage(8, 8)
	for range 3 {
		require.NoError(t, w.Update())
		w.Draw(screen)
	}
	require.Equal(t, 3, g.updates)
	require.Equal(t, 3, g.draws)
	require.Equal(t, uint64(3), con.Time.Tick())
	width, height := w.Layout(10, 20)
	require.Equal(t, [2]int{5, 10}, [2]int{width, height})
	names := []string{}
	for _, s := range con.Timings.Scopes() {
		names = append(names, s.Name)
	}
	require.Subset(t, names, []string{"update", "draw"})
}

func TestAHeldGameIsDrawnAndNotUpdated(t *testing.T) {
	var con console.Console
	g := &game{}
	w := ebitenhost.Wrap(g, &con)
	require.NoError(t, w.Update())
	con.Time.Hold()
	require.NoError(t, w.Update())
	w.Draw(ebiten.NewImage(8, 8))
	require.Equal(t, 1, g.updates)
	require.Equal(t, 1, g.draws)
	con.Time.Resume()
	require.NoError(t, w.Update())
	require.Equal(t, 2, g.updates)
}

func TestUpdatesBeforeADrawAreOneFrame(t *testing.T) {
	var con console.Console
	g := &game{}
	w := ebitenhost.Wrap(g, &con)
	screen := ebiten.NewImage(8, 8)
	for range 3 {
		for range 4 {
			require.NoError(t, w.Update())
		}
		w.Draw(screen)
		w.Draw(screen) // a display faster than the game
	}
	require.Equal(t, uint64(3), con.Time.Frame())
	require.Equal(t, uint64(12), con.Time.Tick())
	for range 20 {
		require.NoError(t, w.Update())
	}
	require.Equal(t, uint64(7), con.Time.Frame(), "a window that nobody sees is served all the same")
	con.Time.Hold()
	for range 4 {
		require.NoError(t, w.Update())
	}
	require.Equal(t, uint64(32), con.Time.Tick())
}

func TestAGamesErrorEndsIt(t *testing.T) {
	var con console.Console
	g := &game{err: ebiten.Termination}
	require.True(t, errors.Is(ebitenhost.Wrap(g, &con).Update(), ebiten.Termination))
}

func TestOptionalMethodsPassThrough(t *testing.T) {
	var con console.Console
	_, plain := ebitenhost.Wrap(&game{}, &con).(ebiten.LayoutFer)
	require.False(t, plain, "Ebitengine would prefer it to Layout")
	g := &finer{}
	w := ebitenhost.Wrap(g, &con)
	width, height := w.(ebiten.LayoutFer).LayoutF(8, 4)
	require.Equal(t, [2]float64{2, 1}, [2]float64{width, height})
	w.(ebiten.FinalScreenDrawer).DrawFinalScreen(nil, nil, ebiten.GeoM{})
	require.Equal(t, 1, g.finals)
}

func TestTheMemoryOfImagesIsTracked(t *testing.T) {
	con := console.Console{Token: "token"}
	w := ebitenhost.Wrap(&game{}, &con)
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, "/rpc", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"memory.trackers"}`))
	req.Host = "127.0.0.1"
	req.Header.Set("Authorization", "Bearer token")
	req.Header.Set("Content-Type", "application/json")
	done := make(chan struct{})
	go func() { con.ServeHTTP(rec, req); close(done) }()
	for answered := false; !answered; {
		select {
		case <-done:
			answered = true
		default:
			require.NoError(t, w.Update())
		}
	}
	defer con.Close()
	require.Contains(t, rec.Body.String(), `"name":"ebitengine.images","kind":"gpu","bytes":0`, "no game runs in a test, so there is no texture")
}
