package wsserver_test

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// refusal is the status with which a request is refused, or 0.
func refusal(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	var r *wsserver.Refusal
	require.ErrorAs(t, err, &r)
	require.Contains(t, err.Error(), r.Reason)
	require.NotEmpty(t, r.Reason)
	require.NotContains(t, r.Reason, "\n")
	require.Less(t, len(r.Reason), 200)
	return r.Status
}

func TestCheckRequestHost(t *testing.T) {
	s := &wsserver.Server{Hosts: []string{"game.lan", "192.168.1.5", "[fd00::5]", "fd00::6"}}
	for host, want := range map[string]int{
		// This machine.
		"127.0.0.1":        0,
		"127.0.0.1:6060":   0,
		"127.0.0.1:1":      0,
		"127.0.0.1:65535":  0,
		"127.0.0.2:6060":   0,
		"127.255.255.254":  0,
		"[::1]":            0,
		"[::1]:6060":       0,
		"localhost":        0,
		"localhost:6060":   0,
		"LocalHost:6060":   0,
		"game.lan":         0,
		"GAME.lan:6060":    0,
		"192.168.1.5:6060": 0,
		"[fd00::5]:6060":   0,
		"[fd00::6]":        0,
		// Names, which whoever owns them can let resolve to anything.
		"evil.test":             403,
		"evil.test:6060":        403,
		"127.0.0.1.nip.io:6060": 403,
		"localhost.evil.test":   403,
		"evillocalhost":         403,
		"localhost6":            403,
		"localhost6:6060":       403,
		"localhost.":            403,
		"localhost.:6060":       403,
		"localhost.localdomain": 403,
		"ip6-localhost":         403,
		"127.0.0.1.":            403,
		"127.0.0.1.:6060":       403,
		"game.lan.":             403,
		"sub.game.lan":          403,
		"lan":                   403,
		// Other addresses, and other ways to write this one.
		"0.0.0.0":              403,
		"0.0.0.0:6060":         403,
		"[::]:6060":            403,
		"192.168.1.6:6060":     403,
		"10.0.0.1":             403,
		"128.0.0.1":            403,
		"127.1":                403,
		"127.0.1":              403,
		"127":                  403,
		"0":                    403,
		"2130706433":           403,
		"0x7f000001":           403,
		"0x7f.0.0.1":           403,
		"0177.0.0.1":           403,
		"017700000001":         403,
		"127.0.0.01":           403,
		"127.000.000.001":      403,
		"127.0.0.256":          403,
		"127.0.0.1.1":          403,
		"１２７.０.０.１":            403,
		"[0:0:0:0:0:0:0:1]":    403,
		"[::0001]:6060":        403,
		"[0::1]":               403,
		"[::ffff:127.0.0.1]":   403,
		"[::ffff:7f00:1]:6060": 403,
		"[::127.0.0.1]":        403,
		"[::2]":                403,
		"[fe80::1]:6060":       403,
		// What is no host at all.
		"":                    400,
		":6060":               400,
		"[::1":                400,
		"::1":                 400,
		"::1:6060":            400,
		"[::1]]":              400,
		"[[::1]]":             400,
		"[::1]6060":           400,
		"[]":                  400,
		"[]:6060":             400,
		"[127.0.0.1]":         400,
		"[localhost]":         400,
		"[::1%lo]:6060":       400,
		"[::1%25lo]:6060":     400,
		"[fe80::1%25lo]:6060": 400,
		"127.0.0.1%lo":        400,
		"127.0.0.1:":          400,
		"127.0.0.1:0":         400,
		"127.0.0.1:06060":     400,
		"127.0.0.1:+6060":     400,
		"127.0.0.1:-1":        400,
		"127.0.0.1:65536":     400,
		"127.0.0.1:6060:6060": 400,
		"127.0.0.1:http":      400,
		"127.0.0.1:6060/":     400,
		"127.0.0.1/../x":      400,
		"localhost/":          400,
		"user@localhost":      400,
		"localhost:6060@evil": 400,
		"localhost#":          400,
		"localhost?":          400,
		`localhost\`:          400,
		"local host":          400,
		" localhost":          400,
		"%6cocalhost":         400,
		"%zz":                 400,
		"evil.test,localhost": 403,
		"localhost,evil.test": 403,
	} {
		r := httptest.NewRequest(http.MethodGet, "/ws", nil)
		r.Host = host
		require.Equal(t, want, refusal(t, s.CheckRequest(r)), "Host: %q", host)
	}
}

func TestCheckRequestOrigin(t *testing.T) {
	const own = "127.0.0.1:6060"
	s := &wsserver.Server{Origins: []string{"http://localhost:5173", "null", "file://"}}
	for _, tt := range []struct {
		host    string
		tls     bool
		origins []string
		want    int
	}{
		{own, false, nil, 0},
		{own, false, []string{"http://127.0.0.1:6060"}, 0},
		{"127.0.0.1", false, []string{"http://127.0.0.1"}, 0},
		{"localhost:6060", false, []string{"http://localhost:6060"}, 0},
		{"[::1]:6060", false, []string{"http://[::1]:6060"}, 0},
		{own, true, []string{"https://127.0.0.1:6060"}, 0},
		{own, false, []string{"http://localhost:5173"}, 0},
		{own, false, []string{"file://"}, 0}, // who asks for it gets it
		{own, false, []string{"null"}, 403},  // but not that
		{own, false, []string{""}, 403},
		{own, false, []string{"https://127.0.0.1:6060"}, 403},
		{own, true, []string{"http://127.0.0.1:6060"}, 403},
		{own, false, []string{"http://127.0.0.1"}, 403},
		{own, false, []string{"http://127.0.0.1:3000"}, 403},
		{own, false, []string{"http://127.0.0.1:60600"}, 403},
		{own, false, []string{"http://localhost:6060"}, 403},
		{own, false, []string{"http://127.0.0.2:6060"}, 403},
		{own, false, []string{"HTTP://127.0.0.1:6060"}, 403},
		{own, false, []string{"http://127.0.0.1:6060/"}, 403},
		{own, false, []string{"http://127.0.0.1:6060/x"}, 403},
		{own, false, []string{"http://127.0.0.1.:6060"}, 403},
		{own, false, []string{"http://127.0.0.1:6060 "}, 403},
		{own, false, []string{"http://user@127.0.0.1:6060"}, 403},
		{own, false, []string{"http://evil.test"}, 403},
		{own, false, []string{"http://evil.test?http://127.0.0.1:6060"}, 403},
		{own, false, []string{"http://127.0.0.1:6060.evil.test"}, 403},
		{own, false, []string{"http://%zz"}, 403},
		{own, false, []string{"//127.0.0.1:6060"}, 403},
		{own, false, []string{"127.0.0.1:6060"}, 403},
		{own, false, []string{"ws://127.0.0.1:6060"}, 403},
		{own, false, []string{"chrome-extension://abcdefgh"}, 403},
		{own, false, []string{"http://LOCALHOST:5173"}, 403},
		{own, false, []string{"https://localhost:5173"}, 403},
		{own, false, []string{"http://" + strings.Repeat("x", 5000)}, 403},
		{"LOCALHOST:6060", false, []string{"http://localhost:6060"}, 403},
		{own, false, []string{"http://127.0.0.1:6060", "http://evil.test"}, 403},
		{own, false, []string{"http://127.0.0.1:6060", "http://127.0.0.1:6060"}, 403},
		{own, false, []string{"http://127.0.0.1:6060, http://evil.test"}, 403},
		{"evil.test:6060", false, []string{"http://evil.test:6060"}, 403}, // a name that was rebound
		{"", false, []string{"null"}, 400},
		{"", false, []string{"http://"}, 400},
	} {
		r := httptest.NewRequest(http.MethodGet, "/ws", nil)
		r.Host, r.TLS = tt.host, nil
		if tt.tls {
			r.TLS = new(tls.ConnectionState)
		}
		r.Header["Origin"] = tt.origins
		if tt.origins == nil {
			delete(r.Header, "Origin")
		}
		require.Equal(t, tt.want, refusal(t, s.CheckRequest(r)), "Host: %q, Origin: %q", tt.host, tt.origins)
	}
}

func TestCheckRequestFetchMetadata(t *testing.T) {
	s := &wsserver.Server{Origins: []string{"http://localhost:5173"}}
	upgrade := map[string]string{"Upgrade": "websocket", "Connection": "Upgrade"}
	for _, tt := range []struct {
		method, site, mode, dest, origin string
		header                           map[string]string
		want                             int
	}{
		{"GET", "", "", "", "", nil, 0},
		{"GET", "same-origin", "websocket", "empty", "", upgrade, 0},
		{"GET", "none", "navigate", "document", "", nil, 0},
		{"POST", "same-origin", "cors", "empty", "", nil, 0},
		{"GET", "cross-site", "navigate", "document", "", nil, 0},
		{"GET", "same-site", "navigate", "document", "", nil, 0},
		{"GET", "same-site", "websocket", "empty", "", upgrade, 403},
		{"GET", "cross-site", "websocket", "empty", "", upgrade, 403},
		{"GET", "cross-site", "navigate", "document", "", upgrade, 403},
		{"GET", "cross-site", "navigate", "iframe", "", nil, 403},
		{"GET", "cross-site", "navigate", "object", "", nil, 403},
		{"GET", "cross-site", "no-cors", "script", "", nil, 403},
		{"GET", "cross-site", "no-cors", "image", "", nil, 403},
		{"GET", "cross-site", "", "", "", nil, 403},
		{"POST", "cross-site", "navigate", "document", "", nil, 403},
		{"HEAD", "cross-site", "navigate", "document", "", nil, 403},
		{"GET", "Same-Origin", "", "", "", nil, 403},
		{"GET", "same-origin, cross-site", "", "", "", nil, 403},
		{"GET", "nonsense", "", "", "", nil, 403},
		{"GET", "same-site", "websocket", "empty", "http://localhost:5173", upgrade, 0},
		{"GET", "same-site", "websocket", "empty", "http://127.0.0.1:6060", upgrade, 403},
	} {
		r := httptest.NewRequest(tt.method, "/", nil)
		r.Host = "127.0.0.1:6060"
		for name, value := range map[string]string{
			"Sec-Fetch-Site": tt.site, "Sec-Fetch-Mode": tt.mode, "Sec-Fetch-Dest": tt.dest, "Origin": tt.origin,
		} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		for name, value := range tt.header {
			r.Header.Set(name, value)
		}
		require.Equal(t, tt.want, refusal(t, s.CheckRequest(r)), "%+v", tt)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "localhost"
	r.Header["Sec-Fetch-Site"] = []string{"same-origin", "cross-site"}
	require.Equal(t, 403, refusal(t, s.CheckRequest(r)))
}

func TestCheckRequestTarget(t *testing.T) {
	var s wsserver.Server
	for target, want := range map[string]int{
		"/":                         0,
		"/ws?token=x":               0,
		"//evil.test/ws":            0, // a path that begins with two slashes
		"http://127.0.0.1:6060/ws":  400,
		"http://evil.test/ws":       400,
		"https://127.0.0.1:6060/ws": 400,
		"*":                         400,
	} {
		method := http.MethodGet
		if target == "*" {
			method = http.MethodOptions
		}
		r := httptest.NewRequest(method, target, nil)
		r.Host = "127.0.0.1:6060"
		require.Equal(t, want, refusal(t, s.CheckRequest(r)), target)
	}
	r := httptest.NewRequest(http.MethodPost, "/rpc", strings.NewReader("{}"))
	r.Host = "127.0.0.1:6060"
	require.NoError(t, s.CheckRequest(r), "a body is forbidden to upgrades alone")
	r.Header.Set("Upgrade", "websocket")
	require.Equal(t, 400, refusal(t, s.CheckRequest(r)))
}

func TestSubprotocols(t *testing.T) {
	for _, tt := range []struct {
		spoken, offered []string
		want            int
		chosen          string
	}{
		{[]string{"scry.1"}, nil, 101, ""},
		{[]string{"scry.1"}, []string{"scry.1"}, 101, "scry.1"},
		{[]string{"scry.1"}, []string{"scry.token.c2VjcmV0", "scry.1"}, 101, "scry.1"},
		{[]string{"scry.1"}, []string{"scry.2"}, 400, ""},
		{[]string{"scry.1"}, []string{"SCRY.1"}, 400, ""},
		{[]string{"scry.1"}, []string{"scry.token.c2VjcmV0"}, 400, ""},
		{[]string{"scry.2", "scry.1"}, []string{"scry.1", "scry.2"}, 101, "scry.2"},
		{nil, []string{"scry.1"}, 400, ""},
		{nil, nil, 101, ""},
	} {
		play(t, func(t *testing.T, s *wsserver.Server) {
			s.Subprotocols = tt.spoken
			_, _, response := wstest.Dialer{Subprotocols: tt.offered}.Raw(t, s)
			require.Equal(t, tt.want, response.StatusCode, "%+v", tt)
			require.Equal(t, tt.chosen, response.Header.Get("Sec-WebSocket-Protocol"), "%+v", tt)
		})
	}
}

func TestServersThatCannotUpgrade(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		r := httptest.NewRequest(http.MethodGet, "/ws", nil)
		r.Host = "localhost"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		require.Equal(t, http.StatusNotImplemented, w.Code)

		w = httptest.NewRecorder()
		s.Refuse(w, errors.New("secret"))
		require.Equal(t, http.StatusInternalServerError, w.Code)
		require.Equal(t, "internal error\n", w.Body.String())
		require.EqualValues(t, 1, s.Counts().Refused)
	})
}

func TestUpgradeBelowMiddleware(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		wstest.Dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.ServeHTTP(wrapped{w}, r)
		}))
		require.Equal(t, wsserver.Opened, next(t, s).Kind)
	})
}

// wrapped is a response as middleware has it.
type wrapped struct{ below http.ResponseWriter }

func (w wrapped) Header() http.Header         { return w.below.Header() }
func (w wrapped) Write(p []byte) (int, error) { return w.below.Write(p) }
func (w wrapped) WriteHeader(status int)      { w.below.WriteHeader(status) }
func (w wrapped) Unwrap() http.ResponseWriter { return w.below }
