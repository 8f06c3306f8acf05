package wsserver_test

import (
	"bufio"
	"encoding/binary"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// TestOverARealNetwork sends more than sockets take, small and large, shared and
// not, to clients that read at once, late and never. What is written without
// waiting, and what a writer has to finish, comes whole and in order.
func TestOverARealNetwork(t *testing.T) {
	var s wsserver.Server
	s.Limits.MaxBacklog, s.Limits.SocketBuffer = 16<<20, 16<<10
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := &http.Server{Handler: &s}
	go srv.Serve(ln)
	defer srv.Close()
	defer s.Close()

	type client struct {
		conn net.Conn
		r    *bufio.Reader
		id   wsserver.ConnID
	}
	aud := s.NewAudience()
	clients := make([]client, 20) // more than Wait writes to by itself
	for i := range clients {
		c := &clients[i]
		c.conn, err = net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		defer c.conn.Close()
		require.NoError(t, c.conn.(*net.TCPConn).SetReadBuffer(16<<10))
		_, err = c.conn.Write(wstest.Dialer{}.Handshake())
		require.NoError(t, err)
		c.r = bufio.NewReader(c.conn)
		_, err := http.ReadResponse(c.r, nil)
		require.NoError(t, err)
		c.id = next(t, &s).From
		aud.Add(c.id)
	}

	// Each message has its number and, behind it, as many zeroes as its size tells.
	sizes := []int{8, 100, 40_000, 8, 9, 3000, 120_000, 8, 15_999, 16_001, 400_000, 8, 8, 8}
	const rounds = 3
	read := func(c *client, from, to int) {
		for n := from; n < to; n++ {
			_, payload, err := wstest.ReadFrame(c.r)
			if err != nil || len(payload) != sizes[n%len(sizes)] || binary.LittleEndian.Uint64(payload) != uint64(n) {
				t.Errorf("message %d: %d bytes, %v", n, len(payload), err)
				return
			}
		}
	}
	total := rounds * len(sizes)
	done := make(chan struct{})
	for i := range clients[:10] {
		go func() {
			defer func() { done <- struct{}{} }()
			read(&clients[i], 0, total)
		}()
	}
	for n := range total {
		payload := make([]byte, sizes[n%len(sizes)])
		binary.LittleEndian.PutUint64(payload, uint64(n))
		if n%3 == 1 {
			for _, c := range clients {
				require.NoError(t, s.SendBinaryMessage(c.id, payload))
			}
		} else {
			aud.SendBinary(payload)
		}
		if n%4 != 0 {
			s.Update()
		}
		if n%5 == 0 {
			s.Wait(0)
		}
	}
	s.Update()
	s.Wait(0)
	for range 10 {
		<-done
	}
	require.Greater(t, s.Counts().Held, int64(1<<20), "the others wait")
	for i := range clients[10:19] {
		go func() {
			defer func() { done <- struct{}{} }()
			read(&clients[10+i], 0, total)
		}()
	}
	for range 9 {
		<-done
	}
	late := &clients[19]
	words := make(map[wsserver.ConnID]string)
	s.Wait(time.Minute)
	s.Update()
	for m := range s.ProcessMessages {
		words[m.From] += m.Kind.String() + " "
	}
	require.Equal(t, "behind ", words[late.id], "and is not ready again")
	s.CloseConnection(late.id, 4000, "enough")
	s.Update()
	require.NoError(t, s.Close())
	s.Update()
	for range s.ProcessMessages {
	}
	s.ClearMessages()
	require.Zero(t, s.Counts().Held)
}
