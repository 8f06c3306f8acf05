package cfgfile_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/cfgfile"
)

func parse(t *testing.T, text string) *cfgfile.Document {
	t.Helper()
	d, err := cfgfile.Parse([]byte(text))
	require.NoError(t, err)
	return d
}

func TestAnEditLeavesTheRestAlone(t *testing.T) {
	text := strings.Join([]string{
		"\ufeff# mine\r",
		"set physics.gravity 9.8   // the earth\r",
		"set no.such.thing \"kept as it is\" ;  set render.scale 2 // both\r",
		"set camera.place 1  2\t3\r",
		"spawn ball \"\r",
		"\r",
		"set physics.gravity 3.5; set twice 1\r",
		"set twice 2",
	}, "\n")
	for _, c := range []struct {
		name     string
		edit     func(*cfgfile.Document)
		old, new string // of the text
	}{
		{"the last of two holds", func(d *cfgfile.Document) { d.Set("physics.gravity", "1") }, "gravity 3.5", "gravity 1"},
		{"the value alone", func(d *cfgfile.Document) { d.Set("render.scale", "a b") }, "scale 2", `scale "a b"`},
		{"of several words", func(d *cfgfile.Document) { d.Set("camera.place", "4,5,6") }, "1  2\t3", "4,5,6"},
		{"quotes go where none are needed", func(d *cfgfile.Document) { d.Set("no.such.thing", "x") }, `"kept as it is"`, "x"},
		{"new ones at the end", func(d *cfgfile.Document) { d.Set("new", "1"); d.Set("newer", "2") }, "set twice 2", "set twice 2\r\nset new 1\r\nset newer 2\r\n"},
		{"a line goes with its setting", func(d *cfgfile.Document) { d.Remove("camera.place") }, "set camera.place 1  2\t3\r\n", ""},
		{"a comment stays", func(d *cfgfile.Document) { d.Remove("render.scale") }, " ;  set render.scale 2 // both", " // both"},
		{"a neighbour stays", func(d *cfgfile.Document) { d.Remove("no.such.thing") }, "set no.such.thing \"kept as it is\" ;  set", "  set"},
		{"all settings of a name go", func(d *cfgfile.Document) { d.Remove("twice") }, "; set twice 1\r\nset twice 2", "\r\n"},
	} {
		d := parse(t, text)
		require.Equal(t, text, string(d.Bytes()))
		c.edit(d)
		require.Equal(t, 1, strings.Count(text, c.old), c.name)
		require.Equal(t, strings.Replace(text, c.old, c.new, 1), string(d.Bytes()), c.name)
	}
}

func TestARemovalMakesNoCommentOfWhatFollows(t *testing.T) {
	d := parse(t, "set a 1; #b; set c 2\nset a 1;set d 3")
	require.True(t, d.Remove("a"))
	require.False(t, d.Remove("a"))
	v, ok := d.Lookup("c")
	require.True(t, ok)
	require.Equal(t, "2", v)
	v, _ = d.Lookup("d")
	require.Equal(t, "3", v)
}

func TestWhatIsNoTextOfSettingsIsRefused(t *testing.T) {
	for text, reason := range map[string]string{
		"set a \x00":                                     "bytes that are zero",
		"set a \xff":                                     "not UTF-8",
		"\xff\xfes\x00e\x00t\x00":                        "save it as UTF-8",
		strings.Repeat("a", cfgfile.MaxBytes+1):          "more than 1048576 bytes",
		strings.Repeat("\n", cfgfile.MaxLines+1):         "more than 10000 lines",
		strings.Repeat("\n", cfgfile.MaxLines-1) + "\n.": "more than 10000 lines",
	} {
		_, err := cfgfile.Parse([]byte(text))
		require.ErrorContains(t, err, reason)
	}
	for _, text := range []string{"", strings.Repeat("\n", cfgfile.MaxLines), strings.Repeat("a", cfgfile.MaxBytes)} {
		_, err := cfgfile.Parse([]byte(text))
		require.NoError(t, err)
	}
}

func TestTheFirstCommentSaysWhatAFileIsFor(t *testing.T) {
	for text, help := range map[string]string{
		"// Calm: slow motion.\nset a 1": "Calm: slow motion.",
		"\ufeff\n\n####\n # Storm \n":    "Storm",
		"set a 1\n// not the file's":     "",
		"set a 1 // of a":                "",
		"":                               "",
	} {
		require.Equal(t, help, parse(t, text).Help(), "%q", text)
	}
}

// values are texts that are hard to write down.
var values = []string{"", "1", "a b", `"`, "`", "//", "#1", ";", "\n", "\r\n", "\x00\xff", "☃", "\ufeff", "\u00a0", `\`, "set", " x ", "a;b//c"}

// line makes up a line that people and programs leave in files.
func line(r *rand.Rand) string {
	parts := []string{"set a 1", "set b \"x y\"", "set c `1`", "set d 1 2 3", "set", "set e", "exec f", "#", "// set a 9", ";", " ", "\t", "\"", "`", "spawn ball", "set \"a\" 5", "#;", "\u00a0", "\r", "\ufeff"}
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

// Whatever is done to a text, what was set last is what it says, and the names that
// nobody touched say what they said.
func TestEditsDoWhatTheySayAndNothingElse(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var lines []string
		for range r.IntN(8) {
			lines = append(lines, line(r))
		}
		text := strings.Join(lines, []string{"\n", "\r\n"}[r.IntN(2)])
		d := parse(t, text)
		require.Equal(t, text, string(d.Bytes()))
		want := make(map[string]string)
		names := []string{"a", "b", "c", "d", "e", "new", "newer"}
		for _, n := range names {
			if v, ok := d.Lookup(n); ok {
				want[n] = v
			}
		}
		for range r.IntN(12) {
			name := names[r.IntN(len(names))]
			switch r.IntN(3) {
			case 0:
				d.Remove(name)
				delete(want, name)
			case 1:
				want[name] = values[r.IntN(len(values))]
				d.Set(name, want[name])
			case 2:
				want[name] = values[r.IntN(len(values))]
				d.Append(name, want[name])
			}
			d = parse(t, string(d.Bytes())) // as it is read the next time
			got := make(map[string]string)
			for _, n := range names {
				if v, ok := d.Lookup(n); ok {
					got[n] = v
				}
			}
			require.Equal(t, want, got, "seed %d: %q became %q", seed, text, d.Bytes())
		}
	}
}

// Lines that no edit is about are kept byte for byte, and in their order.
func TestUnknownLinesAreKeptByteForByte(t *testing.T) {
	strange := []string{"// a comment", "#another\t", "set not.bound \"\\u0041\"  ", "  spawn  ball;set other 2 ", "set \"broken", "", "set x", "exec f.cfg // why", "\xc2\xa0set odd 1"}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		var lines, kept []string
		for range 20 {
			if r.IntN(2) == 0 {
				lines = append(lines, fmt.Sprintf("set mine.%d %d", r.IntN(5), r.IntN(100)))
				continue
			}
			s := strange[r.IntN(len(strange))]
			lines, kept = append(lines, s), append(kept, s)
		}
		d := parse(t, strings.Join(lines, "\n")+"\n")
		for range 30 {
			name := fmt.Sprintf("mine.%d", r.IntN(7))
			if r.IntN(3) == 0 {
				d.Remove(name)
			} else {
				d.Set(name, values[r.IntN(len(values))])
			}
		}
		var left []string
		for l := range strings.Lines(string(d.Bytes())) {
			if l = strings.TrimSuffix(l, "\n"); !strings.HasPrefix(l, "set mine.") {
				left = append(left, l)
			}
		}
		require.Equal(t, kept, left, "seed %d", seed)
	}
}

func FuzzDocument(f *testing.F) {
	for _, v := range values {
		f.Add([]byte("set a "+v+"\nset b 2;set a 3//\r\n"), "a", v)
	}
	f.Fuzz(func(t *testing.T, text []byte, name, value string) {
		d, err := cfgfile.Parse(text)
		if err != nil {
			return
		}
		require.Equal(t, text, d.Bytes(), "what is read is what is written")
		r, err := cfgfile.Read("main.cfg", only(string(text)), false)
		require.NoError(t, err)
		before := r.Values()
		if strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > 'z' || strings.ContainsRune("\"`;/#\\", c) }) || name == "" {
			return
		}
		d.Set(name, value)
		if after, err := cfgfile.Read("main.cfg", only(string(d.Bytes())), false); err == nil {
			before[name] = value
			require.Equal(t, before, after.Values())
			d.Remove(name)
			delete(before, name)
			after, err = cfgfile.Read("main.cfg", only(string(d.Bytes())), false)
			require.NoError(t, err)
			require.Equal(t, before, after.Values(), "%q", slices.Sorted(maps.Keys(before)))
		}
	})
}
