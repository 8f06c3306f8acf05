package view

import (
	"image"
	"image/color"
	"strings"
)

// Advance is the way from one letter to the next, and Leading from one line to
// the next, at size 1.
const (
	Advance = 6
	Leading = 9
)

// face is the game's alphabet: five by seven dots, row by row.
const face = `
A .###. #...# #...# ##### #...# #...# #...#
B ####. #...# #...# ####. #...# #...# ####.
C .###. #...# #.... #.... #.... #...# .###.
D ####. #...# #...# #...# #...# #...# ####.
E ##### #.... #.... ####. #.... #.... #####
F ##### #.... #.... ####. #.... #.... #....
G .###. #...# #.... #.### #...# #...# .####
H #...# #...# #...# ##### #...# #...# #...#
I .###. ..#.. ..#.. ..#.. ..#.. ..#.. .###.
J ..### ...#. ...#. ...#. ...#. #..#. .##..
K #...# #..#. #.#.. ##... #.#.. #..#. #...#
L #.... #.... #.... #.... #.... #.... #####
M #...# ##.## #.#.# #.#.# #...# #...# #...#
N #...# ##..# ##..# #.#.# #..## #..## #...#
O .###. #...# #...# #...# #...# #...# .###.
P ####. #...# #...# ####. #.... #.... #....
Q .###. #...# #...# #...# #.#.# #..#. .##.#
R ####. #...# #...# ####. #.#.. #..#. #...#
S .#### #.... #.... .###. ....# ....# ####.
T ##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..
U #...# #...# #...# #...# #...# #...# .###.
V #...# #...# #...# #...# .#.#. .#.#. ..#..
W #...# #...# #...# #.#.# #.#.# ##.## #...#
X #...# #...# .#.#. ..#.. .#.#. #...# #...#
Y #...# #...# .#.#. ..#.. ..#.. ..#.. ..#..
Z ##### ....# ...#. ..#.. .#... #.... #####
0 .###. #...# #..## #.#.# ##..# #...# .###.
1 ..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.
2 .###. #...# ....# ..##. .#... #.... #####
3 .###. #...# ....# ..##. ....# #...# .###.
4 ...#. ..##. .#.#. #..#. ##### ...#. ...#.
5 ##### #.... ####. ....# ....# #...# .###.
6 ..##. .#... #.... ####. #...# #...# .###.
7 ##### ....# ...#. ..#.. ..#.. .#... .#...
8 .###. #...# #...# .###. #...# #...# .###.
9 .###. #...# #...# .#### ....# ...#. .##..
. ..... ..... ..... ..... ..... .##.. .##..
, ..... ..... ..... ..... .##.. ..#.. .#...
: ..... .##.. .##.. ..... .##.. .##.. .....
! ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..#..
? .###. #...# ....# ...#. ..#.. ..... ..#..
' ..#.. ..#.. .#... ..... ..... ..... .....
+ ..... ..#.. ..#.. ##### ..#.. ..#.. .....
- ..... ..... ..... .###. ..... ..... .....
/ ....# ....# ...#. ..#.. .#... #.... #....
% ##..# ##..# ...#. ..#.. .#... #..## #..##
( ...#. ..#.. .#... .#... .#... ..#.. ...#.
) .#... ..#.. ...#. ...#. ...#. ..#.. .#...
x ..... #...# .#.#. ..#.. .#.#. #...# .....
`

// firstGlyph is the picture of the first glyph; the others follow in the order of
// their codes.
const (
	firstGlyph = pictures
	lowGlyph   = '!'
	highGlyph  = 'x'
)

// Glyph returns the picture of a letter. There are no small letters but x, the
// sign for times: others show as capitals. ok is false where there is nothing to
// draw.
func Glyph(ch byte) (img Image, ok bool) {
	if ch >= 'a' && ch <= 'z' && ch != 'x' {
		ch -= 'a' - 'A'
	}
	if ch < lowGlyph || ch > highGlyph {
		return 0, false
	}
	return firstGlyph + Image(ch-lowGlyph), true
}

// paintFace returns one picture for each code from lowGlyph to highGlyph.
func paintFace() []*image.RGBA {
	glyphs := make([]*image.RGBA, highGlyph-lowGlyph+1)
	for i := range glyphs {
		glyphs[i] = image.NewRGBA(image.Rect(0, 0, Advance, Leading))
	}
	for line := range strings.Lines(strings.TrimSpace(face)) {
		rows := strings.Fields(line)
		img := glyphs[rows[0][0]-lowGlyph]
		for y, row := range rows[1:] {
			for x, dot := range row {
				if dot == '#' {
					img.SetRGBA(x, y, color.RGBA{255, 255, 255, 255})
				}
			}
		}
	}
	return glyphs
}
