package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

//go:generate go test -run TestDashboardFixtureIsFresh -update .

var update = flag.Bool("update", false, "write the capture that the dashboard's tests read")

// fixture is where the dashboard's tests find a capture that this package wrote.
var fixture = filepath.FromSlash("../../webui/app/test/fixtures/garden.scry")

// The dashboard reads files in a language of its own: what it is tested with must
// be what the writer writes now. What gzip makes of the same bytes differs from
// one Go to the next, so what is inside is compared.
func TestDashboardFixtureIsFresh(t *testing.T) {
	var out bytes.Buffer
	story(t, &out)
	was, err := os.ReadFile(fixture)
	if *update && (err != nil || !bytes.Equal(plain(t, was), plain(t, out.Bytes()))) {
		require.NoError(t, os.MkdirAll(filepath.Dir(fixture), 0o755))
		was, err = out.Bytes(), os.WriteFile(fixture, out.Bytes(), 0o644)
	}
	require.NoError(t, err)
	c, err := Read(bytes.NewReader(was), 0)
	require.NoError(t, err)
	require.Len(t, c.Segments, storyFrames)
	require.True(t, bytes.Equal(plain(t, was), plain(t, out.Bytes())),
		"the dashboard's fixture is not what the writer writes: run go generate ./internal/capture")
}

func plain(t *testing.T, file []byte) []byte {
	t.Helper()
	gz, err := gzip.NewReader(bytes.NewReader(file))
	require.NoError(t, err)
	all, err := io.ReadAll(gz)
	require.NoError(t, err)
	return all
}

const (
	storyFrames = 240
	storyFirst  = 1200
	storyHitch  = 1380           // the frame in which the game loads a level
	storyBegin  = 20_000_000_000 // ns
	storyUnit   = 1000           // ns: all of the story's times are whole microseconds
	storyFrame  = 16_667_000
)

// Scopes of the story, by id.
const (
	sUpdate = iota
	sPhysics
	sCollide
	sAI
	sLoad
	sRender
	sMix
	scopeCount
)

// A storyteller writes four seconds of a game at 60 Hz in which one frame takes
// 62 ms because a level is loaded in it.
type storyteller struct {
	t  *testing.T
	w  *Writer
	at int64
}

func story(t *testing.T, out io.Writer) {
	end := int64(storyBegin + (storyFrames-1)*storyFrame + 62_000_000)
	w, err := NewWriter(out, Meta{
		Name: "garden", GameVersion: "0.3", Session: "fixture", Machine: Machine{"linux", "amd64", 8, "go1.26"},
		From: storyBegin, To: end, FirstFrame: storyFirst, LastFrame: storyFirst + storyFrames - 1,
		Reason: &Reason{Kind: "frame", Text: "62.0 ms, budget 16.7", Frame: storyHitch, Tick: storyHitch, Time: storyTime(storyHitch)},
		Made:   time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC),
	})
	require.NoError(t, err)
	s := &storyteller{t: t, w: w, at: storyBegin}
	s.states()
	for f := int64(storyFirst); f < storyFirst+storyFrames; f++ {
		s.frame(f)
	}
	s.told()
	require.NoError(t, w.Close())
}

// storyTime is when a frame begins: those after the hitch are late by what it took too long.
func storyTime(frame int64) int64 {
	at := int64(storyBegin) + (frame-storyFirst)*storyFrame
	if frame > storyHitch {
		at += 62_000_000 - storyFrame
	}
	return at
}

func (s *storyteller) states() {
	scope := func(id, parent int, name, help string, budget int64) Scope {
		return Scope{ID: id, Name: name, Parent: parent, Help: help, Budget: budget}
	}
	state := Timings{
		Scopes: []Scope{
			scope(sUpdate, -1, "update", "one tick", 0), scope(sPhysics, sUpdate, "physics", "moves things", 5_000_000),
			scope(sCollide, sPhysics, "collide", "finds what touches", 0), scope(sAI, sUpdate, "ai", "hunters think", 3_000_000),
			scope(sLoad, sUpdate, "load", "a level from the disk", 0), scope(sRender, -1, "render", "draws", 8_000_000),
			scope(sMix, -1, "mix", "sound of the next buffer", 0),
		},
		Counters: []Counter{{ID: 0, Name: "seeds", Kind: "gauge", Help: "in the air"}, {ID: 1, Name: "hits", Kind: "counter", Help: "contacts"}},
		Tracks:   []Track{{0, "game"}, {1, "audio"}},
		Budget:   16_666_667,
		Clock:    Clock{Kind: "tsc", Resolution: 0.5},
	}
	require.NoError(s.t, s.w.Snapshot("timings", state))
	require.NoError(s.t, s.w.Snapshot("scopes", map[string]any{"tracks": state.Tracks}))
	require.NoError(s.t, s.w.Snapshot("log", json.RawMessage(
		`{"lines":[{"seq":7,"time":19900000000,"frame":1194,"tick":1194,"level":"info","msg":"wave begins","attrs":{"wave":3},"source":"garden.go:75"}],"lost":0}`)))
	require.NoError(s.t, s.w.Snapshot("cvars", json.RawMessage(
		`[{"name":"physics.gravity","type":"float","value":16,"default":16,"min":-64,"max":64,"unit":"px/s²","help":"positive is down","flags":[],"setBy":"default","version":0}]`)))
	require.NoError(s.t, s.w.Snapshot("memory", []json.RawMessage{memoryAt(19_900_000_000, 1194, 40<<20, 9, "")}))
}

// frame writes what one frame took, as scopes and as the columns of the aggregate.
func (s *storyteller) frame(f int64) {
	begin, next := storyTime(f), storyTime(f+1)
	wave := int64(math.Round(300*math.Sin(float64(f)/9))) * storyUnit // no two frames are the same
	spans := []Span{}
	at := begin + 100*storyUnit
	call := func(depth uint8, id uint16, from, length int64) {
		spans = append(spans, Span{from, length, 0, id, depth})
	}
	update := at
	physics := 3_000_000 + wave
	call(1, sPhysics, at, physics)
	call(2, sCollide, at+200*storyUnit, physics/2/storyUnit*storyUnit)
	at += physics
	call(1, sAI, at, 1_500_000-wave)
	at += 1_500_000 - wave
	if f == storyHitch {
		call(1, sLoad, at, 45_000_000)
		at += 45_000_000
	}
	call(0, sUpdate, update, at-update)
	call(0, sRender, at+50*storyUnit, 4_000_000+2*wave)
	spans = append(spans, Span{begin + 2_000_000, 700_000, 1, sMix, 0})

	require.NoError(s.t, s.w.Binary("scopes", message(4, f, begin), encodeSegment(spans, begin, next-begin, 3)))
	require.NoError(s.t, s.w.Binary("timings", message(1, f, begin), aggregate(f, storyPeriod(f), spans)))
}

// storyPeriod is the length of the frame that a message tells of, as the game counts it: from its begin to the next.
func storyPeriod(f int64) int64 { return storyTime(f+1) - storyTime(f) }

// aggregate sums up the scopes of the game's goroutine.
func aggregate(f, period int64, spans []Span) []byte {
	calls, total, self := make([]int64, scopeCount), make([]int64, scopeCount), make([]int64, scopeCount)
	inside := map[uint16]uint16{sPhysics: sUpdate, sCollide: sPhysics, sAI: sUpdate, sLoad: sUpdate}
	work := int64(0)
	for _, sp := range spans {
		calls[sp.Scope]++
		total[sp.Scope] += sp.Duration
		self[sp.Scope] += sp.Duration
		if parent, ok := inside[sp.Scope]; ok {
			self[parent] -= sp.Duration
		} else if sp.Track == 0 {
			work += sp.Duration
		}
	}
	le := binary.LittleEndian
	b := le.AppendUint16(nil, scopeCount)
	b = le.AppendUint16(b, 2)
	for _, v := range []int64{f, period, work, 0, 0} {
		b = le.AppendUint32(b, uint32(v))
	}
	for _, column := range [][]int64{calls, total, self, total, total} {
		for _, v := range column {
			b = le.AppendUint32(b, uint32(v))
		}
	}
	b = append(b, make([]byte, scopeCount%2*4)...)
	b = le.AppendUint64(b, math.Float64bits(float64(200+f%20)))
	return le.AppendUint64(b, math.Float64bits(float64(f%7)))
}

// told writes what came as JSON while the frames went by.
func (s *storyteller) told() {
	log := func(seq uint64, frame int64, level, msg, attrs string) {
		line := fmt.Sprintf(`{"lines":[{"seq":%d,"time":%d,"frame":%d,"tick":%d,"level":%q,"msg":%q,"attrs":%s,"source":"level.go:12"}],"lost":0}`,
			seq, storyTime(frame)+5_000_000, frame, frame, level, msg, attrs)
		s.event("log", seq, frame, line)
	}
	log(8, 1290, "info", "hunter destroyed", `{"left":2}`)
	log(9, 1380, "warn", "loading on the game's goroutine", `{"level":"caves"}`)
	log(10, 1400, "error", "no path", `{"hunter":4}`)
	s.event("cvars", 1, 1350, `{"changed":[{"name":"physics.gravity","type":"float","value":24,"default":16,"min":-64,"max":64,"unit":"px/s²","help":"positive is down","flags":["modified"],"setBy":"anna","version":1}]}`)
	for i := range int64(16) {
		frame := storyFirst + i*15
		gcs, cycles := "", int64(9)
		if i >= 12 {
			cycles = 10
		}
		if i == 12 {
			gcs = fmt.Sprintf(`,"gcs":[{"cycle":10,"time":%d,"pause":90000}]`, storyTime(storyHitch)+30_000_000)
		}
		s.event("memory", uint64(i+1), frame, string(memoryAt(storyTime(frame), frame, 40<<20+i<<18, cycles, gcs)))
	}
}

func (s *storyteller) event(topic string, seq uint64, frame int64, value string) {
	e := Event{Seq: seq, Frame: uint64(frame), Tick: uint64(frame), Time: storyTime(frame), Value: json.RawMessage(value)}
	require.NoError(s.t, s.w.Event(topic, e))
}

func memoryAt(at, frame, heap, cycles int64, more string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(
		`{"time":%d,"frame":%d,"heapInUse":%d,"heapIdle":4194304,"heapReleased":1048576,"heapGoal":67108864,"stacks":524288,"runtime":5242880,"total":83886080,`+
			`"liveObjects":12000,"allocRate":250000,"allocObjects":900,"gcCycles":%d,"gcPauseP50":60000,"gcPauseP99":200000,"gcPauseMax":300000,"gcCPU":0.004,"goroutines":21,"schedP50":200,"schedP99":9000%s}`,
		at, frame, heap, cycles, more))
}
