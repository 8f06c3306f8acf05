package console

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// holdUp is a handler that does not return for ten seconds.
func holdUp(*rpc.Call, rpc.Void) (rpc.Void, error) {
	time.Sleep(10 * time.Second)
	return rpc.Void{}, nil
}

func TestARequestThatHoldsUpTheGameIsNamedWhileItDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		con := new(Console)
		con.Limits.Protocol.SlowCall = 5 * time.Millisecond
		rpc.Handle(con.RPC(), rpc.Method{Name: "game.think"}, holdUp)
		p := newProbe(t, con)
		con.start()
		lines := func() []Line { return get[Lines](p, "log.tail", `{"match":"holds up"}`).Lines }
		time.Sleep(time.Minute)
		require.Empty(t, lines())
		p.send("game.think", `{}`)
		p.frame()
		found := lines()
		require.Len(t, found, 1, "once, however long it takes")
		require.Less(t, time.Duration(found[0].Time), time.Minute+time.Second, "and at once")
		require.Contains(t, string(found[0].Attrs), "game.think")
		require.Contains(t, string(found[0].Attrs), "console.holdUp")
		slow := get[Lines](p, "log.tail", `{"match":"took long"}`).Lines
		require.Len(t, slow, 1)
		require.Contains(t, string(slow[0].Attrs), "10s")
		require.NoError(t, con.Close())
	})
}
