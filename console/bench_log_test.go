package console

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// BenchmarkHandle is what a line costs the goroutine that logs it: one that is kept, one
// that is counted with the one before, and one that flood control drops; beside slog's
// own JSON handler, which writes to nowhere.
func BenchmarkHandle(b *testing.B) {
	ours := func(rate int) func() slog.Handler {
		return func() slog.Handler {
			con := &Console{Log: Log{Flood: rate}}
			con.Update()
			return &con.Log
		}
	}
	for _, h := range []struct {
		name string
		make func() slog.Handler
		same bool
	}{
		{"kept", ours(-1), false},
		{"repeated", ours(-1), true},
		{"dropped", ours(1), false},
		{"slog-json-with-source", func() slog.Handler { return slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{AddSource: true}) }, false},
		{"slog-json", func() slog.Handler { return slog.NewJSONHandler(io.Discard, nil) }, false},
	} {
		line := func(log *slog.Logger, i int) {
			if h.same {
				i = 1000
			}
			log.LogAttrs(b.Context(), slog.LevelInfo, "a seed has grown", slog.Int("id", i), slog.String("kind", "rose"), slog.Duration("took", 20*time.Millisecond), slog.Float64("at", 12.5))
		}
		b.Run(h.name+"/alone", func(b *testing.B) {
			log := slog.New(h.make())
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				line(log, i)
			}
		})
		b.Run(h.name+"/8-goroutines", func(b *testing.B) {
			log := slog.New(h.make())
			b.ReportAllocs()
			b.SetParallelism(4) // of two processors
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					line(log, i)
				}
			})
		})
	}
}

// BenchmarkUpdateOfALog is what the log costs a frame that a client watches: without a
// line, with ten, with as many as an event takes, and while a search goes on.
func BenchmarkUpdateOfALog(b *testing.B) {
	for _, f := range []struct {
		name   string
		lines  int
		search bool
	}{{"no-line", 0, false}, {"10-lines", 10, false}, {"500-lines", maxEvent, false}, {"search", 0, true}} {
		b.Run(f.name, func(b *testing.B) {
			con := &Console{Log: Log{Flood: -1}}
			peer := con.RPC().Connect(new(sink), rpc.Drive)
			send := func(text string) { con.RPC().Receive(peer, rpc.Parse([]byte(text), rpc.Limits{})) }
			send(`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"log","topic":"log"}}`)
			con.Update()
			log := slog.New(&con.Log)
			for i := range 40_000 {
				log.Info("a seed has grown", "id", i, "kind", "rose")
			}
			for range 100 {
				con.Update()
			}
			spent := time.Duration(0)
			b.ReportAllocs()
			for b.Loop() {
				for i := range f.lines {
					log.Info("a seed has grown", "id", i, "kind", "rose")
				}
				if f.search && len(con.Log.reader.searches) == 0 {
					send(`{"jsonrpc":"2.0","id":2,"method":"log.tail","params":{"match":"nothing of the kind"}}`)
				}
				began := time.Now()
				con.Update()
				spent += time.Since(began)
			}
			b.ReportMetric(float64(spent)/float64(b.N), "ns/frame")
		})
	}
}
