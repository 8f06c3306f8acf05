package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/internal/door"
	"github.com/scry-dev/scry/webui"
)

// A viewer serves the dashboard with one file. Its methods may be called from any
// goroutine.
type viewer struct {
	file   string // path on the disk
	host   string // address and port under which it listens
	port   string
	secret string // the path below which everything lies: who does not know it finds nothing
	page   []byte // index.html, which names the file
	assets http.Handler
}

func newViewer(file string, addr *net.TCPAddr) *viewer {
	v := &viewer{file: file, host: addr.String(), port: strconv.Itoa(addr.Port), secret: "/" + rand.Text() + "/"}
	v.assets = http.StripPrefix(strings.TrimSuffix(v.secret, "/"), webui.Handler())
	index, err := fs.ReadFile(webui.Files(), "index.html")
	if err != nil {
		panic("scry: " + err.Error()) // embedded files can be read
	}
	tag := fmt.Sprintf("<head>\n    <meta name=\"scry-capture\" content=\"%s\">", html.EscapeString(v.address()))
	v.page = bytes.Replace(index, []byte("<head>"), []byte(tag), 1)
	return v
}

// address is the file's own, beside the page; the page shows its last part as the name.
func (v *viewer) address() string { return "capture/" + url.PathEscape(filepath.Base(v.file)) }

// link leads to the page.
func (v *viewer) link() string { return "http://" + v.host + v.secret }

// ServeHTTP answers those who know the path. Another page of the same browser
// does not, and one whose name was made to lead here has another Host.
func (v *viewer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	door.SetHeaders(w.Header())
	switch {
	case !v.known(r.Host):
		http.Error(w, "this is not the address that scry printed", http.StatusMisdirectedRequest)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are allowed here", http.StatusMethodNotAllowed)
	case !strings.HasPrefix(r.URL.Path, v.secret):
		http.Error(w, "open the link that scry printed", http.StatusNotFound)
	case r.URL.Path == v.secret:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(v.page)))
		w.Write(v.page)
	case r.URL.Path == v.secret+"capture/"+filepath.Base(v.file):
		w.Header().Set("Content-Type", "application/octet-stream")
		http.ServeFile(w, r, v.file)
	default:
		v.assets.ServeHTTP(w, r)
	}
}

// known reports whether a Host names this server as the link does, or as localhost:
// the port may be another one, where a tunnel leads here.
func (v *viewer) known(hostport string) bool {
	if hostport == v.host {
		return true
	}
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || port == "" {
		return false
	}
	return host == "127.0.0.1" || host == "::1" || strings.EqualFold(host, "localhost")
}
