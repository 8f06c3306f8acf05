package pages

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/timing"
)

// newAlone writes the lines by hand: no library, and nothing of the runtime.
func newAlone() (http.Handler, func()) {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, family := range [...]string{"calls", "seconds", "self_seconds"} {
			fmt.Fprintf(w, "# HELP game_scope_%s_total h\n# TYPE game_scope_%s_total counter\n", family, family)
			for i := range scopes {
				fmt.Fprintf(w, "game_scope_%s_total{scope=%q} %v\n", family, scopeName(i), float64(i)*0.001)
			}
		}
		for i := range gauges {
			name := gaugeName(i)
			fmt.Fprintf(w, "# HELP game_%s h\n# TYPE game_%s gauge\ngame_%s %v\n", name, name, name, gaugeValue(i))
		}
	}), func() {}
}

// newScry is a console after a second of a game.
func newScry() (http.Handler, func()) {
	con := &console.Console{Token: token, Output: io.Discard}
	var handles []timing.Scope
	for i := range scopes {
		handles = append(handles, con.Timings.Scope(scopeName(i), "a scope"))
	}
	var meters []timing.Gauge
	for i := range gauges {
		meters = append(meters, con.Timings.Gauge(gaugeName(i), "", "a gauge"))
	}
	frame := func() {
		for range con.Update() {
			for i, h := range handles {
				s := con.Timings.Begin(h)
				con.Timings.Set(meters[i%gauges], gaugeValue(i%gauges))
				s.End()
			}
		}
	}
	// The first frames come to the page a moment later.
	p := open(con)
	for Check(p.Fetch()) != nil {
		frame()
		time.Sleep(time.Millisecond)
	}
	return con, func() { con.Close() }
}

// newClientGolang is a registry with the collector of the runtime that the default
// one has.
func newClientGolang() (http.Handler, func()) {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector())
	for _, family := range [...]string{"calls", "seconds", "self_seconds"} {
		vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "game_scope_" + family + "_total", Help: "h"}, []string{"scope"})
		reg.MustRegister(vec)
		for i := range scopes {
			vec.WithLabelValues(scopeName(i)).Add(float64(i) * 0.001)
		}
	}
	for i := range gauges {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "game_" + gaugeName(i), Help: "h"})
		reg.MustRegister(g)
		g.Set(gaugeValue(i))
	}
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{}), func() {}
}

// newVictoria is a set, and the metrics of the process that its documentation adds.
func newVictoria() (http.Handler, func()) {
	set := metrics.NewSet()
	for _, family := range [...]string{"calls", "seconds", "self_seconds"} {
		for i := range scopes {
			set.NewFloatCounter(fmt.Sprintf("game_scope_%s_total{scope=%q}", family, scopeName(i))).Add(float64(i) * 0.001)
		}
	}
	for i := range gauges {
		set.NewGauge("game_"+gaugeName(i), nil).Set(gaugeValue(i))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
	}), func() {}
}
