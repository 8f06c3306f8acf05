package input

import (
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/console/input"
)

// connected is what the functions of this package ask: those of Ebitengine have no
// receiver to hang it on, and its own input is one for the process, too.
var connected *Devices

// Devices reads Ebitengine's input for a console. It belongs to Ebitengine's game goroutine.
type Devices struct {
	con   *console.Console
	in    *console.Input
	names [input.KeyCount]ebiten.Key

	// What the player did in updates of Ebitengine's that no tick has seen yet.
	tapped  input.State
	keyed   []ebiten.Key
	touches []ebiten.TouchID
	pads    []ebiten.GamepadID

	keys []input.Key // scratch
	ids  []int
}

// Connect has a console read Ebitengine's devices, and this package's functions ask the
// console. ebitenhost.Wrap does it; a game that is not wrapped calls it before
// ebiten.RunGame, and [Devices.Observe] at the beginning of each Update. The console that
// was connected last is the one that is asked.
func Connect(con *console.Console) *Devices {
	d := &Devices{con: con, in: &con.Input}
	for name, k := range known {
		if k > 0 {
			d.names[k-1] = ebiten.Key(name)
		}
	}
	con.Input.Devices(d.read)
	connected = d
	return d
}

// codeOf is a key of Ebitengine's as the console's.
func codeOf(k ebiten.Key) (input.Key, bool) {
	if k < 0 || k > ebiten.KeyMax || known[k] == 0 {
		return 0, false
	}
	return known[k] - 1, true
}

// mostTyped bounds the characters that wait for a tick.
const mostTyped = 1024

// Observe notes what the player did in an update of Ebitengine's: to be called once at the
// beginning of each, before the console's Update or CatchUp.
func (d *Devices) Observe() {
	t := &d.tapped
	if d.con.Time.Held() {
		t.Reset()
	}
	d.keyed = inpututil.AppendJustPressedKeys(d.keyed[:0])
	for _, name := range d.keyed {
		if k, ok := codeOf(name); ok {
			t.Press(k)
		}
	}
	for b := range ebiten.MouseButtonMax + 1 {
		if inpututil.IsMouseButtonJustPressed(b) {
			t.PressButton(input.MouseButton(b))
		}
	}
	x, y := ebiten.Wheel()
	t.WheelX, t.WheelY = t.WheelX+x, t.WheelY+y
	if len(t.Chars) < mostTyped {
		t.Chars = ebiten.AppendInputChars(t.Chars)
	}
}

// read tells the console what the devices say: what is held now, and what was done since the
// tick before.
func (d *Devices) read(s *input.State) {
	s.Add(&d.tapped)
	d.tapped.Reset()
	s.X, s.Y = ebiten.CursorPositionF()
	d.keyed = inpututil.AppendPressedKeys(d.keyed[:0])
	for _, name := range d.keyed {
		if k, ok := codeOf(name); ok {
			s.Press(k)
		}
	}
	for b := range ebiten.MouseButtonMax + 1 {
		if ebiten.IsMouseButtonPressed(b) {
			s.PressButton(input.MouseButton(b))
		}
	}
	d.touches = ebiten.AppendTouchIDs(d.touches[:0])
	for _, id := range d.touches {
		x, y := ebiten.TouchPositionF(id)
		s.SetTouch(int(id), x, y)
	}
	d.pads = ebiten.AppendGamepadIDs(d.pads[:0])
	for _, id := range d.pads {
		readPad(s.Connect(int(id)), id)
	}
}

// readPad reads a gamepad.
func readPad(g *input.Gamepad, id ebiten.GamepadID) {
	g.Name, g.SDLID = ebiten.GamepadName(id), ebiten.GamepadSDLID(id)
	g.AxisCount, g.ButtonCount = ebiten.GamepadAxisCount(id), ebiten.GamepadButtonCount(id)
	for i := range min(g.AxisCount, len(g.Axes)) {
		g.Axes[i] = ebiten.GamepadAxisValue(id, i)
	}
	for b := range min(g.ButtonCount, input.GamepadButtonCount) {
		if ebiten.IsGamepadButtonPressed(id, ebiten.GamepadButton(b)) {
			g.SetButton(b, 1)
		}
	}
	if g.Standard = ebiten.IsStandardGamepadLayoutAvailable(id); !g.Standard {
		return
	}
	for a := range ebiten.StandardGamepadAxisMax + 1 {
		if ebiten.IsStandardGamepadAxisAvailable(id, a) {
			g.SetStandardAxis(input.StandardGamepadAxis(a), ebiten.StandardGamepadAxisValue(id, a))
		}
	}
	for b := range ebiten.StandardGamepadButtonMax + 1 {
		if ebiten.IsStandardGamepadButtonAvailable(id, b) {
			g.SetStandardButton(input.StandardGamepadButton(b), ebiten.StandardGamepadButtonValue(id, b))
		}
	}
}
