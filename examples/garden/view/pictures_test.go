package view_test

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"io/fs"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/assets"
	"github.com/scry-dev/scry/examples/garden/view"
)

func TestEveryPictureHasAName(t *testing.T) {
	art := view.Paint()
	for i, name := range view.Names() {
		img, ok := view.Named(name)
		require.True(t, ok)
		require.EqualValues(t, i, img)
		require.Zero(t, art.Version(img))
	}
	_, ok := view.Named("none such")
	require.False(t, ok)
	first, _ := view.Glyph('!')
	require.EqualValues(t, len(view.Names()), first, "letters follow")
}

func TestALargePictureIsMadeAsSmallAsTheOneItReplaces(t *testing.T) {
	art := view.Paint()
	checks := image.NewNRGBA(image.Rect(10, 10, 310, 310)) // black and white, pixel by pixel
	for y := 10; y < 310; y++ {
		for x := 10; x < 310; x++ {
			checks.SetNRGBA(x, y, color.NRGBA{uint8(255 * ((x + y) % 2)), 0, 0, 255})
		}
	}
	ship, _ := view.Named("ship")
	art.Replace(ship, checks)
	require.Equal(t, 1, art.Version(ship))
	require.InDelta(t, 127, art.Picture(ship).RGBAAt(14, 15).R, 1, "the mean of ten by ten")
	before := art.Picture(ship).RGBAAt(1, 1)
	art.Replace(ship, image.NewRGBA(image.Rectangle{}))
	require.Equal(t, before, art.Picture(ship).RGBAAt(1, 1), "nothing is no picture")
}

func TestASheetOfHeadsComesBack(t *testing.T) {
	art, other := view.Paint(), view.Paint()
	sheet := art.Heads().(*image.RGBA)
	require.Equal(t, 3*view.HeadSize, sheet.Rect.Dx())
	mirror := image.NewRGBA(sheet.Rect)
	for x := range sheet.Rect.Dx() {
		draw.Draw(mirror, image.Rect(x, 0, x+1, view.HeadSize), sheet, image.Pt(sheet.Rect.Dx()-1-x, 0), draw.Src)
	}
	other.SetHeads(mirror)
	require.Equal(t, mirror.Pix, other.Heads().(*image.RGBA).Pix)
	tulip, _ := view.Named("tulip")
	require.Equal(t, 1, other.Version(tulip))
}

func TestMipLevelsHalve(t *testing.T) {
	glow, _ := view.Named("glow")
	levels := view.Mips(view.Paint().Picture(glow))
	require.Len(t, levels, 6)
	require.Equal(t, image.Rect(0, 0, 32, 32), levels[0].Bounds())
	require.Equal(t, image.Rect(0, 0, 1, 1), levels[5].Bounds())
	_, _, _, a := levels[5].At(0, 0).RGBA()
	require.InDelta(t, 0.13, float64(a)/0xffff, 0.04, "the mean of all")
}

func TestPalettesAreWhatTheirFilesSay(t *testing.T) {
	for _, name := range view.Palettes() {
		text, err := fs.ReadFile(assets.Files, "palettes/"+name+".json")
		require.NoError(t, err)
		p, err := view.ParsePalette(name, text)
		require.NoError(t, err)
		_, s := played(t, 1)
		require.True(t, s.SetPalette(p))
		other, err := view.ParsePalette("none such", text)
		require.NoError(t, err)
		require.False(t, s.SetPalette(other))
	}
	_, err := view.ParsePalette("x", []byte("{\n\"sky\": 7}"))
	require.ErrorContains(t, err, "7 is no colour")
	_, err = view.ParsePalette("x", []byte("[\n]"))
	require.ErrorContains(t, err, "1:1: ")
}

// The font is read as its specification says: tables by their tags, sums, and the glyphs
// of characters by segments.
func TestTheFontIsTrueType(t *testing.T) {
	font := view.TTF()
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(font[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(font[at:])) }
	sum := uint32(0)
	for i := 0; i < len(font); i += 4 {
		sum += binary.BigEndian.Uint32(font[i:])
	}
	require.Equal(t, uint32(0xb1b0afba), sum)
	tables := make(map[string]int)
	for i := range u16(4) {
		at := 12 + 16*i
		tag, offset, length := string(font[at:at+4]), u32(at+8), u32(at+12)
		tables[tag] = offset
		require.LessOrEqual(t, offset+length, len(font), tag)
		require.Zero(t, offset%4, tag)
	}
	require.Len(t, tables, 10)
	glyphOf := func(code int) int {
		at := tables["cmap"] + 12
		n := u16(at+6) / 2
		for i := range n {
			if end := u16(at + 14 + 2*i); code <= end {
				if start := u16(at + 16 + 2*n + 2*i); code < start {
					return 0
				}
				return (code + u16(at+16+4*n+2*i)) & 0xffff
			}
		}
		return 0
	}
	area := func(glyph int) (dots float64) {
		from, to := tables["glyf"]+2*u16(tables["loca"]+2*glyph), tables["glyf"]+2*u16(tables["loca"]+2*glyph+2)
		if from == to {
			return 0
		}
		contours := u16(from)
		points := 4 * contours
		xs := from + 10 + 2*contours + 2 + points
		ys := xs + 2*points
		var x, y, lastX, lastY int16
		for i := range points {
			x, y = x+int16(u16(xs+2*i)), y+int16(u16(ys+2*i))
			if i%4 == 2 { // the corner across from the first
				dots += math.Abs(float64(x-lastX)*float64(y-lastY)) / (128 * 128)
			} else if i%4 == 0 {
				lastX, lastY = x, y
			}
		}
		return dots
	}
	art := view.Paint()
	for code := '!'; code <= 'z'; code++ {
		img, ok := view.Glyph(byte(code))
		if code == 'y' || code == 'z' || !ok { // beyond the pictures' codes they are capitals, too
			continue
		}
		dots := 0
		for i := 3; i < len(art.Picture(img).Pix); i += 4 {
			if art.Picture(img).Pix[i] > 0 {
				dots++
			}
		}
		require.InDelta(t, dots, area(glyphOf(int(code))), 1e-9, "%c", code)
	}
	require.Equal(t, glyphOf('Z'), glyphOf('z'))
	require.Equal(t, glyphOf('Y'), glyphOf('y'))
	require.Zero(t, glyphOf('~'))
	require.Positive(t, area(0))
	require.Zero(t, area(glyphOf(' ')))
}

func TestTheHullIsClosed(t *testing.T) {
	positions, normals, indices := view.Hull()
	require.Len(t, normals, len(positions))
	edges := make(map[[2]uint16]int)
	for i := 0; i < len(indices); i += 3 {
		for k := range 3 {
			a, b := indices[i+k], indices[i+(k+1)%3]
			require.Less(t, int(a), len(positions)/3)
			edges[[2]uint16{a, b}]++
		}
	}
	open := 0
	for e, n := range edges {
		require.Equal(t, 1, n)
		if edges[[2]uint16{e[1], e[0]}] == 0 {
			open++
		}
	}
	require.Equal(t, 32, open, "the two ends, which are points")
}
