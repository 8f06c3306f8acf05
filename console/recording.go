package console

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/scry-dev/scry/internal/capture"
	"github.com/scry-dev/scry/rpc"
)

// recording is what was kept of a span of time. It does not change any more, so any
// goroutine may read it.
type recording struct {
	meta   capture.Meta
	format string          // that was asked for; empty for none
	names  json.RawMessage // the first state of the topic timings
	tracks json.RawMessage // the first state of the topic scopes
	frames []keptFrame
	topics []topicPart
}

// topicPart is what a recording holds of a topic whose events are JSON.
type topicPart struct {
	topic    string
	snapshot json.RawMessage
	events   []capture.Event
}

// The kinds of binary messages.
const (
	timingsKind = 1
	scopesKind  = 4
)

// span is what of the past is kept.
type span struct {
	from, to time.Duration
	newest   int // of its frames; 0 is all
}

// part is a topic of a recording with a first state and no events.
func part(topic string, state any) topicPart {
	return topicPart{topic: topic, snapshot: wireJSON(state)}
}

// wireJSON is a value as the wire has it.
func wireJSON(v any) json.RawMessage {
	text, err := rpc.Append(nil, v)
	if err != nil { // no value of ours; a recording without a part is worth more than none
		return json.RawMessage("null")
	}
	return text
}

// size is roughly how many bytes a recording holds.
func (r *recording) size() int {
	n := len(r.names) + len(r.tracks)
	for i := range r.frames {
		n += r.frames[i].size()
	}
	for _, p := range r.topics {
		n += len(p.snapshot)
		for i := range p.events {
			n += len(p.events[i].Value) + keptOverhead
		}
	}
	return n
}

// captureFormats are the formats that a recording is written in, by the ends of their
// files' names.
var captureFormats = map[string]string{"scry": ".scry", "chrome": ".json", "perfetto": ".pftrace"}

// mediaTypes are the types of all formats of files.
var mediaTypes = map[string]string{
	"scry": "application/gzip", "chrome": "application/json", "perfetto": "application/octet-stream",
	"text": "text/plain; charset=utf-8", "json": "application/jsonl; charset=utf-8",
}

// write writes the recording in a format. It takes long: never on the game's
// goroutine.
func (r *recording) write(w io.Writer, format string) error {
	if format == "scry" {
		return r.writeScry(w)
	}
	read, pipe := io.Pipe()
	go func() { pipe.CloseWithError(r.writeScry(pipe)) }()
	defer read.Close()
	c, err := capture.Read(read, maxExport)
	if err != nil {
		return fmt.Errorf("console: the capture cannot be read back: %w", err)
	}
	if format == "chrome" {
		return capture.Chrome(w, c)
	}
	return capture.Perfetto(w, c)
}

// maxExport is how many bytes are taken up to change a recording's format: more than
// a flight recorder of the usual size keeps.
const maxExport = 256 << 20

func (r *recording) writeScry(w io.Writer) error {
	out, err := capture.NewWriter(w, r.meta)
	if err != nil {
		return err
	}
	out.Snapshot("timings", r.names)
	out.Snapshot("scopes", r.tracks)
	for _, p := range r.topics {
		if p.snapshot != nil {
			out.Snapshot(p.topic, p.snapshot)
		}
		for _, e := range p.events {
			out.Event(p.topic, e)
		}
	}
	head := make([]byte, 24)
	for i := range r.frames {
		f := &r.frames[i]
		if len(f.timings) > 0 {
			out.Binary("timings", f.header(head, timingsKind, i), f.timings)
		}
		if len(f.segment) > 0 {
			out.Binary("scopes", f.header(head, scopesKind, i), f.segment)
		}
	}
	return out.Close()
}

// header writes the header of a binary message: see PROTOCOL.md.
func (k *keptFrame) header(b []byte, kind uint8, seq int) []byte {
	le := binary.LittleEndian
	clear(b)
	b[0] = kind
	le.PutUint32(b[8:], uint32(seq))
	le.PutUint32(b[12:], uint32(k.frame))
	le.PutUint64(b[16:], uint64(k.begin))
	return b
}
