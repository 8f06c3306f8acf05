package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/bench/internal/load"
	"github.com/scry-dev/scry/bench/internal/peers"
)

// TestMain lets the test's program be the server of its own tests.
func TestMain(m *testing.M) {
	err := child(append(peers.All(), faulty()...))
	if err == errNoChild {
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// soon is how long a test waits for a server that will not deliver.
const soon = 500 * time.Millisecond

func begin(t *testing.T, mode, library string) *process {
	t.Helper()
	p, err := start(t.Context(), mode, library)
	require.NoError(t, err)
	t.Cleanup(p.stop)
	return p
}

func TestEveryLibraryEchoes(t *testing.T) {
	for _, l := range peers.All() {
		t.Run(l.Name, func(t *testing.T) {
			p := begin(t, modeEcho, l.Name)
			client, err := load.NewEcho(p.addr, load.Patience)
			require.NoError(t, err)
			defer client.Close()
			for _, size := range []int{1, 64, 125, 126, 4096} {
				times, err := client.Volley(size, 5)
				require.NoError(t, err)
				require.Len(t, times, 5)
			}
			for _, size := range echoSizes(0) {
				_, err := client.Pipeline(size.bytes, size.inFlight, 1000)
				require.NoError(t, err)
			}
			require.NoError(t, client.Idle())
		})
	}
}

func TestEveryLibraryDelivers(t *testing.T) {
	for _, l := range peers.All() {
		t.Run(l.Name, func(t *testing.T) {
			const clients, broadcasts = 30, 20
			p := begin(t, modeListen, l.Name)
			crowd, err := load.Gather(p.addr, clients, load.Patience)
			require.NoError(t, err)
			defer crowd.Close()
			_, err = p.ask(order{Do: "gather", Clients: clients})
			require.NoError(t, err)
			for _, window := range windows() {
				r, err := fan(crowd, p, window, broadcasts, true)
				require.NoError(t, err)
				require.Len(t, r.Calls, broadcasts)
				require.Positive(t, r.Took)
				require.Positive(t, r.Usage.CPU)
			}
		})
	}
}

// A server that does not do what is measured must not get a number.
func TestFaultyServersAreFound(t *testing.T) {
	t.Run("an echo of something else", func(t *testing.T) {
		client, err := load.NewEcho(begin(t, modeEcho, "garbling").addr, soon)
		require.NoError(t, err)
		defer client.Close()
		_, err = client.Volley(64, 10)
		require.ErrorContains(t, err, "not what was sent")
	})
	t.Run("an echo of less", func(t *testing.T) {
		client, err := load.NewEcho(begin(t, modeEcho, "swallowing").addr, soon)
		require.NoError(t, err)
		defer client.Close()
		_, err = client.Pipeline(64, 8, 100)
		require.ErrorContains(t, err, "silent")
	})
	t.Run("an echo of more", func(t *testing.T) {
		p := begin(t, modeEcho, "stuttering")
		client, err := load.NewEcho(p.addr, soon)
		require.NoError(t, err)
		defer client.Close()
		_, err = client.Volley(64, 1)
		if err == nil {
			err = client.Idle()
		}
		require.Error(t, err)
	})
	for name, message := range map[string]string{
		"swallowing": "has not come to",
		"garbling":   "not what was broadcast",
		"stuttering": "more came than was broadcast",
	} {
		t.Run("broadcasts, "+name, func(t *testing.T) {
			p := begin(t, modeListen, name)
			crowd, err := load.Gather(p.addr, 3, soon)
			require.NoError(t, err)
			defer crowd.Close()
			_, err = p.ask(order{Do: "gather", Clients: 3})
			require.NoError(t, err)
			_, err = fan(crowd, p, 8, 8, true)
			require.ErrorContains(t, err, message)
		})
	}
	t.Run("nobody", func(t *testing.T) {
		_, err := start(t.Context(), modeEcho, "nobody")
		require.Error(t, err)
	})
}

// A server that never answers does not hold the run up.
func TestASilentProcessIsKilled(t *testing.T) {
	err := within(t.Context(), soon, func(ctx context.Context) error {
		p, err := start(ctx, modeListen, "floor")
		if err != nil {
			return err
		}
		defer p.stop()
		_, err = p.report() // to an order that nobody gave
		return err
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// A whole run, as short as it can be, fills every cell but those of what
// a library cannot do.
func TestRunFillsTheTable(t *testing.T) {
	b := &bench{libraries: peers.All(), effort: effort{1, 20, []int{10}, 200, 12, 100, time.Millisecond}, progress: io.Discard}
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}
	require.NoError(t, b.run(t.Context(), names))
	var out bytes.Buffer
	require.NoError(t, b.table.write(&out, 1))
	var missing []string
	for _, s := range b.table.sections {
		for i, r := range s.rows {
			for _, c := range s.columns {
				if _, ok := r.cells[key(c)]; !ok {
					missing = append(missing, fmt.Sprintf("%s, row %d: %s", s.title, i+1, key(c)))
				}
			}
		}
	}
	require.Equal(t, []string{ // they know no batches
		"RPC in memory, row 10: sourcegraph", "RPC in memory, row 10: net/rpc",
		"RPC in memory, row 11: sourcegraph", "RPC in memory, row 11: net/rpc",
		"RPC in memory, row 12: sourcegraph", "RPC in memory, row 12: net/rpc",
	}, missing)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, line := range lines {
		require.Equal(t, strings.Count(lines[1], "|"), strings.Count(line, "|"), line)
	}
}

func TestRunKnowsItsParts(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), []string{"-only", "echo,ping"}, io.Discard, io.Discard), `"ping"`)
	require.Error(t, run(t.Context(), []string{"-fast"}, io.Discard, io.Discard))
}
