package wstest_test

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// opened runs the game until a client has come.
func opened(t *testing.T, s *wsserver.Server) wsserver.ConnID {
	t.Helper()
	require.True(t, s.Wait(time.Minute))
	s.Update()
	for m := range s.ProcessMessages {
		require.Equal(t, wsserver.Opened, m.Kind)
		s.ClearMessages()
		return m.From
	}
	return 0
}

func TestClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s wsserver.Server
		defer s.Close()
		c := wstest.Dialer{Header: http.Header{"Origin": {"http://127.0.0.1:6060"}}}.Dial(t, &s)
		require.Equal(t, http.StatusSwitchingProtocols, c.Response().StatusCode)
		id := opened(t, &s)

		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, _, err := c.Next(short)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		require.NoError(t, s.SendTextMessage(id, []byte("a")))
		require.NoError(t, s.SendBinaryMessage(id, []byte("b")))
		s.CloseConnection(id, 4000, "over")
		s.Update()
		for _, want := range []string{"text a", "binary b"} {
			kind, data, err := c.Next(t.Context())
			require.NoError(t, err)
			require.Equal(t, want, kind.String()+" "+string(data))
		}
		_, _, err = c.Next(t.Context())
		require.Equal(t, &wstest.CloseError{Code: 4000, Reason: "over"}, err)
		require.EqualError(t, err, `closed with code 4000 "over"`)
		require.Zero(t, c.Received())
		require.Error(t, c.SendText([]byte("late")))
	})
}

func TestClientCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s wsserver.Server
		defer s.Close()
		c := wstest.Dial(t, &s)
		opened(t, &s)
		require.NoError(t, c.Close(1000, "done"))
		_, _, err := c.Next(t.Context())
		require.Equal(t, &wstest.CloseError{Code: 1000, Reason: "done"}, err, "the answer")
	})
}

func TestClientIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s wsserver.Server
		defer s.Close()
		c := wstest.Dial(t, &s)
		opened(t, &s)
		c.Conn().Close()
		_, _, err := c.Next(t.Context())
		require.ErrorIs(t, err, net.ErrClosed)
	})
}

func TestReadFrameIsStrict(t *testing.T) {
	for name, tt := range map[string]struct{ frame, want string }{
		"masked":           {"\x81\x81\x00\x00\x00\x00x", "masked"},
		"reserved":         {"\xC1\x01x", "reserved"},
		"long short":       {"\x81\x7E\x00\x7D", "takes two bytes more"},
		"long middle":      {"\x81\x7F\x00\x00\x00\x00\x00\x00\xFF\xFF", "eight bytes"},
		"negative":         {"\x81\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "eight bytes"},
		"cut in the head":  {"\x81", "EOF"},
		"cut in a length":  {"\x81\x7E\x01", "EOF"},
		"cut in a payload": {"\x81\x02x", "EOF"},
	} {
		_, _, err := wstest.ReadFrame(bufio.NewReader(strings.NewReader(tt.frame)))
		require.ErrorContains(t, err, tt.want, name)
	}
}

func TestFrame(t *testing.T) {
	for _, n := range []int{0, 125, 126, 65535, 65536} {
		frame := wstest.Frame(wstest.Fin|wstest.OpBinary, make([]byte, n))
		require.Equal(t, byte(0x82), frame[0])
		require.NotZero(t, frame[1]&0x80, "masked")
		require.False(t, n > 8 && bytes.Contains(frame[14:], make([]byte, 8)))
	}
}
