package console

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/scry-dev/scry/internal/media"
	"github.com/scry-dev/scry/rpc"
)

// assetPath is where assets are, each under its id.
const assetPath = "/asset/"

// gameTime is how long a request for an asset waits for the game to call Update.
const gameTime = 10 * time.Second

// maxUploads is how many assets may be sent at a time: each is held in memory.
const maxUploads = 4

// serveAsset answers with an asset's bytes, or with a picture of it. Nothing that it
// gives is shown by a browser as a page: files of a game may come from anybody.
func (c *Console) serveAsset(w http.ResponseWriter, r *http.Request) {
	id, wanted, err := assetWanted(r)
	if err == nil {
		err = c.giveAsset(w, r, id, wanted)
	}
	if err != nil {
		refuseAsset(w, err)
	}
}

// refuseAsset answers with what went wrong.
func refuseAsset(w http.ResponseWriter, err error) {
	h := w.Header()
	for _, name := range []string{"Content-Disposition", "Etag", "Vary"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	status := http.StatusUnprocessableEntity // what the asset is, or what a loader said
	var known *assetError
	var fault *rpc.Error
	switch {
	case errors.As(err, &known):
		status = known.status
	case errors.As(err, &fault):
		status = statusOf(fault.Code)
	}
	refuse(w, status, err.Error())
}

func statusOf(code rpc.Code) int {
	switch code {
	case rpc.NotFound:
		return http.StatusNotFound
	case rpc.ReadOnly, rpc.Forbidden:
		return http.StatusForbidden
	case rpc.TooMany:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusUnprocessableEntity
}

// assetWanted reads a path: /asset/{id}, /asset/{id}/preview?size=N, /asset/{id}/level/{n}.
func assetWanted(r *http.Request) (id string, w want, err error) {
	id, rest, more := strings.Cut(strings.TrimPrefix(r.URL.Path, assetPath), "/")
	switch {
	case !more:
		return id, want{}, nil
	case rest == "preview":
		size := r.FormValue("size")
		if size == "" {
			return id, want{wantPreview, 128}, nil
		}
		n, err := strconv.Atoi(size)
		if err != nil || n < 32 || n > 256 {
			return "", want{}, &assetError{http.StatusBadRequest, fmt.Sprintf("the size %.20q is none: a preview is of 32 to 256 pixels", size)}
		}
		return id, want{wantPreview, n}, nil
	}
	if level, ok := strings.CutPrefix(rest, "level/"); ok {
		if n, err := strconv.Atoi(level); err == nil && n >= 0 && n < 64 {
			return id, want{wantLevel, n}, nil
		}
	}
	return "", want{}, errNoAsset
}

// giveAsset answers with what is wanted of an asset.
func (c *Console) giveAsset(w http.ResponseWriter, r *http.Request, id string, wanted want) error {
	as, now := c.Assets.shown(id)
	if as == nil {
		return errNoAsset
	}
	if as.file != nil && wanted.what == wantContent && now.instead == nil {
		return c.giveFile(w, r, now.file, now.mediaType)
	}
	m, err := c.fetchAsset(r, as, now, wanted)
	if err != nil {
		return err
	}
	kind := m.mediaType
	if kind == "" {
		kind = now.mediaType
	}
	c.announceAsset(w.Header(), as.name, kind, m.etag)
	out := c.steady(w)
	out.last = time.Now().Add(copyTime)
	http.ServeContent(out, r, "", time.Time{}, bytes.NewReader(m.data))
	out.end()
	return nil
}

// giveFile answers with a file of a folder, as it is now.
func (c *Console) giveFile(w http.ResponseWriter, r *http.Request, f mountedFile, mediaType string) error {
	file, info, err := f.open()
	if err != nil {
		return &assetError{http.StatusNotFound, "the file cannot be opened: " + err.Error()}
	}
	defer file.Close()
	content, ok := file.(io.ReadSeeker)
	if !ok {
		data, err := f.read(c.Assets.maxBytes())
		if err != nil {
			return err
		}
		content = bytes.NewReader(data)
	}
	etag := c.Assets.desk.tag(f.path, stat{info.Size(), info.ModTime()})
	c.announceAsset(w.Header(), f.path, mediaType, etag)
	out := c.steady(w)
	http.ServeContent(out, r, "", time.Time{}, content)
	out.end()
	return nil
}

// announceAsset sets the headers of an asset. A browser may keep it, and asks each time
// whether it is still the same; what stands between may not.
func (c *Console) announceAsset(h http.Header, name, mediaType, etag string) {
	h.Set("Content-Type", media.Inert(mediaType))
	h.Set("Content-Disposition", disposition(media.FileName(path.Base(name), mediaType)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization")
	h.Set("Etag", etag)
}

// disposition has a browser save a file, under a name that a header and a file system
// take: once in ASCII, and, where that is not all of it, as RFC 8187 spells others.
func disposition(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if runes := []rune(name); len(runes) > 100 { // what tells the kind is at the end
		name = string(runes[:80]) + "_" + string(runes[len(runes)-19:])
	}
	name = strings.TrimLeft(name, ".")
	if name == "" {
		name = "asset"
	}
	plain := fileName(name)
	text := `attachment; filename="` + plain + `"`
	if plain != name {
		text += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return text
}

// fetchAsset waits until what is wanted is there.
func (c *Console) fetchAsset(r *http.Request, as *Asset, now shownAsset, wanted want) (*made, error) {
	a := &c.Assets
	if m := a.desk.kept(as, wanted, now.version); m != nil && (!now.live || a.desk.fresh(m, c.clock.now())) {
		return m, nil
	}
	o := a.desk.order(as, wanted)
	if o == nil {
		return nil, &assetError{http.StatusServiceUnavailable, "too many assets are wanted at this moment"}
	}
	c.srv.WS.Wake()
	if err := c.awaitGame(r, o.done); err != nil {
		return nil, err
	}
	return o.made, o.err
}

// awaitGame waits for what the game's goroutine, or the worker after it, is to do.
func (c *Console) awaitGame(r *http.Request, done <-chan struct{}) error {
	timer := time.NewTimer(gameTime)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
		return &assetError{http.StatusGatewayTimeout, fmt.Sprintf("the game did not answer within %v: does it call Update?", gameTime)}
	case <-r.Context().Done():
		return r.Context().Err()
	case <-c.out.closing:
		return &assetError{http.StatusServiceUnavailable, "the console is closed"}
	}
}

// putAsset hands the body of a request to the game's loader of an asset.
func (c *Console) putAsset(w http.ResponseWriter, r *http.Request) {
	if !c.admit(w, r) {
		return
	}
	id := strings.TrimPrefix(r.URL.Path, assetPath)
	as, _ := c.Assets.shown(id)
	if as == nil {
		refuseAsset(w, errNoAsset)
		return
	}
	data, done, ok := c.receive(w, r, c.Assets.maxBytes(), ": see Assets.MaxBytes")
	if !ok {
		return
	}
	defer done()
	info, err := c.replaceAsset(r, AssetReplace{as.id, r.Header.Get("Content-Type"), data})
	if err != nil {
		refuseAsset(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(wireJSON(info))
}

// replaceAsset has the game's goroutine hand bytes to a loader.
func (c *Console) replaceAsset(r *http.Request, p AssetReplace) (AssetInfo, error) {
	var info AssetInfo // which the game may still write when nobody waits for it any more
	var err error
	if e := c.inGame(r, c.Assets.desk.do, func() { info, err = c.Assets.change(p, "PUT /asset") }); e != nil {
		return AssetInfo{}, e
	}
	return info, err
}

// inGame has a desk run f on the game's goroutine, and not where nobody waits for it any
// more.
func (c *Console) inGame(r *http.Request, desk func(f func()) (done chan struct{}), f func()) error {
	var gone atomic.Bool
	done := desk(func() {
		if !gone.Load() {
			f()
		}
	})
	if done == nil {
		return &assetError{http.StatusServiceUnavailable, "too many requests wait for the game"}
	}
	c.srv.WS.Wake()
	err := c.awaitGame(r, done)
	if err != nil {
		gone.Store(true)
	}
	return err
}
