package console

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// tested is a console with a folder of tests, whose goroutines run.
func tested(t *testing.T, folder string) *probe {
	con := &Console{Token: "secret"}
	con.Tests.Folder = folder
	p := newProbe(t, con)
	t.Cleanup(func() { require.NoError(t, con.Close()) })
	return p
}

// ask calls, and runs frames until the disk has answered.
func (p *probe) ask(method, params string) (json.RawMessage, *fault) {
	p.t.Helper()
	n := p.send(method, params)
	var result json.RawMessage
	var f *fault
	require.Eventually(p.t, func() (ok bool) {
		p.frame()
		result, f, ok = p.answer(n)
		return ok
	}, 10*time.Second, time.Millisecond, method)
	return result, f
}

func fromDisk[R any](p *probe, method, params string) (r R) {
	p.t.Helper()
	raw, f := p.ask(method, params)
	require.Nil(p.t, f, "%s %s", method, params)
	require.NoError(p.t, json.Unmarshal(raw, &r))
	return r
}

func (p *probe) askRefused(code rpc.Code, method, params string) *fault {
	p.t.Helper()
	_, f := p.ask(method, params)
	require.NotNil(p.t, f, "%s %s", method, params)
	require.Equal(p.t, code, f.Code, f.Message)
	return f
}

// putFiles puts files into a folder.
func putFiles(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		at := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
	}
}

const somePNG = "\x89PNG\r\n\x1a\nrest"

func TestTestsAreListedReadAndWritten(t *testing.T) {
	dir := t.TempDir()
	putFiles(t, dir, map[string]string{
		"door.test.js": "test('opens')", "lib/keys.js": "export {}", "expected/door.png": somePNG,
		"notes.txt": "no", ".hidden.test.js": "no", "a.png": somePNG, "node_modules/x/y.js": "no", "aux.js": "no", "empty.test.js": "",
	})
	p := tested(t, dir)
	var names []string
	for _, f := range fromDisk[[]TestFile](p, "test.list", `{}`) {
		names = append(names, f.Name)
		require.True(t, f.Writable)
		require.NotEmpty(t, f.Version)
		require.NotEmpty(t, f.Modified)
	}
	require.Equal(t, []string{"door.test.js", "empty.test.js", "expected/door.png", "lib/keys.js"}, names)

	door := fromDisk[TestContent](p, "test.read", `{"name":"door.test.js"}`)
	require.Equal(t, "test('opens')", door.Text)
	require.Equal(t, somePNG, string(fromDisk[TestContent](p, "test.read", `{"name":"expected/door.png"}`).Data))
	require.Empty(t, fromDisk[TestContent](p, "test.read", `{"name":"empty.test.js"}`).Text)

	wrote := fromDisk[TestFile](p, "test.write", `{"name":"door.test.js","text":"test('shuts')","ifVersion":"`+door.Version+`"}`)
	require.NotEqual(t, door.Version, wrote.Version)
	require.NotEmpty(t, wrote.By)
	f := p.askRefused(rpc.Conflict, "test.write", `{"name":"door.test.js","text":"","ifVersion":"`+door.Version+`"}`)
	require.Contains(t, f.Message, "was changed by "+wrote.By)
	require.Equal(t, wrote.Version, f.Data.Want)
	p.askRefused(rpc.Conflict, "test.write", `{"name":"door.test.js","text":"","ifVersion":""}`)

	made := fromDisk[TestFile](p, "test.write", `{"name":"deep/in/it.test.js","text":"1","ifVersion":""}`)
	require.EqualValues(t, 1, made.Bytes)
	text, err := os.ReadFile(filepath.Join(dir, "deep/in/it.test.js"))
	require.NoError(t, err)
	require.Equal(t, "1", string(text))
	p.askRefused(rpc.Conflict, "test.delete", `{"name":"deep/in/it.test.js","ifVersion":"x"}`)
	fromDisk[any](p, "test.delete", `{"name":"deep/in/it.test.js","ifVersion":"`+made.Version+`"}`)
	p.askRefused(rpc.NotFound, "test.read", `{"name":"deep/in/it.test.js"}`)
	p.askRefused(rpc.NotFound, "test.delete", `{"name":"deep/in/it.test.js"}`)
	drafts, err := filepath.Glob(filepath.Join(dir, "*", "*", ".scry-*"))
	require.NoError(t, err)
	require.Empty(t, drafts)
}

func TestWhatIsWrittenIsWhatTheNameSays(t *testing.T) {
	p := tested(t, t.TempDir())
	p.askRefused(rpc.InvalidParams, "test.write", `{"name":"a.js"}`)
	p.askRefused(rpc.InvalidParams, "test.write", `{"name":"a.js","data":"AAAA"}`)
	p.askRefused(rpc.InvalidParams, "test.write", `{"name":"expected/a.png","text":"x"}`)
	p.askRefused(rpc.InvalidParams, "test.write", `{"name":"expected/a.png","data":"AAAA"}`)
	for _, name := range []string{"../a.js", "/a.js", "a/../b.js", "a.txt", "", "expected/a.js/", "C:a.js", "a\\\\b.js"} {
		f := p.askRefused(rpc.InvalidParams, "test.write", `{"name":"`+name+`","text":"x"}`)
		require.Equal(t, "/name", f.Data.Path)
	}
}

func TestLinksDoNotLeadOutOfTheFolderOfTests(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	putFiles(t, outside, map[string]string{"secret.js": "password", "sub/x.js": "1"})
	putFiles(t, dir, map[string]string{"real.js": "2"})
	for link, to := range map[string]string{"link.js": filepath.Join(outside, "secret.js"), "sub": filepath.Join(outside, "sub"), "near.js": "real.js"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("this system makes no links: ", err)
		}
	}
	p := tested(t, dir)
	files := fromDisk[[]TestFile](p, "test.list", `{}`)
	require.Len(t, files, 1)
	require.Equal(t, "real.js", files[0].Name)
	for _, name := range []string{"link.js", "sub/x.js", "near.js"} {
		_, f := p.ask("test.read", `{"name":"`+name+`"}`)
		require.NotNil(t, f, name)
		_, f = p.ask("test.write", `{"name":"`+name+`","text":"evil"}`)
		require.NotNil(t, f, name)
		_, f = p.ask("test.delete", `{"name":"`+name+`"}`)
		require.NotNil(t, f, name)
	}
	text, err := os.ReadFile(filepath.Join(outside, "secret.js"))
	require.NoError(t, err)
	require.Equal(t, "password", string(text))
}

func TestTestsAreBounded(t *testing.T) {
	dir := t.TempDir()
	putFiles(t, dir, map[string]string{"big.js": strings.Repeat("x", maxTestAnswer+1), "huge.js": strings.Repeat("x", maxTestText+1), "bad.js": "\xff"})
	p := tested(t, dir)
	require.Equal(t, "GET /test/big.js", p.askRefused(rpc.TooMany, "test.read", `{"name":"big.js"}`).Data.Suggest)
	p.askRefused(rpc.TooMany, "test.read", `{"name":"huge.js"}`)
	p.askRefused(rpc.Unavailable, "test.read", `{"name":"bad.js"}`)
	many := make(map[string]string)
	for n := range maxTestFiles + 5 {
		many[fmt.Sprintf("many/%d.js", n)] = ""
	}
	putFiles(t, dir, many)
	require.LessOrEqual(t, len(fromDisk[[]TestFile](p, "test.list", `{}`)), maxTestFiles)
}

func TestAGameWithoutTestsSaysHowToGiveIt(t *testing.T) {
	p := newProbe(t, new(Console))
	require.Contains(t, p.refused(rpc.Unavailable, "test.list", `{}`).Message, "Tests.Folder")
	s := get[firstState[TestsState]](p, "sub.open", `{"id":"t","topic":"tests"}`)
	require.False(t, s.Snapshot.Available)
	require.True(t, s.Snapshot.Ready)
}

type firstState[S any] struct{ Snapshot S }

func TestTestsThatComeWithTheGameAreReadOnly(t *testing.T) {
	con := &Console{}
	con.Tests.Files = fstest.MapFS{"a.test.js": {Data: []byte("1")}, "expected/b.png": {Data: []byte(somePNG)}, "x.go": {}}
	p := newProbe(t, con)
	defer con.Close()
	files := fromDisk[[]TestFile](p, "test.list", `{}`)
	require.Len(t, files, 2)
	require.False(t, files[0].Writable)
	require.Equal(t, "1", fromDisk[TestContent](p, "test.read", `{"name":"a.test.js"}`).Text)
	p.askRefused(rpc.ReadOnly, "test.write", `{"name":"a.test.js","text":""}`)
	p.askRefused(rpc.ReadOnly, "test.delete", `{"name":"a.test.js"}`)
}

func TestAFolderOfTestsIsMadeWithTheFirst(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "tests")
	p := tested(t, dir)
	require.Empty(t, fromDisk[[]TestFile](p, "test.list", `{}`))
	p.askRefused(rpc.NotFound, "test.read", `{"name":"a.js"}`)
	require.NoDirExists(t, dir)
	fromDisk[TestFile](p, "test.write", `{"name":"a.js","text":"x"}`)
	require.FileExists(t, filepath.Join(dir, "a.js"))
}

func TestWhoWatchesTestsIsToldOfChanges(t *testing.T) {
	dir := t.TempDir()
	putFiles(t, dir, map[string]string{"a.test.js": "1", "b.test.js": "1"})
	p := tested(t, dir)
	s := get[firstState[TestsState]](p, "sub.open", `{"id":"t","topic":"tests"}`)
	require.True(t, s.Snapshot.Available)
	require.False(t, s.Snapshot.Ready, "nobody has looked")
	known := make(map[string]TestFile)
	next := func() (e TestsEvent) {
		t.Helper()
		require.Eventually(t, func() bool { p.frame(); return len(p.events) > 0 }, 10*time.Second, time.Millisecond)
		require.NoError(t, json.Unmarshal(p.events[0].Value, &e))
		p.events = p.events[1:]
		for _, f := range e.Changed {
			known[f.Name] = f
		}
		for _, name := range e.Gone {
			delete(known, name)
		}
		return e
	}
	require.Len(t, next().Changed, 2)

	// An editor that writes the same size within the same moment is noticed all the same.
	before := known["a.test.js"].Version
	putFiles(t, dir, map[string]string{"a.test.js": "2"})
	e := next()
	require.Len(t, e.Changed, 1)
	require.NotEqual(t, before, e.Changed[0].Version)
	require.Empty(t, e.Changed[0].By)

	fromDisk[TestFile](p, "test.write", `{"name":"b.test.js","text":"22"}`)
	require.NotEmpty(t, next().Changed[0].By)
	require.NoError(t, os.Remove(filepath.Join(dir, "a.test.js")))
	require.Equal(t, []string{"a.test.js"}, next().Gone)
	require.Len(t, known, 1)

	get[any](p, "sub.close", `{"id":"t"}`)
	require.Eventually(t, func() bool { p.frame(); return !p.con.Tests.shelf.desk.watched.Load() }, time.Second, time.Millisecond)
	s = get[firstState[TestsState]](p, "sub.open", `{"id":"t","topic":"tests"}`)
	require.True(t, s.Snapshot.Ready)
	require.Len(t, s.Snapshot.Files, 1)
}

func TestNobodyLooksAtTestsThatNobodyWatches(t *testing.T) {
	dir := t.TempDir()
	p := tested(t, dir)
	fromDisk[[]TestFile](p, "test.list", `{}`)
	d := &p.con.Tests.shelf
	require.NoError(t, p.con.Close()) // the worker has ended
	require.Equal(t, time.Duration(-1), d.poll(time.Now()), "it waits for somebody to say so")
	require.Zero(t, testing.AllocsPerRun(100, func() { p.con.Tests.begin(); p.con.Tests.publish() }))
}

func TestNamesOfTests(t *testing.T) {
	for _, name := range []string{"a.js", "a.test.js", "a/b/c-d_e.9.js", "expected/x.png", "a/expected/x.png", "CON1.js", "common.js"} {
		require.Empty(t, badTestName(name), name)
	}
	for _, name := range []string{
		"", ".", "..", "a", "a.js/", "/a.js", "a//b.js", "./a.js", "../a.js", "a/../b.js", ".a.js", "a/.b/c.js", "a.js.", "a./b.js",
		"con.js", "x/NUL.test.js", "com1.js", "LPT9.a.js", "a b.js", "a\x00.js", "ä.js", "a\\b.js", "c:a.js", "a.png", "expected/a/b.png",
		"x.expected.png", strings.Repeat("a", 198) + ".js", "1/2/3/4/5/6/7/8/9.js",
	} {
		require.NotEmpty(t, badTestName(name), name)
	}
}

func FuzzTestName(f *testing.F) {
	for _, name := range []string{"a.test.js", "expected/x.png", "../a.js", "a/./b.js", "nul.js", "a\\..\\b.js", "//x.js"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if badTestName(name) != "" {
			return
		}
		require.True(t, filepath.IsLocal(name), name)
		require.Equal(t, name, filepath.ToSlash(filepath.Clean(name)))
		require.Regexp(t, `^[A-Za-z0-9._/-]{1,200}$`, name)
		require.NotRegexp(t, `(?i)(^|/)(\.|con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|/|$)`, name)
	})
}

func TestLargePicturesOfTestsTravelByHTTP(t *testing.T) {
	dir := t.TempDir()
	con := &Console{Token: "hush"}
	con.Tests.Folder = dir
	o := listen(t, con)
	send := func(method, path, body string, headers ...string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, con.URL()+path, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer hush")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp, string(text)
	}
	large := somePNG + strings.Repeat("x", 300<<10)
	resp, text := send("PUT", "/test/expected/big.png", large, "Scry-Client", "anna", "If-None-Match", "*")
	require.Equal(t, 200, resp.StatusCode, text)
	var file TestFile
	require.NoError(t, json.Unmarshal([]byte(text), &file))
	require.Equal(t, "anna", file.By)
	resp, text = o.fetched("/test/expected/big.png")
	require.Equal(t, large, text)
	require.Equal(t, `"`+file.Version+`"`, resp.Header.Get("Etag"))
	require.Equal(t, "image/png", resp.Header.Get("Content-Type"))
	require.Equal(t, "default-src 'none'; sandbox", resp.Header.Get("Content-Security-Policy"))

	for _, c := range []struct {
		method, path, body string
		status             int
		headers            []string
	}{
		{"PUT", "/test/expected/big.png", large, 412, []string{"If-None-Match", "*"}},
		{"PUT", "/test/expected/big.png", large, 412, []string{"If-Match", `"0"`}},
		{"PUT", "/test/expected/big.png", large, 200, []string{"If-Match", `"` + file.Version + `"`}},
		{"PUT", "/test/expected/big.png", "no picture", 400, nil},
		{"PUT", "/test/../x.js", "1", 400, nil},
		{"PUT", "/test/x.js", strings.Repeat("x", maxTestText+1), 413, nil},
		{"PUT", "/test/x.js", "1", 401, []string{"Authorization", ""}},
		{"GET", "/test/x.js", "", 401, []string{"Authorization", "Bearer no"}},
		{"GET", "/test/x.js", "", 404, nil},
		{"GET", "/test/..%2fx.js", "", 400, nil},
		{"PUT", "/test/x.js", "1", 403, []string{"Origin", "http://evil.example"}},
		{"DELETE", "/test/x.js", "", 405, nil},
	} {
		resp, text := send(c.method, c.path, c.body, c.headers...)
		require.Equal(t, c.status, resp.StatusCode, "%s %s %v: %s", c.method, c.path, c.headers, text)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)
}

// What is not read by way of a link is not written there either.
func TestNoTestIsWrittenThroughALink(t *testing.T) {
	dir := t.TempDir()
	putFiles(t, dir, map[string]string{".keep/a.test.js": "mine"})
	if err := os.Symlink(".keep", filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	p := tested(t, dir)
	p.askRefused(rpc.Unavailable, "test.write", `{"name":"link/a.test.js","text":"yours"}`)
	p.askRefused(rpc.Unavailable, "test.write", `{"name":"link/deep/a.test.js","text":"yours"}`)
	data, err := os.ReadFile(filepath.Join(dir, ".keep", "a.test.js"))
	require.NoError(t, err)
	require.Equal(t, "mine", string(data))
	require.NoDirExists(t, filepath.Join(dir, ".keep", "deep"))
}
