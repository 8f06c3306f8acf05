package console

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/rpc"
)

// recorder writes a recording.
type recorder struct {
	run     *gameRun
	fixed   int64  // bytes of the other recordings, and of what this one has but its tape
	tick    []byte // operations of the tick that comes, or runs
	scratch []byte
	input   input.State       // of the tick before
	cvars   map[string]string // as they were told
	cvarsAt uint64
	known   runSums
	now     runDigest
	due     int // ticks until the next digest
}

// record begins a recording with the state as it is, between two ticks.
func (r *Runs) record(call *rpc.Call, p RunRecord) (RunInfo, error) {
	if err := r.idle(); err != nil {
		return RunInfo{}, err
	}
	if e := r.free(call.Peer); e != nil {
		var busy *rpc.Error
		if errors.As(e, &busy) && busy.Code == rpc.Unavailable { // who holds the game does not matter
			return RunInfo{}, rpc.Errorf(rpc.Unavailable, "this game cannot be recorded: its loop does not range over Update")
		}
	}
	if err := r.room(0); err != nil {
		return RunInfo{}, err
	}
	if p.Seed != nil {
		if err := r.seed(*p.Seed); err != nil {
			return RunInfo{}, err
		}
	}
	image, err := r.image(r.limit() - r.used())
	if err != nil {
		return RunInfo{}, r.tooLarge(err)
	}
	n := &gameRun{image: image, head: runHead{
		Version: tapeVersion, Game: r.name, GameVersion: r.version, Label: clipTo(p.Label, maxRunLabel), By: call.Peer.Name(),
		Tick: r.clock.tick.Load(), Hash: p.Hash, Every: max(p.Every, 1), Seed: p.Seed, Cvars: make(map[string]string), Held: r.held(nil),
	}}
	if n.head.Hash == "" {
		n.head.Hash = hashTotal
	}
	if n.head.Input, err = r.input().AppendBinary(nil); err != nil {
		return RunInfo{}, err
	}
	for name, text := range r.cvars {
		n.head.Cvars[name] = text
	}
	s, err := r.survey()
	if err != nil {
		return RunInfo{}, r.tooLarge(err)
	}
	for _, sum := range s.Sums() {
		n.head.Start = append(n.head.Start, runStart{sum.Name, hexSum64(sum.Sum)})
	}
	if err := r.room(n.bytes()); err != nil {
		return RunInfo{}, err
	}
	r.rec = &recorder{run: n, fixed: r.used() + n.bytes(), cvars: make(map[string]string), cvarsAt: r.cvarsAt(), due: 1}
	r.rec.input.CopyFrom(r.input())
	for name, text := range n.head.Cvars {
		r.rec.cvars[name] = text
	}
	r.keep(n)
	return n.info(), nil
}

// What of the state is digested.
const (
	hashNone   = "none"
	hashTotal  = "total"
	hashFields = "fields"
)

// tooLarge says that there is no room for the state.
func (r *Runs) tooLarge(err error) error {
	var e *rpc.Error
	if errors.As(err, &e) && e.Code == rpc.TooMany {
		e.Data.Limit, e.Data.Suggest = "Runs.Bytes "+strconv.FormatInt(r.limit(), 10), "run.drop"
	}
	return err
}

// stop ends the recording.
func (r *Runs) stop(why string) {
	h := &r.rec.run.head
	h.Ended = why
	r.rec, r.changed = nil, true
}

// unrecorded are the methods that change something, and not the game: what is a part of no
// recording. Those of cvars are not either, for the values themselves are.
func unrecorded(method string) bool {
	area, _, _ := strings.Cut(method, ".")
	switch area {
	case "time", "run", "input", "session", "asset", "sub", "test", "memory", "incident", "timing", "log", "display", "cvar", "topic", "rpc":
		return method != "time.seed"
	}
	switch method {
	case "world.snapshot", "world.drop", "world.hash", "world.diff":
		return true
	}
	return false
}

// heard is told of each call that ran.
func (r *Runs) heard(p *rpc.Peer, method string, role rpc.Role, params []byte, failed bool) {
	if !r.active() || role < rpc.Edit && method != "command.run" || unrecorded(method) && (r.rec != nil || !strings.HasPrefix(method, "cvar.")) {
		return
	}
	if r.replay != nil {
		r.replay.heard(p, method)
		return
	}
	n := r.rec
	switch {
	case failed && method != "command.run": // a script may have run in part
		return
	case r.hides(method, params):
		n.run.head.Secrets++
		return
	case len(params) > maxTapeText:
		r.stop("bytes")
		return
	}
	n.run.head.Calls++
	n.tick = append(n.tick, opCall, 0)
	if failed {
		n.tick[len(n.tick)-1] = 1
	}
	n.tick = appendTapeText(appendTapeText(n.tick, method), params)
}

// before notes which cvars were changed since the tick before.
func (n *recorder) before(r *Runs) {
	at := r.cvarsAt()
	if at == n.cvarsAt {
		return
	}
	n.cvarsAt = at
	for name, text := range r.cvars {
		if old, known := n.cvars[name]; known && old == text {
			continue
		}
		n.cvars[name] = text
		n.tick = appendTapeText(appendTapeText(append(n.tick, opCvar), name), text)
	}
}

// sampled notes the input of the tick.
func (n *recorder) sampled(s *input.State) {
	if n.input.Equal(s) {
		return
	}
	n.input.CopyFrom(s)
	n.scratch, _ = s.AppendBinary(n.scratch[:0]) // never fails (package input)
	n.tick = appendTapeText(append(n.tick, opInput), n.scratch)
}

// ticked notes what came of the tick, and ends the recording where it has to.
func (n *recorder) ticked(r *Runs) {
	h := &n.run.head
	if n.due--; n.due <= 0 && h.Hash != hashNone {
		n.due = h.Every
		s, err := r.survey()
		if err != nil {
			r.stop("state")
			return
		}
		n.now.take(s, h.Hash == hashFields)
		n.tick = n.known.appendNews(n.tick, &n.now, h.Hash == hashFields)
	}
	n.tick = append(n.tick, opTick)
	if n.fixed+n.run.tape.bytes+int64(len(n.tick)) > r.limit() {
		r.stop("bytes")
		return
	}
	n.run.tape.add(n.tick)
	n.tick = n.tick[:0]
	r.changed = true
	if h.Ticks++; h.Ticks >= r.maxTicks() {
		r.stop("ticks")
	}
}

// hexSum64 writes a sum as the world does.
func hexSum64(n uint64) string {
	const digits = 16
	text := strconv.FormatUint(n, 16)
	return strings.Repeat("0", digits-len(text)) + text
}

// runHead stands at the beginning of a file, as JSON.
type runHead struct {
	id uint64

	Version     int               `json:"version"`
	Game        string            `json:"game"`
	GameVersion string            `json:"gameVersion"`
	Label       string            `json:"label"`
	By          string            `json:"by"`
	Tick        uint64            `json:"tick"`
	Ticks       int               `json:"ticks"`
	Hash        string            `json:"hash"`
	Every       int               `json:"every"`
	Seed        *uint64           `json:"seed,omitempty"`
	Calls       int               `json:"calls"`
	Secrets     int               `json:"secrets,omitempty"`
	Ended       string            `json:"ended"`
	Cvars       map[string]string `json:"cvars"` // at the beginning
	Input       []byte            `json:"input"` // of the tick before the first
	Held        []uint64          `json:"held"`  // for how many ticks the keys and buttons in it had been down
	Start       []runStart        `json:"start"` // sums of the state at the beginning
}

// runStart is the sum of a subsystem, as world.hash gives it.
type runStart struct {
	Subsystem string `json:"subsystem"`
	Sum       string `json:"sum"`
}

// bytes is roughly what it takes.
func (h *runHead) bytes() int64 {
	n := 256 + len(h.Label) + len(h.Input) + 8*len(h.Held) + 48*len(h.Start)
	for name, text := range h.Cvars {
		n += 32 + len(name) + len(text)
	}
	return int64(n)
}

// text is the head as it stands in a file.
func (h *runHead) text() (json.RawMessage, error) { return json.Marshal(h) }
