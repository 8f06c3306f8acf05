package main

import (
	"math/rand/v2"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// register adds the program's own services to those that every rpc.Server has: a
// service is a function from params to a result.
func (c *chat) register(seed uint64) {
	rpc.Handle(&c.srv.RPC, rpc.Method{
		Name: "clock.now", Role: rpc.View, Help: "the server's time, and how long it has been running",
	}, c.now)

	dice := rand.New(rand.NewPCG(seed, 1))
	rpc.Handle(&c.srv.RPC, rpc.Method{
		Name: "dice.roll", Role: rpc.View, Help: "roll dice, the same for whoever asks",
	}, func(_ *rpc.Call, p rollParams) (roll, error) { return p.roll(dice), nil })
}

type moment struct {
	Time time.Time     `json:"time"`
	Up   time.Duration `json:"up" help:"since the server started"`
	Turn uint64        `json:"turn" help:"of the server's loop"`
}

func (c *chat) now(call *rpc.Call, _ rpc.Void) (moment, error) {
	return moment{Time: c.start.Add(call.Time()).UTC().Round(time.Millisecond), Up: call.Time().Round(time.Millisecond), Turn: call.Frame()}, nil
}

type rollParams struct {
	Dice  int `json:"dice" min:"1" max:"20"`
	Sides int `json:"sides" min:"2" max:"100"`
}

type roll struct {
	Eyes []int `json:"eyes"`
	Sum  int   `json:"sum"`
}

func (p rollParams) roll(dice *rand.Rand) (r roll) {
	for range p.Dice {
		eyes := 1 + dice.IntN(p.Sides)
		r.Eyes = append(r.Eyes, eyes)
		r.Sum += eyes
	}
	return r
}
