//go:build !js

package console

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/internal/openmetrics"
)

// measured is a console with a bit of everything that metrics tell of; name is a
// part of all its names.
func measured(name string) *Console {
	con := &Console{Token: "hush", Name: "my " + name, Version: "v1.2", Output: io.Discard}
	con.Timings.Scope("physics"+name, "")
	con.Timings.Gauge("enemies"+name, "", "alive "+name)
	con.Timings.Gauge("load"+name, "%", "")
	con.Timings.Counter("draw calls"+name, "calls", "")
	con.Timings.Counter("uploaded"+name, "KiB", "to the GPU")
	con.Memory.Tracker("textures"+name, "gpu", "").Set(1 << 20)
	return con
}

// measure runs frames of a console, in which every scope runs once and every meter
// moves by two.
func measure(con *Console, frames int) {
	for range frames {
		for range con.Update() {
			con.Timings.Set(1, 3)
			con.Timings.Set(2, 50)
			con.Timings.Add(3, 2)
			con.Timings.Add(4, 2)
			s := con.Timings.Begin(1)
			s.End()
		}
	}
}

var (
	sampleLine = regexp.MustCompile(`^([a-z_][a-z0-9_]*)(\{(?:[a-z]+="(?:[^"\\]|\\[\\"n])*",?)*\})? (NaN|[-+]?[0-9.e+Inf-]+)$`)
	headLine   = regexp.MustCompile(`^# (TYPE|HELP|UNIT) ([a-z_][a-z0-9_]*) (.*)$`)
)

// parsePage checks a page by the grammar of its format and returns what it says, by
// name and labels.
func parsePage(t testing.TB, format openmetrics.Format, page string) map[string]float64 {
	t.Helper()
	require.True(t, strings.HasSuffix(page, "\n"))
	lines := strings.Split(strings.TrimSuffix(page, "\n"), "\n")
	if format == openmetrics.Open {
		require.Equal(t, "# EOF", lines[len(lines)-1])
		lines = lines[:len(lines)-1]
	}
	samples, families := make(map[string]float64), make(map[string]bool)
	var family, kind, unit string
	suffix := map[string][]string{"counter": {"_total"}, "gauge": {""}, "unknown": {""}, "info": {"_info"}, "histogram": {"_bucket", "_sum", "_count"}}
	if format == openmetrics.Text {
		suffix["counter"] = []string{""}
	}
	for _, line := range lines {
		if m := headLine.FindStringSubmatch(line); m != nil {
			if m[2] != family {
				require.False(t, families[m[2]], "%s comes twice", m[2])
				families[m[2]], family, kind, unit = true, m[2], "", ""
			}
			switch m[1] {
			case "TYPE":
				kind = m[3]
				require.Contains(t, suffix, kind)
			case "UNIT":
				unit = m[3]
				require.True(t, strings.HasSuffix(family, "_"+unit), line)
				require.Equal(t, openmetrics.Open, format)
			}
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		require.NotNil(t, m, "%q", line)
		ending, ok := strings.CutPrefix(m[1], family)
		require.True(t, ok, "%s is not of the family %s", m[1], family)
		require.Contains(t, suffix[kind], ending, "%s of the kind %s", m[1], kind)
		value, err := strconv.ParseFloat(m[3], 64)
		require.NoError(t, err)
		key := m[1] + m[2]
		require.NotContains(t, samples, key)
		samples[key] = value
	}
	return samples
}

// scraped runs a console for some frames, writes its metrics, and parses them.
func scraped(t *testing.T, con *Console, format openmetrics.Format) (string, map[string]float64) {
	t.Helper()
	measure(con, 5)
	con.flight.reader = con.flight.rec.Reader()
	con.flight.collect()
	con.scrape.mu.Lock()
	defer con.scrape.mu.Unlock()
	page := string(con.writeMetrics(format))
	return page, parsePage(t, format, page)
}

func TestMetricsTellWhatTheGameDid(t *testing.T) {
	for _, format := range []openmetrics.Format{openmetrics.Text, openmetrics.Open} {
		con := measured("")
		slog.New(&con.Log).Warn("late")
		con.collecting.Store(true) // the test collects
		page, got := scraped(t, con, format)
		for name, want := range map[string]float64{
			`scry_frames_total`:                            4, // the fifth has not ended
			`scry_frame_period_seconds_count`:              4,
			`scry_ticks_total`:                             5,
			`scry_scope_calls_total{scope="physics"}`:      4,
			`game_enemies`:                                 3,
			`game_load_ratio`:                              0.5,
			`game_draw_calls_total`:                        8,
			`game_uploaded_bytes_total`:                    8 << 10,
			`scry_memory_bytes{tag="textures",kind="gpu"}`: 1 << 20,
			`scry_log_lines_total{level="warn"}`:           1,
			`scry_log_lines_total{level="error"}`:          0,
			`scry_clients`:                                 0,
			`go_info{version="` + runtime.Version() + `"}`: 1,
			`scry_build_info{game="my ",version="v1.2",goversion="` + runtime.Version() + `"}`: 1,
		} {
			require.Contains(t, got, name, page)
			require.Equal(t, want, got[name], name)
		}
		require.Greater(t, got["go_memstats_heap_inuse_bytes"], 0.0)
		require.Greater(t, got["go_goroutines"], 1.0)
		require.Equal(t, got["scry_frame_period_seconds_count"], got[`scry_frame_period_seconds_bucket{le="+Inf"}`])
		require.Contains(t, page, "what the game calls draw calls, in calls")
	}
}

// Names that a game may have, and should not, spoil no page.
func TestMetricsOfHostileNames(t *testing.T) {
	for _, format := range []openmetrics.Format{openmetrics.Text, openmetrics.Open} {
		con := measured("\n\"\\{}# é\x00\xff")
		con.collecting.Store(true)
		con.Timings.Gauge("enemies", "", "")
		con.Timings.Gauge("enemies!", "", "the same name, once it is legal")
		con.Timings.Counter("enemies", "", "and a counter too")
		_, got := scraped(t, con, format)
		require.Contains(t, got, "game_enemies")
		require.Contains(t, got, "game_enemies_2")
		require.Contains(t, got, "game_enemies_3")
		require.Contains(t, got, "game_enemies_4_total")
	}
}

func TestMetricsFollowWhatIsRegistered(t *testing.T) {
	con := measured("")
	con.collecting.Store(true)
	_, got := scraped(t, con, openmetrics.Open)
	require.NotContains(t, got, `scry_scope_calls_total{scope="late"}`)
	con.Timings.Scope("late", "")
	con.Memory.Tracker("sounds", "heap", "").Add(5)
	con.Memory.sample()
	_, got = scraped(t, con, openmetrics.Open)
	require.Contains(t, got, `scry_scope_calls_total{scope="late"}`)
	require.Equal(t, 5.0, got[`scry_memory_bytes{tag="sounds",kind="heap"}`])
}

// promtool is Prometheus' own reader of the text format, and knows its customs.
func TestMetricsAsPromtoolReadsThem(t *testing.T) {
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed: apt-get install prometheus")
	}
	for _, name := range []string{"", "\n\"\\{}# é\xff"} {
		con := measured(name)
		con.collecting.Store(true)
		page, _ := scraped(t, con, openmetrics.Text)
		cmd := exec.Command(path, "check", "metrics")
		cmd.Stdin = strings.NewReader(page)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
}

// The reference implementation of OpenMetrics is a strict reader, in Python.
func TestMetricsAsTheReferenceReadsThem(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's, for which Debian has the package
	if exec.Command(python, "-c", "import prometheus_client").Run() != nil {
		t.Skip("the reference parser is not installed: apt-get install python3-prometheus-client")
	}
	const script = `
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for family in text_string_to_metric_families(sys.stdin.read()):
    for s in family.samples:
        print(s.name, s.value)
`
	for _, name := range []string{"", "\n\"\\{}# é\xff"} {
		con := measured(name)
		con.collecting.Store(true)
		page, got := scraped(t, con, openmetrics.Open)
		cmd := exec.Command(python, "-c", script)
		cmd.Stdin = strings.NewReader(page)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		require.NoError(t, err, "%s", errs.String())
		require.Equal(t, len(got), bytes.Count(out, []byte("\n")))
	}
}

func TestMetricsOverHTTP(t *testing.T) {
	con := measured("")
	o := listenTo(t, con, func() {})
	resp, body := o.fetched("/metrics")
	require.Equal(t, "text/plain; version=0.0.4; charset=utf-8", resp.Header.Get("Content-Type"))
	parsePage(t, openmetrics.Text, body)
	require.Equal(t, "Accept", resp.Header.Get("Vary"))

	open := http.Header{"Accept": {"application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"}}
	var frames float64
	require.Eventually(t, func() bool {
		resp, body, err := fetch(t.Context(), con, http.MethodGet, "/metrics", open)
		require.NoError(t, err)
		require.Equal(t, "application/openmetrics-text; version=1.0.0; charset=utf-8", resp.Header.Get("Content-Type"))
		before := frames
		frames = parsePage(t, openmetrics.Open, body)["scry_frames_total"]
		return before > 0 && frames > before
	}, 5*time.Second, time.Millisecond, "the numbers move while the game runs")
	resp, _, err := fetch(t.Context(), con, http.MethodGet, "/metrics", http.Header{"Authorization": {"Bearer no"}})
	require.NoError(t, err)
	require.Equal(t, 401, resp.StatusCode)
	resp, _, err = fetch(t.Context(), con, http.MethodHead, "/metrics", nil)
	require.NoError(t, err)
	require.Equal(t, 200, resp.StatusCode)
}

// large is a console whose page has some 700 lines.
func large(t testing.TB) *Console {
	con := &Console{Output: io.Discard}
	con.collecting.Store(true)
	for i := range 120 {
		con.Timings.Scope(fmt.Sprintf("subsystem %d/part", i), "")
	}
	for i := range 42 {
		con.Timings.Gauge(fmt.Sprintf("gauge %d", i), "B", "a gauge of the game")
	}
	for range 5 {
		for range con.Update() {
			for i := range 42 {
				con.Timings.Set(timing.Gauge(i+1), float64(i)*1.37)
			}
			for i := range 120 {
				s := con.Timings.Begin(timing.Scope(i + 1))
				s.End()
			}
		}
	}
	con.flight.reader = con.flight.rec.Reader()
	con.flight.collect()
	con.scrape.mu.Lock()
	defer con.scrape.mu.Unlock()
	require.InDelta(t, 700, bytes.Count(con.writeMetrics(openmetrics.Open), []byte("\n")), 60)
	return con
}

func BenchmarkMetrics(b *testing.B) {
	con := large(b)
	b.ReportAllocs()
	for b.Loop() {
		con.writeMetrics(openmetrics.Open)
	}
	b.ReportMetric(float64(bytes.Count(con.writeMetrics(openmetrics.Open), []byte("\n"))), "lines")
}

func TestAllocationsOfMetrics(t *testing.T) {
	con := large(t)
	require.Zero(t, testing.AllocsPerRun(50, func() { con.writeMetrics(openmetrics.Open) }))
}

// Where the collector is far behind, frames are not summed up, but counted all the same.
func TestMetricsCountFramesThatNobodyCollected(t *testing.T) {
	con := new(Console)
	inFlight(t, con, func(t *testing.T, p *flown) {
		for range handedFrames + 50 {
			p.frame()
		}
		con.flight.collect()
		require.Contains(t, string(con.writeMetrics(openmetrics.Text)), fmt.Sprintf("\nscry_frames_total %d\n", con.Time.Frame()-1))
	})
}
