package wsserver_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

func TestEcho(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.BehindAt = 1 << 20
		c, id := join(t, s)
		for _, size := range []int{0, 1, 125, 126, 4093, 4096, 65535, 65536} {
			sent := strings.Repeat("é", size)[:size&^1]
			require.NoError(t, c.SendText([]byte(sent)))
			m := next(t, s)
			require.Equal(t, wsserver.Text, m.Kind)
			require.Equal(t, id, m.From)
			require.NoError(t, s.SendTextMessage(id, m.Data))
			s.Update()
			require.Equal(t, sent, text(t, c))
		}
		require.NoError(t, c.SendBinary([]byte{0, 0xFF}))
		m := next(t, s)
		require.Equal(t, wsserver.Binary, m.Kind)
		require.NoError(t, s.SendBinaryMessage(id, m.Data))
		s.Update()
		kind, data, err := c.Next(t.Context())
		require.NoError(t, err)
		require.Equal(t, wstest.Binary, kind)
		require.Equal(t, []byte{0, 0xFF}, data)
	})
}

func TestEventsComeInOrderWithMessages(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c := wstest.Dial(t, s)
		require.NoError(t, c.SendText([]byte("a")))
		require.NoError(t, c.SendBinary([]byte("b")))
		require.NoError(t, c.SendText([]byte("c")))
		require.NoError(t, c.Close(4321, "enough"))
		synctest.Wait()
		require.Equal(t, []string{"opened", "text a", "binary b", "text c", "closed 4321 enough"}, told(t, s))
	})
}

func TestOpenedCarriesTheHandshake(t *testing.T) {
	type key struct{}
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Subprotocols = []string{"scry.1"}
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, "edit")))
		})
		c := wstest.Dialer{Path: "/ws?x=1", Subprotocols: []string{"scry.token.c2VjcmV0", "scry.1"}}.Dial(t, h)
		m := next(t, s)
		require.Equal(t, "/ws?x=1", m.Request.RequestURI)
		require.Equal(t, "edit", m.Request.Context().Value(key{}))
		require.Equal(t, []string{"scry.1"}, c.Response().Header["Sec-Websocket-Protocol"])
		require.Empty(t, c.Response().Header["Sec-Websocket-Extensions"])
	})
}

func TestConnectionsAreApart(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		a, idA := join(t, s)
		b, idB := join(t, s)
		require.NotEqual(t, idA, idB)
		require.Equal(t, 2, s.Connections())
		require.NoError(t, a.SendText([]byte("from a")))
		require.Equal(t, idA, next(t, s).From)
		require.NoError(t, b.SendText([]byte("from b")))
		require.Equal(t, idB, next(t, s).From)
		require.NoError(t, s.SendTextMessage(idB, []byte("to b")))
		require.NoError(t, s.SendTextMessage(idA, []byte("to a")))
		s.Update()
		require.Equal(t, "to a", text(t, a))
		require.Equal(t, "to b", text(t, b))

		require.NoError(t, a.Close(1000, ""))
		m := next(t, s)
		require.Equal(t, wsserver.Closed, m.Kind)
		require.Equal(t, idA, m.From)
		require.NoError(t, m.Err)
		require.ErrorIs(t, s.SendTextMessage(idA, []byte("late")), wsserver.ErrClosed)
		require.NoError(t, s.SendTextMessage(idB, []byte("still")))
		s.Update()
		require.Equal(t, "still", text(t, b))
		_, idC := join(t, s)
		require.Greater(t, idC, idB, "ids are never used again")
	})
}

func TestWhatIsNotProcessedStays(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, _ := join(t, s)
		for _, word := range []string{"1", "2", "3", "4"} {
			require.NoError(t, c.SendText([]byte(word)))
		}
		synctest.Wait()
		require.Zero(t, s.PendingMessageCount())
		s.Update()
		require.Equal(t, 4, s.PendingMessageCount())
		var got []string
		s.ProcessMessages(func(m wsserver.Message) bool {
			got = append(got, string(m.Data))
			return len(got) < 2
		})
		require.Equal(t, 2, s.PendingMessageCount())
		s.ClearMessages()
		require.Equal(t, 2, s.PendingMessageCount())
		require.NoError(t, c.SendText([]byte("5")))
		synctest.Wait()
		s.Update()
		for m := range s.ProcessMessages {
			got = append(got, string(m.Data))
		}
		s.ClearMessages()
		require.Equal(t, []string{"1", "2", "3", "4", "5"}, got)
		require.Zero(t, s.PendingMessageCount())
	})
}

func TestHandlersMayCallEverything(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, id := join(t, s)
		for _, word := range []string{"1", "2", "3"} {
			require.NoError(t, c.SendText([]byte(word)))
		}
		synctest.Wait()
		s.Update()
		var got []string
		for m := range s.ProcessMessages {
			got = append(got, string(m.Data))
			s.Update()
			s.ClearMessages()
			for m := range s.ProcessMessages {
				got = append(got, string(m.Data))
			}
			require.NoError(t, s.SendTextMessage(id, m.Data))
			s.CloseConnection(id, 1000, "")
		}
		require.Equal(t, []string{"1", "2", "3"}, got)
	})
}

func TestParseRunsOnTheReader(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Parse = func(text []byte) any { return strings.ToUpper(string(text)) }
		c, _ := join(t, s)
		require.NoError(t, c.SendText([]byte("hi")))
		m := next(t, s)
		require.Equal(t, "HI", m.Value)
		require.Equal(t, "hi", string(m.Data))
		require.NoError(t, c.SendBinary([]byte("hi")))
		require.Nil(t, next(t, s).Value)
	})
}

func TestPanicInParseEndsOneConnection(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Parse = func(text []byte) any {
			if string(text) == "boom" {
				panic("no")
			}
			return nil
		}
		bad, _ := join(t, s)
		good, idGood := join(t, s)
		require.NoError(t, bad.SendText([]byte("boom")))
		m := next(t, s)
		require.Equal(t, wsserver.Failed, m.Kind)
		var p *wsserver.Panic
		require.ErrorAs(t, m.Err, &p)
		require.Equal(t, "no", p.Value)
		require.EqualError(t, m.Err, "panic: no")
		require.Contains(t, string(p.Stack), "TestPanicInParse")
		m = next(t, s)
		require.Equal(t, wsserver.Closed, m.Kind)
		require.Equal(t, 1011, m.Code)
		require.Equal(t, "1011 internal error", closedWith(t, bad))
		require.NoError(t, good.SendText([]byte("ok")))
		require.Equal(t, idGood, next(t, s).From)
		require.EqualValues(t, 1, s.Counts().Panics)
	})
}

func TestGoexitInParseEndsOneConnection(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Parse = func([]byte) any { exit(); return nil }
		c, _ := join(t, s)
		require.NoError(t, c.SendText([]byte("x")))
		require.Equal(t, []string{"failed: the goroutine was ended by runtime.Goexit", "closed 1011 internal error"}, told(t, s))
		require.Equal(t, "1011 internal error", closedWith(t, c))
	})
}

func TestCloseConnection(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, id := join(t, s)
		require.NoError(t, c.SendText([]byte("unseen")))
		synctest.Wait()
		require.NoError(t, s.SendTextMessage(id, []byte("last words")))
		s.CloseConnection(id, 4401, "log in first")
		s.CloseConnection(id, 1000, "again")
		require.ErrorIs(t, s.SendTextMessage(id, []byte("x")), wsserver.ErrClosed)
		require.Zero(t, s.Backlog(id))
		s.Update()
		require.Equal(t, "last words", text(t, c))
		require.Equal(t, "4401 log in first", closedWith(t, c))
		require.Equal(t, []string{"closed 4401 log in first"}, told(t, s), "the text is handed out no more")
		s.CloseConnection(id, 1000, "unknown by now")
		s.CloseConnection(0, 1000, "never known")
		require.Zero(t, s.Counts().Failed)
	})
}

func TestCloseCodesAndReasonsAreMadeToTravel(t *testing.T) {
	long := strings.Repeat("ü", 70)
	for _, tt := range []struct {
		code   int
		reason string
		want   string
	}{
		{0, "", "1000 "},
		{1005, "x", "1000 x"},
		{1006, "x", "1000 x"},
		{1015, "x", "1000 x"},
		{2999, "x", "1000 x"},
		{5000, "x", "1000 x"},
		{-1, "x", "1000 x"},
		{1014, "x", "1014 x"},
		{4999, "x", "4999 x"},
		{1000, "a\xFFb", "1000 a\uFFFDb"},
		{1000, long, "1000 " + long[:122]},
	} {
		play(t, func(t *testing.T, s *wsserver.Server) {
			c, id := join(t, s)
			s.CloseConnection(id, tt.code, tt.reason)
			s.Update()
			require.Equal(t, tt.want, closedWith(t, c))
		})
	}
}

func TestCloseOfTheServer(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		a, idA := join(t, s)
		b, _ := join(t, s)
		require.NotEmpty(t, goroutines("wsserver.(*"), "what noneLeft looks for")
		require.NoError(t, s.SendTextMessage(idA, []byte("bye")))
		s.CloseConnection(idA, 4000, "the game closed")
		s.Update()
		require.NoError(t, s.Close())
		require.Equal(t, "bye", text(t, a))
		require.Equal(t, "4000 the game closed", closedWith(t, a))
		require.Equal(t, "1001 the server closed", closedWith(t, b))
		require.NoError(t, s.Close(), "again")

		s.Update()
		require.Equal(t, 2, s.PendingMessageCount(), "both have closed")
		_, _, response := wstest.Dialer{}.Raw(t, s)
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		s.Wake()
	})
}

func TestCloseBeforeAnything(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		require.NoError(t, s.Close())
		require.False(t, s.Wait(time.Hour))
	})
}

func TestZeroValue(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Update()
		s.ProcessMessages(func(wsserver.Message) bool { t.Fatal("nothing was sent"); return false })
		s.ClearMessages()
		require.Zero(t, s.PendingMessageCount())
		require.ErrorIs(t, s.SendTextMessage(1, nil), wsserver.ErrClosed)
		require.ErrorIs(t, s.SendBinaryMessage(0, nil), wsserver.ErrClosed)
		s.BroadcastTextMessage(nil, nil)
		s.CloseConnection(1, 1000, "")
		s.PauseReading(1, true)
		require.Zero(t, s.Backlog(1))
		require.Zero(t, s.RoundTrip(1))
		require.Zero(t, s.Address(1))
		require.Empty(t, s.Blocked())
		require.True(t, s.Accepting())
		a := s.NewAudience()
		a.Add(1)
		a.Remove(1)
		a.SendText(nil)
		require.Zero(t, a.Len())
		require.Zero(t, s.Connections())
		require.Zero(t, s.Counts())
		require.False(t, s.Wait(0))
	})
}

func TestParseThatHangsIsNamedByClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s := &wsserver.Server{Parse: func([]byte) any { <-release; return nil }}
		c, _ := join(t, s)
		require.NoError(t, c.SendText([]byte("x")))
		synctest.Wait()
		began := time.Now()
		require.ErrorContains(t, s.Close(), "1 goroutines are still busy")
		require.Equal(t, 2*time.Second, time.Since(began))
		close(release)
		require.NoError(t, s.Close())
		noneLeft(t)
	})
}

func TestWait(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		began := time.Now()
		require.False(t, s.Wait(16*time.Millisecond))
		require.Equal(t, 16*time.Millisecond, time.Since(began))

		c, id := join(t, s)
		go func() {
			time.Sleep(5 * time.Millisecond)
			c.SendText([]byte("x"))
		}()
		began = time.Now()
		require.True(t, s.Wait(time.Second))
		require.Equal(t, 5*time.Millisecond, time.Since(began))
		s.Update()
		require.True(t, s.Wait(time.Second), "there is something to process")
		next(t, s)

		s.Wake()
		require.True(t, s.Wait(time.Second))
		go func() {
			time.Sleep(time.Millisecond)
			s.Wake()
		}()
		require.True(t, s.Wait(time.Second))

		require.NoError(t, s.SendTextMessage(id, []byte("now")))
		s.Update()
		began = time.Now()
		go func() {
			c.Next(context.Background())
			s.Wake()
		}()
		require.True(t, s.Wait(time.Second))
		require.Zero(t, time.Since(began), "what was handed over has left at once")
	})
}

func TestBroadcast(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		a, idA := join(t, s)
		b, idB := join(t, s)
		c, idC := join(t, s)
		require.NoError(t, s.SendTextMessage(idA, []byte("first")))
		s.BroadcastTextMessage([]wsserver.ConnID{idA, 99, idB}, []byte("both"))
		s.BroadcastBinaryMessage([]wsserver.ConnID{idC}, []byte("one"))
		require.NoError(t, s.SendTextMessage(idB, []byte("last")))
		s.Update()
		require.Equal(t, "first", text(t, a))
		require.Equal(t, "both", text(t, a))
		require.Equal(t, "both", text(t, b))
		require.Equal(t, "last", text(t, b))
		kind, data, err := c.Next(t.Context())
		require.NoError(t, err)
		require.Equal(t, wstest.Binary, kind)
		require.Equal(t, "one", string(data))
	})
}

func TestDataBelongsToTheProgram(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, id := join(t, s)
		require.NoError(t, c.SendText([]byte("keep me")))
		kept := next(t, s).Data
		for range 100 {
			require.NoError(t, c.SendText([]byte("another")))
			m := next(t, s)
			require.NoError(t, s.SendTextMessage(id, m.Data))
			clear(m.Data) // what was sent was copied
			s.Update()
			require.Equal(t, "another", text(t, c))
		}
		require.Equal(t, "keep me", string(kept))
	})
}

func TestConnectionLost(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, _ := join(t, s)
		c.Conn().Close()
		m := next(t, s)
		require.Equal(t, wsserver.Failed, m.Kind)
		require.ErrorContains(t, m.Err, "connection lost")
		m = next(t, s)
		require.Equal(t, wsserver.Closed, m.Kind)
		require.Equal(t, 1006, m.Code)
		require.Error(t, m.Err)
	})
}

func TestTooManyConnections(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxConnections = 2
		a, _ := join(t, s)
		join(t, s)
		_, _, response := wstest.Dialer{}.Raw(t, s)
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		require.NoError(t, a.Close(1000, ""))
		require.Equal(t, wsserver.Closed, next(t, s).Kind)
		synctest.Wait()
		join(t, s)
		require.EqualValues(t, 3, s.Counts().Accepted)
		require.EqualValues(t, 1, s.Counts().Refused)
	})
}

func TestKindsHaveNames(t *testing.T) {
	require.Equal(t, "opened text binary closed failed behind ready kind 9", strings.Join([]string{
		wsserver.Opened.String(), wsserver.Text.String(), wsserver.Binary.String(),
		wsserver.Closed.String(), wsserver.Failed.String(), wsserver.Behind.String(), wsserver.Ready.String(), wsserver.Kind(9).String(),
	}, " "))
	require.True(t, errors.Is(wsserver.ErrTooSlow, wsserver.ErrClosed))
}

// Any goroutine may ask, also before the first connection: a page of metrics does.
func TestConnectionsAreCountedBeforeThereIsOne(t *testing.T) {
	for range 100 { // the race detector is the judge, and needs the one to come first
		var s wsserver.Server
		var asked sync.WaitGroup
		asked.Go(func() { s.Connections() })
		asked.Go(s.Wake)
		asked.Wait()
		require.Zero(t, s.Connections())
	}
}
