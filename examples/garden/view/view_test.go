package view_test

import (
	"image/color"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/view"
)

// played returns a world after some ticks, and the scene that saw them.
func played(t *testing.T, ticks int) (*sim.World, *view.Scene) {
	t.Helper()
	level, err := sim.Load("meadow")
	require.NoError(t, err)
	w, s := sim.New(level, 1, nil), &view.Scene{Palette: level.Palette, Shake: 1, Trail: 35 * time.Millisecond}
	for range ticks {
		w.Step(sim.Input{})
		s.Tick(w)
	}
	return w, s
}

func TestEveryPictureHasSomethingOnIt(t *testing.T) {
	art := view.Paint()
	letters := 0
	for i := range art.Len() {
		pic := art.Picture(view.Image(i))
		seen := false
		for p := 0; p < len(pic.Pix); p += 4 {
			a := pic.Pix[p+3]
			seen = seen || a != 0
			require.True(t, pic.Pix[p] <= a && pic.Pix[p+1] <= a && pic.Pix[p+2] <= a, "picture %d is not premultiplied", i)
		}
		if w, h := art.Size(view.Image(i)); w == view.Advance && h == view.Leading {
			if seen {
				letters++
			}
			continue
		}
		require.True(t, seen, "picture %d is empty", i)
	}
	require.Greater(t, letters, 45)
}

func TestEveryLetterThatTheGameWritesIsDrawn(t *testing.T) {
	art := view.Paint()
	w, s := played(t, 60)
	w.Tune.Autopilot = false
	for _, name := range sim.Levels() {
		l, err := sim.Load(name)
		require.NoError(t, err)
		w.Level.Name, w.Level.Help = l.Name, l.Help
		w.Events = []sim.Event{{Kind: sim.WaveBegins, N: 1}, {Kind: sim.Killed, Pos: w.Player.Pos}}
		s.Tick(w)
		list := s.Draw(w)
		texts := 0
		for i := range list.Cmds {
			cmd := &list.Cmds[i]
			if cmd.Op != view.Text {
				continue
			}
			texts++
			for _, ch := range list.Letters(cmd) {
				img, ok := view.Glyph(ch)
				if ch == ' ' {
					require.False(t, ok)
					continue
				}
				require.True(t, ok, "%q", ch)
				require.Contains(t, art.Picture(img).Pix, uint8(255), "%q", ch)
			}
		}
		require.Greater(t, texts, 10)
	}
}

func TestTheListShowsEveryEntity(t *testing.T) {
	w, s := played(t, 600)
	require.Greater(t, len(s.Draw(w).Cmds), w.Entities())
	before := len(s.Draw(w).Cmds)
	s.Grid = true
	require.Greater(t, len(s.Draw(w).Cmds), before+400, "the field is drawn")
}

func TestShakeMovesTheGardenAndNotTheLetters(t *testing.T) {
	w, s := played(t, 60)
	still := append([]view.Cmd(nil), s.Draw(w).Cmds...)
	w.Events = []sim.Event{{Kind: sim.Lost, Pos: w.Player.Pos}}
	s.Tick(w)
	list := s.Draw(w)
	shaken := list.Cmds
	dx, dy := list.Shaken()
	require.NotZero(t, math.Abs(dx)+math.Abs(dy))
	require.InDelta(t, float64(still[30].X)+dx, float64(shaken[30].X), 1e-3, "what is shaken is moved by so much")
	last := len(still) - 1
	require.Equal(t, still[last].X, shaken[len(shaken)-1].X)
	moved := 0
	for i := range min(len(still), len(shaken)) {
		if still[i].X != shaken[i].X || still[i].Y != shaken[i].Y {
			moved++
		}
	}
	require.Greater(t, moved, 100)

	s.Shake = 0
	require.Equal(t, still[30].X, s.Draw(w).Cmds[30].X)
	dx, dy = s.Draw(w).Shaken()
	require.Zero(t, math.Abs(dx)+math.Abs(dy))
}

func TestAnUnknownPaletteIsTheFirst(t *testing.T) {
	w, s := played(t, 10)
	s.Palette = view.Palettes()[0]
	first := append([]view.Cmd(nil), s.Draw(w).Cmds...)
	s.Palette = "none such"
	require.Equal(t, first, s.Draw(w).Cmds)
	s.Palette = view.Palettes()[1]
	require.NotEqual(t, first, s.Draw(w).Cmds)
}

func TestEachSettingOfTheLookIsSeen(t *testing.T) {
	for name, turn := range map[string]func(*view.Scene){
		"palette": func(s *view.Scene) { s.Palette = "frost" },
		"grid":    func(s *view.Scene) { s.Grid = true },
		"tint":    func(s *view.Scene) { s.Tint = color.NRGBA{255, 128, 128, 0} },
		"ship":    func(s *view.Scene) { s.Ship = color.NRGBA{0, 255, 0, 255} },
		"trail":   func(s *view.Scene) { s.Trail = time.Second },
		"bare":    func(s *view.Scene) { s.Bare = true },
		"name":    func(s *view.Scene) { s.Name = "beetle" },
		"saying":  func(s *view.Scene) { s.Say("hello") },
	} {
		w, s := played(t, 60)
		w.Shots = append(w.Shots, sim.Shot{Body: sim.Body{Pos: sim.Point{X: 100, Y: 100}, Vel: sim.Velocity{X: 300}, Radius: 2}})
		w.Player.Shield = 0
		s.Say("nothing")
		before := slices.Clone(s.Draw(w).Cmds)
		turn(s)
		require.NotEqual(t, before, s.Draw(w).Cmds, name)
	}
	w, s := played(t, 1)
	s.Tint.R = 255 // and nothing else
	require.Equal(t, color.NRGBA{255, 0, 0, 255}, s.Draw(w).Cmds[0].Color, "behind the sky there is nothing")
}
