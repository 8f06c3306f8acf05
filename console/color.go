package console

import (
	"fmt"
	"image/color"
	"reflect"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// isColor reports whether a type is a colour that the dashboard can edit.
func isColor(t reflect.Type) bool {
	return t == reflect.TypeFor[color.RGBA]() || t == reflect.TypeFor[color.NRGBA]()
}

// readColor takes a colour as "#rrggbbaa".
func readColor(v reflect.Value) scalar {
	var r, g, b, a uint8
	switch c := v.Interface().(type) {
	case color.RGBA:
		r, g, b, a = c.R, c.G, c.B, c.A
	case color.NRGBA:
		r, g, b, a = c.R, c.G, c.B, c.A
	default:
		return scalar{}
	}
	return scalar{s: fmt.Sprintf("#%02x%02x%02x%02x", r, g, b, a)}
}

func writeColor(v reflect.Value, s scalar) {
	n, _ := strconv.ParseUint(s.s[1:], 16, 32) // decodeColor checked it
	r, g, b, a := uint8(n>>24), uint8(n>>16), uint8(n>>8), uint8(n)
	if v.Type() == reflect.TypeFor[color.RGBA]() {
		v.Set(reflect.ValueOf(color.RGBA{r, g, b, a}))
		return
	}
	v.Set(reflect.ValueOf(color.NRGBA{r, g, b, a}))
}

// decodeColor reads "#rrggbb" or "#rrggbbaa".
func decodeColor(raw []byte) (scalar, error) {
	var s string
	if err := rpc.Decode(raw, &s); err != nil {
		return scalar{}, err
	}
	text := s
	if len(text) == 7 {
		text += "ff"
	}
	if len(text) != 9 || text[0] != '#' {
		return scalar{}, badColor(s)
	}
	n, err := strconv.ParseUint(text[1:], 16, 32)
	if err != nil {
		return scalar{}, badColor(s)
	}
	return scalar{s: fmt.Sprintf("#%08x", n)}, nil
}

func badColor(s string) error {
	e := rpc.Errorf(rpc.InvalidParams, "%q is no colour; wanted is #rrggbb or #rrggbbaa", s)
	e.Data.Got, e.Data.Want = s, "#rrggbb or #rrggbbaa"
	return e
}
