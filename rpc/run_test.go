package rpc

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mailbox keeps what a client is sent.
type mailbox struct{ texts []string }

func (m *mailbox) SendText(text []byte) error { m.texts = append(m.texts, string(text)); return nil }
func (m *mailbox) SendBinary([]byte) error    { return nil }
func (m *mailbox) Close(int, string)          {}

func TestRunAnswersInOrder(t *testing.T) {
	var s Server
	var later *Pending
	Handle(&s, Method{Name: "num.twice", Role: View}, func(_ *Call, p struct{ N int }) (int, error) { return 2 * p.N, nil })
	Handle(&s, Method{Name: "num.later", Role: View}, func(c *Call, _ Void) (int, error) { later = c.Block(); return 0, nil })
	Handle(&s, Method{Name: "num.panics", Role: View}, func(*Call, Void) (int, error) { panic("no") })
	Handle(&s, Method{Name: "num.drives", Role: Drive}, func(*Call, Void) (int, error) { return 1, nil })
	var m mailbox
	p := s.Connect(&m, View)
	var got []json.RawMessage
	p.Run([]Request{{"num.later", nil}, {"num.twice", json.RawMessage(`{"N":4}`)}, {"num.panics", nil}, {"num.drives", nil}, {"num.none", nil}},
		func(answers []json.RawMessage) { got = answers })
	require.Nil(t, got, "one is not answered yet")
	s.Receive(p, Parse([]byte(`{"jsonrpc":"2.0","id":7,"method":"num.twice","params":[1]}`), Limits{}))
	later.Reply(5)
	require.Len(t, got, 5)
	require.JSONEq(t, `{"result":5}`, string(got[0]))
	require.JSONEq(t, `{"result":8}`, string(got[1]))
	for i, code := range []Code{InternalError, Forbidden, MethodNotFound} {
		var a struct{ Error struct{ Code Code } }
		require.NoError(t, json.Unmarshal(got[2+i], &a))
		require.Equal(t, code, a.Error.Code)
	}
	for s.Dispatch(time.Time{}) {
	}
	s.Flush()
	require.Len(t, m.texts, 1, "nothing but the answer to what it sent itself")
}

func TestRunOfAClientThatIsGoneDoesNothing(t *testing.T) {
	var s Server
	ran, done := 0, 0
	var later *Pending
	Handle(&s, Method{Name: "num.count", Role: View}, func(*Call, Void) (int, error) { ran++; return ran, nil })
	Handle(&s, Method{Name: "num.later", Role: View}, func(c *Call, _ Void) (int, error) { later = c.Defer(); return 0, nil })
	p := s.Connect(&mailbox{}, View)
	calls := []Request{{"num.count", nil}, {"num.later", nil}}
	p.Run(calls, func([]json.RawMessage) { done++ })
	s.Disconnect(p)
	require.True(t, later.Canceled())
	p.Run(calls, func([]json.RawMessage) { done++ })
	require.Equal(t, 1, ran)
	require.Zero(t, done)
}
