package wsserver

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Refusal is the error of a request that does not get in.
type Refusal struct {
	// Status is the HTTP status to answer with, or 0 when the connection is not
	// there any more to be answered.
	Status int
	// Reason is one short line for the person at the other end.
	Reason string
}

// Error returns the reason and the status.
func (e *Refusal) Error() string {
	if e.Status == 0 {
		return e.Reason
	}
	return fmt.Sprintf("%s (status %d)", e.Reason, e.Status)
}

// refusal makes a refusal, and counts it.
func (s *Server) refusal(status int, reason string) error {
	s.tally.refused.Add(1)
	return &Refusal{Status: status, Reason: reason}
}

// Refuse answers a request with the status and the reason of a [Refusal], or with
// status 500 for any other error. It does not wait for a body. Any goroutine may
// call it.
func (s *Server) Refuse(w http.ResponseWriter, err error) {
	refusal := &Refusal{Status: http.StatusInternalServerError, Reason: "internal error"}
	errors.As(err, &refusal)
	if refusal.Status == 0 {
		return
	}
	// The standard server reads what is left of a body before it answers. A client
	// that announces one and does not send it would be waited for.
	_ = http.NewResponseController(w).SetReadDeadline(past)
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Connection", "close")
	w.WriteHeader(refusal.Status)
	io.WriteString(w, refusal.Reason+"\n")
}

// CheckRequest decides whether a request may come in, from what browsers cannot
// forge. It stands before every upgrade, and is there for other requests to the
// same HTTP server. Its errors are of type *[Refusal]. Any goroutine may call it.
//
// The request must name a path, and no other host there. An upgrade has no body.
// The Host must be a loopback address as it is usually written, "localhost", or
// one of Hosts, with any port: a page that had its name resolve to this machine
// has another. There may be one Origin, and it must be that of the server or one
// of Origins; "null" never is. Programs that are no browser send none, and have
// to be told apart by other means. Sec-Fetch-Site, which some browsers send, must
// be "same-origin" or "none", unless the origin is one of Origins, or a person
// follows a link.
//
// The address that the request came from must be within Permitted, where that is
// set, and not be blocked.
func (s *Server) CheckRequest(r *http.Request) error {
	if err := s.checkAddress(r); err != nil {
		return err
	}
	if r.URL.Host != "" || r.URL.Scheme != "" || r.URL.Opaque != "" || !strings.HasPrefix(r.RequestURI, "/") && r.RequestURI != "" {
		return s.refusal(http.StatusBadRequest, "the request target must be a path")
	}
	if upgrades(r) && (r.ContentLength != 0 || len(r.TransferEncoding) > 0) {
		return s.refusal(http.StatusBadRequest, "an upgrade has no body")
	}
	if err := s.checkHost(r.Host); err != nil {
		return err
	}
	listed, err := s.checkOrigin(r)
	if err != nil {
		return err
	}
	if !listed && !fetched(r) {
		return s.refusal(http.StatusForbidden, "pages of other origins have no access")
	}
	return nil
}

// upgrades reports whether a request wants to change the protocol.
func upgrades(r *http.Request) bool { return len(r.Header["Upgrade"]) > 0 }

func (s *Server) checkHost(hostport string) error {
	host, ok := splitHost(hostport)
	if !ok {
		return s.refusal(http.StatusBadRequest, "the Host header is malformed")
	}
	if isLoopback(host) || strings.EqualFold(host, "localhost") {
		return nil
	}
	for _, known := range s.Hosts {
		if strings.EqualFold(host, strings.Trim(known, "[]")) {
			return nil
		}
	}
	return s.refusal(http.StatusForbidden, fmt.Sprintf("%s is not a name of this server: use 127.0.0.1", quote(host)))
}

// checkOrigin checks where a page came from, and reports whether that is one of
// Origins.
func (s *Server) checkOrigin(r *http.Request) (listed bool, err error) {
	origins := r.Header["Origin"]
	if len(origins) == 0 {
		return false, nil
	}
	if len(origins) > 1 {
		return false, s.refusal(http.StatusForbidden, "there is more than one Origin header")
	}
	origin, own := origins[0], "http://"+r.Host
	if r.TLS != nil {
		own = "https://" + r.Host
	}
	switch {
	case origin == own:
		return false, nil
	case origin != "null" && slices.Contains(s.Origins, origin):
		return true, nil
	}
	return false, s.refusal(http.StatusForbidden, fmt.Sprintf("pages of %s have no access", quote(origin)))
}

// fetched reports whether the Fetch metadata, where there is any, allow the
// request. Not every browser sends it with upgrades, so nothing may rest on it.
func fetched(r *http.Request) bool {
	sites := r.Header["Sec-Fetch-Site"]
	if len(sites) == 0 {
		return true
	}
	if len(sites) == 1 && (sites[0] == "same-origin" || sites[0] == "none") {
		return true
	}
	// A link on any page may lead to ours: it opens in a tab of its own, where the
	// page that holds the link cannot look.
	return r.Method == http.MethodGet && !upgrades(r) &&
		slices.Equal(r.Header["Sec-Fetch-Mode"], []string{"navigate"}) &&
		slices.Equal(r.Header["Sec-Fetch-Dest"], []string{"document"})
}

// splitHost takes the port from a Host header, and the brackets from an IPv6
// address. It is stricter than the standard library: the port, where there is a
// colon, is a number from 1 to 65535 written as usual, and brackets hold an
// address without a zone.
func splitHost(hostport string) (host string, ok bool) {
	host, port, ported := hostport, "", false
	if inside, bracketed := strings.CutPrefix(hostport, "["); bracketed {
		var rest string
		if host, rest, ok = strings.Cut(inside, "]"); !ok {
			return "", false
		}
		if addr, err := netip.ParseAddr(host); err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", false
		}
		if port, ported = strings.CutPrefix(rest, ":"); !ported && rest != "" {
			return "", false
		}
	} else {
		host, port, ported = strings.Cut(hostport, ":")
		if strings.ContainsAny(host, "[]%/\\@?# \t") {
			return "", false
		}
	}
	if ported {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
			return "", false
		}
	}
	return host, host != ""
}

// isLoopback reports whether a host is an address of this machine alone, in the
// one way in which it is usually written: no short forms, no other bases, no
// IPv4 address inside an IPv6 one.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() && !addr.Is4In6() && addr.Zone() == "" && addr.String() == host
}

// maxQuote is how much of a header is repeated to the one who sent it, in bytes.
const maxQuote = 64

func quote(header string) string {
	if len(header) > maxQuote {
		return fmt.Sprintf("%q and so on", header[:maxQuote])
	}
	return fmt.Sprintf("%q", header)
}
