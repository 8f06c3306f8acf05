package ebitenhost_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/ebitenhost"
)

// asGame is set in the process that is the game.
const asGame = "SCRY_TEST_IS_GAME"

// TestMain is the game in a process of its own, for Ebitengine wants the main goroutine.
func TestMain(m *testing.M) {
	game := play
	switch setting := os.Getenv(asBench); {
	case setting != "":
		game = func() error { return bench(setting) }
	case os.Getenv(asPlayed) != "":
		game = isPlayed
	case os.Getenv(asGame) == "":
		m.Run()
		return
	}
	if err := game(); err != nil {
		fmt.Println("failed:", err)
		return
	}
	fmt.Println("all is well")
}

// A game in a window shows its pictures, and has one painted over.
func TestImagesOfAGameInAWindow(t *testing.T) {
	require.Contains(t, inWindow(t, asGame+"=1"), "all is well")
}

// play runs a game whose pictures a client looks at.
func play() error {
	con := console.Console{Token: "hush", Output: io.Discard}
	if err := con.Listen("127.0.0.1:0"); err != nil {
		return err
	}
	defer con.Close()
	sheet := ebiten.NewImage(64, 32)
	sheet.Fill(color.RGBA{10, 20, 30, 255})
	part := sheet.SubImage(image.Rect(32, 0, 64, 32)).(*ebiten.Image)
	part.Fill(color.RGBA{200, 100, 50, 255})
	ebitenhost.BindImage(&con, "sheet", sheet, "").Frames(32, 32, 2)
	ebitenhost.BindImage(&con, "part", part, "")
	looked := make(chan error, 1)
	p := &painter{colour: color.RGBA{30, 60, 90, 255}, size: image.Pt(321, 201)}
	go func() { looked <- errors.Join(look(con.URL()), lookAtScreen(con.URL(), p.colour, p.size)) }()
	ebiten.SetWindowVisible(false)
	var failed error
	p.done = func() bool {
		select {
		case failed = <-looked:
			return true
		default:
			return false
		}
	}
	err := ebiten.RunGame(ebitenhost.Wrap(p, &con))
	return errors.Join(err, failed)
}

// until is a game that goes on until something is done.
type until struct{ done func() bool }

func (g *until) Update() error {
	if g.done() {
		return ebiten.Termination
	}
	return nil
}
func (g *until) Draw(*ebiten.Image)         {}
func (g *until) Layout(w, h int) (int, int) { return w, h }

// look looks at the pictures as a client does.
func look(url string) error {
	if err := pixel(url+"/asset/1", image.Pt(64, 32), 0, color.NRGBA{10, 20, 30, 255}); err != nil {
		return err
	}
	if err := pixel(url+"/asset/1", image.Pt(64, 32), 40, color.NRGBA{200, 100, 50, 255}); err != nil {
		return err
	}
	if err := pixel(url+"/asset/2", image.Pt(32, 32), 0, color.NRGBA{200, 100, 50, 255}); err != nil {
		return err
	}
	if err := pixel(url+"/asset/1/preview?size=32", image.Pt(32, 16), 0, color.NRGBA{10, 20, 30, 255}); err != nil {
		return err
	}
	for side, want := range map[int]int{32: 200, 31: 422} {
		img := image.NewNRGBA(image.Rect(0, 0, side, side))
		for i := range img.Pix {
			img.Pix[i] = 255
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			return err
		}
		status, body, err := ask("PUT", url+"/asset/2", &b)
		if err != nil || status != want {
			return fmt.Errorf("a picture of %d pixels gave %d %s %w", side, status, body, err)
		}
	}
	return pixel(url+"/asset/1", image.Pt(64, 32), 40, color.NRGBA{255, 255, 255, 255})
}

func pixel(url string, size image.Point, x int, want color.NRGBA) error {
	status, body, err := ask("GET", url, nil)
	if err != nil || status != 200 {
		return fmt.Errorf("%s gave %d %s %w", url, status, body, err)
	}
	img, err := png.Decode(strings.NewReader(body))
	if err != nil {
		return err
	}
	if got := color.NRGBAModel.Convert(img.At(x, 0)); img.Bounds().Size() != size || got != want {
		return fmt.Errorf("%s is %v, and has %v at %d; wanted are %v and %v", url, img.Bounds().Size(), got, x, size, want)
	}
	return nil
}

func ask(method, url string, body io.Reader) (int, string, error) {
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Authorization", "Bearer hush")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}
