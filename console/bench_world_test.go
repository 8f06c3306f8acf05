package console

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// hundredThousand is a world of many ships.
func hundredThousand() *World {
	ships, _ := fleet(100_000)
	w := new(World)
	w.Bind("ship", &ships, "")
	return w
}

// drifter is an entity as they are many in a game.
type drifter struct {
	ID   uint32
	Name string
	Pos  vec
	Vel  vec
	Hull int32
	Mode uint8 `scry:"mode,enum=idle|chase|flee"`
	Hot  bool
}

// drifters are scattered over a square, at positions with two decimals.
func drifters(n int) []drifter {
	list := make([]drifter, n)
	for i := range list {
		h := uint64(scatter(uint64(i)))
		list[i] = drifter{ID: uint32(i + 1), Pos: vec{float64(h%100_000) / 100, float64(h/7%100_000) / 100}, Hull: int32(h % 100), Mode: uint8(h % 3), Hot: h%2 == 0}
	}
	return list
}

// listing is a console with a world and one client, and a call of it, from the bytes of
// the request to those of the answer.
func listing(tb testing.TB, list []drifter, params string) (call func(), out *sink) {
	con := new(Console)
	con.World.Bind("drifter", &list, "")
	out = &sink{}
	s := con.RPC()
	s.Limits.SlowCall = time.Hour
	peer := s.Connect(out, rpc.View)
	con.Update()
	text := []byte(`{"jsonrpc":"2.0","id":1,"method":"world.list","params":` + params + `}`)
	request := make([]byte, len(text))
	return func() {
		copy(request, text)
		s.Receive(peer, rpc.Parse(request, rpc.Limits{}))
		s.Dispatch(time.Time{})
		for len(con.World.viewing.pending) > 0 { // another process had the machine meanwhile
			con.World.publish()
		}
		s.Flush()
		con.World.viewing.spent = 0
	}, out
}

const hundred = `{"fields":["pos.x","pos.y"],"limit":100}`

// BenchmarkListHundred is a call of world.list with 100 rows of id, name, kind and two
// columns that are floats, bytes in to bytes out, on the game's goroutine: at most 13 us
// and one allocation.
func BenchmarkListHundred(b *testing.B) {
	list := drifters(1000)
	long := drifters(1000)
	for i := range long {
		long[i].Pos = vec{math.Sin(float64(i)) * 500, math.Cos(float64(i)) * 500}
	}
	for _, row := range []struct {
		name, params string
		list         []drifter
	}{
		{"decimals", hundred, list},
		{"digits", hundred, long}, // 17 of them
		{"filtered", `{"where":"hull < 50","fields":["pos.x","pos.y"],"limit":100}`, list},
		{"sorted", `{"sort":"-hull","fields":["pos.x","pos.y"],"limit":100}`, list},
		{"columns", `{"limit":100}`, list},
	} {
		b.Run(row.name, func(b *testing.B) {
			call, out := listing(b, row.list, row.params)
			call()
			out.bytes = 0
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
			b.ReportMetric(float64(out.bytes)/float64(b.N), "B/answer")
		})
	}
}

func TestAllocationsOfAListOfAHundred(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, params := range []string{hundred, `{"where":"hull < 50 and name ~ dri","sort":"-hull","limit":100}`, `{"where":"near(1, 500) mode = chase","group":"mode","limit":10}`} {
		call, out := listing(t, drifters(1000), params)
		for range 3 {
			call()
		}
		require.LessOrEqual(t, testing.AllocsPerRun(100, call), 1., params)
		require.Greater(t, out.bytes, 1000)
	}
}

// BenchmarkScan goes through large worlds.
func BenchmarkScan(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		list := drifters(n)
		con := new(Console)
		con.World.Bind("drifter", &list, "")
		for _, q := range []WorldQuery{
			{}, {Offset: n - 100}, {Where: "hull < 50"}, {Where: "hull < 50 and pos.x > 10 and mode = chase"}, {Where: `name ~ "9 9"`}, {Where: "near(500, 500, 50)"},
			{Sort: "-pos.x"}, {Sort: "name"}, {Sort: "pos.y", Offset: n / 2}, {Group: "mode"},
		} {
			b.Run(fmt.Sprintf("%dk/%+v", n/1000, q), func(b *testing.B) {
				c, err := con.World.compile(q)
				require.NoError(b, err)
				s := new(scan)
				frames := 0
				b.ReportAllocs()
				for b.Loop() {
					s.start(c, q.Offset, 100)
					for frames++; !s.run(time.Now().Add(scanBudget)); frames++ {
					}
				}
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(n), "ns/entity")
				b.ReportMetric(float64(frames)/float64(b.N), "frames")
			})
		}
	}
}
