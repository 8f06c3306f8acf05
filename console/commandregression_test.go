package console

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// spiteful is a result and an error whose own code panics.
type spiteful struct{}

func (spiteful) MarshalJSON() ([]byte, error) { panic("oh no") }
func (*spiteful) Error() string               { panic("oh no") }

// What a command returns is written by the game's code, also in a script that waited.
func TestAResultThatPanicsIsAnErrorOfItsCommand(t *testing.T) {
	con := new(Console)
	con.Commands.Bind("result", func() spiteful { return spiteful{} }, "")
	con.Commands.Bind("fault", func() error { return (*spiteful)(nil) }, "")
	p := newProbe(t, con)
	p.frame()
	for _, name := range []string{"result", "fault"} {
		for _, line := range []string{name, "wait; " + name} {
			f := p.refused(rpc.InternalError, "command.run", lineParams(line))
			require.Contains(t, f.Message, `command "`+name+`" panicked: oh no`)
		}
		_, err := con.Commands.Run("wait; " + name)
		require.NoError(t, err)
		require.NotPanics(t, p.frame)
	}
}

// Everybody who subscribes sees what others ran.
func TestNoLineThatWasRunTellsASecret(t *testing.T) {
	g := newTypedLine(t)
	g.open("commands", `{}`)
	g.open("wire", `{"direction":"in"}`)
	other := g.probe.second()
	for _, line := range []string{
		"set api.key hunter2",
		"api.key hunter2",
		`alias k "set api.key"`,
		"k hunter2",
		"alias kk k",
		"kk hunter2 // a note",
		"text a\napi.key hunter2",
		"alias broken set api.key hunter2 `",
		`text "set api.key \"hunter2"`,
		"lease api.key hunter2 5",
	} {
		other.call("command.run", lineParams(line))
	}
	other.call("cvar.set", `{"name":"api.key","value":"hunter2"}`)
	other.call("cvar.set", `{"value":"hunter2","name":"api\u002ekey"}`)
	other.call("command.complete", `{"line":"api.key hunter2","cursor":4}`)
	g.frame()
	require.Equal(t, "hunter2", g.key)
	require.NotEmpty(t, g.events)
	for _, e := range g.events {
		require.NotContains(t, string(e.Value), "hunter2")
	}
	require.NotContains(t, fmt.Sprint(g.con.Commands.recent), "hunter2")
	shown := 0
	for _, r := range g.con.Commands.recent {
		if r.By == other.peer.Name() && !strings.Contains(r.Line, hiddenText) {
			shown++
			require.Contains(t, []string{`alias k "set api.key"`, "alias kk k"}, r.Line)
		}
	}
	require.Equal(t, 2, shown)
}

func TestALatchedBoolIsToggledByWhatItWaitsFor(t *testing.T) {
	con := new(Console)
	on, n := false, 0
	con.Cvars.Bind("on", &on, "").Latched()
	con.Cvars.Bind("n", &n, "").Latched()
	p := newProbe(t, con)
	p.frame()
	for _, name := range []string{"on", "n"} {
		p.run("toggle " + name)
		require.NotNil(t, get[CvarState](p, "cvar.get", `{"name":"`+name+`"}`).Pending)
		p.run("toggle " + name)
		require.Nil(t, get[CvarState](p, "cvar.get", `{"name":"`+name+`"}`).Pending)
	}
}

func TestADurationStopsAtItsEnd(t *testing.T) {
	con := new(Console)
	d := time.Duration(math.MaxInt64 - 5)
	con.Cvars.Bind("d", &d, "")
	p := newProbe(t, con)
	p.run("inc d 1h")
	require.Equal(t, time.Duration(math.MaxInt64), d)
	d = math.MinInt64 + 5
	p.run("inc d -1h")
	require.Equal(t, time.Duration(math.MinInt64), d)
}

func TestALargeNumberIsIncremented(t *testing.T) {
	con := new(Console)
	x := 1234567890123.0
	con.Cvars.Bind("x", &x, "")
	p := newProbe(t, con)
	p.run("inc x")
	require.Equal(t, 1234567890124.0, x)
	x = 0.1
	p.run("inc x 0.2")
	require.Equal(t, 0.3, x)
}

func TestErrorsRepeatNoMoreThanIsRead(t *testing.T) {
	con := new(Console)
	x, c, e := 0, color.NRGBA{}, 0
	con.Cvars.Bind("x", &x, "").Range(0, 9)
	con.Cvars.Bind("e", &e, "").Enum("low", "high")
	con.Cvars.Bind("c", &c, "")
	con.Commands.Bind("none", func() {}, "")
	con.Commands.Bind("wordy", func() error { return errors.New(strings.Repeat("x", 1<<20)) }, "")
	p := newProbe(t, con)
	long := strings.Repeat("9", 20_000)
	for _, call := range [][2]string{
		{"cvar.set", `{"name":"x","value":"` + long + `"}`},
		{"cvar.set", `{"name":"e","value":"` + long + `"}`},
		{"cvar.set", `{"name":"c","value":"` + long + `"}`},
		{"cvar.set", `{"name":"` + long + `","value":1}`},
		{"command.run", lineParams("none " + long)},
		{"command.run", lineParams(long)},
		{"command.run", lineParams("wordy")},
	} {
		_, f := p.call(call[0], call[1])
		require.NotNil(t, f)
		require.Less(t, len(f.Message)+len(f.Data.Got), 10_000, call[0])
	}
}

// Who may only look could keep everybody else's scripts from waiting.
func TestWhoOnlyLooksLeavesRoomToWait(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	p.frame()
	viewer := &probe{t: t, con: con, replies: p.replies, faults: map[int]fault{}, last: 1000}
	viewer.peer = con.RPC().Connect(viewer, rpc.View)
	for range 40 {
		viewer.send("command.run", lineParams("wait 1000"))
		p.frame()
	}
	require.Len(t, con.Commands.runs, 16)
	require.Len(t, viewer.faults, 24)
	for _, f := range viewer.faults {
		require.Equal(t, []any{rpc.TooMany, "MaxWaiting 16"}, []any{f.Code, f.Data.Limit})
	}
	p.run("wait; echo a")
	viewer.leave()
	require.Empty(t, con.Commands.runs)
}
