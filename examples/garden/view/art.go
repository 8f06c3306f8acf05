package view

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"github.com/scry-dev/scry/examples/garden/sim"
)

// Image names a picture of an Art.
type Image uint16

// The pictures that are not letters. They are white or grey where a command's
// colour is to tint them.
const (
	Pixel  Image = iota // all white; for rectangles
	dot                 // a soft point of light
	glow                // a wide one
	disc                // a round with a sharp edge
	stroke              // a line
	ship
	fins
	beetle
	kernel // a seed with its parachute
	flower
	daisy
	tulip
	leaf
	swirl    // the arms of a well
	sky      // the first of the backgrounds, one per palette
	pictures = sky + 4
)

// Art is all pictures of the game, painted by code. It belongs to the goroutine of the
// game; others may read it while that one waits for them.
type Art struct {
	images   []*image.RGBA
	versions []int // by image: how often it was replaced
}

// Paint makes all pictures. It takes some tens of milliseconds.
func Paint() *Art {
	a := &Art{images: make([]*image.RGBA, pictures)}
	a.images[Pixel] = paint(4, 4, func(x, y float64) (float64, float64) { return 1, 1 })
	a.images[dot] = paint(16, 16, func(x, y float64) (float64, float64) { return 1, ease(1 - math.Hypot(x, y)) })
	a.images[glow] = paint(64, 64, func(x, y float64) (float64, float64) {
		r := 1 - math.Hypot(x, y)
		return 1, max(0, r) * max(0, r)
	})
	a.images[disc] = paint(66, 66, func(x, y float64) (float64, float64) { return 1, inside(64.0/66 - math.Hypot(x, y)) })
	a.images[stroke] = paint(64, 4, func(x, y float64) (float64, float64) { return 1, inside(0.5 - math.Abs(y)) })
	a.images[ship] = paint(30, 30, paintShip)
	a.images[fins] = paint(30, 30, paintFins)
	a.images[beetle] = paint(32, 32, paintBeetle)
	a.images[kernel] = paint(17, 17, paintKernel)
	a.images[flower] = paint(22, 22, petals(6, 0.72, 0.28))
	a.images[daisy] = paint(22, 22, petals(11, 0.8, 0.16))
	a.images[tulip] = paint(22, 22, petals(4, 0.62, 0.34))
	a.images[leaf] = paint(16, 8, func(x, y float64) (float64, float64) {
		return 0.75 + 0.25*inside(-y), inside(0.9-math.Abs(x)) * inside(0.85*(1-x*x)-math.Abs(y))
	})
	a.images[swirl] = paint(128, 128, paintSwirl)
	for i, p := range palettes() {
		a.images[sky+Image(i)] = paintSky(&p, uint64(i))
	}
	a.images = append(a.images, paintFace()...)
	a.versions = make([]int, len(a.images))
	return a
}

// Len returns how many pictures there are.
func (a *Art) Len() int { return len(a.images) }

// Bytes returns how much memory the pictures take.
func (a *Art) Bytes() int64 {
	var n int64
	for _, img := range a.images {
		n += int64(len(img.Pix))
	}
	return n
}

// Picture returns a picture; it must not be changed. Alpha is premultiplied.
func (a *Art) Picture(i Image) *image.RGBA { return a.images[i] }

// Size returns a picture's size in pixels.
func (a *Art) Size(i Image) (w, h int) {
	b := a.images[i].Rect
	return b.Dx(), b.Dy()
}

// paint makes a grey picture from a function of the place, -1..1 both ways, that
// returns brightness and alpha. Sixteen samples a pixel make smooth edges.
func paint(w, h int, f func(x, y float64) (light, alpha float64)) *image.RGBA {
	const n = 4
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for py := range h {
		for px := range w {
			var light, alpha float64
			for s := range n * n {
				x := (float64(px) + (float64(s%n)+0.5)/n) / float64(w)
				y := (float64(py) + (float64(s/n)+0.5)/n) / float64(h)
				l, a := f(2*x-1, 2*y-1)
				light += l * a
				alpha += a
			}
			v := uint8(min(light/(n*n), alpha/(n*n))*255 + 0.5)
			img.SetRGBA(px, py, color.RGBA{v, v, v, uint8(alpha/(n*n)*255 + 0.5)})
		}
	}
	return img
}

// inside is one where d is positive.
func inside(d float64) float64 {
	if d > 0 {
		return 1
	}
	return 0
}

// ease is a smooth step from 0 to 1.
func ease(t float64) float64 {
	t = max(0, min(1, t))
	return t * t * (3 - 2*t)
}

// paintShip is a leaf with a window; it points along x.
func paintShip(x, y float64) (float64, float64) {
	hull := 0.46*(1-math.Pow(math.Abs(x-0.05), 2)*1.18) - math.Abs(y)
	if hull <= 0 {
		return 0, 0
	}
	if hull < 0.06 {
		return 0.42, 1 // an outline
	}
	if math.Hypot((x-0.42)/0.20, y/0.15) < 1 {
		return 0.30 + 0.3*ease(-y/0.15), 1
	}
	if math.Abs(x+0.25) < 0.06 {
		return 0.62, 1 // a seam
	}
	return 0.84 + 0.16*ease((0.25-y)/0.5), 1
}

// paintFins is what stands out at the ship's sides and back.
func paintFins(x, y float64) (float64, float64) {
	ay := math.Abs(y)
	side := min(0.30-math.Abs(x+0.45+0.30*(ay-0.3))+0.35*(0.55-ay), 0.84-ay, ay-0.12)
	if side <= 0 {
		return 0, 0
	}
	return 0.7 + 0.3*inside(side-0.08), 1
}

// paintBeetle is a thorny round with jaws; it looks along x.
func paintBeetle(x, y float64) (float64, float64) {
	r, t := math.Hypot(x, y), math.Atan2(y, x)
	thorn := 0.62 + 0.3*math.Pow(math.Abs(math.Cos(t*4.5)), 6)*inside(math.Abs(t)-0.5)
	jaw := inside(x-0.4) * inside(0.1-math.Abs(math.Abs(y)-0.3+0.35*(x-0.5))) * inside(0.95-x)
	if r > thorn && jaw == 0 {
		return 0, 0
	}
	light := 0.55 + 0.45*ease((0.5-x*0.2-y)/1.1)
	if r > 0.6 {
		light *= 0.75
	}
	if math.Abs(y) < 0.05 && x < 0.25 && r < 0.6 {
		light *= 0.45 // where the wings meet
	}
	return light, 1
}

// paintKernel is a dandelion's seed: a stalk, a kernel below, a fan of hairs above.
func paintKernel(x, y float64) (float64, float64) {
	if math.Hypot(x/0.24, (y-0.5)/0.36) < 1 {
		return 0.8 + 0.2*inside(-x), 1
	}
	if math.Abs(x) < 0.06 && y > -0.35 && y < 0.3 {
		return 0.9, 0.9
	}
	r, t := math.Hypot(x, y+0.15), math.Atan2(x, -(y+0.15))
	if r < 0.84 && math.Abs(t) < 1.35 {
		hair := math.Pow(math.Abs(math.Cos(t*4.5)), 5)
		return 1, hair*0.75*ease(r*2) + 0.9*inside(r-0.7)*hair
	}
	return 0, 0
}

// petals returns the painter of a head with n petals.
func petals(n int, length, width float64) func(x, y float64) (float64, float64) {
	return func(x, y float64) (float64, float64) {
		r, t := math.Hypot(x, y), math.Atan2(y, x)
		edge := length * (1 - width + width*math.Cos(t*float64(n))) * 1.15
		if r > edge {
			return 0, 0
		}
		return 0.66 + 0.34*ease(r/edge), 1
	}
}

// paintSwirl is three arms that wind into the middle.
func paintSwirl(x, y float64) (float64, float64) {
	r, t := math.Hypot(x, y), math.Atan2(y, x)
	if r >= 1 || r == 0 {
		return 0, 0
	}
	arm := 0.5 + 0.5*math.Cos(3*(t+2.4*math.Log(r+0.08)))
	return 1, math.Pow(arm, 3) * ease((1-r)*1.6) * ease(r*5) * 0.8
}

// paintSky is a background: a gradient, stars, a moon, three rows of hills, soil.
func paintSky(p *Palette, seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 99))
	img := image.NewRGBA(image.Rect(0, 0, sim.Width, sim.Height))
	for y := range sim.Height {
		for x := range sim.Width {
			c, noise := skyAt(p, float64(x), float64(y)), (r.Float64()-0.5)*2.2
			img.SetRGBA(x, y, color.RGBA{grain(c.R, noise), grain(c.G, noise), grain(c.B, noise), 255})
		}
	}
	for range 130 {
		x, y := r.IntN(sim.Width), r.IntN(sim.Height*6/10)
		blend(img, x, y, fade(p.moon, (0.15+0.5*r.Float64()*r.Float64())*(1-float64(y)/240)))
	}
	for x := range sim.Width {
		tall := 2 + r.IntN(5)
		for h := range tall {
			blend(img, x, sim.Ground+1-h, fade(mix(p.soil, p.grass, float64(h+1)/float64(tall)), 0.9))
		}
	}
	return img
}

func skyAt(p *Palette, x, y float64) color.NRGBA {
	if y > sim.Ground+1 {
		return mix(mix(p.soil, p.grass, 0.12), p.soil, (y-sim.Ground)/16)
	}
	t := y / (sim.Ground - 40)
	c := mix(p.sky[0], p.sky[1], ease(t/0.62))
	if t > 0.5 {
		c = mix(c, p.sky[2], ease((t-0.5)/0.62))
	}
	far := math.Hypot(x-512, y-74)
	c = mix(c, p.moon, 0.30*math.Exp(-far/46))
	if far < 23 {
		crater := 0.10 * inside(7-math.Hypot(x-505, y-69))
		c = mix(c, p.moon, min(1, 23-far)*(0.92-crater))
	}
	for i, hill := range p.hills {
		k := float64(i)
		top := 238 + 30*k + (24-4*k)*math.Sin(x*(0.0085+0.003*k)+2.1*k) + (9-2*k)*math.Sin(x*(0.027+0.006*k)+k) + 2*math.Sin(x*0.11+3*k)
		if y > top {
			haze := mix(hill, p.sky[2], 0.30*(1-k/3)*ease((y-top)/70))
			c = mix(c, haze, min(1, y-top))
		}
	}
	return c
}

// grain adds noise to a channel, which hides the steps of a gradient.
func grain(v uint8, noise float64) uint8 {
	return uint8(max(0, min(255, float64(v)+noise+0.5)))
}

func blend(img *image.RGBA, x, y int, c color.NRGBA) {
	old := img.RGBAAt(x, y)
	m := mix(color.NRGBA{old.R, old.G, old.B, 255}, color.NRGBA{c.R, c.G, c.B, 255}, float64(c.A)/255)
	img.SetRGBA(x, y, color.RGBA{m.R, m.G, m.B, 255})
}
