package webui

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Budgets of the dashboard, in bytes. It travels over a LAN to a laptop at best
// and through a tunnel at worst, and it sits in every binary that embeds a console.
const (
	firstLoad = 60_000    // compressed: what the bare address needs to show its first page
	wholeDist = 1_560_000 // as it lies in the binary: ten panels, a viewer for each kind of asset, and the editor
	theEditor = 475_000   // of that: CodeMirror with JavaScript, completion and search, loaded with the first file of tests
)

// get asks the handler; headers come in pairs.
func get(t *testing.T, method, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(b)
}

// names lists the built files.
func names(t *testing.T) []string {
	t.Helper()
	var out []string
	require.NoError(t, fs.WalkDir(Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, name)
		}
		return err
	}))
	return out
}

func TestIndex(t *testing.T) {
	index, err := fs.ReadFile(Files(), "index.html")
	require.NoError(t, err)
	for _, target := range []string{"/", "/index.html"} {
		res := get(t, "GET", target)
		require.Equal(t, http.StatusOK, res.StatusCode)
		require.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"))
		require.Equal(t, "no-cache", res.Header.Get("Cache-Control"))
		require.Equal(t, string(index), body(t, res.Body))
	}
}

func TestEveryFileIsServed(t *testing.T) {
	for _, name := range names(t) {
		want, err := fs.ReadFile(Files(), name)
		require.NoError(t, err)
		res := get(t, "GET", "/"+name)
		require.Equal(t, string(want), body(t, res.Body), name)
		require.Contains(t, kinds, path.Ext(name), "%s: the build makes a kind of file that has no content type here", name)
		require.Equal(t, kinds[path.Ext(name)], res.Header.Get("Content-Type"), name)
		if strings.HasPrefix(name, "assets/") {
			require.Contains(t, res.Header.Get("Cache-Control"), "immutable", name)
			require.Regexp(t, `-[\w-]{8}\.\w+$`, name, "a file that browsers keep for good carries a hash in its name")
		}
	}
}

func TestGzip(t *testing.T) {
	plain := get(t, "GET", "/")
	packed := get(t, "GET", "/", "Accept-Encoding", "br;q=1, gzip;q=0.8")
	require.Equal(t, "gzip", packed.Header.Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding", packed.Header.Get("Vary"))
	require.NotEqual(t, plain.Header.Get("ETag"), packed.Header.Get("ETag"))
	r, err := gzip.NewReader(packed.Body)
	require.NoError(t, err)
	require.Equal(t, body(t, plain.Body), body(t, r))

	for accept, want := range map[string]string{
		"":                       "",
		"identity":               "",
		"gzip;q=0":               "",
		"gzip; q=0.0, *":         "",
		"*":                      "gzip",
		"*;q=0":                  "",
		"deflate,  GZIP ; q=1.0": "gzip",
		"x-gzip":                 "",
	} {
		res := get(t, "GET", "/", "Accept-Encoding", accept)
		require.Equal(t, want, res.Header.Get("Content-Encoding"), "Accept-Encoding: %s", accept)
	}
}

func TestUnchangedIsNotSentAgain(t *testing.T) {
	tag := get(t, "GET", "/").Header.Get("ETag")
	require.Regexp(t, `^"[0-9a-f]{24}"$`, tag)
	for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		res := get(t, "GET", "/", "If-None-Match", header)
		require.Equal(t, http.StatusNotModified, res.StatusCode, header)
		require.Empty(t, body(t, res.Body))
	}
	require.Equal(t, http.StatusOK, get(t, "GET", "/", "If-None-Match", `"other"`).StatusCode)
	require.Equal(t, http.StatusOK, get(t, "GET", "/", "If-None-Match", tag, "Accept-Encoding", "gzip").StatusCode,
		"the tag of the plain file does not stand for the compressed one")
}

func TestHeadHasNoBody(t *testing.T) {
	res := get(t, "HEAD", "/")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.NotZero(t, res.ContentLength)
	require.Empty(t, body(t, res.Body))
}

func TestRefusals(t *testing.T) {
	for _, target := range []string{"/favicon.ico", "/assets", "/assets/", "/dist/index.html", "/../webui.go", "/index.html/", "//"} {
		require.Equal(t, http.StatusNotFound, get(t, "GET", target).StatusCode, target)
	}
	res := get(t, "POST", "/")
	require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode)
	require.Equal(t, "GET, HEAD", res.Header.Get("Allow"))
}

func TestManyAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, name := range names(t) {
				get(t, "GET", "/"+name, "Accept-Encoding", "gzip")
			}
		})
	}
	all.Wait()
}

// The page must work under the strictest policy: nothing inline, nothing from elsewhere.
func TestPageNeedsNothingElse(t *testing.T) {
	index, err := fs.ReadFile(Files(), "index.html")
	require.NoError(t, err)
	require.NotRegexp(t, `(?i)<style|\sstyle=|\son\w+=|javascript:|<base`, string(index))
	for _, tag := range regexp.MustCompile(`(?s)<script[^>]*>(.*?)</script>`).FindAllStringSubmatch(string(index), -1) {
		require.Empty(t, tag[1], "an inline script would be refused")
	}
	for _, link := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(string(index), -1) {
		require.Regexp(t, `^\./`, link[1], "addresses are relative, so that the page works below any path")
		_, err := fs.Stat(Files(), path.Clean(link[1]))
		require.NoError(t, err, "index.html names %s", link[1])
	}
	// What the policy would stop at run time. (Preact carries the code for raw HTML; the
	// linter forbids the property that would reach it.)
	refused := regexp.MustCompile(`\beval\(|new Function\(|document\.write\(|sourceMappingURL`)
	for _, name := range names(t) {
		require.NotEqual(t, ".map", path.Ext(name))
		data, err := fs.ReadFile(Files(), name)
		require.NoError(t, err)
		require.Empty(t, refused.FindString(string(data)), name)
	}
}

// The first load is what the bare address fetches before its first page stands:
// index.html, what it names, and the overview with the pieces that it imports.
func TestSizes(t *testing.T) {
	whole, first, editor := 0, 0, 0
	var counted []string
	needed := firstFiles(t)
	for _, name := range names(t) {
		data, err := fs.ReadFile(Files(), name)
		require.NoError(t, err)
		whole += len(data)
		if strings.HasPrefix(name, "assets/code-") {
			editor += len(data)
			require.False(t, needed[name], "the editor is loaded with the first page")
		}
		if !needed[name] {
			continue
		}
		size := len(data)
		if packed := pack(data); packed != nil {
			size = len(packed)
		}
		first += size
		counted = append(counted, name)
	}
	t.Logf("first load %d bytes (%s), whole %d bytes, editor %d", first, strings.Join(counted, ", "), whole, editor)
	require.Positive(t, editor, "the editor's chunk was not found")
	require.LessOrEqual(t, editor, theEditor, "the editor")
	require.LessOrEqual(t, first, firstLoad, "the first load, compressed")
	require.LessOrEqual(t, whole, wholeDist, "the whole of dist")
	require.GreaterOrEqual(t, len(counted), 4, "the overview's pieces were not found")
}

// firstFiles follows index.html and, from the overview on, static imports.
func firstFiles(t *testing.T) map[string]bool {
	t.Helper()
	needed := map[string]bool{"index.html": true}
	var add func(name string)
	imports := regexp.MustCompile(`(?:from|import)\s*["']\./([\w-]+\.js)["']`)
	add = func(name string) {
		if needed[name] {
			return
		}
		needed[name] = true
		data, err := fs.ReadFile(Files(), name)
		require.NoError(t, err)
		if path.Ext(name) == ".js" {
			for _, m := range imports.FindAllStringSubmatch(string(data), -1) {
				add("assets/" + m[1])
			}
		}
	}
	index, err := fs.ReadFile(Files(), "index.html")
	require.NoError(t, err)
	for _, link := range regexp.MustCompile(`(?:src|href)="\./([^"]*)"`).FindAllStringSubmatch(string(index), -1) {
		add(link[1])
	}
	for _, name := range names(t) {
		if strings.HasPrefix(name, "assets/overview-") {
			add(name)
		}
	}
	return needed
}

// The sandbox runs what people write: it has its own policy, with nothing to fetch from,
// and its script is the one that the policy names.
func TestSandboxHasAPolicyOfItsOwn(t *testing.T) {
	res := get(t, "GET", "/sandbox.html")
	page := body(t, res.Body)
	scripts := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(page, -1)
	require.Len(t, scripts, 1)
	require.NotContains(t, page, "src=")
	sum := sha256.Sum256([]byte(scripts[0][1]))
	require.Equal(t, "sandbox allow-scripts; default-src 'none'; script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+
		"' blob:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'", res.Header.Get("Content-Security-Policy"))
	require.Empty(t, get(t, "GET", "/").Header.Get("Content-Security-Policy"), "the page's is the door's")
}

func BenchmarkServe(b *testing.B) {
	h := Handler()
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		w.Body.Reset()
		h.ServeHTTP(w, r)
	}
}

// What others wrote comes with its licence.
func TestLicences(t *testing.T) {
	text, err := fs.ReadFile(Files(), "licences.txt")
	require.NoError(t, err)
	for _, name := range []string{"preact", "uplot", "@codemirror/view", "@lezer/javascript"} {
		require.Contains(t, string(text), name+" ")
	}
	require.Contains(t, string(text), "without restriction")
}
