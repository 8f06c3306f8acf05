package console

import (
	"image/color"
	"reflect"
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// isColor reports whether a type is a colour that the dashboard can edit.
func isColor(t reflect.Type) bool {
	return t == reflect.TypeFor[color.RGBA]() || t == reflect.TypeFor[color.NRGBA]()
}

// readColor takes a colour as the number 0xrrggbbaa. It allocates nothing.
func readColor(v reflect.Value) scalar {
	if !isColor(v.Type()) {
		return scalar{}
	}
	n := uint64(0)
	for i := range 4 { // both kinds are R, G, B and A, in that order
		n = n<<8 | v.Field(i).Uint()
	}
	return scalar{n: n}
}

func writeColor(v reflect.Value, s scalar) {
	for i := range 4 {
		v.Field(i).SetUint(s.n >> (24 - 8*i) & 0xff)
	}
}

// colorText is a colour as it travels: #rrggbbaa.
func colorText(n uint64) string {
	const digits = "0123456789abcdef"
	var b [9]byte
	b[0] = '#'
	for i := 8; i > 0; i-- {
		b[i] = digits[n&15]
		n >>= 4
	}
	return string(b[:])
}

// decodeColor reads "#rrggbb", "#rrggbbaa", or "#rgb", each digit of which stands for two.
func decodeColor(raw []byte) (scalar, error) {
	var s string
	if err := rpc.Decode(raw, &s); err != nil {
		return scalar{}, err
	}
	text := s
	if len(text) == 4 && text[0] == '#' {
		text = string([]byte{'#', s[1], s[1], s[2], s[2], s[3], s[3]})
	}
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
	return scalar{n: n}, nil
}

func badColor(s string) error {
	s = clipTo(s, maxGot)
	e := rpc.Errorf(rpc.InvalidParams, "%q is no colour; wanted is #rrggbb or #rrggbbaa", s)
	e.Data.Got, e.Data.Want = s, "#rrggbb or #rrggbbaa"
	return e
}
