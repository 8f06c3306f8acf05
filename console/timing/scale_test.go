package timing

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A game of sixty frames a second, on a counter of three ticks a nanosecond: whatever
// happens to one of the two clocks, the scale is right from the second frame on.
func TestTheScaleSurvivesASuspendedMachine(t *testing.T) {
	const frame = time.Second / 60
	for what, jump := range map[string]struct{ ns, ticks time.Duration }{
		"the counter ran on":                 {0, time.Hour},
		"the counter ran on, not for long":   {0, time.Second},
		"the clock ran on":                   {time.Hour, 0},
		"both did":                           {time.Hour, time.Hour},
		"the counter began anew":             {0, -100 * time.Second},
		"the counter stepped back":           {0, -900 * time.Millisecond},
		"another machine's counter is ahead": {0, 1000 * time.Hour},
	} {
		for _, before := range []time.Duration{3 * time.Second, 3*time.Second + 500*time.Millisecond, 3*time.Second + 990*time.Millisecond} {
			var s scale
			now, ticks := 5*time.Second, 200*time.Second
			note := func() { s.note(anchor{ticks: 3 * uint64(ticks), ns: int64(now)}) }
			for passed := time.Duration(0); passed < before; passed += frame {
				note()
				now, ticks = now+frame, ticks+frame
			}
			now, ticks = now+jump.ns, ticks+jump.ticks
			note()
			for range 200 {
				now, ticks = now+frame, ticks+frame
				note()
				require.InEpsilon(t, time.Second, s.ns(3*uint64(time.Second)), 1e-6, "%s after %v", what, before)
			}
		}
	}
}
