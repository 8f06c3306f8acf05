package console

import (
	"math"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// Time holds the game, steps it and changes its speed. It works for a game that
// ranges over what [Console.Update] returns; for any other it can only tell the
// frame. The zero value is ready. All methods belong to the game's goroutine.
type Time struct {
	timeHost
	clock  *clock
	stream *rpc.Stream

	controlled bool // the game ranges over Update
	held       bool
	holder     any           // who holds it, as owner says; nil is the game itself, or one who left
	name       string        // of the holder, also when it left
	keep       time.Duration // how long it stays held when the holder's connection is gone
	left       time.Duration // when the holder left; 0 is not at all
	factor     float64       // speed - 1, so that the zero value is full speed
	owed       float64       // ticks that the speed has earned and that have not run
	runs       []*tickRun    // what waits for ticks that are run for it, in order
	watches    []*tickRun    // what waits for ticks as they come
	schedule   schedule
	seed       func(uint64)
	changed    bool // since subscribers were told
}

// timeHost is what the console tells the time of its other services.
type timeHost struct {
	// owner is whom a client holds the time for: itself, or all who come the same way.
	owner func(*rpc.Peer) (by any, name string)
	// expression reads an expression.
	expression func(text string) (awaited, error)
	// spare is what looking at one may take of a frame while the game runs freely.
	spare func() time.Duration
	// frame is how long a frame is to last.
	frame func() time.Duration
}

// Held reports whether the game is held: no tick runs but those that are stepped.
func (t *Time) Held() bool { return t.held }

// Speed returns how many ticks run per frame, 1 as a rule.
func (t *Time) Speed() float64 { return 1 + t.factor }

// Frame returns the number of calls of [Console.Update] so far.
func (t *Time) Frame() uint64 {
	if t.clock == nil {
		return 0
	}
	return t.clock.frame.Load()
}

// Tick returns the number of simulation ticks so far.
func (t *Time) Tick() uint64 {
	if t.clock == nil {
		return 0
	}
	return t.clock.tick.Load()
}

// Hold stops the ticks in the game's own name. Any client may resume it.
func (t *Time) Hold() { t.hold(nil, "game") }

// Resume lets the ticks run again, whoever held them.
func (t *Time) Resume() { t.resume() }

// Seed has f called with the number that a client seeds the game with, on the game's
// goroutine: it reseeds the game's random generators, so that what follows is the same
// each time. Without it the method time.seed is unavailable.
func (t *Time) Seed(f func(seed uint64)) { t.seed = f }

func (t *Time) hold(by any, name string) {
	if !t.held {
		t.held, t.owed = true, 0
	}
	if t.holder != by || by == nil {
		t.keep = 0
	}
	t.holder, t.name, t.left = by, name, 0
	t.changed = true
}

// take holds the game for a client, which may.
func (t *Time) take(p *rpc.Peer) error {
	if err := t.free(p); err != nil {
		return err
	}
	keep, again := t.keep, t.left != 0 // of one that comes back
	if t.hold(t.owner(p)); again {
		t.keep = keep
	}
	return nil
}

func (t *Time) resume() {
	if !t.held {
		return
	}
	t.held, t.holder, t.name, t.keep, t.left = false, nil, "", 0, 0
	t.changed = true
	t.interrupt()
}

// let gives the game its own time back, when no client is left that could.
func (t *Time) let() {
	t.resume()
	t.factor = 0
}

// TimeStatus is where the game's time is.
type TimeStatus struct {
	Frame      uint64  `json:"frame"`
	Tick       uint64  `json:"tick"`
	Held       bool    `json:"held"`
	Holder     string  `json:"holder,omitempty" help:"the client that holds the game, or game"`
	Speed      float64 `json:"speed" help:"ticks per frame"`
	Controlled bool    `json:"controlled" help:"false where the game does not let its time be held"`
}

// Params of the time methods.
type (
	// HoldParams asks to hold the game.
	HoldParams struct {
		Keep float64 `json:"keep,omitempty" min:"0" max:"60" unit:"s" help:"how long it stays held when the client's connection is gone, as that of a page that is loaded again is; absent is not at all"`
	}
	// ResumeParams asks to go on.
	ResumeParams struct {
		Force bool `json:"force,omitempty" help:"also when another client holds the game"`
	}
	// SpeedParams asks for a speed.
	SpeedParams struct {
		Factor float64 `json:"factor" min:"0.05" max:"64" help:"ticks per frame"`
	}
	// StepParams asks for ticks.
	StepParams struct {
		Ticks int `json:"ticks" min:"1" max:"100000"`
	}
	// SeedParams asks for a new beginning of the game's random numbers.
	SeedParams struct {
		Seed uint64 `json:"seed"`
	}
)

func (t *Time) status() TimeStatus {
	return TimeStatus{t.Frame(), t.Tick(), t.held, t.name, t.Speed(), t.controlled}
}

func (t *Time) register(s *rpc.Server, c *clock, host timeHost) {
	t.clock, t.timeHost = c, host
	busy := []rpc.Code{rpc.Busy, rpc.Unavailable, rpc.OutOfRange}
	rpc.Handle(s, rpc.Method{Name: "time.status", Help: "frame, tick, and whether the game is held", Role: rpc.View},
		func(*rpc.Call, rpc.Void) (TimeStatus, error) { return t.status(), nil })
	rpc.Handle(s, rpc.Method{Name: "time.hold", Help: "holds the game for this client alone: frames go on, ticks do not", Role: rpc.Drive, Errors: busy}, t.holdFor)
	rpc.Handle(s, rpc.Method{Name: "time.resume", Help: "lets a held game go on", Role: rpc.Drive, Errors: busy},
		func(call *rpc.Call, p ResumeParams) (TimeStatus, error) {
			if err := t.free(call.Peer); err != nil && !p.Force {
				return TimeStatus{}, err
			}
			t.resume()
			return t.status(), nil
		})
	rpc.Handle(s, rpc.Method{Name: "time.speed", Help: "sets how many ticks run per frame", Role: rpc.Drive, Errors: busy}, t.setSpeed)
	rpc.Handle(s, rpc.Method{Name: "time.seed", Help: "has the game begin its random numbers anew", Role: rpc.Drive, Errors: []rpc.Code{rpc.Unavailable}}, t.reseed)
	t.registerRuns(s)
	t.registerSchedule(s)
	t.stream = rpc.Open[rpc.Void, TimeStatus](s, rpc.Topic{Name: "time", Snapshot: TimeStatus{}, Help: "where time is, when holding, speed or stepping changed it"},
		func(*rpc.Sub, rpc.Void) (any, error) { return t.status(), nil })
}

func (t *Time) holdFor(call *rpc.Call, p HoldParams) (TimeStatus, error) {
	if err := t.take(call.Peer); err != nil {
		return TimeStatus{}, err
	}
	t.keep = time.Duration(p.Keep * float64(time.Second))
	return t.status(), nil
}

func (t *Time) reseed(_ *rpc.Call, p SeedParams) (TimeStatus, error) {
	if err := t.seeded(p.Seed); err != nil {
		return TimeStatus{}, err
	}
	return t.status(), nil
}

// seeded has the game begin its random numbers anew.
func (t *Time) seeded(seed uint64) error {
	if t.seed == nil {
		return rpc.Errorf(rpc.Unavailable, "this game does not let its random numbers be seeded: see Time.Seed")
	}
	t.seed(seed)
	return nil
}

// free reports, as an error, why a client may not touch the time now.
func (t *Time) free(p *rpc.Peer) error {
	by, name := t.owner(p)
	switch {
	case !t.controlled:
		return rpc.Errorf(rpc.Unavailable, "this game does not let its time be held: its loop does not range over Update")
	case t.held && t.name != "game" && t.holder != by && !(t.left != 0 && t.name == name):
		e := rpc.Errorf(rpc.Busy, "%s holds the game", t.name)
		e.Data.Got, e.Data.Suggest = t.name, "time.resume {force: true}"
		return e
	}
	return nil
}

func (t *Time) setSpeed(call *rpc.Call, p SpeedParams) (TimeStatus, error) {
	if err := t.free(call.Peer); err != nil {
		return TimeStatus{}, err
	}
	t.factor, t.owed, t.changed = p.Factor-1, 0, true
	return t.status(), nil
}

// earn returns how many ticks the speed gives this frame.
func (t *Time) earn() int {
	if t.held {
		return 0
	}
	t.owed += t.Speed()
	n := math.Floor(t.owed)
	t.owed -= n
	return int(n)
}

// leave is told of each client that disconnects.
func (t *Time) leave(p *rpc.Peer, now time.Duration) {
	switch {
	case !t.held || t.holder != any(p):
	case t.keep == 0:
		t.resume()
	default:
		t.holder, t.left = nil, max(now, 1)
	}
}

// expire lets the game go on when its holder does not come back.
func (t *Time) expire(now time.Duration) {
	if t.left != 0 && now-t.left > t.keep {
		t.resume()
	}
}

// publish tells the subscribers once a frame what changed.
func (t *Time) publish() {
	if t.changed {
		t.changed = false
		t.stream.Publish(t.status())
	}
}
