package view

import (
	"image/color"
	"math"
)

// palette is every colour of a garden.
type palette struct {
	name             string
	sky              [3]color.NRGBA // top, middle, horizon
	hills            [3]color.NRGBA // far to near
	soil, grass      color.NRGBA
	moon             color.NRGBA
	petals           [5]color.NRGBA // by hue
	stem, ship, bolt color.NRGBA
	hunter, eye      color.NRGBA
	pull, push       color.NRGBA // wells
	ink, gold, alarm color.NRGBA // letters, praise, danger
}

func rgb(x uint32) color.NRGBA {
	return color.NRGBA{uint8(x >> 16), uint8(x >> 8), uint8(x), 255}
}

// palettes lists all, as functions of nothing: there is no state to share.
func palettes() []palette {
	return []palette{{
		name: "dusk",
		sky:  [3]color.NRGBA{rgb(0x120b2e), rgb(0x4a2060), rgb(0xe0705c)}, hills: [3]color.NRGBA{rgb(0x6b2f62), rgb(0x45204f), rgb(0x27123a)},
		soil: rgb(0x150a22), grass: rgb(0x3d6b3a), moon: rgb(0xffe9c0),
		petals: [5]color.NRGBA{rgb(0xffd166), rgb(0xff8fa3), rgb(0xf78cff), rgb(0xfff1d6), rgb(0x8fd3ff)},
		stem:   rgb(0x5fae57), ship: rgb(0xd8f4ff), bolt: rgb(0x9be8ff), hunter: rgb(0xd1204a), eye: rgb(0xffe14d),
		pull: rgb(0x5ad1ff), push: rgb(0xff9a3d), ink: rgb(0xfff4e0), gold: rgb(0xffd166), alarm: rgb(0xff4d6d),
	}, {
		name: "lagoon",
		sky:  [3]color.NRGBA{rgb(0x03101f), rgb(0x07354f), rgb(0x1f9a9a)}, hills: [3]color.NRGBA{rgb(0x0c4c5e), rgb(0x083548), rgb(0x052233)},
		soil: rgb(0x02121c), grass: rgb(0x1f7d62), moon: rgb(0xd9fff4),
		petals: [5]color.NRGBA{rgb(0xa8ffdf), rgb(0x6fe3ff), rgb(0xffe08a), rgb(0xf3fff9), rgb(0xb69cff)},
		stem:   rgb(0x3fbf8f), ship: rgb(0xfff6d8), bolt: rgb(0xfff08a), hunter: rgb(0xe0489a), eye: rgb(0xfff27a),
		pull: rgb(0x9d8bff), push: rgb(0xffb04d), ink: rgb(0xe8fff8), gold: rgb(0xffe08a), alarm: rgb(0xff5d8f),
	}, {
		name: "ember",
		sky:  [3]color.NRGBA{rgb(0x0d0608), rgb(0x3d0f14), rgb(0xc2491d)}, hills: [3]color.NRGBA{rgb(0x5a1c18), rgb(0x3a1214), rgb(0x210a0e)},
		soil: rgb(0x120609), grass: rgb(0x6b4a1f), moon: rgb(0xffb27a),
		petals: [5]color.NRGBA{rgb(0xffc15e), rgb(0xff7b54), rgb(0xffe9b0), rgb(0xff5470), rgb(0xe8d6ff)},
		stem:   rgb(0x8a8a3a), ship: rgb(0xeaf7ff), bolt: rgb(0xa8ecff), hunter: rgb(0x8a2be2), eye: rgb(0xb8ff5e),
		pull: rgb(0xff6bcb), push: rgb(0x6bffd2), ink: rgb(0xfff0e0), gold: rgb(0xffc15e), alarm: rgb(0xff3b3b),
	}, {
		name: "frost",
		sky:  [3]color.NRGBA{rgb(0x1b2a4a), rgb(0x4f76a8), rgb(0xcfe6f2)}, hills: [3]color.NRGBA{rgb(0x8fb0cf), rgb(0x5f83ab), rgb(0x3a5b85)},
		soil: rgb(0x23395c), grass: rgb(0xdff1fa), moon: rgb(0xffffff),
		petals: [5]color.NRGBA{rgb(0xffffff), rgb(0xbfe9ff), rgb(0xffd1e8), rgb(0xfff3b8), rgb(0xd2c8ff)},
		stem:   rgb(0x9fd6c2), ship: rgb(0xfff7e6), bolt: rgb(0xffe08a), hunter: rgb(0xa3123a), eye: rgb(0xffd23f),
		pull: rgb(0xe6fbff), push: rgb(0xffc07a), ink: rgb(0xffffff), gold: rgb(0xffe680), alarm: rgb(0xff3d63),
	}}
}

// Palettes returns the names of all palettes.
func Palettes() []string {
	var names []string
	for _, p := range palettes() {
		names = append(names, p.name)
	}
	return names
}

// petal returns the colour of a hue: a place between the petals of the palette.
func (p *palette) petal(hue float64) color.NRGBA {
	n := float64(len(p.petals))
	at := math.Mod(math.Abs(hue), 1) * n
	i := int(at)
	return mix(p.petals[i%len(p.petals)], p.petals[(i+1)%len(p.petals)], at-float64(i))
}

// mix returns the colour at t between a and b.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	t = max(0, min(1, t))
	part := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*t + 0.5) }
	return color.NRGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), part(a.A, b.A)}
}

// fade returns c with its alpha multiplied.
func fade(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = uint8(float64(c.A)*max(0, min(1, alpha)) + 0.5)
	return c
}
