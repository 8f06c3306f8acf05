package console

import (
	"testing"

	"github.com/scry-dev/scry/rpc"
	"github.com/stretchr/testify/require"
)

func TestALeaseEndsWithItsClient(t *testing.T) {
	x, p := tuned(t, nil)
	anna := p.second()
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":2}`)
	c := get[CvarState](anna, "cvar.set", `{"name":"g.x","value":5,"lease":true}`)
	require.Equal(t, []any{"lease", anna.peer.Name(), LeaseInfo{By: anna.peer.Name()}}, []any{c.Layer, c.SetBy, *c.Lease})
	f := p.refused(rpc.Conflict, "cvar.set", `{"name":"g.x","value":3}`)
	require.Equal(t, `cvar "g.x" is on lease to `+anna.peer.Name()+` until it leaves; force ends the lease`, f.Message)
	p.refused(rpc.Conflict, "cvar.reset", `{"name":"g.x"}`)
	get[CvarState](anna, "cvar.set", `{"name":"g.x","value":6,"lease":true}`)
	require.Equal(t, 6.0, *x)
	anna.leave()
	require.Equal(t, 2.0, *x)
	c = get[CvarState](p, "cvar.get", `{"name":"g.x"}`)
	require.Equal(t, []any{"console", p.peer.Name()}, []any{c.Layer, c.SetBy})

	anna = p.second()
	get[CvarState](anna, "cvar.set", `{"name":"g.x","value":5,"lease":true}`)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":3,"force":true}`)
	anna.leave()
	require.Equal(t, 3.0, *x, "force ended it before")

	for _, lease := range []string{`-1`, `0`, `"x"`, `86401`, `[]`} {
		f = p.refused(rpc.InvalidParams, "cvar.set", `{"name":"g.x","value":3,"lease":`+lease+`}`)
		require.Equal(t, "/lease", f.Data.Path)
	}
}

func TestALeaseEndsWithItsTime(t *testing.T) {
	x, p := tuned(t, nil)
	c := get[CvarState](p, "cvar.set", `{"name":"g.x","value":5,"lease":0.5}`)
	require.Positive(t, c.Lease.Until)
	p.frame()
	require.Equal(t, 5.0, *x)
	p.wait() // a second
	require.Equal(t, 1.0, *x)
	h := get[[]CvarChange](p, "cvar.history", `{"name":"g.x"}`)
	require.Equal(t, "lease ended", h[0].From)
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":5,"lease":60}`)
	c = get[CvarState](p, "cvar.reset", `{"name":"g.x"}`)
	require.Nil(t, c.Lease, "one's own lease ends by a reset")
}

// Who lends a value or keeps it sees the game a moment late: the value is the game's to say.
func TestALeaseIsOfTheValueThatHolds(t *testing.T) {
	x, p := tuned(t, func(v *Cvar) { v.Range(0, 9) })
	anna := p.second()
	get[CvarState](p, "cvar.set", `{"name":"g.x","value":2}`)
	*x = 3
	c := get[CvarState](anna, "cvar.set", `{"name":"g.x","lease":true}`)
	require.Equal(t, []any{3.0, "lease", anna.peer.Name()}, []any{*x, c.Layer, c.SetBy})
	p.refused(rpc.Conflict, "cvar.set", `{"name":"g.x"}`)
	get[CvarState](anna, "cvar.set", `{"name":"g.x","value":4,"lease":60}`)
	c = get[CvarState](anna, "cvar.set", `{"name":"g.x"}`)
	require.Equal(t, []any{4.0, "console"}, []any{*x, c.Layer})
	require.Nil(t, c.Lease)

	f := anna.refused(rpc.InvalidParams, "cvar.set", `{"name":"g.x"}`)
	require.Equal(t, []string{"/value", "a value"}, []string{f.Data.Path, f.Data.Want}, "there is nothing left to keep")
	*x = 10
	f = anna.refused(rpc.OutOfRange, "cvar.set", `{"name":"g.x","lease":true}`)
	require.Equal(t, "/value", f.Data.Path, "only the game may have it so")
	anna.leave()
	require.Equal(t, 10.0, *x)
}

func TestASecretIsLentWithoutBeingKnown(t *testing.T) {
	key, con := "hunter2", new(Console)
	con.Cvars.Bind("key", &key, "").Secret()
	p := newProbe(t, con)
	c := get[CvarState](p, "cvar.set", `{"name":"key","lease":60}`)
	require.Equal(t, []any{"hunter2", "lease"}, []any{key, c.Layer})
	require.Nil(t, c.Value)
}
