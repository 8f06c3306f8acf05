package ebitenhost

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"

	"github.com/hajimehoshi/ebiten/v2"

	"github.com/scry-dev/scry/console"
)

// BindImage shows a picture of the game as an asset, and lets clients paint it over with
// one of the same size: a PNG, a JPEG or a GIF, which stays until the game draws to the
// picture again. A part of another picture, as SubImage returns it, is one of its own.
//
// Its pixels are read back from the graphics card only when a client asks for them, in
// the console's Update, one picture a frame at the most: that waits for the card, for a
// millisecond or a few. It belongs to Ebitengine's game goroutine, as Update does; call
// what it returns for more, such as Frames for a sheet of sprites.
//
//	ebitenhost.BindImage(&con, "sprites/ship", g.ship, "the player").Frames(16, 16, 8)
func BindImage(con *console.Console, name string, img *ebiten.Image, help string) *console.Asset {
	return con.Assets.Bind(name, img, help).Replace(func(_ string, data []byte) error { return paintOver(img, data) })
}

// paintOver puts an encoded picture in the place of one that has its size.
func paintOver(img *ebiten.Image, data []byte) error {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return err
	}
	size := img.Bounds().Size()
	if c.Width != size.X || c.Height != size.Y { // also before memory is taken for a lie
		return fmt.Errorf("this picture is %dx%d, and the one in the game %dx%d: they must be of one size", c.Width, c.Height, size.X, size.Y)
	}
	decoded, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return err
	}
	pixels := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(pixels, pixels.Rect, decoded, decoded.Bounds().Min, draw.Src)
	img.WritePixels(pixels.Pix)
	return nil
}
