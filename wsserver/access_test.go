package wsserver_test

import (
	"net/http"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// from has requests come from an address.
func from(s *wsserver.Server, addr string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = addr
		s.ServeHTTP(w, r)
	})
}

// comeFrom is the status of a handshake from an address.
func comeFrom(t *testing.T, s *wsserver.Server, addr string) int {
	_, _, response := wstest.Dialer{}.Raw(t, from(s, addr))
	if response.StatusCode == http.StatusSwitchingProtocols {
		require.Equal(t, wsserver.Opened, next(t, s).Kind)
	}
	return response.StatusCode
}

func TestBlock(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		bad := wstest.Dial(t, from(s, "[::ffff:192.0.2.7]:1000"))
		idBad := next(t, s).From
		good := wstest.Dial(t, from(s, "192.0.3.7:1000"))
		idGood := next(t, s).From
		require.Equal(t, netip.MustParseAddrPort("192.0.2.7:1000"), s.Address(idBad))
		require.Equal(t, netip.MustParseAddrPort("192.0.3.7:1000"), s.Address(idGood))

		s.Block(netip.Prefix{})
		s.Block(netip.MustParsePrefix("fe80::/10"))
		s.Block(netip.MustParsePrefix("::ffff:192.0.2.9/120"))
		s.Block(netip.MustParsePrefix("192.0.2.0/24")) // the same
		require.Equal(t, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("fe80::/10")}, s.Blocked())
		require.Equal(t, "1008 your address is blocked", closedWith(t, bad))
		require.Equal(t, []string{"closed 1008 your address is blocked"}, told(t, s))

		for addr, want := range map[string]int{
			"192.0.2.255:1":        403,
			"[::ffff:192.0.2.1]:1": 403,
			"[fe80::1%eth0]:1":     403,
			"192.0.1.255:1":        101,
			"[2001:db8::1]:1":      101,
			"pipe":                 101,
		} {
			require.Equal(t, want, comeFrom(t, s, addr), addr)
		}
		s.Unblock(netip.MustParsePrefix("192.0.2.1/24"))
		s.Unblock(netip.MustParsePrefix("10.0.0.0/8"))
		require.Equal(t, 101, comeFrom(t, s, "192.0.2.255:1"))
		require.NoError(t, s.SendTextMessage(idGood, []byte("still here")))
		s.Update()
		require.Equal(t, "still here", text(t, good))
	})
}

func TestPermitted(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Permitted = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("::1/128")}
		s.Block(netip.MustParsePrefix("192.0.2.7/32"))
		for addr, want := range map[string]int{
			"192.0.2.1:1": 101,
			"[::1]:1":     101,
			"192.0.2.7:1": 403,
			"192.0.3.1:1": 403,
			"[::2]:1":     403,
			"pipe":        403,
		} {
			require.Equal(t, want, comeFrom(t, s, addr), addr)
		}
	})
}

func TestPauseAccepting(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, id := join(t, s)
		s.PauseAccepting(true)
		require.False(t, s.Accepting())
		require.Equal(t, http.StatusServiceUnavailable, comeFrom(t, s, "127.0.0.1:1"))
		require.NoError(t, s.SendTextMessage(id, []byte("you stay")))
		s.Update()
		require.Equal(t, "you stay", text(t, c))
		s.PauseAccepting(false)
		require.True(t, s.Accepting())
		require.Equal(t, http.StatusSwitchingProtocols, comeFrom(t, s, "127.0.0.1:1"))
	})
}

func TestAnUnknownAddressIsNone(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		_, id := join(t, s)
		require.Zero(t, s.Address(id))
		require.False(t, s.Address(id).IsValid())
	})
}

func TestRoundTrip(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn, r, id := intrude(t, s)
		pings := make(chan []byte, 100)
		go func() {
			for {
				_, payload, err := wstest.ReadFrame(r)
				if err != nil {
					return
				}
				pings <- payload
				time.Sleep(40 * time.Millisecond)
				conn.Write(wstest.Frame(wstest.Fin|wstest.OpPong, []byte("not it"))) // is no answer
				time.Sleep(2 * time.Millisecond)
				conn.Write(wstest.Frame(wstest.Fin|wstest.OpPong, payload))
			}
		}()
		require.False(t, s.Wait(10*time.Second))
		require.Empty(t, pings, "nobody asks")
		for range 20 {
			s.RoundTrip(id)
			require.False(t, s.Wait(time.Second))
		}
		require.Equal(t, 42*time.Millisecond, s.RoundTrip(id))
		require.InDelta(t, 10, len(pings), 1)
		for len(pings) > 0 {
			<-pings
		}
		require.False(t, s.Wait(13*time.Second))
		require.LessOrEqual(t, len(pings), 3, "nobody asks any more")
		synctest.Wait()
		require.Equal(t, 42*time.Millisecond, s.RoundTrip(id), "it was the last measured")
	})
}
