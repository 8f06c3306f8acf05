package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	var out bytes.Buffer
	meta := Meta{
		Name: "garden", GameVersion: "v1", Session: "ab12", Machine: Machine{"linux", "amd64", 2, "go1.26"}, From: 10, To: 90,
		FirstFrame: 3, LastFrame: 4, Reason: &Reason{"frame", "34 ms", 4, 5, 80}, Made: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	w, err := NewWriter(&out, meta)
	require.NoError(t, err)
	timings := Timings{
		Scopes: []Scope{{0, "a", -1, "help", 5, true}, {ID: 1, Name: "b"}}, Counters: []Counter{{0, "n", "B", "gauge", "bytes"}},
		Tracks: []Track{{0, "game"}}, Budget: 16, Clock: Clock{"tsc", 0.5},
	}
	require.NoError(t, w.Snapshot("timings", timings))
	require.NoError(t, w.Snapshot("scopes", json.RawMessage(`{"tracks":[{"id":0,"name":"game"},{"id":1,"name":"audio"}]}`)))
	require.NoError(t, w.Snapshot("log", json.RawMessage(`{"lines":[{"seq":1,"msg":"x"}],"lost":0}`)))
	require.NoError(t, w.Snapshot("memory", []MemorySample{{Time: 20, HeapInUse: 5}}))
	event := Event{1, 3, 7, 30, 0, json.RawMessage(`{"lines":[{"seq":2,"msg":"y","time":30}]}`)}
	require.NoError(t, w.Event("log", event))
	require.NoError(t, w.Event("memory", Event{Value: json.RawMessage(`{"time":40,"gcs":[{"cycle":1,"time":35,"pause":9}]}`)}))
	require.NoError(t, w.Event("cvars", Event{Seq: 4, Value: json.RawMessage(`{"name":"g"}`)}))
	header := message(1, 3, 10)
	require.NoError(t, w.Binary("timings", header, encodeFrame(3, 16, 1.5, math.NaN())))
	spans := []Span{{12, 4, 0, 1, 0}, {13, 2, 0, 2, 1}, {5, 9, 1, 0, 0}}
	require.NoError(t, w.Binary("scopes", message(4, 3, 10), encodeSegment(spans, 10, 16, 0)))
	require.NoError(t, w.record(9, "later", []byte("what nobody knows yet")))
	require.NoError(t, w.Binary("later", []byte{1}))
	require.NoError(t, w.Close())

	c, err := Read(&out, 0)
	require.NoError(t, err)
	meta.Version = 1
	require.Equal(t, meta, c.Meta)
	timings.Tracks = []Track{{0, "game"}, {1, "audio"}}
	require.Equal(t, timings, c.Timings)
	require.Equal(t, []Line{{Seq: 1, Msg: "x"}, {Seq: 2, Msg: "y", Time: 30}}, c.Log)
	require.Equal(t, []MemorySample{{Time: 20, HeapInUse: 5}, {Time: 40, GCs: []GC{{1, 35, 9}}}}, c.Memory)
	require.Equal(t, []Event{event}, c.Events["log"])
	require.JSONEq(t, `{"name":"g"}`, string(c.Events["cvars"][0].Value))
	require.Len(t, c.Snapshots, 4)

	require.Len(t, c.Frames, 1)
	f := c.Frames[0]
	require.True(t, math.IsNaN(f.Values[1]))
	f.Values = f.Values[:1]
	require.Equal(t, Frame{
		Header: Header{Frame: 3, Time: 10}, Tick: 7, Period: 16, Work: 8,
		Scopes: []Stat{{0, 3, 6, 9, 12}, {1, 4, 7, 10, 13}, {2, 5, 8, 11, 14}}, Values: []float64{1.5},
	}, f)
	require.Equal(t, []Segment{{Header: Header{Frame: 3, Time: 10}, Length: 16, Spans: spans}}, c.Segments)
}

// Wherever a file is cut, what was before is there, and the error says that it is cut.
func TestACutFileGivesWhatItHas(t *testing.T) {
	s := random(t, rand.New(rand.NewPCG(1, 2)))
	whole, err := Read(bytes.NewReader(s.file), 0)
	require.NoError(t, err)
	most := 0
	for n := range s.file {
		c, err := Read(bytes.NewReader(s.file[:n]), 0)
		require.Error(t, err, "%d bytes", n)
		require.True(t, errors.Is(err, ErrCut) || n < 10 && errors.Is(err, ErrFormat), "%d bytes: %v", n, err)
		require.LessOrEqual(t, len(c.Segments), len(whole.Segments))
		require.Equal(t, whole.Segments[:len(c.Segments)], append([]Segment{}, c.Segments...))
		most = max(most, len(c.Segments))
	}
	require.Equal(t, len(whole.Segments), most, "only the checksum is missing at the end")
}

// Between two records too, a file without its end is cut.
func TestACutBetweenRecordsIsNoticed(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, Meta{Name: "x"})
	require.NoError(t, err)
	require.NoError(t, w.gz.Flush())
	c, err := Read(bytes.NewReader(out.Bytes()), 0)
	require.ErrorIs(t, err, ErrCut)
	require.Equal(t, "x", c.Meta.Name)
}

func TestADamagedFileIsNoticed(t *testing.T) {
	s := random(t, rand.New(rand.NewPCG(3, 4)))
	whole, err := Read(bytes.NewReader(s.file), 0)
	require.NoError(t, err)
	unread := 0 // bits that mean nothing: the time in gzip's head, codes that are not used
	for i := range s.file {
		bent := bytes.Clone(s.file)
		bent[i] ^= 0x10
		c, err := Read(bytes.NewReader(bent), 0)
		require.NotNil(t, c)
		if err == nil {
			require.Equal(t, whole, c)
			unread++
		}
	}
	require.Less(t, unread, len(s.file)/20)
}

// raw gzips bytes as a file would have them.
func raw(parts ...string) []byte {
	var out bytes.Buffer
	gz := gzip.NewWriter(&out)
	io.WriteString(gz, strings.Join(parts, ""))
	gz.Close()
	return out.Bytes()
}

func rec(kind byte, name, body string) string {
	b := append([]byte{kind, byte(len(name)), 0, 0}, binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	return string(b) + name + body
}

const goodMeta = `{"version":1,"name":"x"}`

func TestHostileFiles(t *testing.T) {
	meta := magic + rec(0, "meta", goodMeta)
	header := string(message(4, 1, 1))
	segment := func(change func(b []byte)) string {
		b := encodeSegment([]Span{{1, 1, 0, 0, 0}, {3, 1, 0, 0, 0}, {1, 1, 1, 0, 0}}, 1, 9, 0)
		change(b)
		return meta + rec(3, "scopes", header+string(b))
	}
	frame := func(change func(b []byte) []byte) string {
		return meta + rec(3, "timings", header+string(change(encodeFrame(3, 5, 1))))
	}
	le := binary.LittleEndian
	for _, c := range []struct {
		name, text string
		want       error
		says       string
	}{
		{"empty", "", ErrCut, ""},
		{"another magic", "SCRY2\n", ErrFormat, "SCRY1"},
		{"no record", magic, ErrFormat, "nothing in it"},
		{"meta missing", magic + rec(1, "log", `{}`), ErrFormat, "the first record"},
		{"meta twice", meta + rec(0, "meta", goodMeta), ErrFormat, "the first record"},
		{"meta no JSON", magic + rec(0, "meta", `{`), ErrFormat, "record 0"},
		{"another version", magic + rec(0, "meta", `{"version":2}`), ErrFormat, "version is 2"},
		{"head of another version", meta + "\x01\x00\x01\x00\x00\x00\x00\x00", ErrFormat, "head"},
		{"a length of 4 GiB", meta + "\x01\x00\x00\x00\xff\xff\xff\xff", ErrCut, ""},
		{"half a head", meta + "\x01\x00", ErrCut, ""},
		{"snapshot no JSON", meta + rec(1, "cvars", `{"a":}`), ErrFormat, "cvars"},
		{"event no JSON", meta + rec(2, "cvars", `]`), ErrFormat, "cvars"},
		{"log of another shape", meta + rec(1, "log", `{"lines":7}`), ErrFormat, "log"},
		{"deep JSON", meta + rec(1, "x", strings.Repeat("[", 1<<20)), ErrFormat, "JSON"},
		{"message without header", meta + rec(3, "timings", "abc"), ErrFormat, "header"},
		{"frame without head", meta + rec(3, "timings", header+"abc"), ErrFormat, "head"},
		{"time before the session", meta + rec(3, "timings", string(message(1, 1, -5))), ErrFormat, "session"},
		{"frame of 65535 scopes", frame(func(b []byte) []byte { le.PutUint16(b, 65535); return b }), ErrFormat, "65535 scopes"},
		{"frame of 65535 counters", frame(func(b []byte) []byte { le.PutUint16(b[2:], 65535); return b }), ErrFormat, "65535 counters"},
		{"frame with more", frame(func(b []byte) []byte { return append(b, 0) }), ErrFormat, "bytes, not"},
		{"segment without head", meta + rec(3, "scopes", header+"abc"), ErrFormat, "head"},
		{"segment of 4 G scopes", segment(func(b []byte) { le.PutUint32(b, math.MaxUint32) }), ErrFormat, "4294967295 scopes"},
		{"segment of 65535 runs", segment(func(b []byte) { le.PutUint16(b[4:], 65535) }), ErrFormat, "65535 runs"},
		{"shift", segment(func(b []byte) { b[6] = 63 }), ErrFormat, "units"},
		{"base NaN", segment(func(b []byte) { le.PutUint64(b[8:], math.Float64bits(math.NaN())) }), ErrFormat, "NaN"},
		{"base infinite", segment(func(b []byte) { le.PutUint64(b[8:], math.Float64bits(math.Inf(1))) }), ErrFormat, "Inf"},
		{"run of too many", segment(func(b []byte) { le.PutUint32(b[segmentHead+4:], 4) }), ErrFormat, "more than it has"},
		{"run of 4 G", segment(func(b []byte) { le.PutUint32(b[segmentHead+4:], math.MaxUint32) }), ErrFormat, "more than it has"},
		{"runs of too few", segment(func(b []byte) { le.PutUint32(b[segmentHead+4:], 1) }), ErrFormat, "2 of its 3"},
		{"runs out of order", segment(func(b []byte) { le.PutUint16(b[segmentHead:], 1) }), ErrFormat, "out of order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Read(bytes.NewReader(raw(c.text)), 0)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.says)
			require.Less(t, len(err.Error()), 200)
			if strings.HasPrefix(c.text, meta) {
				require.Equal(t, "x", got.Meta.Name, "what was before is kept")
			}
		})
	}
	_, err := Read(strings.NewReader("SCRY1\n"), 0)
	require.ErrorIs(t, err, ErrFormat)
	require.ErrorContains(t, err, "gzip")
}

// A bomb costs no more than the limit says.
func TestABombIsBounded(t *testing.T) {
	var out bytes.Buffer
	gz := gzip.NewWriter(&out)
	io.WriteString(gz, magic+rec(0, "meta", goodMeta)+"\x01\x00\x00\x00\x00\x00\x00\x10")
	zeros := make([]byte, 1<<20)
	for range 16 {
		gz.Write(zeros)
	}
	gz.Close()
	require.Less(t, out.Len(), 1<<16)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c, err := Read(bytes.NewReader(out.Bytes()), 1<<20)
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, ErrLimit)
	require.Equal(t, "x", c.Meta.Name)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20), "of everything that the test did; the file says 256 MiB")
}

func TestALimitThatFits(t *testing.T) {
	text := magic + rec(0, "meta", goodMeta)
	_, err := Read(bytes.NewReader(raw(text)), int64(len(text))+1)
	require.NoError(t, err)
	_, err = Read(bytes.NewReader(raw(text)), int64(len(text))-1)
	require.ErrorIs(t, err, ErrLimit)
}

// broken takes some bytes and then fails.
type broken struct{ left int }

var errBroken = errors.New("the disk is full")

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestWritersKeepTheFirstError(t *testing.T) {
	w, err := NewWriter(&broken{left: 12}, Meta{})
	require.NoError(t, err, "it is in the compressor yet")
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	require.ErrorIs(t, w.Binary("x", noise), errBroken)
	require.ErrorIs(t, w.Snapshot("x", 1), errBroken)
	require.ErrorIs(t, w.Event("x", Event{}), errBroken)
	require.ErrorIs(t, w.Close(), errBroken)

	w, err = NewWriter(io.Discard, Meta{})
	require.NoError(t, err)
	require.ErrorContains(t, w.Snapshot("x", math.NaN()), `topic "x"`)
	require.Error(t, w.Close())
	w, err = NewWriter(io.Discard, Meta{})
	require.NoError(t, err)
	require.ErrorContains(t, w.Binary(strings.Repeat("x", 256)), "larger than the format allows")
}

func FuzzRead(f *testing.F) {
	for seed := range uint64(3) {
		s := random(f, rand.New(rand.NewPCG(seed, 9)))
		gz, err := gzip.NewReader(bytes.NewReader(s.file))
		require.NoError(f, err)
		plain, err := io.ReadAll(gz)
		require.NoError(f, err)
		f.Add(plain)
	}
	f.Add([]byte(magic + rec(0, "meta", goodMeta) + rec(1, "memory", `[{}]`) + rec(2, "log", `{"value":{"lines":[]}}`)))
	// The bytes are those inside of gzip, whose checksum no chance would meet.
	f.Fuzz(func(t *testing.T, plain []byte) {
		c, err := Read(bytes.NewReader(raw(string(plain))), 1<<20)
		if err != nil {
			require.True(t, errors.Is(err, ErrFormat) || errors.Is(err, ErrCut) || errors.Is(err, ErrLimit), "%v", err)
		}
		for _, spans := range c.tracks() {
			requireNested(t, spans)
		}
		var out bytes.Buffer
		require.NoError(t, Chrome(&out, c))
		require.True(t, json.Valid(out.Bytes()))
		out.Reset()
		require.NoError(t, Perfetto(&out, c))
		_, err = parseTrace(out.Bytes())
		require.NoError(t, err)
	})
}
