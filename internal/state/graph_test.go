package state_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/state"
)

const here = "github.com/scry-dev/scry/internal/state_test"

func root(name string, p any) state.Root {
	return state.Root{Name: name, At: reflect.ValueOf(p)}
}

// take surveys what a pointer reaches.
func take(t testing.TB, roots ...state.Root) *state.Survey {
	t.Helper()
	s, err := state.New([]string{here}).Survey(roots, 1<<30)
	require.NoError(t, err)
	return s
}

// node has all that a game's object may have.
type node struct {
	base
	name   string
	heat   float64
	next   *node
	peers  []*node
	count  *int  // into a node, into an array, or its own
	leaf   *leaf // the same
	leaves []leaf
	bytes  []byte
	tags   map[string]int
	names  map[string]*node
	boxes  map[[2]int]box
	nodes  map[*node]string
	what   any
	wings  [2]leaf
	deep   **node
	lists  *[]leaf
	_      sync.Mutex
	act    func()
	wake   chan int
}

type base struct{ id int }

type leaf struct {
	x, y int
	of   *node
}

type box struct {
	n    int
	of   *node
	list []leaf
}

type graph struct {
	nodes []*node
	slab  []leaf // that slices of nodes share
	all   map[string]*node
}

// grow makes a graph of n nodes that refer to each other at random.
func grow(r *rand.Rand, n int) *graph {
	g := &graph{slab: make([]leaf, 40, 50), all: map[string]*node{}}
	for i := range n {
		g.nodes = append(g.nodes, &node{base: base{i}})
		g.all[fmt.Sprint(i)] = g.nodes[i]
	}
	for range 12 * n {
		g.change(r)
	}
	return g
}

// any node, and sometimes none.
func (g *graph) any(r *rand.Rand) *node {
	switch r.IntN(12) {
	case 0:
		return nil
	case 1:
		return &node{base: base{r.IntN(1000)}, next: g.nodes[r.IntN(len(g.nodes))]}
	}
	return g.nodes[r.IntN(len(g.nodes))]
}

// change does one thing that a game may do.
func (g *graph) change(r *rand.Rand) {
	n := g.nodes[r.IntN(len(g.nodes))]
	changes := []func(){
		func() { n.id, n.name, n.heat = r.IntN(100), fmt.Sprint("node ", r.IntN(100)), r.Float64() },
		func() { n.next = g.any(r) },
		func() { n.peers = append(n.peers, g.any(r)) },
		func() { n.peers = n.peers[:len(n.peers)/2] },
		func() { n.peers = n.peers[len(n.peers)/2:] },
		func() {
			i := r.IntN(len(g.slab))
			n.leaves = g.slab[i : i+r.IntN(len(g.slab)-i)]
		},
		func() { n.leaves = append(n.leaves, leaf{r.IntN(100), r.IntN(100), g.any(r)}) },
		func() { g.slab[r.IntN(len(g.slab))] = leaf{r.IntN(100), r.IntN(100), g.any(r)} },
		func() {
			if len(n.leaves) > 0 {
				n.leaf = &n.leaves[r.IntN(len(n.leaves))]
				n.count = &n.leaf.y
			}
		},
		func() { n.leaf = &n.wings[r.IntN(2)] },
		func() { n.count = &g.nodes[r.IntN(len(g.nodes))].id },
		func() { own := r.IntN(100); n.count = &own },
		func() {
			if n.count != nil {
				*n.count++
			}
		},
		func() {
			if n.leaf != nil {
				*n.leaf = leaf{r.IntN(100), r.IntN(100), g.any(r)}
			}
		},
		func() { n.bytes = append(n.bytes, byte(r.IntN(256))) },
		func() { n.tags = map[string]int{"a": r.IntN(10)} },
		func() {
			if n.tags != nil {
				n.tags[fmt.Sprint(r.IntN(20))] = r.IntN(100)
				delete(n.tags, fmt.Sprint(r.IntN(20)))
			}
		},
		func() { n.names = g.all },
		func() { g.all[fmt.Sprint(r.IntN(50))] = g.any(r) },
		func() { delete(g.all, fmt.Sprint(r.IntN(50))) },
		func() {
			n.boxes = map[[2]int]box{{1, r.IntN(5)}: {r.IntN(9), g.any(r), g.slab[:r.IntN(5)]}, {2, 2}: {list: n.leaves}}
		},
		func() { n.nodes = map[*node]string{n: "self", g.nodes[0]: "first"} },
		func() { n.what = g.any(r) },
		func() { n.what = box{r.IntN(9), g.any(r), []leaf{{of: g.any(r)}}} },
		func() {
			if b, ok := n.what.(box); ok && len(b.list) > 0 {
				b.list[0].x++
			}
		},
		func() { n.what = map[string]any{"x": r.IntN(9), "y": []int{r.IntN(9)}} },
		func() {
			if m, ok := n.what.(map[string]any); ok {
				m["x"] = r.IntN(90)
				m["y"].([]int)[0]++
			}
		},
		func() { n.what = r.IntN(100) },
		func() { n.wings[r.IntN(2)] = leaf{r.IntN(100), r.IntN(100), g.any(r)} },
		func() { n.deep = &g.nodes[r.IntN(len(g.nodes))].next },
		func() {
			if n.deep != nil {
				*n.deep = g.any(r)
			}
		},
		func() { n.lists = &g.nodes[r.IntN(len(g.nodes))].leaves },
		func() { g.nodes[r.IntN(len(g.nodes))] = &node{next: n} },
		func() { g.nodes = append(g.nodes, &node{next: n}) },
		func() { n.act, n.wake = nil, make(chan int) },
	}
	changes[r.IntN(len(changes))]()
}

// describe writes down all of a graph, with its addresses, without reflection on
// what it follows.
func (g *graph) describe() string {
	var b strings.Builder
	done := map[*node]bool{}
	var queue []*node
	see := func(n *node) *node {
		if n != nil && !done[n] {
			done[n] = true
			queue = append(queue, n)
		}
		return n
	}
	one := func(l leaf) { fmt.Fprintf(&b, "{%d %d %p}", l.x, l.y, see(l.of)) }
	many := func(list []leaf) {
		fmt.Fprintf(&b, "%p+%d/%d[", list, len(list), cap(list))
		for _, l := range list {
			one(l)
		}
		b.WriteByte(']')
	}
	fmt.Fprintf(&b, "%p %d %p\n", g.nodes, len(g.nodes), g.all)
	for _, n := range g.nodes {
		see(n)
	}
	many(g.slab)
	names := func(m map[string]*node) {
		for _, k := range sorted(m) {
			fmt.Fprintf(&b, "%s:%p ", k, see(m[k]))
		}
	}
	names(g.all)
	for i := 0; i < len(queue); i++ {
		n := queue[i]
		fmt.Fprintf(&b, "\n%p: %d %q %v next %p peers %p+%d/%d", n, n.id, n.name, n.heat, see(n.next), n.peers, len(n.peers), cap(n.peers))
		for _, p := range n.peers {
			fmt.Fprintf(&b, " %p", see(p))
		}
		fmt.Fprintf(&b, " count %p", n.count)
		if n.count != nil {
			fmt.Fprintf(&b, "=%d", *n.count)
		}
		fmt.Fprintf(&b, " leaf %p", n.leaf)
		if n.leaf != nil {
			one(*n.leaf)
		}
		many(n.leaves)
		fmt.Fprintf(&b, " bytes %p %x %p %v %p", n.bytes, n.bytes, n.tags, n.tags, n.names)
		names(n.names)
		for _, x := range []any{n.boxes, n.what} {
			switch x := x.(type) {
			case map[[2]int]box:
				for _, k := range [][2]int{{1, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 4}, {2, 2}} {
					if v, ok := x[k]; ok {
						fmt.Fprintf(&b, " box %v %d %p", k, v.n, see(v.of))
						many(v.list)
					}
				}
			case box:
				fmt.Fprintf(&b, " box %d %p", x.n, see(x.of))
				many(x.list)
			case *node:
				fmt.Fprintf(&b, " what %p", see(x))
			default:
				fmt.Fprintf(&b, " what %v", x)
			}
		}
		fmt.Fprintf(&b, " nodes %p %d %q", n.nodes, len(n.nodes), n.nodes[n])
		one(n.wings[0])
		one(n.wings[1])
		fmt.Fprintf(&b, " deep %p lists %p %v", n.deep, n.lists, n.wake)
		if n.deep != nil {
			see(*n.deep)
		}
		if n.lists != nil {
			many(*n.lists)
		}
	}
	return b.String()
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// What was changed since is undone, wherever it lay and whatever pointed to it.
func TestWhateverTheGameDoesIsUndone(t *testing.T) {
	for s := range uint64(400) {
		undo(t, s, 1+int(s%9))
	}
}

func FuzzWhateverTheGameDoesIsUndone(f *testing.F) {
	f.Add(uint64(1), uint8(3))
	f.Fuzz(func(t *testing.T, s uint64, n uint8) { undo(t, s, 1+int(n%40)) })
}

func undo(t *testing.T, s uint64, n int) {
	r := rand.New(rand.NewPCG(s, 1))
	g := grow(r, n)
	survey := take(t, root("graph", g))
	before, sum := g.describe(), survey.Sums()
	image := survey.Image()
	twin := grow(rand.New(rand.NewPCG(s, 1)), n)
	require.Equal(t, sum, take(t, root("graph", twin)).Sums(), "seed %d: what is made alike has the same sum", s)
	for range 3 {
		for range 1 + r.IntN(60) {
			g.change(r)
		}
		image.Restore()
		require.Equal(t, before, g.describe(), "seed %d", s)
		require.Equal(t, sum, take(t, root("graph", g)).Sums(), "seed %d", s)
	}
}
