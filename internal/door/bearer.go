package door

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// Subprotocol is the one that the console speaks over a WebSocket.
const Subprotocol = "scry.1"

// tokenPrefix begins the subprotocol that carries a token where a client can set
// no headers.
const tokenPrefix = "scry.token."

// Bearer returns the token that a request carries: in its Authorization header,
// or, for a WebSocket handshake, in a subprotocol beside scry.1. It returns ""
// where there is none.
func Bearer(r *http.Request) string {
	if kind, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(kind, "Bearer") {
		return strings.TrimSpace(token)
	}
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		for offer := range strings.SplitSeq(line, ",") {
			text, ok := strings.CutPrefix(strings.TrimSpace(offer), tokenPrefix)
			if !ok {
				continue
			}
			if raw, err := base64.RawURLEncoding.DecodeString(text); err == nil {
				return string(raw)
			}
		}
	}
	return ""
}

// policy is the page's content security policy: everything from the game itself,
// no inline script or style, no framing by others, no form, and Trusted Types so that text
// from a player can never become markup.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; " +
	"connect-src 'self'; font-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// SetHeaders sets the strict headers that every answer carries. There is no CORS
// header among them, ever.
func SetHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}
