package capture

import (
	"encoding/json"
	"io"
	"strconv"
)

// The threads of the Chrome trace. A track is the thread of its id and firstTrack.
const (
	framesThread = 1
	firstTrack   = 2
	lastTrack    = firstTrack + 1<<16
	pid          = `"pid":1,"tid":`
)

// Chrome writes a capture as Chrome's trace JSON, which chrome://tracing,
// Perfetto, Speedscope and others open. Tracks are threads, scopes complete
// events ("X"), counters counter events ("C"), the log, collections and the
// capture's reason instants ("i"). Times are in µs with three decimals.
func Chrome(w io.Writer, c *Capture) error {
	t := chrome{output: output{w: w}}
	t.buf = append(t.buf, `{"displayTimeUnit":"ns","otherData":`...)
	t.json(c.Meta)
	t.buf = append(t.buf, `,"traceEvents":[`+"\n"...)
	spans, frames := c.tracks(), c.frames()
	t.metadata(0, "process_name", c.processName())
	t.thread(framesThread, framesTrack)
	for _, id := range c.trackIDs(spans) {
		t.thread(firstTrack+int(id), c.trackName(id))
	}
	threads := make(map[string]int) // of marks
	for i, name := range []string{reasonTrack, logTrack, gcTrack} {
		threads[name] = lastTrack + i
		t.thread(threads[name], name)
	}
	for _, f := range frames {
		t.begin("X", framesThread, f.start)
		t.buf = append(t.buf, `,"dur":`...)
		t.micros(f.end - f.start)
		t.name("frame " + strconv.FormatUint(uint64(f.number), 10))
		t.args(frameArgs(f))
	}
	names := make(map[uint16][]byte)
	for _, id := range c.trackIDs(spans) {
		t.track(c, id, spans[id], names)
	}
	for _, s := range c.counters(frames) {
		name := quote(s.name)
		for _, p := range s.points {
			t.begin("C", 0, p.time)
			t.buf = append(append(t.buf, `,"name":`...), name...)
			t.buf = append(t.buf, `,"args":{"value":`...)
			t.buf = strconv.AppendFloat(t.buf, p.value, 'g', -1, 64)
			t.buf = append(t.buf, "}}"...)
			t.full()
		}
	}
	for _, m := range c.marks() {
		t.begin("i", threads[m.track], m.time)
		t.buf = append(t.buf, `,"s":"t"`...)
		t.name(m.name)
		t.args(m.args)
	}
	t.buf = append(t.buf, "\n]}\n"...)
	return t.flush()
}

// chrome writes events. An event is opened by begin, and what follows closes it.
type chrome struct {
	output
	events int
}

// track writes the spans of a track.
func (t *chrome) track(c *Capture, id uint16, spans []Span, names map[uint16][]byte) {
	for _, s := range spans {
		name, ok := names[s.Scope]
		if !ok {
			name = quote(c.scopeName(s.Scope))
			names[s.Scope] = name
		}
		t.begin("X", firstTrack+int(id), s.Start)
		t.buf = append(t.buf, `,"dur":`...)
		t.micros(s.Duration)
		t.buf = append(append(t.buf, `,"name":`...), name...)
		t.buf = append(t.buf, '}')
		t.full()
	}
}

// metadata writes an event that says something of a thread.
func (t *chrome) metadata(thread int, what, name string) {
	t.begin("M", thread, 0)
	t.name(what)
	t.args([]arg{{name: "name", text: name}})
}

// thread names a thread and has viewers keep to the order of the numbers.
func (t *chrome) thread(id int, name string) {
	t.metadata(id, "thread_name", name)
	t.begin("M", id, 0)
	t.name("thread_sort_index")
	t.args([]arg{{name: "sort_index", number: int64(id)}})
}

func (t *chrome) begin(phase string, thread int, time int64) {
	if t.events++; t.events > 1 {
		t.buf = append(t.buf, ",\n"...)
	}
	t.buf = append(append(append(t.buf, `{"ph":"`...), phase...), `",`+pid...)
	t.buf = strconv.AppendInt(t.buf, int64(thread), 10)
	t.buf = append(t.buf, `,"ts":`...)
	t.micros(time)
}

func (t *chrome) name(name string) {
	t.buf = append(append(t.buf, `,"name":`...), quote(name)...)
}

// args writes the details of an event and closes it.
func (t *chrome) args(args []arg) {
	t.buf = append(t.buf, `,"args":{`...)
	for i, a := range args {
		if i > 0 {
			t.buf = append(t.buf, ',')
		}
		t.buf = append(append(t.buf, quote(a.name)...), ':')
		if a.text != "" {
			t.buf = append(t.buf, quote(a.text)...)
		} else {
			t.buf = strconv.AppendInt(t.buf, a.number, 10)
		}
	}
	t.buf = append(t.buf, "}}"...)
	t.full()
}

// micros writes ns as µs.
func (t *chrome) micros(ns int64) {
	t.buf = strconv.AppendInt(t.buf, ns/1000, 10)
	if rest := ns % 1000; rest > 0 {
		t.buf = append(t.buf, '.', '0'+byte(rest/100), '0'+byte(rest/10%10), '0'+byte(rest%10))
	}
}

func (t *chrome) json(v any) {
	text, err := json.Marshal(v)
	if err != nil && t.err == nil {
		t.err = err
	}
	t.buf = append(t.buf, text...)
}

// quote is a text in JSON. A string has no form that fails.
func quote(s string) []byte {
	text, _ := json.Marshal(s)
	return text
}

// frameArgs are the details of a frame.
func frameArgs(f frame) []arg {
	args := []arg{{name: "frame", number: int64(f.number)}, {name: "tick", number: int64(f.tick)}}
	if f.timed {
		args = append(args, arg{name: "work_ns", number: int64(f.work)})
	}
	if f.held {
		args = append(args, arg{name: "held", number: 1})
	}
	return args
}
