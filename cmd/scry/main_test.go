package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// garden is a capture that the console's own writer wrote.
var garden = filepath.FromSlash("../../webui/app/test/fixtures/garden.scry")

// file writes bytes into a file of the test's own.
func file(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// packed is gzip of some parts.
func packed(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	for _, p := range parts {
		_, err := io.WriteString(gz, p)
		require.NoError(t, err)
	}
	require.NoError(t, gz.Close())
	return b.Bytes()
}

// record is one record of a capture.
func record(kind byte, name, body string) string {
	head := append([]byte{kind, byte(len(name)), 0, 0}, binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	return string(head) + name + body
}

// lines collects what the program prints, and lets a test wait for it.
type lines struct {
	read *io.PipeReader
	io.WriteCloser
}

func newLines() lines {
	r, w := io.Pipe()
	return lines{r, w}
}

var linkLine = regexp.MustCompile(`scry: (http://\S+)\n`)

func (l lines) link(t *testing.T) string {
	t.Helper()
	var said []byte
	buf := make([]byte, 256)
	for {
		n, err := l.read.Read(buf)
		said = append(said, buf[:n]...)
		if m := linkLine.FindSubmatch(said); m != nil {
			require.Contains(t, string(said), "garden.scry, frames 1200 to 1439 of garden")
			go io.Copy(io.Discard, l.read)
			return string(m[1])
		}
		require.NoError(t, err, "no link in %q", said)
	}
}

func get(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	res, err := http.Get(address)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, body
}

func TestOpenServesTheDashboardWithTheFile(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	out := newLines()
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"open", garden}, out, io.Discard) }()
	link := out.link(t)

	res, page := get(t, link)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'none'")
	m := regexp.MustCompile(`<meta name="scry-capture" content="([^"]+)">`).FindSubmatch(page)
	require.NotNil(t, m, "the page learns what it is to open")
	want, err := os.ReadFile(garden)
	require.NoError(t, err)
	res, got := get(t, link+string(m[1]))
	require.True(t, bytes.Equal(want, got))
	require.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	require.Empty(t, res.Header.Get("Content-Encoding"), "the browser must not unpack it")

	script := regexp.MustCompile(`src="\./([^"]+)"`).FindSubmatch(page)
	require.NotNil(t, script)
	res, _ = get(t, link+string(script[1]))
	require.Equal(t, http.StatusOK, res.StatusCode)

	end()
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
	_, err = http.Get(link)
	require.Error(t, err)
}

func TestTheViewerKeepsStrangersOut(t *testing.T) {
	v := newViewer(garden, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4321})
	require.Regexp(t, `^http://127\.0\.0\.1:4321/\w{26}/$`, v.link())
	require.NotEqual(t, v.secret, newViewer(garden, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4321}).secret)
	for _, c := range []struct {
		method, host, path string
		want               int
	}{
		{"GET", "127.0.0.1:4321", v.secret, 200},
		{"GET", "localhost:4321", v.secret, 200},
		{"GET", "LOCALHOST:99", v.secret, 200}, // through a tunnel
		{"GET", "[::1]:4321", v.secret, 200},
		{"HEAD", "127.0.0.1:4321", v.secret, 200},
		{"POST", "127.0.0.1:4321", v.secret, 405},
		{"GET", "evil.example:4321", v.secret, 421},
		{"GET", "localhost.evil.example:4321", v.secret, 421},
		{"GET", "127.0.0.1", v.secret, 421},
		{"GET", "", v.secret, 421},
		{"GET", "127.0.0.1:4321", "/", 404},
		{"GET", "127.0.0.1:4321", "/capture/garden.scry", 404},
		{"GET", "127.0.0.1:4321", strings.TrimSuffix(v.secret, "/"), 404},
		{"GET", "127.0.0.1:4321", v.secret + "capture/other.scry", 404},
		{"GET", "127.0.0.1:4321", v.secret + "capture/../../main.go", 404},
	} {
		r := httptest.NewRequest(c.method, "/", nil)
		r.URL.Path, r.Host = c.path, c.host
		w := httptest.NewRecorder()
		v.ServeHTTP(w, r)
		require.Equal(t, c.want, w.Code, "%s %s of %s", c.method, c.path, c.host)
		require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"), "the path is a secret")
	}
}

// A name may hold what means something in an address or in a page.
func TestOddNames(t *testing.T) {
	data, err := os.ReadFile(garden)
	require.NoError(t, err)
	name := file(t, `a "b" & c%2F#?<d>.scry`, data)
	v := newViewer(name, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1})
	require.Contains(t, string(v.page), `content="capture/a%20%22b%22%20&amp;%20c%252F%23%3F%3Cd%3E.scry"`)
	r := httptest.NewRequest("GET", v.secret+v.address(), nil)
	r.Host = "localhost:1"
	w := httptest.NewRecorder()
	v.ServeHTTP(w, r)
	require.Equal(t, 200, w.Code)
	require.True(t, bytes.Equal(data, w.Body.Bytes()))
}

func TestBadFilesAreRefusedInWords(t *testing.T) {
	good, err := os.ReadFile(garden)
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"text", []byte("hello"), "does not begin as gzip does"},
		{"empty", nil, "does not begin as gzip does"},
		{"cut in its first record", good[:40], "cut off"},
		{"other gzip", packed(t, "a letter to a friend"), `does not begin with "SCRY1\n"`},
		{"short", packed(t, "SCRY1"), "cut off"},
		{"no meta", packed(t, "SCRY1\n", record(1, "log", "{}")), "what the capture is of"},
		{"huge meta", packed(t, "SCRY1\n\x00\x04\x00\x00\xff\xff\xff\xff"), "cut off"},
		{"no JSON", packed(t, "SCRY1\n", record(0, "meta", "{")), "unexpected end of JSON"},
		{"later", packed(t, "SCRY1\n", record(0, "meta", `{"version":2}`)), "the version is 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := file(t, "bad.scry", c.data)
			err := run(t.Context(), []string{"open", path}, io.Discard, io.Discard)
			require.ErrorContains(t, err, "bad.scry cannot be shown: ")
			require.ErrorContains(t, err, c.want)
		})
	}
	err = run(t.Context(), []string{"open", filepath.Join(t.TempDir(), "none.scry")}, io.Discard, io.Discard)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestTheCommandLine(t *testing.T) {
	for _, args := range [][]string{nil, {"close"}, {"open"}, {"open", "a", "b"}, {"open", "-what", "a"}} {
		var said bytes.Buffer
		require.ErrorIs(t, run(t.Context(), args, io.Discard, &said), errUsage, "%q", args)
		require.Contains(t, said.String(), "usage: scry open", "%q", args)
	}
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.168.1.1:0", "example.com:80", "nonsense"} {
		require.Error(t, run(t.Context(), []string{"open", "-addr", addr, garden}, io.Discard, io.Discard), addr)
	}
}
