package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/scry-dev/scry/console/timing"
)

// step is the length of a tick in seconds.
const step = 1.0 / Rate

// World is a garden with all that lives in it. Its exported fields may be read
// and written between two calls of Step, by the goroutine that calls Step.
type World struct {
	Tune  Tune
	Level Level
	Tick  uint64 // ticks since the beginning

	Match   Match
	Player  Player
	Seeds   []Seed
	Hunters []Hunter
	Wells   []Well
	Shots   []Shot
	Blooms  []Bloom

	// Turn, where it is set, is called before a wave begins: what it changes of Tune.Rules
	// and of Next holds for it.
	Turn func()
	Next *Level // the level that the next wave is played in; nil is the same

	Routes Routes  // what the last rebuild found; not in Hash
	Sparks []Spark // decoration: no ids, not in Hash
	Events []Event // what happened in the last tick, in order, and between it and the one before

	lastID ID
	spawnR *rand.Rand // one generator per subsystem, so that a change in one
	mindR  *rand.Rand // leaves the others as they were
	fxR    *rand.Rand
	owed   float64 // parts of a seed that are due

	past int // of Events, that a Step has left

	grid   grid
	movers []mover

	rec       *timing.Recorder
	routeCell int // of the rebuild that is due; 0 is none

	input, spawn, ai, flock, physics, collide, combat, particles timing.Scope
	routes, rasters, floods, rings                               timing.Scope
}

// Input is what the player's hands do in one tick.
type Input struct {
	Move   Vec   // the stick; longer than one counts as one
	Target Point // where to aim
	Aiming bool  // Target counts; otherwise the ship aims for itself
	Fire   bool
}

// New returns the world of a level. A nil recorder is legal and times nothing.
func New(level Level, seed uint64, rec *timing.Recorder) *World {
	w := &World{
		Tune: DefaultTune(), Level: level, rec: rec,

		input:     rec.Scope("input", "hands, keys, or the autopilot"),
		spawn:     rec.Scope("spawn", "seeds, flowers, waves of hunters"),
		ai:        rec.Scope("ai", "what the hunters want"),
		flock:     rec.Scope("flock", "hunters keep apart"),
		physics:   rec.Scope("physics", "fields, motion, walls"),
		collide:   rec.Scope("collide", "circles against circles"),
		combat:    rec.Scope("combat", "shots, bites, catches"),
		particles: rec.Scope("particles", "sparks"),
		routes:    rec.Scope("routes", "distances from hunters and seeds, when they are rebuilt"),
		rasters:   rec.Scope("routes.raster", "which cells nobody passes"),
		floods:    rec.Scope("routes.flood", "all cells from one of them"),
		rings:     rec.Scope("routes.ring", "the cells at one distance"),
	}
	w.Seed(seed)
	w.Tune.Gravity = level.Gravity
	w.Match.ID = w.newID()
	w.Player.ID = w.newID()
	w.plant()
	w.begin()
	w.past = len(w.Events)
	return w
}

// Seed makes all that is random begin anew, from a number.
func (w *World) Seed(seed uint64) {
	w.spawnR = rand.New(rand.NewPCG(seed, 1))
	w.mindR = rand.New(rand.NewPCG(seed, 2))
	w.fxR = rand.New(rand.NewPCG(seed, 3))
}

// Step simulates one tick.
func (w *World) Step(in Input) {
	w.Tick++
	w.Events = slices.Delete(w.Events, 0, w.past)
	defer func() { w.past = len(w.Events) }()

	s := w.rec.Begin(w.input)
	if w.Tune.Autopilot {
		in = w.pilot()
	}
	w.steer(in)
	s.End()

	w.chronicle()
	w.timed(w.spawn, (*World).stepSpawn)
	w.timed(w.ai, (*World).stepMinds)
	w.timed(w.physics, (*World).stepPhysics)
	w.timed(w.combat, (*World).stepCombat)
	w.timed(w.particles, (*World).stepSparks)
}

func (w *World) timed(scope timing.Scope, do func(*World)) {
	s := w.rec.Begin(scope)
	do(w)
	s.End()
}

// Alive reports whether the ship flies.
func (w *World) Alive() bool { return w.Player.Health > 0 }

// Entities returns how many entities there are.
func (w *World) Entities() int {
	return 2 + len(w.Seeds) + len(w.Hunters) + len(w.Wells) + len(w.Shots) + len(w.Blooms)
}

func (w *World) newID() ID {
	w.lastID++
	return w.lastID
}

// begin starts a match from its first wave.
func (w *World) begin() {
	w.Match = Match{ID: w.Match.ID, Round: 1, Level: w.Level.Name, Tally: make(map[string]int)}
	w.turn()
	w.Player.Lives = w.Tune.Rules.Lives
	w.revive()
	w.enterWave(1)
}

// turn lets the game be changed between two waves.
func (w *World) turn() {
	if w.Turn != nil {
		w.Turn()
	}
	if l := w.Next; l != nil {
		w.Next = nil
		w.Enter(*l)
	}
}

// Enter takes the match to another level: its wells and flowers, and its gravity unless
// that was turned. What flies about stays.
func (w *World) Enter(l Level) {
	if w.Tune.Gravity == w.Level.Gravity {
		w.Tune.Gravity = l.Gravity
	}
	w.Level, w.Match.Level = l, l.Name
	w.Wells, w.Blooms = w.Wells[:0], w.Blooms[:0]
	w.plant()
}

// fullHealth is what a new ship has.
const fullHealth = 100

// revive puts the ship back, shielded for a while.
func (w *World) revive() {
	p := &w.Player
	p.Body = Body{Pos: Point{Width / 2, 2 * Height / 3}, Radius: 7}
	p.Vitals = Vitals{Health: fullHealth, Shield: ticks(w.Tune.Ship.Shield)}
	p.Aim, p.Respawn, p.Cooldown = Heading{X: 1}, 0, 0
}

// nextWave goes on to the next wave; after the last one the round counts up.
func (w *World) nextWave() {
	w.turn()
	w.enterWave(w.Match.Wave + 1)
}

// enterWave begins a wave, counted from 1.
func (w *World) enterWave(n int) {
	m := &w.Match
	m.Wave = n
	if n := len(w.Level.Waves); (m.Wave-1)%n == 0 && m.Wave > 1 {
		m.Round++
		w.happen(Event{Kind: LevelUp, Pos: w.Player.Pos, N: m.Round})
	}
	if w.Alive() {
		w.Player.Health = max(w.Player.Health, min(w.Player.Health+25, fullHealth)) // a breath
	}
	r := &w.Tune.Rules
	m.Caught, m.Quota, m.Pause, m.hunt = 0, max(1, int(mul(float64(w.wave().Quota), r.Quota)+0.5)), ticks(r.Pause), 0
	w.happen(Event{Kind: WaveBegins, Pos: w.Player.Pos, N: m.Wave})
}

// wave returns the running wave of the level.
func (w *World) wave() Wave {
	return w.Level.Waves[(w.Match.Wave-1)%len(w.Level.Waves)]
}

// EventKind says what happened.
type EventKind uint8

// What can happen in a tick.
const (
	Fired      EventKind = iota // the ship shot
	Caught                      // the ship caught a seed; N is the combo
	Grazed                      // a hunter ate a seed
	Struck                      // a shot hit a hunter
	Killed                      // a hunter died
	Hurt                        // the ship was bitten; N is its health
	Lost                        // the ship was lost; N is the lives left
	Ended                       // the last life was lost; N is the score
	Appeared                    // a hunter came
	Sprouted                    // a seed took root
	Ripe                        // a flower threw its seeds
	Flung                       // a well threw a seed out
	WaveBegins                  // N is the wave
	LevelUp                     // all waves were survived; N is the round
	Blasted                     // somebody pushed everything away
)

// Event is one thing that happened, for sound, sparks, banners and the log.
type Event struct {
	Kind   EventKind
	Pos    Point
	N      int
	Points int // earned
	Hue    float64
}

func (w *World) happen(e Event) {
	w.Events = append(w.Events, e)
	if w.Match.Tally != nil {
		w.Match.Tally[e.Kind.String()]++
	}
}

var eventNames = [...]string{"fired", "caught", "grazed", "struck", "killed", "hurt", "lost", "ended", "appeared", "sprouted", "ripe", "flung", "waves", "rounds", "blasted"}

// String returns the kind's name.
func (k EventKind) String() string {
	if int(k) < len(eventNames) {
		return eventNames[k]
	}
	return fmt.Sprintf("event(%d)", uint8(k))
}
