package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func get(c *chat, method, target, host string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = host
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w
}

const host = "127.0.0.1:6070"

func TestThePageIsWholeAndStrict(t *testing.T) {
	c := newChat(options{})
	kinds := map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	require.NoError(t, fs.WalkDir(files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		target := "/" + name
		if name == "index.html" {
			target = "/"
		}
		w := get(c, http.MethodGet, target, host)
		require.Equal(t, http.StatusOK, w.Code, name)
		require.Equal(t, kinds[path.Ext(name)], w.Header().Get("Content-Type"), name)
		require.Equal(t, policy, w.Header().Get("Content-Security-Policy"))
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		return nil
	}))
}

// What the policy forbids would only be noticed in a browser.
func TestThePageHasNothingInline(t *testing.T) {
	index := get(newChat(options{}), http.MethodGet, "/", host).Body.String()
	require.NotRegexp(t, `(?i)<style|\sstyle=|\son[a-z]+=|<script[^>]*>[^<]`, index)
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(index, -1) {
		_, err := fs.Stat(files(), m[1])
		require.NoError(t, err, "the page names a file that there is not")
	}
}

func TestWhoGetsNothing(t *testing.T) {
	c := newChat(options{})
	require.Equal(t, http.StatusForbidden, get(c, http.MethodGet, "/", "evil.example").Code)
	require.Equal(t, http.StatusMethodNotAllowed, get(c, http.MethodPost, "/", host).Code)
	require.Equal(t, http.StatusNotFound, get(c, http.MethodGet, "/chat_test.go", host).Code)

	o, err := parse([]string{"-addr=192.0.2.7:6070", "-password=open sesame"}, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, get(newChat(o), http.MethodGet, "/", "192.0.2.7:6070").Code)
}
