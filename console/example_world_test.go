package console_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"github.com/scry-dev/scry/console"
	"github.com/scry-dev/scry/rpc"
)

// Seed is a thing of a small game.
type Seed struct {
	ID  uint32
	Pos struct{ X, Y float64 }
	HP  int `scry:"hp,min=0,max=100,column,help=it withers at zero"`
}

// Meadow is all of the game's state.
type Meadow struct {
	Seeds []Seed
	rand  *rand.Rand // what is drawn after a restore is what was drawn before
}

// A game binds what lives in it where it lies. Structs keep their types and their place;
// the console reads and writes them inside Update.
func ExampleWorld_Bind() {
	meadow := &Meadow{Seeds: []Seed{{ID: 1, HP: 40}, {ID: 2, HP: 90}}}

	var con console.Console
	defer con.Close()
	con.World.Bind("seed", &meadow.Seeds, "drifts and sprouts")

	client := join(&con) // stands for the dashboard, or for a script
	fmt.Println(client.ask("world.list", `{"where":"hp < 50","fields":["hp"]}`, "rows"))
	fmt.Println(client.ask("world.set", `{"id":"seed 1","path":"hp","value":75}`, "before"))
	fmt.Println(meadow.Seeds[0].HP)
	// Output:
	// [{"id":"1","name":"seed 1","kind":"seed","fields":{"hp":40}}]
	// 40
	// 75
}

// What a game goes on from is its state: one pointer to all of it is enough for
// snapshots that it plays on from as it did before.
func ExampleWorld_State() {
	meadow := &Meadow{Seeds: []Seed{{ID: 1, HP: 40}}, rand: rand.New(rand.NewPCG(1, 2))}
	grow := func() { meadow.Seeds[0].HP += meadow.rand.IntN(10) }

	var con console.Console
	defer con.Close()
	con.World.Bind("seed", &meadow.Seeds, "drifts and sprouts")
	con.World.State("meadow", meadow)

	client := join(&con)
	id := client.ask("world.snapshot", `{"label":"before it grows"}`, "id")
	grow()
	first := meadow.Seeds[0].HP
	fmt.Println(client.ask("world.diff", `{"from":`+id+`}`, "counts"))

	client.ask("world.restore", `{"id":`+id+`}`, "tick")
	fmt.Println(meadow.Seeds[0].HP)
	grow()
	fmt.Println(meadow.Seeds[0].HP == first)
	// Output:
	// {"added":0,"removed":0,"changed":1}
	// 40
	// true
}

// viewer is a client that is in the same program, and asks one thing after the other.
type viewer struct {
	con    *console.Console
	peer   *rpc.Peer
	answer []byte
}

func join(con *console.Console) *viewer {
	v := &viewer{con: con}
	v.peer = con.RPC().Connect(v, rpc.Edit)
	return v
}

// ask returns one member of the result.
func (v *viewer) ask(method, params, member string) string {
	v.answer = nil
	request := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":%q,"params":%s}`, method, params)
	v.con.RPC().Receive(v.peer, rpc.Parse([]byte(request), rpc.Limits{}))
	for v.answer == nil {
		v.con.Update()
	}
	var reply struct{ Result map[string]json.RawMessage }
	if err := json.Unmarshal(v.answer, &reply); err != nil {
		return err.Error()
	}
	return string(reply.Result[member])
}

func (v *viewer) SendText(text []byte) error {
	v.answer = append([]byte(nil), text...)
	return nil
}

func (v *viewer) SendBinary([]byte) error { return nil }
func (v *viewer) Close(int, string)       {}
