package ebitenhost_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/ebitenhost"
	"github.com/scry-dev/scry/console/ebitenhost/input"
)

// asPlayed is set in the process that is the game which a client plays; withHands when
// somebody sits there, too.
const (
	asPlayed  = "SCRY_TEST_IS_PLAYED"
	withHands = "hands"
)

// A game in a window is played by a client, by Ebitengine's own functions, and by who sits
// there; what the client holds is let go when it leaves.
func TestAGameInAWindowIsPlayed(t *testing.T) {
	who := "a client"
	// On a display of its own, which is nobody's desktop, real keys are pressed, too.
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		if _, err := exec.LookPath("xdotool"); err != nil {
			t.Log("no real key is pressed without xdotool: apt-get install xdotool")
		} else {
			who = withHands
		}
	}
	require.Contains(t, inWindow(t, asPlayed+"="+who), "all is well")
}

// played is a game that notes what it is told.
type played struct {
	note  func(string)
	until func() bool
}

func (g *played) Update() error {
	for _, k := range input.AppendJustPressedKeys(nil) {
		g.note("down " + k.String())
	}
	for _, k := range input.AppendJustReleasedKeys(nil) {
		g.note("up " + k.String())
	}
	if input.IsMouseButtonJustPressed(ebiten.MouseButtonLeft) {
		x, y := input.CursorPosition()
		g.note(fmt.Sprintf("click %d,%d", x, y))
	}
	if g.until() {
		return ebiten.Termination
	}
	return nil
}
func (g *played) Draw(*ebiten.Image)         {}
func (g *played) Layout(int, int) (int, int) { return 100, 100 }

// isPlayed runs the game until all that it waits for was seen, in order.
func isPlayed() error {
	con := console.Console{Token: "hush", Output: io.Discard}
	if err := con.Listen("127.0.0.1:0"); err != nil {
		return err
	}
	defer con.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	notes := make(chan string, 1000)
	done := make(chan error, 1)
	go func() { done <- player(ctx, con.URL(), notes) }()
	var failed error
	g := &played{note: func(text string) { notes <- text }, until: func() bool {
		select {
		case failed = <-done:
			return true
		default:
			return false
		}
	}}
	ebiten.SetWindowTitle("played")
	ebiten.SetWindowSize(200, 200)
	ebiten.SetRunnableOnUnfocused(true)
	return errors.Join(ebiten.RunGame(ebitenhost.Wrap(g, &con)), failed)
}

// player is the client, and the hands of who sits there.
func player(ctx context.Context, url string, notes <-chan string) error {
	conn, _, err := websocket.Dial(ctx, strings.Replace(url, "http", "ws", 1)+"/ws", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer hush"}}, Subprotocols: []string{"scry.1"},
	})
	if err != nil {
		return err
	}
	defer conn.CloseNow()
	for i, call := range []string{`key","params":{"code":"Space"}`, `pointer","params":{"x":11,"y":12,"button":0}`, `key","params":{"code":"KeyW","down":true}`} {
		text := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"input.%s}`, i, call)
		if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			return err
		}
	}
	if err := saw(ctx, notes, "down Space", "up Space", "click 11,12", "down W"); err != nil {
		return err
	}
	conn.CloseNow()
	if err := saw(ctx, notes, "up W"); err != nil {
		return err
	}
	if os.Getenv(asPlayed) != withHands {
		return nil
	}
	if out, err := exec.CommandContext(ctx, "xdotool", "search", "--sync", "--name", "played", "windowfocus", "--sync", "mousemove", "--window", "%1", "50", "60", "click", "1", "key", "q").CombinedOutput(); err != nil {
		return fmt.Errorf("xdotool: %s %w", out, err)
	}
	return saw(ctx, notes, "click 25,30", "down Q", "up Q")
}

// saw waits until the game has noted texts, whatever their order.
func saw(ctx context.Context, notes <-chan string, texts ...string) error {
	missing := map[string]bool{}
	for _, text := range texts {
		missing[text] = true
	}
	for len(missing) > 0 {
		select {
		case text := <-notes:
			if !missing[text] {
				return fmt.Errorf("the game saw %q and was to see %v", text, missing)
			}
			delete(missing, text)
		case <-ctx.Done():
			return fmt.Errorf("the game did not see %v", missing)
		}
	}
	return nil
}
