package console

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// answers is a client that counts its answers and keeps nothing.
type answers struct{ texts int }

func (s *answers) SendText([]byte) error   { s.texts++; return nil }
func (s *answers) SendBinary([]byte) error { return nil }
func (s *answers) Close(int, string)       {}

// crowd is a world of many crates with an editor.
func crowd(tb testing.TB, n int) (con *Console, crates []crate, send func(method, params string)) {
	con = new(Console)
	crates = make([]crate, n)
	for i := range crates {
		crates[i].ID = uint32(i + 1)
	}
	con.World.Bind("crate", &crates, "")
	con.Limits.Protocol.MaxValues = 100_000
	to := new(answers)
	peer := con.RPC().Connect(to, rpc.Drive)
	send = func(method, params string) {
		before := to.texts
		con.RPC().Receive(peer, rpc.Parse(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":1,"method":%q,"params":%s}`, method, params), con.Limits.Protocol))
		for range con.Update() {
		}
		if to.texts == before {
			tb.Fatalf("%s was not answered in its frame", method)
		}
	}
	return con, crates, send
}

func BenchmarkWorldSet(b *testing.B) {
	_, _, send := crowd(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		send("world.set", `{"id":"77777","path":"mass","value":3.5,"gesture":"g"}`)
	}
}

func BenchmarkWorldEditOfThousand(b *testing.B) {
	_, _, send := crowd(b, 100_000)
	var list strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&list, `,{"id":"%d","path":"mass","value":%d}`, i*97+1, i)
	}
	params := `{"gesture":"g","edits":[` + list.String()[1:] + `]}`
	b.Run("edit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			send("world.edit", params)
		}
	})
	b.Run("undo and redo", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			send("world.undo", `{}`)
			send("world.redo", `{}`)
		}
	})
}

func BenchmarkWorldDeleteAndUndoOfThousand(b *testing.B) {
	_, _, send := crowd(b, 100_000)
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", fmt.Sprint(i*97+1))
	}
	params := `{"ids":[` + strings.Join(ids, ",") + `]}`
	b.ReportAllocs()
	for b.Loop() {
		send("world.delete", params)
		send("world.undo", `{}`)
	}
}

func BenchmarkHolds(b *testing.B) {
	con, crates, send := crowd(b, 100_000)
	for i := range 100 {
		send("world.hold", fmt.Sprintf(`{"id":"%d","path":"mass"}`, i*997+1))
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range 100 {
			crates[i*997].Mass++
		}
		con.World.applyHolds()
	}
}

func TestAllocationsOfHoldsAndCharts(t *testing.T) {
	con, crates, send := crowd(t, 1000)
	frame := func() {
		for i := range crates {
			crates[i].Mass++
		}
		for range con.Update() {
		}
	}
	frame()
	idle := testing.AllocsPerRun(100, frame)
	for i := range 100 {
		send("world.hold", fmt.Sprintf(`{"id":"%d","path":"mass"}`, i*7+1))
	}
	mass := crates[7].Mass
	require.LessOrEqual(t, testing.AllocsPerRun(100, frame), idle)
	require.InDelta(t, mass, crates[7].Mass, 0, "held")
	require.Positive(t, con.World.editing.holds.list[99].overwritten)

	// Its turn comes at once, and not again for an hour of frames.
	send("sub.open", `{"id":"f","topic":"fields","rate":0.0001,"params":{"fields":[{"id":"1000","path":"mass"},{"id":"1","path":"mass"}]}}`)
	frame()
	frame()
	frame()
	require.LessOrEqual(t, testing.AllocsPerRun(100, frame), idle)
	require.Greater(t, con.World.editing.charts.subs[0].Value.(*chart).n, 100)
}
