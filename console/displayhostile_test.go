package console

import (
	"encoding/json"
	"image"
	"image/color"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/picture"
	"github.com/scry-dev/scry/rpc"
)

func TestParamsThatNobodyMeans(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		v := s.seat(`{}`)
		for _, params := range []string{
			`{"scale":3}`, `{"scale":0.7}`, `{"fps":0.1}`, `{"fps":1e9}`, `{"quality":5}`, `{"quality":100}`, `{"mode":"video"}`, `{"most":100000}`,
			`{"follow":"kind:"}`, `{"follow":"nothing < 1"}`, `{"follow":3}`, `{"ids":[3]}`, `{"fps":"NaN"}`, `{"what":1}`, `[true]`, `{"scale":-1}`,
		} {
			_, f := v.call("sub.open", `{"id":"x","topic":"display","params":`+params+`}`)
			require.NotNil(t, f, params)
			require.Contains(t, []rpc.Code{rpc.InvalidParams, rpc.OutOfRange, rpc.NotFound}, f.Code, "%s: %s", params, f.Message)
		}
		v.refused(rpc.InvalidParams, "display.screenshot", `{"format":"gif"}`)
		v.refused(rpc.OutOfRange, "display.report", `{"id":"d","decode":-1}`)
		v.refused(rpc.OutOfRange, "world.pick", `{"x":1,"y":1,"radius":-1}`)
		get[struct{}](v.probe, "sub.open", `{"id":"long","topic":"display","params":{"ids":["`+strings.Repeat("9", 40000)+`"]}}`)
		s.seconds(0.2)
	})
}

func TestViewersAreBounded(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		v := s.seat(`{}`)
		for i := range 1000 {
			n := v.send("sub.open", `{"id":"x","topic":"display","params":{"follow":"*","scale":0.5}}`)
			v.send("sub.close", `{"id":"x"}`)
			if i%10 == 0 {
				s.turn()
				require.NotEmpty(t, v.replies[n])
			}
		}
		s.seconds(0.5)
		require.Len(t, s.con.Display.viewers, 1)
		for i := range maxViewers - 1 {
			v.send("sub.open", `{"id":"`+strings.Repeat("y", i+1)+`","topic":"display"}`)
		}
		s.seconds(0.5)
		f := v.refused(rpc.TooMany, "sub.open", `{"id":"z","topic":"display"}`)
		require.Equal(t, "display viewers", f.Data.Limit)
	})
}

func TestADisplayThatHasAnotherSizeEachFrame(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		whole, quarter := s.seat(`{"fps":60}`), s.seat(`{"scale":0.25}`)
		s.paint = func(frame int) {
			s.img = image.NewRGBA(image.Rect(0, 0, 1+frame*37%300, 1+frame*53%200))
			for i := range s.img.Pix {
				s.img.Pix[i] = byte(i + frame)
			}
		}
		s.seconds(2)
		require.Greater(t, len(whole.take()), 110)
		s.paint = func(int) {}
		s.seconds(2)
		whole.requireExact()
		w, h := picture.ShrunkSize(s.img.Rect.Dx(), s.img.Rect.Dy(), 4)
		require.Equal(t, image.Pt(w, h), quarter.canvas.Rect.Size())
	})
}

func TestPicturesOfNoSizeAndOfTooLargeAOne(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		v := s.seat(`{}`)
		s.seconds(0.2)
		v.take()
		for _, size := range []image.Point{{}, {0, 5}, {5, 0}, {maxSide + 1, 1}, {1, maxSide + 1}, {5000, 5000}, {1 << 30, 1 << 30}} {
			s.seconds(0.1)
			require.Nil(t, s.con.Display.Buffer(size.X, size.Y), "%v", size)
			require.NotEmpty(t, s.con.Display.refused)
		}
		s.con.Display.Present(nil)
		s.con.Display.Present(s.img)
		s.con.Display.Size(-3, 0)
		s.img = image.NewRGBA(image.Rect(0, 0, maxSide, 2))
		s.seconds(1)
		require.Equal(t, maxSide, v.last.Width)
		sub := image.NewRGBA(image.Rect(0, 0, 64, 64)).SubImage(image.Rect(7, 9, 20, 30)).(*image.RGBA)
		sub.Pix[0] = 99
		s.img = sub
		s.seconds(1)
		require.Equal(t, uint8(99), v.canvas.RGBAAt(0, 0).R, "a part of a larger picture")
	})
}

// A console may be closed while a picture is encoded; the game goes on.
func TestCloseWhileAPictureIsEncoded(t *testing.T) {
	for range 20 {
		con := &Console{Output: io.Discard}
		p := newProbe(t, con)
		p.frame()
		p.open("display", `{}`)
		img := image.NewRGBA(image.Rect(0, 0, 640, 360))
		for i := 0; !con.Display.busy; i++ {
			img.Pix[i]++
			p.frame()
			if con.Display.Due() {
				con.Display.Show(img)
			}
		}
		require.NoError(t, con.Close())
		for range 5 {
			p.frame()
			con.Display.Show(img)
		}
		p.refused(rpc.Unavailable, "display.screenshot", `{}`)
		p.refused(rpc.Unavailable, "sub.open", `{"id":"e","topic":"display"}`)
	}
}

func TestAPictureAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	con := &Console{Output: io.Discard}
	defer con.Close()
	p := newProbe(t, con)
	p.frame()
	p.open("display", `{"fps":60}`)
	con.collecting.Store(false) // the flight recorder keeps what it is given
	img := image.NewRGBA(image.Rect(0, 0, 640, 360))
	sent := 0
	next := func() {
		for before := con.Display.number; con.Display.number == before; {
			img.Pix[4*(sent*97%5000)]++
			sent++
			p.binaries = p.binaries[:0]
			p.wait()
			if con.Display.Due() {
				con.Display.Show(img)
			}
		}
		for !con.Display.done.Load() {
			runtime.Gosched()
		}
		p.frame()
	}
	for range 2 * timingFrames { // the ring of frames fills up once
		p.frame()
	}
	for range 50 {
		next()
	}
	require.Less(t, testing.AllocsPerRun(50, next), 1.5, "the test's own copy of the message")
}

func BenchmarkDueUnwatched(b *testing.B) {
	con := &Console{Output: io.Discard}
	for range con.Update() {
	}
	con.Display.Due()
	for b.Loop() {
		if con.Display.Due() {
			b.Fatal("nobody watches")
		}
	}
}

// An encoder that panics, as over a picture that its host has taken apart, neither ends the
// game nor the display.
func TestAnEncoderThatPanics(t *testing.T) {
	onStage(t, 100, 80, func(s *stage) {
		v := s.seat(`{}`)
		s.seconds(0.5)
		n := v.send("display.screenshot", `{}`)
		s.pass()
		for range s.con.Update() {
		}
		b := s.con.Display.Buffer(100, 80)
		require.NotNil(t, b)
		b.Pix = b.Pix[:3]
		s.con.Display.Present(b)
		s.seconds(0.5)
		require.Equal(t, rpc.Unavailable, v.faults[n].Code)
		plain(s.img, s.img.Rect, color.RGBA{9, 99, 199, 255})
		s.seconds(1)
		require.True(t, s.con.Display.failed)
		v.requireExact()
	})
}

// A screenshot is of a picture whose buffer was handed out after the call, also where one
// that waited before was refused meanwhile.
func TestAScreenshotIsOfNoEarlierPicture(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		v := s.seat(`{"fps":1}`)
		s.seconds(0.1)
		v.take()
		early := v.send("display.screenshot", `{}`)
		for range s.con.Update() {
		}
		b := s.con.Display.Buffer(8, 8)
		require.NotNil(t, b)
		for i := range b.Pix {
			b.Pix[i] = 1
		}
		time.Sleep(shotWait)
		for range s.con.Update() { // the early one is refused
		}
		require.Equal(t, rpc.Unavailable, v.faults[early].Code)
		late := v.send("display.screenshot", `{}`)
		for range s.con.Update() {
		}
		for s.con.Display.busy { // with what needs no new picture
			s.pass()
			for range s.con.Update() {
			}
		}
		s.con.Display.Present(b)
		require.Nil(t, s.con.Display.filling, "it was taken")
		synctest.Wait()
		for range s.con.Update() {
		}
		require.Empty(t, v.replies[late], "the picture is older than the call")
		s.seconds(0.2)
		require.NotEmpty(t, v.replies[late])
	})
}

// Screenshots that a client asks for at once are more than may wait for it: each is of a
// picture of its own, and no other client waits for them.
func TestScreenshotsOfOneClientComeOneByOne(t *testing.T) {
	onStage(t, 8, 8, func(s *stage) {
		v, other := s.seat(`{"fps":60}`), s.seat(`{"fps":60}`)
		s.seconds(0.1)
		var sent []int
		for range 3 {
			sent = append(sent, v.send("display.screenshot", `{}`))
		}
		last := other.send("display.screenshot", `{}`)
		s.seconds(1)
		frames := map[uint64]bool{}
		frame := func(v *seat, n int) (r Screenshot) {
			require.NoError(t, json.Unmarshal(v.replies[n], &r))
			return r
		}
		for _, n := range sent {
			frames[frame(v, n).Frame] = true
		}
		require.Len(t, frames, len(sent))
		require.Equal(t, frame(v, sent[0]).Frame, frame(other, last).Frame)
	})
}
