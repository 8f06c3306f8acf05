package console

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// testPath is where the files of the tests are, for what is too large for a message.
const testPath = "/test/"

// serveTest answers with a file of the tests. Nothing that it gives is shown by a browser
// as a page, or run as a script of the console's.
func (c *Console) serveTest(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, testPath)
	if !c.Tests.kept() {
		refuseTest(w, errNoTests())
		return
	}
	data, version, err := c.Tests.shelf.read(name)
	if err != nil {
		refuseTest(w, err)
		return
	}
	kind := "text/plain; charset=utf-8"
	if isTestImage(name) {
		kind = "image/png"
	}
	c.announceAsset(w.Header(), name, kind, `"`+version+`"`)
	out := c.steady(w)
	out.last = time.Now().Add(copyTime)
	http.ServeContent(out, r, "", time.Time{}, bytes.NewReader(data))
	out.end()
}

// putTest gives a file of the tests the body of a request. If-Match names the version that
// the client knows, If-None-Match: * says that there should be none (RFC 9110, section
// 13.1); the header Scry-Client may say who writes.
func (c *Console) putTest(w http.ResponseWriter, r *http.Request) {
	if !c.admit(w, r) {
		return
	}
	name := strings.TrimPrefix(r.URL.Path, testPath)
	if err := c.writable(name); err != nil {
		refuseTest(w, err)
		return
	}
	data, done, ok := c.receive(w, r, maxTestSize(name), "")
	if !ok {
		return
	}
	defer done()
	file, err := c.Tests.shelf.write(name, data, ifVersion(r.Header), clipTo(r.Header.Get("Scry-Client"), 64))
	if err != nil {
		refuseTest(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(wireJSON(file))
}

// writable says why nothing can be written under a name, before its content is read.
func (c *Console) writable(name string) error {
	if !c.Tests.kept() {
		return errNoTests()
	}
	return checkTestName(name)
}

// ifVersion is which version a request wants to replace; nil is whichever there is.
func ifVersion(h http.Header) *string {
	version := strings.Trim(h.Get("If-Match"), `"`)
	if h.Get("If-None-Match") == "*" {
		version = ""
	} else if version == "" || version == "*" {
		return nil
	}
	return &version
}

// refuseTest answers with what went wrong.
func refuseTest(w http.ResponseWriter, err error) {
	status := http.StatusUnprocessableEntity
	var fault *rpc.Error
	if errors.As(err, &fault) {
		switch fault.Code {
		case rpc.InvalidParams:
			status = http.StatusBadRequest
		case rpc.Conflict:
			status = http.StatusPreconditionFailed
		case rpc.Unavailable:
			status = http.StatusServiceUnavailable
		default:
			status = statusOf(fault.Code)
		}
	}
	refuse(w, status, err.Error())
}
