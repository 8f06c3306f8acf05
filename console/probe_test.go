package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/timing"
	"github.com/scry-dev/scry/rpc"
)

// probe is a client without a socket: what it sends is there at once, what it is
// sent stays to be looked at. It drives the console frame by frame.
type probe struct {
	t    *testing.T
	con  *Console
	peer *rpc.Peer
	last int
	// ticks counts what the game was let simulate.
	ticks int
	// each runs inside every tick, as the game.
	each func()

	replies  map[int]json.RawMessage
	faults   map[int]fault
	events   []event
	binaries [][]byte
	closed   string
	batch    *batchReply // where set, the next batch of replies goes there
}

type batchReply []struct {
	ID     int
	Result json.RawMessage
	Error  *fault
}

type fault struct {
	Code    rpc.Code
	Message string
	Data    struct {
		Kind, Path, Got, Want, Suggest, Limit string
		From, To                              int
	}
}

type event struct {
	ID    string
	Frame uint64
	Tick  uint64
	Lost  uint64
	Value json.RawMessage
}

func newProbe(t *testing.T, con *Console) *probe {
	p := &probe{t: t, con: con, replies: map[int]json.RawMessage{}, faults: map[int]fault{}}
	if con.Limits.Protocol.SlowCall == 0 {
		con.Limits.Protocol.SlowCall = time.Hour // the log is not to tell of a busy machine
	}
	p.peer = con.RPC().Connect(p, rpc.Drive)
	return p
}

func (p *probe) SendText(text []byte) error {
	if text[0] == '[' {
		require.NoError(p.t, json.Unmarshal(text, p.batch), "%s", text)
		return nil
	}
	var m struct {
		ID     *int
		Result json.RawMessage
		Error  *fault
		Method string
		Params json.RawMessage
	}
	require.NoError(p.t, json.Unmarshal(text, &m), "%s", text)
	switch {
	case m.Method == "sub.event":
		var e event
		require.NoError(p.t, json.Unmarshal(m.Params, &e))
		p.events = append(p.events, e)
	case m.Error != nil && m.ID != nil:
		p.faults[*m.ID] = *m.Error
	case m.ID != nil:
		p.replies[*m.ID] = m.Result
	}
	return nil
}

func (p *probe) SendBinary(data []byte) error {
	p.binaries = append(p.binaries, append([]byte(nil), data...))
	return nil
}

func (p *probe) Close(_ int, reason string) { p.closed = reason }

// frame runs one frame of the game.
func (p *probe) frame() {
	for range p.con.Update() {
		p.ticks++
		if p.each != nil {
			p.each()
		}
	}
}

// send queues a request and returns its number.
func (p *probe) send(method, params string) int {
	p.last++
	text := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, p.last, method, params)
	p.con.RPC().Receive(p.peer, rpc.Parse([]byte(text), rpc.Limits{}))
	return p.last
}

// call sends a request and runs frames until it is answered.
func (p *probe) call(method, params string) (json.RawMessage, *fault) {
	p.t.Helper()
	n := p.send(method, params)
	for range 10 {
		p.frame()
		if r, f, ok := p.answer(n); ok {
			return r, f
		}
	}
	p.t.Fatalf("%s was not answered in ten frames", method)
	return nil, nil
}

// answer is what came for a request; ok is false where nothing has yet.
func (p *probe) answer(n int) (result json.RawMessage, f *fault, ok bool) {
	if r, ok := p.replies[n]; ok {
		return r, nil, true
	}
	if f, ok := p.faults[n]; ok {
		return nil, &f, true
	}
	return nil, nil, false
}

// get calls, expects success and decodes the result.
func get[R any](p *probe, method, params string) R {
	p.t.Helper()
	raw, f := p.call(method, params)
	require.Nil(p.t, f, "%s %s", method, params)
	var r R
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	require.NoError(p.t, d.Decode(&r), "%s", raw)
	return r
}

// refused calls, expects an error of a code and returns it.
func (p *probe) refused(code rpc.Code, method, params string) fault {
	p.t.Helper()
	raw, f := p.call(method, params)
	require.NotNil(p.t, f, "%s %s gave %s", method, params, raw)
	require.Equal(p.t, code, f.Code, "%s", f.Message)
	return *f
}

// open subscribes and returns the first state.
func (p *probe) open(topic, params string) json.RawMessage {
	p.t.Helper()
	answer := get[struct{ Snapshot json.RawMessage }](p, "sub.open", fmt.Sprintf(`{"id":%q,"topic":%q,"params":%s}`, topic, topic, params))
	return answer.Snapshot
}

// next runs frames until an event comes and returns the oldest not taken yet.
func (p *probe) next() event {
	p.t.Helper()
	for range 20 {
		if len(p.events) > 0 {
			e := p.events[0]
			p.events = p.events[1:]
			return e
		}
		p.frame()
	}
	p.t.Fatal("no event in twenty frames")
	return event{}
}

// nextView is the next event of the topic world.
func (p *probe) nextView() WorldView {
	p.t.Helper()
	p.wait()
	var v WorldView
	require.NoError(p.t, json.Unmarshal(p.next().Value, &v))
	return v
}

// wait lets the rate of a stream pass, by setting the start of the session back.
func (p *probe) wait() {
	c := &p.con.clock
	c.begun = c.begun.Add(-time.Second)
	c.since = timing.NewClock(c.begun)
	p.frame()
}

// leave ends the client's connection, as the transport would.
func (p *probe) leave() {
	p.con.srv.RPC.Disconnect(p.peer)
	p.con.srv.OnLeave(p.peer)
}
