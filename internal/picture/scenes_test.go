package picture

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
)

// scene draws picture n of a game into img, the way games draw: the benchmarks and
// the tests of quality look at these.
type scene struct {
	name string
	draw func(img *image.RGBA, n int)
}

func scenes() []scene {
	tiles := tileset()
	return []scene{
		{"tiles", func(img *image.RGBA, n int) { ground(img, tiles, 3*n, 2*n) }},
		{"sprites", func(img *image.RGBA, n int) {
			fill(img, img.Rect, color.RGBA{18, 20, 34, 255})
			for i := range 2000 {
				sprite(img, i, n)
			}
		}},
		{"panels", func(img *image.RGBA, n int) { panels(img, n) }},
		{"still", func(img *image.RGBA, n int) {
			ground(img, tiles, 0, 0)
			for i := range 10 {
				sprite(img, 200*i+13, n)
			}
		}},
		{"shaded", func(img *image.RGBA, n int) { shaded(img, n) }},
	}
}

// tileset is eight noisy tiles of 32 px.
func tileset() (tiles [8]*image.RGBA) {
	r := rand.New(rand.NewPCG(3, 5))
	for i := range tiles {
		img := image.NewRGBA(image.Rect(0, 0, 32, 32))
		base := [3]int{40 + r.IntN(120), 60 + r.IntN(120), 30 + r.IntN(90)}
		for p := 0; p < len(img.Pix); p += 4 {
			n := r.IntN(48) - 24
			for c := range 3 {
				img.Pix[p+c] = uint8(base[c] + n)
			}
			img.Pix[p+3] = 255
		}
		tiles[i] = img
	}
	return tiles
}

func ground(img *image.RGBA, tiles [8]*image.RGBA, left, top int) {
	for y := range img.Rect.Dy() {
		to := row(img, y)
		for x := range img.Rect.Dx() {
			u, v := x+left, y+top
			t := tiles[(u/32*7+v/32*13+u/32*(v/32)%5)%8]
			copy(to[4*x:4*x+4], t.Pix[v%32*t.Stride+u%32*4:])
		}
	}
}

func fill(img *image.RGBA, r image.Rectangle, c color.RGBA) {
	r = r.Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			img.SetRGBA(x, y, c)
		}
	}
}

// sprite draws a rotated square of 24 px with a darker rim that moves by n.
func sprite(img *image.RGBA, i, n int) {
	r := rand.New(rand.NewPCG(uint64(i), 9))
	w, h := img.Rect.Dx(), img.Rect.Dy()
	cx := math.Mod(float64(r.IntN(w))+float64(n)*(r.Float64()*4-2)+8*float64(w), float64(w))
	cy := math.Mod(float64(r.IntN(h))+float64(n)*(r.Float64()*4-2)+8*float64(h), float64(h))
	sin, cos := math.Sincos(r.Float64()*6 + float64(n)*.05)
	c := color.RGBA{uint8(60 + r.IntN(190)), uint8(60 + r.IntN(190)), uint8(60 + r.IntN(190)), 255}
	rim := color.RGBA{c.R / 2, c.G / 2, c.B / 2, 255}
	for y := -17; y <= 17; y++ {
		for x := -17; x <= 17; x++ {
			u := math.Abs(float64(x)*cos + float64(y)*sin)
			v := math.Abs(float64(y)*cos - float64(x)*sin)
			p := image.Pt(int(cx)+x, int(cy)+y)
			if m := max(u, v); m <= 12 && p.In(img.Rect) {
				if m > 10 {
					img.SetRGBA(p.X, p.Y, rim)
				} else {
					img.SetRGBA(p.X, p.Y, c)
				}
			}
		}
	}
}

// panels draws eight windows full of letters, of which one line changes.
func panels(img *image.RGBA, n int) {
	fill(img, img.Rect, color.RGBA{28, 30, 36, 255})
	r := rand.New(rand.NewPCG(77, 1))
	var glyphs [64]uint64
	for i := range glyphs {
		glyphs[i] = r.Uint64() & r.Uint64() & 0x003e3e3e3e3e3e00
	}
	w, h := img.Rect.Dx()/4, img.Rect.Dy()/2
	for p := range 8 {
		box := image.Rect(p%4*w+6, p/4*h+6, p%4*w+w-6, p/4*h+h-6)
		fill(img, box, color.RGBA{44, 48, 58, 255})
		fill(img, image.Rect(box.Min.X, box.Min.Y, box.Max.X, box.Min.Y+18), color.RGBA{70, 90, 140, 255})
		for y := box.Min.Y + 24; y+8 < box.Max.Y; y += 12 {
			for x := box.Min.X + 8; x+8 < box.Max.X; x += 7 {
				g := glyphs[r.IntN(64)]
				if p == 0 && y < box.Min.Y+36 {
					g = glyphs[(int(g>>8)+n+x)%64&63]
				}
				for b := range 64 {
					if g>>b&1 != 0 {
						img.SetRGBA(x+b%8, y+b/8, color.RGBA{220, 224, 230, 255})
					}
				}
			}
		}
	}
}

// shaded draws soft light with grain over it, as a film of a 3D game.
func shaded(img *image.RGBA, n int) {
	r := rand.New(rand.NewPCG(uint64(n), 2))
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	for y := range img.Rect.Dy() {
		to := row(img, y)
		for x := range img.Rect.Dx() {
			u, v := float64(x)/w, float64(y)/h
			d := math.Hypot(u-.5-.2*math.Sin(float64(n)*.1), v-.5)
			grain := float64(r.IntN(9) - 4)
			to[4*x] = uint8(min(max(220*(1-d)+grain, 0), 255))
			to[4*x+1] = uint8(min(max(180*u+60*(1-d)+grain, 0), 255))
			to[4*x+2] = uint8(min(max(200*v+grain, 0), 255))
			to[4*x+3] = 255
		}
	}
}
