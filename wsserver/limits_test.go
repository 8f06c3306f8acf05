package wsserver_test

import (
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// TestEveryLimitHasARow goes through the fields of Limits: each has a row, in the
// same order, with its default, and shows what it is set to.
func TestEveryLimitHasARow(t *testing.T) {
	var s wsserver.Server
	fields := reflect.TypeFor[wsserver.Limits]()
	rows := s.LimitCounts()
	require.Len(t, rows, fields.NumField())
	for i, row := range rows {
		require.Equal(t, fields.Field(i).Name, row.Name)
		require.NotEmpty(t, row.Unit)
		require.Zero(t, row.Hits)
		require.Equal(t, fields.Field(i).Type == reflect.TypeFor[time.Duration](), row.Unit == "ns", row.Name)
		reflect.ValueOf(&s.Limits).Elem().Field(i).SetInt(int64(1000 + i))
	}
	for i, row := range s.LimitCounts() {
		require.EqualValues(t, 1000+i, row.Value, row.Name)
	}
}

// TestAProgramThatDoesNotUpdate pins that connections which come and go while
// nobody takes that in do not pile up.
func TestAProgramThatDoesNotUpdate(t *testing.T) {
	play(t, func(t *testing.T, s *wsserver.Server) {
		s.Limits.MaxConnections = 3
		for range 3 {
			conn, _, response := wstest.Dialer{}.Raw(t, s)
			require.Equal(t, 101, response.StatusCode)
			conn.Close()
			synctest.Wait()
		}
		require.Zero(t, s.Connections())
		_, _, response := wstest.Dialer{}.Raw(t, s)
		require.Equal(t, 503, response.StatusCode)
		s.Update()
		_, _, response = wstest.Dialer{}.Raw(t, s)
		require.Equal(t, 101, response.StatusCode)
		require.EqualValues(t, 1, hits(s, "MaxConnections"))
	})
}
