package sim

import "time"

// Tune is what can be turned while the game runs: plain variables that the rules
// read at every tick. DefaultTune gives each a value that plays well.
type Tune struct {
	Gravity  float64 // px/s², positive is down
	Wind     Vec     // px/s², on what feels gravity
	Drag     float64 // part of its speed that a seed loses in a second, 0..5
	Bounce   float64 // part of its speed that a bounce keeps, 0..1
	MaxSpeed float64 // px/s; nothing is faster
	Substeps int     // physics steps in a tick, 1..16

	Wells float64 // multiplies the strength of every well, -3..5
	Drift float64 // multiplies the speed of wells

	SpawnRate float64       // seeds that fall from the sky in a second, 0..200
	SpawnMax  int           // seeds in the air at most; more are culled
	Worth     int           // points of a new seed
	HuntEvery time.Duration // between two hunters that come

	Aggression  float64 // 0 is tame; 1 as meant; multiplies speed and appetite
	Separation  float64 // how strongly hunters keep apart, 0..5
	SenseRadius float64 // px in which a hunter notices the ship

	PlayerSpeed float64 // px/s
	God         bool    // nothing hurts the ship
	Unseen      bool    // no hunter notices the ship

	Particles int     // sparks that live at once, at most
	FxRate    float64 // multiplies how many sparks each thing makes, 0..20
	FxLife    float64 // multiplies how long sparks live

	Autopilot  bool   // the ship flies itself
	Difficulty string // one of Difficulties; anything else counts as "normal"

	Ship    ShipTune
	Hunters HunterTune
	Shots   ShotTune
	Blooms  BloomTune
	Rules   Rules
}

// ShipTune is how the ship handles.
type ShipTune struct {
	Grip   float64       `scry:"grip,min=0.01,max=1,step=0.005,help=part of the way to the speed that is wanted that a tick makes up; low is ice"`
	Lure   float64       `scry:"lure,min=0,max=320,step=2,unit=px,help=within it the ship draws seeds in"`
	Shield time.Duration `scry:"shield,min=0,max=30e9,step=5e8,help=for how long nothing hurts a ship that is new"`
}

// HunterTune is how hunters think and bite, beside what their aggression multiplies.
type HunterTune struct {
	Speed      float64       `scry:"speed,min=0,max=400,step=1,unit=px/s,help=top speed of a hunter before its aggression and rage"`
	Think      time.Duration `scry:"think,min=16666667,max=3e9,step=16666667,help=how long a hunter stays with a thought, at least"`
	LungeRange float64       `scry:"lungeRange,min=0,max=320,step=4,unit=px,help=within it a hunter that stalks dashes at the ship"`
	LungeSpeed float64       `scry:"lungeSpeed,min=0.5,max=6,step=0.1,help=multiplies its speed while it dashes"`
	FleeHealth float64       `scry:"fleeHealth,min=0,max=100,step=1,help=a hunter with less health flees"`
	Bite       float64       `scry:"bite,min=0,max=100,step=1,help=health that a bite takes, on normal difficulty"`
}

// ShotTune is the gun of the ship.
type ShotTune struct {
	Damage float64       `scry:"damage,min=0,max=500,step=1,help=health that a hit takes"`
	Speed  float64       `scry:"speed,min=50,max=900,step=10,unit=px/s,help=how fast shots are, beside the ship"`
	Every  time.Duration `scry:"every,min=16666667,max=2e9,step=16666667,help=time between two shots"`
	Life   time.Duration `scry:"life,min=16666667,max=5e9,step=5e7,help=how long a shot flies"`
	OneHit bool          `scry:"oneHit,cheat,help=every hit destroys"`
}

// BloomTune is how flowers grow.
type BloomTune struct {
	Max    int     `scry:"max,min=0,max=300,step=1,help=flowers at most; seeds that find no room fade"`
	Growth float64 `scry:"growth,min=0,max=20,step=0.1,help=multiplies how fast they grow"`
	Seeds  int     `scry:"seeds,min=0,max=40,step=1,help=seeds that a ripe flower throws"`
}

// Rules are what a wave is played by. They are read where it begins: see World.Turn.
type Rules struct {
	Lives   int           `scry:"lives,min=1,max=9,step=1,latched,help=lives of a new match"`
	Quota   float64       `scry:"quota,min=0.1,max=5,step=0.1,latched,help=multiplies the seeds that end a wave"`
	Hunters int           `scry:"hunters,min=-20,max=100,step=1,latched,help=hunters beyond those of the level"`
	Pause   time.Duration `scry:"pause,min=0,max=30e9,step=5e8,latched,help=time before the hunters of a wave come"`
}

// DefaultTune returns the values that the game was made for.
func DefaultTune() Tune {
	return Tune{
		Gravity: 16, Drag: 0.22, Bounce: 0.78, MaxSpeed: 900, Substeps: 2,
		Wells: 1, Drift: 1,
		SpawnRate: 8, SpawnMax: 220, Worth: 10, HuntEvery: 667 * time.Millisecond,
		Aggression: 1, Separation: 1, SenseRadius: 170,
		PlayerSpeed: 150,
		Particles:   900, FxRate: 1, FxLife: 1,
		Autopilot: true, Difficulty: "normal",

		Ship:    ShipTune{Grip: 0.075, Lure: 36, Shield: 2 * time.Second},
		Hunters: HunterTune{Speed: 86, Think: 200 * time.Millisecond, LungeRange: 72, LungeSpeed: 2.3, FleeHealth: 15, Bite: 14},
		Shots:   ShotTune{Damage: 18, Speed: 330, Every: 150 * time.Millisecond, Life: 1250 * time.Millisecond},
		Blooms:  BloomTune{Max: 56, Growth: 1, Seeds: 3},
		Rules:   Rules{Lives: 3, Quota: 1, Pause: 2 * time.Second},
	}
}

// ticks is the nearest number of ticks to a duration.
func ticks(d time.Duration) int { return int((d*Rate + time.Second/2) / time.Second) }

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
