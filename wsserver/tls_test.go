package wsserver_test

import (
	"bufio"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// secured is a pair of connections with TLS between them.
func secured(t *testing.T) (near, far net.Conn) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(nil, template, template, public, private)
	require.NoError(t, err)
	a, b := net.Pipe()
	config := &tls.Config{
		Certificates:       []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: private}},
		InsecureSkipVerify: true, // in memory there is nobody in the middle
	}
	return tls.Client(a, config), tls.Server(b, config)
}

// TestCloseOverTLS has a peer that reads nothing: closing would have to write an
// alert first, and the standard library waits for seconds for that.
func TestCloseOverTLS(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		near, far := secured(t)
		conn := wstest.PipeVia(t, s, near, far)
		d := wstest.Dialer{Header: http.Header{"Origin": {"https://127.0.0.1:6060"}}}
		_, err := conn.Write(d.Handshake())
		require.NoError(t, err)
		r := bufio.NewReader(conn)
		response, err := http.ReadResponse(r, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
		m := next(t, s)
		require.NotNil(t, m.Request.TLS)

		require.NoError(t, s.SendTextMessage(m.From, []byte("safe")))
		s.Update()
		_, payload, err := wstest.ReadFrame(r)
		require.NoError(t, err)
		require.Equal(t, "safe", string(payload))

		require.NoError(t, s.SendTextMessage(m.From, []byte("never read")))
		s.Update()
		require.False(t, s.Wait(time.Millisecond))
		synctest.Wait()
		began := time.Now()
		require.NoError(t, s.Close())
		require.LessOrEqual(t, time.Since(began), 1010*time.Millisecond)
	})
}
