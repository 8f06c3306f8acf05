package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

func TestCallsRunJustBeforeTheirTick(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		speed, seen := 1, map[uint64]int{}
		p.con.Cvars.Bind("speed", &speed, "")
		p.each = func() { seen[p.con.Time.Tick()] = speed }
		get[TimeStatus](p, "time.hold", `{}`)
		at := p.con.Time.Tick()
		n := p.send("time.at", fmt.Sprintf(`{"tick":%d,"calls":[{"method":"cvar.set","params":{"name":"speed","value":7}},{"method":"cvar.get","params":{"name":"sped"}},{"method":"time.status"}]}`, at+3))
		p.frame()
		require.NotContains(t, p.replies, n)
		get[TimeStatus](p, "time.step", `{"ticks":5}`)
		require.Equal(t, map[uint64]int{at + 1: 1, at + 2: 1, at + 3: 7, at + 4: 7, at + 5: 7}, seen)
		var r struct {
			Frame, Tick uint64
			Results     []struct {
				Result map[string]any
				Error  *fault
			}
		}
		require.NoError(t, json.Unmarshal(p.replies[n], &r))
		require.Equal(t, at+3, r.Tick)
		require.Len(t, r.Results, 3)
		require.InDelta(t, 7, r.Results[0].Result["value"], 0)
		require.Equal(t, rpc.NotFound, r.Results[1].Error.Code)
		require.InDelta(t, at+2, r.Results[2].Result["tick"], 0, "the tick before")
	})
}

func TestAPastTickIsRefused(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.hold", `{}`)
		calls := `"calls":[{"method":"time.status"}]`
		f := p.refused(rpc.Past, "time.at", fmt.Sprintf(`{"tick":%d,%s}`, p.con.Time.Tick(), calls))
		require.Equal(t, "/tick", f.Data.Path)
		p.refused(rpc.InvalidParams, "time.at", `{"tick":1000000,"calls":[]}`)
		p.refused(rpc.InvalidParams, "time.at", `{"tick":1000000,"calls":[{"method":"time.status","params":7}]}`)
		p.refused(rpc.InvalidParams, "time.at", `{"tick":1000000,"calls":[`+strings.Repeat(`{"method":"a.b"},`, 1000)+`{"method":"a.b"}]}`)
	})
}

func TestWhatWaitsForItsTickIsBounded(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.hold", `{}`)
		full := `{"tick":1000000,"calls":[` + strings.Repeat(`{"method":"time.status"},`, 999) + `{"method":"time.status"}]}`
		for range maxScheduled / maxAppointed {
			p.send("time.at", full)
		}
		p.frame()
		p.refused(rpc.TooMany, "time.at", `{"tick":1000000,"calls":[{"method":"time.status"}]}`)
		p.leave()
		require.Equal(t, schedule{list: []*appointment{}}, p.con.Time.schedule)
		other := newProbe(t, p.con)
		large := fmt.Sprintf(`{"tick":1000000,"calls":[{"method":"a.b","params":["%s"]}]}`, strings.Repeat("x", maxScheduledBytes))
		other.refused(rpc.TooMany, "time.at", large)
	})
}

func TestWhatIsScheduledIsDroppedWithItsClient(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		speed := 1
		p.con.Cvars.Bind("speed", &speed, "")
		other := newProbe(t, p.con)
		set := `"calls":[{"method":"cvar.set","params":{"name":"speed","value":7}}]}`
		n := other.send("time.at", fmt.Sprintf(`{"tick":%d,`, p.con.Time.Tick()+4)+set)
		p.frame()
		other.con.RPC().Receive(other.peer, rpc.Parse(fmt.Appendf(nil, `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":%d}}`, n), rpc.Limits{}))
		p.frame()
		require.Equal(t, rpc.Cancelled, other.faults[n].Code)
		other.send("time.at", fmt.Sprintf(`{"tick":%d,`, p.con.Time.Tick()+4)+set)
		p.frame()
		other.leave()
		for range 6 {
			p.frame()
		}
		require.Equal(t, 1, speed)
	})
}

func TestAHoldAtATickKeepsItFromRunning(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		at := p.con.Time.Tick() + 5
		p.send("time.at", fmt.Sprintf(`{"tick":%d,"calls":[{"method":"time.hold"}]}`, at))
		for range 10 {
			p.frame()
		}
		require.True(t, p.con.Time.Held())
		require.Equal(t, at-1, p.con.Time.Tick())
		get[TimeStatus](p, "time.step", `{"ticks":1}`)
		require.Equal(t, at, p.con.Time.Tick())
	})
}

func TestWhatIsScheduledRunsOnItsClientsRights(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		other := newProbe(t, p.con)
		get[TimeStatus](other, "time.hold", `{}`)
		n := p.send("time.at", fmt.Sprintf(`{"tick":%d,"calls":[{"method":"time.resume"}]}`, p.con.Time.Tick()+1))
		get[TimeStatus](other, "time.step", `{"ticks":1}`)
		p.frame()
		require.Contains(t, string(p.replies[n]), `"code":1012`, "another client holds the game")
	})
}

func TestALongCallAtATickIsAnsweredWithTheOthers(t *testing.T) {
	held(t, func(t *testing.T, p *probe) {
		get[TimeStatus](p, "time.hold", `{}`)
		at := p.con.Time.Tick() + 1
		n := p.send("time.at", fmt.Sprintf(`{"tick":%d,"calls":[{"method":"time.step","params":{"ticks":3}},{"method":"time.status"}]}`, at))
		get[TimeStatus](p, "time.step", `{"ticks":1}`)
		p.frame()
		require.Equal(t, at+3, p.con.Time.Tick(), "its own step runs behind the one that led there")
		var r AtResult
		require.NoError(t, json.Unmarshal(p.replies[n], &r))
		require.Contains(t, string(r.Results[0]), fmt.Sprintf(`"tick":%d`, at+3))
		require.Contains(t, string(r.Results[1]), fmt.Sprintf(`"tick":%d`, at-1), "in the order in which they stood")
	})
}
