package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/examples/garden/synth"
	"github.com/scry-dev/scry/examples/garden/view"
)

// exhibit paints the game's pictures, loads its files, and tells the console where all
// of them are. The screen is what the picture is drawn on: an image, or one of the
// graphics card.
func (g *garden) exhibit(art *view.Art, screen any) {
	g.art = art
	g.stock()
	a := &g.con.Assets
	for _, f := range g.folders() {
		part, err := fs.Sub(g.shelf, f.name)
		if err != nil {
			continue // there is none of that name
		}
		asset := a.Bind(f.name, part, f.help).Origin(g.shelf.origin)
		if f.load != nil {
			asset.Reload(f.load)
		}
	}
	g.exhibitPictures()
	g.exhibitSounds()
	a.Bind("screen", screen, "what is seen, as it was drawn last").Origin("package view")
	a.Bind("fonts/garden.ttf", view.TTF(), "the letters, for other programs: each dot a box").Origin("package view").UsedBy("fonts/letters")
	positions, normals, indices := view.Hull()
	a.Bind("hull", console.Mesh{Positions: positions, Normals: normals, Indices: indices}, "the ship, turned about its length").Origin("package view").UsedBy("painted/ship")
}

// users are who is drawn with a picture.
func users(picture string) []string {
	switch picture {
	case "ship", "fins":
		return []string{"player"}
	case "beetle", "leaf":
		return []string{"hunter", "bloom"}
	case "kernel":
		return []string{"seed"}
	case "flower", "daisy", "tulip":
		return []string{"bloom"}
	case "swirl":
		return []string{"well"}
	}
	for _, p := range view.Palettes() {
		if picture == "sky-"+p {
			return []string{"palettes/" + p + ".json"}
		}
	}
	return nil
}

// exhibitPictures binds what the game paints. Another picture in the place of one is seen
// in the next frame.
func (g *garden) exhibitPictures() {
	a := &g.con.Assets
	for i, name := range view.Names() {
		img := view.Image(i)
		asset := a.Bind("painted/"+name, g.art.Picture(img), "").Origin("package view").UsedBy(users(name)...).
			Replace(func(_ string, data []byte) error {
				return g.repaint(data, func(with image.Image) { g.art.Replace(img, with) })
			})
		if name == "glow" {
			asset.Levels(view.Mips(g.art.Picture(img))...)
		}
	}
	a.Bind("painted/heads", func() image.Image { return g.art.Heads() }, "the heads of flowers, side by side").Origin("package view").
		Frames(view.HeadSize, view.HeadSize, 0).UsedBy("bloom").
		Replace(func(_ string, data []byte) error { return g.repaint(data, g.art.SetHeads) })
	a.Bind("fonts/letters", func() image.Image { return g.art.Letters() }, "the letters as the game draws them").Origin("package view").
		Frames(view.Advance, view.Leading, 0)
}

// mostPixels bounds a picture that is taken, each way: it is drawn small anyhow.
const mostPixels = 2048

// repaint decodes a picture and puts it in the place of one.
func (g *garden) repaint(data []byte, put func(image.Image)) error {
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("the game reads PNG alone: %w", err)
	}
	if c.Width > mostPixels || c.Height > mostPixels {
		return fmt.Errorf("%d by %d pixels are too many; a picture has %d by %d at most", c.Width, c.Height, mostPixels, mostPixels)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return err
	}
	if img.Bounds().Empty() {
		return errors.New("the picture is empty")
	}
	put(img)
	return nil
}

// exhibitSounds binds what the game synthesises, rendered once. A WAV file in the place of
// one is played from then on.
func (g *garden) exhibitSounds() {
	for i, name := range synth.Sounds() {
		sound := &console.Sound{Rate: synth.Rate, Channels: 1, Samples: pcm(synth.Render(synth.Sound(i)))}
		g.con.Assets.Bind("synthesised/"+name, sound, "").Origin("package synth").
			Replace(func(_ string, data []byte) error {
				if err := g.record(name, data); err != nil {
					return err
				}
				sound.Samples = pcm(g.sounds.mixer.Samples[i])
				return nil
			})
	}
}

// pcm is samples of -1..1 in 16 bits, which is half of the memory.
func pcm(samples []float32) []int16 {
	out := make([]int16, len(samples))
	for i, x := range samples {
		out[i] = int16(max(-1, min(1, x)) * 32767)
	}
	return out
}
