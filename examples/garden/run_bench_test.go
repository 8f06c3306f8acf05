package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/rpc"
)

// quiet is a client that does not read.
type quiet struct{}

func (quiet) SendText([]byte) error   { return nil }
func (quiet) SendBinary([]byte) error { return nil }
func (quiet) Close(int, string)       {}

// BenchmarkRecordATick is what a frame takes with a client, not recorded and recorded.
func BenchmarkRecordATick(b *testing.B) {
	for _, hash := range []string{"", "none", "total", "fields"} {
		b.Run("hash="+hash, func(b *testing.B) {
			level, err := sim.Load("meadow")
			require.NoError(b, err)
			g := newGarden(level, options{seed: 1}, io.Discard)
			require.NoError(b, g.configure(options{config: "none"}))
			defer g.con.Close()
			g.con.Runs.Bytes, g.con.Runs.Ticks = 1<<32, 1<<30
			frame := func() {
				for range g.con.Update() {
					g.tick(g.hands())
				}
			}
			for range 60 {
				frame()
			}
			s := g.con.RPC()
			p := s.Connect(quiet{}, rpc.Drive)
			if hash != "" {
				s.Receive(p, rpc.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"run.record","params":{"hash":"`+hash+`"}}`), rpc.Limits{}))
			}
			frame()
			b.ReportAllocs()
			for b.Loop() {
				frame()
			}
		})
	}
}
