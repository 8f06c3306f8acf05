package wsserver_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// A hello is a handshake as it should be, with something changed.
type hello struct {
	name     string
	old, new string // what is changed; an old one that is empty: the new one stands behind the Host
	want     int    // status
	text     string // a part of the answer: of its header or its text
}

const (
	hostLine = "Host: 127.0.0.1:6060\r\n"
	keyLine  = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)

// request is the handshake with the change, byte for byte as it is sent.
func (h hello) request(t testing.TB) string {
	t.Helper()
	sound := string(wstest.Dialer{}.Handshake())
	switch {
	case h.new == "" && h.old == "":
		return sound
	case h.old == "":
		return strings.Replace(sound, hostLine, hostLine+h.new+"\r\n", 1)
	}
	require.Contains(t, sound, h.old)
	return strings.Replace(sound, h.old, h.new, 1)
}

// Section 4.2.1 of RFC 6455: what a handshake must have.
var helloes = []hello{
	{"as it should be", "", "", 101, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}, // of section 1.3
	{"names in lower case", "Connection: Upgrade\r\nUpgrade: websocket", "connection: upgrade\r\nupgrade: WEBSOCKET", 101, ""},
	{"Connection of several", "Connection: Upgrade", "Connection: keep-alive, Upgrade", 101, ""},
	{"several Connections", "Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade", 101, ""},
	{"Upgrade of several", "Upgrade: websocket", "Upgrade: h2c, websocket", 101, ""},
	{"space behind values", "Version: 13", "Version: 13 \t", 101, ""},
	{"no space before values", "Version: 13", "Version:13", 101, ""},
	{"query", "GET /", "GET /ws?a=b&a=%00", 101, ""},
	{"long query", "GET /", "GET /?" + strings.Repeat("x", 4000), 101, ""},
	{"two slashes", "GET /", "GET //evil.test/", 101, ""},
	{"unknown header", "", "X-Anything: \x80\xFF", 101, ""},
	{"cookies", "", "Cookie: a=b", 101, ""},
	{"pragma of browsers", "", "Pragma: no-cache\r\nCache-Control: no-cache", 101, ""},
	{"own origin", "", "Origin: http://127.0.0.1:6060", 101, ""},
	{"an empty length is none", "", "Content-Length: 0", 101, ""},

	{"POST", "GET", "POST", 405, "Allow: GET"},
	{"HEAD", "GET", "HEAD", 405, "Allow: GET"},
	{"get", "GET", "get", 405, "not GET"},
	{"no method that exists", "GET", "GETS", 405, "not GET"},
	{"method with a colon", "GET", "GE:T", 400, ""},
	{"HTTP/1.0", "HTTP/1.1", "HTTP/1.0", 426, "at least HTTP/1.1"},
	{"HTTP/0.9", "HTTP/1.1", "HTTP/0.9", 505, ""},
	{"HTTP/2.0", "HTTP/1.1", "HTTP/2.0", 505, ""},
	{"http/1.1", "HTTP/1.1", "http/1.1", 400, ""},
	{"HTTP/1.1.1", "HTTP/1.1", "HTTP/1.1.1", 400, ""},
	{"no version of HTTP", " HTTP/1.1", "", 400, ""},
	{"version 8", "Version: 13", "Version: 8", 400, "Sec-Websocket-Version: 13"},
	{"version 14", "Version: 13", "Version: 14", 400, "Sec-Websocket-Version: 13"},
	{"version 013", "Version: 13", "Version: 013", 400, "Sec-Websocket-Version: 13"},
	{"version of two numbers", "Version: 13", "Version: 13, 8", 400, "Sec-Websocket-Version: 13"},
	{"empty version", "Version: 13", "Version:", 400, "Sec-Websocket-Version: 13"},
	{"no version", "Sec-WebSocket-Version: 13\r\n", "", 400, "Sec-Websocket-Version: 13"},
	{"no key", keyLine, "", 400, "missing Sec-WebSocket-Key"},
	{"empty key", keyLine, "Sec-WebSocket-Key:\r\n", 400, "invalid Sec-WebSocket-Key"},
	{"key of 3 bytes", "dGhlIHNhbXBsZSBub25jZQ==", "dGhl", 400, "invalid Sec-WebSocket-Key"},
	{"key of 17 bytes", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZSE=", 400, "invalid Sec-WebSocket-Key"},
	{"key without its padding", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ", 400, "invalid Sec-WebSocket-Key"},
	{"key of another alphabet", "dGhlIHNhbXBsZSBub25jZQ==", "-_hlIHNhbXBsZSBub25jZQ==", 400, "invalid Sec-WebSocket-Key"},
	{"two keys", keyLine, keyLine + keyLine, 400, "multiple Sec-WebSocket-Key"},
	{"no Connection", "Connection: Upgrade\r\n", "", 426, "Upgrade: websocket"},
	{"another Connection", "Connection: Upgrade", "Connection: close", 426, "Upgrade: websocket"},
	{"no Upgrade", "Connection: Upgrade\r\nUpgrade: websocket\r\n", "", 426, ""},
	{"another Upgrade", "Upgrade: websocket", "Upgrade: h2c", 426, ""},
	{"Upgrade with a version", "Upgrade: websocket", "Upgrade: websocket/13", 426, ""},
}

// Handshakes that mean no good. The numbers are for speaking of a case; what needs
// the limits of the console's HTTP server is tested there.
var hostileHelloes = []hello{
	{"H01 foreign origin", "", "Origin: http://evil.test", 403, `pages of "http://evil.test" have no access`},
	{"H02 origin null", "", "Origin: null", 403, ""},
	{"H03 origin null, no host", "127.0.0.1:6060\r\n", "\r\nOrigin: null\r\n", 400, ""},
	{"H04 empty origin", "", "Origin:", 403, ""},
	{"H05 name that was rebound", hostLine, "Host: evil.test:6060\r\nOrigin: http://evil.test:6060\r\n", 403, "not a name of this server"},
	{"H06 foreign host", "127.0.0.1:6060", "evil.test", 403, ""},
	{"H07 another port of this machine", "", "Origin: http://127.0.0.1:3000", 403, ""},
	{"H08 another name of this machine", "", "Origin: http://localhost:6060", 403, ""},
	{"H09 two origins", "", "Origin: http://127.0.0.1:6060\r\nOrigin: http://evil.test", 403, "more than one Origin"},
	{"H10 two origins, the other way round", "", "origin: http://evil.test\r\nORIGIN: http://127.0.0.1:6060", 403, "more than one Origin"},
	{"H11 two origins in a line", "", "Origin: http://127.0.0.1:6060 http://evil.test", 403, ""},
	{"H12 folded origin", "", "Origin: http://127.0.0.1:6060\r\n http://evil.test", 403, ""},
	{"H13 origin with a path", "", "Origin: http://127.0.0.1:6060/x", 403, ""},
	{"H14 origin with a dot", "", "Origin: http://127.0.0.1.:6060", 403, ""},
	{"H15 origin that is no URL", "", "Origin: http://%zz", 403, ""},
	{"H16 origin with control characters", "", "Origin: http://127.0.0.1:6060\x00", 400, ""},
	{"H17 host that is not closed", "127.0.0.1:6060", "[::1", 400, ""},
	{"H18 host with a user", "127.0.0.1:6060", "127.0.0.1:6060@evil.test", 400, ""},
	{"H19 host with a space", "127.0.0.1:6060", "a b", 400, ""},
	{"H20 host with a path", "127.0.0.1:6060", "127.0.0.1/../x", 400, ""},
	{"H21 name that leads to this machine", hostLine, "Host: 127.0.0.1.nip.io:6060\r\nOrigin: http://127.0.0.1.nip.io:6060\r\n", 403, ""},
	{"H22 address in other digits", "127.0.0.1:6060", "0x7f.1:6060", 403, ""},
	{"H23 zone", "127.0.0.1:6060", "[fe80::1%25lo]:6060", 400, ""},
	{"H24 any address", "127.0.0.1:6060", "0.0.0.0:6060", 403, ""},
	{"H25 no host", hostLine, "", 400, ""},
	{"H26 two hosts", hostLine, hostLine + hostLine, 400, ""},
	{"H26 two hosts, one foreign", hostLine, hostLine + "host: evil.test\r\n", 400, ""},
	{"H26 host in the target", "GET /", "GET http://127.0.0.1:6060/", 400, "must be a path"},
	{"H26 foreign host in the target", "GET /", "GET http://evil.test/", 400, "must be a path"},
	{"H26 host of a CONNECT", "GET /", "CONNECT 127.0.0.1:6060", 400, ""},
	{"H26 target of a star", "GET /", "OPTIONS *", 200, "Content-Length: 0"}, // by net/http itself, which says nothing else
	{"H26 empty target", "GET /", "GET ", 400, ""},
	{"H26 target with a space", "GET /", "GET /a b", 400, ""},
	{"H26 target with control characters", "GET /", "GET /\x01", 400, ""},
	{"H26 target that is not escaped well", "GET /", "GET /%zz", 400, ""},
	{"H29 body that does not come", "", "Content-Length: 4", 400, "an upgrade has no body"},
	{"H30 body in chunks that do not come", "", "Transfer-Encoding: chunked", 400, "an upgrade has no body"},
	{"H30 body both ways", "", "Content-Length: 4\r\nTransfer-Encoding: chunked", 400, ""},
	{"H30 length below zero", "", "Content-Length: -1", 400, ""},
	{"H30 two lengths", "", "Content-Length: 0\r\nContent-Length: 4", 400, ""},
	{"H30 coding that nobody knows", "", "Transfer-Encoding: gzip", 501, ""},
	{"H30 body after a question", "", "Content-Length: 4\r\nExpect: 100-continue", 400, ""},
	{"H31 header of 1,200,000 bytes", "", "X: " + strings.Repeat("x", 1_200_000), 431, ""},
	{"H32 target of 1,200,000 bytes", "GET /", "GET /" + strings.Repeat("x", 1_200_000), 431, ""},
	{"H32 100,000 headers", "", strings.Repeat("X: y\r\n", 300_000) + "X: y", 431, ""},
	{"H47 header without a colon", "", "Nonsense", 400, ""},
	{"H48 header without a name", "", ": x", 400, ""},
	{"H48 space before a colon", "", "Origin : http://evil.test", 400, ""},
	{"H48 carriage return alone", "", "X: a\rOrigin: http://evil.test", 400, ""},
	{"H48 other site by its own word", "", "Sec-Fetch-Site: cross-site", 403, ""},
	{"H48 other port by its own word", "", "Origin: http://127.0.0.1:6060\r\nSec-Fetch-Site: same-site", 403, ""},
	{"W39 compression", "", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", 101, ""},
	{"W39 window of 7 bits", "", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=7", 101, ""},
	{"W39 window of 999 bits", "", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=999", 101, ""},
	{"W39 extension that nobody knows", "", "Sec-WebSocket-Extensions: ,;=, x; y=\"\\", 101, ""},
	{"W39 many extensions", "", "Sec-WebSocket-Extensions: " + strings.Repeat("permessage-deflate;,", 3200), 101, ""},
}

// answer sends a request as it stands and returns the answer as it came, up to the
// end of its header for a handshake that succeeds.
func answer(t *testing.T, h http.Handler, request string) (status int, text string) {
	t.Helper()
	conn := wstest.Pipe(t, h)
	go io.WriteString(conn, request)
	var all strings.Builder
	method, _, _ := strings.Cut(request, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	require.NoError(t, err)
	response.Header.Write(&all)
	if response.StatusCode != http.StatusSwitchingProtocols {
		_, err = io.Copy(&all, response.Body)
		require.NoError(t, err)
	}
	return response.StatusCode, all.String()
}

// TestHandshakes also has a sound client come in after each of them.
func TestHandshakes(t *testing.T) {
	for _, h := range append(helloes[:len(helloes):len(helloes)], hostileHelloes...) {
		t.Run(h.name, func(t *testing.T) {
			play(t, func(t *testing.T, s *wsserver.Server) {
				status, text := answer(t, s, h.request(t))
				require.Equal(t, h.want, status, text)
				require.Contains(t, strings.ToLower(text), strings.ToLower(h.text))
				require.NotContains(t, text, "Extensions")
				require.Less(t, len(text), 600)
				accepted, refused := 1, 0
				switch status {
				case http.StatusSwitchingProtocols:
					require.Equal(t, wsserver.Opened, next(t, s).Kind)
					accepted++
				case http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusUpgradeRequired:
					refused++ // others may have been refused by net/http
				default:
					refused = int(s.Counts().Refused)
				}
				join(t, s)
				require.EqualValues(t, accepted, s.Counts().Accepted)
				require.EqualValues(t, refused, s.Counts().Refused)
			})
		})
	}
}
