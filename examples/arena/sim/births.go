package sim

import (
	"image/color"
	"time"

	"github.com/scry-dev/scry/examples/arena/ecs"
)

const (
	driftTime = 40 * time.Second // of a seed, on average
	ripeTime  = 40 * time.Second
	wells     = 12
)

// people fills the arena with what it begins with.
func (a *Arena) people() {
	a.AddPlayer()
	for i := range wells {
		a.AddWell(toward(float32(i)/wells+a.dice.between(-0.03, 0.03), a.radius*a.dice.between(0.35, 0.9)))
	}
	for a.Hunters.Len() < a.Tune.Hunters {
		a.AddWave(min(a.Tune.WaveSize, a.Tune.Hunters-a.Hunters.Len()))
	}
	for a.Entities.Alive() < a.Tune.Population {
		id := a.AddSeed()
		k := a.Kernels.Get(id.Place()) // some are old already
		if a.dice.unit() < 0.5 {
			k.State = Ripe
		}
		k.Left = time.Duration(a.dice.unit() * float32(k.Left))
	}
}

// stepSeeds lets seeds ripen, and the ripe ones go in their time.
func (a *Arena) stepSeeds() {
	dt := time.Duration(float64(a.tickTime()) * max(0, a.Tune.Ripening))
	kernels := a.Kernels.Values()
	for i := len(kernels) - 1; i >= 0; i-- { // from behind: the last takes the place of one that goes
		k := &kernels[i]
		if k.Left -= dt; k.Left > 0 {
			continue
		}
		if k.State == Drift {
			k.State, k.Left = Ripe, time.Duration((0.5+a.dice.unit())*float32(ripeTime))
			continue
		}
		id, _ := a.Entities.At(a.Kernels.Owner(i))
		a.Kill(id)
	}
}

// stepBirths adds what is missing, and counts the waves.
func (a *Arena) stepBirths() {
	a.owed += max(0, a.Tune.SpawnRate) * float64(a.dt())
	for ; a.owed >= 1; a.owed-- {
		if a.Entities.Alive() >= a.Tune.Population {
			a.owed = 0
			break
		}
		a.AddSeed()
	}
	if a.Hunters.Len()+a.Tune.WaveSize <= a.Tune.Hunters && a.Tune.WaveSize > 0 {
		a.AddWave(a.Tune.WaveSize)
	}
	if a.Tick%uint64(a.rate) == 0 {
		a.countWaves()
	}
}

// countWaves says once a second how many of each wave live, and ends the waves of which
// nobody does.
func (a *Arena) countWaves() {
	for _, w := range a.Waves.All() {
		w.Alive = 0
		w.Age += time.Second
	}
	for _, m := range a.Members.All() {
		if w := a.Waves.Get(m.Wave.Place()); w != nil && a.Entities.Has(m.Wave) {
			w.Alive++
		}
	}
	for i := a.Waves.Len() - 1; i >= 0; i-- {
		if a.Waves.Values()[i].Alive == 0 {
			id, _ := a.Entities.At(a.Waves.Owner(i))
			a.Kill(id)
		}
	}
}

// add makes an entity of a kind, with what every entity has.
func (a *Arena) add(kind int) (id ecs.ID, place int) {
	id = a.Entities.New(kind)
	a.Births.Add(id.Place(), Born{a.Now(), a.Tick})
	a.rec.Add(a.counts.came, 1)
	return id, id.Place()
}

// AddSeed adds a seed beside a well, or anywhere where there is none.
func (a *Arena) AddSeed() ecs.ID {
	id, place := a.add(SeedKind)
	pos, vel := toward(a.dice.unit(), a.radius*a.dice.unit()), Vec2{}
	if n := a.Wells.Len(); n > 0 {
		if w := a.Bodies.Get(a.Wells.Owner(a.dice.below(n))); w != nil {
			way := toward(a.dice.unit(), a.radius*0.4*(a.dice.unit()+a.dice.unit())/2)
			pos, vel = a.within(w.Pos.plus(way)), Vec2{-way.Y, way.X}.unit().times(a.dice.between(2, 9))
		}
	}
	a.Bodies.Add(place, Body{Pos: pos, Vel: vel, Scale: a.dice.between(0.6, 1.4), Light: a.dice.between(0.5, 1)})
	a.Vitals.Add(place, Vitals{Health: float32(1 + a.dice.below(5))})
	a.Looks.Add(place, Look{color.NRGBA{160, 160 + uint8(a.dice.below(20)), 0, 255}, "seed"})
	a.Kernels.Add(place, Kernel{Worth: uint8(1 + a.dice.below(5)), Left: time.Duration((0.5 + a.dice.unit()) * float32(driftTime))})
	return id
}

// within returns the place, or the nearest one on the rim where it lies outside.
func (a *Arena) within(pos Vec2) Vec2 {
	if far := pos.length(); far > a.radius {
		return pos.times(a.radius / far)
	}
	return pos
}

// AddHunter adds a hunter at a place, which may belong to a wave.
func (a *Arena) AddHunter(pos Vec2, wave ecs.ID) ecs.ID {
	id, place := a.add(HunterKind)
	a.Bodies.Add(place, Body{Pos: pos, Vel: toward(a.dice.unit(), 20), Scale: 1})
	a.Vitals.Add(place, Vitals{Health: a.dice.between(50, 100), Armor: int16(a.dice.below(4))})
	a.Looks.Add(place, Look{color.NRGBA{206 + uint8(a.dice.below(40)), 58, 151 - uint8(a.dice.below(60)), 255}, "hunter"})
	a.Hunters.Add(place, Hunter{Aggression: a.dice.between(0.3, 1), CanFeed: true})
	a.Senses.Add(place, Senses{Sight: a.dice.between(90, 220), View: 270, Hearing: 60, Smell: a.dice.unit(), Fear: a.dice.between(0.1, 0.4), Every: 500 * time.Millisecond})
	a.Timers.Add(place, Timers{Think: time.Duration(a.dice.below(700)) * time.Millisecond})
	a.Paths.Add(place, Path{})
	if a.Entities.Has(wave) {
		a.Members.Add(place, Member{wave})
	}
	return id
}

// AddWave adds a wave of so many hunters, which come from one side.
func (a *Arena) AddWave(hunters int) ecs.ID {
	a.waves++
	id, place := a.add(WaveKind)
	a.Waves.Add(place, Wave{Number: a.waves, Alive: hunters})
	from := a.dice.unit()
	for range hunters {
		a.AddHunter(toward(from+a.dice.between(-0.1, 0.1), a.radius*a.dice.between(0.5, 1)), id)
	}
	return id
}

// AddWell adds a well.
func (a *Arena) AddWell(pos Vec2) ecs.ID {
	id, place := a.add(WellKind)
	a.Bodies.Add(place, Body{Pos: pos, Vel: toward(a.dice.unit(), 3), Scale: 2})
	a.Looks.Add(place, Look{color.NRGBA{45, 212, 191, 255}, "well"})
	a.Wells.Add(place, Well{Strength: a.dice.between(20, 50), Reach: a.radius * 0.5, Spin: a.dice.between(-1, 1)})
	tilt := a.dice.between(0, 0.3)
	a.Poses.Add(place, Pose{Rotation: normal([4]float32{tilt, 0, 0, 1}), Turn: a.dice.between(-90, 90)})
	return id
}

// AddPlayer adds the player, in place of the one that there is.
func (a *Arena) AddPlayer() ecs.ID {
	a.Kill(a.Player)
	id, place := a.add(PlayerKind)
	a.Bodies.Add(place, Body{Scale: 1.5})
	a.Vitals.Add(place, Vitals{Health: 100, Armor: 20})
	a.Looks.Add(place, Look{color.NRGBA{240, 240, 245, 255}, "player"})
	a.Paths.Add(place, Path{Points: a.way(nil, Vec2{})})
	a.Satchels.Add(place, Satchel{Stock: map[string]int{}, Room: 5000})
	a.Poses.Add(place, Pose{Rotation: [4]float32{3: 1}, Turn: 30})
	a.Player = id
	return id
}
