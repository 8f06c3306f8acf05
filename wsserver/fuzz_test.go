package wsserver

import (
	"bufio"
	"bytes"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver/wstest"
)

// FuzzSplitHost compares splitHost with how the standard library would take the
// same text for a part of an address: whatever we let in, it must take for the
// same host.
func FuzzSplitHost(f *testing.F) {
	for _, seed := range []string{
		"localhost", "127.0.0.1:6060", "[::1]:6060", "[::1", "[::1%25lo]", "a:b:c", "%zz", "", ":1", "[]:1",
		"user@localhost", "localhost/", "127.1", "0x7f.1", "[::ffff:127.0.0.1]:1", "127.0.0.1:00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, hostport string) {
		host, ok := splitHost(hostport)
		if !ok {
			require.Empty(t, host)
			return
		}
		require.NotEmpty(t, host)
		if !isLoopback(host) && !strings.EqualFold(host, "localhost") {
			return
		}
		u, err := url.Parse("http://" + hostport)
		require.NoError(t, err)
		require.Equal(t, host, u.Hostname())
		require.Empty(t, u.Path+u.RawQuery+u.Fragment)
		require.Nil(t, u.User)
		if addr, err := netip.ParseAddr(host); err == nil {
			require.True(t, addr.IsLoopback())
			require.Empty(t, addr.Zone())
		}
	})
}

// FuzzFrame has the frames that we write read by somebody else.
func FuzzFrame(f *testing.F) {
	for _, n := range []int{0, 1, 125, 126, 65535, 65536} {
		f.Add(frameText, make([]byte, n))
	}
	f.Fuzz(func(t *testing.T, first byte, payload []byte) {
		first &= 0x8F
		frame := appendFrame(nil, first, payload)
		require.Len(t, frame, frameSize(len(payload)))
		gotFirst, got, err := wstest.ReadFrame(bufio.NewReader(bytes.NewReader(frame)))
		require.NoError(t, err)
		require.Equal(t, first, gotFirst)
		require.True(t, bytes.Equal(payload, got))
	})
}

// FuzzCloseFrame has every close that a program may ask for made to travel.
func FuzzCloseFrame(f *testing.F) {
	f.Add(1000, "")
	f.Add(1005, strings.Repeat("ü", 100))
	f.Add(4999, "\xFF")
	f.Add(-1, strings.Repeat("\xFF", 200))
	f.Fuzz(func(t *testing.T, code int, reason string) {
		first, payload, err := wstest.ReadFrame(bufio.NewReader(bytes.NewReader(appendClose(nil, code, reason))))
		require.NoError(t, err)
		require.Equal(t, frameClose, first)
		require.LessOrEqual(t, len(payload), 125)
		if len(payload) == 0 {
			require.Equal(t, codeNone, code)
			return
		}
		require.True(t, sendable(int(payload[0])<<8|int(payload[1])))
		require.True(t, utf8.Valid(payload[2:]))
	})
}
