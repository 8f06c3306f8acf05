package console

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/scry-dev/scry/rpc"
)

// muted is a client that is sent and does not look.
type muted struct{}

func (muted) SendText([]byte) error   { return nil }
func (muted) SendBinary([]byte) error { return nil }
func (muted) Close(int, string)       {}

// BenchmarkSetThousand is the frame in which a client sets a thousand cvars in one
// batch: alone, and with another client that is told of all.
func BenchmarkSetThousand(b *testing.B) {
	for _, watched := range []bool{false, true} {
		b.Run(map[bool]string{false: "alone", true: "watched"}[watched], func(b *testing.B) {
			con := new(Console)
			con.Limits.Protocol.SlowCall = 1 << 40
			vars := make([]float64, 1000)
			for i := range vars {
				con.Cvars.Bind(fmt.Sprintf("group%d.cvar%d", i/50, i), &vars[i], "one of many").Range(0, 1e9).Step(1)
			}
			p := con.RPC().Connect(muted{}, rpc.Drive)
			if watched {
				w := con.RPC().Connect(muted{}, rpc.Drive)
				con.RPC().Receive(w, rpc.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"c","topic":"cvars"}}`), rpc.Limits{}))
			}
			con.Update()
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				b.StopTimer()
				var batch strings.Builder
				for j := range vars {
					sep := ","
					if j == 0 {
						sep = "["
					}
					fmt.Fprintf(&batch, `%s{"jsonrpc":"2.0","id":%d,"method":"cvar.set","params":{"name":"group%d.cvar%d","value":%d}}`, sep, j, j/50, j, i+j+1)
				}
				batch.WriteByte(']')
				con.RPC().Receive(p, rpc.Parse([]byte(batch.String()), rpc.Limits{MaxBatch: 1000}))
				b.StartTimer()
				con.Update()
			}
			if vars[0] == 0 {
				b.Fatal("nothing was set")
			}
		})
	}
}

// BenchmarkCvarRead is what a game pays to read a cvar: a plain variable, one that is
// bound, and two that are shared between goroutines.
func BenchmarkCvarRead(b *testing.B) {
	type tune struct{ plain, bound float64 }
	g := new(tune)
	var shared Atomic[float64]
	var n atomic.Int64
	var c Cvars
	c.Bind("bound", &g.bound, "")
	c.Bind("shared", &shared, "")
	c.Bind("n", &n, "")
	sum := 0.0
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			sum += g.plain
		}
	})
	b.Run("bound", func(b *testing.B) {
		for b.Loop() {
			sum += g.bound
		}
	})
	b.Run("Atomic", func(b *testing.B) {
		for b.Loop() {
			sum += shared.Load()
		}
	})
	b.Run("atomic.Int64", func(b *testing.B) {
		for b.Loop() {
			sum += float64(n.Load())
		}
	})
}

// BenchmarkEchoThousand is what a batch of a thousand costs that does nothing.
func BenchmarkEchoThousand(b *testing.B) {
	con := new(Console)
	con.Limits.Protocol.SlowCall = 1 << 40
	p := con.RPC().Connect(muted{}, rpc.Drive)
	var batch strings.Builder
	for j := range 1000 {
		sep := ","
		if j == 0 {
			sep = "["
		}
		fmt.Fprintf(&batch, `%s{"jsonrpc":"2.0","id":%d,"method":"echo","params":{"name":"group%d.cvar%d","value":%d}}`, sep, j, j/50, j, j+1)
	}
	text := []byte(batch.String() + "]")
	for b.Loop() {
		b.StopTimer()
		con.RPC().Receive(p, rpc.Parse(text, rpc.Limits{}))
		b.StartTimer()
		con.Update()
	}
}
