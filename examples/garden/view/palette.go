package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image/color"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/examples/garden/assets"
)

// Palette is every colour of a garden.
type Palette struct {
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

// rgb is a colour without alpha.
func rgb(x uint32) color.NRGBA {
	return color.NRGBA{uint8(x >> 16), uint8(x >> 8), uint8(x), 255}
}

// Palettes returns the names of all palettes, in the order of the skies.
func Palettes() []string { return []string{"dusk", "lagoon", "ember", "frost"} }

// palettes reads all that the program brings.
func palettes() []Palette {
	var all []Palette
	for _, name := range Palettes() {
		text, err := fs.ReadFile(assets.Files, "palettes/"+name+".json")
		if err == nil {
			var p Palette
			if p, err = ParsePalette(name, text); err == nil {
				all = append(all, p)
			}
		}
		if err != nil {
			panic(err) // they are part of the program
		}
	}
	return all
}

// ParsePalette reads the colours of a palette: JSON, with each of them as "#rrggbb".
// What is wrong it says as line:column: message, where that is known.
func ParsePalette(name string, text []byte) (Palette, error) {
	p := Palette{name: name}
	known := map[string][]*color.NRGBA{
		"sky": places(p.sky[:]), "hills": places(p.hills[:]), "petals": places(p.petals[:]),
		"soil": {&p.soil}, "grass": {&p.grass}, "moon": {&p.moon}, "stem": {&p.stem}, "ship": {&p.ship}, "bolt": {&p.bolt},
		"hunter": {&p.hunter}, "eye": {&p.eye}, "pull": {&p.pull}, "push": {&p.push}, "ink": {&p.ink}, "gold": {&p.gold}, "alarm": {&p.alarm},
	}
	var file map[string]paints
	if err := json.Unmarshal(text, &file); err != nil {
		return Palette{}, positioned(text, err)
	}
	for key, colours := range file {
		of := known[key]
		if of == nil {
			return Palette{}, fmt.Errorf("a palette has no colour %q", key)
		}
		if len(colours) != len(of) {
			return Palette{}, fmt.Errorf("%q has %d colours, not %d", key, len(of), len(colours))
		}
		for i, c := range colours {
			*of[i] = c
		}
		delete(known, key)
	}
	for _, key := range slices.Sorted(maps.Keys(known)) {
		return Palette{}, fmt.Errorf("the palette has no colour %q", key)
	}
	return p, nil
}

// places are where colours lie.
func places(colours []color.NRGBA) (list []*color.NRGBA) {
	for i := range colours {
		list = append(list, &colours[i])
	}
	return list
}

// paints are one colour of a file, or several.
type paints []color.NRGBA

// UnmarshalJSON reads "#rrggbb" or a list of such.
func (p *paints) UnmarshalJSON(text []byte) error {
	words := make([]string, 1)
	var into any = &words[0]
	if bytes.HasPrefix(text, []byte("[")) {
		into = &words
	}
	if json.Unmarshal(text, into) != nil {
		return fmt.Errorf("%s is no colour; wanted is \"#rrggbb\", or a list of such", text)
	}
	for _, w := range words {
		n, err := strconv.ParseUint(w[min(1, len(w)):], 16, 24)
		if err != nil || len(w) != 7 || w[0] != '#' {
			return fmt.Errorf("%q is no colour; wanted is #rrggbb", w)
		}
		*p = append(*p, rgb(uint32(n)))
	}
	return nil
}

// positioned puts line and column before what was wrong with a JSON text.
func positioned(text []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := int64(0)
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	default:
		return err
	}
	before := text[:min(int(at), len(text))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return fmt.Errorf("%d:%d: %w", line, max(column, 1), err)
}

// petal returns the colour of a hue: a place between the petals of the palette.
func (p *Palette) petal(hue float64) color.NRGBA {
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
