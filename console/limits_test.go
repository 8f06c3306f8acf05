//go:build !js

package console

import (
	"bufio"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver/wstest"
)

// TestWhoHoldsTheTimeKeepsHisOwnPace has a client ask as fast as it can: 500 times a
// second, or, while it holds the game, as often as the game answers.
func TestWhoHoldsTheTimeKeepsHisOwnPace(t *testing.T) {
	besiege(t, func(t *testing.T, con *Console, l *lobby) {
		conn := l.enter(t)
		d := wstest.Dialer{Path: "/ws", Header: http.Header{"Authorization": {"Bearer hush"}}}
		_, err := conn.Write(d.Handshake())
		require.NoError(t, err)
		r := bufio.NewReader(conn)
		_, err = http.ReadResponse(r, nil)
		require.NoError(t, err)

		var answers atomic.Int64
		go func() {
			for {
				if _, _, err := wstest.ReadFrame(r); err != nil {
					return
				}
				answers.Add(1)
			}
		}()
		asked := int64(0)
		took := func(method string, times int) time.Duration {
			began := time.Now()
			call := wstest.Frame(wstest.Fin|wstest.OpText, []byte(`{"jsonrpc":"2.0","id":1,"method":"`+method+`"}`))
			for range times {
				_, err := conn.Write(call)
				require.NoError(t, err)
			}
			for asked += int64(times); answers.Load() < asked; {
				time.Sleep(time.Millisecond)
				synctest.Wait()
			}
			return time.Since(began)
		}
		require.InDelta(t, 1, took("time.status", 1000+500).Seconds(), .2)
		took("time.hold", 1)
		require.Less(t, took("time.status", 3000), time.Second)
		took("time.resume", 1)
		took("time.status", 1) // the frame after
		require.InDelta(t, 1, took("time.status", 1000+500).Seconds(), .2)
	})
}
