package openmetrics

import (
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func page(format Format, write func(*Page)) string {
	p := Page{Format: format}
	write(&p)
	return string(p.End())
}

func TestBothFormats(t *testing.T) {
	calls := NewFamily("scope_calls", Counter, "", "calls of \"a\"\nscope\\")
	heap := NewFamily("heap", Gauge, "bytes", "h")
	period := NewFamily("period", Histogram, "seconds", "h")
	buckets := period.Buckets([]float64{0.004, 1}, "game", "g")
	build := NewFamily("build", Info, "", "h")
	named := NewFamily("alloc_bytes_total", NamedCounter, "", "h")
	write := func(p *Page) {
		p.Head(calls)
		p.Uint(calls.Line("scope", "say \"x\"\n\\"), math.MaxUint64)
		p.Head(heap)
		p.Float(heap.Line(), 1.5)
		p.Head(period)
		p.Histogram(buckets, []uint64{3, 2, 1}, 1500*time.Millisecond)
		p.Head(build)
		p.Uint(build.Line("version", "v1", "go", "1.26"), 1)
		p.Head(named)
		p.Uint(named.Line(), 7)
	}
	require.Equal(t, `# HELP scope_calls_total calls of "a"\nscope\\
# TYPE scope_calls_total counter
scope_calls_total{scope="say \"x\"\n\\"} 18446744073709551615
# HELP heap_bytes h
# TYPE heap_bytes gauge
heap_bytes 1.5
# HELP period_seconds h
# TYPE period_seconds histogram
period_seconds_bucket{game="g",le="0.004"} 3
period_seconds_bucket{game="g",le="1.0"} 5
period_seconds_bucket{game="g",le="+Inf"} 6
period_seconds_sum{game="g"} 1.5
period_seconds_count{game="g"} 6
# HELP build_info h
# TYPE build_info gauge
build_info{version="v1",go="1.26"} 1
# HELP alloc_bytes_total h
# TYPE alloc_bytes_total counter
alloc_bytes_total 7
`, page(Text, write))
	require.Equal(t, `# TYPE scope_calls counter
# HELP scope_calls calls of \"a\"\nscope\\
scope_calls_total{scope="say \"x\"\n\\"} 18446744073709551615
# TYPE heap_bytes gauge
# UNIT heap_bytes bytes
# HELP heap_bytes h
heap_bytes 1.5
# TYPE period_seconds histogram
# UNIT period_seconds seconds
# HELP period_seconds h
period_seconds_bucket{game="g",le="0.004"} 3
period_seconds_bucket{game="g",le="1.0"} 5
period_seconds_bucket{game="g",le="+Inf"} 6
period_seconds_sum{game="g"} 1.5
period_seconds_count{game="g"} 6
# TYPE build info
# HELP build h
build_info{version="v1",go="1.26"} 1
# TYPE alloc_bytes_total unknown
# HELP alloc_bytes_total h
alloc_bytes_total 7
# EOF
`, page(Open, write))
}

func TestNumbers(t *testing.T) {
	f := NewFamily("x", Gauge, "", "")
	for v, want := range map[float64]string{
		0: "0", -3: "-3", 0.1: "0.1", 1e300: "1e+300", 1 << 53: "9.007199254740992e+15", math.Inf(1): "+Inf", math.Inf(-1): "-Inf",
	} {
		require.Equal(t, "x "+want+"\n", page(Text, func(p *Page) { p.Float(f.Line(), v) }))
	}
	require.Equal(t, "x NaN\n", page(Text, func(p *Page) { p.Float(f.Line(), math.NaN()) }))
	for d, want := range map[time.Duration]string{0: "0", 1: "0.000000001", time.Second: "1", 1500 * time.Millisecond: "1.5", -1: "0", math.MaxInt64: "9223372036.854775807"} {
		require.Equal(t, "x "+want+"\n", page(Text, func(p *Page) { p.Seconds(f.Line(), d) }))
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 10_000 {
		d := time.Duration(r.Int64N(1 << r.Int64N(50)))
		text := strings.TrimPrefix(strings.TrimSpace(page(Text, func(p *Page) { p.Seconds(f.Line(), d) })), "x ")
		whole, part, _ := strings.Cut(text, ".")
		got, err := strconv.ParseInt(whole+(part + "000000000")[:9], 10, 64)
		require.NoError(t, err)
		require.Equal(t, int64(d), got, "%s", text)
	}
}

func TestNegotiation(t *testing.T) {
	for accept, want := range map[string]Format{
		"":                             Text,
		"*/*":                          Text,
		"text/plain":                   Text,
		"application/openmetrics-text": Open,
		"application/openmetrics-text; version=1.0.0; charset=utf-8":                                                                            Open,
		"application/openmetrics-text; version=0.0.1":                                                                                           Text,
		"application/openmetrics-text;version=1.0.0;q=0":                                                                                        Text,
		"text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.5":                                                       Text,
		"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1": Open,
		"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.4":                                  Open,
		"text/plain,,;;": Text,
	} {
		require.Equal(t, want, Negotiate(accept), "%q", accept)
	}
}

func TestNamesAreLegalAndUnique(t *testing.T) {
	var n Names
	for _, c := range []struct{ name, unit, want string }{
		{"game_physics/bodies", "", "game_physics_bodies"},
		{"game_physics bodies", "", "game_physics_bodies_2"},
		{"game_physics_bodies_total", "", "game_physics_bodies_3"},
		{"game_mem", "bytes", "game_mem_bytes"},
		{"game_mem_bytes", "bytes", "game_mem_2_bytes"},
		{"game_a_sum_total", "", "game_a"},
		{"game_a_count", "", "game_a_2"},
		{"7", "", "x7"},
		{"", "", "x"},
		{"_total", "", "total"},
		{"é", "", "x_2"},
		{"врагов", "", "x_3"},
	} {
		require.Equal(t, c.want, n.Take(c.name, c.unit), "%q", c.name)
	}
}

func FuzzNames(f *testing.F) {
	f.Add("a/b", "bytes", "a b")
	f.Add("x_total", "", "x")
	legal := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	f.Fuzz(func(t *testing.T, a, unit, b string) {
		if unit != "" {
			unit = "bytes"
		}
		var n Names
		x, y := n.Take("game_"+a, unit), n.Take("game_"+b, "")
		for _, s := range suffixes {
			require.NotEqual(t, x, y+s)
			require.NotEqual(t, y, x+s)
		}
		require.Regexp(t, legal, x)
		require.Regexp(t, legal, y)
		text := page(Open, func(p *Page) {
			f := NewFamily(x, Gauge, unit, a)
			p.Head(f)
			p.Uint(f.Line("label", b), 1)
		})
		require.Equal(t, x, NewFamily(x, Gauge, unit, a).name)
		want := 4
		if unit != "" {
			want = 5
		}
		require.Equal(t, want, strings.Count(text, "\n"), "%q", text)
	})
}
