package console

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/internal/state"
	"github.com/scry-dev/scry/rpc"
)

// Runs are recordings of a game as it was played: the whole state at the beginning, the
// cvars, then tick by tick the input, what clients changed, and digests of the state. A
// replay brings the beginning back, feeds the same in and names the first tick, the
// subsystem and the field that came out otherwise: what in the game is not deterministic.
//
// It works for a game that ranges over what [Console.Update] returns, reads its input from
// [Input] and does not depend on the number of a tick, which goes on in a replay. The zero
// value is ready, and costs nothing while nothing is recorded. All methods belong to the
// game's goroutine.
type Runs struct {
	// Bytes bounds the memory of all recordings: the state at their beginnings and what
	// was recorded since. Zero means 64 MiB. A recording that meets it stops by itself, and
	// what was recorded is good.
	Bytes int64
	// Ticks bounds one recording. Zero means 1,048,576, which are almost five hours.
	Ticks int

	runHost
	stream  *rpc.Stream
	list    []*gameRun // oldest first
	last    uint64     // id of the newest
	rec     *recorder
	replay  *replayer
	resumes bool // the game is to go on, since a replay is over that was asked to
	changed bool // since subscribers were told
	desk    runDesk
}

// runHost is what the console gives the runs of its other services.
type runHost struct {
	clock         *clock
	name, version string                // of the game
	free          func(*rpc.Peer) error // why a client may not have the time
	// drive has ticks run for a call, which is answered behind the last; alive is whether
	// it still waits for them.
	drive    func(call *rpc.Call, ticks int, w runWork) (alive func() bool, err error)
	resume   func()
	seed     func(uint64) error // begins the game's random numbers anew
	hides    func(method string, params []byte) bool
	input    func() *input.State                          // of the running tick
	rewind   func(before *input.State, held []uint64)     // makes it what it was before the tick that comes
	held     func(dst []uint64) []uint64                  // for how many ticks each of what is pressed has been
	feed     func(func(tick uint64, s *input.State) bool) // gives the input of the ticks to come
	cvars    iter.Seq2[string, string]                    // names and values; no secrets
	cvarsAt  func() uint64                                // grows when somebody changed one
	setCvar  func(name, text, by string) error
	survey   func() (*state.Survey, error)
	image    func(limit int64) (runImage, error)
	before   func(call *rpc.Call, label string) (id uint64, undo func(), err error)
	restored func(call *rpc.Call, label string)
	entity   func(root, index int) (id, name string, ok bool)
}

// runImage is the state at the beginning of a recording.
type runImage interface {
	bytes() int64
	rewind()
}

// runWork is what is done with the ticks of a replay.
type runWork interface {
	ticked(tick uint64, left int) (done bool, err error)
	answer() any
	end()
}

// maxRuns bounds how many recordings are kept.
const maxRuns = 64

// maxRunLabel bounds a label, in bytes.
const maxRunLabel = 200

// Params and results of the methods of runs.
type (
	// RunInfo tells of a recording.
	RunInfo struct {
		ID      uint64  `json:"id"`
		Label   string  `json:"label"`
		By      string  `json:"by" help:"the client that recorded it"`
		Tick    uint64  `json:"tick" help:"the last before it began"`
		Ticks   int     `json:"ticks" help:"that were recorded"`
		Bytes   int64   `json:"bytes" unit:"B" help:"that it takes: the state at its beginning, and what was recorded"`
		Hash    string  `json:"hash" enum:"none,total,fields"`
		Every   int     `json:"every" help:"ticks from one digest of the state to the next"`
		Seed    *uint64 `json:"seed,omitempty" help:"that the game was given at the beginning"`
		Calls   int     `json:"calls" help:"of clients, that are a part of it"`
		Secrets int     `json:"secrets,omitempty" help:"calls that are no part of it, since they hold secrets"`
		State   bool    `json:"state" help:"the state at its beginning is there; it is not of one that came as a file"`
		Ended   string  `json:"ended,omitempty" enum:"stopped,bytes,ticks,state" help:"why; absent while it records. bytes and ticks are bounds of Runs; state is one that became too large to digest"`
	}
	// RunRecord asks for a recording.
	RunRecord struct {
		Label string  `json:"label,omitempty" help:"what a person calls it; at most 200 bytes"`
		Hash  string  `json:"hash,omitempty" enum:"none,total,fields" help:"what of the state is digested: each subsystem, which is the default, or each field and entity, which names more and takes more"`
		Every int     `json:"every,omitempty" min:"1" max:"1000000" help:"ticks from one digest to the next; absent is each"`
		Seed  *uint64 `json:"seed,omitempty" help:"the game begins its random numbers anew with it"`
	}
	// RunID names a recording.
	RunID struct {
		ID uint64 `json:"id"`
	}
	// RunReplay asks for a replay.
	RunReplay struct {
		ID     uint64  `json:"id"`
		Until  *uint64 `json:"until,omitempty" help:"the tick of the recording behind which to stop; absent is its last"`
		Resume bool    `json:"resume,omitempty" help:"lets the game go on behind it; else it stays held there"`
	}
	// RunReplayed is what came of a replay. Its ticks are those of the recording, where
	// nothing else is said.
	RunReplayed struct {
		Same     bool         `json:"same" help:"all digests that were compared are those of the recording"`
		Ticks    int          `json:"ticks" help:"that were replayed"`
		Compared int          `json:"compared" help:"ticks with a digest"`
		Tick     uint64       `json:"tick" help:"where the game is now: the console's count, which went on"`
		Frame    uint64       `json:"frame"`
		Before   uint64       `json:"before" help:"id of the snapshot that was taken just before: world.restore undoes the replay"`
		Diverged *RunDiverged `json:"diverged,omitempty"`
		Refused  []RunRefused `json:"refused,omitempty" help:"changes that were a part of the recording and could not be made again; 100 at the most"`
		Others   []RunOther   `json:"others,omitempty" help:"what other clients called meanwhile; 100 at the most"`
	}
	// RunDiverged is the first difference.
	RunDiverged struct {
		Tick       uint64     `json:"tick" help:"of the recording, behind which the state was another"`
		Subsystems []string   `json:"subsystems"`
		Fields     []RunField `json:"fields" help:"that differ, of a recording with digests of fields; 64 at the most"`
		Count      int        `json:"count" help:"of all that differ"`
	}
	// RunField is a field that differs.
	RunField struct {
		Subsystem string `json:"subsystem"`
		Path      string `json:"path" help:"type and field as in Go, such as Seed.Body.Pos.X; Seed[] where it is how many there are"`
		Entity    string `json:"entity,omitempty" help:"the id of one that differs and has the field"`
		Name      string `json:"name,omitempty" help:"of the entity"`
		Now       string `json:"now,omitempty" help:"what it is in the replay"`
	}
	// RunRefused is a change that could not be made again.
	RunRefused struct {
		Tick    uint64 `json:"tick" help:"before the one behind this it was made"`
		What    string `json:"what" help:"the method, or cvar and its name"`
		Message string `json:"message"`
	}
	// RunOther is what another client called during a replay.
	RunOther struct {
		Tick   uint64 `json:"tick"`
		By     string `json:"by"`
		Method string `json:"method"`
	}
	// RunsState is all recordings.
	RunsState struct {
		Recording uint64    `json:"recording,omitempty" help:"id of the one that is made now"`
		Replaying uint64    `json:"replaying,omitempty" help:"id of the one that is replayed now"`
		Runs      []RunInfo `json:"runs" help:"oldest first"`
		Bytes     int64     `json:"bytes" unit:"B" help:"that they take"`
		Limit     int64     `json:"limit" unit:"B" help:"that they may take"`
	}
)

// gameRun is a recording.
type gameRun struct {
	head  runHead
	image runImage // nil of one that came as a file
	tape  runTape
}

func (n *gameRun) info() RunInfo {
	h := &n.head
	return RunInfo{
		ID: h.id, Label: h.Label, By: h.By, Tick: h.Tick, Ticks: h.Ticks, Bytes: n.bytes(), Hash: h.Hash, Every: h.Every, Seed: h.Seed,
		Calls: h.Calls, Secrets: h.Secrets, State: n.image != nil, Ended: h.Ended,
	}
}

func (n *gameRun) bytes() int64 {
	size := n.tape.bytes + n.head.bytes()
	if n.image != nil {
		size += n.image.bytes()
	}
	return size
}

func (r *Runs) register(s *rpc.Server, host runHost) {
	r.runHost = host
	rpc.Handle(s, rpc.Method{Name: "run.record", Help: "records the game from now on: its state, input, what clients change, and digests", Role: rpc.Drive,
		Errors: []rpc.Code{rpc.Busy, rpc.Unavailable, rpc.TooMany}}, r.record)
	rpc.Handle(s, rpc.Method{Name: "run.stop", Help: "ends a recording", Role: rpc.Drive, Errors: []rpc.Code{rpc.NotFound}},
		func(_ *rpc.Call, p RunID) (RunInfo, error) {
			n, err := r.find(p.ID)
			if err != nil {
				return RunInfo{}, err
			}
			if r.rec != nil && r.rec.run == n {
				r.stop("stopped")
			}
			return n.info(), nil
		})
	rpc.Handle(s, rpc.Method{Name: "run.list", Help: "the recordings that are kept, oldest first", Role: rpc.View},
		func(*rpc.Call, rpc.Void) (RunsState, error) { return r.state(), nil })
	rpc.Handle(s, rpc.Method{Name: "run.drop", Help: "forgets a recording", Role: rpc.Drive, Errors: []rpc.Code{rpc.NotFound, rpc.Busy}}, r.drop)
	rpc.Handle(s, rpc.Method{Name: "run.replay", Help: "brings the beginning of a recording back, plays it again, compares, and answers at the first difference or the end; the game is held there. Later requests of the same client wait for it",
		Role: rpc.Drive, Errors: []rpc.Code{rpc.NotFound, rpc.Busy, rpc.Unavailable, rpc.OutOfRange, rpc.Conflict, rpc.TooMany}}, r.play)
	r.stream = rpc.Open[rpc.Void, RunsState](s, rpc.Topic{Name: "runs", Snapshot: RunsState{}, Rate: 4, Help: "the recordings, when something became of them, and how far the one is that is made"},
		func(*rpc.Sub, rpc.Void) (any, error) { return r.state(), nil })
}

// active reports whether a tick is to be recorded or replayed.
func (r *Runs) active() bool { return r.rec != nil || r.replay != nil }

func (r *Runs) limit() int64  { return cmp.Or(r.Bytes, 64<<20) }
func (r *Runs) maxTicks() int { return cmp.Or(r.Ticks, 1<<20) }

// used is what all recordings take.
func (r *Runs) used() (n int64) {
	for _, run := range r.list {
		n += run.bytes()
	}
	return n
}

func (r *Runs) state() RunsState {
	s := RunsState{Runs: make([]RunInfo, len(r.list)), Bytes: r.used(), Limit: r.limit()}
	for i, n := range r.list {
		s.Runs[i] = n.info()
	}
	if r.rec != nil {
		s.Recording = r.rec.run.head.id
	}
	if r.replay != nil {
		s.Replaying = r.replay.run.head.id
	}
	return s
}

func (r *Runs) find(id uint64) (*gameRun, error) {
	i := slices.IndexFunc(r.list, func(n *gameRun) bool { return n.head.id == id })
	if i < 0 {
		e := rpc.Errorf(rpc.NotFound, "there is no recording %d", id)
		e.Data.Path, e.Data.Got = "/id", strconv.FormatUint(id, 10)
		return nil, e
	}
	return r.list[i], nil
}

// keep gives a recording its id.
func (r *Runs) keep(n *gameRun) {
	r.last++
	n.head.id = r.last
	r.list = append(r.list, n)
	r.changed = true
}

// room says why there is no place for another recording.
func (r *Runs) room(bytes int64) error {
	var e *rpc.Error
	switch {
	case len(r.list) >= maxRuns:
		e = rpc.Errorf(rpc.TooMany, "%d recordings are kept already", maxRuns)
		e.Data.Limit = "runs " + strconv.Itoa(maxRuns)
	case r.used()+bytes >= r.limit():
		e = rpc.Errorf(rpc.TooMany, "the recordings that are kept take %d of %d bytes, and this one needs %d to begin", r.used(), r.limit(), bytes)
		e.Data.Limit = "Runs.Bytes " + strconv.FormatInt(r.limit(), 10)
	default:
		return nil
	}
	e.Data.Suggest = "run.drop"
	return e
}

// idle says why nothing can be recorded or replayed now.
func (r *Runs) idle() error {
	switch {
	case r.rec != nil:
		e := rpc.Errorf(rpc.Busy, "%s records already", r.rec.run.head.By)
		e.Data.Got, e.Data.Suggest = r.rec.run.head.By, "run.stop {id: "+strconv.FormatUint(r.rec.run.head.id, 10)+"}"
		return e
	case r.replay != nil:
		e := rpc.Errorf(rpc.Busy, "%s replays a recording", r.replay.by)
		e.Data.Got = r.replay.by
		return e
	}
	return nil
}

func (r *Runs) drop(_ *rpc.Call, p RunID) (rpc.Void, error) {
	n, err := r.find(p.ID)
	switch {
	case err != nil:
		return rpc.Void{}, err
	case r.replay != nil && r.replay.run == n:
		return rpc.Void{}, r.idle()
	case r.rec != nil && r.rec.run == n:
		r.stop("stopped")
	}
	r.list = slices.DeleteFunc(r.list, func(o *gameRun) bool { return o == n })
	r.changed = true
	return rpc.Void{}, nil
}

// begin runs what other goroutines ask for, and notices a replay that was ended.
func (r *Runs) begin() {
	if r.desk.waiting.Load() {
		r.desk.attend()
	}
	if r.replay != nil && !r.replay.alive() {
		r.end()
	}
	if r.resumes {
		r.resumes = false
		r.resume()
	}
}

// publish tells the subscribers what became of the recordings.
func (r *Runs) publish() {
	if r.changed {
		r.changed = false
		r.stream.Publish(r.state())
	}
}
