package console

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// Params and results of what asks where entities are.
type (
	// PlacesQuery is a rectangle of the world to look at from above.
	PlacesQuery struct {
		Where string  `json:"where,omitempty" help:"condition such as health < 50 and kind:hunter"`
		Kind  string  `json:"kind,omitempty" help:"only this kind"`
		X0    float64 `json:"x0"`
		Y0    float64 `json:"y0"`
		X1    float64 `json:"x1" help:"more than x0"`
		Y1    float64 `json:"y1" help:"more than y0"`
		Most  int     `json:"most,omitempty" min:"0" max:"200000" help:"of more entities an even sample is sent; absent is 20000"`
	}
	// WorldPlaces describes the payload of a binary event of the topic places.
	WorldPlaces struct {
		Total  uint32   `json:"total" help:"u32: entities in the rectangle"`
		N      uint32   `json:"n" help:"u32: how many of them follow: all, or an even sample that stays the same from event to event"`
		X0     float64  `json:"x0" help:"f64: the rectangle"`
		Y0     float64  `json:"y0" help:"f64"`
		X1     float64  `json:"x1" help:"f64"`
		Y1     float64  `json:"y1" help:"f64"`
		Began  uint32   `json:"began" help:"u32: frame at which the search began"`
		Frames uint32   `json:"frames" help:"u32: over how many frames it went"`
		X      []uint16 `json:"x" help:"u16[n]: 0 is x0, 65535 is x1"`
		Y      []uint16 `json:"y" help:"u16[n]: 0 is y0, 65535 is y1"`
		Kind   []uint8  `json:"kind" help:"u8[n]: index into world.kinds; 255 for all from there on"`
	}
	// WorldAt asks what is around a place.
	WorldAt struct {
		X      float64  `json:"x"`
		Y      float64  `json:"y"`
		Z      *float64 `json:"z,omitempty" help:"absent where the height does not matter"`
		Radius float64  `json:"radius" min:"0"`
		Where  string   `json:"where,omitempty"`
		Kind   string   `json:"kind,omitempty"`
		Limit  int      `json:"limit,omitempty" min:"0" max:"1000" help:"absent is 100"`
	}
	// Nearby is an entity near to a place.
	Nearby struct {
		ID       string   `json:"id"`
		Name     string   `json:"name"`
		Kind     string   `json:"kind"`
		X        float64  `json:"x"`
		Y        float64  `json:"y"`
		Z        *float64 `json:"z,omitempty"`
		Distance float64  `json:"distance"`
	}
	// BoundsQuery asks how far the world extends.
	BoundsQuery struct {
		Where string `json:"where,omitempty"`
		Kind  string `json:"kind,omitempty"`
	}
	// WorldBounds is the rectangle in which entities are. What is nowhere, at NaN or at
	// infinity, does not count.
	WorldBounds struct {
		X0    float64 `json:"x0"`
		Y0    float64 `json:"y0"`
		X1    float64 `json:"x1"`
		Y1    float64 `json:"y1"`
		Count int     `json:"count" help:"entities that have a position; 0 leaves the rectangle empty"`
	}
)

const (
	placesKind  = 5
	defaultMost = 20_000
)

func (w *World) registerPlaces(s *rpc.Server) {
	rpc.Handle(s, rpc.Method{Name: "world.at", Help: "the entities near to a place, the nearest first", Role: rpc.View,
		Errors: []rpc.Code{rpc.InvalidParams, rpc.TooMany}}, w.at)
	rpc.Handle(s, rpc.Method{Name: "world.bounds", Help: "the rectangle in which the entities that meet a condition are", Role: rpc.View,
		Errors: []rpc.Code{rpc.InvalidParams, rpc.TooMany}}, w.bounds)
	w.viewing.places = rpc.Open[PlacesQuery, WorldPlaces](s, rpc.Topic{Name: "places", Binary: placesKind, Rate: 10, Help: "where the entities in a rectangle are, for a picture of the world from above"},
		func(sub *rpc.Sub, p PlacesQuery) (any, error) {
			t, err := w.newPlacesWatch(p)
			if err == nil {
				sub.Value = t
			}
			return nil, err
		})
}

// at is world.at.
func (w *World) at(call *rpc.Call, p WorldAt) ([]Nearby, error) {
	c, err := w.newQuery(WorldQuery{Where: p.Where, Kind: p.Kind})
	if err != nil {
		return nil, err
	}
	near := &nearPlace{center: at3{p.X, p.Y}, numbers: 2, square: p.Radius * p.Radius}
	if p.Z != nil {
		near.center[2], near.numbers = *p.Z, 3
	}
	c.from, c.plans = near, nil
	s := &around{}
	s.start(c, 0, limitOf(WorldQuery{Limit: p.Limit}))
	answer, err := w.ask(call, s)
	if answer == nil {
		return nil, err
	}
	return answer.([]Nearby), nil
}

// around is a call of world.at.
type around struct{ scan }

func (s *around) answer() any {
	list := make([]Nearby, 0, len(s.window))
	for i := range s.window {
		e := &s.window[i]
		at, ok := e.position()
		if !ok {
			continue
		}
		near := Nearby{ID: e.wireID(), Name: e.name(), Kind: e.kind(), X: at[0], Y: at[1], Distance: math.Sqrt(s.query.from.squareTo(at))}
		if len(e.group.position) > 2 {
			near.Z = &at[2]
		}
		list = append(list, near)
	}
	return list
}

func (s *around) end() {}

// bounds is world.bounds.
func (w *World) bounds(call *rpc.Call, p BoundsQuery) (WorldBounds, error) {
	c, err := w.compile(WorldQuery{Where: p.Where, Kind: p.Kind})
	if err != nil {
		return WorldBounds{}, err
	}
	t := &extent{}
	t.walk.begin(c)
	answer, err := w.ask(call, t)
	if answer == nil {
		return WorldBounds{}, err
	}
	return answer.(WorldBounds), nil
}

// extent is a call of world.bounds.
type extent struct {
	walk   walk
	bounds WorldBounds
}

func (t *extent) run(until time.Time) (done bool) {
	defer t.walk.leave(time.Now())
	t.walk.enter()
	return t.walk.walk(until, t)
}

func (t *extent) skim(p *plan) bool { return p.never || len(p.group.position) == 0 }

func (t *extent) visit(_ *plan, _ int, e *entity) {
	at, ok := e.position()
	if !ok || !at.finite() {
		return
	}
	b := &t.bounds
	if b.Count++; b.Count == 1 {
		b.X0, b.X1, b.Y0, b.Y1 = at[0], at[0], at[1], at[1]
		return
	}
	b.X0, b.X1 = min(b.X0, at[0]), max(b.X1, at[0])
	b.Y0, b.Y1 = min(b.Y0, at[1]), max(b.Y1, at[1])
}

func (t *extent) answer() any { return t.bounds }
func (t *extent) end()        {}

// placesWatch is a subscription of the topic places.
type placesWatch struct {
	walk  walk
	w     *World
	query *query
	rect  PlacesQuery
	scale [2]float64 // of a coordinate to what is sent
	on    bool

	total   int
	spots   []spot
	bases   []int  // index of each plan's first kind
	bar     uint32 // whose hash is greater is not sent
	payload []byte
	sent    []byte // the columns that the subscriber knows
	told    int    // and the total; -1 before the first
}

// spot is an entity as it is sent.
type spot struct {
	hash uint32
	x, y uint16
	kind uint8
}

func (w *World) newPlacesWatch(p PlacesQuery) (*placesWatch, error) {
	if !(p.X0 < p.X1 && p.Y0 < p.Y1) || math.IsInf(p.X1-p.X0, 0) || math.IsInf(p.Y1-p.Y0, 0) {
		e := rpc.Errorf(rpc.InvalidParams, "x0 to x1 and y0 to y1 are no rectangle")
		e.Data.Path = "/x1"
		return nil, e
	}
	c, err := w.compile(WorldQuery{Where: p.Where, Kind: p.Kind})
	if err != nil {
		return nil, err
	}
	if p.Most == 0 {
		p.Most = defaultMost
	}
	return &placesWatch{w: w, query: c, rect: p, told: -1, bar: math.MaxUint32, scale: [2]float64{65535 / (p.X1 - p.X0), 65535 / (p.Y1 - p.Y0)}}, nil
}

func (t *placesWatch) running() bool { return t.on }

func (t *placesWatch) begin() {
	t.walk.begin(t.query)
	t.on, t.total, t.spots, t.bases = true, 0, t.spots[:0], t.bases[:0]
	kinds := 0
	for _, p := range t.walk.plans {
		t.bases = append(t.bases, kinds)
		kinds += len(p.group.kinds)
	}
}

func (t *placesWatch) run(until time.Time) (done bool) {
	if !t.on {
		return false
	}
	defer t.walk.leave(time.Now())
	t.walk.enter()
	return t.walk.walk(until, t)
}

func (t *placesWatch) skim(p *plan) bool { return p.never || len(p.group.position) == 0 }

func (t *placesWatch) visit(_ *plan, index int, e *entity) {
	at, ok := e.position()
	r := &t.rect
	if !ok || !(at[0] >= r.X0 && at[0] <= r.X1 && at[1] >= r.Y0 && at[1] <= r.Y1) {
		return
	}
	t.total++
	s := spot{hash: scatter(e.id() ^ e.group.number<<48)}
	if s.hash > t.bar {
		return
	}
	s.x, s.y = uint16((at[0]-r.X0)*t.scale[0]+.5), uint16((at[1]-r.Y0)*t.scale[1]+.5)
	s.kind = uint8(min(t.bases[index]+e.kindIndex(), math.MaxUint8))
	if t.spots = append(t.spots, s); len(t.spots) > r.Most {
		t.thin()
	}
}

// scatter makes a number out of an id that has nothing to do with its order.
func scatter(id uint64) uint32 {
	id = (id ^ id>>30) * 0xbf58476d1ce4e5b9
	id = (id ^ id>>27) * 0x94d049bb133111eb
	return uint32((id ^ id>>31) >> 32)
}

// thin lowers the bar and drops what is above it. What is below a bar is also below a
// higher one, so that a sample that shrinks or grows keeps what it has.
func (t *placesWatch) thin() {
	t.bar -= t.bar / 4
	kept := t.spots[:0]
	for _, s := range t.spots {
		if s.hash <= t.bar {
			kept = append(kept, s)
		}
	}
	t.spots = kept
}

// tell sends the places, if they are others.
func (t *placesWatch) tell(sub *rpc.Sub) {
	t.on = false
	if !sub.Due() {
		return
	}
	t.payload = t.append(t.payload[:0])
	if n := len(t.spots); n < t.rect.Most*7/10 && t.bar < math.MaxUint32 {
		t.bar += min(t.bar/10+1, math.MaxUint32-t.bar) // there is room for more
	}
	if bytes.Equal(t.payload[placesHead:], t.sent) && t.total == t.told {
		return
	}
	t.sent, t.told = append(t.sent[:0], t.payload[placesHead:]...), t.total
	sub.SendBinary(0, t.payload)
}

// placesHead is how long the payload is in front of its columns.
const placesHead = 4 + 4 + 4*8 + 4 + 4

// append writes the payload that [WorldPlaces] describes.
func (t *placesWatch) append(dst []byte) []byte {
	le := binary.LittleEndian
	dst = le.AppendUint32(dst, uint32(t.total))
	dst = le.AppendUint32(dst, uint32(len(t.spots)))
	for _, f := range [...]float64{t.rect.X0, t.rect.Y0, t.rect.X1, t.rect.Y1} {
		dst = le.AppendUint64(dst, math.Float64bits(f))
	}
	dst = le.AppendUint32(dst, uint32(t.walk.began))
	dst = le.AppendUint32(dst, uint32(t.walk.frames()))
	for i := range t.spots {
		dst = le.AppendUint16(dst, t.spots[i].x)
	}
	for i := range t.spots {
		dst = le.AppendUint16(dst, t.spots[i].y)
	}
	for i := range t.spots {
		dst = append(dst, t.spots[i].kind)
	}
	return dst
}
