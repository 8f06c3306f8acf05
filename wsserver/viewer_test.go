package wsserver

import (
	"encoding/binary"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver/wstest"
)

// streamed is what a stream to viewers came to, in counts and not in times.
type streamed struct {
	orders int    // that Update handed over
	told   []Kind // what it took in
	held   int64  // the most, in bytes
}

// stream sends 200 pictures to four viewers that take each, and to one more that
// may take none. Each of the four gets every picture in its turn.
func stream(t *testing.T, stops bool) (got streamed) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := new(Server)
		defer s.Close()
		viewers := s.NewAudience()
		enter := func() {
			require.True(t, s.Wait(time.Second))
			s.Update()
			for m := range s.ProcessMessages {
				viewers.Add(m.From)
			}
			s.ClearMessages()
		}
		var good []*wstest.Client
		for range 4 {
			good = append(good, wstest.Dial(t, s))
			enter()
		}
		_, r, _ := wstest.Dialer{}.Raw(t, s)
		enter()
		if !stops {
			go io.Copy(io.Discard, r)
		}
		s.Update() // they are seated

		picture := make([]byte, 16_000)
		for n := range uint64(200) {
			binary.BigEndian.PutUint64(picture, n)
			viewers.SendBinary(picture)
			got.orders += len(s.out.value.entries)
			s.Update()
			for m := range s.ProcessMessages {
				got.told = append(got.told, m.Kind)
			}
			s.ClearMessages()
			time.Sleep(time.Second / 60)
			synctest.Wait()
			got.held = max(got.held, s.Counts().Held)
			for _, c := range good {
				require.Equal(t, 1, c.Received())
				_, data, err := c.Next(t.Context())
				require.NoError(t, err)
				require.Equal(t, picture, data)
			}
		}
		require.NoError(t, s.Close())
		time.Sleep(time.Minute)
	})
	return got
}

// TestViewerThatStops compares a stream to five viewers with one of whom the fifth
// reads nothing any more. The game has no more to do, the others get the same, and what
// is held is bounded by the backlog of one.
func TestViewerThatStops(t *testing.T) {
	all, stopped := stream(t, false), stream(t, true)
	require.Empty(t, all.told)
	require.Equal(t, 200, all.orders)
	require.Equal(t, 201, stopped.orders, "one more for its leaving")
	require.Equal(t, []Kind{Behind, Failed, Closed}, stopped.told)
	var s Server
	require.LessOrEqual(t, stopped.held, all.held+2*s.Limits.maxBacklog(), "rooms are powers of two")
}
