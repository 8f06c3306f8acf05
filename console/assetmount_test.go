//go:build !js

package console

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// folder is a console with a folder, whose worker the test is.
type folder struct {
	*probe
	files fstest.MapFS
	now   time.Time
}

func newFolder(t *testing.T, con *Console, files fstest.MapFS, load func(string, []byte) error) *folder {
	b := con.Assets.Bind("levels", files, "levels of the game").Origin("disk")
	if load != nil {
		b.Reload(load)
	}
	f := &folder{probe: newProbe(t, con), files: files, now: time.Now()}
	f.call("asset.list", `{}`)
	f.look()
	return f
}

// look has the worker walk the folder, as if a second had passed.
func (f *folder) look() {
	f.now = f.now.Add(time.Second)
	f.con.Assets.poll(f.now)
	f.settleAssets()
}

// write changes a file.
func (f *folder) write(name, text string) {
	f.files[name] = &fstest.MapFile{Data: []byte(text), ModTime: f.now}
}

func (f *folder) names() []string {
	var names []string
	for _, i := range get[[]AssetInfo](f.probe, "asset.list", `{}`) {
		names = append(names, i.Name)
	}
	slices.Sort(names)
	return names
}

func TestFilesOfAFolderAreAssets(t *testing.T) {
	long := strings.Repeat("d/", 40) + "x"
	f := newFolder(t, new(Console), fstest.MapFS{
		"one.json": {Data: []byte(`{"a":1}`)}, "deep/er/two.json": {Data: []byte(`{"a":}`)}, "three": {Data: []byte("//kage:unit pixels")},
		".hidden": {}, ".git/config": {}, "one.json~": {}, long: {}, "pipe": {Mode: fs.ModeNamedPipe},
	}, nil)
	require.Equal(t, []string{"levels/deep/er/two.json", "levels/one.json", "levels/three"}, f.names())
	one := get[AssetInfo](f.probe, "asset.get", `{"id":"levels/one.json"}`)
	require.Equal(t, AssetInfo{ID: one.ID, Name: "levels/one.json", Kind: "json", MediaType: "application/json", Bytes: 7, Language: "json", Version: 1,
		Frame: one.Frame, Origin: "disk", Help: "levels of the game"}, one)
	require.Equal(t, "1:6: invalid character '}' looking for beginning of value", get[AssetInfo](f.probe, "asset.get", `{"id":"levels/deep/er/two.json"}`).Fault)
	three := get[AssetInfo](f.probe, "asset.get", `{"id":"levels/three"}`)
	require.Equal(t, []string{"shader", "kage"}, []string{three.Kind, three.Language})
	require.Equal(t, `asset "levels/one.json" has no loader: the game gives it one with Reload of its folder`,
		f.refused(rpc.ReadOnly, "asset.replace", `{"id":"levels/one.json","data":""}`).Message)

	require.PanicsWithValue(t, `console: asset "levels" is bound already`, func() { f.con.Assets.Bind("levels", fstest.MapFS{}, "") })
	f.con.Assets.Unbind("levels")
	require.Empty(t, f.names())
	f.con.Assets.Bind("levels", fstest.MapFS{"four": {}}, "")
	f.look()
	require.Equal(t, []string{"levels/four"}, f.names())
}

func TestAFileThatChangesIsLoadedAgain(t *testing.T) {
	var loaded []string
	f := newFolder(t, new(Console), fstest.MapFS{"a.txt": {Data: []byte("a1"), ModTime: time.Now()}, "b.txt": {Data: []byte("b1"), ModTime: time.Now()}},
		func(name string, data []byte) error {
			loaded = append(loaded, name+"="+string(data))
			switch string(data) {
			case "bad":
				return errors.New("2:7: no such plant")
			case "worse":
				panic("parser")
			}
			return nil
		})
	of := func(name string) AssetInfo {
		return get[AssetInfo](f.probe, "asset.get", fmt.Sprintf(`{"id":%q}`, name))
	}
	f.look()
	require.Empty(t, loaded, "the game has loaded them itself")

	f.write("a.txt", "a2")
	f.look()
	require.Empty(t, loaded, "somebody may be writing")
	f.look()
	require.Equal(t, []string{"a.txt=a2"}, loaded)
	require.Equal(t, uint64(2), of("levels/a.txt").Version)
	require.Equal(t, uint64(1), of("levels/b.txt").Version)
	f.look()
	require.Len(t, loaded, 1)

	for _, c := range []struct{ text, fault string }{{"bad", "2:7: no such plant"}, {"worse", "it panicked: parser"}} {
		f.write("a.txt", c.text)
		f.look()
		f.look()
		require.Equal(t, c.fault, of("levels/a.txt").Fault)
		require.Equal(t, uint64(2), of("levels/a.txt").Version, "the old one stays")
		require.Contains(t, fmt.Sprintf("%s", get[any](f.probe, "log.tail", `{}`)), c.fault)
	}
	f.write("a.txt", "a3")
	f.look()
	f.look()
	require.Equal(t, AssetInfo{}.Fault, of("levels/a.txt").Fault)
	require.Equal(t, uint64(3), of("levels/a.txt").Version)

	loaded = nil
	f.write("c.txt", "c1")
	delete(f.files, "b.txt")
	f.look()
	f.look()
	require.Equal(t, []string{"c.txt=c1"}, loaded, "a new one is loaded too")
	require.Equal(t, []string{"levels/a.txt", "levels/c.txt"}, f.names())

	info := get[AssetInfo](f.probe, "asset.replace", `{"id":"levels/a.txt","data":"ZnJvbSB0aGUgcGFnZQ=="}`)
	require.Equal(t, int64(13), info.Bytes, "what was sent, until the file changes")
	require.Equal(t, "a.txt=from the page", loaded[1])
	f.write("a.txt", "a4")
	f.look()
	f.look()
	require.Equal(t, int64(2), of("levels/a.txt").Bytes)
}

func TestAFolderIsBounded(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 30 {
		files[fmt.Sprintf("%02d.txt", i)] = &fstest.MapFile{}
	}
	con := &Console{Assets: Assets{MaxFiles: 10, MaxBytes: 100}}
	loads := 0
	f := newFolder(t, con, files, func(string, []byte) error { loads++; return nil })
	require.Len(t, f.names(), 10)
	require.Contains(t, fmt.Sprintf("%s", get[any](f.probe, "log.tail", `{}`)), "it has more than 10 files: see Assets.MaxFiles")
	said := con.Assets.mounts[0].said
	f.look()
	require.Equal(t, said, con.Assets.mounts[0].said)

	con.Assets.mounts[0].still = false // times that are not told do not change
	f.write("03.txt", strings.Repeat("x", 101))
	f.look()
	f.look()
	require.Zero(t, loads)
	require.Contains(t, get[AssetInfo](f.probe, "asset.get", `{"id":"levels/03.txt"}`).Fault, "the file is larger than 100 bytes")
}

// A folder that fails or panics is told of, and tried again.
type broken struct{ fs.FS }

func (broken) Open(name string) (fs.File, error) {
	if name == "." {
		return nil, errors.New("the disk is gone")
	}
	panic("bad file system")
}

func TestABrokenFolderIsTold(t *testing.T) {
	con := new(Console)
	con.Assets.Bind("broken", broken{}, "")
	p := newProbe(t, con)
	p.call("asset.list", `{}`)
	con.Assets.poll(time.Now())
	require.Contains(t, fmt.Sprintf("%s", get[any](p, "log.tail", `{}`)), "the disk is gone")
	require.Empty(t, get[[]AssetInfo](p, "asset.list", `{}`))
}

// The whole way, on a disk, with the goroutines of a console that listens.
func TestHotReload(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "glow.kage")
	require.NoError(t, os.WriteFile(file, []byte("one"), 0o600))
	loaded := make(chan string, 10)
	con := &Console{Token: "hush"}
	con.Assets.Bind("shaders", os.DirFS(dir), "").Reload(func(name string, data []byte) error {
		loaded <- name + "=" + string(data)
		return nil
	})
	o := listen(t, con)
	id := o.listed(1)["shaders/glow.kage"]
	resp, body := o.fetched("/asset/" + id)
	require.Equal(t, "one", body)
	tag := resp.Header.Get("Etag")
	require.NoError(t, os.WriteFile(file, []byte("two"), 0o600))
	require.NoError(t, os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour))) // clocks of disks are coarse
	require.Equal(t, "glow.kage=two", <-loaded)
	resp, body = o.fetched("/asset/" + id)
	require.Equal(t, "two", body)
	require.NotEqual(t, tag, resp.Header.Get("Etag"))
}

// Whatever becomes of files, what is listed is what there is.
func TestAFolderIsFollowed(t *testing.T) {
	f := newFolder(t, new(Console), fstest.MapFS{}, func(string, []byte) error { return nil })
	for i := range 60 {
		name := fmt.Sprintf("f%d.txt", i*7%11)
		if i%3 == 2 {
			delete(f.files, name)
		} else {
			f.write(name, strings.Repeat("x", i))
		}
		f.look()
		f.look()
		want := []string{}
		for _, p := range slices.Sorted(maps.Keys(f.files)) {
			want = append(want, "levels/"+p)
		}
		require.ElementsMatch(t, want, f.names())
		require.Len(t, f.con.Assets.byID, len(want))
	}
}
