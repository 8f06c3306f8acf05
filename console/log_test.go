package console

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// kept are all lines that a log holds.
func kept(con *Console) []Line {
	all := search{limit: math.MaxInt}
	return all.run(&con.Log).Lines
}

func TestALineCarriesWhereItCameFrom(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	p.frame()
	log := slog.New(&con.Log)
	log.With("wave", 7).WithGroup("net").With("id", "a").Warn("slow", "rtt", 20*time.Millisecond, "err", error(rpc.Errorf(1, "odd")), slog.Group("peer", "n", 1, "hash", uint64(math.MaxUint64)))
	lines := get[Lines](p, "log.tail", `{}`).Lines
	require.Len(t, lines, 1)
	l := lines[0]
	require.Equal(t, "slow", l.Msg)
	require.Equal(t, "warn", l.Level)
	require.Equal(t, uint64(1), l.Frame)
	require.Equal(t, uint64(1), l.Tick)
	require.Regexp(t, `^console/log_test\.go:\d+$`, l.Source)
	require.JSONEq(t, `{"wave":7,"net.id":"a","net.rtt":"20ms","net.err":"odd","net.peer.n":1,"net.peer.hash":"18446744073709551615"}`, string(l.Attrs))
}

func TestTailIsFiltered(t *testing.T) {
	con := new(Console)
	con.Log.Level = slog.LevelDebug
	p := newProbe(t, con)
	log := slog.New(&con.Log)
	log.Debug("one")
	log.Info("two")
	log.Warn("THREE")
	log.Error("four")
	count := func(params string) int { return len(get[Lines](p, "log.tail", params).Lines) }
	require.Equal(t, 4, count(`{}`))
	require.Equal(t, 2, count(`{"level":"warn"}`))
	require.Equal(t, 1, count(`{"match":"three"}`))
	require.Equal(t, 1, count(`{"after":3}`))
	require.Equal(t, "four", get[Lines](p, "log.tail", `{"limit":1}`).Lines[0].Msg)
	f := p.refused(rpc.InvalidParams, "log.tail", `{"level":"wran"}`)
	require.Equal(t, "warn", f.Data.Suggest)
	p.refused(rpc.OutOfRange, "log.tail", `{"limit":2001}`)
}

func TestALevelThatIsNotKeptIsHandedOn(t *testing.T) {
	var out bytes.Buffer
	con := new(Console)
	con.Log.Next = slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})
	p := newProbe(t, con)
	slog.New(&con.Log).WithGroup("g").With("a", 1).Debug("quiet", "b", 2)
	require.Contains(t, out.String(), "g.a=1 g.b=2")
	require.Empty(t, get[Lines](p, "log.tail", `{}`).Lines)
}

func TestSubscribersGetEachLineOnce(t *testing.T) {
	con := &Console{Log: Log{Flood: -1}}
	p := newProbe(t, con)
	log := slog.New(&con.Log)
	log.Info("before")
	var first Lines
	require.NoError(t, json.Unmarshal(p.open("log", `{}`), &first))
	require.Len(t, first.Lines, 1)
	log.Info("a")
	log.Info("b")
	var next Lines
	require.NoError(t, json.Unmarshal(p.next().Value, &next))
	require.Len(t, next.Lines, 2)
	require.Zero(t, next.Lost)
	for i := range 2*maxEvent + 10 {
		log.Info("many", "i", i)
	}
	for _, want := range []int{maxEvent, maxEvent, 10} { // a frame is not held up by them
		seq := next.Lines[len(next.Lines)-1].Seq
		require.NoError(t, json.Unmarshal(p.next().Value, &next))
		require.Len(t, next.Lines, want)
		require.Zero(t, next.Lost)
		require.Equal(t, seq+1, next.Lines[0].Seq)
	}
}

func TestLinesThatWentBeforeTheyWereSentAreCounted(t *testing.T) {
	con := &Console{Log: Log{Flood: -1, Bytes: 1}}
	p := newProbe(t, con)
	p.open("log", `{}`)
	log := slog.New(&con.Log)
	for i := range 10_000 {
		log.Info("many", "i", i)
	}
	var got Lines
	require.NoError(t, json.Unmarshal(p.next().Value, &got))
	require.Equal(t, con.Log.ring.lost, got.Lost)
	require.Equal(t, got.Lost+1, got.Lines[0].Seq)
}

func TestLinesComeFromAnyGoroutine(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	log := slog.New(&con.Log)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range 100 {
				log.Info("x", "y", 100*i+j)
			}
		})
	}
	for range 20 {
		p.frame()
	}
	wait.Wait()
	require.Equal(t, uint64(800), con.Log.ring.seq)
}

func TestAHandlersPanicIsLogged(t *testing.T) {
	con := new(Console)
	rpc.Handle(con.RPC(), rpc.Method{Name: "game.break"}, func(*rpc.Call, rpc.Void) (int, error) { panic("boom") })
	p := newProbe(t, con)
	f := p.refused(rpc.InternalError, "game.break", `{}`)
	require.NotContains(t, f.Message, "boom")
	l := get[Lines](p, "log.tail", `{"level":"error"}`).Lines
	require.Len(t, l, 1)
	require.Contains(t, string(l[0].Attrs), "boom")
	require.Contains(t, string(l[0].Attrs), "TestAHandlersPanicIsLogged")
}

func TestALogThatWasInUseBeforeTheConsole(t *testing.T) {
	con := new(Console)
	log := slog.New(&con.Log)
	var wait sync.WaitGroup
	begun := make(chan struct{})
	wait.Go(func() {
		log.Info("first")
		close(begun)
		for range 1000 {
			log.Info("x")
		}
	})
	<-begun
	con.Update() // the race detector is the judge
	wait.Wait()
	require.Equal(t, uint64(1001), con.Log.counts()[infoRank])
}

func TestAnAttributeThatIsTooLongLeavesTheOthers(t *testing.T) {
	con := new(Console)
	log := slog.New(&con.Log)
	log.Info("x", "a", 1, "b", strings.Repeat("b", 2*maxLineBytes), "c", 3)
	log.With("a", strings.Repeat("a", maxLineBytes), "b", 2).Info("y", "c", 3)
	lines := kept(con)
	require.JSONEq(t, `{"a":1,"…":"more attributes than are kept"}`, string(lines[0].Attrs))
	require.JSONEq(t, `{"…":"more attributes than are kept","c":3}`, string(lines[1].Attrs))
}

func TestAPanicDeepDownIsLoggedWithItsStack(t *testing.T) {
	con := new(Console)
	var deep func(int)
	deep = func(n int) {
		if n == 0 {
			panic("boom")
		}
		deep(n - 1)
	}
	rpc.Handle(con.RPC(), rpc.Method{Name: "game.break"}, func(*rpc.Call, rpc.Void) (int, error) { deep(90); return 0, nil })
	p := newProbe(t, con)
	p.refused(rpc.InternalError, "game.break", `{}`)
	var attrs struct{ Method, Panic, Stack string }
	require.NoError(t, json.Unmarshal(kept(con)[0].Attrs, &attrs))
	require.Equal(t, "game.break", attrs.Method)
	require.Equal(t, "boom", attrs.Panic)
	require.Contains(t, attrs.Stack, "TestAPanicDeepDown")
}

func TestTheConsolesOwnLinesSayWhereTheyAreFrom(t *testing.T) {
	con := new(Console)
	con.Log.say("a request took long")
	require.Regexp(t, `^console/log_test\.go:\d+$`, kept(con)[0].Source)
	con.Log.Level = slog.LevelError
	con.Log.say("nothing")
	require.Len(t, kept(con), 1)
}
