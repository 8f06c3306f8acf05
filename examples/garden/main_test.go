package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/examples/garden/sim"
	"github.com/scry-dev/scry/wsserver/wstest"
)

func TestUnknownValuesNameTheNearest(t *testing.T) {
	for arg, want := range map[string]string{
		"-level=medow":     `-level=medow is not known; nearest is "meadow"; it is one of ceiling, meadow, orbit, storm`,
		"-driver=headles":  `-driver=headles is not known; nearest is "headless"; it is one of auto, ebiten, headless`,
		"-sound=thunderer": `-sound=thunderer is not known; it is one of auto, off`,
		"storm":            `"storm" is no flag`,
	} {
		require.EqualError(t, run(t.Context(), []string{arg}, io.Discard, io.Discard), want)
	}
	var help bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-h"}, io.Discard, &help))
	require.Contains(t, help.String(), "-ticks")
}

func TestHeadlessPrintsTheLinkAndEnds(t *testing.T) {
	var out, errs bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-driver=headless", "-addr=127.0.0.1:0", "-config=none", "-ticks=5", "-seed=1"}, &out, &errs))
	require.Regexp(t, `(?m)^scry: http://127\.0\.0\.1:\d+/#c=\S+$`, out.String())
	require.Empty(t, errs.String())
}

func TestWithoutADisplayItSaysSoInOneLine(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	if display() {
		t.Skip("this system does not tell by its environment")
	}
	var errs bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-addr=127.0.0.1:0", "-config=none", "-ticks=3"}, io.Discard, &errs))
	require.Equal(t, 1, strings.Count(errs.String(), "\n"), errs.String())
	require.Contains(t, errs.String(), "headless")
}

func TestItEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, run(ctx, []string{"-driver=headless", "-addr=127.0.0.1:0", "-config=none"}, io.Discard, io.Discard))
}

func TestABusyAddressIsAnError(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), []string{"-addr=example.com:80", "-config=none"}, io.Discard, io.Discard), "example.com")
}

// wired is a game and a client of its console, without a network.
type wired struct {
	*garden
	t      *testing.T
	client *wstest.Client
}

func wire(t *testing.T) wired {
	t.Helper()
	return wireWith(t, "none")
}

// wireWith has the settings of a folder.
func wireWith(t *testing.T, config string) wired {
	t.Helper()
	level, err := sim.Load("meadow")
	require.NoError(t, err)
	g := newGarden(level, options{seed: 1}, io.Discard)
	g.con.Token = "token"
	require.NoError(t, g.configure(options{config: config}))
	t.Cleanup(func() { g.con.Close() })
	dialer := wstest.Dialer{Path: "/ws", Header: http.Header{"Authorization": {"Bearer token"}}}
	return wired{g, t, dialer.Dial(t, &g.con)}
}

// call sends one request and runs frames until it is answered.
func (w wired) call(method, params string, result any) {
	w.t.Helper()
	reply := w.ask(method, params)
	require.Empty(w.t, reply.Error, string(reply.Error))
	if result != nil {
		require.NoError(w.t, json.Unmarshal(reply.Result, result), string(reply.Result))
	}
}

// try sends one request, and returns the message of the error that is its answer.
func (w wired) try(method, params string) string {
	w.t.Helper()
	reply := w.ask(method, params)
	var fault struct{ Message string }
	if reply.Error != nil {
		require.NoError(w.t, json.Unmarshal(reply.Error, &fault))
	}
	return fault.Message
}

// reply is the answer to a request.
type reply struct{ Result, Error json.RawMessage }

func (w wired) ask(method, params string) (r reply) {
	w.t.Helper()
	w.client.SendText([]byte(`{"jsonrpc":"2.0","id":1,"method":"` + method + `","params":` + params + `}`))
	answer := make(chan []byte, 1)
	go func() {
		_, text, _ := w.client.Next(w.t.Context())
		answer <- text
	}()
	var text []byte
	for text == nil {
		select {
		case text = <-answer:
		default:
			for range w.con.Update() {
				w.tick(w.hands())
			}
		}
	}
	require.NoError(w.t, json.Unmarshal(text, &r), string(text))
	return r
}

func TestGravityOverTheWireMovesASeed(t *testing.T) {
	w := wire(t)
	var held, after struct{ Tick uint64 }
	w.call("time.hold", "{}", &held)

	var list struct {
		Rows []struct {
			ID     string
			Fields map[string]float64
		}
	}
	const seeds = `{"kind":"seed","where":"pos.y > 120 and pos.y < 200 and pos.x > 280 and pos.x < 360","fields":["vel.y"],"limit":1}`
	w.call("world.list", seeds, &list)
	require.Len(t, list.Rows, 1)
	id, before := list.Rows[0].ID, list.Rows[0].Fields["vel.y"]

	w.call("cvar.set", `{"name":"physics.gravity","value":200}`, nil)
	w.call("time.step", `{"ticks":10}`, &after)
	require.Equal(t, held.Tick+10, after.Tick)
	require.Equal(t, after.Tick, w.world.Tick)
	require.InDelta(t, before+200.0/6, w.field(id, "vel.y"), 15)

	var edit struct{ Value float64 }
	w.call("world.set", `{"id":"`+id+`","path":"pos.x","value":123.5}`, &edit)
	require.InDelta(t, 123.5, edit.Value, 0)
	require.InDelta(t, 123.5, w.field(id, "pos.x"), 0)
}

// field reads one field of an entity.
func (w wired) field(id, path string) float64 {
	w.t.Helper()
	var entity struct {
		Components []struct {
			Fields []struct {
				Path  string
				Value any
			}
		}
	}
	w.call("world.get", `{"id":"`+id+`"}`, &entity)
	for _, c := range entity.Components {
		for _, f := range c.Fields {
			if f.Path == path {
				return f.Value.(float64)
			}
		}
	}
	require.Fail(w.t, "no field "+path)
	return 0
}

func TestEveryKindIsBoundWithItsFields(t *testing.T) {
	w := wire(t)
	var kinds []struct {
		Kind    string
		Columns []string
		Fields  []struct {
			Path string
			Enum []string
		}
	}
	w.call("world.kinds", "{}", &kinds)
	has := make(map[string][]string)
	for _, k := range kinds {
		require.NotEmpty(t, k.Columns, k.Kind)
		for _, f := range k.Fields {
			has[k.Kind] = append(has[k.Kind], f.Path)
			for i, mood := range f.Enum {
				require.Equal(t, sim.Mood(i).String(), mood)
			}
		}
	}
	for _, kind := range []string{"player", "seed", "hunter", "well", "shot"} {
		require.Subset(t, has[kind], []string{"pos.x", "pos.y", "vel.x", "vel.y", "radius"}, kind)
	}
	require.Subset(t, has["player"], []string{"health", "lives"})
	require.Subset(t, has["hunter"], []string{"health", "state", "target"})
	require.Contains(t, has["bloom"], "growth")
	require.Contains(t, has["match"], "score")
}

func TestTheGamesMemoryIsTracked(t *testing.T) {
	w := wire(t)
	var list []struct {
		Name, Kind string
		Bytes      int64
	}
	w.call("time.step", `{"ticks":60}`, nil)
	w.call("memory.trackers", "{}", &list)
	tags := make(map[string]int64)
	for _, tag := range list {
		require.Equal(t, "heap", tag.Kind)
		tags[tag.Name] = tag.Bytes
	}
	require.Len(t, tags, 4)
	require.GreaterOrEqual(t, tags["particles"], int64(len(w.world.Sparks))*size[sim.Spark]())
	require.Positive(t, tags["world"])
	require.Greater(t, tags["audio"], int64(len(w.sounds.buffer)*4))
}

func TestTheGameDoesNotNeedEbitengine(t *testing.T) {
	for _, pkg := range []string{"./sim", "./view", "./soft", "./synth"} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).CombinedOutput()
		require.NoError(t, err, string(out))
		for path := range strings.Lines(string(out)) {
			require.NotContains(t, path, "ebiten", "%s imports it", pkg)
			require.False(t, strings.HasPrefix(path, "github.com/scry-dev/scry/console") && strings.TrimSpace(path) != "github.com/scry-dev/scry/console/timing",
				"%s imports %s", pkg, path)
		}
	}
}

// A hitch takes long for the cause that was asked for, and says so in the scopes where
// a person looks for it.
func TestHitchesHaveTheirCause(t *testing.T) {
	level, err := sim.Load("meadow")
	require.NoError(t, err)
	g := newGarden(level, options{seed: 3}, io.Discard)
	took := func(scope string) time.Duration {
		totals := g.con.Timings.Frame(timing.Mark{})
		for i, s := range g.con.Timings.Scopes() {
			if s.Name == scope {
				return totals.Stats[i].Total
			}
		}
		t.Fatalf("there is no scope %q", scope)
		return 0
	}
	for range 200 {
		g.tick(sim.Input{})
	}
	before := took("ai")
	g.hitch("routes")
	g.tick(sim.Input{})
	require.Greater(t, took("ai"), before)
	require.Positive(t, g.world.Routes.Floods)
	g.hitch("garbage")
	g.tick(sim.Input{})
	require.GreaterOrEqual(t, took("save"), hitchTime)
	require.Contains(t, string(g.hitching.saved), "Score")
	g.hitch("wait")
	g.tick(sim.Input{})
	require.GreaterOrEqual(t, took("load"), hitchTime)
	for _, want := range hitches {
		g.hitch("")
		require.Equal(t, want, g.hitching.cause, "each in turn")
	}
}
