package wsserver_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// TestEveryLimitHasARow goes through the fields of Limits: each has a row, in the
// same order, with its default, and shows what it is set to.
func TestEveryLimitHasARow(t *testing.T) {
	var s wsserver.Server
	fields := reflect.TypeFor[wsserver.Limits]()
	rows := s.LimitCounts()
	require.Len(t, rows, fields.NumField())
	for i, row := range rows {
		require.Equal(t, fields.Field(i).Name, row.Name)
		require.NotEmpty(t, row.Unit)
		require.Zero(t, row.Hits)
		require.Equal(t, fields.Field(i).Type == reflect.TypeFor[time.Duration](), row.Unit == "ns", row.Name)
		reflect.ValueOf(&s.Limits).Elem().Field(i).SetInt(int64(1000 + i))
	}
	for i, row := range s.LimitCounts() {
		require.EqualValues(t, 1000+i, row.Value, row.Name)
	}
}

// TestAProgramThatDoesNotUpdate pins that connections which come and go while
// nobody takes that in do not pile up.
func TestAProgramThatDoesNotUpdate(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxConnections = 3
		for range 3 {
			conn, _, response := wstest.Dialer{}.Raw(t, s)
			require.Equal(t, 101, response.StatusCode)
			conn.Close()
			synctest.Wait()
		}
		require.Zero(t, s.Connections())
		_, _, response := wstest.Dialer{}.Raw(t, s)
		require.Equal(t, 503, response.StatusCode)
		s.Update()
		_, _, response = wstest.Dialer{}.Raw(t, s)
		require.Equal(t, 101, response.StatusCode)
		require.EqualValues(t, 1, hits(s, "MaxConnections"))
	})
}

// TestMaxHeld has clients that take nothing of what they are sent, of which none
// alone is beyond its backlog.
func TestMaxHeld(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxHeld = 1 << 20
		good, idGood := join(t, s)
		var ids []wsserver.ConnID
		for range 10 {
			_, _, id := intrude(t, s)
			ids = append(ids, id)
		}
		for round := range 20 {
			for i, id := range ids {
				s.SendBinaryMessage(id, make([]byte, 10_000+1000*i)) // the last has most
			}
			require.NoError(t, s.SendTextMessage(idGood, []byte(fmt.Sprint(round))))
			s.Update()
			s.Wait(10 * time.Millisecond)
			require.Equal(t, fmt.Sprint(round), text(t, good))
			synctest.Wait()
			require.LessOrEqual(t, s.Counts().Held, int64(1<<20)*10/8)
		}
		ended := make(map[wsserver.ConnID]string)
		time.Sleep(3 * time.Second)
		s.Update()
		for m := range s.ProcessMessages {
			if m.Kind == wsserver.Closed {
				require.Equal(t, 4008, m.Code)
				ended[m.From] = m.Reason
			}
		}
		s.ClearMessages()
		require.Regexp(t, `^too slow: \d+ KiB waiting, and the server's memory is full$`, ended[ids[9]])
		require.NotContains(t, ended, ids[0])
		require.NotContains(t, ended, idGood)
		require.EqualValues(t, len(ended), hits(s, "MaxHeld"))
		require.LessOrEqual(t, s.Counts().Held, int64(1<<20))
	})
}

// TestSharedIsHeldOnce has many that take nothing, and one payload for all.
func TestSharedIsHeldOnce(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		aud := s.NewAudience()
		var readers []*bufio.Reader
		for range 20 {
			_, r, id := intrude(t, s)
			readers = append(readers, r)
			aud.Add(id)
		}
		aud.SendBinary(make([]byte, 500_000))
		s.Update()
		s.Wait(10 * time.Millisecond)
		synctest.Wait()
		require.InDelta(t, 530_000, s.Counts().Held, 10_000, "the room is a power of two")
		for _, r := range readers {
			_, payload, err := wstest.ReadFrame(r)
			require.NoError(t, err)
			require.Len(t, payload, 500_000)
		}
		synctest.Wait()
		require.Zero(t, s.Counts().Held)
	})
}

func TestHandshakesAreRefusedWhenMemoryIsShort(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxHeld, s.Limits.BehindAt = 140_000, 1<<20
		_, r, id := intrude(t, s)
		require.NoError(t, s.SendBinaryMessage(id, make([]byte, 130_000)))
		_, _, response := wstest.Dialer{}.Raw(t, s)
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		s.Update()
		_, _, err := wstest.ReadFrame(r)
		require.NoError(t, err)
		synctest.Wait()
		join(t, s)
		require.EqualValues(t, 1, hits(s, "MaxHeld"))
	})
}

// TestTotalInbox has ten clients that flood a program which does not call
// ClearMessages, and one that says little and is heard.
func TestTotalInbox(t *testing.T) {
	for name, limits := range map[string]wsserver.Limits{
		"messages": {MaxTotalInbox: 100},
		"bytes":    {MaxTotalInboxBytes: 100 * 138},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, s *wsserver.Server) {
				s.Limits = limits
				quiet, id := join(t, s)
				var conns []net.Conn
				for range 10 {
					conn, _, _ := intrude(t, s)
					conns = append(conns, conn)
				}
				for _, conn := range conns {
					go flood(conn, wstest.Frame(wstest.Fin|wstest.OpText, []byte("0123456789")))
				}
				time.Sleep(time.Second)
				s.Update()
				flood := s.PendingMessageCount()
				require.InDelta(t, 50, flood, 12, "the other half is not theirs")
				require.NoError(t, quiet.SendText([]byte("may I?")))
				synctest.Wait()
				s.Update()
				require.Equal(t, flood+1, s.PendingMessageCount())
				heard := false
				for m := range s.ProcessMessages {
					heard = heard || m.From == id
				}
				require.True(t, heard)
			})
		})
	}
}

// flood sends a frame until it cannot.
func flood(conn net.Conn, frame []byte) {
	for {
		if _, err := conn.Write(frame); err != nil {
			return
		}
	}
}

// TestMessagesThatBeginTogether has many clients begin a message while there is
// room for each alone.
func TestMessagesThatBeginTogether(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxTotalInbox = 8
		var conns []net.Conn
		for range 30 {
			conn, _, _ := intrude(t, s)
			conns = append(conns, conn)
		}
		for _, conn := range conns {
			go conn.Write(wstest.Frame(wstest.Fin|wstest.OpText, make([]byte, 10_000)))
		}
		time.Sleep(time.Second)
		s.Update()
		first := s.PendingMessageCount()
		require.LessOrEqual(t, first, 8)
		for total := first; total < 30; {
			for range s.ProcessMessages {
			}
			s.ClearMessages()
			time.Sleep(time.Second)
			s.Update()
			require.Positive(t, s.PendingMessageCount(), "in the end all are heard")
			total += s.PendingMessageCount()
		}
	})
}

func TestAMessageThatFindsNoMemory(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxHeld = 50_000
		s.Limits.MaxMessage = 1 << 20
		conn, r, _ := intrude(t, s)
		go conn.Write(wstest.Frame(wstest.Fin|wstest.OpText, make([]byte, 1<<20)))
		require.Equal(t, "1013 the server's memory is full", verdict(r))
		require.Equal(t, []string{"failed: the server's memory is full", "closed 1013 the server's memory is full"}, told(t, s))
	})
}

func TestRates(t *testing.T) {
	for name, tt := range map[string]struct {
		limits wsserver.Limits
		hits   string
	}{
		"messages": {wsserver.Limits{MessageRate: 100, MessageBurst: 50}, "MessageRate"},
		"bytes":    {wsserver.Limits{ByteRate: 100 * 106, ByteBurst: 50 * 106}, "ByteRate"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, s *wsserver.Server) {
				s.Limits = tt.limits
				conn, _, id := intrude(t, s)
				go flood(conn, wstest.Frame(wstest.Fin|wstest.OpText, make([]byte, 100)))
				during := func(d time.Duration) (n int) {
					for end := time.Now().Add(d); time.Now().Before(end); {
						time.Sleep(time.Millisecond)
						s.Update()
						for range s.ProcessMessages {
							n++
						}
						s.ClearMessages()
					}
					return n
				}
				require.InDelta(t, 50, during(10*time.Millisecond), 2, "the burst")
				require.InDelta(t, 200, during(2*time.Second), 5)
				require.Positive(t, hits(s, tt.hits))
				s.Unbound(id, true)
				require.Greater(t, during(50*time.Millisecond), 1000)
				s.Unbound(id, false)
				during(time.Millisecond)
				require.LessOrEqual(t, during(time.Second), 50+110)
				s.Unbound(0, true)
			})
		})
	}
}
