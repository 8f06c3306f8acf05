package sim

// Tune is what can be turned while the game runs: plain variables that the rules
// read at every tick. DefaultTune gives each a value that plays well.
type Tune struct {
	Gravity  float64 // px/s², positive is down
	Drag     float64 // part of its speed that a seed loses in a second, 0..5
	Bounce   float64 // part of its speed that a bounce keeps, 0..1
	Substeps int     // physics steps in a tick, 1..16

	Wells float64 // multiplies the strength of every well, -3..5

	SpawnRate float64 // seeds that fall from the sky in a second, 0..200
	SpawnMax  int     // seeds in the air at most; more are culled

	Aggression  float64 // 0 is tame; 1 as meant; multiplies speed and appetite
	Separation  float64 // how strongly hunters keep apart, 0..5
	SenseRadius float64 // px in which a hunter notices the ship

	PlayerSpeed float64 // px/s
	God         bool    // nothing hurts the ship

	Particles int     // sparks that live at once, at most
	FxRate    float64 // multiplies how many sparks each thing makes, 0..20

	Autopilot  bool   // the ship flies itself
	Difficulty string // one of Difficulties; anything else counts as "normal"
}

// DefaultTune returns the values that the game was made for.
func DefaultTune() Tune {
	return Tune{
		Gravity: 16, Drag: 0.22, Bounce: 0.78, Substeps: 2,
		Wells:     1,
		SpawnRate: 8, SpawnMax: 220,
		Aggression: 1, Separation: 1, SenseRadius: 170,
		PlayerSpeed: 150,
		Particles:   900, FxRate: 1,
		Autopilot: true, Difficulty: "normal",
	}
}

// Difficulties returns the names that Tune.Difficulty knows, the mildest first.
func Difficulties() []string { return []string{"calm", "normal", "fierce"} }

// hardness is what the difficulty multiplies: hunters, their speed, their bite.
func (t *Tune) hardness() float64 {
	switch t.Difficulty {
	case "calm":
		return 0.6
	case "fierce":
		return 1.6
	}
	return 1
}
