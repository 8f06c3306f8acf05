package sim

import (
	"time"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/examples/arena/ecs"
)

// Options are what an arena begins with.
type Options struct {
	Entities int    // how many there are to be; at least 100
	Rate     int    // ticks in a second; zero means 60
	Seed     uint64 // of everything random
}

// Tune is what can be turned while the arena lives.
type Tune struct {
	Population int     // seeds are added until there are so many entities
	SpawnRate  float64 // seeds that are added in a second, at most
	Hunters    int     // new waves come while there are fewer
	WaveSize   int     // hunters of a wave
	Wells      float64 // multiplies the strength of every well
	Drag       float64 // part of its speed that a light body loses in a second
	Speed      float64 // m/s of a hunter that chases
	Appetite   float64 // 0..1: multiplies how far hunters go for food
	Ripening   float64 // multiplies how fast seeds ripen and go
}

// Arena is all that lives in it, and the rules. Its exported fields may be read and
// changed between two steps.
type Arena struct {
	Tune Tune
	Store
	rec *timing.Recorder

	scopes struct{ field, move, minds, grow, births timing.Scope }
	counts struct{ came, went timing.Counter }

	// What a tick makes anew.
	swirl   []Vec2   // what the wells do, by cells
	reached []ecs.ID // what is within the player's reach
	doomed  []ecs.ID // what hunters have eaten, and hunters that starved
}

// Store is everything that a tick depends on: what a snapshot has to hold.
type Store struct {
	Tick     uint64
	Entities ecs.Entities
	Player   ecs.ID

	Bodies   ecs.Store[Body]
	Vitals   ecs.Store[Vitals]
	Looks    ecs.Store[Look]
	Births   ecs.Store[Born]
	Hunters  ecs.Store[Hunter]
	Senses   ecs.Store[Senses]
	Timers   ecs.Store[Timers]
	Paths    ecs.Store[Path]
	Satchels ecs.Store[Satchel]
	Kernels  ecs.Store[Kernel]
	Wells    ecs.Store[Well]
	Poses    ecs.Store[Pose]
	Members  ecs.Store[Member]
	Waves    ecs.Store[Wave]

	rate   int
	dice   dice
	owed   float64 // parts of a seed that are due
	waves  int     // so far
	radius float32 // m, of the arena
}

// columns are all stores whose type does not matter, to take an entity out of.
func (s *Store) columns() [14]Column {
	return [...]Column{&s.Bodies, &s.Vitals, &s.Looks, &s.Births, &s.Hunters, &s.Senses, &s.Timers,
		&s.Paths, &s.Satchels, &s.Kernels, &s.Wells, &s.Poses, &s.Members, &s.Waves}
}

// Column is an [ecs.Store] of any type.
type Column interface {
	Pointer(place int) any
	Attach(place int)
	Remove(place int)
}

// epoch is when the arena's calendar begins.
var epoch = time.Date(2031, time.March, 20, 6, 0, 0, 0, time.UTC)

// New returns an arena with all its entities. A nil recorder is legal and times nothing.
func New(o Options, rec *timing.Recorder) *Arena {
	if o.Rate == 0 {
		o.Rate = 60
	}
	a := &Arena{rec: rec}
	a.rate, a.dice, a.radius = o.Rate, dice(o.Seed), radiusOf(o.Entities)
	a.Tune = Tune{
		Population: o.Entities, SpawnRate: float64(o.Entities) / 10, Hunters: max(4, o.Entities*31/1000), WaveSize: max(4, o.Entities/300),
		Wells: 1, Drag: 0.4, Speed: 96, Appetite: 1, Ripening: 1,
	}
	a.swirl = make([]Vec2, cells*cells)
	a.observe()
	a.people()
	return a
}

// observe names what is timed and counted.
func (a *Arena) observe() {
	r, s := a.rec, &a.scopes
	s.field = r.Scope("field", "what the wells do, once for each cell")
	s.move = r.Scope("move", "every body, by a step")
	s.minds = r.Scope("minds", "what hunters want, and what they eat")
	s.grow = r.Scope("grow", "seeds ripen and go")
	s.births = r.Scope("births", "seeds and waves that come")
	a.counts.came = r.Counter("came", "entities", "that were added")
	a.counts.went = r.Counter("went", "entities", "that were removed")
}

// Radius returns how far the arena's rim is from its middle, in m.
func (a *Arena) Radius() float64 { return float64(a.radius) }

// Now returns the arena's calendar.
func (s *Store) Now() time.Time {
	return epoch.Add(time.Duration(s.Tick) * time.Second / time.Duration(s.rate))
}

// Step simulates one tick.
func (a *Arena) Step() {
	a.Tick++
	a.timed(a.scopes.field, (*Arena).stir)
	a.timed(a.scopes.move, (*Arena).stepBodies)
	a.timed(a.scopes.minds, (*Arena).stepMinds)
	a.timed(a.scopes.grow, (*Arena).stepSeeds)
	a.timed(a.scopes.births, (*Arena).stepBirths)
}

func (a *Arena) timed(scope timing.Scope, do func(*Arena)) {
	s := a.rec.Begin(scope)
	do(a)
	s.End()
}

// Kill removes an entity with its components. One that is gone is ignored.
func (a *Arena) Kill(id ecs.ID) {
	if !a.Entities.Remove(id) {
		return
	}
	for _, c := range a.columns() {
		c.Remove(id.Place())
	}
	a.rec.Add(a.counts.went, 1)
}

// dt is the length of a tick in seconds.
func (s *Store) dt() float32 { return 1 / float32(s.rate) }

// tickTime is the same as a duration.
func (s *Store) tickTime() time.Duration { return time.Second / time.Duration(s.rate) }

// dice are numbers that look random: splitmix64, whose whole state is one number and so
// part of every snapshot.
type dice uint64

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit returns a number of 0..1, without 1.
func (d *dice) unit() float32 { return float32(d.next()>>40) / (1 << 24) }

// between returns a number of low..high.
func (d *dice) between(low, high float32) float32 { return low + (high-low)*d.unit() }

// below returns a number of 0..n, without n.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }
