package console

import (
	"errors"
	"slices"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// unknown is the error for a name that is not known: it says which, and what is
// nearest.
func unknown(code rpc.Code, what, name string, known []string) error {
	e := rpc.Errorf(code, "%s %q is not known", what, clipTo(name, maxGot))
	e.Data.Got = clipTo(name, maxGot)
	if near := rpc.Nearest(name, slices.Values(known)); near != "" {
		e.Message += "; nearest is \"" + near + "\""
		e.Data.Suggest = near
	}
	return e
}

// at says in an error where in the params the fault stood and, where whose is not
// empty, what it concerns.
func at(err error, whose, path string) error {
	var e *rpc.Error
	if !errors.As(err, &e) {
		return err
	}
	with := *e
	if whose != "" {
		with.Message = whose + ": " + e.Message
	}
	with.Data.Path = path + e.Data.Path
	return &with
}

// clipTo shortens a text to n bytes.
func clipTo(s string, n int) string {
	if len(s) <= n {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
