package cfgfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/cfgfile"
)

// files are texts by name.
type files map[string]string

func (f files) source(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(text), nil
}

// only is one file, whatever its name.
func only(text string) cfgfile.Source {
	return func(string) ([]byte, error) { return []byte(text), nil }
}

func read(t *testing.T, f files, name string, commands bool) *cfgfile.Reading {
	t.Helper()
	r, err := cfgfile.Read(name, f.source, commands)
	require.NoError(t, err)
	return r
}

func TestAFileTakesEffectWithWhatItExecutes(t *testing.T) {
	f := files{
		"autoexec.cfg":   "set a 1\nexec sub/colors // found\nset b 2; spawn  ball 3 ; set c \"x\nexec gone.cfg",
		"sub/colors.cfg": "set a 9\nset sky #ff8800\nexec last.cfg",
		"last.cfg":       "set z 1",
	}
	r := read(t, f, "autoexec.cfg", true)
	require.Equal(t, []cfgfile.Entry{
		{File: "autoexec.cfg", Line: 1, Name: "a", Value: "1"},
		{File: "sub/colors.cfg", Line: 1, Name: "a", Value: "9"},
		{File: "sub/colors.cfg", Line: 2, Name: "sky", Value: "#ff8800"},
		{File: "last.cfg", Line: 1, Name: "z", Value: "1"},
		{File: "autoexec.cfg", Line: 3, Name: "b", Value: "2"},
		{File: "autoexec.cfg", Line: 3, Command: "spawn  ball 3"},
	}, r.Entries)
	require.Equal(t, "sub/colors.cfg:2", r.Entries[2].Place())
	require.Equal(t, map[string]string{"a": "9", "b": "2", "sky": "#ff8800", "z": "1"}, r.Values())
	require.Len(t, r.Faults, 2)
	require.Contains(t, r.Faults[0].Error(), "autoexec.cfg:3: the quote that opens here")
	require.Equal(t, "autoexec.cfg:4: exec gone.cfg: there is no such file in the folder", r.Faults[1].Error())
	require.Len(t, r.Files, 4, "also the one that is not there, which may come")
	require.Zero(t, r.Files["gone.cfg"])

	r = read(t, f, "autoexec.cfg", false)
	require.Contains(t, r.Faults[0].Error(), `autoexec.cfg:3: "spawn" is neither set nor exec; only autoexec.cfg may`)
	f["archive.cfg"] = "fx.life 2"
	r = read(t, f, "archive.cfg", false)
	require.EqualError(t, r.Faults[0], `archive.cfg:1: "fx.life" is neither set nor exec; a value is given by: set fx.life VALUE`)
	require.Empty(t, read(t, f, "no.cfg", false).Entries)
}

func TestWhatMayNotBeExecuted(t *testing.T) {
	f := files{"me.cfg": "exec me", "you.cfg": "exec they.cfg", "they.cfg": "exec you.cfg", "notes.txt": "set a 1", "bytes.cfg": "\x00"}
	for line, why := range map[string]string{
		"exec ../x.cfg":   "only files in the folder",
		"exec /etc/x.cfg": "only files in the folder",
		"exec a/../../x":  "only files in the folder",
		`exec ""`:         "only files in the folder",
		`exec "a\\b.cfg"`: "slashes part folders",
		"exec c:x.cfg":    "no colon",
		"exec notes.txt":  "end in .cfg",
		"exec .":          "end in .cfg",
		"exec":            "exec needs the name of a file",
		"exec a b":        "exec needs the name of a file",
		"exec main.cfg":   "would execute itself",
		"exec me.cfg":     "me.cfg would execute itself",
		"exec you.cfg":    "you.cfg would execute itself",
		"exec bytes.cfg":  "holds bytes that are zero",
		"set":             "set needs a name and a value",
		"set a":           "set needs a name and a value",
	} {
		f["main.cfg"] = line + "\nset last 1"
		r := read(t, f, "main.cfg", true)
		require.Len(t, r.Faults, 1, line)
		require.Contains(t, r.Faults[0].Message, why, line)
		v, _ := r.Value("last")
		require.Equal(t, "1", v, "the rest is read: %s", line)
	}
}

func TestExecutingIsBounded(t *testing.T) {
	deep := files{}
	for i := range 20 {
		deep[fmt.Sprintf("f%d.cfg", i)] = fmt.Sprintf("exec f%d\nset v%d 1", i+1, i)
	}
	r := read(t, deep, "f0.cfg", false)
	require.Equal(t, []cfgfile.Fault{{File: "f16.cfg", Line: 1, Message: "exec f17: files execute each other more than 16 deep"}}, r.Faults)
	require.Len(t, r.Entries, 17)

	wide := files{"a.cfg": strings.Repeat("exec b\n", 1000), "b.cfg": strings.Repeat("exec c\n", 1000), "c.cfg": strings.Repeat("set x 1\n", 1000)}
	r = read(t, wide, "a.cfg", false)
	require.LessOrEqual(t, len(r.Entries), cfgfile.MaxLines)
	require.Contains(t, r.Faults[0].Message, "more than 10000 lines")
}

func TestAFileThatCannotBeReadIsAnError(t *testing.T) {
	broken := errors.New("the disk is on fire")
	_, err := cfgfile.Read("a.cfg", func(string) ([]byte, error) { return nil, broken }, false)
	require.ErrorIs(t, err, broken)
	_, err = cfgfile.Read("a.cfg", only("\xff"), false)
	var d *cfgfile.Damage
	require.ErrorAs(t, err, &d)
	require.EqualError(t, err, "a.cfg: it is not UTF-8")
}

func TestSettingsHoldAlsoWhereAnotherFileSetsThem(t *testing.T) {
	f := files{"archive.cfg": "set a 1\nset c 3\nexec more.cfg\nset b 2 // mine\n", "more.cfg": "set a 5\nset b 6\nset d 7\n"}
	edit := func(do func(*cfgfile.Reading) bool, want string, values map[string]string) {
		t.Helper()
		r := read(t, f, "archive.cfg", false)
		changed := do(r)
		require.Equal(t, want, string(r.Main.Bytes()))
		require.Equal(t, want != f["archive.cfg"], changed)
		again := read(t, files{"archive.cfg": want, "more.cfg": f["more.cfg"]}, "archive.cfg", false)
		require.Equal(t, values, again.Values())
		require.Equal(t, values, r.Values())
	}
	same := f["archive.cfg"]
	edit(func(r *cfgfile.Reading) bool { return r.Set("a", "5") }, same, map[string]string{"a": "5", "b": "2", "c": "3", "d": "7"})
	edit(func(r *cfgfile.Reading) bool { return r.Set("a", "4") }, same+"set a 4\n", map[string]string{"a": "4", "b": "2", "c": "3", "d": "7"})
	edit(func(r *cfgfile.Reading) bool { return r.Set("b", "9") }, strings.Replace(same, "b 2", "b 9", 1), map[string]string{"a": "5", "b": "9", "c": "3", "d": "7"})
	edit(func(r *cfgfile.Reading) bool { return r.Set("e", "e e") }, same+"set e \"e e\"\n", map[string]string{"a": "5", "b": "2", "c": "3", "d": "7", "e": "e e"})
	edit(func(r *cfgfile.Reading) bool { return r.Remove("c", "0") }, strings.Replace(same, "set c 3\n", "", 1), map[string]string{"a": "5", "b": "2", "d": "7"})
	edit(func(r *cfgfile.Reading) bool { return r.Remove("d", "0") }, same+"set d 0\n", map[string]string{"a": "5", "b": "2", "c": "3", "d": "0"})
	edit(func(r *cfgfile.Reading) bool { return r.Remove("no", "0") }, same, map[string]string{"a": "5", "b": "2", "c": "3", "d": "7"})
}

func TestOthersAreCounted(t *testing.T) {
	r := read(t, files{"a.cfg": "// x\nset a 1\nset b 2; set c 3\nexec b\nspawn\nset \"\nset d\n", "b.cfg": "set z 1\nspawn"}, "a.cfg", false)
	require.Equal(t, 5, r.Others(func(name string) bool { return name == "a" }))
}
