package ebitenhost_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/ebitenhost"
)

// asBench is set in the process that is the game which is measured: its size, and the
// scale at which it is watched.
const asBench = "SCRY_TEST_IS_BENCH"

// inWindow runs this program again with a window, and returns what it prints.
func inWindow(t testing.TB, env ...string) string {
	exe, err := os.Executable()
	require.NoError(t, err)
	args := []string{exe}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		if _, err := exec.LookPath("xvfb-run"); err != nil {
			t.Skip("there is no display, and no virtual one: apt-get install xvfb xauth")
		}
		args = []string{"xvfb-run", "-a", "-s", "-screen 0 1600x900x24", exe}
	}
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir(), "XDG_CACHE_HOME="+t.TempDir()), env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// painter is a game whose picture is one colour.
type painter struct {
	until
	colour color.RGBA
	size   image.Point
}

func (p *painter) Draw(screen *ebiten.Image)  { screen.Fill(p.colour) }
func (p *painter) Layout(int, int) (int, int) { return p.size.X, p.size.Y }

// lookAtScreen asks for screenshots, of the whole and of a quarter of an odd size.
func lookAtScreen(url string, want color.RGBA, size image.Point) error {
	for scale, by := range map[string]int{"1": 1, "0.25": 4} {
		body := `{"jsonrpc":"2.0","id":1,"method":"display.screenshot","params":{"scale":` + scale + `}}`
		r, err := http.NewRequest("POST", url+"/rpc", strings.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer hush")
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		var answer struct {
			Result console.Screenshot
			Error  json.RawMessage
		}
		err = json.NewDecoder(resp.Body).Decode(&answer)
		resp.Body.Close()
		if err != nil || answer.Error != nil {
			return fmt.Errorf("no screenshot: %s %w", answer.Error, err)
		}
		data, err := base64.StdEncoding.DecodeString(answer.Result.Data)
		if err != nil {
			return err
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			return err
		}
		wanted := image.Pt((size.X+by-1)/by, (size.Y+by-1)/by)
		for _, at := range [...]image.Point{{}, wanted.Sub(image.Pt(1, 1))} {
			if got := color.RGBAModel.Convert(img.At(at.X, at.Y)); img.Bounds().Size() != wanted || got != want {
				return fmt.Errorf("the screenshot is %v and has %v at %v; wanted are %v and %v", img.Bounds(), got, at, wanted, want)
			}
		}
	}
	return nil
}

// watched is a viewer that acknowledges at once. It returns what its pictures took the
// game's goroutine to read.
func watched(ctx context.Context, url, params string, pictures int) ([]time.Duration, error) {
	conn, _, err := websocket.Dial(ctx, strings.Replace(url, "http", "ws", 1)+"/ws", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer hush"}}, Subprotocols: []string{"scry.1"},
	})
	if err != nil {
		return nil, err
	}
	defer conn.CloseNow()
	conn.SetReadLimit(1 << 24)
	say := func(text string) error { return conn.Write(ctx, websocket.MessageText, []byte(text)) }
	err = errors.Join(
		say(`{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"token":"hush"}}`),
		say(`{"jsonrpc":"2.0","id":2,"method":"sub.open","params":{"id":"d","topic":"display","credit":2,"params":`+params+`}}`))
	var reads []time.Duration
	for err == nil && len(reads) < pictures {
		kind, data, e := conn.Read(ctx)
		if err = e; err != nil || kind != websocket.MessageBinary {
			continue
		}
		reads = append(reads, 10*time.Microsecond*time.Duration(binary.LittleEndian.Uint16(data[24+22:])))
		err = say(fmt.Sprintf(`{"jsonrpc":"2.0","method":"sub.ack","params":{"id":"d","seq":%d}}`, binary.LittleEndian.Uint32(data[8:])))
	}
	return reads, err
}

// busy is a game that moves, and measures what Update takes.
type busy struct {
	until
	size   image.Point
	sprite *ebiten.Image
	frame  int
}

func (g *busy) Update() error { g.frame++; return g.until.Update() }
func (g *busy) Draw(screen *ebiten.Image) {
	var op ebiten.DrawImageOptions
	for i := range 500 {
		op.GeoM.Reset()
		op.GeoM.Translate(float64((i*37+g.frame*(1+i%5))%g.size.X), float64((i*53+g.frame*(1+i%3))%g.size.Y))
		screen.DrawImage(g.sprite, &op)
	}
}
func (g *busy) Layout(int, int) (int, int) { return g.size.X, g.size.Y }

// clocked measures what Update takes.
type clocked struct {
	ebiten.Game
	took []time.Duration
}

func (c *clocked) Update() error {
	began := time.Now()
	err := c.Game.Update()
	c.took = append(c.took, time.Since(began))
	return err
}

// bench is the game that is measured.
func bench(setting string) error {
	var size image.Point
	var scale string
	if _, err := fmt.Sscanf(setting, "%dx%d %s", &size.X, &size.Y, &scale); err != nil {
		return err
	}
	con := console.Console{Token: "hush", Output: io.Discard}
	if err := con.Listen("127.0.0.1:0"); err != nil {
		return err
	}
	defer con.Close()
	g := &busy{size: size, sprite: ebiten.NewImage(24, 24)}
	g.sprite.Fill(color.RGBA{200, 150, 40, 255})
	done := make(chan error, 1)
	var reads []time.Duration
	var began time.Time
	go func() {
		var err error
		if scale != "0" {
			began = time.Now()
			reads, err = watched(context.Background(), con.URL(), fmt.Sprintf(`{"scale":%s,"fps":60}`, scale), 200)
		} else {
			<-time.After(3 * time.Second)
		}
		done <- err
	}()
	var failed error
	g.done = func() bool {
		select {
		case failed = <-done:
			return true
		default:
			return false
		}
	}
	ebiten.SetWindowSize(size.X, size.Y)
	c := &clocked{Game: ebitenhost.Wrap(g, &con)}
	err := ebiten.RunGame(c)
	fps := float64(len(reads)) / time.Since(began).Seconds()
	slices.Sort(reads)
	slices.Sort(c.took)
	p := func(list []time.Duration, at float64) float64 {
		if len(list) == 0 {
			return 0
		}
		return list[int(at*float64(len(list)-1))].Seconds() * 1000
	}
	fmt.Printf("measured %g %g %g %g %g\n", p(reads, .5), p(reads, .95), p(c.took, .5), p(c.took, .95), fps)
	return errors.Join(err, failed)
}

// BenchmarkShownPicture measures what a picture that is watched takes the game's
// goroutine, with the display's rhythm on: reading it back, and all of Update with a game
// that does nothing in it. Scale 0 is not watched at all.
func BenchmarkShownPicture(b *testing.B) {
	for _, setting := range []string{"640x360 0", "640x360 1", "1280x720 0", "1280x720 1", "1280x720 0.5"} {
		b.Run(strings.ReplaceAll(setting, " ", " at "), func(b *testing.B) {
			for b.Loop() {
				out := inWindow(b, asBench+"="+setting)
				_, line, ok := strings.Cut(out, "measured ")
				require.True(b, ok, "%s", out)
				var v [5]float64
				_, err := fmt.Sscan(line, &v[0], &v[1], &v[2], &v[3], &v[4])
				require.NoError(b, err)
				for i, unit := range []string{"read-p50-ms", "read-p95-ms", "update-p50-ms", "update-p95-ms", "pictures/s"} {
					b.ReportMetric(v[i], unit)
				}
			}
		})
	}
}
