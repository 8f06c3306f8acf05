//go:build !js

package console

import (
	"fmt"
	"image"
	"image/color"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/media"
	"github.com/scry-dev/scry/rpc"
)

// laden is a console with so many assets of all kinds.
func laden(n int) *Console {
	con, text := new(Console), "a text"
	img := square(64, color.NRGBA{1, 2, 3, 255})
	for i := range n {
		name := fmt.Sprintf("area%d/asset%d", i%10, i)
		switch i % 4 {
		case 0:
			con.Assets.Bind(name, img, "").Refs(func() []string { return []string{"somebody"} })
		case 1:
			con.Assets.Bind(name, &text, "").Replace(func(string, []byte) error { return nil })
		case 2:
			con.Assets.Bind(name, []byte("bytes"), "").Memory(func() int64 { return 5 })
		default:
			con.Assets.Bind(name, Sound{48000, 1, make([]int16, 100)}, "")
		}
	}
	return con
}

func TestAllocationsOfAssetsThatNobodyLooksAt(t *testing.T) {
	con := laden(1000)
	frame := func() {
		for range con.Update() {
		}
	}
	frame()
	require.Zero(t, testing.AllocsPerRun(1000, frame))
}

// watching has a client subscribe to the assets, and lets all of them come to it.
func watching(con *Console) {
	peer := con.RPC().Connect(&sink{}, rpc.Drive)
	con.RPC().Receive(peer, rpc.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"a","topic":"assets"}}`), rpc.Limits{}))
	for range 300 {
		con.Assets.workOff()
		for range con.Update() {
		}
	}
}

func TestAllocationsOfAssetsThatAreWatched(t *testing.T) {
	con := new(Console)
	text := "a text"
	for i := range 1000 {
		con.Assets.Bind(fmt.Sprint(i), &text, "").Memory(func() int64 { return 5 })
	}
	watching(con)
	require.Equal(t, 1, con.Assets.stream.Subscribers())
	require.Zero(t, testing.AllocsPerRun(1000, con.Assets.publish))
}

// BenchmarkAssetsIdle is a frame of a game with a thousand assets at which nobody looks,
// beside one with none.
func BenchmarkAssetsIdle(b *testing.B) {
	for _, n := range []int{0, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			con := laden(n)
			b.ReportAllocs()
			for b.Loop() {
				for range con.Update() {
				}
			}
		})
	}
}

// BenchmarkAssetsWatched is what publishing takes while a client watches and nothing
// changes.
func BenchmarkAssetsWatched(b *testing.B) {
	con := laden(1000)
	watching(con)
	b.ReportAllocs()
	for b.Loop() {
		con.Assets.publish()
	}
}

// BenchmarkAssetCopy is what the game's goroutine does for a picture of 1024 pixels a
// side that a client wants: in how many frames, and what it takes of one.
func BenchmarkAssetCopy(b *testing.B) {
	for name, img := range map[string]image.Image{
		"NRGBA": square(1024, color.NRGBA{1, 2, 3, 255}), "YCbCr": image.NewYCbCr(image.Rect(0, 0, 1024, 1024), image.YCbCrSubsampleRatio420),
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				t, err := imageSource{image: func() image.Image { return img }}.take()
				if err != nil {
					b.Fatal(err)
				}
				for done := false; !done; {
					began := time.Now()
					done = t.step(began.Add(copyBudget))
					took = append(took, time.Since(began))
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(len(took))/float64(b.N), "frames")
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "µs-p95")
		})
	}
}

// BenchmarkAssetPreviews is what the worker makes: thumbnails of pictures that the game
// holds, and of files.
func BenchmarkAssetPreviews(b *testing.B) {
	for _, side := range []int{64, 256, 1024} {
		img := image.NewNRGBA(image.Rect(0, 0, side, side))
		for i := range img.Pix {
			img.Pix[i] = uint8(i * i >> 8)
		}
		file, err := media.PNG(img)
		if err != nil {
			b.Fatal(err)
		}
		o := &assetOrder{want: want{wantPreview, 128}, mediaType: "image/png"}
		for name, copied := range map[string]any{"held": img, "file": file} {
			b.Run(fmt.Sprintf("%s-%d", name, side), func(b *testing.B) {
				for b.Loop() {
					if _, _, err := o.make(nil, copied); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "previews/s")
			})
		}
	}
}
