package console

import (
	"image"
	"sync/atomic"
	"time"

	"github.com/scry-dev/scry/internal/picture"
	"github.com/scry-dev/scry/rpc"
)

// Display shows clients the picture of the running game. A game of any engine asks
// whether somebody wants the next one, and hands it over when it is drawn:
//
//	if con.Display.Due() { // false and free while nobody watches
//		con.Display.Show(canvas)
//	}
//
// A host that has to read its picture back from somewhere has it filled in place,
// with [Display.Buffer] and [Display.Present]; what runs under
// [github.com/scry-dev/scry/console/ebitenhost.Wrap] is shown by itself.
//
// The zero value is ready. All methods belong to the game's goroutine, which copies the
// picture and goes on: one goroutine of the console, born with the first viewer or
// screenshot and ended by [Console.Close], finds out what changed and encodes it. While
// that is busy no picture is due, and while nobody watches there is none of its memory.
type Display struct {
	camera func() [6]float64
	links  displayLinks
	clock  *clock
	stream *rpc.Stream

	// state is what Due says without looking further: one of the states below.
	state atomic.Uint32

	full    image.Point // of the display, in its pixels; zero before it is known
	told    bool        // by Size
	asked   bool        // whether one is due
	shown   uint64      // pictures so far
	newest  time.Duration
	refused string // why the last picture was not taken

	viewers  []*viewer
	paces    []pace
	paced    time.Duration // when they went on last
	stats    map[profile]*profileStats
	shots    []*shot
	numbered uint64        // screenshots that were asked for
	reviewed time.Duration // when stats were

	// The buffer that the host fills, and the one that waits to be filled.
	filling  *filling
	spare    *image.RGBA
	spaceFor *filling // the room for filling

	// The encoder's goroutine has job and enc while busy is set; its end is in done.
	busy  bool
	begun bool // the goroutine was
	job   *job
	enc   encoder
	jobs  chan *job
	done  atomic.Bool

	failed  bool   // the encoder has panicked, which was told
	number  uint64 // of the newest job
	follows map[string]*following
	subs    []*rpc.Sub // scratch
}

// displayLinks is what the console lends to Display.
type displayLinks struct {
	start    func(run func(stop <-chan struct{})) bool // begins a goroutine; false when the console is closed
	wake     func()                                    // ends a wait of the game's goroutine; any goroutine
	panicked func(method string, value any, stack []byte)
	follow   func(where string, ids []string, most int) (follower, error)
}

// The states of Due.
const (
	displayUnasked uint32 = iota // nobody has asked, so that the game may have no picture at all
	displayIdle                  // nobody watches
	displayWanted                // somebody does
)

const (
	// maxPixels is how large a picture may be: as much memory goes with it several times.
	maxPixels = 16 << 20
	// maxSide is how wide or high a picture may be.
	maxSide = 16384
	// maxViewers is how many subscriptions of all clients there may be to the display.
	maxViewers = 64
	// maxFollows is how many different overlays of all clients are followed.
	maxFollows = 8
	// followBudget is what looking for who is in them may take of a picture.
	followBudget = 200 * time.Microsecond
	// maxShots is how many screenshots may wait.
	maxShots = 16
)

// filling is a buffer that a host fills.
type filling struct {
	img         *image.RGBA
	shots       uint64 // number of the newest that was asked for before it was handed out
	frame, tick uint64
	at          time.Duration
}

// Due reports whether a picture that is drawn now is wanted, and can be taken: somebody
// watches or waits for a screenshot, its turn has come, and the encoder is free. It costs
// an atomic load while nobody watches.
func (d *Display) Due() bool { return d.state.Load() != displayIdle && d.due() }

func (d *Display) due() bool {
	if !d.watched() {
		return false
	}
	d.settle(true)
	return !d.busy && d.wanted(d.clock.now())
}

// watched reports whether somebody watches, and notes that the game asks.
func (d *Display) watched() bool {
	d.asked = true
	return !d.state.CompareAndSwap(displayUnasked, displayIdle) && d.clock != nil
}

// Show shows a picture if it is due. It is copied; what it has of transparency is
// ignored. It allocates nothing as long as its size stays the same.
func (d *Display) Show(img *image.RGBA) {
	if !d.Due() {
		return
	}
	if !d.told {
		d.full = img.Rect.Size()
	}
	if b := d.Buffer(img.Rect.Dx(), img.Rect.Dy()); b != nil {
		picture.Copy(b, img)
		d.Present(b)
	}
}

// Buffer returns a picture of a size for the host to fill with what it drew last, and to
// hand over with [Display.Present]. It is nil where none is due, and where the size is
// none that can be shown: one without pixels, of more than 16 million, or of a side
// longer than 16,384. What it held before is not cleared.
func (d *Display) Buffer(w, h int) *image.RGBA {
	if !d.fits(w, h) || !d.Due() {
		return nil
	}
	if d.spare == nil {
		d.spare = new(image.RGBA)
	}
	picture.Resize(d.spare, w, h)
	if d.spaceFor == nil {
		d.spaceFor = new(filling)
	}
	d.filling = d.spaceFor
	*d.filling = filling{img: d.spare, shots: d.numbered, frame: d.clock.frame.Load(), tick: d.clock.tick.Load(), at: d.clock.now()}
	return d.spare
}

// Present shows the picture that Buffer returned; any other is ignored. It must not be
// touched afterwards. A host that shrank it by [Display.Shrink] has told the size of the
// whole with [Display.Size].
func (d *Display) Present(img *image.RGBA) {
	f := d.filling
	if f == nil || f.img != img || d.busy {
		return
	}
	d.filling, d.spare = nil, nil
	size := img.Rect.Size()
	if !d.told {
		d.full = size
	}
	den := d.denominator(size)
	if den == 0 { // neither the display's size nor a part of it: that is the display now
		d.full, den = size, 1
	}
	d.shown++
	d.newest = f.at
	d.encode(f, den)
}

// Size tells how large the whole picture is, in pixels of the display, for a host that
// knows it before one is shown, or that shrinks what it shows.
func (d *Display) Size(w, h int) {
	d.full, d.told = image.Pt(max(w, 0), max(h, 0)), true
}

// Shrink returns by how much a host may shrink a picture that it draws now before it
// hands it over, 1, 2 or 4, for nobody wants it larger; and 0 where nobody wants it. Width
// and height are rounded up. Unlike [Display.Due] it does not mind that the encoder is
// busy: it is for hosts that hand a picture over some time after it was drawn. While
// nobody watches it costs as little.
func (d *Display) Shrink() int {
	if d.state.Load() == displayIdle || !d.watched() || !d.wanted(d.clock.now()) {
		return 0
	}
	if len(d.shots) > 0 {
		return 1
	}
	den := 4
	for _, v := range d.viewers {
		den = min(den, v.grant.den)
	}
	return den
}

// Camera says how places of the world become places of the picture: a function that
// returns a, b, c, d, e and f, as the canvas of a browser has them, with x' = a*x + c*y +
// e and y' = b*x + d*y + f. It is asked on the game's goroutine with each picture that
// somebody watches, and must be true of the one that was drawn last. Nil says that they
// are the same.
func (d *Display) Camera(m func() [6]float64) { d.camera = m }

// fits reports whether a picture can be shown, and notes why not.
func (d *Display) fits(w, h int) bool {
	switch {
	case w <= 0 || h <= 0:
		d.refused = "a picture without pixels"
	case w > maxSide || h > maxSide || w*h > maxPixels:
		d.refused = "a picture of more than 16 million pixels, or of a side longer than 16384"
	default:
		d.refused = ""
		return true
	}
	return false
}

// denominator is by how much a picture was shrunk; 0 where it does not fit the display.
func (d *Display) denominator(size image.Point) int {
	for _, den := range [...]int{1, 2, 4} {
		if w, h := picture.ShrunkSize(d.full.X, d.full.Y, den); size == image.Pt(w, h) {
			return den
		}
	}
	return 0
}
