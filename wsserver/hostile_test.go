package wsserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// intrude connects a peer that does nothing by itself.
func intrude(t *testing.T, s *wsserver.Server) (net.Conn, *bufio.Reader, wsserver.ConnID) {
	t.Helper()
	conn, r, response := wstest.Dialer{}.Raw(t, s)
	require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
	m := next(t, s)
	require.Equal(t, wsserver.Opened, m.Kind)
	return conn, r, m.From
}

// verdict reads frames up to the close frame and returns code and reason of it, or
// the error that came instead, and checks that the connection is cut then.
func verdict(r *bufio.Reader) string {
	for {
		first, payload, err := wstest.ReadFrame(r)
		if err != nil {
			return err.Error()
		}
		if first != wstest.Fin|wstest.OpClose {
			continue
		}
		if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
			return fmt.Sprintf("after the close frame: %q, %v", rest, err)
		}
		if len(payload) == 0 {
			return "no code"
		}
		return fmt.Sprintf("%d %s", int(payload[0])<<8|int(payload[1]), payload[2:])
	}
}

// key is a mask that leaves the payload as it is.
const key = "\x00\x00\x00\x00"

func TestSteadyPingsAreWithinTheBudget(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, _ := join(t, s)
		for range 200 {
			require.NoError(t, c.Ping([]byte("x")))
			time.Sleep(100 * time.Millisecond)
		}
		require.NoError(t, c.SendText([]byte("alive")))
		require.Equal(t, wsserver.Text, next(t, s).Kind)
	})
}

func TestFirstMessageWithTheHandshake(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn := wstest.Pipe(t, s)
		go conn.Write(append(wstest.Dialer{}.Handshake(), wstest.Frame(wstest.Fin|wstest.OpText, []byte("early"))...))
		r := bufio.NewReader(conn)
		response, err := http.ReadResponse(r, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
		require.Equal(t, wsserver.Opened, next(t, s).Kind)
		require.Equal(t, "early", string(next(t, s).Data))
	})
}

func TestHalfAFrameHoldsNothing(t *testing.T) {
	halves := map[string]string{
		"header":          "\x82",
		"length":          "\x82\xFE\x70",
		"mask":            "\x82\xFE\x70\x00\x00\x00",
		"payload":         "\x82\xFE\x70\x00" + key + strings.Repeat("x", 600),
		"fragment":        "\x02\x81" + key + "x",
		"ping":            "\x89\x85" + key + "x",
		"close":           "\x88\x85" + key + "\x03\xE8",
		"payload claimed": "\x82\xFF\x40\x00\x00\x00\x00\x00\x00\x00" + key + "x",
	}
	for name, half := range halves {
		t.Run(name+"/CloseConnection", func(t *testing.T) {
			play(t, func(t *testing.T, s *wsserver.Server) {
				conn, r, id := intrude(t, s)
				_, err := io.WriteString(conn, half)
				require.NoError(t, err)
				began := time.Now()
				s.CloseConnection(id, 4000, "that is all")
				s.Update()
				require.Equal(t, "4000 that is all", verdict(r))
				require.Equal(t, []string{"closed 4000 that is all"}, told(t, s))
				require.LessOrEqual(t, time.Since(began), 1010*time.Millisecond)
			})
		})
		t.Run(name+"/Close, nobody reads", func(t *testing.T) {
			play(t, func(t *testing.T, s *wsserver.Server) {
				conn, _, id := intrude(t, s)
				_, err := io.WriteString(conn, half)
				require.NoError(t, err)
				require.NoError(t, s.SendTextMessage(id, []byte("stuck")))
				s.Update()
				synctest.Wait()
				began := time.Now()
				require.NoError(t, s.Close())
				require.LessOrEqual(t, time.Since(began), 1010*time.Millisecond)
			})
		})
	}
}

// TestMessageThatIsCutOff loses the connection after each byte of a message of
// three fragments. The library takes an end between two of them for that of the
// message.
func TestMessageThatIsCutOff(t *testing.T) {
	message := begin("a") + more("b") + last("c")
	for n := range len(message) + 1 {
		play(t, func(t *testing.T, s *wsserver.Server) {
			conn, _, _ := intrude(t, s)
			_, err := io.WriteString(conn, message[:n])
			require.NoError(t, err)
			conn.Close()
			want := []string{"failed: connection lost: EOF", "closed 1006 "}
			if n == len(message) {
				want = append([]string{"text abc"}, want...)
			}
			require.Equal(t, want, told(t, s))
		})
	}
}

// lastWords is a connection whose end comes with its last bytes, as that of TLS
// may.
type lastWords struct {
	net.Conn
	ends int // how many bytes there are yet
}

func (c *lastWords) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.ends -= n; c.ends == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

func TestEndThatComesWithTheLastBytes(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		near, far := net.Pipe()
		sent := string(wstest.Dialer{}.Handshake()) + begin("a") + last("b")
		conn := wstest.PipeVia(t, s, near, &lastWords{far, len(sent)})
		go func() {
			io.WriteString(conn, sent)
			_, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Error(err)
			}
			conn.Close()
		}()
		require.Equal(t, []string{"opened", "text ab", "failed: connection lost: EOF", "closed 1006 "}, told(t, s))
	})
}

func TestPeerThatTricklesWhileClosing(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn, _, _ := intrude(t, s)
		go func() {
			io.WriteString(conn, "\x82\xFE\x70\x00"+key)
			for {
				if _, err := io.WriteString(conn, "x"); err != nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		}()
		time.Sleep(time.Second)
		began := time.Now()
		require.NoError(t, s.Close())
		require.LessOrEqual(t, time.Since(began), 1010*time.Millisecond)
	})
}

func TestSilentPeer(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		_, r, _ := intrude(t, s)
		began := time.Now()
		for _, after := range []float64{15, 35} {
			first, _, err := wstest.ReadFrame(r)
			require.NoError(t, err)
			require.Equal(t, wstest.Fin|wstest.OpPing, first)
			require.InDelta(t, after, time.Since(began).Seconds(), 1.1)
		}
		require.Equal(t, []string{"failed: no sign of life for 55 s", "closed 1006 "}, told(t, s))
		require.InDelta(t, 55, time.Since(began).Seconds(), 1.1)
	})
}

func TestIdlePeerThatAnswersStays(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, id := join(t, s)
		require.False(t, s.Wait(time.Hour))
		require.InDelta(t, 3600/15, c.Pings(), 20)
		require.NoError(t, s.SendTextMessage(id, []byte("still there?")))
		s.Update()
		require.Equal(t, "still there?", text(t, c))
	})
}

func TestPeerThatNeverReads(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxBacklog = 1 << 20
		_, _, id := intrude(t, s)
		good, idGood := join(t, s)
		data := make([]byte, 64<<10)
		var err error
		sent := 0
		for ; err == nil; sent++ {
			err = s.SendBinaryMessage(id, data)
			s.Update()
			require.NoError(t, s.SendTextMessage(idGood, []byte("x")))
			s.Update()
			require.Equal(t, "x", text(t, good))
		}
		require.ErrorIs(t, err, wsserver.ErrTooSlow)
		require.ErrorIs(t, s.SendBinaryMessage(id, data), wsserver.ErrClosed)
		require.Equal(t, 16, sent)
		s.Update()
		began := time.Now()
		require.Equal(t, []string{"failed: " + wsserver.ErrTooSlow.Error(), "closed 4008 too slow: 1025 KiB waiting"}, told(t, s))
		require.LessOrEqual(t, time.Since(began), 1010*time.Millisecond)
		require.EqualValues(t, 1, s.Counts().Slow)
	})
}

func TestSlowPeerIsToldWhy(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxBacklog = 1000
		_, r, id := intrude(t, s)
		require.NoError(t, s.SendTextMessage(id, make([]byte, 5000)), "nothing waits, so it may be of any size")
		require.Equal(t, 5004, s.Backlog(id))
		s.Update()
		require.False(t, s.Wait(time.Millisecond))
		require.Equal(t, wsserver.ErrTooSlow, s.SendTextMessage(id, nil))
		s.Update()
		require.True(t, s.Wait(time.Millisecond), "it has failed already")
		first, payload, err := wstest.ReadFrame(r)
		require.NoError(t, err)
		require.Equal(t, wstest.Fin|wstest.OpText, first)
		require.Len(t, payload, 5000, "what was under way comes whole")
		require.Equal(t, "4008 too slow: 5 KiB waiting", verdict(r))
	})
}

func TestBroadcastClosesTheSlow(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxBacklog = 1000
		_, _, slow := intrude(t, s)
		fast, idFast := join(t, s)
		for range 3 {
			s.BroadcastTextMessage([]wsserver.ConnID{slow, idFast}, make([]byte, 600))
			s.Update()
			require.Len(t, text(t, fast), 600)
		}
		require.Equal(t, []string{"failed: " + wsserver.ErrTooSlow.Error(), "closed 4008 too slow: 2 KiB waiting"}, told(t, s))
	})
}

func TestPeerThatStallsInAWrite(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		_, _, id := intrude(t, s)
		require.NoError(t, s.SendTextMessage(id, make([]byte, 5000)))
		s.Update()
		began := time.Now()
		require.Equal(t, []string{"failed: " + wsserver.ErrTooSlow.Error(), "closed 4008 too slow: 5 KiB waiting"}, told(t, s))
		require.InDelta(t, 10, time.Since(began).Seconds(), .1)
	})
}

func TestSlowPeerWithProgressStays(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn, _, id := intrude(t, s)
		require.NoError(t, s.SendTextMessage(id, make([]byte, 9996)))
		s.Update()
		for range 10 {
			time.Sleep(9 * time.Second)
			n, err := io.ReadFull(conn, make([]byte, 1000))
			require.NoError(t, err)
			require.Positive(t, n)
		}
		synctest.Wait()
		require.Zero(t, s.Backlog(id))
		require.Equal(t, 1, s.Connections())
	})
}

func TestFloodMeetsBackPressure(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxInbox = 16
		conn, _, _ := intrude(t, s)
		sent := 0
		go func() {
			for {
				if _, err := conn.Write(wstest.Frame(wstest.Fin|wstest.OpText, []byte("flood"))); err != nil {
					return
				}
				sent++ // read while this goroutine is blocked
			}
		}()
		for frame := range 100 {
			time.Sleep(16 * time.Millisecond)
			synctest.Wait()
			s.Update()
			require.Equal(t, 16, s.PendingMessageCount())
			s.Update()
			require.Equal(t, 16, s.PendingMessageCount(), "Update makes no room")
			for range s.ProcessMessages {
			}
			require.LessOrEqual(t, sent, (frame+1)*16+64, "the client must wait")
			s.ClearMessages()
		}
		require.GreaterOrEqual(t, sent, 1600, "nothing is lost")
	})
}

func TestFloodOfLargeMessagesMeetsBackPressure(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxInboxBytes = 100_000
		conn, _, _ := intrude(t, s)
		go func() {
			for range 100 {
				conn.Write(wstest.Frame(wstest.Fin|wstest.OpBinary, make([]byte, 30_000)))
			}
		}()
		time.Sleep(time.Second)
		s.Update()
		require.Equal(t, 4, s.PendingMessageCount())
	})
}

func TestPausedConnectionIsNotRead(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, id := join(t, s)
		synctest.Wait() // it is being read
		s.PauseReading(id, true)
		require.NoError(t, c.SendText([]byte("under way")))
		require.Equal(t, "under way", string(next(t, s).Data))
		sent := make(chan error, 1)
		go func() { sent <- c.SendText([]byte("waits")) }()
		require.False(t, s.Wait(time.Hour), "not taken for dead, though it cannot be heard")
		require.Empty(t, sent)
		s.PauseReading(id, false)
		require.Equal(t, "waits", string(next(t, s).Data))
		require.NoError(t, <-sent)

		synctest.Wait()
		s.PauseReading(id, true)
		require.NoError(t, c.SendText([]byte("under way")))
		require.Equal(t, "under way", string(next(t, s).Data))
		s.CloseConnection(id, 1000, "paused or not")
		s.Update()
		require.Equal(t, "1000 paused or not", closedWith(t, c))
	})
}

// TestHandshakeThatIsReadTooLate has a client that does not take the answer to its
// handshake in time. It must not be taken for one that has come in: what it would
// read then are frames, in the place of the answer.
func TestHandshakeThatIsReadTooLate(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn := wstest.Pipe(t, s)
		_, err := conn.Write(wstest.Dialer{}.Handshake())
		require.NoError(t, err)
		time.Sleep(1100 * time.Millisecond)
		require.False(t, s.Wait(time.Second), "the game is told of nobody")
		rest, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Empty(t, rest)
		require.Zero(t, s.Counts().Accepted)
		join(t, s)
	})
}

func TestHandshakeThatNobodyReads(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn := wstest.Pipe(t, s)
		_, err := conn.Write(wstest.Dialer{}.Handshake())
		require.NoError(t, err)
		synctest.Wait()
		began := time.Now()
		require.NoError(t, s.Close())
		require.LessOrEqual(t, time.Since(began), 1010*time.Millisecond)
	})
}
