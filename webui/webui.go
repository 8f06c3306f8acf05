package webui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// handler is made once: the files are the same for everyone.
var handler = sync.OnceValue(newServer)

// Files returns the built dashboard: index.html and the folder assets.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("webui: " + err.Error()) // the folder's name is a constant
	}
	return sub
}

// Handler returns a handler that serves the dashboard: index.html at /, the other
// files by their names, the client for JavaScript at /client.js, 404 for the rest. It answers GET and HEAD; each file is
// compressed once, when it is first asked for. It may be used by any number of
// goroutines, and every call returns the same handler.
func Handler() http.Handler { return handler() }

// server holds the files by their path in the address.
type server map[string]*file

// file is one file as it is served.
type file struct {
	plain  []byte
	kind   string // content type
	tag    string // entity tag
	cache  string // Cache-Control
	policy string // content security policy, where it is not the page's
	packed func() []byte
}

func newServer() http.Handler {
	files := Files()
	s := server{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err == nil {
			s["/"+name] = newFile(name, data)
		}
		return err
	})
	if err != nil {
		panic("webui: " + err.Error()) // embedded files can be read
	}
	s["/"] = s["/index.html"]
	box := s["/sandbox.html"]
	box.policy = sandboxPolicy(box.plain)
	s.addClient()
	return s
}

// kinds are the content types of what the build makes. The system's own table is
// not asked: on some systems it calls JavaScript plain text, which no browser runs.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

func newFile(name string, data []byte) *file {
	f := &file{plain: data, kind: kinds[path.Ext(name)], cache: "no-cache"}
	if f.kind == "" {
		f.kind = "application/octet-stream"
	}
	if strings.HasPrefix(name, "assets/") {
		f.cache = "public, max-age=31536000, immutable"
	}
	sum := sha256.Sum256(data)
	f.tag = `"` + hex.EncodeToString(sum[:12]) + `"`
	f.packed = sync.OnceValue(func() []byte { return pack(data) })
	return f
}

// pack compresses data, or returns nil where that saves nothing.
func pack(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(data); err != nil || w.Close() != nil || b.Len() >= len(data) {
		return nil
	}
	return b.Bytes()
}

// ServeHTTP serves one file.
func (s server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are allowed here", http.StatusMethodNotAllowed)
		return
	}
	f := s[r.URL.Path]
	if f == nil {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	f.serve(w, r)
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	if f.policy != "" {
		h.Set("Content-Security-Policy", f.policy)
	}
	h.Set("Cache-Control", f.cache)
	h.Set("Vary", "Accept-Encoding")
	body, tag := f.plain, f.tag
	if accepts(r.Header.Values("Accept-Encoding"), "gzip") {
		if packed := f.packed(); packed != nil {
			// Another representation, so another tag (RFC 9110, section 8.8.3).
			body, tag = packed, strings.TrimSuffix(f.tag, `"`)+`-gz"`
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", tag)
	if matches(r.Header.Values("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		w.Write(body)
	}
}

// accepts reports whether a list of codings allows one: named, or by a star, and
// not with a weight of zero (RFC 9110, section 12.5.3).
func accepts(lists []string, coding string) bool {
	star := false
	for _, list := range lists {
		for part := range strings.SplitSeq(list, ",") {
			name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
			allowed := !refused(params)
			switch name = strings.ToLower(strings.TrimSpace(name)); name {
			case coding:
				return allowed
			case "*":
				star = allowed
			}
		}
	}
	return star
}

// refused reports whether the parameters of a coding give it the weight zero.
func refused(params string) bool {
	key, value, _ := strings.Cut(strings.TrimSpace(params), "=")
	if strings.TrimSpace(key) != "q" && strings.TrimSpace(key) != "Q" {
		return false
	}
	weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && weight == 0
}

// matches reports whether a list of entity tags holds one, compared weakly.
func matches(lists []string, tag string) bool {
	for _, list := range lists {
		for part := range strings.SplitSeq(list, ",") {
			part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
			if part == tag || part == "*" {
				return true
			}
		}
	}
	return false
}
