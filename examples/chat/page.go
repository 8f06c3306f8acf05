package main

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
)

//go:embed page
var page embed.FS

// policy is the page's content security policy: everything from this server, no
// inline script or style, and Trusted Types, so that what one person writes can
// never become markup in another's window.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// ServeHTTP serves the page, and the socket at /ws. Requests that were addressed to
// another host, or come from another site's page, get nothing.
func (c *chat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	if err := c.srv.WS.CheckRequest(r); err != nil {
		c.srv.WS.Refuse(w, err)
		return
	}
	switch {
	case r.URL.Path == "/ws":
		c.srv.ServeHTTP(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are allowed here", http.StatusMethodNotAllowed)
	default:
		if path.Ext(r.URL.Path) == ".js" { // some systems call it plain text, which no browser runs
			h.Set("Content-Type", "text/javascript; charset=utf-8")
		}
		http.FileServerFS(files()).ServeHTTP(w, r)
	}
}

func files() fs.FS {
	sub, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // the folder's name is a constant
	}
	return sub
}
