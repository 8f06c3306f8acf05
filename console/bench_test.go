package console

import (
	"testing"
	"time"
)

// hundredThousand is a world of many ships.
func hundredThousand() *World {
	ships, _ := fleet(100_000)
	w := new(World)
	w.Bind("ship", &ships, "")
	return w
}

func benchmarkWindow(b *testing.B, q WorldQuery) {
	w := hundredThousand()
	c, err := w.compile(q)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	forever := time.Now().Add(time.Hour)
	for b.Loop() {
		s := w.scan(c)
		s.run(forever)
		s.window()
	}
}

func BenchmarkWindowOf100kRows(b *testing.B) { benchmarkWindow(b, WorldQuery{Limit: 100}) }

func BenchmarkWindowOf100kRowsFiltered(b *testing.B) {
	benchmarkWindow(b, WorldQuery{Where: "hull < 50 and pos.x > 10", Limit: 100})
}

func BenchmarkWindowOf100kRowsSorted(b *testing.B) {
	benchmarkWindow(b, WorldQuery{Sort: "-pos.x", Limit: 100})
}
