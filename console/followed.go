package console

import "time"

// follower finds entities at the moment of a picture.
type follower interface {
	// gather appends where they are, in the world. Until then it may look for more of them.
	gather(until time.Time, dst []followed) []followed
}

// followed is an entity at the moment of a picture.
type followed struct {
	id           string
	kind         uint8 // index in world.kinds
	x, y, radius float64
}
