package console

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/picture"
	"github.com/scry-dev/scry/internal/picture/picturetest"
	"github.com/scry-dev/scry/rpc"
)

// stage is a game with a picture, and seats from which it is seen.
type stage struct {
	t      *testing.T
	con    *Console
	img    *image.RGBA
	paint  func(frame int) // before each picture
	early  bool            // the picture of the frame before is shown before Update, as hosts do that read it back
	frame  time.Duration
	at     int // frames so far
	seats  []*seat
	noises []*image.RGBA
}

// onStage runs f with a game in a bubble, whose time is that of the links.
func onStage(t *testing.T, w, h int, f func(s *stage)) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, con: &Console{Output: io.Discard}, img: image.NewRGBA(image.Rect(0, 0, w, h)), frame: time.Second / 60}
		s.paint = func(int) {}
		defer s.con.Close() // also when f has failed
		s.con.RPC()
		s.con.Time.controlled = true
		f(s)
		for _, e := range s.seats {
			require.Empty(t, e.closed)
			e.leave()
		}
		s.run(2)
		require.Nil(t, s.con.Display.enc.source, "what was kept for viewers goes with the last")
		require.Nil(t, s.con.Display.job)
		require.NoError(t, s.con.Close())
	})
}

// pass lets a frame's time pass.
func (s *stage) pass() {
	time.Sleep(s.frame)
	synctest.Wait()
}

// turn runs one frame: what has arrived is acknowledged, the game runs, and shows its
// picture.
func (s *stage) turn() {
	s.pass()
	s.at++
	for _, e := range s.seats {
		e.arrive(time.Now())
	}
	if s.early && s.at > 1 {
		s.show()
	}
	for range s.con.Update() {
	}
	s.paint(s.at)
	if !s.early {
		s.show()
	}
}

func (s *stage) show() {
	if s.con.Display.Due() {
		s.con.Display.Show(s.img)
	}
}

func (s *stage) run(frames int) {
	for range frames {
		s.turn()
	}
}

// seconds runs so long.
func (s *stage) seconds(n float64) { s.run(int(n / s.frame.Seconds())) }

// seat is a viewer behind a link.
type seat struct {
	*probe
	s      *stage
	rate   float64       // bytes a second; 0 is without end
	delay  time.Duration // there and back
	mute   bool          // it acknowledges nothing
	free   time.Time     // when the link is
	coming []parcel
	number uint32

	canvas image.RGBA
	last   picture.Payload
	seen   []glance
}

type parcel struct {
	at   time.Time
	data []byte
}

// glance is what is noted of a picture.
type glance struct {
	at    time.Duration
	bytes int
	picture.Header
}

// seat connects a viewer and subscribes.
func (s *stage) seat(params string) *seat {
	e := &seat{probe: &probe{t: s.t, con: s.con, replies: map[int]json.RawMessage{}, faults: map[int]fault{}}, s: s}
	s.con.Limits.Protocol.SlowCall = time.Hour
	e.peer = s.con.RPC().Connect(e, rpc.View)
	s.seats = append(s.seats, e)
	e.open(params)
	return e
}

func (e *seat) open(params string) {
	n := e.send("sub.open", fmt.Sprintf(`{"id":"d","topic":"display","credit":2,"params":%s}`, params))
	e.s.turn()
	require.Empty(e.t, e.faults)
	e.number = decodeInto[struct{ Binary uint32 }](e.t, e.replies[n]).Binary
}

// SendBinary lets a picture go its way.
func (e *seat) SendBinary(data []byte) error {
	now := time.Now()
	if e.free.Before(now) {
		e.free = now
	}
	if e.rate > 0 {
		e.free = e.free.Add(time.Duration(float64(len(data)) / e.rate * float64(time.Second)))
	}
	e.coming = append(e.coming, parcel{e.free.Add(e.delay), slices.Clone(data)})
	return nil
}

// arrive draws what has arrived, and acknowledges it.
func (e *seat) arrive(now time.Time) {
	for len(e.coming) > 0 && !e.coming[0].at.After(now) {
		data := e.coming[0].data
		e.coming = e.coming[1:]
		if binary.LittleEndian.Uint32(data[4:]) != e.number {
			continue
		}
		require.Zero(e.t, binary.LittleEndian.Uint16(data[2:]), "none is lost")
		var err error
		e.last, err = picturetest.Draw(&e.canvas, data[24:])
		require.NoError(e.t, err)
		e.seen = append(e.seen, glance{e.con.clock.now(), len(data), e.last.Header})
		if !e.mute {
			e.send("sub.ack", fmt.Sprintf(`{"id":"d","seq":%d}`, binary.LittleEndian.Uint32(data[8:])))
		}
	}
}

// take returns what was seen since the last call.
func (e *seat) take() []glance {
	seen := e.seen
	e.seen = nil
	return seen
}

func weightOf(seen []glance) (n int) {
	for _, g := range seen {
		n += g.bytes
	}
	return n
}

// requireExact requires that the viewer sees exactly what is shown.
func (e *seat) requireExact() {
	e.t.Helper()
	require.Equal(e.t, e.s.img.Rect, e.canvas.Rect)
	for y := range e.s.img.Rect.Dy() {
		for x := range e.s.img.Rect.Dx() {
			want := e.s.img.RGBAAt(x, y)
			want.A = 255
			if got := e.canvas.RGBAAt(x, y); got != want {
				require.Equal(e.t, want, got, "at %d, %d", x, y)
			}
		}
	}
}

// noise paints what no codec likes: one of sixteen such pictures.
func (s *stage) noise(r image.Rectangle, seed int) {
	if s.noises == nil {
		for i := range 16 {
			img := image.NewRGBA(s.img.Rect)
			source := rand.New(rand.NewPCG(uint64(i), 1))
			for k := range img.Pix {
				img.Pix[k] = byte(source.Uint32())
			}
			s.noises = append(s.noises, img)
		}
	}
	draw.Draw(s.img, r, s.noises[seed%len(s.noises)], r.Min, draw.Src)
}

// plain paints a rectangle of one colour.
func plain(img *image.RGBA, r image.Rectangle, c color.RGBA) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			img.SetRGBA(x, y, c)
		}
	}
}
