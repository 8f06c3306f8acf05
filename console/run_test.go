package console

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/rpc"
)

// ant is what lives in a hill.
type ant struct {
	ID   uint64
	X, Y float64
	Load int
	home *nest
}

type nest struct{ Food int }

// hill is a game that is deterministic, but for what tests do to it.
type hill struct {
	Ants  []ant
	next  uint64
	nest  nest
	rng   *rand.PCG
	ticks int
	speed float64
	typed string
	// spoil is what happens behind ticks, by the count of the simulation. It lies behind a
	// function, and so is no part of the state.
	spoil func() map[int]func(*hill)
}

func (h *hill) tick(in *Input) {
	h.ticks++
	r := rand.New(h.rng)
	for i := range h.Ants {
		a := &h.Ants[i]
		a.X += h.speed * (r.Float64() - .5)
		if in.IsKeyPressed(input.KeyArrowUp) {
			a.Y += float64(in.KeyPressDuration(input.KeyArrowUp))
		}
		if r.IntN(50) == 0 {
			a.Load++
			a.home.Food += a.Load
		}
	}
	if in.IsKeyJustPressed(input.KeySpace) {
		h.spawn()
	}
	h.typed += string(in.AppendInputChars(nil))
	if f := h.spoil()[h.ticks]; f != nil {
		f(h)
	}
}

func (h *hill) spawn() {
	h.next++
	h.Ants = append(h.Ants, ant{ID: h.next, home: &h.nest})
}

// hilly is a hill and a client that holds it.
func hilly(t *testing.T, f func(p *probe, h *hill)) {
	held(t, func(t *testing.T, p *probe) {
		h := newHill(&p.con.World, &p.con.Cvars, &p.con.Time)
		p.each = func() { h.tick(&p.con.Input) }
		get[TimeStatus](p, "time.hold", `{}`)
		f(p, h)
	})
}

func newHill(w *World, c *Cvars, time *Time) *hill {
	spoil := map[int]func(*hill){}
	h := &hill{rng: rand.NewPCG(1, 2), speed: 1, spoil: func() map[int]func(*hill) { return spoil }}
	for range 5 {
		h.spawn()
	}
	w.Bind("ant", &h.Ants, "")
	w.State("hill", h)
	c.Bind("ant.speed", &h.speed, "")
	time.Seed(func(seed uint64) { h.rng.Seed(seed, 0) })
	return h
}

// day is what a client does in some ticks that are recorded.
func day(p *probe, h *hill, params string) RunInfo {
	n := get[RunInfo](p, "run.record", params)
	get[TimeStatus](p, "time.step", `{"ticks":10}`)
	get[InputSeen](p, "input.key", `{"code":"ArrowUp","ticks":7}`)
	get[TimeStatus](p, "time.step", `{"ticks":3}`)
	get[WorldEdit](p, "world.set", `{"id":"`+fmt.Sprint(h.Ants[1].ID)+`","path":"load","value":40}`)
	get[InputSeen](p, "input.text", `{"text":"hé"}`)
	get[TimeStatus](p, "time.step", `{"ticks":20}`)
	get[json.RawMessage](p, "cvar.set", `{"name":"ant.speed","value":3}`)
	get[TimeStatus](p, "time.step", `{"ticks":20}`)
	get[InputSeen](p, "input.key", `{"code":"Space","ticks":2}`)
	get[json.RawMessage](p, "command.run", `{"line":"ant.speed 7"}`)
	get[TimeStatus](p, "time.seed", `{"seed":99}`)
	get[TimeStatus](p, "time.step", `{"ticks":30}`)
	get[json.RawMessage](p, "cvar.reset", `{"name":"ant.speed"}`)
	get[TimeStatus](p, "time.step", `{"ticks":40}`)
	get[RunInfo](p, "run.stop", fmt.Sprintf(`{"id":%d}`, n.ID))
	list := get[RunsState](p, "run.list", `{}`)
	return list.Runs[len(list.Runs)-1]
}

func replay(p *probe, params string) RunReplayed {
	p.t.Helper()
	n := p.send("run.replay", params)
	for range 1000 {
		p.frame()
		if raw, f, ok := p.answer(n); ok {
			require.Nil(p.t, f, "%s", params)
			var r RunReplayed
			require.NoError(p.t, json.Unmarshal(raw, &r))
			return r
		}
	}
	p.t.Fatal("the replay does not end")
	return RunReplayed{}
}

func TestAReplayIsTheSame(t *testing.T) {
	for _, hash := range []string{"none", "total", "fields"} {
		hilly(t, func(p *probe, h *hill) {
			get[InputSeen](p, "input.key", `{"code":"ArrowUp","down":true}`)
			get[TimeStatus](p, "time.step", `{"ticks":5}`)
			n := day(p, h, `{"label":"a day","hash":"`+hash+`"}`)
			require.Equal(t, 123, n.Ticks)
			require.Equal(t, "stopped", n.Ended)
			require.Equal(t, 3, n.Calls, "world.set, command.run, time.seed")
			end, ants := get[WorldHash](p, "world.hash", `{}`).Hash, len(h.Ants)
			h.Ants, h.speed = h.Ants[:2], 100
			get[InputSeen](p, "input.release", `{}`)
			get[TimeStatus](p, "time.step", `{"ticks":50}`)
			other := get[WorldHash](p, "world.hash", `{}`).Hash
			require.NotEqual(t, end, other)
			r := replay(p, fmt.Sprintf(`{"id":%d}`, n.ID))
			require.Nil(t, r.Diverged, "%+v", r.Diverged)
			require.True(t, r.Same)
			require.Equal(t, 123, r.Ticks)
			require.Equal(t, map[string]int{"none": 0, "total": 123, "fields": 123}[hash], r.Compared)
			require.Empty(t, r.Refused)
			require.Empty(t, r.Others)
			require.Equal(t, end, get[WorldHash](p, "world.hash", `{}`).Hash)
			require.Len(t, h.Ants, ants)
			require.Equal(t, "hé", h.typed)
			require.True(t, p.con.Time.Held())
			get[WorldRestored](p, "world.restore", fmt.Sprintf(`{"id":%d}`, r.Before))
			require.Equal(t, other, get[WorldHash](p, "world.hash", `{}`).Hash, "it can be undone")
		})
	}
}

func TestAReplayStopsWhereItIsTold(t *testing.T) {
	hilly(t, func(p *probe, h *hill) {
		n := day(p, h, `{}`)
		at := h.ticks - n.Ticks
		r := replay(p, fmt.Sprintf(`{"id":%d,"until":%d,"resume":true}`, n.ID, n.Tick+20))
		require.True(t, r.Same)
		require.Equal(t, 20, r.Ticks)
		require.Equal(t, at+20, h.ticks)
		p.frame()
		require.False(t, p.con.Time.Held())
		require.Greater(t, h.ticks, at+20)
		p.refused(rpc.OutOfRange, "run.replay", fmt.Sprintf(`{"id":%d,"until":%d}`, n.ID, n.Tick+200))
	})
}

func TestWhatDivergedIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		spoil     func(*hill)
		subsystem string
		path      string
		entity    bool
		now       func(*hill) string
	}{
		"a field of an entity": {func(h *hill) { h.Ants[2].X += 1e-9 }, "ant", "ant.X", true, func(h *hill) string { return fmt.Sprint(h.Ants[2].X) }},
		"a counter":            {func(h *hill) { h.Ants[2].Load = 77 }, "ant", "ant.Load", true, func(*hill) string { return "77" }},
		"behind a pointer":     {func(h *hill) { h.nest.Food = -3 }, "hill", "hill.nest.Food", false, func(*hill) string { return "-3" }},
		"a text":               {func(h *hill) { h.typed = "?" }, "hill", "hill.typed", false, func(*hill) string { return "?" }},
		"a random draw":        {func(h *hill) { h.rng.Uint64() }, "hill", "PCG.lo", false, nil},
		"how many there are":   {func(h *hill) { h.Ants = h.Ants[:4] }, "ant", "ant[]", false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			hilly(t, func(p *probe, h *hill) {
				begin := h.ticks
				n := day(p, h, `{"hash":"fields"}`)
				h.spoil()[begin+57] = c.spoil
				r := replay(p, fmt.Sprintf(`{"id":%d}`, n.ID))
				require.False(t, r.Same)
				require.Equal(t, 57, r.Ticks)
				require.Equal(t, n.Tick+57, r.Diverged.Tick)
				require.Equal(t, begin+57, h.ticks, "not one tick further")
				require.Equal(t, c.subsystem, r.Diverged.Subsystems[0])
				i := slices.IndexFunc(r.Diverged.Fields, func(f RunField) bool { return f.Path == c.path })
				require.GreaterOrEqual(t, i, 0, "%+v", r.Diverged.Fields)
				f := r.Diverged.Fields[i]
				require.Equal(t, c.entity, f.Entity != "", "%+v", f)
				if c.entity {
					require.Equal(t, fmt.Sprint(h.Ants[2].ID), f.Entity)
				}
				if c.now != nil {
					require.Len(t, r.Diverged.Fields, 1, "%+v", r.Diverged.Fields)
					require.Equal(t, c.now(h), f.Now)
				}
			})
		})
	}
}

// Of random changes of one field at random ticks each is found at its tick.
func TestRandomDivergenceIsNamed(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	fields := map[string]func(*ant){
		"ant.X": func(a *ant) { a.X = -a.X - 1 }, "ant.Y": func(a *ant) { a.Y += .125 }, "ant.Load": func(a *ant) { a.Load -= 1 },
	}
	hilly(t, func(p *probe, h *hill) {
		begin := h.ticks
		n := day(p, h, `{"hash":"fields"}`)
		for range 40 {
			at, who := 1+r.IntN(n.Ticks), r.IntN(5)
			path := []string{"ant.X", "ant.Y", "ant.Load"}[r.IntN(3)]
			h.spoil()[begin+at] = func(h *hill) { fields[path](&h.Ants[who]) }
			got := replay(p, fmt.Sprintf(`{"id":%d}`, n.ID))
			require.Equal(t, n.Tick+uint64(at), got.Diverged.Tick)
			require.Equal(t, []string{"ant"}, got.Diverged.Subsystems)
			require.Len(t, got.Diverged.Fields, 1)
			require.Equal(t, path, got.Diverged.Fields[0].Path)
			require.Equal(t, fmt.Sprint(who+1), got.Diverged.Fields[0].Entity)
			clear(h.spoil())
			require.True(t, replay(p, fmt.Sprintf(`{"id":%d}`, n.ID)).Same)
		}
	})
}

func TestOneClientRecordsAtATime(t *testing.T) {
	hilly(t, func(p *probe, _ *hill) {
		n := get[RunInfo](p, "run.record", `{}`)
		require.Empty(t, n.Ended)
		other := newProbe(t, p.con)
		f := other.refused(rpc.Busy, "run.record", `{}`)
		require.Equal(t, p.peer.Name(), f.Data.Got)
		other.refused(rpc.Busy, "run.replay", `{"id":1}`)
		p.refused(rpc.NotFound, "run.stop", `{"id":9}`)
		get[rpc.Void](p, "run.drop", `{"id":1}`)
		require.Empty(t, get[RunsState](p, "run.list", `{}`).Runs)
	})
}

func TestOthersWhoMeddleAreNamed(t *testing.T) {
	hilly(t, func(p *probe, h *hill) {
		n := day(p, h, `{}`)
		other := newProbe(t, p.con)
		other.frame()
		p.con.Budget = -1 // a frame has room for one tick
		answer := p.send("run.replay", fmt.Sprintf(`{"id":%d}`, n.ID))
		p.frame()
		require.NotNil(t, p.con.Runs.replay)
		other.send("cvar.set", `{"name":"ant.speed","value":9}`)
		other.send("time.step", `{"ticks":1}`)
		for range 3 {
			p.frame()
		}
		raw, fault, ok := p.answer(answer)
		require.True(t, ok)
		require.Nil(t, fault)
		var r RunReplayed
		require.NoError(t, json.Unmarshal(raw, &r))
		require.False(t, r.Same)
		require.Equal(t, []RunOther{{n.Tick + 1, other.peer.Name(), "cvar.set"}}, r.Others)
		require.Equal(t, rpc.Busy, other.faults[2].Code)
	})
}

func TestAReplayEndsWithItsClient(t *testing.T) {
	hilly(t, func(p *probe, h *hill) {
		n := day(p, h, `{}`)
		other := newProbe(t, p.con)
		p.con.Budget = -1 // a frame has room for one tick
		p.send("run.replay", fmt.Sprintf(`{"id":%d}`, n.ID))
		p.frame()
		require.NotNil(t, p.con.Runs.replay)
		other.call("time.resume", `{"force":true}`)
		p.frame()
		require.Nil(t, p.con.Runs.replay)
		get[RunInfo](other, "run.record", `{}`)
	})
}

func TestARecordingStopsAtItsBounds(t *testing.T) {
	hilly(t, func(p *probe, _ *hill) {
		p.con.Runs.Ticks = 50
		get[RunInfo](p, "run.record", `{"hash":"fields"}`)
		get[TimeStatus](p, "time.step", `{"ticks":80}`)
		n := get[RunsState](p, "run.list", `{}`).Runs[0]
		require.Equal(t, "ticks", n.Ended)
		require.Equal(t, 50, n.Ticks)
		p.con.Runs.Ticks, p.con.Runs.Bytes = 0, n.Bytes*2
		get[RunInfo](p, "run.record", `{"hash":"fields"}`)
		get[TimeStatus](p, "time.step", `{"ticks":80}`)
		s := get[RunsState](p, "run.list", `{}`)
		require.Equal(t, "bytes", s.Runs[1].Ended)
		require.LessOrEqual(t, s.Bytes, s.Limit)
		r := replay(p, `{"id":2}`)
		require.True(t, r.Same, "what was recorded is good")
		require.Equal(t, s.Runs[1].Ticks, r.Ticks)
		f := p.refused(rpc.TooMany, "run.record", `{}`)
		require.Contains(t, f.Data.Limit, "Runs.Bytes")
	})
}

func TestSecretsAreNoPartOfARecording(t *testing.T) {
	hilly(t, func(p *probe, _ *hill) {
		key := "hush"
		p.con.Cvars.Bind("net.key", &key, "").Secret()
		get[RunInfo](p, "run.record", `{}`)
		get[json.RawMessage](p, "command.run", `{"line":"net.key swordfish"}`)
		get[json.RawMessage](p, "cvar.set", `{"name":"net.key","value":"swordfish"}`)
		get[TimeStatus](p, "time.step", `{"ticks":3}`)
		require.Equal(t, 1, get[RunsState](p, "run.list", `{}`).Runs[0].Secrets)
		head, tape, err := p.con.Runs.taken(1)
		require.NoError(t, err)
		require.NotContains(t, string(head)+string(slices.Concat(tape.chunks...)), "swordfish")
		require.NotContains(t, string(head), "hush")
	})
}

// file is a recording as a file, and back.
func runFile(t testing.TB, r *Runs, id uint64) []byte {
	head, tape, err := r.taken(id)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, writeRun(&b, head, tape))
	return b.Bytes()
}

func TestAFileIsReplayedInAnotherProcess(t *testing.T) {
	var file []byte
	hilly(t, func(p *probe, h *hill) {
		n := day(p, h, `{"hash":"fields","seed":5}`)
		file = runFile(t, &p.con.Runs, n.ID)
	})
	require.Less(t, len(file), 64<<10)
	hilly(t, func(p *probe, h *hill) {
		n, err := readRun(file, 64<<20, 1000)
		require.NoError(t, err)
		_, err = p.con.Runs.bring(n)
		require.NoError(t, err)
		get[TimeStatus](p, "time.step", `{"ticks":3}`)
		get[json.RawMessage](p, "cvar.set", `{"name":"ant.speed","value":6}`)
		before := get[WorldHash](p, "world.hash", `{}`).Hash
		f := p.refused(rpc.Conflict, "run.replay", `{"id":1}`)
		require.Contains(t, f.Message, `"ant"`)
		require.Len(t, f.Data.Want, 16)
		require.Equal(t, before, get[WorldHash](p, "world.hash", `{}`).Hash, "a refused replay changes nothing")
		require.InDelta(t, 6, h.speed, 0)
		h.speed = 1
		*h = hill{Ants: h.Ants[:5], next: 5, rng: h.rng, spoil: h.spoil, speed: h.speed}
		for i := range h.Ants {
			h.Ants[i] = ant{ID: uint64(i + 1), home: &h.nest}
		}
		h.ticks = 1 // held did one
		for range 2 {
			r := p.send("run.replay", `{"id":1}`)
			p.frame()
			raw, fault, ok := p.answer(r)
			if ok && fault != nil {
				h.ticks--
				continue
			}
			require.Contains(t, string(raw), `"same":true`)
			return
		}
		t.Fatal("refused at its beginning")
	})
}

func TestHostileFilesAreRefused(t *testing.T) {
	hilly(t, func(p *probe, h *hill) {
		n := day(p, h, `{"hash":"fields"}`)
		file := runFile(t, &p.con.Runs, n.ID)
		_, err := readRun(file, 64<<20, n.Ticks)
		require.NoError(t, err)
		for name, bad := range map[string][]byte{
			"empty": nil, "no gzip": []byte("scry run"), "cut off": file[:len(file)-20], "cut off early": file[:40],
			"a bomb": packed(strings.Repeat("\x00", 80<<20)), "another": packed("another thing"),
			"a head too long": packed(tapeMagic + "\xff\xff\xff\xff\x7f"), "a head that is none": packed(tapeMagic + "\x02[]"),
		} {
			_, err := readRun(bad, 64<<20, 1000)
			require.Error(t, err, name)
		}
		_, err = readRun(file, n.Bytes/2, 1000)
		require.ErrorContains(t, err, "Runs.Bytes")
		_, err = readRun(file, 64<<20, n.Ticks-1)
		require.ErrorContains(t, err, "Runs.Ticks")
	})
}

func packed(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.Bytes()
}

// FuzzRunTape reads tapes of anybody: each is read to its end or refused.
func FuzzRunTape(f *testing.F) {
	f.Add([]byte{opTick})
	f.Add([]byte{opName, 1, 'a', 1, 'b', opSums, 1, 0, 1, 2, 3, 4, opParts, 1, 9, 255, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, opHash, opTick})
	f.Add([]byte{opCall, 0, 1, 'm', 2, '{', '}', opCvar, 1, 'n', 1, 'v', opInput, 1, 0, opTick, opTick})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := tapeReader{tape: runTape{[][]byte{data}, int64(len(data))}}
		var tick runTick
		for n := 0; r.more(); n++ {
			require.LessOrEqual(t, n, len(data))
			if r.next(&tick) != nil {
				return
			}
			require.LessOrEqual(t, len(r.names), len(data))
			require.Len(t, r.sums, len(r.names))
		}
	})
}

// FuzzRunFile reads files of anybody.
func FuzzRunFile(f *testing.F) {
	head, err := json.Marshal(runHead{Version: 1, Ticks: 1, Hash: "total", Every: 1, Input: []byte{0}})
	require.NoError(f, err)
	f.Add(append(appendTapeText([]byte(tapeMagic), head), opTick))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := readRun(packed(string(data)), 1<<20, 1000)
		if err != nil {
			return
		}
		var b bytes.Buffer
		head, err := n.head.text()
		require.NoError(t, err)
		require.NoError(t, writeRun(&b, head, n.tape))
		again, err := readRun(b.Bytes(), 1<<20, 1000)
		require.NoError(t, err)
		require.Equal(t, n.head, again.head)
	})
}

// Nothing is allocated for a game that is not recorded.
func TestNoRecordingCostsNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	var c Console
	h := newHill(&c.World, &c.Cvars, &c.Time)
	frame := func() {
		for range c.Update() {
			h.ticks++
		}
	}
	frame()
	require.Zero(t, testing.AllocsPerRun(100, frame))
}
