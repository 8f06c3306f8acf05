package console

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/input"
	"github.com/scry-dev/scry/rpc"
)

// inputModel is what the input of clients means, said simply: what they sent waits in a
// row, each tick takes from its front what it may, and stops at what it may not see yet.
type inputModel struct {
	row     []*inputSent
	held    input.State
	ends    map[int]int  // ticks that a press still lasts, by control
	changed map[any]bool // what this tick saw change: a control, "touch 1", "moved 1", "pad 1"
	over    map[any]bool // what was let go since the tick before
	clicked bool         // this tick saw a button change
	x, y    float64
	sentTo  *[2]float64         // where the client that has the input put the pointer last
	seen    map[*inputSent]bool // what the last tick took
}

// inputSent is something that a client sent.
type inputSent struct {
	kind    string // press, release, move, touch, pad, wheel
	control int
	ticks   int
	x, y    float64
	phase   string
	pad     *input.Gamepad
	tick    uint64 // that it was promised
	nothing bool   // it says what is so anyhow, and no tick is the first to see it
}

func (m *inputModel) pressed(control int) bool {
	if control < input.KeyCount {
		return m.held.Pressed(input.Key(control))
	}
	return m.held.ButtonPressed(input.MouseButton(control - input.KeyCount))
}

func (m *inputModel) set(control int, down bool) {
	q := inputQueue{held: m.held}
	q.set(control, down)
	m.held = q.held
	m.changed[control] = true
}

// drop is what happens when the client lets go or has to.
func (m *inputModel) drop() {
	for k := range m.held.Keys() {
		m.over[int(k)] = true
	}
	for b := range m.held.Buttons() {
		m.over[input.KeyCount+int(b)] = true
	}
	for _, t := range m.held.Touches {
		m.over[fmt.Sprint("touch ", t.ID)] = true
	}
	for _, g := range m.held.Gamepads {
		m.over[fmt.Sprint("pad ", g.ID)] = true
	}
	m.row, m.ends, m.sentTo = nil, map[int]int{}, nil
	m.held.Reset()
}

func (m *inputModel) tick() {
	m.changed, m.over, m.clicked, m.seen = m.over, map[any]bool{}, false, map[*inputSent]bool{}
	m.held.WheelY = 0
	for control := range m.ends {
		if m.ends[control]--; m.ends[control] == 0 {
			delete(m.ends, control)
			m.set(control, false)
		}
	}
	for len(m.row) > 0 && m.take(m.row[0]) {
		m.seen[m.row[0]] = true
		m.row = m.row[1:]
	}
}

// take reports whether this tick may see something, and does it then.
func (m *inputModel) take(s *inputSent) bool {
	switch s.kind {
	case "press", "release":
		return m.takeControl(s)
	case "move":
		if at := [2]float64{s.x, s.y}; m.clicked && (m.sentTo == nil || *m.sentTo != at) {
			return false
		}
		m.x, m.y, m.sentTo = s.x, s.y, &[2]float64{s.x, s.y}
	case "wheel":
		m.held.WheelY += s.y
	case "touch":
		return m.takeTouch(s)
	case "pad":
		name, was := fmt.Sprint("pad ", s.control), m.held.Gamepad(s.control)
		if (was == nil) != (s.pad == nil) || was != nil && was.Buttons != s.pad.Buttons {
			if m.changed[name] {
				return false
			}
			m.changed[name] = true
		}
		if s.pad == nil {
			m.held.Disconnect(s.control)
		} else {
			*m.held.Connect(s.control) = *s.pad
		}
	}
	return true
}

func (m *inputModel) takeControl(s *inputSent) bool {
	down := m.pressed(s.control)
	switch {
	case s.kind == "press" && m.ends[s.control] > 0:
		return false // it waits until it can be pressed
	case s.kind == "press" && down && s.ticks == 0, s.kind == "release" && !down:
		s.nothing = true
		return true
	case s.kind == "press" && down: // and ends from now on
	case m.changed[s.control]:
		return false
	default:
		delete(m.ends, s.control)
		m.set(s.control, s.kind == "press")
	}
	if s.ticks > 0 {
		m.ends[s.control] = s.ticks
	}
	m.clicked = m.clicked || s.control >= input.KeyCount
	return true
}

func (m *inputModel) takeTouch(s *inputSent) bool {
	name, moved := fmt.Sprint("touch ", s.control), fmt.Sprint("moved ", s.control)
	on := m.held.Touch(s.control) != nil
	switch {
	case s.phase == "start" && !on || s.phase == "end" && on:
		if m.changed[name] || s.phase == "end" && m.changed[moved] {
			return false
		}
		m.changed[name] = true
	case s.phase != "end" && on:
		if m.changed[name] {
			return false
		}
		m.changed[moved] = true
	default:
		s.nothing = true
		return true
	}
	if s.phase == "end" {
		m.held.EndTouch(s.control)
	} else {
		m.held.SetTouch(s.control, s.x, s.y)
	}
	return true
}

// inputTrial plays one random run against the model.
type inputTrial struct {
	*inputModel
	t        *testing.T
	r        *rand.Rand
	time     *probe // steps the game
	clients  [2]*probe
	holder   int // -1 is nobody
	real     input.State
	rx, ry   float64 // where the real pointer was
	before   input.State
	lasts    [inputControls]int
	anything int // controls seen down
}

func TestInputOfClientsAndDevicesAgainstAModel(t *testing.T) {
	down := 0
	for seed := range uint64(60) {
		held(t, func(t *testing.T, p *probe) {
			m := &inputTrial{t: t, r: rand.New(rand.NewPCG(seed, 7)), time: p, holder: -1,
				inputModel: &inputModel{ends: map[int]int{}, over: map[any]bool{}}}
			p.con.Input.Devices(func(s *input.State) { s.CopyFrom(&m.real) })
			get[TimeStatus](p, "time.hold", `{}`)
			for i := range m.clients {
				m.clients[i] = newProbe(t, p.con)
			}
			p.each = m.check
			for range 150 {
				m.act()
			}
			for i := range m.clients {
				m.leave(i)
			}
			m.real.Reset()
			m.step(2)
			require.True(t, p.con.Input.State().Idle(), "nobody holds anything")
			require.True(t, p.con.Input.queue.free())
			down += m.anything
		})
	}
	require.Greater(t, down, 5000, "runs in which hardly anything happens show little")
}

// controls are those that a run uses: few, so that they meet.
var controls = []int{int(input.KeyA), int(input.KeySlash), input.KeyCount, input.KeyCount + 2}

func (m *inputTrial) act() {
	client := m.r.IntN(2)
	switch n := m.r.IntN(100); {
	case n < 55:
		m.send(client)
	case n < 80:
		m.step(1 + m.r.IntN(3))
	case n < 88:
		m.touchDevices()
	case n < 92:
		m.takeInput(client, m.r.IntN(2) == 0)
	case n < 95:
		m.clients[client].call("input.control", `{"take":false}`)
		m.lost(client)
	case n < 98:
		m.clients[client].call("input.release", `{}`)
		if m.holder == client {
			m.drop()
		}
	default:
		m.leave(client)
		m.clients[client] = newProbe(m.t, m.time.con)
	}
}

func (m *inputTrial) lost(client int) {
	if m.holder == client {
		m.drop()
		m.holder = -1
	}
}

func (m *inputTrial) leave(client int) {
	m.clients[client].leave()
	m.lost(client)
}

func (m *inputTrial) takeInput(client int, force bool) {
	_, f := m.clients[client].call("input.control", fmt.Sprintf(`{"take":true,"force":%v}`, force))
	free := m.holder == -1 || m.holder == client
	require.Equal(m.t, free || force, f == nil)
	if f == nil && m.holder != client {
		m.drop()
		m.holder = client
	}
}

func (m *inputTrial) touchDevices() {
	for _, c := range controls {
		if m.r.IntN(3) == 0 {
			q := inputQueue{held: m.real}
			q.set(c, m.r.IntN(2) == 0)
			m.real = q.held
		}
	}
	if m.r.IntN(2) == 0 {
		m.real.X, m.real.Y = float64(m.r.IntN(3)), float64(m.r.IntN(3))
	}
}

// send sends something.
func (m *inputTrial) send(client int) {
	s, method, params := m.make()
	raw, f := m.clients[client].call(method, params)
	if m.holder >= 0 && m.holder != client {
		require.NotNil(m.t, f)
		require.Equal(m.t, rpc.Busy, f.Code)
		return
	}
	require.Nil(m.t, f, "%s %s", method, params)
	m.holder = client
	n, err := fmt.Sscanf(string(raw), `{"frame":`+fmt.Sprint(m.time.con.Time.Frame())+`,"tick":%d}`, &s.tick)
	require.NoError(m.t, err, "%s", raw)
	require.Equal(m.t, 1, n)
	m.row = append(m.row, s)
}

func (m *inputTrial) make() (s *inputSent, method, params string) {
	s = &inputSent{control: controls[m.r.IntN(len(controls))], x: float64(m.r.IntN(9)), y: float64(m.r.IntN(9))}
	switch m.r.IntN(8) {
	case 0:
		s.kind = "move"
		return s, "input.pointer", fmt.Sprintf(`{"x":%v,"y":%v}`, s.x, s.y)
	case 1:
		s.kind, s.control, s.phase = "touch", m.r.IntN(2), []string{"start", "move", "end"}[m.r.IntN(3)]
		return s, "input.touch", fmt.Sprintf(`{"id":%d,"x":%v,"y":%v,"phase":%q}`, s.control, s.x, s.y, s.phase)
	case 2:
		s.kind = "wheel"
		return s, "input.wheel", fmt.Sprintf(`{"y":%v}`, s.y)
	case 3:
		s.kind, s.control = "pad", m.r.IntN(2)
		if m.r.IntN(4) == 0 {
			return s, "input.gamepad", fmt.Sprintf(`{"id":%d,"connected":false}`, s.control)
		}
		s.pad = &input.Gamepad{ID: s.control, AxisCount: 1, ButtonCount: 1}
		s.pad.Axes[0] = s.x / 10
		s.pad.SetButton(0, float64(m.r.IntN(2)))
		return s, "input.gamepad", fmt.Sprintf(`{"id":%d,"axes":[%v],"buttons":[%d]}`, s.control, s.pad.Axes[0], s.pad.Buttons)
	}
	how := ""
	switch m.r.IntN(3) {
	case 0:
		s.kind, how = "press", `"down":true`
	case 1:
		s.kind, how = "release", `"down":false`
	default:
		s.kind, s.ticks = "press", 1+m.r.IntN(4)
		how = fmt.Sprintf(`"ticks":%d`, s.ticks)
	}
	if s.control < input.KeyCount {
		return s, "input.key", fmt.Sprintf(`{"code":%q,%s}`, input.Key(s.control), how)
	}
	return s, "input.pointer", fmt.Sprintf(`{"button":%d,%s}`, s.control-input.KeyCount, how)
}

func (m *inputTrial) step(n int) {
	get[TimeStatus](m.time, "time.step", fmt.Sprintf(`{"ticks":%d}`, n))
}

// check runs in each tick, as the game.
func (m *inputTrial) check() {
	in := &m.time.con.Input
	if m.real.X != m.rx || m.real.Y != m.ry {
		m.x, m.y = m.real.X, m.real.Y
	}
	m.rx, m.ry = m.real.X, m.real.Y
	m.tick()
	for s := range m.seen {
		if !s.nothing {
			require.Equal(m.t, m.time.con.Time.Tick(), s.tick, "%+v", *s)
		}
	}
	want := new(input.State)
	want.CopyFrom(&m.held)
	want.X, want.Y = m.x, m.y
	want.Add(&m.real)
	want.DX, want.DY = m.x-m.before.X, m.y-m.before.Y
	require.Equal(m.t, want.Equal(in.State()), true, "\n%+v\n%+v", want, in.State())
	if m.holder == -1 {
		require.True(m.t, in.queue.held.Idle())
	}
	m.checkEdges(in, want)
	m.before.CopyFrom(want)
}

func (m *inputTrial) checkEdges(in *Input, want *input.State) {
	was, is := inputQueue{held: m.before}, inputQueue{held: *want}
	pressed := func(q *inputQueue, c int) bool {
		keys, buttons := slices.Collect(q.held.Keys()), slices.Collect(q.held.Buttons())
		return slices.Contains(keys, input.Key(c)) && c < input.KeyCount || slices.Contains(buttons, input.MouseButton(c-input.KeyCount)) && c >= input.KeyCount
	}
	for _, c := range controls {
		m.lasts[c]++
		if !pressed(&is, c) {
			m.lasts[c] = 0
		} else {
			m.anything++
		}
		just, left := pressed(&is, c) && !pressed(&was, c), pressed(&was, c) && !pressed(&is, c)
		if k := input.Key(c); c < input.KeyCount {
			require.Equal(m.t, []any{just, left, m.lasts[c]}, []any{in.IsKeyJustPressed(k), in.IsKeyJustReleased(k), in.KeyPressDuration(k)})
			require.Equal(m.t, just, slices.Contains(in.AppendJustPressedKeys(nil), k))
			require.Equal(m.t, left, slices.Contains(in.AppendJustReleasedKeys(nil), k))
			continue
		}
		b := input.MouseButton(c - input.KeyCount)
		require.Equal(m.t, []any{just, left, m.lasts[c]}, []any{in.IsMouseButtonJustPressed(b), in.IsMouseButtonJustReleased(b), in.MouseButtonPressDuration(b)})
	}
}
