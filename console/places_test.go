package console

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// readPlaces takes a binary event apart.
func readPlaces(t *testing.T, msg []byte) (p WorldPlaces) {
	t.Helper()
	require.Equal(t, byte(placesKind), msg[0])
	b := msg[24:]
	le := binary.LittleEndian
	p.Total, p.N = le.Uint32(b), le.Uint32(b[4:])
	for i, f := range []*float64{&p.X0, &p.Y0, &p.X1, &p.Y1} {
		*f = math.Float64frombits(le.Uint64(b[8+8*i:]))
	}
	p.Began, p.Frames = le.Uint32(b[40:]), le.Uint32(b[44:])
	b = b[placesHead:]
	n := int(p.N)
	require.Len(t, b, 5*n)
	for i := range n {
		p.X, p.Y, p.Kind = append(p.X, le.Uint16(b[2*i:])), append(p.Y, le.Uint16(b[2*n+2*i:])), append(p.Kind, b[4*n+i])
	}
	return p
}

// nextPlaces is the next event of the topic places.
func (p *probe) nextPlaces() WorldPlaces {
	p.t.Helper()
	for range 2000 {
		if len(p.binaries) > 0 {
			msg := p.binaries[0]
			p.binaries = p.binaries[1:]
			return readPlaces(p.t, msg)
		}
		p.wait()
	}
	p.t.Fatal("no places in 2,000 frames")
	return WorldPlaces{}
}

func TestPlacesAreSentAsColumns(t *testing.T) {
	h, con := pasture()
	moon := struct{ Pos vec }{vec{20, -10}}
	nowhere := struct{ Mass float64 }{}
	con.World.Bind("nowhere", &nowhere, "")
	con.World.Bind("moon", &moon, "")
	p := newProbe(t, con)
	p.open("places", `{"x0":0,"y0":-10,"x1":20,"y1":10}`)
	v := p.nextPlaces()
	require.Equal(t, WorldPlaces{Total: 4, N: 4, X1: 20, Y0: -10, Y1: 10, Began: v.Began, Frames: 1,
		X: []uint16{0, 32768, 65535, 65535}, Y: []uint16{32768, 32768, 32768, 0}, Kind: []uint8{1, 0, 0, 3}}, v)
	for range 5 {
		p.wait()
	}
	require.Empty(t, p.binaries, "what does not change is not sent")
	h.body[1].Pos.X = math.NaN()
	require.Equal(t, uint32(3), p.nextPlaces().N)
	moon.Pos.Y = -11
	require.Equal(t, uint32(2), p.nextPlaces().N)

	for params, want := range map[string]string{
		`{"x0":0,"y0":0,"x1":0,"y1":1}`:                      "x0 to x1 and y0 to y1 are no rectangle",
		`{"x0":0,"y0":0,"x1":1,"y1":"NaN"}`:                  "x0 to x1 and y0 to y1 are no rectangle",
		`{"x0":"-Infinity","y0":0,"x1":1,"y1":1}`:            "x0 to x1 and y0 to y1 are no rectangle",
		`{"x0":0,"y0":0,"x1":1,"y1":1,"where":"nosuch = 1"}`: `where, column 1: field "nosuch" is not known`,
	} {
		f := p.refused(rpc.InvalidParams, "sub.open", `{"id":"x","topic":"places","params":`+params+`}`)
		require.Equal(t, want, f.Message)
	}
}

func TestASampleOfPlacesDoesNotFlicker(t *testing.T) {
	list := drifters(5000)
	con := new(Console)
	con.World.Bind("drifter", &list, "")
	p := newProbe(t, con)
	p.open("places", `{"x0":-1,"y0":-1,"x1":2000,"y1":2000,"most":500}`)
	dots := func(v WorldPlaces) map[string]bool {
		m := map[string]bool{}
		for i := range v.X {
			m[fmt.Sprint(v.X[i], v.Y[i])] = true
		}
		return m
	}
	v := p.nextPlaces()
	require.Equal(t, uint32(5000), v.Total)
	quadrant := 0
	for range 20 { // until the bar has settled
		for i := range list {
			list[i].Pos.X += .1
		}
		v = p.nextPlaces()
		require.LessOrEqual(t, v.N, uint32(500))
	}
	require.Greater(t, v.N, uint32(340))
	for i := range v.X {
		if v.X[i] < 16384 && v.Y[i] < 16384 { // of 1,000 in 2,000, half and half
			quadrant++
		}
	}
	require.InDelta(t, int(v.N)/4, quadrant, float64(v.N)/10, "even")
	before := dots(v)
	list = list[:4900]
	after := dots(p.nextPlaces())
	kept := 0
	for d := range after {
		if before[d] {
			kept++
		}
	}
	require.Greater(t, kept, len(after)*8/10, "most are where they were")
}

func TestWhatIsAroundAPlace(t *testing.T) {
	h, con := pasture()
	type bird struct {
		ID       int
		Position struct{ X, Y, Z float64 }
	}
	birds := []bird{{ID: 1}, {ID: 2}}
	birds[0].Position.Z, birds[1].Position.Z = 100, 3
	con.World.Bind("bird", &birds, "")
	p := newProbe(t, con)
	near := func(params string) string {
		text := ""
		for _, n := range get[[]Nearby](p, "world.at", params) {
			text += fmt.Sprintf("%s %v; ", n.Name, n.Distance)
		}
		return text
	}
	require.Equal(t, "cow 131073 1; Rex 9; bird 1 9; bird 2 9; cow 196610 11; ", near(`{"x":9,"y":0,"radius":12}`))
	require.Equal(t, "Rex 0; bird 2 3; ", near(`{"x":0,"y":0,"z":0,"radius":5}`))
	require.Equal(t, "cow 196610 0; ", near(`{"x":20,"y":0,"radius":100,"kind":"cow","limit":1}`))
	require.Equal(t, "cow 262147 10; ", near(`{"x":20,"y":0,"radius":100,"where":"body.mass > 501"}`))
	require.Equal(t, "", near(`{"x":-500,"y":0,"radius":1}`))
	all := get[[]Nearby](p, "world.at", `{"x":0,"y":0,"radius":5}`)
	require.Nil(t, all[0].Z)
	require.InDelta(t, 100, *all[1].Z, 0)
	p.refused(rpc.OutOfRange, "world.at", `{"x":0,"y":0,"radius":-1}`)
	p.refused(rpc.InvalidParams, "world.at", `{"x":0,"y":0,"radius":1,"where":"("}`)

	require.Equal(t, WorldBounds{0, 0, 30, 0, 6}, get[WorldBounds](p, "world.bounds", `{}`))
	h.body[0].Pos = vec{math.Inf(1), 0}
	h.body[1].Pos = vec{-7, 3}
	require.Equal(t, WorldBounds{-7, 0, 30, 3, 3}, get[WorldBounds](p, "world.bounds", `{"kind":"cow"}`))
	require.Equal(t, WorldBounds{20, 0, 30, 0, 2}, get[WorldBounds](p, "world.bounds", `{"where":"body.mass > 500"}`))
	require.Equal(t, WorldBounds{}, get[WorldBounds](p, "world.bounds", `{"where":"name = nobody"}`))
}

func TestALargeWorldIsLookedThroughByParts(t *testing.T) {
	list := drifters(60_000)
	con := new(Console)
	con.World.Bind("drifter", &list, "")
	p := newProbe(t, con)
	for _, call := range [][2]string{{"world.at", `{"x":500,"y":500,"radius":20}`}, {"world.bounds", `{"where":"hull >= 0"}`}, {"world.list", `{"sort":"name","offset":30000}`}, {"world.list", `{"group":"mode","where":"name ~ 7"}`}} {
		n, frames := p.send(call[0], call[1]), 0
		for p.replies[n] == nil {
			require.Empty(t, p.faults)
			p.frame()
			frames++
			require.Less(t, frames, 100_000)
		}
		require.Greater(t, frames, 1, "a frame is too short for it")
	}
	require.Empty(t, con.World.viewing.pending)
}

func TestACompletionFitsWhereTheCursorIs(t *testing.T) {
	con := new(Console)
	con.World = *zoo()
	p := newProbe(t, con)
	for typed, want := range map[string]string{
		"hea|":               "0-3 health",
		"kind:hunter hea|lt": "12-17 health",
		"health |":           "7-7 < <= > >= = != ~ !~ and or not near( has: kind: id:",
		"health <|":          "7-8 < <=",
		"state = |":          "8-8 roam chase",
		"state = c|":         "8-9 chase",
		"hungry = |":         "9-9 true false",
		"kind:|":             "0-5 kind:hunter kind:well",
		"kind:h|":            "0-6 kind:hunter",
		"(kind:w|":           "1-7 kind:well",
		"kind = |":           "7-7 hunter well",
		"has:bo|":            "0-6 has:body",
		"id:9|":              "0-4 id:9 id:2199023255552",
		"near(|":             `5-5 "hunter 7" "hunter 9" "Old Well"`,
		"near(old|":          `5-8 "Old Well"`,
		`near("old|`:         `5-9 "Old Well"`,
		`name = "old|" and`:  `7-12 "Old Well"`,
		"prey = |":           `7-7 null "hunter 7" "hunter 9" "Old Well"`,
		"😀 or hea|":          "6-9 health",
		"mass < po|":         "7-9 pos.x pos.y",
	} {
		at := indexOf(typed)
		where := typed[:at] + typed[at+1:]
		raw, err := json.Marshal(WhereQuery{where, utf16Of(where, at)})
		require.NoError(t, err)
		c := get[WhereCompletion](p, "world.complete", string(raw))
		got := fmt.Sprintf("%d-%d", c.From, c.To)
		for _, it := range c.Items {
			got += " " + it.Text
		}
		require.Equal(t, want, got, typed)
	}
	long, err := json.Marshal(WhereQuery{string(make([]byte, 1001)), 0})
	require.NoError(t, err)
	p.refused(rpc.InvalidParams, "world.complete", string(long))
}

// indexOf is where the cursor stands.
func indexOf(typed string) int {
	for i := range typed {
		if typed[i] == '|' {
			return i
		}
	}
	return len(typed)
}

// Whatever the number of those who look, a frame has one budget, and each has a share.
func TestAllWhoLookShareOneBudget(t *testing.T) {
	list := drifters(60_000)
	con := new(Console)
	con.World.Bind("drifter", &list, "")
	p := newProbe(t, con)
	for i := range 8 {
		get[struct{}](p, "sub.open", fmt.Sprintf(`{"id":"w%d","topic":"world","rate":0,"params":{"where":"hull > %d","sort":"-name","limit":3}}`, i, i))
	}
	served := map[string]int{}
	least, frames := time.Duration(math.MaxInt64), 0
	for ; len(served) < 8; frames++ {
		require.Less(t, frames, 100_000)
		list[frames%len(list)].Name = fmt.Sprint("z", frames)
		began := time.Now()
		con.World.publish()
		least = min(least, time.Since(began))
		p.frame()
		for _, e := range p.events {
			served[e.ID]++
		}
		p.events = nil
	}
	require.Less(t, least, 4*scanBudget)
}
