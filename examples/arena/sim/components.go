package sim

import (
	"fmt"
	"image/color"
	"time"

	"github.com/scry-dev/scry/examples/arena/ecs"
)

// The kinds of entities, as ecs.Entities knows them.
const (
	PlayerKind = iota
	HunterKind
	SeedKind
	WellKind
	WaveKind
)

// Vec2 is a place, or a way, in m or in m/s. The middle of the arena is at 0, 0, and y
// grows upwards.
type Vec2 struct {
	X float32 `scry:"x"`
	Y float32 `scry:"y"`
}

// Body is what has a place and moves.
type Body struct {
	Pos     Vec2    `scry:"pos,unit=m,column"`
	Vel     Vec2    `scry:"vel,unit=m/s"`
	Heading float32 `scry:"heading,unit=°,min=-180,max=180,step=1"`
	Scale   float32 `scry:"scale,min=0.1,max=8,step=0.05,help=multiplies how large it is"`
	Light   float32 `scry:"light,min=0,max=1,step=0.05,help=how much the wells move it"`
}

// Pace is how fast a body is: it is computed, and can be set all the same.
type Pace struct {
	Speed float32 `scry:"speed,unit=m/s,min=0,max=1000,step=1,column"`
}

// Vitals is what can be hurt.
type Vitals struct {
	Health float32 `scry:"health,min=0,max=100,step=1,column,help=it dies at zero"`
	Armor  int16   `scry:"armor,min=0,max=50,help=hits that it takes before its health does"`
}

// Look is how it is drawn.
type Look struct {
	Tint   color.NRGBA `scry:"tint"`
	Sprite string      `scry:"sprite,asset=image"`
}

// Born is when it came.
type Born struct {
	At   time.Time `scry:"at,readonly,help=by the arena's calendar"`
	Tick uint64    `scry:"tick,readonly"`
}

// Hunter is what a hunter is about.
type Hunter struct {
	State      State   `scry:"state,enum=roam|chase|feed|flee,column"`
	Target     ecs.ID  `scry:"target,ref=seed|player,help=what it is after"`
	Aggression float32 `scry:"aggression,min=0,max=1,step=0.01,help=how far it goes for food"`
	CanFeed    bool    `scry:"canFeed,help=what it reaches it eats"`
	Plan       Plan    `scry:"plan,help=what its state needs to know"`
}

// State is what a hunter does.
type State uint8

// What a hunter does.
const (
	Roam State = iota
	Chase
	Feed
	Flee
)

// String returns the state's name.
func (s State) String() string {
	if names := [...]string{"roam", "chase", "feed", "flee"}; int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("state(%d)", uint8(s))
}

// Plan is one of Wander, Graze and Escape: what a state needs to know.
type Plan interface{ plan() }

// Wander is the plan of a hunter that roams.
type Wander struct{ Goal Vec2 }

// Graze is the plan of one that feeds.
type Graze struct{ Bites int }

// Escape is the plan of one that flees.
type Escape struct {
	From  ecs.ID
	Since uint64 // tick
}

func (Wander) plan() {}
func (Graze) plan()  {}
func (Escape) plan() {}

// Senses is what a hunter notices.
type Senses struct {
	Sight   float32       `scry:"sight,min=0,max=400,step=5,unit=m"`
	View    float32       `scry:"view,min=0,max=360,step=5,unit=°,help=angle in which it sees"`
	Hearing float32       `scry:"hearing,min=0,max=400,step=5,unit=m"`
	Smell   float32       `scry:"smell,min=0,max=1,step=0.01"`
	Fear    float32       `scry:"fear,min=0,max=1,step=0.01,help=below this part of its health it flees"`
	Every   time.Duration `scry:"every,min=5e7,max=5e9,step=5e7,help=time between two thoughts"`
}

// Timers count down to zero.
type Timers struct {
	Think    time.Duration `scry:"think,min=0,max=6e10,help=until its next thought"`
	Cooldown time.Duration `scry:"cooldown,min=0,max=6e10,help=until it bites again"`
}

// Path is a way over several points.
type Path struct {
	Points []Vec2 `scry:"points,help=that it will pass"`
	Next   int    `scry:"next,min=0,help=index of the point that it goes to"`
}

// Satchel is what it carries: how many seeds, by their ripeness.
type Satchel struct {
	Stock map[string]int `scry:"stock"`
	Room  int            `scry:"room,min=0,max=100000"`
}

// Kernel is what a seed is.
type Kernel struct {
	State Ripeness      `scry:"state,enum=drift|ripe,column"`
	Worth uint8         `scry:"worth,min=0,max=9"`
	Left  time.Duration `scry:"left,min=0,max=3.6e12,help=until it ripens; and then until it is gone"`
}

// Ripeness is how far a seed has come.
type Ripeness uint8

// How far a seed has come.
const (
	Drift Ripeness = iota
	Ripe
)

// String returns the ripeness's name.
func (r Ripeness) String() string {
	if r == Drift {
		return "drift"
	}
	return "ripe"
}

// Well stirs what is near.
type Well struct {
	Strength float32 `scry:"strength,min=-400,max=400,step=5,unit=m/s²,column,help=at its edge; negative pushes"`
	Reach    float32 `scry:"reach,min=20,max=500,step=5,unit=m"`
	Spin     float32 `scry:"spin,min=-2,max=2,step=0.1,help=the part of its pull that goes sideways"`
}

// Pose is how a thing is turned in space.
type Pose struct {
	Rotation  [4]float32    `scry:"rotation,quat,help=x y z w"`
	Turn      float32       `scry:"turn,unit=°/s,min=-720,max=720,step=5,help=about its axis"`
	Transform [4][4]float32 `scry:"transform,readonly,help=as the renderer takes it"`
}

// Member belongs to a wave.
type Member struct {
	Wave ecs.ID `scry:"wave,ref=wave,parent"`
}

// Wave is a group of hunters that came together.
type Wave struct {
	Number int           `scry:"number,readonly,column"`
	Alive  int           `scry:"alive,readonly,column,help=of its hunters"`
	Age    time.Duration `scry:"age,readonly"`
}
