package wsserver_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// watched is a connection that notes the sizes of what is read and written.
type watched struct {
	net.Conn
	mu     sync.Mutex
	asked  []int // the room that each Read was given
	writes []int
}

func (w *watched) Read(p []byte) (int, error) {
	w.mu.Lock()
	w.asked = append(w.asked, len(p))
	w.mu.Unlock()
	return w.Conn.Read(p)
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.writes = append(w.writes, len(p))
	w.mu.Unlock()
	return w.Conn.Write(p)
}

// seen returns what was noted since the last call.
func (w *watched) seen() (asked, writes []int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	asked, writes = w.asked, w.writes
	w.asked, w.writes = nil, nil
	return asked, writes
}

// observe connects a peer that does nothing by itself through a connection that
// notes what passes.
func observe(t *testing.T, s *wsserver.Server) (net.Conn, *watched, *bufio.Reader, wsserver.ConnID) {
	t.Helper()
	near, far := net.Pipe()
	w := &watched{Conn: far}
	conn := wstest.PipeVia(t, s, near, w)
	go conn.Write(wstest.Dialer{}.Handshake())
	r := bufio.NewReader(conn)
	_, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	id := next(t, s).From
	require.False(t, s.Wait(1))
	return conn, w, r, id
}

// TestTheLibraryUsesTheConnectionThatHijackReturns pins what we rely on in
// coder/websocket without its saying so: it reads through the buffer that Hijack
// returns, which is the smallest there is, and so through ours behind it; and all
// that it writes goes to the connection that Hijack returns, where we leave it out.
// What is on the network is ours: each Update is one Write, whatever the size of its
// messages.
func TestTheLibraryUsesTheConnectionThatHijackReturns(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		conn, w, r, id := observe(t, s)
		asked, _ := w.seen()
		require.Equal(t, 512, asked[len(asked)-1], "frames are read through our buffer")

		for range 8 {
			require.NoError(t, s.SendTextMessage(id, make([]byte, 4096)))
		}
		s.Update()
		for range 8 {
			_, payload, err := wstest.ReadFrame(r)
			require.NoError(t, err)
			require.Len(t, payload, 4096)
		}
		require.NoError(t, s.SendTextMessage(id, make([]byte, 4096)))
		s.Update()
		_, _, err := wstest.ReadFrame(r)
		require.NoError(t, err)
		require.False(t, s.Wait(1))
		_, writes := w.seen()
		require.Equal(t, []int{8 * 4100, 4100}, writes)

		go conn.Write(wstest.Frame(wstest.Fin|wstest.OpBinary, make([]byte, 4096)))
		require.Equal(t, wsserver.Binary, next(t, s).Kind)
		asked, _ = w.seen()
		require.LessOrEqual(t, len(asked), 6, "large payloads are read past the buffer")

		go conn.Write(wstest.CloseFrame(1000, "bye"))
		rest, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, "\x88\x05\x03\xE8bye", string(rest), "one close frame, of one Write")
		_, writes = w.seen()
		require.Equal(t, []int{7}, writes)
	})
}
