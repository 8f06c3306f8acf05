package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func read(mediaType string, data []byte) Facts {
	return Read(mediaType, bytes.NewReader(data), int64(len(data)))
}

// put writes a number at an offset of a file of so many bytes.
func put(size int, parts ...any) []byte {
	b := make([]byte, size)
	for i := 0; i < len(parts); i += 2 {
		off := parts[i].(int)
		switch v := parts[i+1].(type) {
		case string:
			copy(b[off:], v)
		case uint8:
			b[off] = v
		case uint16:
			le.PutUint16(b[off:], v)
		case uint32:
			le.PutUint32(b[off:], v)
		case uint64:
			le.PutUint64(b[off:], v)
		}
	}
	return b
}

// swap turns a number round for formats that begin with the largest digit.
func swap(v uint32) uint32 { return be.Uint32(le.AppendUint32(nil, v)) }

func encoded(t testing.TB, format string, img image.Image) []byte {
	var b bytes.Buffer
	switch format {
	case "png":
		require.NoError(t, png.Encode(&b, img))
	case "jpeg":
		require.NoError(t, jpeg.Encode(&b, img, nil))
	case "gif":
		require.NoError(t, gif.Encode(&b, img, nil))
	}
	return b.Bytes()
}

func painted(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x), uint8(y), uint8(x * y), uint8(255 - x%7)})
		}
	}
	return img
}

func TestPicturesSayTheirSize(t *testing.T) {
	img := painted(60, 40)
	want := func(data []byte) Facts { return Facts{Bytes: int64(len(data)), Width: 60, Height: 40} }
	for kind, data := range map[string][]byte{
		"image/png": encoded(t, "png", img), "image/jpeg": encoded(t, "jpeg", img), "image/gif": encoded(t, "gif", img),
		"image/webp":  put(30, 0, "RIFF", 8, "WEBPVP8X", 24, uint8(59), 27, uint8(39)),
		"image/bmp":   put(54+60*40*3, 0, "BM", 18, uint32(60), 22, ^uint32(39), 28, uint16(24)),
		"image/qoi":   put(100, 0, "qoif", 4, swap(60), 8, swap(40)),
		"image/x-tga": put(18+60*40, 12, uint16(60), 14, uint16(40)),
	} {
		require.Equal(t, want(data), read(kind, data), kind)
	}
	vp8 := put(30, 0, "RIFF", 8, "WEBPVP8 ", 26, uint16(60), 28, uint16(40))
	require.Equal(t, want(vp8), read("image/webp", vp8))
	vp8l := put(30, 0, "RIFF", 8, "WEBPVP8L", 21, uint32(59|39<<14))
	require.Equal(t, want(vp8l), read("image/webp", vp8l))
	dds := read("image/vnd-ms.dds", put(128+60*40/2, 0, "DDS ", 12, uint32(40), 16, uint32(60), 28, uint32(99)))
	require.Equal(t, 6, dds.Levels, "no more than there can be")
	require.Equal(t, 60, dds.Width)
	ktx := read("image/ktx2", put(80, 20, uint32(64), 24, uint32(64), 40, uint32(7)))
	require.Equal(t, []int{64, 64, 7}, []int{ktx.Width, ktx.Height, ktx.Levels})
}

// lies are files whose headers say what cannot be.
var lies = map[string]struct {
	data []byte
	want string
}{
	"image/png": {put(57, 0, magics[0].begins+"\x00\x00\x00\x0dIHDR", 16, swap(60000), 20, swap(60000), 24, uint8(8), 25, uint8(6)),
		"it says that it is 60000x60000, for which 57 bytes are too few"},
	"image/jpeg":        {[]byte("\xff\xd8\xff\xc0\x00\x11\x08\xea\x60\xea\x60\x03"), "it says that it is 60000x60000, for which 12 bytes are too few"},
	"image/gif":         {put(16, 0, "GIF89a", 6, uint16(60000), 8, uint16(60000)), "it says that it is 60000x60000, for which 16 bytes are too few"},
	"image/bmp":         {put(34, 18, uint32(60000), 22, uint32(60000), 28, uint16(32)), "it says that it is 60000x60000, for which 34 bytes are too few"},
	"image/qoi":         {put(16, 4, swap(60000), 8, swap(60000)), "it says that it is 60000x60000, for which 16 bytes are too few"},
	"image/webp":        {put(30, 8, "WEBPVP8X", 24, uint32(0xffffffff), 27, uint8(255)), "it says that it is 16777216x"},
	"image/vnd-ms.dds":  {put(128, 12, uint32(1<<31), 16, uint32(1<<31)), "it says that it is 2147483648x2147483648"},
	"audio/wav":         {put(44, 12, "fmt ", 16, uint32(16), 20, uint16(1), 22, uint16(2), 24, uint32(4_000_000_000), 32, uint16(4)), "it says that it has 2 channels at 4000000000 Hz"},
	"audio/ogg":         {ogg("\x01vorbis", 1<<62), "it says that it lasts 1.05e+14 seconds"},
	"font/ttf":          {put(12, 4, uint16(0xffff)), "it says that it has 65535 tables"},
	"font/woff":         {put(44, 12, uint16(0xffff)), "it says that it has 65535 tables"},
	"model/gltf-binary": {put(20, 0, "glTF", 12, uint32(1<<31), 16, "JSON"), "the file is cut off"},
	"model/ply":         {[]byte("ply\nelement vertex 99999999999\nend_header"), `it says that it has 99999999999 of "vertex"`},
	"model/stl":         {put(84, 80, uint32(1<<31)), "it has no triangles, or is cut off"},
	"audio/flac":        {put(42, 0, "fLaC"), "it says that it has 1 channels at 0 Hz"},
	"audio/mpeg":        {make([]byte, 5000), "it has no frame of MPEG audio at its beginning"},
}

// ogg is a file of one page that is first and last, with so many samples.
func ogg(head string, samples uint64) []byte {
	b := put(28+30, 0, "OggS", 6, samples, 26, uint8(1), 28, head)
	switch head {
	case "\x01vorbis":
		b[28+11] = 2
		le.PutUint32(b[28+12:], 44100)
	case "OpusHead":
		b[28+9] = 1
		le.PutUint16(b[28+10:], 312)
	}
	return b
}

func TestNoHeaderIsBelieved(t *testing.T) {
	for kind, c := range lies {
		f := read(kind, c.data)
		require.Contains(t, f.Fault, c.want, kind)
		require.Equal(t, Facts{Bytes: int64(len(c.data)), Fault: f.Fault}, f, "nothing of what it said is passed on: %s", kind)
	}
	for kind := range readers {
		for _, n := range []int{0, 1, 12, 16} {
			f := read(kind, bytes.Repeat([]byte{0xff}, n))
			require.Equal(t, Facts{Bytes: int64(n), Fault: f.Fault}, f, kind)
		}
	}
	require.Equal(t, Facts{Bytes: 3}, read("application/x-unknown", []byte("abc")))
}

func TestSoundsSayHowLongTheyAre(t *testing.T) {
	wav, err := Audio{Rate: 48000, Channels: 2, Ints: make([]int16, 2*24000)}.WAV()
	require.NoError(t, err)
	require.Equal(t, Facts{Bytes: int64(len(wav)), Rate: 48000, Channels: 2, Duration: .5}, read("audio/wav", wav))
	wav, err = Audio{Rate: 8000, Channels: 1, Floats: make([]float32, 4000)}.WAV()
	require.NoError(t, err)
	f := read("audio/wav", wav)
	require.Equal(t, []float64{8000, 1, .5}, []float64{float64(f.Rate), float64(f.Channels), f.Duration})
	f = read("audio/wav", wav[:len(wav)-8000])
	require.Equal(t, .25, f.Duration, "what is there counts")

	f = read("audio/ogg", ogg("\x01vorbis", 44100*3))
	require.Equal(t, []float64{44100, 2, 3}, []float64{float64(f.Rate), float64(f.Channels), f.Duration})
	f = read("audio/ogg", ogg("OpusHead", 48000+312))
	require.Equal(t, []float64{48000, 1, 1}, []float64{float64(f.Rate), float64(f.Channels), f.Duration})
	require.Zero(t, read("audio/ogg", ogg("theora", 7)).Duration)

	mp3 := append([]byte("ID3\x03\x00\x00\x00\x00\x00\x0a0123456789"), put(16000, 0, "\xff\xfb\x90\x00")...)
	f = read("audio/mpeg", mp3)
	require.Equal(t, []float64{44100, 2, 1}, []float64{float64(f.Rate), float64(f.Channels), f.Duration})
	f = read("audio/mpeg", put(500, 0, "\xff\xf3\x90\xc0", 21, "Xing", 25, swap(1), 29, swap(1000)))
	require.InDelta(t, 576*1000/22050., f.Duration, 1e-9)
	require.Equal(t, 1, f.Channels)
	flac := put(42, 0, "fLaC", 18, binary.BigEndian.Uint64(le.AppendUint64(nil, 44100<<44|1<<41|15<<36|88200)))
	f = read("audio/flac", flac)
	require.Equal(t, []float64{44100, 2, 2}, []float64{float64(f.Rate), float64(f.Channels), f.Duration})
}

// sfnt is a font of a name and so many glyphs.
func sfnt(name string, glyphs uint16) []byte {
	text := []byte{}
	for _, r := range name {
		text = be.AppendUint16(text, uint16(r))
	}
	b := []byte("\x00\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00")
	record := func(tag string, off, n int) {
		b = append(append(b, tag...), 0, 0, 0, 0)
		b = be.AppendUint32(be.AppendUint32(b, uint32(off)), uint32(n))
	}
	record("maxp", 44, 6)
	record("name", 50, 6+12+len(text))
	b = append(b, 0, 1, 0, 0)
	b = be.AppendUint16(b, glyphs)
	for _, v := range []int{0, 1, 18, 3, 1, 0x409, 1, len(text), 0} {
		b = be.AppendUint16(b, uint16(v))
	}
	return append(b, text...)
}

func TestFontsSayTheirNames(t *testing.T) {
	f := read("font/ttf", sfnt("Garden\u0000 Sans", 512))
	require.Equal(t, "Garden Sans", f.Family)
	require.Equal(t, 512, f.Glyphs)
	require.Empty(t, f.Fault)
	require.Equal(t, "it has no glyphs", read("font/otf", sfnt("x", 0)).Fault)
}

func TestMeshesSayHowLargeTheyAre(t *testing.T) {
	for kind, data := range map[string]string{
		"model/obj":       "# a quad\nv 0 0 0\nv 1 0 0\n v 1 1 0\nv 0 1 0\nvn 0 0 1\nf 1 2 3 4\n" + strings.Repeat("x", 10_000),
		"model/gltf+json": `{"accessors":[{"count":4},{"count":6}],"meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1},{"attributes":{"POSITION":0},"mode":1},{"attributes":{"POSITION":9},"indices":-1}]}]}`,
		"model/ply":       "ply\nformat ascii 1.0\nelement vertex 4\nelement face 2\nend_header\n",
	} {
		f := read(kind, []byte(data))
		require.Equal(t, []int{4, 2}, []int{f.Vertices, f.Triangles}, "%s %s", kind, f.Fault)
	}
	stl := put(84+50*7, 80, uint32(7))
	require.Equal(t, 7, read("model/stl", stl).Triangles)
	require.Equal(t, 1, read("model/stl", []byte("solid x\n facet normal 0 0 1\n endfacet\nendsolid"+strings.Repeat(" ", 100))).Triangles)

	m := Triangles{Positions: []float32{0, 0, 0, 1, 0, 0, 1, 1, float32(math.NaN())}, Indices: []uint32{0, 1, 2}}
	_, err := m.GLB()
	require.EqualError(t, err, "vertex 2 is at NaN or infinity")
	m.Positions[8] = 0
	glb, err := m.GLB()
	require.NoError(t, err)
	f := read("model/gltf-binary", glb)
	require.Equal(t, []int{3, 1}, []int{f.Vertices, f.Triangles}, f.Fault)
}

func TestJSONSaysWhereItIsWrong(t *testing.T) {
	require.Empty(t, read("application/json", []byte(`{"a":[1,2]}`)).Fault)
	require.Equal(t, "2:4: invalid character ',' looking for beginning of value", read("application/json", []byte("[\n 1,,2]")).Fault)
}

func TestTypesAreToldByNameOrBeginning(t *testing.T) {
	for name, want := range map[string]Type{
		"a.PNG": {Image, "image/png", ""}, "x/y.kage": {Shader, plain, "kage"}, "a.b/c": {Text, plain, ""}, "a.go": {Text, plain, "go"},
	} {
		require.Equal(t, want, Of(name, []byte("hello")), name)
	}
	require.Equal(t, Type{Shader, plain, "kage"}, Of("a.go", []byte("//go:build ignore\n\n//kage:unit pixels\npackage main")))
	for head, want := range map[string]Kind{
		string(encoded(t, "png", painted(1, 1))): Image, string(encoded(t, "jpeg", painted(1, 1))): Image, "RIFF0000WAVEfmt ": Sound, "RIFF0000WEBPVP8 ": Image,
		"OggS\x00\x00": Sound, "{\"a\":1}": JSON, "true story": Text, "BMX bikes": Text, "BM\x00\x00\x00": Image, "#version 330\n": Shader, "//kage:unit pixels": Shader,
		"<svg xmlns=''>": Image, "<!DOCTYPE html>": Text, "": Text, "\x00\x01": Other, "glTF\x02\x00": Mesh, "ID3\x03\x00": Sound, "\xff\xfe\x00": Other,
		"\ufeff[{\"a\":1}]": JSON, strings.Repeat("a", 511) + "é" + "b": Text,
	} {
		require.Equal(t, want, Of("", []byte(head)).Kind, "%q", head)
	}
	require.Equal(t, "ship.png", FileName("ship", "image/png"))
	require.Equal(t, "ship.jpg", FileName("ship.jpg", "image/png"))
	require.Equal(t, "a.txt", FileName("a", plain))
	for kind, want := range map[string]string{
		"text/html; charset=utf-8": plain, "TEXT/HTML": plain, "application/xhtml+xml": plain, "text/javascript": plain, "application/xml": plain,
		"image/svg+xml": "image/svg+xml", "image/png": "image/png", "application/ecmascript": plain,
	} {
		require.Equal(t, want, Inert(kind))
	}
}

// FuzzRead feeds every reader with anything: none panics, none believes what cannot be.
func FuzzRead(f *testing.F) {
	kinds := make([]string, 0, len(readers))
	for kind := range readers {
		kinds = append(kinds, kind)
	}
	for _, c := range lies {
		f.Add(c.data)
	}
	for _, format := range []string{"png", "jpeg", "gif"} {
		f.Add(encoded(f, format, image.NewPaletted(image.Rect(0, 0, 9, 9), palette.Plan9)))
	}
	f.Add(sfnt("x", 3))
	f.Add(ogg("OpusHead", 48000))
	f.Fuzz(func(t *testing.T, data []byte) {
		Sniff(data)
		for _, kind := range kinds {
			got := read(kind, data)
			require.Equal(t, int64(len(data)), got.Bytes)
			for _, n := range []int{got.Width, got.Height, got.Levels, got.Rate, got.Channels, got.Vertices, got.Triangles, got.Glyphs} {
				require.GreaterOrEqual(t, n, 0)
			}
			require.LessOrEqual(t, max(got.Width, got.Height), maxSide)
			require.True(t, got.Duration >= 0 && got.Duration <= maxDuration)
			if got.Fault != "" {
				require.Equal(t, Facts{Bytes: got.Bytes, Fault: got.Fault}, got)
			}
		}
	})
}
