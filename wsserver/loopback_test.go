package wsserver_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// TestComingAndGoing has thousands of connections over the real loopback, many at
// a time, that end in every way there is. Afterwards the program has as many
// goroutines as before, and as much memory, but for what it keeps to be quick the
// next time: no more than a MiB.
func TestComingAndGoing(t *testing.T) {
	const visitors, each, slack = 16, 120, 1 << 20
	goroutinesBefore, heapBefore := runtime.NumGoroutine(), heap()

	s := new(wsserver.Server)
	srv := httptest.NewServer(s)
	var done atomic.Bool
	var all sync.WaitGroup
	for i := range visitors {
		all.Go(func() {
			for n := range each {
				if err := dropIn(srv.Listener.Addr().String(), i+n); err != nil {
					t.Errorf("visit %d of %d: %.80v", n, i, err)
				}
			}
		})
	}
	go func() {
		all.Wait()
		done.Store(true)
		s.Wake()
	}()
	audience, open, ended := s.NewAudience(), 0, 0
	for !done.Load() || open > 0 || s.Connections() > 0 {
		s.Wait(time.Millisecond)
		s.Update()
		for m := range s.ProcessMessages {
			switch m.Kind {
			case wsserver.Opened:
				open++
				audience.Add(m.From)
			case wsserver.Text:
				s.SendTextMessage(m.From, m.Data) // fails when it has gone
				audience.SendBinary(m.Data)
			case wsserver.Closed:
				open--
				ended++
			}
		}
		s.ClearMessages()
		s.Update()
	}
	counts := s.Counts()
	require.EqualValues(t, ended, counts.Accepted)
	require.Greater(t, ended, visitors*each/2)
	require.Zero(t, counts.Panics)
	require.Zero(t, audience.Len())

	require.NoError(t, s.Close())
	srv.Close()
	require.Zero(t, s.Counts().Held)
	for limit := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutinesBefore; runtime.Gosched() {
		require.True(t, time.Now().Before(limit), "%d goroutines, %d before", runtime.NumGoroutine(), goroutinesBefore)
	}
	require.LessOrEqual(t, heap(), heapBefore+slack)
	runtime.KeepAlive(s)
}

// heap is what the program holds in memory, in bytes.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // empties what pools have kept
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// dropIn is one connection that ends in one of several ways.
func dropIn(addr string, way int) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	if way%8 == 0 { // within the handshake
		_, err := conn.Write(wstest.Dialer{}.Handshake()[:40])
		return err
	}
	if _, err := conn.Write(wstest.Dialer{}.Handshake()); err != nil {
		return err
	}
	r := bufio.NewReader(conn)
	response, err := http.ReadResponse(r, nil)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil // a machine that is too busy to answer within a second
	}
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return errors.New(response.Status)
	}
	return talkAndGo(conn.(*net.TCPConn), r, way)
}

// talkAndGo says something and ends.
func talkAndGo(conn *net.TCPConn, r *bufio.Reader, way int) error {
	if _, err := io.WriteString(conn, txt("hello")); err != nil {
		return err
	}
	for {
		first, payload, err := wstest.ReadFrame(r)
		if err != nil {
			return err
		}
		if first == wstest.Fin|wstest.OpText && string(payload) == "hello" {
			break
		}
	}
	var err error
	switch way % 8 {
	case 1: // in order
		_, err = io.WriteString(conn, closing(1000, "bye"))
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
	case 2: // without a word
	case 3: // by a reset
		err = conn.SetLinger(0)
	case 4: // within a frame
		_, err = io.WriteString(conn, txt("half")[:7])
	case 5: // within a message
		_, err = io.WriteString(conn, begin("half"))
	case 6: // as one that breaks the rules
		_, err = io.WriteString(conn, "\xFF\xFF")
	case 7: // by half
		err = conn.CloseWrite()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
	}
	return err
}
