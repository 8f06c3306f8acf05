package console

import (
	"fmt"
	"image"
	"image/color"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Of two viewers the one with a slow link sees what that carries, and the other every
// picture; when the picture rests, both see exactly the same.
func TestASlowViewerSlowsNobody(t *testing.T) {
	onStage(t, 200, 100, func(s *stage) {
		s.paint = func(frame int) { s.noise(image.Rect(30, 30, 150, 80), frame) }
		fast, slow := s.seat(`{"adapt":false}`), s.seat(`{"adapt":false}`)
		slow.rate = 40e3
		s.seconds(1)
		fast.take()
		slow.take()
		s.seconds(5)
		all, some := fast.take(), slow.take()
		require.InDelta(t, 150, len(all), 3, "each picture of 30 a second")
		require.InDelta(t, 5*slow.rate, weightOf(some), 0.2*5*slow.rate, "as much as its link carries")
		require.Greater(t, len(all), 2*len(some))
		s.paint = func(int) {}
		s.seconds(8)
		require.True(t, fast.last.Resting)
		require.True(t, slow.last.Resting)
		fast.requireExact()
		slow.requireExact()
	})
}

// Viewers who know the same share one message, and who join later come to share it.
func TestViewersShareWhatIsEncoded(t *testing.T) {
	onStage(t, 320, 200, func(s *stage) {
		s.paint = func(frame int) { s.noise(image.Rect(0, 0, 64, 64), frame) }
		most := func() (shares, casts int) {
			for range 60 {
				s.turn()
				if j := s.con.Display.job; j != nil {
					shares, casts = max(shares, len(j.shares)), max(casts, len(j.casts))
				}
			}
			return shares, casts
		}
		s.seat(`{}`)
		s.seconds(0.5)
		s.seat(`{"follow":"*"}`)
		s.seconds(0.5)
		late := s.seat(`{"fps":60}`)
		s.seconds(0.5)
		shares, casts := most()
		require.Equal(t, []int{2, 3}, []int{shares, casts}, "who sees each second picture knows another one")
		late.leave()
		s.seats = s.seats[:2]
		s.seconds(0.5)
		shares, casts = most()
		require.Equal(t, []int{1, 2}, []int{shares, casts}, "who follows something gets it behind the same pixels")
	})
}

func TestAPictureThatRestsIsSentExactlyAndThenNotAtAll(t *testing.T) {
	onStage(t, 320, 180, func(s *stage) {
		s.noise(s.img.Rect, 1)
		v := s.seat(`{}`)
		s.seconds(0.2)
		require.False(t, v.last.Resting)
		v.take()
		s.seconds(3)
		v.requireExact()
		require.True(t, v.last.Resting)
		for _, g := range v.take() {
			require.Less(t, g.bytes, 64<<10, "not all at once")
		}
		s.seconds(5)
		require.Empty(t, v.take(), "what does not change sends nothing")
	})
}

func TestAScreenThatHardlyChangesIsASmallMessage(t *testing.T) {
	onStage(t, 320, 180, func(s *stage) {
		plain(s.img, s.img.Rect, color.RGBA{20, 30, 40, 255})
		s.noise(image.Rect(0, 70, 320, 180), 1)
		v := s.seat(`{}`)
		s.seconds(2)
		v.take()
		s.paint = func(frame int) { // a clock, and a cursor that blinks
			plain(s.img, image.Rect(8, 8, 40, 16), color.RGBA{200, byte(frame), 40, 255})
			plain(s.img, image.Rect(50, 40, 54, 50), color.RGBA{byte(frame / 30 * 255), 255, 255, 255})
		}
		s.seconds(1)
		seen := v.take()
		require.InDelta(t, 30, len(seen), 3)
		for _, g := range seen {
			require.LessOrEqual(t, g.bytes, 1<<10)
		}
		s.paint = func(int) {}
		s.seconds(1)
		v.requireExact()
	})
}

// A host that reads its picture back shows it before Update, when what the viewer has
// acknowledged meanwhile is not read yet.
func TestEachFrameIsShownByAHostThatReadsBack(t *testing.T) {
	for _, early := range []bool{false, true} {
		t.Run(fmt.Sprint(early), func(t *testing.T) {
			onStage(t, 160, 100, func(s *stage) {
				s.early = early
				s.paint = func(frame int) { s.noise(image.Rect(0, 0, 60, 60), frame) }
				v := s.seat(`{"fps":60}`)
				s.seconds(1)
				v.take()
				s.seconds(3)
				require.InDelta(t, 180, len(v.take()), 3)
			})
		})
	}
}

func TestTheRateIsKeptWhateverTheFramesAre(t *testing.T) {
	for frames, want := range map[float64]float64{42: 30, 60: 30, 144: 30, 20: 20, 31: 30} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			onStage(t, 64, 64, func(s *stage) {
				s.frame = time.Duration(float64(time.Second) / frames)
				s.paint = func(frame int) { plain(s.img, s.img.Rect, color.RGBA{byte(frame), 0, 0, 255}) }
				v := s.seat(`{}`)
				s.seconds(1)
				v.take()
				s.seconds(10)
				require.InDelta(t, 10*want, len(v.take()), 0.03*10*want)
			})
		})
	}
}

func TestWhoDoesNotAcknowledgeIsSentNoMore(t *testing.T) {
	onStage(t, 100, 70, func(s *stage) {
		s.paint = func(frame int) { s.noise(s.img.Rect, frame) }
		dead, live := s.seat(`{}`), s.seat(`{}`)
		dead.mute = true
		s.seconds(1)
		dead.take()
		live.take()
		s.seconds(10)
		require.Empty(t, dead.take())
		require.InDelta(t, 300, len(live.take()), 10)
	})
}

// What a viewer gets follows what its link carries, and what it was granted stands in
// each picture.
func TestWhatAViewerGetsFollowsItsLink(t *testing.T) {
	for name, c := range map[string]struct {
		size    image.Point
		rate    float64
		delay   time.Duration
		seconds float64
		want    func(g glance) bool
	}{
		"without end": {image.Pt(160, 90), 0, 0, 20, func(g glance) bool { return g.Rate == 30 && g.Quality == 70 && g.Scale == 1 }},
		"far away":    {image.Pt(160, 90), 0, 40 * time.Millisecond, 20, func(g glance) bool { return g.Rate == 30 && g.Quality == 70 && g.Scale == 1 }},
		"1 MB a second, of four times as many pixels": {image.Pt(320, 180), 250e3, 0, 8, func(g glance) bool { return g.Rate < 30 && g.Rate >= 10 && g.Scale == 1 }},
		"50 kB a second": {image.Pt(160, 90), 50e3, 0, 20, func(g glance) bool { return g.Rate <= 10 && g.Scale <= 2 }},
		"5 kB a second":  {image.Pt(160, 90), 5e3, 0, 20, func(g glance) bool { return g.Rate <= 10 && g.Quality == 40 && g.Scale == 4 }},
	} {
		t.Run(name, func(t *testing.T) {
			var traces [2][]glance
			for i := range traces {
				onStage(t, c.size.X, c.size.Y, func(s *stage) {
					s.paint = func(frame int) { s.noise(image.Rect(0, 0, s.img.Rect.Max.X, s.img.Rect.Max.Y/2), frame) }
					v := s.seat(`{}`)
					v.rate, v.delay = c.rate, c.delay
					s.seconds(c.seconds)
					for _, g := range v.take() {
						g.Encode, g.Read = 0, 0
						traces[i] = append(traces[i], g)
					}
					last := traces[i][len(traces[i])-1]
					require.True(t, c.want(last), "%+v", last)
					info := get[DisplayInfo](v.probe, "display.info", `{}`)
					require.Len(t, info.Profiles, 1)
					require.Equal(t, DisplayGrant{1 / float64(last.Scale), last.Rate, last.Quality, "auto"}, info.Profiles[0].DisplayGrant)
					if i > 0 || c.rate == 0 || c.rate >= 250e3 {
						return
					}
					v.rate, v.free = 0, time.Now() // it gets better when the link does
					s.seconds(90)
					last = v.seen[len(v.seen)-1]
					require.Equal(t, []float64{30, 70, 1}, []float64{last.Rate, float64(last.Quality), float64(last.Scale)})
				})
			}
			require.Equal(t, traces[0], traces[1], "the same links give the same pictures")
		})
	}
}

// A link that carries just so much is not tried again and again.
func TestGoingUpInVainIsTriedLessAndLess(t *testing.T) {
	onStage(t, 160, 90, func(s *stage) {
		s.paint = func(frame int) { s.noise(image.Rect(0, 0, 160, 50), frame) }
		v := s.seat(`{}`)
		v.rate = 60e3
		s.seconds(120)
		changes := 0
		seen := v.take()
		for i := range seen {
			if i > 0 && seen[i].Rate != seen[i-1].Rate {
				changes++
			}
		}
		require.Less(t, changes, 12)
	})
}

func TestThePictureOfAnEncoderThatIsSlowComesLessOften(t *testing.T) {
	var d Display
	a, b := profile{den: 1, quality: 70}, profile{den: 2, quality: 70}
	viewers := []*viewer{{grant: grant{1, 70, 60}}, {grant: grant{2, 70, 60}}}
	d.viewers = viewers[:1]
	d.statsOf(a).note(10*time.Millisecond, 1)
	d.review(time.Second)
	require.InDelta(t, 45, d.carries(a), 0, "half a processor is 50")
	d.viewers = viewers
	d.statsOf(b).note(2*time.Millisecond, 1)
	d.review(2 * time.Second)
	require.InDelta(t, 22.5, d.carries(a), 0, "each of two has half of that")
	require.InDelta(t, 60, d.carries(b), 0)
	d.stats[a].encode = 9 * time.Millisecond
	d.review(3 * time.Second)
	require.InDelta(t, 22.5, d.carries(a), 0, "it does not go up for a little")
	d.viewers = viewers[:1]
	d.review(4 * time.Second)
	require.InDelta(t, 45, d.carries(a), 0)
	d.stats[a].encode = time.Second
	d.review(5 * time.Second)
	require.InDelta(t, 1, d.carries(a), 0)
}
