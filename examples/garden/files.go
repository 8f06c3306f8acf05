package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/scry-dev/scry/examples/garden/assets"
	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/synth"
	"github.com/scry-dev/scry/examples/garden/view"
)

// checkout is where the game's files lie for who runs it from its sources.
const checkout = "examples/garden/assets"

// shelf is where the game's files are: in a folder, which is watched, or in the program.
type shelf struct {
	fs.FS
	origin string
	root   *os.Root // nil for those in the program
}

// openShelf opens a folder; "none" is the files in the program, and so is an empty one
// where there are no sources.
func openShelf(folder string) (shelf, error) {
	shipped := shelf{FS: assets.Files, origin: "the program"}
	if folder == "none" {
		return shipped, nil
	}
	asked := folder != ""
	if !asked {
		folder = checkout
	}
	root, err := os.OpenRoot(folder)
	if err == nil {
		if _, err = fs.Stat(root.FS(), "levels"); err == nil {
			return shelf{root.FS(), folder, root}, nil
		}
		root.Close()
	}
	if asked {
		return shelf{}, fmt.Errorf("-assets=%s: %w", folder, err)
	}
	return shipped, nil
}

// close lets go of the folder.
func (s *shelf) close() {
	if s.root != nil {
		s.root.Close()
	}
}

// folders are the parts of the shelf, with what loads a file of each; nil is nothing.
func (g *garden) folders() []folderOf {
	return []folderOf{
		{"levels", "what a garden begins with; one that is played begins anew", g.loadLevel},
		{"palettes", "every colour, by #rrggbb", g.loadPalette},
		{"shaders", "what the picture is seen through, in a window", g.loadShader},
		{"sounds", "recordings that are played in place of what is synthesised; the theme is for the page of the shop", g.loadSound},
		{"texts", "what is said to who plays", g.loadText},
		{"meshes", "models for who prints them", nil},
	}
}

// folderOf is a part of the shelf.
type folderOf struct {
	name, help string
	load       func(name string, data []byte) error
}

// stock loads all files of the shelf. What is as it was shipped is known already, save
// for what the program has in no other form.
func (g *garden) stock() {
	for _, f := range g.folders() {
		entries, err := fs.ReadDir(g.shelf, f.name)
		if err != nil {
			g.log.Warn("a folder of the game is missing", "folder", f.name, "error", err)
			continue
		}
		for _, e := range entries {
			if f.load == nil || e.IsDir() {
				continue
			}
			name := path.Join(f.name, e.Name())
			data, err := fs.ReadFile(g.shelf, name)
			shipped, _ := fs.ReadFile(assets.Files, name)
			if known := f.name == "levels" || f.name == "palettes"; err == nil && known && bytes.Equal(data, shipped) {
				continue
			}
			if err == nil {
				err = f.load(e.Name(), data)
			}
			if err != nil {
				g.log.Warn("a file of the game is not used", "file", name, "error", err)
			}
		}
	}
}

// loadLevel takes a level; the one that is played begins anew with it.
func (g *garden) loadLevel(name string, data []byte) error {
	base := strings.TrimSuffix(name, ".json")
	if err := check("level", base, sim.Levels()); err != nil {
		return err
	}
	l, err := sim.ParseLevel(base, data)
	if err != nil {
		return err
	}
	g.levels[base] = l
	if g.world.Level.Name == base {
		g.world.Enter(l)
		g.in = l
	}
	return nil
}

// loadPalette takes a palette; the picture has its colours from the next frame on.
func (g *garden) loadPalette(name string, data []byte) error {
	p, err := view.ParsePalette(strings.TrimSuffix(name, ".json"), data)
	if err != nil {
		return err
	}
	if !g.scene.SetPalette(p) {
		return fmt.Errorf("there is no palette %q; there are %s", strings.TrimSuffix(name, ".json"), strings.Join(view.Palettes(), ", "))
	}
	if g.art != nil {
		g.art.SetSky(&p)
	}
	return nil
}

// loadShader takes a shader, once its compiler has; the old one stays where it has not.
func (g *garden) loadShader(_ string, data []byte) error { return g.lens.compile(data) }

// loadSound takes a recording in place of the sound that it is named for.
func (g *garden) loadSound(name string, data []byte) error {
	base, wav := strings.CutSuffix(name, ".wav")
	if !wav {
		return nil // it is shown, and not played
	}
	if err := check("sound", base, synth.Sounds()); err != nil {
		return err
	}
	return g.record(base, data)
}

// record takes a WAV file for a sound, and lets it be heard.
func (g *garden) record(sound string, wav []byte) error {
	samples, err := synth.DecodeWAV(wav)
	if err != nil {
		return err
	}
	for i, name := range synth.Sounds() {
		if name == sound {
			g.sounds.mixer.Samples[i] = samples
			g.sounds.mixer.Play(synth.Sound(i), 0, 1)
		}
	}
	return nil
}

// longTip is how many letters of a tip the picture has room for.
const longTip = 64

// loadText takes the tips, a line each.
func (g *garden) loadText(name string, data []byte) error {
	if name != "tips.txt" {
		return nil
	}
	var tips []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if len(line) > longTip {
			return fmt.Errorf("%d:%d: a tip has %d letters at most", len(tips)+1, longTip+1, longTip)
		}
		tips = append(tips, line)
	}
	if len(tips) == 0 {
		return errors.New("there is no tip in it")
	}
	g.tips = tips
	return nil
}

// tip shows the next tip in the picture.
func (g *garden) tip() string {
	if len(g.tips) == 0 {
		return "there are no tips"
	}
	text := g.tips[g.told%len(g.tips)]
	g.told++
	g.scene.Say(text)
	return text
}
