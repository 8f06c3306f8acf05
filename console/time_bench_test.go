package console

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// driven is a game of a thousand things that move, held by a client.
type driven struct {
	con    *Console
	peer   *rpc.Peer
	things []drivenThing
}

type drivenThing struct {
	ID     int
	Health float64
	Pos    [2]float64
	Vel    [2]float64
}

// quiet is the way to a client that does not look.
type quiet struct{}

func (quiet) SendText([]byte) error   { return nil }
func (quiet) SendBinary([]byte) error { return nil }
func (quiet) Close(int, string)       {}

func newDriven() *driven {
	d := &driven{con: &Console{RequestBudget: time.Hour, Budget: time.Nanosecond}, things: make([]drivenThing, 1000)}
	for i := range d.things {
		d.things[i] = drivenThing{ID: i + 1, Health: 100, Vel: [2]float64{float64(i), 1}}
	}
	d.con.World.Bind("thing", &d.things, "")
	d.peer = d.con.RPC().Connect(quiet{}, rpc.Drive)
	d.frame()
	d.send(`{"jsonrpc":"2.0","id":1,"method":"time.hold"}`)
	d.frame()
	return d
}

func (d *driven) send(text string) {
	d.con.RPC().Receive(d.peer, rpc.Parse([]byte(text), rpc.Limits{}))
}

func (d *driven) frame() {
	for range d.con.Update() {
		for i := range d.things {
			t := &d.things[i]
			t.Pos[0] += t.Vel[0] / 60
			t.Pos[1] += t.Vel[1] / 60
		}
	}
}

// BenchmarkPairs is a batch of a hundred steps with a question behind each, from the text
// to the answer.
func BenchmarkPairs(b *testing.B) {
	for _, of := range []struct{ name, method, params string }{
		{"get", "world.get", `{"id":"7"}`},
		{"check", "time.check", `{"expr":"#7.pos.x"}`},
		{"status", "time.status", `{}`},
	} {
		b.Run(of.name, func(b *testing.B) {
			d := newDriven()
			var batch []string
			for i := range 100 {
				batch = append(batch, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"time.step","params":{"ticks":1}},{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, 2*i, 2*i+1, of.method, of.params))
			}
			text := "[" + strings.Join(batch, ",") + "]"
			b.ReportAllocs()
			for b.Loop() {
				d.send(text)
				for !d.peer.Idle() {
					d.con.serve()
					for d.con.Time.stepping() {
						d.con.tick(func(uint64) bool { return true })
						if !d.con.Time.stepping() {
							d.con.serve()
						}
					}
					d.con.srv.RPC.Flush()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/pair")
		})
	}
}

// BenchmarkExpressions is one look at an expression, with its sample kept.
func BenchmarkExpressions(b *testing.B) {
	d := newDriven()
	speed := 3.0
	d.con.Cvars.Bind("speed", &speed, "")
	for _, text := range []string{
		"tick < 0",
		"speed > 4",
		"#7.health < 50",
		`"thing 7".health < 50`,
		"#7.pos.x > #8.pos.x and #7.health > 10",
		"changed(#7.health)",
		"near(#7, #8, 3)",
		"exists(health < 50)",
		"exists(health > 50)",
		"count(kind:thing) < 3",
		"count(health < 50) > 3",
		"max(thing.pos.x) < 0",
	} {
		b.Run(text, func(b *testing.B) {
			e, err := d.con.expression(text)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			tick := uint64(0)
			for b.Loop() {
				tick++
				if _, err := e.look(tick); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
