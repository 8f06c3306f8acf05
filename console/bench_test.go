package console

import (
	"testing"
	"time"

	"github.com/scry-dev/scry/console/timing"
)

// busyFrame is what a frame of 40 scopes and 60 counters took.
func busyFrame() *timing.Totals {
	t := &timing.Totals{Work: 9 * time.Millisecond}
	for i := range 40 {
		d := time.Duration(i+1) * time.Microsecond
		t.Stats = append(t.Stats, timing.Stat{Calls: uint32(i + 1), Total: 3 * d, Self: 2 * d, Min: d, Max: d})
	}
	for i := range 60 {
		t.Meters = append(t.Meters, float64(i))
	}
	return t
}

func BenchmarkAppendFrame(b *testing.B) {
	t := busyFrame()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = appendFrame(buf[:0], frameInfo{tick: 1, period: 16 * time.Millisecond}, t)
	}
	b.ReportMetric(float64(24+len(buf))*60/1000, "kB/s")
}

// BenchmarkAppendSegment puts a frame of 2,000 scopes together, as the collector does.
func BenchmarkAppendSegment(b *testing.B) {
	f := &timing.Frame{Begin: time.Second, End: time.Second + 16*time.Millisecond}
	for i := range 2000 {
		f.Scopes = append(f.Scopes, timing.Timed{Scope: timing.Scope(1 + i%40), Depth: uint8(i % 8), Start: f.Begin + time.Duration(i)*8*time.Microsecond, Took: 5 * time.Microsecond})
	}
	var w segmentWriter
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = w.append(buf[:0], f)
	}
	b.ReportMetric(float64(24+len(buf))/2000, "B/scope")
}
