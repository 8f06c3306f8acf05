package wsserver_test

import (
	"bufio"
	"net"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// TestAnIdleConnectionDoesNotWaitInTheLibrary pins that what waits for the next
// message, also after messages and pongs, is our reader with little on its stack.
func TestAnIdleConnectionDoesNotWaitInTheLibrary(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		c, id := join(t, s)
		synctest.Wait()
		require.Empty(t, goroutines("coder/websocket"))
		require.NoError(t, c.SendText([]byte("hello")))
		require.Equal(t, wsserver.Text, next(t, s).Kind)
		require.NoError(t, s.SendTextMessage(id, []byte("hello")))
		require.False(t, s.Wait(time.Minute), "pings are answered meanwhile")
		require.GreaterOrEqual(t, c.Pings(), 3)
		require.NoError(t, c.Ping([]byte("x")))
		synctest.Wait()
		require.Empty(t, goroutines("coder/websocket"))
		require.NotEmpty(t, goroutines("wsserver.(*conn).await"))
	})
}

// idleBudget is what an idle connection may hold on the heap and on stacks, in
// bytes, its socket at both ends included. The system's own are apart.
const idleBudget = 8 << 10

func TestAnIdleConnectionHoldsLittle(t *testing.T) {
	const n = 400
	var s wsserver.Server
	s.Limits.MaxConnections = n
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := &http.Server{Handler: &s}
	go srv.Serve(ln)
	t.Cleanup(func() {
		srv.Close()
		s.Close()
	})
	before := held()
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i], err = net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		defer conns[i].Close()
		_, err = conns[i].Write(wstest.Dialer{}.Handshake())
		require.NoError(t, err)
		response, err := http.ReadResponse(bufio.NewReaderSize(conns[i], 256), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
		require.Equal(t, wsserver.Opened, next(t, &s).Kind)
	}
	require.LessOrEqual(t, (held()-before)/n, int64(idleBudget))
	runtime.KeepAlive(conns)
}

// held is what the program holds on its heap and on stacks.
func held() int64 {
	for range 3 { // pools are emptied in two
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
