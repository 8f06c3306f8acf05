// Package picturetest draws what package picture encodes, for tests: it does what
// the dashboard does. It stands apart because it imports image/jpeg.
package picturetest

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"

	"github.com/scry-dev/scry/internal/picture"
)

// Draw reads a message and draws it over what canvas shows, which becomes as large
// as the picture when the message is a whole one.
func Draw(canvas *image.RGBA, message []byte) (picture.Payload, error) {
	p, err := picture.Read(message)
	if err != nil {
		return p, err
	}
	bounds := image.Rect(0, 0, p.Width, p.Height)
	if p.Whole {
		picture.Resize(canvas, p.Width, p.Height)
		clear(canvas.Pix)
	}
	if canvas.Rect != bounds {
		return p, fmt.Errorf("picture of %v over one of %v", bounds.Size(), canvas.Rect.Size())
	}
	for i := range p.Parts {
		if err := part(canvas, &p.Parts[i]); err != nil {
			return p, fmt.Errorf("part %d, %v: %w", i, p.Parts[i].Codec, err)
		}
	}
	return p, nil
}

func part(canvas *image.RGBA, p *picture.Part) error {
	size := canvas.Rect.Size()
	if n := len(p.Tiles); n > 0 {
		size = image.Pt(p.Columns*picture.Tile, (n+p.Columns-1)/p.Columns*picture.Tile)
	}
	sheet, err := sheet(p, size)
	if err != nil {
		return err
	}
	if len(p.Tiles) == 0 {
		draw.Draw(canvas, canvas.Rect, sheet, image.Point{}, draw.Src)
		return nil
	}
	across := (canvas.Rect.Dx() + picture.Tile - 1) / picture.Tile
	for i, tile := range p.Tiles {
		from := image.Pt(i%p.Columns, i/p.Columns).Mul(picture.Tile)
		to := image.Pt(int(tile)%across, int(tile)/across).Mul(picture.Tile)
		draw.Draw(canvas, image.Rectangle{to, to.Add(image.Pt(picture.Tile, picture.Tile))}, sheet, from, draw.Src)
	}
	return nil
}

// sheet decodes the data of a part.
func sheet(p *picture.Part, size image.Point) (image.Image, error) {
	switch p.Codec {
	case picture.JPEG:
		img, err := jpeg.Decode(bytes.NewReader(p.Data))
		if err == nil && img.Bounds().Size() != size {
			err = fmt.Errorf("sheet of %v, not %v", img.Bounds().Size(), size)
		}
		return img, err
	case picture.LZ:
		if n, err := picture.DecompressedLen(p.Data); err != nil || n != 3*size.X*size.Y {
			return nil, errors.New("block of another size")
		}
		rgb, err := picture.Decompress(nil, p.Data)
		if err != nil {
			return nil, err
		}
		return widen(rgb, size), nil
	}
	return solids(p.Data, p.Columns, size), nil
}

func widen(rgb []byte, size image.Point) *image.RGBA {
	img := image.NewRGBA(image.Rectangle{Max: size})
	for i := 0; i < len(rgb)/3; i++ {
		copy(img.Pix[4*i:], rgb[3*i:3*i+3])
		img.Pix[4*i+3] = 0xff
	}
	return img
}

func solids(rgb []byte, columns int, size image.Point) *image.RGBA {
	img := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			i := 0
			if columns > 0 {
				i = min(3*(y/picture.Tile*columns+x/picture.Tile), len(rgb)-3)
			}
			copy(img.Pix[img.PixOffset(x, y):], append(rgb[i:i+3:i+3], 0xff))
		}
	}
	return img
}
