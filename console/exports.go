package console

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/scry-dev/scry/internal/door"
)

// serveExport answers what is fetched as a file, to clients that show a token:
// captures, the log, profiles of the Go runtime, and metrics. It reports whether the path is
// that of one.
func (c *Console) serveExport(w http.ResponseWriter, r *http.Request) bool {
	var serve func(http.ResponseWriter, *http.Request)
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/capture/"):
		serve = c.serveCapture
	case strings.HasPrefix(path, assetPath):
		serve = c.serveAsset
	case strings.HasPrefix(path, testPath):
		serve = c.serveTest
	case strings.HasPrefix(path, runPath+"/"):
		serve = c.serveRun
	case path == "/log":
		serve = c.serveLog
	case path == "/metrics":
		serve = c.serveMetrics
	case path == "/debug/flight":
		serve = c.serveFlight
	case strings.HasPrefix(path, "/debug/pprof/"):
		serve = c.serveProfile
	default:
		return false
	}
	if c.admit(w, r) {
		serve(w, r)
	}
	return true
}

// admit reports whether a request shows a token, and refuses it otherwise.
func (c *Console) admit(w http.ResponseWriter, r *http.Request) bool {
	if token := door.Bearer(r); !c.door.Known(token) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized, whyNot(token))
		return false
	}
	c.start()
	return true
}

// serveCapture answers with a capture, as it is or for another viewer.
func (c *Console) serveCapture(w http.ResponseWriter, r *http.Request) {
	format := r.FormValue("format")
	if _, ok := captureFormats[format]; !ok && format != "" {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("the format %.20q is unknown; there are scry, chrome and perfetto", format))
		return
	}
	id := strings.TrimPrefix(r.URL.Path, "/capture/")
	if id == "flight" {
		c.serveRecent(w, r, cmp.Or(format, "scry"))
		return
	}
	kept, in, ok := c.Blackbox.find(id)
	if !ok {
		refuse(w, http.StatusNotFound, fmt.Sprintf("there is no capture %.40q; it may have made room for newer ones", id))
		return
	}
	if kept == nil {
		refuse(w, http.StatusConflict, "this incident is being recorded yet, for a moment")
		return
	}
	if format = cmp.Or(format, kept.format, "scry"); format != "scry" {
		if !c.copy(r) {
			return
		}
		defer c.copied()
	}
	name := c.captureName(in.Frame, in.Kind, captureFormats[format])
	c.attach(w, r, name, mediaTypes[format], copyTime, func(w io.Writer) error { return kept.write(w, format) })
}

// serveRecent answers with what the flight recorder keeps now.
func (c *Console) serveRecent(w http.ResponseWriter, r *http.Request, format string) {
	kind := mediaTypes[format]
	if c.clock.frame.Load() == 0 || c.Timings.flight() <= 0 { // before the first frame the services are not wired up
		refuse(w, http.StatusNotFound, "no frames are kept: the game has not called Update yet, or its Timings.Flight is less than zero")
		return
	}
	name := c.captureName(c.clock.frame.Load(), "flight", captureFormats[format])
	if r.Method == http.MethodHead {
		announce(w.Header(), name, kind)
		return
	}
	if !c.copy(r) {
		return
	}
	now := c.clock.now()
	kept := c.record(span{from: max(0, now-c.Timings.flight()), to: now}, nil, nil)
	if format != "scry" {
		defer c.copied()
		c.attach(w, r, name, kind, copyTime, func(w io.Writer) error { return kept.write(w, format) })
		return
	}
	// Compressed it is small: the next need not wait until this client has taken it.
	var file bytes.Buffer
	err := kept.write(&file, format)
	c.copied()
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	c.attachBytes(w, r, name, kind, file.Bytes())
}

// serveLog answers with all lines of the log that are kept.
func (c *Console) serveLog(w http.ResponseWriter, r *http.Request) {
	format := cmp.Or(r.FormValue("format"), "text")
	end, ok := logFormats[format]
	if !ok {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("the format %.20q is unknown; there are text and json", format))
		return
	}
	name := c.captureName(c.clock.frame.Load(), "log", end)
	c.attach(w, r, name, mediaTypes[format], 0, func(w io.Writer) error { return c.Log.writeFile(w, format, c.clock.begun) })
}

// captureName names the file of a capture.
func (c *Console) captureName(frame uint64, reason, extension string) string {
	return fmt.Sprintf("%s-%d-%s%s", c.name(), frame, reason, extension)
}

// copy waits until no other capture is copied. It returns false when the client or
// the console went before.
func (c *Console) copy(r *http.Request) bool {
	select {
	case c.copying <- struct{}{}:
		return true
	case <-r.Context().Done():
	case <-c.out.closing:
	}
	return false
}

func (c *Console) copied() { <-c.copying }

// copyTime is how long a client may take for what others wait for, or what is held in
// memory for it alone.
const copyTime = 2 * time.Minute

// attach answers with a file, which the client takes within a time; zero is any, as
// long as it goes on.
func (c *Console) attach(w http.ResponseWriter, r *http.Request, name, kind string, within time.Duration, write func(io.Writer) error) {
	announce(w.Header(), name, kind)
	if r.Method == http.MethodHead {
		return
	}
	out := c.steady(w)
	if within > 0 {
		out.last = time.Now().Add(within)
	}
	if err := write(out); err != nil {
		panic(http.ErrAbortHandler) // the client must not take a part for the whole
	}
	out.end()
}

// attachBytes answers with a file that is there as a whole.
func (c *Console) attachBytes(w http.ResponseWriter, r *http.Request, name, kind string, file []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	c.attach(w, r, name, kind, copyTime, func(w io.Writer) error {
		_, err := w.Write(file)
		return err
	})
}

func announce(h http.Header, name, kind string) {
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+fileName(name)+`"`)
}

// steady writes to a client that has to go on reading: one that does not must not
// keep its socket.
type steady struct {
	http.ResponseWriter
	below *http.ResponseController
	limit time.Duration // for each piece
	last  time.Time     // for all; zero for none
	met   *met
}

func (c *Console) steady(w http.ResponseWriter) steady {
	return steady{ResponseWriter: w, below: http.NewResponseController(w), limit: c.Limits.HTTP.sendTime(), met: &c.met}
}

// deadline is when the next piece must be away.
func (s steady) deadline() time.Time {
	next := time.Now().Add(s.limit)
	if !s.last.IsZero() && s.last.Before(next) {
		return s.last
	}
	return next
}

// Write writes in pieces, each in its time. A server that is not ours may have no
// deadlines, and goes without.
func (s steady) Write(p []byte) (n int, err error) {
	const piece = 64 << 10
	for len(p) > 0 && err == nil {
		_ = s.below.SetWriteDeadline(s.deadline())
		var m int
		m, err = s.ResponseWriter.Write(p[:min(len(p), piece)])
		n, p = n+m, p[m:]
	}
	s.note(err)
	return n, err
}

// end writes what is left. The deadline ends with the answer.
func (s steady) end() {
	_ = s.below.SetWriteDeadline(s.deadline())
	s.note(s.below.Flush())
}

func (s steady) note(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.met.sendTime.Add(1)
	}
}

// fileName makes a name that every file system takes.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '-' || r == '.' || r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z') {
			return r
		}
		return '_'
	}, name)
}

// errShut ends what takes long when the console is closed.
var errShut = errors.New("the console is closed")

// await waits while the client and the console stay.
func (c *Console) await(r *http.Request, long time.Duration) error {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-r.Context().Done():
		return r.Context().Err()
	case <-c.out.closing:
		return errShut
	}
}
