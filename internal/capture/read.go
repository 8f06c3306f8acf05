package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// defaultLimit is how many bytes, after decompression, a reader takes that was
// not told: more than the flight ring and a long capture hold.
const defaultLimit = 256 << 20

// Read reads a capture of at most limit bytes after decompression; zero means
// 256 MiB. Memory grows with what is really in the file, not with what it says of
// itself, to a small multiple of the limit at the most. A file that is cut,
// damaged or too large gives what was read until then, and an error that wraps
// [ErrCut], [ErrFormat] or [ErrLimit]; the Capture is never nil.
func Read(r io.Reader, limit int64) (*Capture, error) {
	if limit <= 0 {
		limit = defaultLimit
	}
	d, err := newReader(r, limit)
	if err == nil {
		err = d.run()
	}
	if err != nil {
		return d.capture, d.explain(err)
	}
	return d.capture, nil
}

// largestMeta is the most that the first record may take, when it alone is read.
const largestMeta = 1 << 20

// ReadMeta reads what a capture is of, and no further: whether the rest is whole, it
// does not say.
func ReadMeta(r io.Reader) (Meta, error) {
	d, err := newReader(r, largestMeta)
	if err == nil {
		err = d.begin()
	}
	if err == nil {
		err = d.record()
	}
	if err != nil {
		return Meta{}, d.explain(err)
	}
	return d.capture.Meta, nil
}

// reader reads one file.
type reader struct {
	capture *Capture
	in      io.LimitedReader
	body    bytes.Buffer // of the record that is being read
	records int          // that were read whole
}

func newReader(r io.Reader, limit int64) (*reader, error) {
	d := &reader{capture: &Capture{Snapshots: make(map[string]json.RawMessage), Events: make(map[string][]Event)}}
	gz, err := gzip.NewReader(r)
	if err != nil {
		return d, fmt.Errorf("%w: it does not begin as gzip does: %v", ErrFormat, err)
	}
	d.in = io.LimitedReader{R: gz, N: limit}
	return d, nil
}

// begin reads what every capture begins with.
func (d *reader) begin() error {
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(&d.in, head); err != nil {
		return err
	}
	if string(head) != magic {
		return fmt.Errorf("%w: it does not begin with %q", ErrFormat, magic)
	}
	return nil
}

func (d *reader) run() error {
	if err := d.begin(); err != nil {
		return err
	}
	for {
		if err := d.record(); errors.Is(err, errEnd) {
			return nil
		} else if err != nil {
			return err
		}
		d.records++
	}
}

// errEnd is the end of a file that is whole.
var errEnd = errors.New("end")

// explain says in which of the three ways a file is no good.
func (d *reader) explain(err error) error {
	switch {
	case errors.Is(err, ErrFormat):
		return err
	case d.in.N <= 0:
		return fmt.Errorf("%w (after %d records)", ErrLimit, d.records)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w (after %d records)", ErrCut, d.records)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("%w: it was changed after it was written: %v", ErrFormat, err)
	}
	return fmt.Errorf("%w: after %d records: %w", ErrFormat, d.records, err)
}

// record reads one record and adds it to the capture.
func (d *reader) record() error {
	var head [recordHead]byte
	switch _, err := io.ReadFull(&d.in, head[:]); {
	case errors.Is(err, io.EOF) && d.in.N > 0: // between two records, with gzip's checksum behind it
		if d.records == 0 {
			return fmt.Errorf("%w: there is nothing in it", ErrFormat)
		}
		return errEnd
	case err != nil:
		return err
	}
	name, size := int64(head[1]), int64(binary.LittleEndian.Uint32(head[4:]))
	if head[2] != 0 || head[3] != 0 {
		return fmt.Errorf("%w: record %d begins with a head of another version", ErrFormat, d.records)
	}
	d.body.Reset()
	// The buffer grows as bytes arrive: a length alone costs nothing.
	if n, err := io.CopyN(&d.body, &d.in, name+size); err != nil {
		if errors.Is(err, io.EOF) && n < name+size {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	topic, body := string(d.body.Bytes()[:name]), d.body.Bytes()[name:]
	if err := d.add(head[0], topic, body); err != nil {
		return fmt.Errorf("%w: record %d, topic %.40q: %v", ErrFormat, d.records, topic, err)
	}
	return nil
}

// add takes one record in. The body is overwritten by the next.
func (d *reader) add(kind uint8, topic string, body []byte) error {
	c := d.capture
	if first := d.records == 0; first != (kind == kindMeta && topic == "meta") {
		return errors.New("the first record, and no other, tells what the capture is of")
	}
	switch kind {
	case kindMeta:
		if err := json.Unmarshal(body, &c.Meta); err != nil {
			return err
		}
		if c.Meta.Version != version {
			return fmt.Errorf("the version is %d, and this program reads %d", c.Meta.Version, version)
		}
	case kindSnapshot:
		if !json.Valid(body) {
			return errors.New("the first state is no JSON")
		}
		state := json.RawMessage(bytes.Clone(body))
		c.Snapshots[topic] = state
		return c.take(topic, state, true)
	case kindEvent:
		var e Event
		if err := json.Unmarshal(body, &e); err != nil {
			return err
		}
		c.Events[topic] = append(c.Events[topic], e)
		return c.take(topic, e.Value, false)
	case kindBinary:
		return c.takeBinary(topic, body)
	}
	return nil // a kind of a later version
}
