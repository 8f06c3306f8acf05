package console

import (
	"fmt"
	"testing"
)

// BenchmarkArchive is what archived cvars cost a frame: a thousand of which none changed,
// one, and all.
func BenchmarkArchive(b *testing.B) {
	for _, changed := range []int{0, 1, 1000} {
		b.Run(fmt.Sprintf("changed=%d", changed), func(b *testing.B) {
			var con Console
			vars := make([]float64, 1000)
			con.Cvars.Folder = b.TempDir()
			for i := range vars {
				con.Cvars.Bind(fmt.Sprintf("area.name%d", i), &vars[i], "").Archive()
			}
			con.Update()
			b.ReportAllocs()
			for n := range b.N {
				b.StopTimer()
				for i := range changed {
					vars[i] = float64(n + 1)
				}
				con.Cvars.saving() // notices: that is not the files' cost
				b.StartTimer()
				con.Cvars.offer()
			}
			b.StopTimer()
			con.Close()
		})
	}
}
