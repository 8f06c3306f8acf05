// Package openmetrics writes metrics as Prometheus reads them: OpenMetrics 1.0, and
// Prometheus' text format 0.0.4.
//
//	calls := openmetrics.NewFamily("scope_calls", openmetrics.Counter, "", "calls of a scope")
//	physics := calls.Line("scope", "physics")
//	...
//	p := openmetrics.Page{Format: openmetrics.Negotiate(r.Header.Get("Accept"))}
//	p.Head(calls)
//	p.Uint(physics, 60)
//	w.Write(p.End())
//
// What is the same each time, names, labels and help, is written once and kept;
// what changes is a number a line. So a page costs no more than its bytes, and
// nothing is allocated once the buffer has its size. Families and lines may be used
// by any goroutine; a page belongs to one.
//
// A page has each family once, and its lines together.
package openmetrics
