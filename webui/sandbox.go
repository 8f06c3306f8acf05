package webui

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
)

// sandboxPolicy is the content security policy of the frame in which the tests of the
// Tests panel run. The frame is an origin of its own, wherever it is opened; its one
// script is known by its hash, and what that starts are blobs: there is no address
// from which anything could be fetched, or to which anything could be sent. A worker
// out of a blob has the policy of the frame.
func sandboxPolicy(page []byte) string {
	_, rest, _ := bytes.Cut(page, []byte("<script>"))
	script, _, _ := bytes.Cut(rest, []byte("</script>"))
	sum := sha256.Sum256(script)
	return "sandbox allow-scripts; default-src 'none'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"' blob:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
}
