package wsserver_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// play runs a test in a bubble of fake time, with a server that is closed at the
// end, within its two seconds and without a goroutine left.
func play(t *testing.T, f func(t *testing.T, s *wsserver.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := new(wsserver.Server)
		defer s.Close() // where the test has failed
		f(t, s)
		began := time.Now()
		require.NoError(t, s.Close())
		require.LessOrEqual(t, time.Since(began), 2*time.Second)
		noneLeft(t)
		require.Zero(t, s.Connections())
		s.Update()
		for range s.ProcessMessages {
		}
		s.ClearMessages()
		require.Zero(t, s.Counts().Held, "what was held is let go of")
		time.Sleep(time.Minute) // until the peers that the test plays have noticed
	})
}

// noneLeft checks that no goroutine of the server is left, once all have had
// their turn.
func noneLeft(t *testing.T) {
	t.Helper()
	synctest.Wait()
	require.Empty(t, goroutines("wsserver.(*"))
}

// goroutines returns the stacks in which a function occurs.
func goroutines(function string) string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var found []string
	for stack := range bytes.SplitSeq(buf, []byte("\n\n")) {
		if bytes.Contains(stack, []byte(function)) {
			found = append(found, string(stack))
		}
	}
	return strings.Join(found, "\n\n")
}

// next runs the game until the next message and returns it.
func next(t *testing.T, s *wsserver.Server) wsserver.Message {
	t.Helper()
	for {
		s.Update()
		for m := range s.ProcessMessages {
			s.ClearMessages()
			return m
		}
		require.True(t, s.Wait(time.Hour), "nothing arrives")
	}
}

// join connects a client and waits until the game knows it.
func join(t *testing.T, s *wsserver.Server) (*wstest.Client, wsserver.ConnID) {
	t.Helper()
	c := wstest.Dial(t, s)
	m := next(t, s)
	require.Equal(t, wsserver.Opened, m.Kind)
	return c, m.From
}

// told collects what the game is told of one connection until it has closed, in
// short words.
func told(t *testing.T, s *wsserver.Server) []string {
	t.Helper()
	var words []string
	for {
		m := next(t, s)
		switch m.Kind {
		case wsserver.Text, wsserver.Binary:
			words = append(words, fmt.Sprintf("%v %s", m.Kind, m.Data))
		case wsserver.Failed:
			words = append(words, fmt.Sprintf("failed: %v", m.Err))
		case wsserver.Closed:
			return append(words, fmt.Sprintf("closed %d %s", m.Code, m.Reason))
		default:
			words = append(words, m.Kind.String())
		}
	}
}

// text is the next message of a client, which must be a text.
func text(t *testing.T, c *wstest.Client) string {
	t.Helper()
	kind, data, err := c.Next(t.Context())
	require.NoError(t, err)
	require.Equal(t, wstest.Text, kind)
	return string(data)
}

// closedWith is how the server closed a client.
func closedWith(t *testing.T, c *wstest.Client) string {
	t.Helper()
	for {
		_, _, err := c.Next(t.Context())
		if err == nil {
			continue
		}
		var closed *wstest.CloseError
		require.ErrorAs(t, err, &closed)
		return fmt.Sprintf("%d %s", closed.Code, closed.Reason)
	}
}

// exit ends the goroutine that calls it, as t.FailNow does.
func exit() { runtime.Goexit() }
