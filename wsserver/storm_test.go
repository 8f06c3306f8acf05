package wsserver_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// TestStorm has many clients come, talk and go at the same time, some of them
// without a word of goodbye. The game answers all, and is told of each in order.
func TestStorm(t *testing.T) {
	const clients, texts = 32, 50
	play(t, func(t *testing.T, s *wsserver.Server) {
		var all sync.WaitGroup
		for i := range clients {
			c := wstest.Dial(t, s)
			all.Go(func() { storm(t, c, i, texts) })
		}
		heard := make(map[wsserver.ConnID]int)
		var open []wsserver.ConnID
		for gone := 0; gone < clients; {
			require.True(t, s.Wait(time.Minute))
			s.Update()
			for m := range s.ProcessMessages {
				switch m.Kind {
				case wsserver.Opened:
					require.NotContains(t, heard, m.From)
					heard[m.From] = 0
					open = append(open, m.From)
				case wsserver.Text:
					require.Equal(t, fmt.Sprint(heard[m.From]), string(m.Data))
					heard[m.From]++
					require.NoError(t, s.SendTextMessage(m.From, m.Data))
				case wsserver.Closed:
					require.Equal(t, texts, heard[m.From])
					gone++
				}
			}
			s.BroadcastBinaryMessage(open, []byte("news"))
			s.ClearMessages()
			s.Update()
		}
		all.Wait()
		require.Len(t, heard, clients)
		require.EqualValues(t, clients, s.Counts().Accepted)
	})
}

// storm is a client's part: it sends numbers, and waits for every answer.
func storm(t *testing.T, c *wstest.Client, i, texts int) {
	for n := range texts {
		if err := c.SendText([]byte(fmt.Sprint(n))); err != nil {
			t.Error(err)
			return
		}
		for {
			kind, data, err := c.Next(t.Context())
			if err != nil || kind == wstest.Text && string(data) != fmt.Sprint(n) {
				t.Errorf("answer to %d: %q, %v", n, data, err)
				return
			}
			if kind == wstest.Text {
				break
			}
		}
	}
	if i%2 == 0 {
		c.Close(1000, "")
	} else {
		c.Conn().Close()
	}
}
