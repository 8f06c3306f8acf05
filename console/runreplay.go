package console

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/internal/state"
	"github.com/scry-dev/scry/rpc"
)

// replayer plays a recording again.
type replayer struct {
	runs    *Runs
	run     *gameRun
	peer    *rpc.Peer
	by      string
	alive   func() bool
	resume  bool
	reader  tapeReader
	tick    runTick // that comes, or runs
	read    bool    // it was
	feeding bool    // what is called is a part of the recording
	now     runDigest
	err     error
	result  RunReplayed
}

// Bounds of what a replay tells.
const (
	maxRefused   = 100
	maxRunFields = 64
)

// play begins a replay.
func (r *Runs) play(call *rpc.Call, p RunReplay) (RunReplayed, error) {
	n, err := r.find(p.ID)
	if err != nil {
		return RunReplayed{}, err
	}
	if err := r.idle(); err != nil {
		return RunReplayed{}, err
	}
	if err := r.free(call.Peer); err != nil {
		return RunReplayed{}, err
	}
	h, ticks := &n.head, n.head.Ticks
	if p.Until != nil {
		if *p.Until < h.Tick || *p.Until-h.Tick > uint64(h.Ticks) {
			e := rpc.Errorf(rpc.OutOfRange, "the recording goes from tick %d to %d", h.Tick, h.Tick+uint64(h.Ticks))
			e.Data.Path, e.Data.Got = "/until", strconv.FormatUint(*p.Until, 10)
			return RunReplayed{}, e
		}
		ticks = int(*p.Until - h.Tick)
	}
	before, undo, err := r.before(call, fmt.Sprintf("before replaying %d", h.id))
	if err != nil {
		return RunReplayed{}, err
	}
	was := maps.Collect(r.cvars)
	y := &replayer{runs: r, run: n, peer: call.Peer, by: call.Peer.Name(), resume: p.Resume}
	y.reader.tape = n.tape.copied()
	y.result = RunReplayed{Same: true, Before: before}
	differ, err := y.restore()
	if err == nil && len(differ) > 0 && n.image == nil {
		err = notAtBeginning(h, differ)
	}
	if err != nil {
		undo()
		y.setCvars(was)
		return RunReplayed{}, err
	}
	r.restored(call, fmt.Sprintf("recording %d %s", h.id, h.Label))
	if len(differ) > 0 {
		y.result.Same, y.result.Diverged = false, &RunDiverged{Tick: h.Tick, Subsystems: differ, Fields: []RunField{}, Count: len(differ)}
	}
	if len(differ) > 0 || ticks == 0 {
		y.where()
		return y.result, nil
	}
	var last input.State
	if err := last.UnmarshalBinary(h.Input); err != nil {
		return RunReplayed{}, errTape
	}
	if y.alive, err = r.drive(call, ticks, y); err != nil {
		undo()
		y.setCvars(was)
		return RunReplayed{}, err
	}
	y.reader.input.CopyFrom(&last)
	r.rewind(&last, h.Held)
	r.feed(y.feed)
	r.replay, r.changed = y, true
	return RunReplayed{}, nil
}

// notAtBeginning says why a recording without the state at its beginning is not replayed.
func notAtBeginning(h *runHead, differ []string) error {
	e := rpc.Errorf(rpc.Conflict, "the game is not where the recording begins: its %q is another. The recording is of another process: bring the game to the beginning of that one first", differ[0])
	for _, s := range h.Start {
		if s.Subsystem == differ[0] {
			e.Data.Want = s.Sum
		}
	}
	e.Data.Got = differ[0]
	return e
}

// restore makes the game what it was at the beginning, and returns the subsystems that are
// others all the same.
func (y *replayer) restore() (differ []string, err error) {
	r, h := y.runs, &y.run.head
	if h.Seed != nil {
		if err := r.seed(*h.Seed); err != nil {
			return nil, err
		}
	}
	if y.run.image != nil {
		y.run.image.rewind()
	}
	y.setCvars(h.Cvars)
	s, err := r.survey()
	if err != nil {
		return nil, err
	}
	sums := make(map[string]string)
	for _, sum := range s.Sums() {
		sums[sum.Name] = hexSum64(sum.Sum)
	}
	for _, want := range h.Start {
		if sums[want.Subsystem] != want.Sum {
			differ = append(differ, want.Subsystem)
		}
		delete(sums, want.Subsystem)
	}
	for name := range sums {
		differ = append(differ, name)
	}
	slices.Sort(differ)
	return differ, nil
}

// setCvars gives cvars the values of the recording, in two rounds: one may be what another
// waits for.
func (y *replayer) setCvars(want map[string]string) {
	for round := range 2 {
		for name, text := range y.runs.cvars {
			to, ok := want[name]
			if !ok || to == text {
				continue
			}
			if err := y.runs.setCvar(name, to, y.by); err != nil && round == 1 {
				y.refused("cvar "+name, err.Error())
			}
		}
	}
}

func (y *replayer) refused(what, message string) {
	if len(y.result.Refused) < maxRefused {
		y.result.Refused = append(y.result.Refused, RunRefused{y.at(), what, clipTo(message, 300)})
	}
}

// at is the tick of the recording that was replayed last.
func (y *replayer) at() uint64 { return y.run.head.Tick + uint64(y.result.Ticks) }

// before makes the changes again that were made before the next tick.
func (y *replayer) before() {
	if !y.reader.more() {
		return
	}
	if y.err = y.reader.next(&y.tick); y.err != nil {
		return
	}
	y.read = true
	calls := make([]rpc.Request, len(y.tick.calls))
	for i, c := range y.tick.calls {
		calls[i] = rpc.Request{Method: c.method}
		if len(c.params) > 0 {
			calls[i].Params = c.params
		}
	}
	if len(calls) > 0 {
		recorded := slices.Clone(y.tick.calls)
		y.feeding = true
		for i := range calls {
			y.peer.Run(calls[i:i+1], func(answers []json.RawMessage) { y.answered(recorded[i], answers[0]) })
		}
		y.feeding = false
	}
	if len(y.tick.cvars) > 0 {
		want := make(map[string]string)
		for _, c := range y.tick.cvars {
			want[c.name] = c.text
		}
		y.setCvars(want)
	}
}

// answered notes a call that is refused now and was not when it was recorded.
func (y *replayer) answered(c runCall, answer json.RawMessage) {
	if c.failed {
		return
	}
	var a struct{ Error *struct{ Message string } }
	if json.Unmarshal(answer, &a) == nil && a.Error != nil {
		y.refused(c.method, a.Error.Message)
	}
}

// heard notes what others call, which is no part of the recording.
func (y *replayer) heard(p *rpc.Peer, method string) {
	if !y.feeding && len(y.result.Others) < maxRefused {
		y.result.Others = append(y.result.Others, RunOther{y.at(), p.Name(), method})
	}
}

// feed gives the input of a tick.
func (y *replayer) feed(_ uint64, s *input.State) bool {
	if !y.read {
		return false
	}
	s.CopyFrom(&y.reader.input)
	return true
}

// ticked compares what came of a tick with what was recorded.
func (y *replayer) ticked(uint64, int) (done bool, err error) {
	if y.err != nil || !y.read {
		return true, errTape
	}
	y.read = false
	y.result.Ticks++
	if y.tick.hashed {
		s, err := y.runs.survey()
		if err != nil {
			return true, err
		}
		y.result.Compared++
		y.now.take(s, y.run.head.Hash == hashFields)
		y.compare(s)
	}
	return !y.result.Same, nil
}

// answer is what the call is answered with; the replay is over.
func (y *replayer) answer() any {
	y.where()
	y.runs.resumes = y.resume
	return y.result
}

// end is called when the call waits for no more ticks.
func (y *replayer) end() {
	if y.runs.replay == y {
		y.runs.end()
	}
}

func (y *replayer) where() {
	y.result.Tick, y.result.Frame = y.runs.clock.tick.Load(), y.runs.clock.frame.Load()
}

// end gives the input back to the devices and clients.
func (r *Runs) end() {
	r.feed(nil)
	r.replay, r.changed = nil, true
}

// compare finds out what differs.
func (y *replayer) compare(s *state.Survey) {
	var d *RunDiverged
	subsystems := make(map[string]bool)
	var other map[int]map[int]bool
	y.reader.differences(&y.now, func(n runName, _ uint32) {
		if d == nil {
			d = &RunDiverged{Tick: y.at(), Fields: []RunField{}}
			other = y.reader.otherParts(&y.now)
		}
		subsystems[n.subsystem] = true
		if n.path == "" {
			d.Count++
			return
		}
		y.field(d, s, n, other)
	})
	if d == nil {
		return
	}
	for name := range subsystems {
		d.Subsystems = append(d.Subsystems, name)
	}
	slices.Sort(d.Subsystems)
	y.result.Same, y.result.Diverged = false, d
}

// field tells of a field that differs, with each entity that has it and differs, too.
func (y *replayer) field(d *RunDiverged, s *state.Survey, n runName, other map[int]map[int]bool) {
	add := func(f RunField) {
		if d.Count++; len(d.Fields) < maxRunFields {
			d.Fields = append(d.Fields, f)
		}
	}
	told := false
	alone, only := "", 0 // the value of the one variable that is no entity's
	s.Values(state.Column{Subsystem: n.subsystem, Path: n.path}, func(v state.Value) bool {
		if v.Index < 0 {
			alone = plainText(v.At)
			only++
			return true
		}
		if !other[v.Root][v.Index] {
			return true
		}
		f := RunField{Subsystem: n.subsystem, Path: n.path, Now: plainText(v.At)}
		if id, name, ok := y.runs.entity(v.Root, v.Index); ok {
			f.Entity, f.Name = id, name
		}
		add(f)
		told = true
		return true
	})
	if told {
		return
	}
	f := RunField{Subsystem: n.subsystem, Path: n.path}
	if only == 1 {
		f.Now = alone
	}
	add(f)
}

// plainText is a value that may be of a field that is not exported.
func plainText(v reflect.Value) string {
	const most = 100
	switch v.Kind() {
	case reflect.String:
		return clipTo(v.String(), most)
	case reflect.Slice, reflect.Map:
		return fmt.Sprintf("%s of %d", v.Type(), v.Len())
	case reflect.Pointer, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		if v.IsNil() {
			return "nil"
		}
		return v.Type().String()
	case reflect.Array:
		if v.Len() > 16 {
			return v.Type().String()
		}
	}
	return clipTo(fmt.Sprint(v), most) // fmt reads what a reflect.Value holds, exported or not
}
