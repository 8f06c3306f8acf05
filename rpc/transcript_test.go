package rpc_test

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// wire is a Conn that keeps what was sent, a line each.
type wire struct {
	lines   []string
	backlog int
}

func (w *wire) SendText(b []byte) error {
	w.lines = append(w.lines, string(b))
	return nil
}

func (w *wire) SendBinary(b []byte) error {
	w.lines = append(w.lines, "binary "+hex.EncodeToString(b))
	return nil
}

func (w *wire) Close(code int, reason string) {
	w.lines = append(w.lines, fmt.Sprintf("close %d %s", code, reason))
}

func (w *wire) Backlog() int { return w.backlog }

// stage replays a transcript: see testdata/README.md.
type stage struct {
	t      *testing.T
	server *rpc.Server
	game   *game
	peers  map[string]*rpc.Peer
	wires  map[string]*wire
	frame  uint64
	sent   bool // something came since the last frame
	where  string
	script []string // the transcript as it would be right; with -update
}

var update = flag.Bool("update", false, "write what was sent into the transcripts")

const frameTime = 20 * time.Millisecond

func newStage(t *testing.T) *stage {
	g := newGame()
	s := &stage{t: t, server: g.server, game: g, peers: map[string]*rpc.Peer{}, wires: map[string]*wire{}}
	s.runFrame()
	return s
}

func (s *stage) connect(name string, role rpc.Role) {
	w := &wire{}
	s.wires[name] = w
	s.peers[name] = s.server.Connect(w, role)
}

func (s *stage) runFrame() {
	s.frame++
	s.server.SetClock(s.frame, s.frame, time.Duration(s.frame)*frameTime)
	s.server.Dispatch(time.Time{})
	s.game.endFrame()
	s.server.Flush()
	s.sent = false
	if *update {
		for _, name := range slices.Sorted(maps.Keys(s.wires)) {
			for _, line := range s.wires[name].lines {
				s.note(name + "< " + line)
			}
			s.wires[name].lines = nil
		}
	}
}

// quiet demands that all that was sent was expected.
func (s *stage) quiet() {
	for name, w := range s.wires {
		require.Empty(s.t, w.lines, "%s: nobody expected this for %q", s.where, name)
	}
}

// line plays one line. A frame runs when client lines end.
func (s *stage) line(line string) {
	word, rest, _ := strings.Cut(line, " ")
	if strings.HasSuffix(word, ">") {
		if !s.sent {
			s.quiet()
		}
		s.sent = true
		s.server.Receive(s.peer(strings.TrimSuffix(word, ">")), rpc.Parse([]byte(rest), rpc.Limits{}))
		s.note(line)
		return
	}
	if s.sent {
		s.runFrame()
	}
	switch {
	case strings.HasSuffix(word, "<"):
		s.expect(strings.TrimSuffix(word, "<"), rest)
	case word == "" || word == "#":
		s.note(line)
	default:
		s.quiet()
		s.note(line)
		s.direct(word, strings.Fields(rest))
	}
}

// expect takes the next message that was sent to a client.
func (s *stage) expect(name, want string) {
	if *update {
		return
	}
	w := s.wires[name]
	require.NotNil(s.t, w, "%s: no client %q", s.where, name)
	require.NotEmpty(s.t, w.lines, "%s: nothing more was sent; expected %s", s.where, want)
	require.Equal(s.t, want, w.lines[0], s.where)
	w.lines = w.lines[1:]
}

// note keeps a line for the rewritten transcript.
func (s *stage) note(line string) {
	if *update {
		s.script = append(s.script, line)
	}
}

func (s *stage) peer(name string) *rpc.Peer {
	if s.peers[name] == nil && name == "" {
		s.connect("", rpc.Drive)
	}
	require.NotNil(s.t, s.peers[name], "%s: no client %q", s.where, name)
	return s.peers[name]
}

func (s *stage) direct(word string, args []string) {
	switch word {
	case "frame":
		n := 1
		if len(args) > 0 {
			n, _ = strconv.Atoi(args[0])
		}
		for range n {
			s.runFrame()
		}
	case "connect":
		roles := map[string]rpc.Role{"none": rpc.None, "view": rpc.View, "edit": rpc.Edit, "drive": rpc.Drive}
		role, ok := roles[args[1]]
		require.True(s.t, ok, s.where)
		s.connect(args[0], role)
	case "disconnect":
		s.server.Disconnect(s.peers[args[0]])
	case "backlog":
		s.wires[args[0]].backlog, _ = strconv.Atoi(args[1])
	default:
		require.Fail(s.t, s.where+": unknown line "+word)
	}
}

// TestTranscripts replays testdata/*.txt.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			s := newStage(t)
			n := 0
			for line := range strings.Lines(string(text)) {
				n++
				s.where = fmt.Sprintf("%s:%d", file, n)
				s.line(strings.TrimSuffix(line, "\n"))
			}
			if s.sent {
				s.runFrame()
			}
			s.quiet()
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(strings.Join(s.script, "\n")+"\n"), 0o644))
			}
		})
	}
}

// game is the program whose methods the transcripts call.
type game struct {
	server  *rpc.Server
	waiting []wait
	ticker  *rpc.Stream
	bytes   *rpc.Stream
	blips   *rpc.Stream
	n       int
}

type wait struct {
	call *rpc.Pending
	left int
}

type subtractParams struct {
	Minuend    int `json:"minuend"`
	Subtrahend int `json:"subtrahend"`
}

type setParams struct {
	Name  string  `json:"name" help:"of the variable"`
	Value float64 `json:"value" min:"0" max:"50" unit:"m/s²"`
	Mode  string  `json:"mode,omitempty" enum:"soft,hard"`
}

type waitParams struct {
	Frames int `json:"frames" min:"1"`
}

type blipParams struct {
	From int `json:"from,omitempty"`
}

func newGame() *game {
	s := &rpc.Server{Name: "test game", Version: "1.2", Session: "s-1", Features: []string{"cvars"}}
	s.Authenticate = func(p rpc.LoginParams) (rpc.Grant, error) {
		switch {
		case p.Code == "open sesame":
			return rpc.Grant{Role: rpc.Drive, Token: "t-1", Name: "ali"}, nil
		case p.Token == "look":
			return rpc.Grant{Role: rpc.View}, nil
		}
		return rpc.Grant{}, errors.New("the code is not right, or was used already")
	}
	g := &game{server: s}
	g.handle()
	return g
}

func (g *game) handle() {
	s := g.server
	type none = rpc.Void
	rpc.Handle(s, rpc.Method{Name: "subtract", Role: rpc.View}, func(_ *rpc.Call, p subtractParams) (int, error) {
		return p.Minuend - p.Subtrahend, nil
	})
	rpc.Handle(s, rpc.Method{Name: "sum"}, func(_ *rpc.Call, p []int) (n int, err error) {
		for _, x := range p {
			n += x
		}
		return n, nil
	})
	for _, name := range []string{"update", "notify_sum", "notify_hello"} {
		rpc.Handle(s, rpc.Method{Name: name}, func(_ *rpc.Call, p []int) (none, error) { return none{}, nil })
	}
	rpc.Handle(s, rpc.Method{Name: "get_data"}, func(*rpc.Call, none) ([]any, error) { return []any{"hello", 5}, nil })
	rpc.Handle(s, rpc.Method{Name: "set"}, func(_ *rpc.Call, p setParams) (none, error) {
		if p.Name != "gravity" {
			e := rpc.Errorf(rpc.NotFound, "cvar %q is not known; nearest is %q", p.Name, "gravity")
			e.Data.Suggest, e.Data.Path = "gravity", "/name"
			return none{}, e
		}
		return none{}, nil
	})
	rpc.Handle(s, rpc.Method{Name: "count"}, func(*rpc.Call, none) (int, error) { g.n++; return g.n, nil })
	rpc.Handle(s, rpc.Method{Name: "boom"}, func(*rpc.Call, none) (none, error) { panic("boom") })
	rpc.Handle(s, rpc.Method{Name: "plain"}, func(*rpc.Call, none) (none, error) { return none{}, errors.New("it is raining") })
	rpc.Handle(s, rpc.Method{Name: "wrapped"}, func(*rpc.Call, none) (none, error) {
		return none{}, fmt.Errorf("loading: %w", rpc.Errorf(rpc.ReadOnly, "file is read-only"))
	})
	rpc.Handle(s, rpc.Method{Name: "time.step", Role: rpc.Drive}, func(c *rpc.Call, p waitParams) (none, error) {
		g.waiting = append(g.waiting, wait{c.Block(), p.Frames})
		return none{}, nil
	})
	rpc.Handle(s, rpc.Method{Name: "later"}, func(c *rpc.Call, p waitParams) (none, error) {
		g.waiting = append(g.waiting, wait{c.Defer(), p.Frames})
		return none{}, nil
	})
	g.ticker = rpc.Open[blipParams, int](s, rpc.Topic{Name: "ticker", Help: "a number for each frame"},
		func(sub *rpc.Sub, p blipParams) (any, error) {
			if p.From < 0 {
				return nil, rpc.Errorf(rpc.OutOfRange, "from is negative")
			}
			sub.Value = p.From
			return map[string]int{"n": int(g.n) + p.From}, nil
		})
	g.bytes = rpc.Open[none, none](s, rpc.Topic{Name: "bytes", Binary: 2, Policy: rpc.All}, nil)
	g.blips = rpc.Open[none, int](s, rpc.Topic{Name: "blips", Rate: 10, Role: rpc.Edit}, nil)
}

// endFrame is what the program does between its calls and the end of a frame.
func (g *game) endFrame() {
	due := g.waiting
	g.waiting = nil
	for _, w := range due {
		if w.left--; w.left > 0 && !w.call.Canceled() {
			g.waiting = append(g.waiting, w)
			continue
		}
		w.call.Reply("waited")
	}
	if g.ticker.Subscribers()+g.bytes.Subscribers()+g.blips.Subscribers() > 0 {
		g.n++
	}
	for sub := range g.ticker.Subs() {
		_ = sub.Send(g.n + sub.Value.(int))
	}
	_ = g.blips.Publish(g.n)
	g.bytes.PublishBinary(1, []byte{byte(g.n), 0xff})
}
