package console

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/internal/capture"
	"github.com/scry-dev/scry/rpc"
)

// flown is a game of 10 ms a frame, 4 of them ai, whose flight recorder and black box
// are worked by hand: what their goroutine does eight times in a frame, they do once.
type flown struct {
	*probe
	ai time.Duration // what the next frames' ai takes
}

func inFlight(t *testing.T, con *Console, f func(t *testing.T, p *flown)) {
	synctest.Test(t, func(t *testing.T) {
		con.Timings.GoClock = true
		p := &flown{newProbe(t, con), 4 * time.Millisecond}
		con.flight.reader = con.Timings.Reader()
		con.collecting.Store(true)
		ai := con.Timings.Scope("ai", "")
		p.each = func() {
			s := con.Timings.Begin(ai)
			time.Sleep(p.ai)
			s.End()
			time.Sleep(6 * time.Millisecond)
		}
		p.fly(2 * settledFrames)
		f(t, p)
		require.NoError(t, con.Close())
	})
}

// fly runs frames.
func (p *flown) fly(frames int) {
	for range frames {
		p.frame()
		p.con.flight.collect()
		p.con.Blackbox.finish(p.con.clock.now())
	}
}

// hitch runs one long frame.
func (p *flown) hitch() {
	p.ai = 60 * time.Millisecond
	p.fly(1)
	p.ai = 4 * time.Millisecond
	p.fly(1)
}

func (p *flown) incidents() []Incident { return get[[]Incident](p.probe, "incident.list", `{}`) }

func TestAFrameThatTakesLongIsKept(t *testing.T) {
	inFlight(t, new(Console), func(t *testing.T, p *flown) {
		p.fly(1200)
		log := slog.New(&p.con.Log)
		log.Info("before")
		p.hitch()
		long := p.con.Time.Frame() - 1
		log.Info("after")
		got := p.incidents()
		require.Len(t, got, 1)
		require.Equal(t, "frame", got[0].Kind)
		require.Equal(t, "ai (60.0 ms) in a frame of 66.0 ms", got[0].Reason)
		require.Equal(t, int64(66e6), got[0].Period)
		require.Equal(t, "recording", got[0].State)
		p.hitch() // too soon for another that is no worse
		p.fly(100)
		log.Info("too late to be in it")
		got = p.incidents()
		require.Len(t, got, 1)
		require.Equal(t, "kept", got[0].State)
		require.Equal(t, 1, got[0].More)

		kept, _, ok := p.con.Blackbox.find(got[0].ID)
		require.True(t, ok)
		var file bytes.Buffer
		require.NoError(t, kept.write(&file, "scry"))
		c, err := capture.Read(&file, 1<<20)
		require.NoError(t, err)
		require.Equal(t, "frame", c.Meta.Reason.Kind)
		require.Equal(t, got[0].Frames, len(c.Segments))
		require.Equal(t, len(c.Segments), len(c.Frames))
		found := false
		for _, s := range c.Segments {
			for _, span := range s.Spans {
				found = found || uint64(s.Header.Frame) == long && span.Duration == 60e6
			}
		}
		require.True(t, found, "the long scope stands in the long frame")
		first, last := c.Segments[0].Header, c.Segments[len(c.Segments)-1].Header
		require.Less(t, first.Time, got[0].Time, "it reaches back")
		require.InDelta(t, got[0].Time+int64(time.Second), last.Time, 2e7, "and goes on for a second")
		var lines Lines
		require.NoError(t, json.Unmarshal(c.Snapshots["log"], &lines))
		require.Equal(t, []string{"before", "after"}, []string{lines.Lines[0].Msg, lines.Lines[1].Msg})
		require.Len(t, lines.Lines, 2)
		for _, format := range []string{"chrome", "perfetto"} {
			var other bytes.Buffer
			require.NoError(t, kept.write(&other, format))
			require.Contains(t, other.String(), "ai")
		}
	})
}

func TestAWorseFrameIsKeptThoughAnotherHasJustBeen(t *testing.T) {
	inFlight(t, new(Console), func(t *testing.T, p *flown) {
		p.hitch()
		p.ai = 90 * time.Millisecond
		p.fly(1)
		p.ai = 4 * time.Millisecond
		p.fly(2)
		got := p.incidents()
		require.Len(t, got, 2)
		require.Equal(t, "ai (90.0 ms) in a frame of 96.0 ms", got[0].Reason)
	})
}

func TestTheFirstFramesMayTakeLong(t *testing.T) {
	p := newProbe(t, new(Console))
	p.con.collecting.Store(true)
	b := &p.con.Blackbox
	for range settledFrames {
		b.frame(time.Second, false, func() string { return "" })
	}
	require.Empty(t, b.incidents())
	b.frame(time.Second, true, func() string { return "" })
	require.Empty(t, b.incidents(), "held")
	b.frame(time.Second, false, func() string { return "" })
	require.Len(t, b.incidents(), 1)
}

func TestWhatFreezesTheRecorder(t *testing.T) {
	low := 10.0
	con := &Console{}
	health := 100.0
	con.Cvars.Bind("player.health", &health, "")
	con.Cvars.Bind("player.name", new(string), "")
	con.Blackbox.Quiet = time.Millisecond
	con.Blackbox.When("the player is low", func() bool { return health < low })
	rpc.Handle(con.RPC(), rpc.Method{Name: "game.break"}, func(*rpc.Call, rpc.Void) (int, error) { panic("boom") })
	inFlight(t, con, func(t *testing.T, p *flown) {
		newest := func() Incident {
			p.fly(2)
			return p.incidents()[0]
		}
		slog.New(&con.Log).Error("the level is broken")
		i := newest()
		require.Equal(t, [2]string{"log", "error in the log: the level is broken"}, [2]string{i.Kind, i.Reason})

		p.refused(rpc.InternalError, "game.break", `{}`)
		i = newest()
		require.Equal(t, [2]string{"panic", "game.break panicked: boom"}, [2]string{i.Kind, i.Reason})

		health = 5
		p.fly(10)
		i = newest()
		require.Equal(t, [2]string{"predicate", "the player is low"}, [2]string{i.Kind, i.Reason})
		n := len(p.incidents())
		p.fly(10)
		require.Len(t, p.incidents(), n, "once, not in every frame")

		a := get[Predicate](p.probe, "incident.arm", `{"cvar":"player.health","op":"<=","value":3}`)
		require.Equal(t, []Predicate{a}, get[[]Predicate](p.probe, "incident.armed", `{}`))
		p.fly(2)
		require.Len(t, p.incidents(), n)
		get[CvarState](p.probe, "cvar.set", `{"name":"player.health","value":2.5}`)
		i = newest()
		require.Equal(t, [2]string{"predicate", "player.health <= 3: it is 2.5"}, [2]string{i.Kind, i.Reason})
		get[rpc.Void](p.probe, "incident.disarm", `{"id":"`+a.ID+`"}`)
		require.Empty(t, get[[]Predicate](p.probe, "incident.armed", `{}`))
		p.fly(150)
		kept, _, _ := con.Blackbox.find(i.ID)
		require.Equal(t, "cvars", kept.topics[2].topic)
		require.Contains(t, string(kept.topics[2].events[0].Value), `"value":2.5`)

		f := get[Incident](p.probe, "incident.freeze", `{"reason":"looks odd"}`)
		require.Equal(t, [3]string{"client", "looks odd", p.peer.Name()}, [3]string{f.Kind, f.Reason, f.By})
		con.Blackbox.Freeze("the game says so")
		require.Equal(t, [2]string{"call", "the game says so"}, [2]string{newest().Kind, newest().Reason})

		for params, path := range map[string]string{
			`{"cvar":"player.helth","op":"<","value":3}`:    "",
			`{"cvar":"player.health","op":"<","value":"x"}`: "/value",
			`{"cvar":"player.health","op":"~","value":1}`:   "/op",
			`{"cvar":"player.name","op":"<","value":"a"}`:   "/op",
		} {
			_, err := p.call("incident.arm", params)
			require.NotNil(t, err)
			if path == "" {
				require.Equal(t, "player.health", err.Data.Suggest)
				continue
			}
			require.Contains(t, err.Data.Path, path)
		}
		p.refused(rpc.NotFound, "incident.disarm", `{"id":"99"}`)
	})
}

func TestTheNewestFramesAreCapturedOnDemand(t *testing.T) {
	inFlight(t, new(Console), func(t *testing.T, p *flown) {
		id := p.send("timing.capture", `{"frames":20,"format":"chrome"}`)
		p.fly(3)
		var r CaptureResult
		require.NoError(t, json.Unmarshal(p.replies[id], &r))
		require.Equal(t, 20, r.Frames)
		kept, in, ok := p.con.Blackbox.find(r.ID)
		require.True(t, ok)
		require.Equal(t, "capture", in.Kind)
		require.Equal(t, 20, len(kept.frames))
		require.Equal(t, r.Bytes, kept.size())
		require.Equal(t, "chrome", kept.format, "for a GET that names none")
	})
}

func TestIncidentsMakeRoom(t *testing.T) {
	con := &Console{}
	con.Blackbox.Keep, con.Blackbox.Quiet = 3, 1
	inFlight(t, con, func(t *testing.T, p *flown) {
		mine := get[Incident](p.probe, "incident.freeze", `{"reason":"mine"}`)
		p.fly(150)
		for range 5 {
			p.hitch()
			p.fly(150)
		}
		list := p.incidents()
		require.Len(t, list, 3)
		require.Equal(t, mine.ID, list[2].ID, "what a client asked for outlives what the game did")
		get[rpc.Void](p.probe, "incident.delete", `{"id":"`+mine.ID+`"}`)
		require.Len(t, p.incidents(), 2)
		p.refused(rpc.NotFound, "incident.delete", `{"id":"`+mine.ID+`"}`)

		con.Blackbox.Bytes = list[0].Bytes + 1
		p.hitch()
		p.fly(150)
		require.Len(t, p.incidents(), 1)
	})
}

// A client cannot have more copied than there is time for.
func TestClientsAskForAFewAtATime(t *testing.T) {
	inFlight(t, new(Console), func(t *testing.T, p *flown) {
		for range maxRecording {
			get[Incident](p.probe, "incident.freeze", `{}`)
		}
		p.refused(rpc.TooMany, "incident.freeze", `{}`)
		p.refused(rpc.TooMany, "timing.capture", `{}`)
		p.con.Blackbox.Freeze("nor can the program")
		p.fly(150)
		require.Len(t, p.incidents(), maxRecording)
		get[Incident](p.probe, "incident.freeze", `{"reason":"`+strings.Repeat("é", 150)+`"}`)
		require.True(t, utf8.ValidString(p.incidents()[0].Reason))
	})
}

func TestAJumpOfTheHeap(t *testing.T) {
	var h heapWatch
	require.Zero(t, h.grown(heapEvery), "the first look")
	require.Zero(t, h.grown(heapEvery+1), "not yet")
	kept := make([]byte, 32<<20)
	require.Greater(t, h.grown(2*heapEvery), int64(16<<20))
	kept[0] = 1
}

func TestWithoutAFlightRecorderNothingIsFrozen(t *testing.T) {
	con := new(Console)
	con.Timings.Flight = -1
	p := newProbe(t, con)
	p.frame()
	p.frame()
	require.NotContains(t, con.RPC().Features, "incidents", "a page does not ask for what is not there")
	require.Contains(t, new(Console).RPC().Features, "incidents")
	p.refused(rpc.Unavailable, "incident.freeze", `{}`)
	p.refused(rpc.Unavailable, "timing.capture", `{}`)
	con.Blackbox.Freeze("x")
	require.Empty(t, con.Blackbox.incidents())
	sp := con.Timings.Begin(con.Timings.Scope("x", ""))
	require.Equal(t, timing.Span{}, sp, "nobody looks: a scope is not timed")
	p.open("timings", `{}`)
	p.frame()
	p.frame()
	require.NotEqual(t, timing.Span{}, con.Timings.Begin(con.Timings.Scope("x", "")))
}

// A client that asks for more than is kept at a time is refused: what it asked for would
// have to go at once, and nobody would answer it.
func TestNobodyWaitsForACaptureThatHadToGo(t *testing.T) {
	con := &Console{Blackbox: Blackbox{Keep: 1}}
	inFlight(t, con, func(t *testing.T, p *flown) {
		con.Blackbox.Freeze("the game's own")
		p.refused(rpc.TooMany, "timing.capture", `{}`)
		p.fly(200)
		require.NotEmpty(t, p.incidents())
	})
}

// What comes after an incident must not push the incident out of the recorder.
func TestAnIncidentIsInItsRecording(t *testing.T) {
	con := &Console{Timings: Timings{Flight: 400 * time.Millisecond}}
	inFlight(t, con, func(t *testing.T, p *flown) {
		con.Blackbox.Freeze("now")
		frame := con.Time.Frame()
		p.fly(300)
		got := p.incidents()
		require.Equal(t, "kept", got[0].State)
		require.LessOrEqual(t, got[0].FirstFrame, frame)
		require.Greater(t, got[0].LastFrame, frame)
	})
}

// A capture is complete before the game's next frame, and holds the cvars all the same.
// Somebody who waits for a moment gets it, also in a game that hitches all the time.
func TestAnArmedConditionRestsByItselfAlone(t *testing.T) {
	con := new(Console)
	health := 100.0
	con.Cvars.Bind("player.health", &health, "")
	con.Blackbox.When("the player is low", func() bool { return health < 10 })
	inFlight(t, con, func(t *testing.T, p *flown) {
		get[Predicate](p.probe, "incident.arm", `{"cvar":"player.health","op":"<","value":10}`)
		p.hitch()
		for range 3 {
			health = 5
			p.fly(2)
			health = 50
			p.fly(2)
		}
		list := p.incidents()
		require.Len(t, list, 2)
		require.Equal(t, []any{"predicate", "player.health < 10: it is 5", 2}, []any{list[0].Kind, list[0].Reason, list[0].More})
		require.Equal(t, []any{"frame", 3}, []any{list[1].Kind, list[1].More}, "the game's own condition came too soon after")
		p.fly(1200)
		health = 5
		p.fly(2)
		require.Len(t, p.incidents(), 4, "both are due again")
	})
}

func TestACaptureHoldsCvars(t *testing.T) {
	con := new(Console)
	speed := 3.0
	con.Cvars.Bind("ship.speed", &speed, "")
	inFlight(t, con, func(t *testing.T, p *flown) {
		p.send("timing.capture", `{}`)
		p.fly(1)
		kept, _, _ := con.Blackbox.find("1")
		require.NotNil(t, kept)
		require.True(t, slices.ContainsFunc(kept.topics, func(part topicPart) bool {
			return part.topic == "cvars" && strings.Contains(string(part.snapshot), "ship.speed")
		}))
	})
}

// What a client changes while an incident is being recorded belongs to it.
func TestARecordingHoldsTheChangesAfterTheIncident(t *testing.T) {
	con := new(Console)
	speed := 3.0
	con.Cvars.Bind("ship.speed", &speed, "")
	inFlight(t, con, func(t *testing.T, p *flown) {
		con.Blackbox.Freeze("now")
		p.fly(20)
		get[CvarState](p.probe, "cvar.set", `{"name":"ship.speed","value":7}`)
		p.fly(150)
		kept, _, _ := con.Blackbox.find("1")
		require.NotNil(t, kept)
		n := slices.IndexFunc(kept.topics, func(part topicPart) bool { return part.topic == "cvars" })
		require.GreaterOrEqual(t, n, 0)
		require.Len(t, kept.topics[n].events, 1)
	})
}

// A game that hangs calls Update no more, and is recorded all the same.
func TestAnIncidentOfAGameThatHangsIsKept(t *testing.T) {
	con := new(Console)
	inFlight(t, con, func(t *testing.T, p *flown) {
		con.Blackbox.Freeze("it hangs")
		time.Sleep(3 * time.Second)
		con.Blackbox.finish(con.clock.now())
		kept, _, _ := con.Blackbox.find("1")
		require.NotNil(t, kept)
	})
}
