package wsserver_test

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// FuzzHandshake sends any request to a server. Whatever it lets in is, line by
// line, what we want to let in, by a reading that knows nothing of net/http's.
func FuzzHandshake(f *testing.F) {
	for _, h := range append(helloes[:len(helloes):len(helloes)], hostileHelloes...) {
		if sent := h.request(f); len(sent) < 4<<10 {
			f.Add([]byte(sent))
		}
	}
	f.Add([]byte("GET / HTTP/1.2\nHost:127.0.0.1\nConnection:Upgrade\nUpgrade:websocket\nSec-WebSocket-Version:13\nSec-WebSocket-Key:0000000000000000000000==\n\n"))
	end := regexp.MustCompile(`\n\r?\n`)
	f.Fuzz(func(t *testing.T, sent []byte) {
		if at := end.FindIndex(sent); at != nil {
			sent = sent[:at[1]] // a single request
		}
		play(t, func(t *testing.T, s *wsserver.Server) {
			var panicked atomic.Bool
			conn := wstest.Pipe(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() {
					if recover() != nil {
						panicked.Store(true)
					}
				}()
				s.ServeHTTP(w, r)
			}))
			go conn.Write(sent)
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.False(t, panicked.Load())
			if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
				require.Zero(t, s.Counts().Accepted)
				return
			}
			requireSound(t, sent, response.Header)
			require.Equal(t, wsserver.Opened, next(t, s).Kind)
		})
	})
}

var loopbackHost = regexp.MustCompile(`^(127\.\d+\.\d+\.\d+|\[::1\]|(?i:localhost))(:[1-9]\d*)?$`)

// requireSound checks a request that was let in.
func requireSound(t *testing.T, sent []byte, answer http.Header) {
	t.Helper()
	lines := strings.Split(strings.ReplaceAll(string(sent), "\r\n", "\n"), "\n")
	require.Regexp(t, `^GET /\S* HTTP/1\.[1-9]$`, lines[0], "at least 1.1: RFC 6455, section 4.1")
	headers := fields(t, lines[1:])

	require.Len(t, headers["host"], 1)
	host := headers["host"][0]
	require.Regexp(t, loopbackHost, host)
	if origins := headers["origin"]; origins != nil {
		require.Equal(t, []string{"http://" + host}, origins)
	}
	if sites := headers["sec-fetch-site"]; sites != nil {
		require.Regexp(t, `^(same-origin|none)$`, strings.Join(sites, ","))
	}
	for _, length := range headers["content-length"] {
		require.Regexp(t, `^0*$`, length)
	}
	require.Empty(t, headers["transfer-encoding"])
	require.Empty(t, headers["sec-websocket-protocol"], "none is spoken here")

	require.Contains(t, tokens(headers["connection"]), "upgrade")
	require.Contains(t, tokens(headers["upgrade"]), "websocket")
	require.Equal(t, "13", headers["sec-websocket-version"][0])
	require.Len(t, headers["sec-websocket-key"], 1)
	nonce := headers["sec-websocket-key"][0]
	raw, err := base64.StdEncoding.DecodeString(nonce)
	require.NoError(t, err)
	require.Len(t, raw, 16)
	sum := sha1.Sum([]byte(nonce + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	require.Equal(t, base64.StdEncoding.EncodeToString(sum[:]), answer.Get("Sec-WebSocket-Accept"))
	require.Empty(t, answer.Get("Sec-WebSocket-Extensions"))
}

// fields are the lines of a header by name, in lower case.
func fields(t *testing.T, lines []string) map[string][]string {
	t.Helper()
	all := make(map[string][]string)
	name := ""
	for _, line := range lines {
		if line == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			newest := &all[name][len(all[name])-1]
			*newest = strings.TrimSpace(*newest + " " + strings.TrimSpace(line))
			continue
		}
		var value string
		var ok bool
		name, value, ok = strings.Cut(line, ":")
		require.True(t, ok)
		name = strings.ToLower(name)
		all[name] = append(all[name], strings.TrimSpace(value))
	}
	return all
}

// tokens are the elements of lists, in lower case.
func tokens(lists []string) []string {
	var all []string
	for element := range strings.SplitSeq(strings.Join(lists, ","), ",") {
		all = append(all, strings.ToLower(strings.TrimSpace(element)))
	}
	return all
}
