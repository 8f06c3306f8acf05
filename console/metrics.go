package console

import (
	"cmp"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/scry-dev/scry/internal/openmetrics"
	"github.com/scry-dev/scry/wsserver"
)

// scrape writes what the console counts as Prometheus reads it. It runs on the
// goroutine of who asks, and takes what the goroutines beside the game keep.
type scrape struct {
	mu   sync.Mutex
	page openmetrics.Page

	// What there is to tell, by name: made anew when names were added.
	made    bool
	changes uint64 // of the Recorder, when the families were made
	fixed   fixedFamilies
	scopes  scopeFamilies
	meters  []meterFamily // by place among the Recorder's
	tags    tagFamilies

	tally tally // a copy
}

// serveMetrics answers with all metrics.
func (c *Console) serveMetrics(w http.ResponseWriter, r *http.Request) {
	format := openmetrics.Negotiate(r.Header.Get("Accept"))
	w.Header().Set("Content-Type", format.ContentType())
	w.Header().Set("Vary", "Accept")
	if r.Method == http.MethodHead {
		return
	}
	m := &c.scrape
	m.mu.Lock()
	page := c.writeMetrics(format)
	m.page.Buf = nil // this answer's, until it is sent: another need not wait for that
	m.mu.Unlock()
	out := c.steady(w)
	if _, err := out.Write(page); err == nil {
		out.end()
	}
	m.mu.Lock()
	m.page.Buf = page
	m.mu.Unlock()
}

// writeMetrics writes the page, which is valid until the next; mu is held.
func (c *Console) writeMetrics(format openmetrics.Format) []byte {
	m := &c.scrape
	c.flight.total(&m.tally)
	sample := c.Memory.newest()
	if changes := c.Timings.Changes(); !m.made || changes != m.changes {
		m.made, m.changes = true, changes
		m.name(c)
	}
	p := &m.page
	p.Format, p.Buf = format, p.Buf[:0]
	m.fixed.write(c, p, &m.tally)
	m.scopes.write(p, m.tally.scopes)
	for i := range m.meters {
		m.meters[i].write(p, &m.tally, i)
	}
	m.tags.write(p, sample.Tags)
	m.fixed.runtime.write(p, &sample)
	return p.End()
}

// name makes the families and lines of all that has a name now.
func (m *scrape) name(c *Console) {
	var names openmetrics.Names
	m.fixed.name(c)
	m.scopes.name(c)
	m.meters = m.meters[:0]
	for _, in := range c.Timings.Meters() {
		m.meters = append(m.meters, newMeterFamily(&names, in.Name, in.Unit, in.Help, in.Gauge))
	}
	m.tags.name()
}

// single is a family of one line.
type single struct {
	family *openmetrics.Family
	line   openmetrics.Line
}

func newSingle(name string, kind openmetrics.Kind, unit, help string, labels ...string) single {
	f := openmetrics.NewFamily(name, kind, unit, help)
	return single{f, f.Line(labels...)}
}

func (s single) uint(p *openmetrics.Page, v uint64) {
	p.Head(s.family)
	p.Uint(s.line, v)
}

func (s single) float(p *openmetrics.Page, v float64) {
	p.Head(s.family)
	p.Float(s.line, v)
}

func (s single) seconds(p *openmetrics.Page, d time.Duration) {
	p.Head(s.family)
	p.Seconds(s.line, d)
}

// fixedFamilies are those that every console has.
type fixedFamilies struct {
	build, frames, held, ticks, budget, work, lost single

	period        *openmetrics.Family
	periodBuckets openmetrics.Buckets

	clients, bytesHeld                                 single
	accepted, refused, failed, slow                    single
	bytesIn, bytesOut, messagesIn, messagesOut, missed single

	log                               *openmetrics.Family
	logLines                          [len(levelNames)]openmetrics.Line
	logFolded, logDropped, logEvicted single

	incidents, wrong single

	runtime runtimeFamilies
}

func (f *fixedFamilies) name(c *Console) {
	const gauge, counter = openmetrics.Gauge, openmetrics.Counter
	f.build = newSingle("scry_build", openmetrics.Info, "", "the program that carries the console", "game", c.name(), "version", c.version(), "goversion", runtime.Version())
	f.frames = newSingle("scry_frames", counter, "", "calls of Update that have ended")
	f.held = newSingle("scry_frames_held", counter, "", "frames in which the game was held; in times and scopes they do not count")
	f.ticks = newSingle("scry_ticks", counter, "", "ticks of the simulation")
	f.budget = newSingle("scry_frame_budget", gauge, "seconds", "what a frame may take")
	f.work = newSingle("scry_frame_work", counter, "seconds", "time in the outermost scopes")
	f.lost = newSingle("scry_scope_events_lost", counter, "", "calls of scopes that no timeline shows, because the recorder was full")
	f.period = openmetrics.NewFamily("scry_frame_period", openmetrics.Histogram, "seconds", "from one Update to the next")
	bounds := make([]float64, len(periodBounds))
	for i, b := range periodBounds {
		bounds[i] = b.Seconds()
	}
	f.periodBuckets = f.period.Buckets(bounds)

	f.clients = newSingle("scry_clients", gauge, "", "open connections of the console")
	f.bytesHeld = newSingle("scry_held", gauge, "bytes", "memory held for clients, in and out")
	f.accepted = newSingle("scry_connections_accepted", counter, "", "connections that were let in")
	f.refused = newSingle("scry_requests_refused", counter, "", "handshakes and other requests that were refused")
	f.failed = newSingle("scry_connections_failed", counter, "", "connections that ended otherwise than in order")
	f.slow = newSingle("scry_connections_slow", counter, "", "of scry_connections_failed: clients that took too little of what they were sent")
	f.bytesIn = newSingle("scry_received", counter, "bytes", "read from connections")
	f.bytesOut = newSingle("scry_sent", counter, "bytes", "written to connections")
	f.messagesIn = newSingle("scry_received_messages", counter, "", "messages that arrived whole")
	f.messagesOut = newSingle("scry_sent_messages", counter, "", "messages that were queued; one for many counts for each")
	f.missed = newSingle("scry_events_lost", counter, "", "events that subscribers lost by their policies")

	f.log = openmetrics.NewFamily("scry_log_lines", counter, "", "lines that were logged, by level")
	for i, level := range levelNames {
		f.logLines[i] = f.log.Line("level", level)
	}
	f.logFolded = newSingle("scry_log_lines_folded", counter, "", "of scry_log_lines: the same as the line before, and counted with it")
	f.logDropped = newSingle("scry_log_lines_dropped", counter, "", "of scry_log_lines: left out by flood control")
	f.logEvicted = newSingle("scry_log_lines_evicted", counter, "", "of scry_log_lines: made room for later ones")
	f.incidents = newSingle("scry_incidents", counter, "", "incidents and captures that the black box recorded")
	f.wrong = newSingle("scry_logins_wrong", counter, "", "attempts to come in with a wrong code or token")
	f.runtime.name()
}

func (f *fixedFamilies) write(c *Console, p *openmetrics.Page, t *tally) {
	f.build.uint(p, 1)
	f.frames.uint(p, t.frames+c.flight.missed.Load())
	f.held.uint(p, t.held)
	f.ticks.uint(p, c.clock.tick.Load())
	f.budget.seconds(p, c.budget())
	f.work.seconds(p, t.work)
	p.Head(f.period)
	p.Histogram(f.periodBuckets, t.period.counts[:], t.period.sum)
	f.lost.uint(p, t.lost)

	f.clients.uint(p, uint64(c.srv.WS.Connections()))
	f.transport(p, c.srv.WS.Counts())
	f.missed.uint(p, c.srv.RPC.Lost())
	p.Head(f.log)
	for i, n := range c.Log.counts() {
		p.Uint(f.logLines[i], n)
	}
	evicted, folded, dropped := c.Log.lostLines()
	f.logFolded.uint(p, folded)
	f.logDropped.uint(p, dropped)
	f.logEvicted.uint(p, evicted)
	f.incidents.uint(p, c.Blackbox.total())
	f.wrong.uint(p, c.door.Wrong())
}

func (f *fixedFamilies) transport(p *openmetrics.Page, n wsserver.Counts) {
	f.bytesHeld.uint(p, uint64(max(0, n.Held)))
	f.accepted.uint(p, n.Accepted)
	f.refused.uint(p, n.Refused)
	f.failed.uint(p, n.Failed)
	f.slow.uint(p, n.Slow)
	f.bytesIn.uint(p, n.BytesIn)
	f.bytesOut.uint(p, n.BytesOut)
	f.messagesIn.uint(p, n.MessagesIn)
	f.messagesOut.uint(p, n.MessagesOut)
}

// scopeFamilies are what the game's scopes took, by name.
type scopeFamilies struct {
	calls, total, self *openmetrics.Family
	lines              []scopeLines // by id
}

type scopeLines struct{ calls, total, self openmetrics.Line }

func (f *scopeFamilies) name(c *Console) {
	const counter = openmetrics.Counter
	f.calls = openmetrics.NewFamily("scry_scope_calls", counter, "", "calls of a scope")
	f.total = openmetrics.NewFamily("scry_scope", counter, "seconds", "time in a scope and those inside it")
	f.self = openmetrics.NewFamily("scry_scope_self", counter, "seconds", "time in a scope without those inside it")
	f.lines = f.lines[:0]
	for _, in := range c.Timings.Scopes() {
		f.lines = append(f.lines, scopeLines{f.calls.Line("scope", in.Name), f.total.Line("scope", in.Name), f.self.Line("scope", in.Name)})
	}
}

func (f *scopeFamilies) write(p *openmetrics.Page, scopes []scopeTally) {
	scopes = scopes[:min(len(scopes), len(f.lines))]
	if len(scopes) == 0 {
		return
	}
	p.Head(f.calls)
	for i := range scopes {
		p.Uint(f.lines[i].calls, scopes[i].calls)
	}
	p.Head(f.total)
	for i := range scopes {
		p.Seconds(f.lines[i].total, scopes[i].total)
	}
	p.Head(f.self)
	for i := range scopes {
		p.Seconds(f.lines[i].self, scopes[i].self)
	}
}

// meterFamily is a counter or a gauge of the game's.
type meterFamily struct {
	single
	gauge bool
	scale float64 // to the base unit
}

// baseUnits are the units that Prometheus' users expect to see in others: those, in
// their own words, and by what to multiply.
var baseUnits = map[string]struct {
	name  string
	scale float64
}{
	"B": {"bytes", 1}, "KB": {"bytes", 1e3}, "MB": {"bytes", 1e6}, "KiB": {"bytes", 1 << 10}, "MiB": {"bytes", 1 << 20},
	"s": {"seconds", 1}, "ms": {"seconds", 1e-3}, "µs": {"seconds", 1e-6}, "us": {"seconds", 1e-6}, "ns": {"seconds", 1e-9},
	"%": {"ratio", 1e-2}, "m": {"meters", 1},
}

func newMeterFamily(names *openmetrics.Names, name, unit, help string, gauge bool) meterFamily {
	kind := openmetrics.Counter
	if gauge {
		kind = openmetrics.Gauge
	}
	help = cmp.Or(help, "what the game calls "+name)
	base, known := baseUnits[unit]
	if !known {
		base.scale = 1
		if unit != "" {
			help += ", in " + unit
		}
	}
	return meterFamily{newSingle(names.Take("game_"+name, base.name), kind, base.name, help), gauge, base.scale}
}

func (f *meterFamily) write(p *openmetrics.Page, t *tally, i int) {
	if i >= len(t.last) {
		return // registered, and in no frame yet
	}
	if f.gauge {
		f.float(p, t.last[i]*f.scale)
	} else {
		f.float(p, t.sums[i]*f.scale)
	}
}

// tagFamilies are the game's trackers of memory.
type tagFamilies struct {
	bytes, peak *openmetrics.Family
	known       []Tag // whose lines these are
	lines       []struct{ bytes, peak openmetrics.Line }
}

func (f *tagFamilies) name() {
	f.bytes = openmetrics.NewFamily("scry_memory", openmetrics.Gauge, "bytes", "memory of a part of the game, as it reports it; of the kind heap is what lies in Go's heap")
	f.peak = openmetrics.NewFamily("scry_memory_peak", openmetrics.Gauge, "bytes", "the most that scry_memory_bytes was")
	f.known, f.lines = f.known[:0], f.lines[:0]
}

func (f *tagFamilies) write(p *openmetrics.Page, tags []Tag) {
	same := func(a, b Tag) bool { return a.Name == b.Name && a.Kind == b.Kind }
	if !slices.EqualFunc(f.known, tags, same) {
		f.known, f.lines = append(f.known[:0], tags...), f.lines[:0]
		for _, t := range tags {
			f.lines = append(f.lines, struct{ bytes, peak openmetrics.Line }{f.bytes.Line("tag", t.Name, "kind", t.Kind), f.peak.Line("tag", t.Name, "kind", t.Kind)})
		}
	}
	if len(tags) == 0 {
		return
	}
	p.Head(f.bytes)
	for i := range tags {
		p.Float(f.lines[i].bytes, float64(tags[i].Bytes))
	}
	p.Head(f.peak)
	for i := range tags {
		p.Float(f.lines[i].peak, float64(tags[i].Peak))
	}
}
