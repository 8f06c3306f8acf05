package console

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/wsserver"
)

// slow adds a method that takes 300 µs to a console.
func slow(con *Console) {
	rpc.Handle(con.RPC(), rpc.Method{Name: "game.slow", Role: rpc.View}, func(*rpc.Call, rpc.Void) (int, error) {
		time.Sleep(300 * time.Microsecond)
		return 0, nil
	})
}

func TestBudgetHoldsUnderAFloodAndOthersAreServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		con := new(Console)
		slow(con)
		flooder, other := newProbe(t, con), newProbe(t, con)
		for range 200 {
			flooder.send("game.slow", `{}`)
		}
		served := 0
		for range 10 {
			n := other.send("time.status", `{}`)
			began := time.Now()
			other.frame()
			require.LessOrEqual(t, time.Since(began), time.Millisecond+300*time.Microsecond, "the budget, and the call that was under way")
			require.Contains(t, other.replies, n, "in the same frame")
			require.Greater(t, len(flooder.replies), served, "the flooder too")
			served = len(flooder.replies)
		}
		require.Less(t, served, 60, "the rest waits")
		require.NoError(t, con.Close())
	})
}

func TestAFloodStopsBeingRead(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	cl := p.peer.Value().(*client)
	flood := func(n int) {
		for range n {
			con.receive(wsserver.Message{From: cl.id, Kind: wsserver.Text, Value: rpc.Parse([]byte(`{"jsonrpc":"2.0","method":"echo"}`), rpc.Limits{})})
		}
	}
	flood(maxQueued - 1)
	require.False(t, cl.paused)
	flood(1)
	require.True(t, cl.paused)
	for cl.paused {
		p.frame()
	}
	require.Zero(t, con.paused)
	flood(maxQueued)
	require.True(t, cl.paused)
	p.leave()
	require.Zero(t, con.paused, "who left is not waited for")
}

func TestBinaryFromAClientIsRefused(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	require.True(t, con.receive(wsserver.Message{From: p.peer.Value().(*client).id, Kind: wsserver.Binary, Data: []byte{1}}))
	require.True(t, con.receive(wsserver.Message{From: 1, Kind: wsserver.Text}), "a text of nobody is passed over")
	p.frame()
}
