//go:build !js

package console

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/media"
)

// upload puts a body in an asset's place.
func (o *opened) upload(path, kind string, body io.Reader) (*http.Response, string) {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), http.MethodPut, o.con.URL()+path, body)
	require.NoError(o.t, err)
	r.Header.Set("Authorization", "Bearer hush")
	r.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(o.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(o.t, err)
	return resp, string(text)
}

// listed waits until assets are there, and returns their ids by name.
func (o *opened) listed(n int) map[string]string {
	o.t.Helper()
	ids := make(map[string]string)
	a := &o.con.Assets
	a.desk.look(1)
	a.desk.nudge()
	require.Eventually(o.t, func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		for _, as := range a.list {
			ids[as.name] = as.id
		}
		return len(a.list) >= n
	}, 5*time.Second, time.Millisecond)
	return ids
}

func TestAssetsAreForWhoShowsAToken(t *testing.T) {
	con := &Console{Token: "hush"}
	loads := 0
	con.Assets.Bind("a.txt", "a text", "").Replace(func(string, []byte) error { loads++; return nil })
	con.Assets.Bind("ship", square(64, color.NRGBA{}), "")
	o := listen(t, con)
	for _, path := range []string{"/asset/1", "/asset/2/preview", "/asset/2/level/0", "/asset/99"} {
		for _, method := range []string{"GET", "HEAD", "PUT"} {
			for _, token := range []string{"", "Bearer", "Bearer wrong", "hush"} {
				resp, body, err := fetch(t.Context(), con, method, path, http.Header{"Authorization": {token}})
				require.NoError(t, err)
				require.Equal(t, 401, resp.StatusCode, "%s %s %s", method, path, body)
				require.Equal(t, "Bearer", resp.Header.Get("WWW-Authenticate"))
			}
			for _, origin := range []string{"http://evil.example", "null", "http://127.0.0.1:1"} {
				resp, _, err := fetch(t.Context(), con, method, path, http.Header{"Origin": {origin}})
				require.NoError(t, err)
				require.Equal(t, 403, resp.StatusCode, "%s %s from %s", method, path, origin)
			}
		}
		for _, method := range []string{"POST", "DELETE", "OPTIONS", "PATCH"} {
			resp, _, err := fetch(t.Context(), con, method, path, nil)
			require.NoError(t, err)
			require.Equal(t, 405, resp.StatusCode)
			require.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))
		}
	}
	require.Zero(t, loads)
	resp, _ := o.fetched("/asset/1")
	require.Equal(t, 200, resp.StatusCode)
}

func TestAnAssetHasItsHeaders(t *testing.T) {
	con := &Console{Token: "hush"}
	con.Assets.Bind("folder/glow.kage", "0123456789", "")
	con.Assets.Bind("files", fstest.MapFS{"a.txt": {Data: []byte("0123456789")}}, "")
	o := listen(t, con)
	ids := o.listed(2)
	for name, file := range map[string]string{"folder/glow.kage": "glow.kage", "files/a.txt": "a.txt"} {
		path := "/asset/" + ids[name]
		resp, body := o.fetched(path)
		require.Equal(t, 200, resp.StatusCode, body)
		require.Equal(t, "0123456789", body)
		h := resp.Header
		require.Equal(t, "text/plain; charset=utf-8", h.Get("Content-Type"))
		require.Equal(t, `attachment; filename="`+file+`"`, h.Get("Content-Disposition"))
		require.Equal(t, "default-src 'none'; sandbox", h.Get("Content-Security-Policy"))
		require.Equal(t, "private, no-cache", h.Get("Cache-Control"))
		require.Equal(t, "Authorization", h.Get("Vary"))
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"))
		tag := h.Get("Etag")
		require.Regexp(t, `^"[0-9a-f]{16}"$`, tag)

		resp, body, err := fetch(t.Context(), con, "GET", path, http.Header{"If-None-Match": {tag}})
		require.NoError(t, err)
		require.Equal(t, 304, resp.StatusCode)
		require.Empty(t, body)
		resp, body, err = fetch(t.Context(), con, "GET", path, http.Header{"Range": {"bytes=2-4"}})
		require.NoError(t, err)
		require.Equal(t, 206, resp.StatusCode)
		require.Equal(t, "234", body)
		require.Equal(t, "bytes 2-4/10", resp.Header.Get("Content-Range"))
		resp, _, err = fetch(t.Context(), con, "GET", path, http.Header{"Range": {"bytes=20-"}})
		require.NoError(t, err)
		require.Equal(t, 416, resp.StatusCode)
		resp, body, err = fetch(t.Context(), con, "HEAD", path, nil)
		require.NoError(t, err)
		require.Equal(t, "10", resp.Header.Get("Content-Length"))
		require.Empty(t, body)
	}
}

// What a browser would run or show as a page comes as a file, and as a plain text.
func TestNoAssetIsAPage(t *testing.T) {
	con := &Console{Token: "hush"}
	con.Assets.Bind("files", fstest.MapFS{
		"a.html": {Data: []byte("<script>alert(1)</script>")}, "b.svg": {Data: []byte("<svg onload='alert(1)'/>")}, "c.js": {Data: []byte("alert(1)")},
		"d": {Data: []byte("<!DOCTYPE html><script>alert(1)</script>")}, "e.xml": {Data: []byte("<?xml version='1.0'?>")},
	}, "")
	con.Assets.Bind("f", "x", "").MediaType("application/xhtml+xml")
	o := listen(t, con)
	for name, id := range o.listed(6) {
		resp, _ := o.fetched("/asset/" + id)
		require.Equal(t, 200, resp.StatusCode)
		require.Regexp(t, "^attachment; ", resp.Header.Get("Content-Disposition"), name)
		require.Contains(t, resp.Header.Get("Content-Security-Policy"), "sandbox")
		require.Regexp(t, `^(text/plain; charset=utf-8|image/svg\+xml|application/octet-stream)$`, resp.Header.Get("Content-Type"), name)
	}
}

// Whatever a path or an id looks like, it leads to what the game bound or nowhere.
func TestNoPathLeadsOutOfAFolder(t *testing.T) {
	root := t.TempDir()
	inside := filepath.Join(root, "assets")
	require.NoError(t, os.MkdirAll(filepath.Join(inside, "deep"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "secret.txt"), []byte("the secret"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(inside, "a.txt"), []byte("a"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(inside, "deep", "b.txt"), []byte("b"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(inside, ".hidden"), []byte("h"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(root, "secret.txt"), filepath.Join(inside, "link.txt")))
	require.NoError(t, os.Symlink(root, filepath.Join(inside, "up")))
	con := &Console{Token: "hush"}
	con.Assets.Bind("dir", os.DirFS(inside), "")
	rooted, err := os.OpenRoot(inside)
	require.NoError(t, err)
	defer rooted.Close()
	con.Assets.Bind("root", rooted.FS(), "")
	o := listen(t, con)
	ids := o.listed(4)
	require.Len(t, ids, 4, "links and what is hidden are not shown: %v", ids)
	id := ids["dir/a.txt"]
	resp, body := o.fetched("/asset/" + id)
	require.Equal(t, 200, resp.StatusCode)
	require.Equal(t, "a", body)

	for _, path := range []string{
		"", "..", "../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt", "..%5csecret.txt", `..\secret.txt`, "%252e%252e%252fsecret.txt",
		"dir/../secret.txt", "dir/..%2f..%2fsecret.txt", "dir/up/secret.txt", "dir/link.txt", "dir%2flink.txt", "/etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd",
		"C:%5cWindows", "dir/a.txt", id + "/../../secret.txt", id + "%00", id + "%20", "0" + id, "+" + id, "-1", "1e0", "18446744073709551617", id + "/preview/../../x",
		id + "/level/-1", id + "/level/99", id + "/level/0x0", id + "/", id + "//", strings.Repeat("9", 3000), "%e2%80%ae1", "....//....//secret.txt", ".hidden",
	} {
		resp, body := o.fetched("/asset/" + path)
		require.Equal(t, 404, resp.StatusCode, path)
		require.NotContains(t, body, "secret", path)
		require.Less(t, len(body), 120, path)
	}

	// What was a file when the folder was walked is a link by now.
	require.NoError(t, os.Remove(filepath.Join(inside, "a.txt")))
	require.NoError(t, os.Symlink(filepath.Join(root, "secret.txt"), filepath.Join(inside, "a.txt")))
	require.NoError(t, os.RemoveAll(filepath.Join(inside, "deep")))
	require.NoError(t, os.Symlink(root, filepath.Join(inside, "deep")))
	require.NoError(t, os.WriteFile(filepath.Join(root, "b.txt"), []byte("outside"), 0o600))
	for _, name := range []string{"dir/a.txt", "root/a.txt", "dir/deep/b.txt", "root/deep/b.txt"} {
		for _, path := range []string{"/asset/" + ids[name], "/asset/" + ids[name] + "/preview"} {
			resp, body := o.fetched(path)
			require.Contains(t, []int{404, 422}, resp.StatusCode, name)
			require.NotContains(t, body, "outside")
			require.NotContains(t, body, "the secret")
		}
	}
}

func TestHostileNamesStayNames(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{
		"a\nb.txt", "a\x00b.txt", "a\x1b[31m.txt", "bad\xff.txt", strings.Repeat("x", 10_000) + ".txt", // not shown
		"<img src=x onerror=alert(1)>.txt", "\u202egnp.exe", "a\"; filename=\"b.html", "ship;é.png", "a%0d%0aSet-Cookie: x.txt", "日本.txt", "CON", "…" + strings.Repeat("y", 400),
	} {
		files[name] = &fstest.MapFile{Data: []byte("x")}
	}
	con := &Console{Token: "hush"}
	con.Assets.Bind("mods", files, "")
	o := listen(t, con)
	ids := o.listed(8)
	require.Len(t, ids, 8)
	plain := regexp.MustCompile(`^attachment; filename="[A-Za-z0-9._-]{1,120}"(; filename\*=UTF-8''[A-Za-z0-9._~%-]+)?$`)
	for name, id := range ids {
		resp, body := o.fetched("/asset/" + id)
		require.Equal(t, "x", body, name)
		d := resp.Header.Get("Content-Disposition")
		require.Regexp(t, plain, d)
		require.Less(t, len(d), 1200)
		require.NotContains(t, d, "%0D")
		require.NotContains(t, d, "%E2%80%AE", "no text runs from right to left by force")
		require.Empty(t, resp.Header.Get("Set-Cookie"))
	}
	require.Equal(t, `attachment; filename="__.txt"; filename*=UTF-8''`+url.QueryEscape("日本.txt"), disposition("日本.txt"))
	require.Equal(t, `attachment; filename="asset"`, disposition(".."))
}

// gifBomb is a GIF of so many frames.
func gifBomb(t *testing.T, frames int) []byte {
	g := &gif.GIF{}
	of := func(n int) []byte {
		for len(g.Image) < n {
			g.Image = append(g.Image, image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White}))
			g.Delay = append(g.Delay, 1)
		}
		var b bytes.Buffer
		require.NoError(t, gif.EncodeAll(&b, g))
		return b.Bytes()
	}
	two, three := of(2), of(3)
	frame := three[len(two)-1 : len(three)-1]
	return append(append(bytes.Clone(two[:len(two)-1]), bytes.Repeat(frame, frames-2)...), 0x3b)
}

// pngOf changes the size that a PNG says that it has.
func pngOf(data []byte, width, height uint32) []byte {
	b := bytes.Clone(data)
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestPreviewsOfMediaBombs(t *testing.T) {
	good, err := media.PNG(square(300, color.NRGBA{9, 8, 7, 255}))
	require.NoError(t, err)
	deflate, err := media.PNG(image.NewGray(image.Rect(0, 0, 5000, 4000))) // 20 Mpx in some 20 kB
	require.NoError(t, err)
	require.Less(t, len(deflate), 200_000)
	con := &Console{Token: "hush"}
	for name, data := range map[string][]byte{
		"good.png": good, "huge.png": pngOf(good, 60000, 60000), "more.png": pngOf(good, 300, 299), "deflate.png": deflate, "cut.png": good[:len(good)/2], "corrupt.png": append(bytes.Clone(good[:60]), make([]byte, 500)...),
		"frames.gif": gifBomb(t, 100_000), "empty.png": {}, "lies.jpg": []byte("\xff\xd8\xff\xc0\x00\x11\x08\xea\x60\xea\x60\x03"), "text.png": []byte("no picture"),
		"a.webp": []byte("RIFF0000WEBPVP8 "), "a.txt": []byte("text"),
	} {
		con.Assets.Bind(name, data, "")
	}
	o := listen(t, con)
	ids := o.listed(12)
	for name, want := range map[string]string{
		"huge.png": "the picture says that it is 60000x60000; previews are made of up to 16777216 pixels", "deflate.png": "5000x4000; previews are made of up to",
		"more.png": "too much pixel data", "cut.png": "not enough pixel data", "corrupt.png": "flate: corrupt input", "empty.png": "EOF", "lies.jpg": "", "text.png": "png: invalid format: not a PNG file",
		"a.webp": `no preview is made of "image/webp"`, "a.txt": "no preview is made of",
	} {
		resp, body := o.fetched("/asset/" + ids[name] + "/preview")
		require.Equal(t, 422, resp.StatusCode, name)
		require.Contains(t, body, want, name)
		require.Empty(t, resp.Header.Get("Content-Disposition"))
	}
	for _, name := range []string{"good.png", "frames.gif"} {
		resp, body := o.fetched("/asset/" + ids[name] + "/preview?size=64")
		require.Equal(t, 200, resp.StatusCode, body)
		c, err := png.DecodeConfig(strings.NewReader(body))
		require.NoError(t, err)
		require.LessOrEqual(t, max(c.Width, c.Height), 64)
	}
	for _, size := range []string{"31", "257", "0", "-64", "x", "64.5", "1e2", strings.Repeat("9", 30)} {
		resp, body := o.fetched("/asset/" + ids["good.png"] + "/preview?size=" + size)
		require.Equal(t, 400, resp.StatusCode, size)
		require.Contains(t, body, "a preview is of 32 to 256 pixels")
	}
}

func TestAnAssetIsPutByHTTP(t *testing.T) {
	con := &Console{Token: "hush", Assets: Assets{MaxBytes: 1000}}
	glow := "old"
	var kinds []string
	con.Assets.Bind("glow", &glow, "").Replace(func(kind string, data []byte) error {
		kinds = append(kinds, kind)
		if bytes.HasPrefix(data, []byte("bad")) {
			return errors.New("12:3: undefined: colour\n13:1: and more")
		}
		glow = string(data)
		return nil
	})
	con.Assets.Bind("fixed", "x", "")
	con.Assets.Bind("crash", "x", "").Replace(func(string, []byte) error { panic("oh") })
	o := listen(t, con)
	resp, body := o.upload("/asset/1", "text/x-kage", strings.NewReader("new"))
	require.Equal(t, 200, resp.StatusCode, body)
	require.Contains(t, body, `"version":2`)
	_, body = o.fetched("/asset/1")
	require.Equal(t, "new", body)
	resp, body = o.upload("/asset/1", "", strings.NewReader("bad"))
	require.Equal(t, 422, resp.StatusCode)
	require.Equal(t, "12:3: undefined: colour\n13:1: and more\n", body)
	_, body = o.fetched("/asset/1")
	require.Equal(t, "new", body, "the old asset stays")
	require.Equal(t, []string{"text/x-kage", "text/plain; charset=utf-8"}, kinds)

	for _, c := range []struct {
		path, kind, body string
		status           int
		want             string
	}{
		{"/asset/1", "", strings.Repeat("x", 1001), 413, "the body is larger than 1000 bytes: see Assets.MaxBytes"},
		{"/asset/2", "", "y", 403, `asset "fixed" has no loader: the game gives it one with Replace`},
		{"/asset/3", "", "y", 422, "it panicked: oh"},
		{"/asset/9", "", "y", 404, "there is no such asset"},
		{"/asset/1/preview", "", "y", 404, "there is no such asset"},
		{"/asset/glow", "", "y", 404, "there is no such asset"},
		{"/asset/1", "none", "y", 422, `"none" is no media type`},
	} {
		resp, body := o.upload(c.path, c.kind, strings.NewReader(c.body))
		require.Equal(t, c.status, resp.StatusCode, c.path)
		require.Contains(t, body, c.want)
	}
	require.Equal(t, uint64(1), con.met.upload.Load())
}

// A request for what only the game's goroutine can copy ends, though the game does not
// go on.
func TestAStalledGameStallsNoRequestForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		con := &Console{Token: "hush", Output: io.Discard}
		con.Assets.Bind("ship", square(8, color.NRGBA{}), "").Replace(func(string, []byte) error { t.Error("nobody waits for it"); return nil })
		ask := func(method string) *httptest.ResponseRecorder {
			rec := httptest.NewRecorder()
			r := httptest.NewRequest(method, "/asset/1", strings.NewReader("x"))
			r.Host, r.RemoteAddr = "127.0.0.1", "127.0.0.1:9"
			r.Header.Set("Authorization", "Bearer hush")
			con.ServeHTTP(rec, r)
			return rec
		}
		for _, method := range []string{"GET", "PUT"} {
			began := time.Now()
			rec := ask(method)
			require.Equal(t, 504, rec.Code)
			require.Contains(t, rec.Body.String(), "does it call Update?")
			require.Equal(t, gameTime, time.Since(began))
		}
		for range con.Update() {
		}
		require.NoError(t, con.Close())
	})
}

func TestManyWantTheSameOnce(t *testing.T) {
	copies := 0
	con := &Console{Token: "hush"}
	con.Assets.Bind("made", func() image.Image { copies++; return square(256, color.NRGBA{1, 2, 3, 255}) }, "")
	con.Assets.Bind("gone", func() image.Image { return nil }, "")
	o := listen(t, con)
	answers := make(chan int)
	for range 40 {
		go func() {
			resp, _, err := fetch(t.Context(), con, "GET", "/asset/1/preview?size=32", nil)
			if err != nil {
				answers <- 0
				return
			}
			answers <- resp.StatusCode
		}()
	}
	for range 40 {
		require.Equal(t, 200, <-answers)
	}
	resp, body := o.fetched("/asset/2")
	require.Equal(t, 422, resp.StatusCode)
	require.Contains(t, body, "the game has no such picture now")
	done := make(chan int)
	con.Assets.desk.do(func() { done <- copies })
	require.Less(t, <-done, 8, "what is a second old is good enough")
}

func TestWhatIsMadeIsKeptUpToABound(t *testing.T) {
	p := pantry{most: 1000 + 2*overhead}
	as, other := new(Asset), new(Asset)
	key := func(a *Asset, n int) orderKey { return orderKey{a, want{wantLevel, n}} }
	p.put(key(as, 1), &made{data: make([]byte, 500)})
	p.put(key(as, 2), &made{data: make([]byte, 500)})
	require.NotNil(t, p.get(key(as, 1)))
	p.put(key(other, 3), &made{data: make([]byte, 400)})
	require.Nil(t, p.get(key(as, 2)), "what was not asked for the longest goes")
	require.NotNil(t, p.get(key(as, 1)))
	p.put(key(as, 1), &made{data: make([]byte, 10)})
	p.put(key(as, 4), &made{data: make([]byte, 5000)})
	require.Nil(t, p.get(key(as, 4)), "what is larger than all is not kept")
	p.forget(as)
	require.Equal(t, 400+overhead, p.held)
	require.NotNil(t, p.get(key(other, 3)))
	require.Len(t, p.jars, 1)
	require.Equal(t, 1, p.order.Len(), fmt.Sprint(p))
}
