package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/examples/arena/ecs"
	"github.com/scry-dev/scry/examples/arena/sim"
)

// source shows the arena's storage to the console. It keeps nothing: what it answers is
// in the arena.
type source struct {
	arena   *sim.Arena
	columns []sim.Column // by component; nil for one that is computed
}

// bindWorld binds the arena with all that can be done to it.
func (g *game) bindWorld() {
	s := &source{arena: g.arena}
	g.con.World.BindSource("arena", s, "all that lives").
		At("body.pos.x", "body.pos.y").
		Method("stun", s.stun, "lets a hunter forget what it was about").
		Method("ripen", s.ripen, "lets a seed ripen at once").
		Method("push", s.push, "gives a body a speed along a way").
		Method("rally", s.rally, "calls all hunters of a wave to a place, and says how many")
}

// Schema declares the components, in the order of s.columns.
func (s *source) Schema() console.Schema {
	a := s.arena
	var list []console.SourceComponent
	add := func(c console.SourceComponent, column sim.Column) {
		list, s.columns = append(list, c), append(s.columns, column)
	}
	add(console.ComponentOf[sim.Body]("body", "has a place and moves"), &a.Bodies)
	add(console.ComponentFunc("pace", "how fast it is, computed", s.pace, s.setPace), nil)
	add(console.ComponentOf[sim.Vitals]("vitals", "can be hurt"), &a.Vitals)
	add(console.ComponentOf[sim.Hunter]("hunter", "hunts seeds"), &a.Hunters)
	add(console.ComponentOf[sim.Kernel]("seed", "is food"), &a.Kernels)
	add(console.ComponentOf[sim.Well]("well", "stirs what is near"), &a.Wells)
	add(console.ComponentOf[sim.Wave]("wave", "is a group of hunters"), &a.Waves)
	add(console.ComponentOf[sim.Member]("member", "belongs to a wave"), &a.Members)
	add(console.ComponentOf[sim.Look]("look", "is drawn"), &a.Looks)
	add(console.ComponentOf[sim.Senses]("senses", "notices others"), &a.Senses)
	add(console.ComponentOf[sim.Timers]("timers", "waits"), &a.Timers)
	add(console.ComponentOf[sim.Path]("path", "has a way to go"), &a.Paths)
	add(console.ComponentOf[sim.Satchel]("satchel", "carries things"), &a.Satchels)
	add(console.ComponentOf[sim.Pose]("pose", "is turned in space"), &a.Poses)
	add(console.ComponentOf[sim.Born]("born", "came some time"), &a.Births)
	return console.Schema{Kinds: []console.SourceKind{
		sim.PlayerKind: {Name: "player", Help: "flies about and gathers"},
		sim.HunterKind: {Name: "hunter", Help: "comes in waves and eats seeds"},
		sim.SeedKind:   {Name: "seed", Help: "drifts, ripens and goes"},
		sim.WellKind:   {Name: "well", Help: "stirs seeds"},
		sim.WaveKind:   {Name: "wave", Help: "the hunters that came together"},
	}, Components: list}
}

// Len returns how many places there are.
func (s *source) Len() int { return s.arena.Entities.Len() }

// Entity returns who is at a place.
func (s *source) Entity(place int) (uint64, bool) {
	id, ok := s.arena.Entities.At(place)
	return uint64(id), ok
}

// Place returns where an entity is, and refuses one that is gone.
func (s *source) Place(id uint64) (int, bool) {
	return ecs.ID(id).Place(), s.arena.Entities.Has(ecs.ID(id))
}

// Kind returns which kind the entity of a place is.
func (s *source) Kind(place int) int { return s.arena.Entities.Kind(place) }

// Component returns a pointer to a component, or nil.
func (s *source) Component(place, component int) any {
	if c := s.columns[component]; c != nil {
		return c.Pointer(place)
	}
	return nil
}

// Name names the one player, and the waves by their number.
func (s *source) Name(place int) string {
	switch s.arena.Entities.Kind(place) {
	case sim.PlayerKind:
		return "player"
	case sim.WaveKind:
		if w := s.arena.Waves.Get(place); w != nil {
			return fmt.Sprintf("wave %d", w.Number)
		}
	}
	return ""
}

// Parent returns the wave that a hunter belongs to, while there is one.
func (s *source) Parent(place int) (uint64, bool) {
	m := s.arena.Members.Get(place)
	if m == nil || !s.arena.Entities.Has(m.Wave) {
		return 0, false
	}
	return uint64(m.Wave), true
}

// Create makes an entity of a kind, in the middle where it has a place to choose.
func (s *source) Create(kind int) (uint64, error) {
	a := s.arena
	switch kind {
	case sim.PlayerKind:
		if a.Entities.Has(a.Player) {
			return 0, errors.New("there is a player already")
		}
		return uint64(a.AddPlayer()), nil
	case sim.HunterKind:
		return uint64(a.AddHunter(sim.Vec2{}, 0)), nil
	case sim.SeedKind:
		return uint64(a.AddSeed()), nil
	case sim.WellKind:
		return uint64(a.AddWell(sim.Vec2{})), nil
	case sim.WaveKind:
		return uint64(a.AddWave(max(1, a.Tune.WaveSize))), nil
	}
	return 0, fmt.Errorf("there is no kind %d", kind)
}

// Delete ends an entity.
func (s *source) Delete(id uint64) error {
	s.arena.Kill(ecs.ID(id))
	return nil
}

// Revive brings an entity back, without components.
func (s *source) Revive(id uint64, kind int) error {
	if err := s.arena.Entities.Revive(ecs.ID(id), kind); err != nil {
		return err
	}
	if kind == sim.PlayerKind && !s.arena.Entities.Has(s.arena.Player) {
		s.arena.Player = ecs.ID(id)
	}
	return nil
}

// Reparent moves a hunter to another wave, or out of its own.
func (s *source) Reparent(id, parent uint64, some bool) error {
	a, place := s.arena, ecs.ID(id).Place()
	if !some {
		a.Members.Remove(place)
		return nil
	}
	if a.Entities.Kind(place) != sim.HunterKind || a.Entities.Kind(ecs.ID(parent).Place()) != sim.WaveKind {
		return errors.New("only a hunter belongs to something, and only to a wave")
	}
	a.Members.Add(place, sim.Member{Wave: ecs.ID(parent)})
	return nil
}

// Attach gives an entity a component, with zero values.
func (s *source) Attach(id uint64, component int) error {
	c := s.columns[component]
	if c == nil {
		return errors.New("it is computed, and everything has it")
	}
	c.Attach(ecs.ID(id).Place())
	return nil
}

// Detach takes a component from an entity.
func (s *source) Detach(id uint64, component int) error {
	c := s.columns[component]
	if c == nil {
		return errors.New("it is computed, and everything has it")
	}
	c.Remove(ecs.ID(id).Place())
	return nil
}

// State is all that the next tick depends on.
func (s *source) State() any { return &s.arena.Store }

func (s *source) pace(place int) sim.Pace { return sim.Pace{Speed: s.arena.Speed(place)} }

func (s *source) setPace(place int, p sim.Pace) error {
	if s.arena.Bodies.Get(place) == nil {
		return errors.New("it has no body that could move")
	}
	s.arena.SetSpeed(place, p.Speed)
	return nil
}

// stun is a method of hunters.
func (s *source) stun(id uint64, long time.Duration) error {
	place := ecs.ID(id).Place()
	h, t, b := s.arena.Hunters.Get(place), s.arena.Timers.Get(place), s.arena.Bodies.Get(place)
	if h == nil || t == nil || b == nil {
		return errors.New("it is no hunter")
	}
	h.State, h.Target, h.Plan = sim.Feed, 0, nil
	t.Think, t.Cooldown, b.Vel = long, long, sim.Vec2{}
	return nil
}

// ripen is a method of seeds.
func (s *source) ripen(id uint64) error {
	k := s.arena.Kernels.Get(ecs.ID(id).Place())
	if k == nil {
		return errors.New("it is no seed")
	}
	k.State = sim.Ripe
	return nil
}

// push is a method of all that has a body.
func (s *source) push(id uint64, x, y float32) error {
	b := s.arena.Bodies.Get(ecs.ID(id).Place())
	if b == nil {
		return errors.New("it has no body")
	}
	b.Vel = sim.Vec2{X: b.Vel.X + x, Y: b.Vel.Y + y}
	return nil
}

// rally is a method of waves.
func (s *source) rally(id uint64, x, y float32) (int, error) {
	if s.arena.Waves.Get(ecs.ID(id).Place()) == nil {
		return 0, errors.New("it is no wave")
	}
	n := 0
	for place, m := range s.arena.Members.All() {
		if h := s.arena.Hunters.Get(place); h != nil && m.Wave == ecs.ID(id) {
			h.State, h.Target, h.Plan = sim.Roam, 0, sim.Wander{Goal: sim.Vec2{X: x, Y: y}}
			n++
		}
	}
	return n, nil
}
