package wsserver_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

func TestAudience(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		a, idA := join(t, s)
		b, idB := join(t, s)
		aud := s.NewAudience()
		aud.SendText([]byte("nobody hears it"))
		aud.Add(idA)
		aud.Add(idA) // twice is once
		aud.Add(99)
		require.Equal(t, 1, aud.Len())

		require.NoError(t, s.SendTextMessage(idB, []byte("before")))
		aud.SendText([]byte("one"))
		aud.Add(idB)
		require.Equal(t, 2, aud.Len())
		aud.SendText([]byte("two"))
		require.NoError(t, s.SendTextMessage(idB, []byte("between")))
		aud.SendText([]byte("three"))
		aud.Remove(idA)
		aud.Remove(idA)
		aud.Remove(99)
		require.Equal(t, 1, aud.Len())
		aud.SendBinary([]byte("four"))
		require.NoError(t, s.SendTextMessage(idA, []byte("after")))
		s.Update()
		for _, want := range []string{"one", "two", "three", "after"} {
			require.Equal(t, want, text(t, a))
		}
		for _, want := range []string{"before", "two", "between", "three"} {
			require.Equal(t, want, text(t, b))
		}
		kind, data, err := b.Next(t.Context())
		require.NoError(t, err)
		require.Equal(t, wstest.Binary, kind)
		require.Equal(t, "four", string(data))
		require.EqualValues(t, 9, s.Counts().MessagesOut)
	})
}

func TestWhoClosesLeavesAllAudiences(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		a, idA := join(t, s)
		b, idB := join(t, s)
		c, idC := join(t, s)
		chat, news := s.NewAudience(), s.NewAudience()
		for _, id := range []wsserver.ConnID{idA, idB, idC} {
			chat.Add(id)
			news.Add(id)
		}
		s.Update()
		require.NoError(t, a.Close(1000, ""))
		require.Equal(t, wsserver.Closed, next(t, s).Kind)
		require.Equal(t, 2, chat.Len())
		require.Equal(t, 2, news.Len())
		s.CloseConnection(idB, 1000, "")
		require.Equal(t, 1, news.Len())
		chat.Add(idB)
		require.Equal(t, 1, chat.Len(), "it is about to go")
		chat.SendText([]byte("hi"))
		s.Update()
		require.Equal(t, "hi", text(t, c))
		require.Equal(t, "1000 ", closedWith(t, b))
	})
}

// TestSharedAndOwnFramesKeepTheirOrder sends in all ways, small and large, in one
// frame of the game and in many.
func TestSharedAndOwnFramesKeepTheirOrder(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxBacklog, s.Limits.BehindAt = 64<<20, 64<<20
		a, idA := join(t, s)
		aud := s.NewAudience()
		aud.Add(idA)
		var want []string
		for i, size := range []int{1, 300, 20_000, 2, 300_000, 5, 100, 70_000, 1, 3_000_000, 17} {
			word := strings.Repeat(string(rune('a'+i)), size)
			want = append(want, word, word, word)
			require.NoError(t, s.SendTextMessage(idA, []byte(word)))
			aud.SendText([]byte(word))
			s.BroadcastTextMessage([]wsserver.ConnID{idA}, []byte(word))
			if i%4 == 3 {
				s.Update()
			}
		}
		s.Update()
		for _, word := range want {
			require.True(t, word == text(t, a)) // a difference would be too long to read
		}
		synctest.Wait()
		require.Zero(t, s.Backlog(idA))
	})
}

// TestAudienceMixedIsOneWrite pins that what several sent in one frame of the game
// leaves in one write.
func TestAudienceMixedIsOneWrite(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		_, w, r, id := observe(t, s)
		aud := s.NewAudience()
		aud.Add(id)
		w.seen()
		for range 3 {
			aud.SendText(make([]byte, 100))
			require.NoError(t, s.SendTextMessage(id, make([]byte, 1000)))
		}
		s.Update()
		_, err := io.ReadFull(r, make([]byte, 3*(102+1004)))
		require.NoError(t, err)
		aud.SendText(make([]byte, 100_000))
		s.Update()
		_, err = io.ReadFull(r, make([]byte, 100_010))
		require.NoError(t, err)
		synctest.Wait()
		_, writes := w.seen()
		require.Equal(t, []int{3 * (102 + 1004), 100_010}, writes)
	})
}

func TestAudienceClosesTheSlow(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxBacklog = 1000
		_, _, slow := intrude(t, s)
		fast, idFast := join(t, s)
		aud := s.NewAudience()
		aud.Add(slow)
		aud.Add(idFast)
		for range 3 {
			aud.SendText(make([]byte, 600))
			s.Update()
			require.Len(t, text(t, fast), 600)
		}
		require.Equal(t, []string{"failed: " + wsserver.ErrTooSlow.Error(), "closed 4008 too slow: 2 KiB waiting"}, told(t, s))
		require.Equal(t, 1, aud.Len())
	})
}

func TestBehindAndReady(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.BehindAt = 1000
		_, r, id := intrude(t, s)
		said := func() (words string) {
			synctest.Wait()
			s.Wait(2 * time.Millisecond) // the distributor looks
			synctest.Wait()
			s.Update()
			for m := range s.ProcessMessages {
				require.Equal(t, id, m.From)
				words += m.Kind.String() + " "
			}
			s.ClearMessages()
			return words
		}
		send := func(n int) string {
			require.NoError(t, s.SendTextMessage(id, make([]byte, n-4)))
			s.Update()
			return said()
		}
		read := func(n int) string {
			_, err := io.ReadFull(r, make([]byte, n))
			require.NoError(t, err)
			return said()
		}
		for range 3 {
			require.Empty(t, send(600))
			require.Empty(t, send(400), "just as much as may wait")
			require.Equal(t, "behind ", send(200))
			require.Empty(t, send(600), "it was told already")
			require.Empty(t, read(600), "1200 wait")
			require.Empty(t, send(500), "this will be the next write")
			require.Equal(t, "ready ", read(1200))
			require.Empty(t, read(500))
		}
		require.EqualValues(t, 3, hits(s, "BehindAt"))

		require.Equal(t, "behind ", send(1200))
		s.CloseConnection(id, 1000, "")
		s.Update()
		require.Equal(t, "1000 ", verdict(r))
		require.Equal(t, "closed ", said())
	})
}

// hits is how often a limit was met.
func hits(s *wsserver.Server, name string) uint64 {
	for _, row := range s.LimitCounts() {
		if row.Name == name {
			return row.Hits
		}
	}
	panic(name)
}
