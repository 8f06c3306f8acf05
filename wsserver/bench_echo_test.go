package wsserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// BenchmarkEcho is a message over the machine's own network and back, to a game
// that does nothing but wait for it. Its floor is the same without WebSocket: an
// echo of bytes by a goroutine.
func BenchmarkEcho(b *testing.B) {
	for _, size := range []int{64, 4096} {
		frame := wstest.Frame(wstest.Fin|wstest.OpBinary, make([]byte, size))
		b.Run(fmt.Sprintf("%dB/floor", size), func(b *testing.B) {
			ln, conn := loopback(b)
			far, err := ln.Accept()
			require.NoError(b, err)
			go func() {
				defer far.Close()
				buf := make([]byte, len(frame))
				for {
					if _, err := io.ReadFull(far, buf); err != nil {
						return
					}
					far.Write(buf[:len(frame)-4])
				}
			}()
			volley(b, conn, conn, frame, len(frame)-4)
		})
		b.Run(fmt.Sprintf("%dB/wsserver", size), func(b *testing.B) {
			var s wsserver.Server
			ln, conn := loopback(b)
			srv := &http.Server{Handler: &s}
			go srv.Serve(ln)
			b.Cleanup(func() { srv.Close() })
			_, err := conn.Write(wstest.Dialer{}.Handshake())
			require.NoError(b, err)
			r := bufio.NewReader(conn)
			_, err = http.ReadResponse(r, nil)
			require.NoError(b, err)
			over := make(chan struct{})
			go func() {
				defer close(over)
				for s.Wait(time.Minute) {
					s.Update()
					for m := range s.ProcessMessages {
						if m.Kind == wsserver.Binary {
							s.SendBinaryMessage(m.From, m.Data)
						}
					}
					s.ClearMessages()
					s.Update()
				}
			}()
			volley(b, conn, r, frame, len(frame)-4)
			b.StopTimer()
			conn.Close()
			s.Close()
			<-over
		})
	}
}

// loopback is a listener and a connection to it.
func loopback(b *testing.B) (net.Listener, net.Conn) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	conn, err := net.Dial("tcp", ln.Addr().String())
	require.NoError(b, err)
	b.Cleanup(func() {
		conn.Close()
		ln.Close()
	})
	return ln, conn
}

// volley sends a frame and waits for an answer of so many bytes, again and again.
func volley(b *testing.B, w io.Writer, r io.Reader, frame []byte, answer int) {
	buf := make([]byte, answer)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Write(frame); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(r, buf); err != nil {
			b.Fatal(err)
		}
	}
}
