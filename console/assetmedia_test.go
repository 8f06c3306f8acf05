//go:build !js

package console

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/media"
)

func TestSoundsAndMeshesAreServedAsFiles(t *testing.T) {
	con := &Console{Token: "hush"}
	con.Assets.Bind("beep", Sound{Rate: 8000, Channels: 2, Samples: make([]int16, 16_000)}, "")
	con.Assets.Bind("float", &Sound{Rate: 8000, Channels: 1, Samples: make([]float32, 100_000)}, "")
	con.Assets.Bind("raw", Sound{Rate: 8000, Channels: 1, Samples: make([]byte, 8000)}, "")
	con.Assets.Bind("odd", Sound{Rate: 8000, Channels: 2, Samples: make([]int16, 3)}, "")
	corners := []float32{0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0}
	con.Assets.Bind("quad", Mesh{Positions: corners, UVs: make([]float32, 8), Indices: []uint16{0, 1, 2, 0, 2, 3}}, "")
	con.Assets.Bind("bad", &Mesh{Positions: corners, Indices: []uint32{0, 1, 7}}, "")
	con.Assets.Bind("soup", &Mesh{Positions: corners[:9]}, "")
	p := newProbe(t, con)
	infos := get[[]AssetInfo](p, "asset.list", `{}`)
	p.leave()
	o := listen(t, con)
	for i, want := range []media.Facts{
		{Rate: 8000, Channels: 2, Duration: 1}, {Rate: 8000, Channels: 1, Duration: 12.5}, {Rate: 8000, Channels: 1, Duration: .5}, {},
		{Vertices: 4, Triangles: 2}, {}, {Vertices: 3, Triangles: 1},
	} {
		resp, body := o.fetched("/asset/" + infos[i].ID)
		name := infos[i].Name
		if want == (media.Facts{}) {
			require.Equal(t, 422, resp.StatusCode, name)
			require.Regexp(t, "3 samples are no whole number for 2 channels|corner 2 of triangle 0 is vertex 7; there are 4", body)
			continue
		}
		require.Equal(t, 200, resp.StatusCode, body)
		got := media.Read(resp.Header.Get("Content-Type"), bytes.NewReader([]byte(body)), int64(len(body)))
		want.Bytes = int64(len(body))
		require.Equal(t, want, got, name)
		told := infos[i]
		require.Equal(t, []any{want.Rate, want.Channels, want.Duration, want.Vertices, want.Triangles},
			[]any{told.Rate, told.Channels, told.Duration, told.Vertices, told.Triangles}, "it is told before it is made: %s", name)
		if told.Kind == "sound" {
			require.Equal(t, int64(len(body)), told.Bytes, name)
		}
		resp, _ = o.fetched("/asset/" + infos[i].ID + "/preview")
		require.Equal(t, 422, resp.StatusCode)
	}
	require.PanicsWithValue(t, `console: asset "x": samples are a []int16, a []float32 or a []byte, not a []float64`,
		func() { new(Console).Assets.Bind("x", Sound{Samples: []float64{}}, "") })
	require.PanicsWithValue(t, `console: asset "y": indices are a []uint16 or a []uint32, not a []int`, func() { new(Console).Assets.Bind("y", Mesh{Indices: []int{}}, "") })
}

// card is a picture on a graphics card.
type card struct{ reads *[]int }

func (c card) Bounds() image.Rectangle { return image.Rect(5, 5, 45, 25) }
func (c card) ReadPixels(pix []byte) {
	*c.reads = append(*c.reads, len(pix))
	for i := range pix {
		pix[i] = 255
	}
}

// Reading back waits for the card: there is one a frame.
func TestOnePictureAFrameIsReadBack(t *testing.T) {
	con := &Console{Output: io.Discard}
	var reads []int
	for i := range 5 {
		con.Assets.Bind(fmt.Sprint("card", i), card{&reads}, "")
	}
	p := newProbe(t, con)
	info := get[AssetInfo](p, "asset.get", `{"id":"card0"}`)
	require.Equal(t, []int{40, 20, 3200}, []int{info.Width, info.Height, int(info.Memory)})
	require.Empty(t, reads, "only when it is asked for")
	for _, as := range con.Assets.list {
		require.NotNil(t, con.Assets.desk.order(as, want{}))
	}
	for i := range 5 {
		p.frame()
		require.Len(t, reads, i+1)
		con.Assets.workOff()
	}
	p.frame()
	require.Equal(t, []int{3200, 3200, 3200, 3200, 3200}, reads)
	as := con.Assets.list[0]
	m := con.Assets.desk.kept(as, want{}, 1)
	require.NotNil(t, m)
	img, err := media.Decode(nil, "image/png", m.data)
	require.NoError(t, err)
	require.Equal(t, color.RGBA{255, 255, 255, 255}, color.RGBAModel.Convert(img.At(39, 19)))
}

// What the game panics with while a picture is measured, copied or told of stays with
// that picture.
type rude struct{ image.Image }

func (rude) Bounds() image.Rectangle { panic("no bounds") }

func TestAPictureThatPanicsIsAFault(t *testing.T) {
	con := new(Console)
	asked := 0
	con.Assets.Bind("rude", rude{}, "").Memory(func() int64 { asked++; panic("no memory") }).Refs(func() []string { asked++; panic("nobody") })
	con.Assets.Bind("fine", "text", "")
	p := newProbe(t, con)
	list := get[[]AssetInfo](p, "asset.list", `{}`)
	require.Contains(t, list[0].Fault, "it panicked: no bounds")
	require.Empty(t, list[1].Fault)
	get[[]AssetInfo](p, "asset.list", `{}`)
	require.Equal(t, 2, asked, "what panics is not asked again")
}
