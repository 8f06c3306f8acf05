//go:build !js

package console

import (
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAScriptMayAlternate(t *testing.T) {
	con := &Console{Token: "hush"}
	load := 3
	con.Cvars.Bind("load", &load, "")
	o := listen(t, con)
	status, reply, err := submit(t.Context(), o.con, `{"jsonrpc":"2.0","id":1,"method":"cvar.alternate","params":{"name":"load","values":[1,2],"every":3,"rounds":4}}`)
	require.NoError(t, err)
	require.Equal(t, 200, status)
	var answer struct{ Result Alternation }
	require.NoError(t, json.Unmarshal([]byte(reply), &answer), reply)
	require.Len(t, answer.Result.Blocks, 8)
	_, reply, err = submit(t.Context(), o.con, `{"jsonrpc":"2.0","id":1,"method":"cvar.get","params":{"name":"load"}}`)
	require.NoError(t, err)
	require.Contains(t, reply, `"value":3`)
	require.NotContains(t, reply, `"lease"`)
}

func TestAnAlternationEndsWithItsScript(t *testing.T) {
	con := alone(t, io.Discard)
	load := 3
	con.Cvars.Bind("load", &load, "")
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		defer close(left)
		submit(ctx, con, `{"jsonrpc":"2.0","id":1,"method":"cvar.alternate","params":{"name":"load","values":[1,2],"every":3,"rounds":1000}}`)
	}()
	frame := func() {
		for range con.Update() {
		}
	}
	require.Eventually(t, func() bool { frame(); return load != 3 }, 5*time.Second, time.Millisecond)
	cancel()
	<-left
	require.Eventually(t, func() bool { frame(); return load == 3 }, 5*time.Second, time.Millisecond)
	require.Empty(t, con.Cvars.alternates)
}

func TestAClosedConsoleAlternatesNothing(t *testing.T) {
	con := alone(t, io.Discard)
	load := 3
	con.Cvars.Bind("load", &load, "")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		submit(context.WithoutCancel(t.Context()), con, `{"jsonrpc":"2.0","id":1,"method":"cvar.alternate","params":{"name":"load","values":[1,2],"every":3,"rounds":1000}}`)
	}()
	frame := func() {
		for range con.Update() {
		}
	}
	require.Eventually(t, func() bool { frame(); return load != 3 }, 5*time.Second, time.Millisecond)
	require.NoError(t, con.Close())
	<-ended
	require.Eventually(t, func() bool { frame(); return load == 3 }, 5*time.Second, time.Millisecond)
}
