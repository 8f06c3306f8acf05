package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/assets"
	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/examples/garden/soft"
	"github.com/scry-dev/scry/examples/garden/synth"
	"github.com/scry-dev/scry/examples/garden/view"
)

// exhibited is a game that draws, with a client.
func exhibited(t *testing.T) (wired, *soft.Canvas) {
	t.Helper()
	w := wire(t)
	var err error
	w.shelf, err = openShelf("none")
	require.NoError(t, err)
	art := view.Paint()
	canvas := soft.New(art)
	w.exhibit(art, canvas.Image)
	return w, canvas
}

// asset is what the tests look at of an AssetInfo.
type asset struct {
	ID, Name, Kind, Origin, Language string
	Version                          uint64
	Width, Height, Levels, Triangles int
	Duration                         float64
	Frames                           *struct{ Width, Height, Count int }
	Refs                             []string
	Replace                          bool
}

// assets lists what is bound, once the folders have been read.
func (w wired) assets() map[string]asset {
	w.t.Helper()
	var files []string
	require.NoError(w.t, fs.WalkDir(assets.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	}))
	byName := make(map[string]asset)
	for {
		var list []asset
		w.call("asset.list", "{}", &list)
		for _, a := range list {
			byName[a.Name] = a
		}
		if !slices.ContainsFunc(files, func(name string) bool { return byName[name].Name == "" }) {
			return byName
		}
	}
}

// replace puts bytes in the place of an asset, and returns what is said against it.
func (w wired) replace(name, mediaType string, data []byte) (refusal string) {
	w.t.Helper()
	params := fmt.Sprintf(`{"id":%q,"mediaType":%q,"data":%q}`, name, mediaType, base64.StdEncoding.EncodeToString(data))
	return w.try("asset.replace", params)
}

// picture is a PNG of one colour.
func picture(t *testing.T, w, h int, c color.NRGBA) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, c)
		}
	}
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, img))
	return file.Bytes()
}

func TestEveryKindOfAssetIsShown(t *testing.T) {
	w, _ := exhibited(t)
	kinds := make(map[string]string)
	for name, a := range w.assets() {
		kinds[a.Kind] = name
		require.NotEmpty(t, a.Origin, name)
	}
	for _, kind := range []string{"image", "sound", "text", "json", "shader", "font", "mesh"} {
		require.NotEmpty(t, kinds[kind], "there is no %s", kind)
	}
	list := w.assets()
	require.Equal(t, 3, list["painted/heads"].Frames.Count)
	require.Equal(t, 6, list["painted/glow"].Levels-1, "64 pixels are halved six times")
	require.Equal(t, []string{"player"}, list["painted/ship"].Refs)
	require.Equal(t, "kage", list["shaders/dusk.kage"].Language)
	require.Equal(t, sim.Width, list["screen"].Width)
	require.False(t, list["screen"].Replace)
}

func TestAnotherPictureIsSeenInTheNextFrame(t *testing.T) {
	w, canvas := exhibited(t)
	green := color.NRGBA{0, 255, 0, 255}
	require.Empty(t, w.replace("painted/sky-dusk", "image/png", picture(t, 8, 4, green)))
	w.scene.Palette = "dusk"
	w.scene.Tick(w.world)
	canvas.Draw(w.draw())
	require.Equal(t, color.RGBA{0, 255, 0, 255}, canvas.Image.RGBAAt(3, 120))

	before := w.assets()["painted/ship"].Version
	require.Empty(t, w.replace("painted/ship", "image/png", picture(t, 1, 1, green)))
	ship := w.art.Picture(5)
	require.Equal(t, color.RGBA{0, 255, 0, 255}, ship.RGBAAt(0, 0))
	require.Equal(t, 30, ship.Rect.Dx(), "it is drawn as large as before")
	require.Greater(t, w.assets()["painted/ship"].Version, before)

	require.Empty(t, w.replace("painted/heads", "image/png", picture(t, 3, 1, green)))
	heads := w.art.Heads().(*image.RGBA)
	require.Equal(t, color.RGBA{0, 255, 0, 255}, heads.RGBAAt(65, 10))

	was := slices.Clone(ship.Pix)
	require.Contains(t, w.replace("painted/ship", "image/png", []byte("GIF89a")), "the game reads PNG alone")
	require.Contains(t, w.replace("painted/ship", "image/png", picture(t, 3000, 1, green)), "3000 by 1 pixels are too many")
	require.Equal(t, was, ship.Pix)
}

func TestAnotherPaletteColoursTheGarden(t *testing.T) {
	w, canvas := exhibited(t)
	w.assets()
	w.scene.Palette = "lagoon"
	text, err := fs.ReadFile(assets.Files, "palettes/lagoon.json")
	require.NoError(t, err)
	white := strings.Replace(string(text), `"#03101f", "#07354f", "#1f9a9a"`, `"#ffffff", "#ffffff", "#ffffff"`, 1)
	require.NotEqual(t, string(text), white)
	require.Empty(t, w.replace("palettes/lagoon.json", "application/json", []byte(white)))
	w.scene.Tick(w.world)
	canvas.Draw(w.draw())
	require.Greater(t, canvas.Image.RGBAAt(2, 40).R, uint8(240))
	for fault, want := range map[string]string{
		"{\n  \"sky\": [,]\n}":                       "2:11: invalid character",
		`{"sun": "#ffffff"}`:                         `a palette has no colour "sun"`,
		`{"soil": "brown"}`:                          `"brown" is no colour`,
		`{"sky": ["#ffffff"]}`:                       `"sky" has 3 colours, not 1`,
		strings.Replace(white, `"ink"`, `"gold"`, 1): `the palette has no colour "ink"`,
	} {
		require.Contains(t, w.replace("palettes/lagoon.json", "application/json", []byte(fault)), want)
	}
}

func TestAnotherLevelBeginsAnew(t *testing.T) {
	w, _ := exhibited(t)
	w.assets()
	require.Empty(t, w.replace("levels/meadow.json", "application/json",
		[]byte(`{"help":"one well","palette":"ember","wells":[{"x":300,"y":100,"strength":50,"reach":80}],"waves":[{"hunters":1,"quota":5}]}`)))
	require.Len(t, w.world.Wells, 1)
	require.Equal(t, "one well", w.world.Level.Help)
	found, ok := w.find("meadow")
	require.True(t, ok)
	require.Equal(t, w.world.Level, found)
	require.Contains(t, w.replace("levels/meadow.json", "application/json", []byte(`{"seeds":4000000,"waves":[{}]}`)), "too full")
	require.Contains(t, w.replace("levels/meadow.json", "application/json", []byte(`{}`)), "no waves")
	require.Len(t, w.world.Wells, 1, "the old one stays")
}

func TestAShaderIsRefusedWithTheCompilersWords(t *testing.T) {
	w, _ := exhibited(t)
	w.assets()
	good, err := fs.ReadFile(assets.Files, "shaders/dusk.kage")
	require.NoError(t, err)
	require.Empty(t, w.replace("shaders/dusk.kage", "text/plain", good))
	before := w.lens
	for fault, want := range map[string]string{
		strings.Replace(string(good), "edge := dot(out, out)", "edge := (", 1): `^15:\d+: `,
		strings.Replace(string(good), "Pain float", "Pain vec4", 1):            `^9:5: the game gives Pain as a float$|^\d+:\d+: `,
		"package main\n": "Fragment|kage:unit",
	} {
		require.Regexp(t, want, w.replace("shaders/dusk.kage", "text/plain", []byte(fault)))
	}
	require.Equal(t, before, w.lens, "the old one stays")
}

func TestWhatKageMustHave(t *testing.T) {
	for text, want := range map[string]string{
		"package main\n\nfunc Fragment() {\n\tx := (\n}\n": "5:1: expected operand, found '}'",
		"package main\n": "1:1: the shader has no function Fragment",
		"package main\n\nvar Time vec4\n\nfunc Fragment() {}\n":    "3:5: the game gives Time as a float",
		"package main\n\nvar A, Pain int\n\nfunc Fragment() {}\n":  "3:8: the game gives Pain as a float",
		"package main\n\nvar Time float\n\nfunc Fragment() vec4 {": "5:23: expected '}', found 'EOF'",
	} {
		require.EqualError(t, checkKage([]byte(text)), want)
	}
	require.NoError(t, checkKage([]byte("package main\n\nvar Pain float\nvar Own vec4\n\nfunc Fragment() {}\n")))
}

func TestARecordingIsPlayed(t *testing.T) {
	w, _ := exhibited(t)
	w.assets()
	require.NotNil(t, w.sounds.mixer.Samples[synth.Wave], "the game brings one")
	wav, err := fs.ReadFile(assets.Files, "sounds/wave.wav")
	require.NoError(t, err)
	w.call("time.hold", "{}", nil) // nothing is mixed, and no voice ends
	w.sounds.mixer.Mix(make([]float32, 2*5*synth.Rate))
	require.Zero(t, w.sounds.mixer.Voices())
	require.Empty(t, w.replace("sounds/wave.wav", "audio/wav", wav))
	require.Equal(t, 1, w.sounds.mixer.Voices(), "who replaces it hears it")
	require.Contains(t, w.replace("sounds/wave.wav", "audio/wav", []byte("OggS")), "it is no WAV file")
}

func TestASynthesisedSoundIsReplaced(t *testing.T) {
	w, _ := exhibited(t)
	require.Nil(t, w.sounds.mixer.Samples[synth.Catch])
	before := w.assets()["synthesised/catch"]
	require.InDelta(t, 0.28, before.Duration, 0.01)
	wav, err := fs.ReadFile(assets.Files, "sounds/wave.wav")
	require.NoError(t, err)
	require.Empty(t, w.replace("synthesised/catch", "audio/wav", wav))
	require.NotNil(t, w.sounds.mixer.Samples[synth.Catch])
	require.Greater(t, w.assets()["synthesised/catch"].Version, before.Version)
	require.Contains(t, w.replace("synthesised/catch", "audio/wav", wav[:40]), "no samples")
}

func TestTheHullIsAMesh(t *testing.T) {
	w, _ := exhibited(t)
	hull := w.assets()["hull"]
	require.Equal(t, "mesh", hull.Kind)
	require.Equal(t, 2*16*16, hull.Triangles)
}

func TestTipsAreTold(t *testing.T) {
	w, _ := exhibited(t)
	w.assets()
	require.Equal(t, "seeds caught in a row are worth more", w.tip())
	require.Empty(t, w.replace("texts/tips.txt", "text/plain", []byte("one\n\ntwo\n")))
	require.Equal(t, "two", w.tip())
	require.Contains(t, w.replace("texts/tips.txt", "text/plain", []byte("\n")), "no tip")
	require.Contains(t, w.replace("texts/tips.txt", "text/plain", []byte(strings.Repeat("x", 65))), "1:65: a tip has 64 letters at most")
}

// What is edited on the disk is in the game a moment later.
func TestFilesAreLoadedAgainWhenTheyChange(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, assets.Files))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "texts", "tips.txt"), []byte("first\n"), 0o600))
	w := wire(t)
	var err error
	w.shelf, err = openShelf(folder)
	require.NoError(t, err)
	defer w.shelf.close()
	w.exhibit(view.Paint(), image.NewRGBA(image.Rect(0, 0, 4, 4)))
	require.Equal(t, "first", w.tip(), "a file of the folder, and not of the program")
	require.Equal(t, folder, w.assets()["texts/tips.txt"].Origin)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "texts", "tips.txt"), []byte("another\n"), 0o600))
	for !slices.Equal(w.tips, []string{"another"}) {
		w.call("time.status", "{}", nil) // some frames
	}
}

func TestAFolderThatIsNoneIsAnError(t *testing.T) {
	_, err := openShelf(t.TempDir())
	require.ErrorContains(t, err, "-assets=")
	require.ErrorContains(t, run(t.Context(), []string{"-assets=none-such", "-config=none"}, &bytes.Buffer{}, &bytes.Buffer{}), "none-such")
	shipped, err := openShelf("")
	require.NoError(t, err)
	require.Nil(t, shipped.root, "tests do not run at the root of the sources")
	shipped.close()
}

func TestTheFilesAreSmall(t *testing.T) {
	total := 0
	require.NoError(t, fs.WalkDir(assets.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(assets.Files, path)
		total += len(data)
		return err
	}))
	require.Less(t, total, 100_000)
	require.Greater(t, total, 50_000)
}
