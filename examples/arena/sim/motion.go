package sim

import (
	"math"

	"github.com/scry-dev/scry/examples/arena/ecs"
)

const (
	cells     = 64 // of the field, each way
	topSpeed  = 140
	catchNear = 6 // m that the player reaches
)

// radiusOf is how large an arena has to be for so many entities: 480 m for 100,000.
func radiusOf(entities int) float32 {
	return 480 * float32(math.Sqrt(float64(max(entities, 100))/100_000))
}

func (v Vec2) plus(u Vec2) Vec2     { return Vec2{v.X + u.X, v.Y + u.Y} }
func (v Vec2) minus(u Vec2) Vec2    { return Vec2{v.X - u.X, v.Y - u.Y} }
func (v Vec2) times(f float32) Vec2 { return Vec2{v.X * f, v.Y * f} }
func (v Vec2) dot(u Vec2) float32   { return v.X*u.X + v.Y*u.Y }
func (v Vec2) far(u Vec2) float32   { return v.minus(u).length() }
func (v Vec2) heading() float32 {
	return float32(math.Atan2(float64(v.Y), float64(v.X)) * 180 / math.Pi)
}
func (v Vec2) length() float32 { return float32(math.Sqrt(float64(v.dot(v)))) }
func toward(angle, far float32) Vec2 {
	return Vec2{X: far * cosine(angle), Y: far * cosine(angle-0.25)}
}
func cosine(turns float32) float32 { return float32(math.Cos(2 * math.Pi * float64(turns))) }

// unit returns v with length one, and a zero v as it is.
func (v Vec2) unit() Vec2 {
	if l := v.length(); l > 0 {
		return v.times(1 / l)
	}
	return v
}

// Speed returns how fast the body of a place is; 0 where there is none.
func (s *Store) Speed(place int) float32 {
	if b := s.Bodies.Get(place); b != nil {
		return b.Vel.length()
	}
	return 0
}

// SetSpeed makes the body of a place so fast, the way it goes or, where it rests, the
// way it looks.
func (s *Store) SetSpeed(place int, speed float32) {
	b := s.Bodies.Get(place)
	if b == nil {
		return
	}
	if b.Vel == (Vec2{}) {
		b.Vel = toward(b.Heading/360, 1)
	}
	b.Vel = b.Vel.unit().times(speed)
}

// stir says for each cell how the wells move what is light. A cell is much smaller than
// a well, and this is a hundred times less work than to ask every body.
func (a *Arena) stir() {
	clear(a.swirl)
	side := 2 * a.radius / cells
	strength := float32(a.Tune.Wells)
	for place, w := range a.Wells.All() {
		b := a.Bodies.Get(place)
		if b == nil {
			continue
		}
		for i := range a.swirl {
			at := Vec2{(float32(i%cells)+0.5)*side - a.radius, (float32(i/cells)+0.5)*side - a.radius}
			to := b.Pos.minus(at)
			far := to.length()
			if far >= w.Reach || far < 1 {
				continue
			}
			pull := to.times(strength * w.Strength * (far / w.Reach) * (1 - far/w.Reach) / far)
			a.swirl[i] = a.swirl[i].plus(pull).plus(Vec2{-pull.Y, pull.X}.times(w.Spin))
		}
	}
}

// stepBodies moves everything.
func (a *Arena) stepBodies() {
	dt, scale, drag := a.dt(), cells/(2*a.radius), float32(a.Tune.Drag)
	rim := a.radius * a.radius
	a.reached = a.reached[:0]
	var player Vec2
	if p := a.Bodies.Get(a.Player.Place()); p != nil && a.Entities.Has(a.Player) {
		player = p.Pos
	}
	bodies := a.Bodies.Values()
	for i := range bodies {
		b := &bodies[i]
		if b.Light > 0 {
			cell := clampCell((b.Pos.X+a.radius)*scale) + cells*clampCell((b.Pos.Y+a.radius)*scale)
			b.Vel = b.Vel.plus(a.swirl[cell].times(b.Light * dt)).times(1 - drag*b.Light*dt)
		}
		b.Pos.X += b.Vel.X * dt
		b.Pos.Y += b.Vel.Y * dt
		if b.Pos.dot(b.Pos) > rim {
			a.turnBack(b)
		}
		if d := b.Pos.minus(player); d.dot(d) < catchNear*catchNear {
			if id, ok := a.Entities.At(a.Bodies.Owner(i)); ok {
				a.reached = append(a.reached, id)
			}
		}
	}
	a.spin()
}

// clampCell turns a place into a cell, also that of a body which somebody put at NaN.
func clampCell(x float32) int {
	if x > 0 {
		return int(min(x, cells-1))
	}
	return 0
}

// turnBack keeps a body within the rim.
func (a *Arena) turnBack(b *Body) {
	out := b.Pos.unit()
	b.Pos = out.times(a.radius)
	if away := b.Vel.dot(out); away > 0 {
		b.Vel = b.Vel.minus(out.times(2 * away))
	}
	if v := b.Vel.length(); v > 10*topSpeed {
		b.Vel = b.Vel.times(10 * topSpeed / v)
	}
}

// spin turns what has a pose, and lets its matrix follow.
func (a *Arena) spin() {
	dt := a.dt()
	for place, p := range a.Poses.All() {
		half := float64(p.Turn*dt) * math.Pi / 360
		sin, cos := math.Sincos(half)
		p.Rotation = normal(multiply(p.Rotation, [4]float32{0, 0, float32(sin), float32(cos)}))
		p.Transform = rotation(p.Rotation)
		if b := a.Bodies.Get(place); b != nil {
			p.Transform[0][3], p.Transform[1][3] = b.Pos.X, b.Pos.Y
		}
	}
}

// multiply is the product of two quaternions x y z w.
func multiply(p, q [4]float32) [4]float32 {
	return [4]float32{
		p[3]*q[0] + p[0]*q[3] + p[1]*q[2] - p[2]*q[1],
		p[3]*q[1] - p[0]*q[2] + p[1]*q[3] + p[2]*q[0],
		p[3]*q[2] + p[0]*q[1] - p[1]*q[0] + p[2]*q[3],
		p[3]*q[3] - p[0]*q[0] - p[1]*q[1] - p[2]*q[2],
	}
}

// normal returns a quaternion of length one: what somebody typed may have another.
func normal(q [4]float32) [4]float32 {
	n := q[0]*q[0] + q[1]*q[1] + q[2]*q[2] + q[3]*q[3]
	if !(n > 1e-12) || math.IsInf(float64(n), 0) {
		return [4]float32{3: 1}
	}
	f := float32(1 / math.Sqrt(float64(n)))
	return [4]float32{q[0] * f, q[1] * f, q[2] * f, q[3] * f}
}

// rotation is the matrix of a quaternion, row by row.
func rotation(q [4]float32) [4][4]float32 {
	x, y, z, w := q[0], q[1], q[2], q[3]
	return [4][4]float32{
		{1 - 2*(y*y+z*z), 2 * (x*y - z*w), 2 * (x*z + y*w), 0},
		{2 * (x*y + z*w), 1 - 2*(x*x+z*z), 2 * (y*z - x*w), 0},
		{2 * (x*z - y*w), 2 * (y*z + x*w), 1 - 2*(x*x+y*y), 0},
		{3: 1},
	}
}

// where returns the place of an entity's body, if it lives and has one.
func (s *Store) where(id ecs.ID) (Vec2, bool) {
	if !s.Entities.Has(id) {
		return Vec2{}, false
	}
	b := s.Bodies.Get(id.Place())
	if b == nil {
		return Vec2{}, false
	}
	return b.Pos, true
}
