// Package pages has the page of metrics of each library that Scry's is compared
// with: a game's scopes and gauges, and the Go runtime, in the text format of
// Prometheus, by an HTTP handler in memory. The floor is fmt.Fprintf alone.
package pages

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"
)

// Library is one way to write the page.
type Library struct {
	Name   string // heads its column
	Module string // whose version stands beside the name; "" for none
	New    func() (handler http.Handler, close func())
}

// All returns the libraries in the order of their columns, the floor first.
func All() []Library {
	return []Library{
		{"fmt.Fprintf", "", newAlone},
		{"scry", "", newScry},
		{"client_golang", "github.com/prometheus/client_golang", newClientGolang},
		{"VictoriaMetrics", "github.com/VictoriaMetrics/metrics", newVictoria},
	}
}

// What the game has: three counters for each scope, and gauges.
const (
	scopes = 130
	gauges = 60
	token  = "bench"
)

func scopeName(i int) string { return fmt.Sprintf("subsystem %d/part", i) }

func gaugeName(i int) string { return fmt.Sprintf("entities_%d", i) }

// gaugeValue is what a gauge shows: numbers of several lengths.
func gaugeValue(i int) float64 { return float64(i) * 1.37 }

// Page is a client that fetches the page.
type Page struct {
	handler http.Handler
	close   func()
	request *http.Request
	out     sink
}

// Open makes the page of a library.
func Open(l Library) *Page {
	handler, close := l.New()
	p := open(handler)
	p.close = close
	return p
}

func open(handler http.Handler) *Page {
	p := &Page{handler: handler, out: sink{header: make(http.Header)}}
	p.request = httptest.NewRequest(http.MethodGet, "http://127.0.0.1/metrics", nil)
	p.request.Host, p.request.RemoteAddr = "127.0.0.1:6060", "127.0.0.1:50000"
	p.request.URL.Host, p.request.URL.Scheme = "", ""
	p.request.RequestURI = "/metrics"
	p.request.Header.Set("Authorization", "Bearer "+token)
	return p
}

// Close ends what the library began.
func (p *Page) Close() { p.close() }

// Fetch has the page written once. It is good until the next call.
func (p *Page) Fetch() []byte {
	p.out.body = p.out.body[:0]
	clear(p.out.header)
	p.handler.ServeHTTP(&p.out, p.request)
	return p.out.body
}

// Check returns an error when a page does not show the whole game.
func Check(page []byte) error {
	for i := range scopes {
		if name := []byte(scopeName(i)); bytes.Count(page, name) < 3 {
			return fmt.Errorf("the page of %d bytes has no three lines of the scope %q", len(page), name)
		}
	}
	for i := range gauges {
		if name := []byte(gaugeName(i) + " "); !bytes.Contains(page, name) {
			return fmt.Errorf("the page has no gauge %q", name)
		}
	}
	return nil
}

// sink is a connection that takes everything at once.
type sink struct {
	header http.Header
	body   []byte
}

func (s *sink) Header() http.Header              { return s.header }
func (s *sink) WriteHeader(int)                  {}
func (s *sink) Flush()                           {}
func (s *sink) SetWriteDeadline(time.Time) error { return nil }

func (s *sink) Write(p []byte) (int, error) {
	s.body = append(s.body, p...)
	return len(p), nil
}
