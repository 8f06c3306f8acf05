package rpc_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// seen is a message as the topic wire shows it.
type seen struct {
	Client, Direction, Text string
	Bytes, To               int
	Binary, Cut             bool
}

// watch has the first client subscribe to the topic wire.
func (f *fair) watch(params string) {
	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","id":0,"method":"sub.open","params":{"id":"w","topic":"wire","params":`+params+`}}`)
	f.frame()
	f.frame() // with the answer itself
}

// shown runs two frames and returns what was shown of the first: what came in is
// shown in the same frame, what went out in the next.
func (f *fair) shown(t *testing.T) (list []seen) {
	t.Helper()
	for _, line := range append(f.frame()[0], f.frame()[0]...) {
		if !strings.Contains(line, `"id":"w"`) {
			continue
		}
		var event struct{ Params struct{ Value []seen } }
		require.NoError(t, json.Unmarshal([]byte(line), &event))
		list = append(list, event.Params.Value...)
	}
	return list
}

func TestTheWireIsShown(t *testing.T) {
	f := newFair(2)
	f.watch(`{}`)
	give(&f.Server, f.peers[1], `{"jsonrpc":"2.0","id":1,"method":"echo","params":[1]}`)
	require.Equal(t, []seen{
		{Client: "guest-2", Direction: "in", Bytes: 53, Text: `{"jsonrpc":"2.0","id":1,"method":"echo","params":[1]}`},
		{Client: "guest-2", Direction: "out", Bytes: 37, Text: `{"jsonrpc":"2.0","id":1,"result":[1]}`},
	}, f.shown(t))
	require.Empty(t, f.shown(t), "what shows messages is not shown")
}

func TestTheWireIsFiltered(t *testing.T) {
	f := newFair(3)
	f.watch(`{"client":"GUEST-2","direction":"out","match":"Needle"}`)
	for _, p := range f.peers {
		give(&f.Server, p, `{"jsonrpc":"2.0","id":1,"method":"echo","params":["a needle"]}`)
		give(&f.Server, p, `{"jsonrpc":"2.0","id":2,"method":"echo","params":["straw"]}`)
	}
	list := f.shown(t)
	require.Len(t, list, 1)
	require.Equal(t, "guest-2", list[0].Client)
	require.Contains(t, list[0].Text, `"result":["a needle"]`)
}

func TestTheWireShowsAMessageToManyOnce(t *testing.T) {
	f := newFair(4)
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, nil)
	blob := rpc.Open[rpc.Void, rpc.Void](&f.Server, rpc.Topic{Name: "b", Binary: 9}, nil)
	for _, p := range f.peers[1:] {
		give(&f.Server, p, openSub(1, ""))
	}
	give(&f.Server, f.peers[3], `{"jsonrpc":"2.0","method":"sub.open","params":{"id":"b","topic":"b"}}`)
	f.frame()
	f.watch(`{}`)
	require.NoError(t, stream.Publish(5))
	blob.PublishBinary(1, []byte("abc"))
	list := f.shown(t)
	require.Len(t, list, 2)
	require.Equal(t, "*", list[0].Client)
	require.Equal(t, 3, list[0].To)
	require.Contains(t, list[0].Text, `"value":5`)
	require.Equal(t, "guest-4", list[1].Client, "the only one that is sent it")
	require.Zero(t, list[1].To)
	require.True(t, list[1].Binary)
	require.Equal(t, 27, list[1].Bytes)
	require.Equal(t, `b {"flags":1,"lost":0,"number":2,"seq":1,"frame":3}`, list[1].Text)

	give(&f.Server, f.peers[0], `{"jsonrpc":"2.0","method":"sub.close","params":{"id":"w"}}`)
	f.frame()
	f.watch(`{"client":"guest-2"}`)
	require.NoError(t, stream.Publish(6))
	require.Len(t, f.shown(t), 1, "it is one of the many")
	f.peers[1].SetBehind(true)
	require.NoError(t, stream.Publish(7))
	list = f.shown(t)
	require.Len(t, list, 1)
	require.Equal(t, "guest-2", list[0].Client)
}

func TestTheWireDoesNotGuessWhoIsLeft(t *testing.T) {
	f := newFair(3)
	stream := rpc.Open[rpc.Void, int](&f.Server, rpc.Topic{Name: "t"}, nil)
	for _, p := range f.peers[1:] {
		give(&f.Server, p, openSub(1, ""))
		f.frame()
	}
	f.watch(`{"direction":"out"}`)
	f.Disconnect(f.peers[2])
	require.NoError(t, stream.Publish(5))
	list := f.shown(t)
	require.Len(t, list, 1)
	require.Equal(t, "*", list[0].Client, "the one that came last has gone")
	require.Equal(t, 1, list[0].To)
}

func TestTheWireShowsNoSecrets(t *testing.T) {
	const code, token = "c0de-of-the-link", "t0ken-of-the-grant"
	for _, login := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"code":"` + code + `"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"session\u002elogin","params":{"c\u006fde":"` + code + `"}}`,
		`[{"jsonrpc":"2.0","id":1,"method":"echo"},{"jsonrpc":"2.0","id":2,"method":"session.login","params":["","` + code + `"]}]`,
		`{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"code":"` + code + `"}`,
	} {
		f := newFair(1)
		f.Authenticate = func(rpc.LoginParams) (rpc.Grant, error) { return rpc.Grant{Token: token}, nil }
		f.watch(`{}`)
		w := &wire{}
		give(&f.Server, f.Connect(w, rpc.Drive), login)
		list := f.shown(t)
		require.NotEmpty(t, list)
		text := fmt.Sprint(list)
		require.NotContains(t, text, code)
		require.NotContains(t, text, token)
		if len(w.lines) > 0 && strings.Contains(w.lines[0], "session\":") {
			require.Contains(t, w.lines[0], token, "the client itself is told")
		}
	}
}

func TestTheWireShowsNoSecretsOfTheProgram(t *testing.T) {
	f := newFair(2)
	f.Hides = func(method string, params []byte) bool {
		return method == "echo" && strings.Contains(string(params), "key")
	}
	f.watch(`{"direction":"in"}`)
	give(&f.Server, f.peers[1], `{"jsonrpc":"2.0","id":1,"method":"echo","params":{"key":"hunter2"}}`)
	give(&f.Server, f.peers[1], `[{"jsonrpc":"2.0","id":2,"method":"echo","params":["a"]},{"jsonrpc":"2.0","id":3,"method":"echo","params":{"key":"hunter2"}}]`)
	give(&f.Server, f.peers[1], `{"jsonrpc":"2.0","id":4,"method":"echo","params":["b"]}`)
	list := f.shown(t)
	require.Len(t, list, 3)
	for _, m := range list[:2] {
		require.Equal(t, `{"method":"echo","params":"not shown"}`, m.Text)
	}
	require.Contains(t, list[2].Text, `["b"]`)
}

func TestTheWireIsForThoseWhoDrive(t *testing.T) {
	f := newFair(0)
	w := &wire{}
	give(&f.Server, f.Connect(w, rpc.Edit), `{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"w","topic":"wire"}}`)
	f.frame()
	require.Contains(t, w.lines[0], `"code":1003`)
}

func TestTheWireIsBounded(t *testing.T) {
	f := newFair(2)
	f.watch(`{}`)
	give(&f.Server, f.peers[1], `{"jsonrpc":"2.0","method":"echo","params":["`+strings.Repeat("ü", 4000)+`"]}`)
	for range 1500 {
		give(&f.Server, f.peers[1], `{"jsonrpc":"2.0","method":"echo"}`)
	}
	line := f.frame()[0][0]
	require.Contains(t, line, `"lost":501`)
	var event struct{ Params struct{ Value []seen } }
	require.NoError(t, json.Unmarshal([]byte(line), &event))
	require.Len(t, event.Params.Value, 1000)
	long := event.Params.Value[0]
	require.True(t, long.Cut)
	require.Equal(t, 8047, long.Bytes)
	require.LessOrEqual(t, len(long.Text), 4<<10)
}

// TestWhatIsTooMuchForTheWireIsTold: with the first event that follows, also when
// the client keeps up with all its topics.
func TestWhatIsTooMuchForTheWireIsTold(t *testing.T) {
	f := newFair(2)
	f.watch(`{}`)
	for n := range 1010 {
		give(&f.Server, f.peers[1], call("echo", n))
	}
	require.Contains(t, f.frame()[0][0], `"lost":10,`)
	f.frame()
	require.EqualValues(t, 10+1010-1000, f.Sessions()[0].Lost, "in and out")
}

// TestAMalformedLoginIsNotShown, however it is written.
func TestAMalformedLoginIsNotShown(t *testing.T) {
	f := newFair(1)
	f.watch(`{}`)
	p := f.Connect(&wire{}, rpc.None)
	give(&f.Server, p, `{"jsonrpc":"2.0","method":"session.\u006cogin","params":{"code":"secret"}`)
	for _, m := range f.shown(t) {
		require.NotContains(t, m.Text, "secret")
	}
}
