package wsserver

import (
	"fmt"
	"slices"
	"testing"
)

// BenchmarkIdle is a frame in which nothing happens.
func BenchmarkIdle(b *testing.B) {
	for _, n := range []int{0, 1, 1000} {
		b.Run(fmt.Sprintf("connections=%d/Update", n), func(b *testing.B) {
			var s Server
			crowd(b, &s, n)
			b.ReportAllocs()
			for b.Loop() {
				s.Update()
			}
		})
		b.Run(fmt.Sprintf("connections=%d/frame", n), func(b *testing.B) {
			var s Server
			crowd(b, &s, n)
			b.ReportAllocs()
			for b.Loop() {
				s.Update()
				s.ProcessMessages(func(Message) bool { return true })
				s.ClearMessages()
			}
		})
	}
}

// BenchmarkFrameWithAMessage is what a message and its answer cost the game, from
// the inbox to the distributor.
func BenchmarkFrameWithAMessage(b *testing.B) {
	for _, size := range []int{64, 4096} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			var s Server
			ids, _ := crowd(b, &s, 1)
			c, data := s.open[ids[0]], make([]byte, size)
			b.ReportAllocs()
			for b.Loop() {
				a := arrival{conn: c, size: size + overhead}
				a.From, a.Kind, a.Data = c.id, Text, data
				c.claim()
				c.admit(a.size)
				s.arrive(a)
				s.Update()
				for m := range s.ProcessMessages {
					for s.SendTextMessage(m.From, m.Data) != nil {
						b.Fatal("the writer does not keep up")
					}
				}
				s.ClearMessages()
				s.Update()
				if c.backlog.Load() > 1<<19 {
					b.StopTimer()
					until(func() bool { return c.backlog.Load() == 0 })
					b.StartTimer()
				}
			}
		})
	}
}

// BenchmarkFanOut is what a message to many costs the game: to an audience, by a
// broadcast, and by sending to each.
func BenchmarkFanOut(b *testing.B) {
	text := make([]byte, 256)
	for _, n := range []int{100, 1000, 10_000} {
		fan := func(b *testing.B, send func(s *Server, ids []ConnID, a *Audience)) {
			var s Server
			ids, sinks := crowd(b, &s, n)
			a := s.NewAudience()
			for _, id := range ids {
				a.Add(id)
			}
			s.Update()
			var sent int64
			b.ReportAllocs()
			for b.Loop() {
				send(&s, ids, a)
				s.Update()
				if sent++; sent%16 != 0 {
					continue
				}
				b.StopTimer()
				until(func() bool {
					return !slices.ContainsFunc(sinks, func(k *sink) bool {
						return k.written.Load() < sent*int64(frameSize(len(text)))
					})
				})
				b.StartTimer()
			}
		}
		b.Run(fmt.Sprintf("audience/connections=%d", n), func(b *testing.B) {
			fan(b, func(s *Server, _ []ConnID, a *Audience) { a.SendText(text) })
		})
		b.Run(fmt.Sprintf("broadcast/connections=%d", n), func(b *testing.B) {
			fan(b, func(s *Server, ids []ConnID, _ *Audience) { s.BroadcastTextMessage(ids, text) })
		})
		b.Run(fmt.Sprintf("each/connections=%d", n), func(b *testing.B) {
			fan(b, func(s *Server, ids []ConnID, _ *Audience) {
				for _, id := range ids {
					s.SendTextMessage(id, text)
				}
			})
		})
	}
}
