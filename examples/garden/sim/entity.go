package sim

import (
	"fmt"
	"image/color"
	"time"
)

// ID names an entity. Ids count up over all kinds: an id is its own generation
// and is never given out again. Zero names none.
type ID uint32

// Body is what has a place and moves.
type Body struct {
	Pos    Point    `scry:"pos"`
	Vel    Velocity `scry:"vel"`
	Radius float64  `scry:"radius,min=1,max=16,step=0.5,unit=px,help=of the circle that collides"`
}

// Vitals is what can be hurt.
type Vitals struct {
	Health float64 `scry:"health,min=0,max=200,step=1,column,help=it dies at zero"`
	Shield int     `scry:"shield,min=0,max=600,unit=ticks,help=ticks left in which nothing hurts it"`
}

// Player is the ship.
type Player struct {
	ID ID `scry:"id"`
	Body
	Vitals
	Helm
}

// Helm is how the ship is flown and what it has.
type Helm struct {
	Aim      Heading `scry:"aim"`
	Thrust   float64 `scry:"thrust,readonly,min=0,max=1,help=how far the stick is pushed"`
	Cooldown int     `scry:"cooldown,min=0,max=600,unit=ticks,help=ticks until the next shot"`
	Lives    int     `scry:"lives,min=0,max=9,column"`
	Respawn  int     `scry:"respawn,readonly,unit=ticks,help=ticks until a lost ship is back"`
	Boon     Boon    `scry:"boon,help=what helps it for a while; see the method bless"`
	Trail    []Point `scry:"trail,help=where it was, four times a second"`
}

// Seed is what the ship collects. It sprouts where it comes to rest.
type Seed struct {
	ID ID `scry:"id"`
	Body
	Kernel
}

// Kernel is what a seed carries.
type Kernel struct {
	Hue   float64 `scry:"hue,min=0,max=1,step=0.01,help=the colour of its flower: a place in the palette"`
	Worth int     `scry:"worth,min=0,max=1000,unit=points"`
	Rest  int     `scry:"rest,readonly,unit=ticks,help=how long it has lain still"`
}

// Hunter chases the ship, and grazes on seeds while there is no ship near.
type Hunter struct {
	ID ID `scry:"id"`
	Body
	Vitals
	Mind
}

// Mind is what a hunter is about.
type Mind struct {
	State  Mood          `scry:"state,enum=wander|graze|stalk|lunge|flee,column"`
	Target ID            `scry:"target,column,ref=seed|player,help=what it is after"`
	Timer  int           `scry:"timer,min=0,max=600,unit=ticks,help=ticks until it thinks again"`
	Rage   float64       `scry:"rage,min=0.2,max=3,step=0.1,help=multiplies its speed"`
	Age    time.Duration `scry:"age,readonly,help=since it came"`
	goal   Point         // where it goes while it wanders
}

// Mood is the state of a hunter.
type Mood uint8

// The moods of a hunter.
const (
	Wander Mood = iota // nothing near
	Graze              // after a seed
	Stalk              // after the ship
	Lunge              // a straight dash
	Flee               // badly hurt
)

var moods = [...]string{"wander", "graze", "stalk", "lunge", "flee"}

// String returns the mood's name.
func (m Mood) String() string {
	if int(m) < len(moods) {
		return moods[m]
	}
	return fmt.Sprintf("mood(%d)", uint8(m))
}

// Well pulls what comes near, and turns it.
type Well struct {
	ID ID `scry:"id"`
	Body
	Pull
}

// Pull is the field of a well.
type Pull struct {
	Strength float64 `scry:"strength,min=-400,max=400,step=5,unit=px/s²,column,help=at the centre; negative pushes"`
	Reach    float64 `scry:"reach,min=20,max=400,step=5,unit=px,help=where the field ends"`
	Spin     float64 `scry:"spin,min=-2,max=2,step=0.1,help=the part of the pull that goes sideways"`
}

// Shot is a bolt of the ship.
type Shot struct {
	ID ID `scry:"id"`
	Body
	Damage float64 `scry:"damage,min=0,max=500,step=1"`
	Left   int     `scry:"left,min=0,max=600,unit=ticks,help=ticks it still flies"`
}

// Bloom is a flower. When it is ripe it throws seeds and begins anew.
type Bloom struct {
	ID  ID    `scry:"id"`
	Pos Point `scry:"pos,help=of its root"`
	Plant
}

// Plant is how a flower grows.
type Plant struct {
	Growth  float64     `scry:"growth,min=0,max=1,step=0.01,column"`
	Height  float64     `scry:"height,min=4,max=80,step=1,unit=px"`
	Hue     float64     `scry:"hue,min=0,max=1,step=0.01"`
	Crops   int         `scry:"crops,min=0,max=9,column,help=how often it will still throw seeds"`
	Hanging bool        `scry:"hanging,help=it grows down from the ceiling"`
	Petals  color.NRGBA `scry:"petals,help=their colour; one that cannot be seen is of its hue"`
	Picture string      `scry:"picture,asset=image,help=painted/flower, painted/daisy or painted/tulip; anything else is of its hue"`
	Sown    time.Time   `scry:"sown,readonly,help=by the garden's calendar"`
}

// Match is the state of the game itself.
type Match struct {
	ID     ID             `scry:"id"`
	Score  int            `scry:"score,min=0,unit=points,column"`
	Combo  int            `scry:"combo,min=0,max=99,help=seeds caught in a row; it multiplies their worth"`
	Wave   int            `scry:"wave,readonly,column,help=counted from 1"`
	Round  int            `scry:"round,readonly,help=how often all waves were survived"`
	Caught int            `scry:"caught,min=0,column,help=seeds caught in this wave"`
	Quota  int            `scry:"quota,min=1,max=999,help=seeds that end the wave"`
	Pause  int            `scry:"pause,min=0,unit=ticks,help=ticks until the wave begins"`
	Over   bool           `scry:"over,readonly,help=all lives are lost"`
	Level  string         `scry:"level,readonly"`
	Length time.Duration  `scry:"length,readonly"`
	Tally  map[string]int `scry:"tally,help=what happened in it, by kind"`
	fade   int            // ticks until the combo is lost
	hunt   int            // ticks until the next hunter comes
}
