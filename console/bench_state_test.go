package console

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// grunt has some ten fields.
type grunt struct {
	ID       uint32
	Name     string
	Pos, Vel vec
	HP       int
	Speed    float32
	Team     uint8
	Target   uint32
	State    int
}

// BenchmarkState takes the whole state of 100,000 entities and more: in a slice of structs,
// and each behind a pointer.
func BenchmarkState(b *testing.B) {
	const n = 100_000
	slab := make([]grunt, n)
	var each []*grunt
	for i := range slab {
		slab[i] = grunt{ID: uint32(i + 1), Name: "grunt", HP: 100}
		each = append(each, &grunt{ID: uint32(i + 1), Name: "grunt", HP: 100})
	}
	for name, list := range map[string]any{"slice": &slab, "pointers": &each} {
		w := &World{SnapshotBytes: 1 << 30}
		w.Bind("grunt", list, "")
		m, _, err := w.moment(w.SnapshotBytes)
		require.NoError(b, err)
		w.states.keep(&snapshot{moment: m}, w.SnapshotBytes)
		for what, f := range map[string]func(){
			"snapshot": func() { _, _, err = w.moment(w.SnapshotBytes) },
			"restore":  m.restore,
			"hash":     func() { _, err = w.sums(0, 0) },
			"diff":     func() { _, err = w.diff(nil, WorldDiffOf{From: 1}) },
		} {
			b.Run(fmt.Sprintf("%s/%s", name, what), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
				require.NoError(b, err)
				b.ReportMetric(float64(m.bytes())/1e6, "MB/snapshot")
			})
		}
	}
}
