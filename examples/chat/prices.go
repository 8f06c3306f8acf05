package main

import (
	"math"
	"math/rand/v2"

	"github.com/scry-dev/scry/rpc"
)

// prices is a market that nobody can trade in: six pigments whose prices wander.
// Two topics stream each price that moved. That of the same name has the pigments
// for keys, so that a newer price replaces an older one that still waits; to the
// topic moves each of them is an event of its own.
type prices struct {
	rand   *rand.Rand
	goods  []good
	newest *rpc.Stream
	moves  *rpc.Stream
}

// good is something with a price.
type good struct {
	price
	opened float64 // the price at the start
	busy   float64 // moves a second, on average
}

// price is what the topic tells of a good.
type price struct {
	Symbol string  `json:"symbol"`
	Price  float64 `json:"price"`
	Change float64 `json:"change" unit:"%" help:"since the server started"`
	Moves  uint64  `json:"moves" help:"how often the price has moved, seen or not"`
}

// open begins the topics. Who subscribes gets all the prices first.
func (p *prices) open(s *rpc.Server, seed uint64) {
	p.rand = rand.New(rand.NewPCG(seed, 2))
	for _, g := range []struct {
		symbol      string
		price, busy float64
	}{
		{"AMBER", 118, 24}, {"COBALT", 342, 12}, {"INDIGO", 76, 6},
		{"OCHRE", 21, 3}, {"UMBER", 34, 1.5}, {"VIRIDIAN", 205, 0.75},
	} {
		p.goods = append(p.goods, good{price{Symbol: g.symbol, Price: g.price}, g.price, g.busy})
	}
	all := func(*rpc.Sub, rpc.Void) (any, error) { return p.all(), nil }
	p.newest = rpc.Open[rpc.Void, price](s, rpc.Topic{
		Name: "prices", Help: "simulated prices, the newest of each good", Rate: 10, Snapshot: []price(nil),
	}, all)
	p.moves = rpc.Open[rpc.Void, price](s, rpc.Topic{
		Name: "moves", Help: "simulated prices, each time that one moves", Policy: rpc.All, Snapshot: []price(nil),
	}, all)
}

// move lets a turn's time pass.
func (p *prices) move() {
	for i := range p.goods {
		g := &p.goods[i]
		if p.rand.Float64() >= g.busy/rate {
			continue
		}
		g.walk(p.rand.NormFloat64())
		_ = p.newest.PublishKey(g.Symbol, g.price) // it has a JSON form
		_ = p.moves.Publish(g.price)
	}
}

// walk takes a random step, and leans back to where the price came from, so that it
// stays one for as long as the program runs.
func (g *good) walk(step float64) {
	lean := math.Log(g.opened/g.Price) / 100
	g.Price = math.Round(g.Price*math.Exp(step/250+lean)*100) / 100
	g.Change = math.Round((g.Price/g.opened-1)*1e4) / 100
	g.Moves++
}

// all returns every price as it is.
func (p *prices) all() []price {
	list := make([]price, len(p.goods))
	for i, g := range p.goods {
		list[i] = g.price
	}
	return list
}
