package wsserver

import (
	"bufio"
	"bytes"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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

// FuzzFrames sends anything to a connection. However it takes it, the program is
// told of an end, and nothing stays behind.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x81\x82\x00\x00\x00\x00hi\x88\x80\x00\x00\x00\x00"))
	f.Add([]byte("\x81\x82\x01\x02\x03\x04hi"))
	f.Add([]byte("\x82\xFF\x40\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00x"))
	f.Add([]byte("\x82\xFE\x70\x00\x00\x00\x00\x00xxxx"))
	f.Add([]byte("\x01\x81\x00\x00\x00\x00a\x89\x80\x00\x00\x00\x00\x80\x80\x00\x00\x00\x00"))
	f.Add(bytes.Repeat([]byte("\x8A\x80\x00\x00\x00\x00"), 40))
	f.Add([]byte("\x88\x83\x00\x00\x00\x00\x03\xE8\xFF"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		synctest.Test(t, func(t *testing.T) {
			s := &Server{Limits: Limits{MaxMessage: 100}}
			conn, r, _ := wstest.Dialer{}.Raw(t, s)
			go func() {
				for {
					if _, _, err := wstest.ReadFrame(r); err != nil {
						return
					}
				}
			}()
			go func() {
				conn.Write(sent)
				time.Sleep(time.Second)
				conn.Close()
			}()
			var last Message
			for last.Kind != Closed {
				require.True(t, s.Wait(time.Hour))
				s.Update()
				for m := range s.ProcessMessages {
					require.LessOrEqual(t, len(m.Data), 100)
					require.True(t, m.Kind != Text || utf8.Valid(m.Data))
					require.NotEqual(t, Closed, last.Kind)
					require.True(t, last.Kind != Failed || m.Kind == Closed)
					last = m
				}
				s.ClearMessages()
			}
			require.Zero(t, s.Counts().Panics)
			require.NoError(t, s.Close())
			require.Zero(t, s.Connections())
			time.Sleep(2 * time.Second) // until the peer has noticed
		})
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
