package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A field is a field of a protocol buffer as it stands on the wire.
type field struct {
	number  int
	integer uint64 // of a varint, and the bits of a double
	bytes   []byte // of a text or a message
}

// parse splits a message into its fields.
func parse(b []byte) (fields []field, err error) {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 || key>>3 == 0 || key>>3 > 1<<29-1 {
			return nil, errors.New("bad key")
		}
		b = b[n:]
		f := field{number: int(key >> 3)}
		switch key & 7 {
		case 0:
			if f.integer, n = binary.Uvarint(b); n <= 0 {
				return nil, errors.New("bad varint")
			}
		case 1:
			if n = 8; len(b) < n {
				return nil, errors.New("cut double")
			}
			f.integer = binary.LittleEndian.Uint64(b)
		case 2:
			size, m := binary.Uvarint(b)
			if n = m + int(size); m <= 0 || size > uint64(len(b)-m) {
				return nil, errors.New("cut bytes")
			}
			f.bytes = b[m:n]
		default:
			return nil, fmt.Errorf("wire type %d", key&7)
		}
		fields, b = append(fields, f), b[n:]
	}
	return fields, nil
}

// A packet is what of a TracePacket the tests look at.
type packet struct {
	time, sequence, flags, kind, track uint64
	name                               string // interned or not
	value                              float64
	annotations                        map[string]string

	uuid, parent uint64 // of a descriptor
	label        string // of a track, a process or a thread
	unit         string
	clocks       map[uint64]uint64
}

// parseTrace reads a trace with the field numbers written out, apart from those
// that the exporter uses.
func parseTrace(b []byte) ([]packet, error) {
	trace, err := parse(b)
	if err != nil {
		return nil, err
	}
	var all []packet
	names := make(map[uint64]string)
	for _, f := range trace {
		fields, err := parse(f.bytes)
		if err != nil || f.number != 1 {
			return nil, errors.Join(err, fmt.Errorf("field %d of Trace", f.number))
		}
		p := packet{annotations: map[string]string{}, clocks: map[uint64]uint64{}}
		for _, f := range fields {
			switch f.number {
			case 6:
				err = each(f.bytes, func(f field) error {
					var id, at uint64
					err := each(f.bytes, func(f field) error {
						if f.number == 1 {
							id = f.integer
						} else {
							at = f.integer
						}
						return nil
					})
					p.clocks[id] = at
					return err
				})
			case 8:
				p.time = f.integer
			case 10:
				p.sequence = f.integer
			case 11:
				err = p.event(f.bytes, names)
			case 12:
				err = each(f.bytes, func(f field) error {
					var id uint64
					return each(f.bytes, func(f field) error {
						if f.number == 1 {
							id = f.integer
						} else {
							names[id] = string(f.bytes)
						}
						return nil
					})
				})
			case 13:
				p.flags = f.integer
			case 60:
				err = p.descriptor(f.bytes)
			default:
				err = fmt.Errorf("field %d of TracePacket", f.number)
			}
			if err != nil {
				return nil, err
			}
		}
		all = append(all, p)
	}
	return all, nil
}

func each(message []byte, f func(field) error) error {
	fields, err := parse(message)
	for _, field := range fields {
		err = errors.Join(err, f(field))
	}
	return err
}

func (p *packet) event(b []byte, names map[uint64]string) error {
	return each(b, func(f field) error {
		switch f.number {
		case 4:
			var name, text string
			err := each(f.bytes, func(f field) error {
				switch f.number {
				case 10:
					name = string(f.bytes)
				case 6:
					text = string(f.bytes)
				case 4:
					text = strconv.FormatInt(int64(f.integer), 10)
				}
				return nil
			})
			p.annotations[name] = text
			return err
		case 9:
			p.kind = f.integer
		case 10:
			name, ok := names[f.integer]
			if !ok {
				return fmt.Errorf("name %d is not interned", f.integer)
			}
			p.name = name
		case 11:
			p.track = f.integer
		case 23:
			p.name = string(f.bytes)
		case 44:
			p.value = math.Float64frombits(f.integer)
		default:
			return fmt.Errorf("field %d of TrackEvent", f.number)
		}
		return nil
	})
}

func (p *packet) descriptor(b []byte) error {
	return each(b, func(f field) error {
		switch f.number {
		case 1:
			p.uuid = f.integer
		case 2:
			p.label = string(f.bytes)
		case 3, 4:
			return each(f.bytes, func(g field) error {
				if f.number == 3 && g.number == 6 || f.number == 4 && g.number == 5 {
					p.label = string(g.bytes)
				}
				return nil
			})
		case 5:
			p.parent = f.integer
		case 8:
			return each(f.bytes, func(f field) error {
				p.unit = string(f.bytes)
				if f.number == 3 {
					p.unit = []string{"", "ns", "count", "bytes"}[f.integer]
				}
				return nil
			})
		}
		return nil
	})
}

// perfettoTrees rebuilds the calls of each track from their begins and ends.
func perfettoTrees(t testing.TB, packets []packet) map[string][]node {
	t.Helper()
	labels, all, open := make(map[uint64]string), make(map[string][]node), make(map[uint64][]int)
	for _, p := range packets {
		if p.uuid != 0 {
			labels[p.uuid] = p.label
			continue
		}
		name := labels[p.track]
		switch p.kind {
		case 1:
			all[name] = append(all[name], node{p.name, len(open[p.track]), int64(p.time), -1})
			open[p.track] = append(open[p.track], len(all[name])-1)
		case 2:
			n := len(open[p.track])
			require.Positive(t, n, "an end without a begin on %s", name)
			begun := &all[name][open[p.track][n-1]]
			open[p.track] = open[p.track][:n-1]
			begun.Duration = int64(p.time) - begun.Start
		}
	}
	for track, left := range open {
		require.Empty(t, left, "%s has calls without an end", labels[track])
	}
	return all
}

func exportPerfetto(t testing.TB, c *Capture) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Perfetto(&out, c))
	return out.Bytes()
}

func TestPerfettoShowsTheSameTree(t *testing.T) {
	eachRandom(t, func(t *testing.T, s sample, c *Capture) {
		packets, err := parseTrace(exportPerfetto(t, c))
		require.NoError(t, err)
		requirePerfetto(t, s, packets)
	})
}

func requirePerfetto(t testing.TB, s sample, packets []packet) {
	t.Helper()
	trees := perfettoTrees(t, packets)
	for track, want := range s.trees {
		require.Equal(t, want, trees[track])
	}
	require.Len(t, trees[framesTrack], len(s.frames)-1)
	for i, f := range trees[framesTrack] {
		require.Equal(t, node{fmt.Sprintf("frame %d", 100+i), 0, s.frames[i], s.frames[i+1] - s.frames[i]}, f)
	}
	labels, parents := make(map[uint64]string), make(map[uint64]uint64)
	var bodies []point
	marks := make(map[string]packet)
	for i, p := range packets {
		require.Equal(t, uint64(1), p.sequence)
		if p.uuid != 0 {
			labels[p.uuid], parents[p.uuid] = p.label, p.parent
			require.Zero(t, p.time)
			continue
		}
		if p.kind != 0 {
			require.NotEmpty(t, labels[p.track], "packet %d is of a track that was not described", i)
			require.Equal(t, uint64(2), p.flags)
		}
		switch p.kind {
		case 3:
			marks[labels[p.track]] = p
		case 4:
			if labels[p.track] == "bodies" {
				bodies = append(bodies, point{int64(p.time), p.value})
			}
		}
	}
	requireSteps(t, s, bodies)
	require.Equal(t, "late", marks["log"].name)
	require.Equal(t, map[string]string{"level": "warn", "frame": "100", "count": "3", "source": "a.go:1", "attrs": `{"by":"2ms"}`}, marks["log"].annotations)
	require.Equal(t, "GC 3", marks["GC"].name)
	require.Equal(t, map[string]string{"pause_ns": "40"}, marks["GC"].annotations)
	require.Equal(t, "over budget", marks["capture"].name)
	require.Equal(t, map[uint64]uint64{6: uint64(s.frames[len(s.frames)-1]), 1: 1_795_780_800_000_000_000}, packets[0].clocks)
	require.Equal(t, uint64(1), packets[1].flags, "the names stand where the state of the sequence begins")
}

// Messages of every length that changes how the length is written.
func TestMessagesOfAllLengths(t *testing.T) {
	for _, n := range []int{0, 1, 100, 126, 127, 128, 129, 1000, 1<<14 - 1, 1 << 14, 1 << 15, 1 << 21} {
		c := &Capture{Log: []Line{{Time: 1, Msg: strings.Repeat("m", n)}, {Time: 2, Msg: "next"}}}
		packets, err := parseTrace(exportPerfetto(t, c))
		require.NoError(t, err)
		require.Equal(t, "next", packets[len(packets)-1].name)
		require.Len(t, packets[len(packets)-2].name, n)
	}
}

// protoc reads the trace with a schema that says no more than the numbers and
// names of Perfetto's own, in a program that is none of ours.
func TestPerfettoAsProtocReadsIt(t *testing.T) {
	path, err := exec.LookPath("protoc")
	if err != nil {
		t.Skip("protoc is not installed: apt-get install protobuf-compiler")
	}
	for seed := range uint64(5) {
		s := random(t, rand.New(rand.NewPCG(seed, 77)))
		c, err := Read(bytes.NewReader(s.file), 0)
		require.NoError(t, err)
		trace := exportPerfetto(t, c)
		cmd := exec.Command(path, "--decode=perfetto.protos.Trace", "--proto_path=testdata", "perfetto.proto")
		cmd.Stdin, cmd.Stderr = bytes.NewReader(trace), os.Stderr
		text, err := cmd.Output()
		require.NoError(t, err)
		require.NotRegexp(t, `(?m)^ *\d+[:{ ]`, string(text), "a field that the schema does not know")
		requirePerfetto(t, s, readText(t, string(text)))
	}
}

// readText reads protobuf's text format: one field a line, and blocks in braces.
func readText(t testing.TB, text string) (all []packet) {
	t.Helper()
	names := make(map[string]string)
	var path []string
	var iid, detail, clock string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if block, ok := strings.CutSuffix(line, " {"); ok {
			if path = append(path, block); len(path) == 1 {
				all = append(all, packet{annotations: map[string]string{}, clocks: map[uint64]uint64{}})
			}
			continue
		}
		if line == "}" {
			path = path[:len(path)-1]
			continue
		}
		name, value, ok := strings.Cut(line, ": ")
		require.True(t, ok, line)
		if quoted, err := strconv.Unquote(value); err == nil {
			value = quoted
		}
		number, _ := strconv.ParseUint(value, 10, 64)
		p := &all[len(all)-1]
		switch filepath.Join(append(path[1:], name)...) {
		case "timestamp":
			p.time = number
		case "trusted_packet_sequence_id":
			p.sequence = number
		case "sequence_flags":
			p.flags = number
		case "track_descriptor/uuid":
			p.uuid = number
		case "track_descriptor/parent_uuid":
			p.parent = number
		case "track_descriptor/name", "track_descriptor/process/process_name", "track_descriptor/thread/thread_name":
			p.label = value
		case "interned_data/event_names/iid":
			iid = value
		case "interned_data/event_names/name":
			names[iid] = value
		case "track_event/type":
			p.kind = map[string]uint64{"TYPE_SLICE_BEGIN": 1, "TYPE_SLICE_END": 2, "TYPE_INSTANT": 3, "TYPE_COUNTER": 4}[value]
		case "track_event/track_uuid":
			p.track = number
		case "track_event/name":
			p.name = value
		case "track_event/name_iid":
			p.name = names[value]
			require.NotEmpty(t, p.name)
		case "track_event/double_counter_value":
			var err error
			p.value, err = strconv.ParseFloat(value, 64)
			require.NoError(t, err)
		case "track_event/debug_annotations/string_value", "track_event/debug_annotations/int_value":
			detail = value // fields are printed by number, and that of the name is the last
		case "track_event/debug_annotations/name":
			p.annotations[value] = detail
		case "clock_snapshot/clocks/clock_id":
			clock = value
		case "clock_snapshot/clocks/timestamp":
			id, _ := strconv.ParseUint(clock, 10, 64)
			p.clocks[id] = number
		}
	}
	return all
}

func BenchmarkExport(b *testing.B) {
	c := &Capture{Timings: Timings{Scopes: make([]Scope, 40), Tracks: []Track{{0, "game"}}}}
	for i := range c.Timings.Scopes {
		c.Timings.Scopes[i].Name = fmt.Sprintf("subsystem/part %d", i)
	}
	const frames, calls = 60, 2000
	for f := range uint32(frames) {
		s := Segment{Header: Header{Frame: f, Time: int64(f) * 16e6}, Length: 16e6}
		for i := range int64(calls) {
			s.Spans = append(s.Spans, Span{s.Time + i*7000, 6543, 0, uint16(i % 40), 0})
		}
		c.Segments = append(c.Segments, s)
	}
	for name, export := range map[string]func(*bytes.Buffer) error{
		"Chrome":   func(w *bytes.Buffer) error { return Chrome(w, c) },
		"Perfetto": func(w *bytes.Buffer) error { return Perfetto(w, c) },
	} {
		b.Run(name, func(b *testing.B) {
			var out bytes.Buffer
			for b.Loop() {
				out.Reset()
				require.NoError(b, export(&out))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(frames*calls), "ns/scope")
			b.ReportMetric(float64(out.Len())/(frames*calls), "B/scope")
		})
	}
}
