package console

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
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
		var stats rpc.Stats
		con.limits(&stats)
		require.Contains(t, stats.Limits, rpc.Limit{Scope: "frame", Name: "RequestBudget", Value: int64(time.Millisecond), Unit: "ns", Hits: 10, Help: "what is left waits for the next frame"})
		require.NoError(t, con.Close())
	})
}
