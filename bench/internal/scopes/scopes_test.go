package scopes

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Every way really runs a frame, and ends.
func TestEveryWayRuns(t *testing.T) {
	names := map[string]bool{}
	for _, w := range All() {
		frame, stop, err := w.New()
		require.NoError(t, err, w.Name)
		for range 3 {
			frame(100)
		}
		stop()
		names[w.Name] = true
	}
	require.Len(t, names, len(All()), "each has a name of its own")
}
