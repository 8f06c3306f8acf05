package console

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestARepeatedLineIsCounted(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	p.frame()
	log := slog.New(&con.Log)
	say := func(msg string, args ...any) { log.Info(msg, args...) }
	say("a", "n", 1)
	say("a", "n", 1)
	p.frame()
	say("a", "n", 1)
	say("a", "n", 2)
	say("b", "n", 2)
	say("a", "n", 2)
	log.Info("a", "n", 2) // from another place
	lines := kept(con)
	require.Len(t, lines, 5)
	first := lines[0]
	require.Equal(t, uint64(3), first.Count)
	require.Equal(t, uint64(1), first.Frame)
	require.Equal(t, uint64(2), first.LastFrame)
	require.Greater(t, first.LastTime, first.Time)
	for _, l := range lines[1:] {
		require.Zero(t, l.Count)
		require.Zero(t, l.LastFrame)
		require.Zero(t, l.LastTime)
	}
	raw, f := p.call("log.tail", `{"limit":1}`)
	require.Nil(t, f)
	require.NotContains(t, string(raw), "count")
	require.NotContains(t, string(raw), "last")
}

// A game may load for minutes before its first Update, when the session's time begins.
func TestBeforeTheSessionTimePassesForFloodControl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		con := new(Console)
		log := slog.New(&con.Log)
		for i := range 3000 {
			log.Info("loaded", "asset", i)
			time.Sleep(10 * time.Millisecond)
		}
		_, _, dropped := con.Log.lostLines()
		require.Zero(t, dropped)
	})
}

func TestSubscribersGetNewCounts(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	log := slog.New(&con.Log)
	say := func() { log.Info("again") }
	say()
	var got Lines
	require.NoError(t, json.Unmarshal(p.open("log", `{}`), &got))
	require.Zero(t, got.Lines[0].Count)
	say()
	say()
	require.NoError(t, json.Unmarshal(p.next().Value, &got))
	require.Len(t, got.Lines, 1)
	require.Equal(t, [2]uint64{1, 3}, [2]uint64{got.Lines[0].Seq, got.Lines[0].Count})
	say()
	log.Info("another")
	require.NoError(t, json.Unmarshal(p.next().Value, &got))
	require.Len(t, got.Lines, 2)
	require.Equal(t, [2]uint64{1, 4}, [2]uint64{got.Lines[0].Seq, got.Lines[0].Count})
	require.Equal(t, uint64(2), got.Lines[1].Seq)
	for range 20 {
		p.frame()
	}
	require.Empty(t, p.events, "nothing is new")
}

func TestAFloodIsCutAndTheLogSaysSo(t *testing.T) {
	con := new(Console)
	con.Log.Flood = 10
	p := newProbe(t, con)
	log := slog.New(&con.Log)
	for i := range 5050 {
		log.Info("flood", "i", i)
	}
	log.Info("another place is let through")
	p.frame()
	require.Len(t, kept(con), 50+1)
	p.wait()
	lines := kept(con)
	require.Len(t, lines, 50+1+1)
	said := lines[51]
	require.Equal(t, "warn", said.Level)
	require.Regexp(t, `^dropped 5,000 lines of logflood_test\.go:\d+$`, said.Msg)
	require.JSONEq(t, `{"dropped":5000}`, string(said.Attrs))
	require.Equal(t, lines[0].Source, said.Source)
	p.wait()
	require.Len(t, kept(con), 52, "told once")
	for i := range 30 { // two seconds have passed
		log.Info("flood", "i", i)
	}
	require.Len(t, kept(con), 52+30)
	_, folded, dropped := con.Log.lostLines()
	require.Equal(t, [2]uint64{0, 5000}, [2]uint64{folded, dropped})
}

// TestNoErrorIsDroppedWhileOthersPass has all levels come from one place, as they do
// where a game has a function for its log.
func TestNoErrorIsDroppedWhileOthersPass(t *testing.T) {
	con := new(Console)
	con.Log.Flood = 10
	con.Update()
	log := slog.New(&con.Log)
	n := 0
	say := func(level slog.Level) bool {
		n++
		before := con.Log.ring.seq
		log.Log(t.Context(), level, "x", "n", n)
		return con.Log.ring.seq > before
	}
	for say(slog.LevelInfo) {
	}
	errors := 0
	for say(slog.LevelError) {
		errors++
		require.False(t, say(slog.LevelWarn))
	}
	require.Equal(t, 50, errors)
}

func TestErrorsThatAreDroppedStillRaiseTheAlarm(t *testing.T) {
	con := new(Console)
	con.Log.Flood = 1
	p := newProbe(t, con)
	p.frame()
	heard := 0
	alarm := func(string) { heard++ }
	con.Log.alarm.Store(&alarm)
	log := slog.New(&con.Log)
	say := func(i int) { log.Error("broken", "i", i) }
	for i := range 1000 {
		say(i)
	}
	require.GreaterOrEqual(t, heard, 10, "each that is kept")
	p.wait()
	p.wait()
	heard = 0
	for i := range 100 {
		say(i)
	}
	require.Positive(t, heard)
}

// TestWhatIsDroppedTakesNoLock holds the lock meanwhile. No time passes, in which a line
// would be let through again, however slow the machine is.
func TestWhatIsDroppedTakesNoLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Log
		log := slog.New(&l)
		for i := range 2000 {
			if i == defaultFlood*floodBurst {
				l.mu.Lock()
			}
			log.Info("x", "i", i)
		}
		l.mu.Unlock()
		_, _, dropped := l.lostLines()
		require.Equal(t, uint64(1000), dropped)
	})
}

// ledger is what lines say, added up: of the game's, of what was dropped.
func ledger(t *testing.T, lines []Line) (said, own, dropped uint64) {
	for _, l := range lines {
		if strings.HasPrefix(l.Msg, "dropped ") {
			var attrs struct{ Dropped, Errors uint64 }
			require.NoError(t, json.Unmarshal(l.Attrs, &attrs))
			dropped += attrs.Dropped
			own++
			continue
		}
		said += max(1, l.Count)
	}
	return said, own, dropped
}

// TestEveryLineIsKeptOrCountedOrDropped logs at random and adds up: in the ring, and as
// a subscriber hears it.
func TestEveryLineIsKeptOrCountedOrDropped(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 2))
		con := new(Console)
		con.Log.Flood = 1 + random.IntN(5)
		con.Log.Level = slog.LevelDebug
		p := newProbe(t, con)
		p.open("log", `{}`)
		log := slog.New(&con.Log)
		places := []func(slog.Level, int){
			func(l slog.Level, i int) { log.Log(t.Context(), l, "a", "i", i) },
			func(l slog.Level, i int) { log.Log(t.Context(), l, "b", "i", i) },
			func(l slog.Level, i int) { log.Log(t.Context(), l, "c") },
		}
		logged := uint64(0)
		for range 300 {
			for range random.IntN(8) {
				places[random.IntN(len(places))](slogLevels[random.IntN(4)], random.IntN(3))
				logged++
			}
			if random.IntN(10) == 0 {
				p.wait()
			} else {
				p.frame()
			}
		}
		p.wait()
		p.wait()
		heard := make(map[uint64]Line)
		for _, e := range p.events {
			var lines Lines
			require.NoError(t, json.Unmarshal(e.Value, &lines))
			require.Zero(t, lines.Lost)
			for _, l := range lines.Lines {
				heard[l.Seq] = l
			}
		}
		lines := kept(con)
		evicted, folded, dropped := con.Log.lostLines()
		said, own, told := ledger(t, lines)
		require.Zero(t, evicted)
		require.Equal(t, dropped, told, "seed %d", seed)
		require.Equal(t, logged, said+dropped, "seed %d", seed)
		require.Equal(t, logged, uint64(len(lines))-own+folded+dropped)
		require.Len(t, heard, len(lines))
		for _, l := range lines {
			require.Equal(t, l, heard[l.Seq])
		}
		total := uint64(0)
		for _, n := range con.Log.counts() {
			total += n
		}
		require.Equal(t, logged+own, total)
	}
}

// TestGoroutinesThatLogWithoutEnd log while the game runs: what they say is bounded, and
// adds up.
func TestGoroutinesThatLogWithoutEnd(t *testing.T) {
	con := &Console{Log: Log{Bytes: 256 << 10}}
	p := newProbe(t, con)
	p.open("log", `{}`)
	log := slog.New(&con.Log)
	var logged atomic.Uint64
	var wait sync.WaitGroup
	stop := make(chan struct{})
	for g := range 8 {
		wait.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				log.Info("without end", "g", g, "i", i/3) // each three times
				logged.Add(1)
			}
		})
	}
	for logged.Load() < 20_000 {
		p.frame()
	}
	close(stop)
	wait.Wait()
	p.wait()
	p.wait()
	evicted, folded, dropped := con.Log.lostLines()
	require.Positive(t, dropped)
	require.Equal(t, 4, len(con.Log.ring.pieces))
	_, own, told := ledger(t, kept(con))
	if evicted == 0 {
		require.Equal(t, dropped, told)
	}
	require.Equal(t, logged.Load(), con.Log.ring.seq-own+folded+dropped)
}

func TestLogsOfManyLinesAreSearchedOverFrames(t *testing.T) {
	con := &Console{Log: Log{Flood: -1}}
	p := newProbe(t, con)
	log := slog.New(&con.Log)
	log.Info("the First is näive")
	for i := range 7000 {
		log.Info("hay", "i", i)
	}
	n := p.send("log.tail", `{"match":"first"}`)
	frames := 0
	for ; p.replies[n] == nil; frames++ {
		require.Less(t, frames, 10)
		p.frame()
		log.Info("more hay", "frames", frames) // what comes meanwhile is not looked at
	}
	require.Equal(t, 4, frames, "2,000 lines a frame")
	var got Lines
	require.NoError(t, json.Unmarshal(p.replies[n], &got))
	require.Len(t, got.Lines, 1)
	require.Equal(t, uint64(1), got.Lines[0].Seq)
	require.Len(t, get[Lines](p, "log.tail", `{"match":"NÄIVE"}`).Lines, 1)

	// Two at a time share what a frame has, in their order.
	a, b := p.send("log.tail", `{"match":"first"}`), p.send("log.tail", `{"match":"first"}`)
	for frames = 0; p.replies[b] == nil; frames++ {
		require.Less(t, frames, 20)
		p.frame()
		require.True(t, p.replies[a] != nil || p.replies[b] == nil)
	}
	require.InDelta(t, 7, frames, 1)
}

func TestASearchThatIsCanceledEnds(t *testing.T) {
	con := &Console{Log: Log{Flood: -1}}
	p := newProbe(t, con)
	log := slog.New(&con.Log)
	for i := range 7000 {
		log.Info("hay", "i", i)
	}
	n := p.send("log.tail", `{"match":"needle"}`)
	p.frame()
	require.Len(t, con.Log.reader.searches, 1)
	p.send("$/cancelRequest", fmt.Sprintf(`{"id":%d}`, n))
	p.frame()
	p.frame()
	require.Empty(t, con.Log.reader.searches)
}

func TestASearchThatIsOvertakenSaysWhatItMissed(t *testing.T) {
	con := &Console{Log: Log{Flood: -1, Bytes: 1}}
	log := slog.New(&con.Log)
	for i := range 1000 {
		log.Info("hay", "i", i)
	}
	s, left := search{limit: 10, match: "needle"}, 100
	require.False(t, s.advance(&con.Log, &left))
	require.Zero(t, left)
	looked := con.Log.ring.seq - 99
	for i := range 10_000 {
		log.Info("more", "i", i)
	}
	left = 100
	require.True(t, s.advance(&con.Log, &left))
	require.Equal(t, Lines{[]Line{}, looked - 1}, s.result())
}
