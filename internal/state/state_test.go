package state_test

import (
	"container/list"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/state"
)

// A game that goes on after an image was taken goes the same way again.
func TestGeneratorsGoOnFromWhereTheyWere(t *testing.T) {
	g := struct {
		r    *rand.Rand
		c    *rand.Rand
		todo list.List
		text strings.Builder
	}{r: rand.New(rand.NewPCG(1, 2)), c: rand.New(rand.NewChaCha8([32]byte{1}))}
	play := func() string {
		for range 40 {
			g.todo.PushBack(g.r.Uint64())
			g.todo.PushFront(g.c.Uint64())
			if g.todo.Len() > 30 {
				g.todo.Remove(g.todo.Front())
			}
			fmt.Fprint(&g.text, g.todo.Front().Value)
		}
		return g.text.String()
	}
	play()
	image := take(t, root("g", &g)).Image()
	first := play()
	for range 3 {
		image.Restore()
		require.Equal(t, first, play())
	}
}

// Who holds a lock when an image is brought back still holds it, and nobody else does.
func TestLocksAreNoState(t *testing.T) {
	g := struct {
		mu    sync.Mutex
		n     int
		rooms []struct {
			mu sync.RWMutex
			n  int
		}
		once sync.Once
	}{}
	g.rooms = append(g.rooms, struct {
		mu sync.RWMutex
		n  int
	}{n: 1})
	g.mu.Lock()
	image := take(t, root("g", &g)).Image()
	g.mu.Unlock()
	g.n, g.rooms[0].n = 5, 5
	g.once.Do(func() {})
	g.rooms[0].mu.RLock()
	image.Restore()
	require.True(t, g.mu.TryLock())
	require.False(t, g.rooms[0].mu.TryLock())
	g.rooms[0].mu.RUnlock()
	require.Zero(t, g.n)
	require.Equal(t, 1, g.rooms[0].n)
	again := false
	g.once.Do(func() { again = true })
	require.True(t, again, "what was not done yet is to be done")
}

// engine stands for what a game uses and does not own.
type engine struct{ frames int }

func TestWhatIsKeptOrForeignIsShared(t *testing.T) {
	g := struct {
		own   engine
		there *engine
		zone  *time.Location
		cmd   *exec.Cmd
		n     int
	}{there: &engine{}, zone: time.UTC, cmd: &exec.Cmd{}}
	m := state.New([]string{here}, reflect.TypeFor[engine]())
	s, err := m.Survey([]state.Root{root("g", &g)}, 1<<20)
	require.NoError(t, err)
	require.Equal(t, []string{"exec.Cmd", "state_test.engine"}, m.Shared())
	image := s.Image()
	other := &engine{}
	g.own.frames, g.there.frames, g.cmd.Path, g.n = 1, 2, "3", 4
	was := g.there
	g.there = other
	image.Restore()
	require.Same(t, was, g.there, "which one is state")
	require.Equal(t, []any{1, 2, "3", 0}, []any{g.own.frames, g.there.frames, g.cmd.Path, g.n}, "what is in it is not")
}

func TestAStateThatIsTooLargeIsRefusedWithTheNameOfTheLargest(t *testing.T) {
	small, large := make([]int, 100), make([][]int, 1000)
	for i := range large {
		large[i] = make([]int, 100)
	}
	_, err := state.New(nil).Survey([]state.Root{root("small", &small), root("large", &large)}, 100_000)
	var e *state.TooLargeError
	require.True(t, errors.As(err, &e))
	require.Equal(t, "large", e.Root)
	require.ErrorContains(t, err, `100000 bytes; most of it belongs to "large"`)
	_, err = state.New(nil).Survey([]state.Root{root("small", &small)}, 100_000)
	require.NoError(t, err)
}

// Slices of one array, and pointers into it, are one region.
func TestWhatOverlapsIsHeldOnce(t *testing.T) {
	g := struct {
		all   []int
		parts [][]int
		ptrs  []*int
	}{all: make([]int, 10_000)}
	base := take(t, root("g", &g)).Bytes()
	for i := range 100 {
		g.parts = append(g.parts, g.all[i*10:i*10+500+i])
		g.ptrs = append(g.ptrs, &g.all[i*7])
	}
	require.Less(t, take(t, root("g", &g)).Bytes()-base, int64(100*(24+8)+100))
	g.all = nil
	require.Less(t, take(t, root("g", &g)).Bytes()-base, int64(100*(24+8)+100-8000*8))
}

// everything has a leaf of every kind.
type everything struct {
	B  bool
	I  int
	I8 int8
	U  uint64
	F  float32
	G  float64
	C  complex128
	S  string
	T  time.Time
	A  [3]int16
	P  *int
	R  *everything
	L  []vec
	Y  []byte
	M  map[string]vec
	N  map[int]*vec
	E  any
	X  any
	Q  any
	in struct{ n uint8 }
	fn func()
	ch chan int
	Z  *time.Location
}

type vec struct{ X, y float64 }

func make1() *everything {
	n := 3
	e := &everything{
		B: true, I: 1, I8: 2, U: 3, F: 4, G: 5, C: 6, S: "seven, and some more", T: time.Unix(8, 9), A: [3]int16{1, 2, 3}, P: &n,
		L: []vec{{1, 2}, {3, 4}}, Y: []byte("abc"), M: map[string]vec{"a": {1, 2}, "b": {3, 4}}, N: map[int]*vec{1: {1, 2}, 2: {3, 4}},
		E: vec{1, 2}, X: &vec{3, 4}, Q: []any{1, "two", vec{3, 4}}, Z: time.UTC,
	}
	e.R = &everything{R: e, P: e.P, L: e.L[1:]}
	return e
}

func sum(t testing.TB, e *everything) uint64 { return take(t, root("e", e)).Sums()[0].Sum }

// Each single change, wherever it is, changes the sum, no two changes to the same.
func TestEveryLeafIsInTheSum(t *testing.T) {
	first := sum(t, make1())
	require.Equal(t, first, sum(t, make1()), "what is made alike has the same sum")
	known := map[uint64]int{first: -1}
	columns := func(e *everything) []state.Column { return take(t, root("e", e)).Columns() }
	whole := columns(make1())
	require.Equal(t, whole, columns(make1()))
	one := 3
	for i, change := range []func(e *everything){
		func(e *everything) { e.B = false },
		func(e *everything) { e.I-- },
		func(e *everything) { e.I8-- },
		func(e *everything) { e.U-- },
		func(e *everything) { e.F = math.Nextafter32(e.F, 9) },
		func(e *everything) { e.G = math.Nextafter(e.G, 9) },
		func(e *everything) { e.C = complex(real(e.C), 1) },
		func(e *everything) { e.C = complex(7, imag(e.C)) },
		func(e *everything) { e.S += "!" },
		func(e *everything) { e.S = "Seven, and some more" },
		func(e *everything) { e.S = "seven, and some mor\x00" },
		func(e *everything) { e.T = e.T.Add(1) },
		func(e *everything) { e.T = e.T.In(time.FixedZone("there", 3600)) },
		func(e *everything) { e.A[2]++ },
		func(e *everything) { *e.P++ },
		func(e *everything) { e.P = nil },
		func(e *everything) { e.P = &one }, // it was the same as R.P
		func(e *everything) { e.R.P = &e.R.I },
		func(e *everything) { e.R.R = e.R },
		func(e *everything) { e.R.I++ },
		func(e *everything) { e.R = nil },
		func(e *everything) { e.L[0].X++ },
		func(e *everything) { e.L[1].y++ },
		func(e *everything) { e.L = e.L[:1] },
		func(e *everything) { e.L = nil },
		func(e *everything) { e.L = e.L[:0] },
		func(e *everything) { e.R.L = []vec{{3, 4}} }, // it was a part of L
		func(e *everything) { e.R.L = e.L[:1] },
		func(e *everything) { e.Y[1]++ },
		func(e *everything) { e.M["a"] = vec{1, 3} },
		func(e *everything) { e.M["c"] = vec{} },
		func(e *everything) { delete(e.M, "a") },
		func(e *everything) { e.M["a"], e.M["b"] = e.M["b"], e.M["a"] },
		func(e *everything) { clear(e.M) },
		func(e *everything) { e.M = nil },
		func(e *everything) { e.N[1].y++ },
		func(e *everything) { e.N[1] = e.N[2] },
		func(e *everything) { e.N[1], e.N[2] = e.N[2], e.N[1] },
		func(e *everything) { e.E = vec{1, 3} },
		func(e *everything) { e.E = struct{ X, y float64 }{1, 2} },
		func(e *everything) { e.E = nil },
		func(e *everything) { e.X.(*vec).y++ },
		func(e *everything) { e.X = e.N[1] },
		func(e *everything) { e.X = vec{3, 4} },
		func(e *everything) { e.Q.([]any)[0] = 2 },
		func(e *everything) { e.Q.([]any)[0] = uint(1) },
		func(e *everything) { e.Q.([]any)[2] = vec{3, 5} },
		func(e *everything) { e.in.n++ },
		func(e *everything) { e.fn = func() {} },
		func(e *everything) { e.ch = make(chan int) },
		func(e *everything) { e.Z = time.Local },
	} {
		e := make1()
		change(e)
		s := sum(t, e)
		require.NotContains(t, known, s, "change %d", i)
		require.NotEqual(t, whole, columns(e), "change %d: some column shows it", i)
		known[s] = i
	}
}

// A change shows in the sum of the subsystem where it happened, and in no other,
// whoever points there.
func TestASumIsOfOneSubsystem(t *testing.T) {
	type hero struct {
		id     uint64
		foe    *hero
		weapon *vec
		foes   []*hero
	}
	g := struct {
		clock  int
		player hero
		foes   []hero
		allies []*hero
	}{foes: make([]hero, 9)}
	for i := range g.foes {
		g.foes[i].id = uint64(i)
	}
	sums := func() map[string]uint64 {
		list := root("foes", &g.foes)
		list.ID = func(i int) uint64 { return g.foes[i].id }
		all := map[string]uint64{}
		for _, s := range take(t, root("game", &g), root("player", &g.player), list, root("allies", &g.allies)).Sums() {
			all[s.Name] = s.Sum
		}
		return all
	}
	change := func(f func(), names ...string) {
		t.Helper()
		before := sums()
		f()
		var differ []string
		after := sums()
		for _, name := range []string{"game", "player", "foes", "allies"} {
			if before[name] != after[name] {
				differ = append(differ, name)
			}
		}
		require.Equal(t, names, differ)
	}
	change(func() { g.clock++ }, "game")
	change(func() { g.player.id++ }, "player")
	change(func() { g.player.foe = &g.foes[5] }, "player")
	change(func() { g.player.foe = &g.foes[6] }, "player")
	change(func() { g.foes[5].weapon = &vec{} }, "foes")
	change(func() { g.foes[5].weapon.X++ }, "foes")
	change(func() { g.allies = append(g.allies, &hero{foe: &g.foes[6]}) }, "allies")
	change(func() { g.foes[1].foe = g.allies[0] }, "foes")
	change(func() { g.allies[0].id++ }, "allies")
	change(func() { g.player.foes = []*hero{&g.foes[2]} }, "player")
	change(func() { g.foes[8].id = 99 }, "foes")
	change(func() { // it is another place, and the same foe
		g.foes[5], g.foes[6] = g.foes[6], g.foes[5]
		g.player.foe, g.allies[0].foe = &g.foes[5], &g.foes[5]
	}, "foes")
}

// Another process comes to the same sum.
func TestASumIsTheSameInAnotherProcess(t *testing.T) {
	const asked = "SCRY_PRINT_SUM"
	text := fmt.Sprintf("sum %016x", sum(t, make1()))
	if os.Getenv(asked) != "" {
		fmt.Println(text)
		return
	}
	for range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestASumIsTheSameInAnotherProcess$", "-test.v")
		cmd.Env = append(os.Environ(), asked+"=1")
		out, err := cmd.Output()
		require.NoError(t, err)
		require.Contains(t, string(out), text)
	}
}

// thing is what a game has a hundred thousand of.
type thing struct {
	ID            uint64
	Pos, Vel      vec
	Health, Speed float32
	Team          uint8
	State         int
	Name          string
	Target        uint64
}

func things(n int) []thing {
	list := make([]thing, n)
	for i := range list {
		list[i] = thing{ID: uint64(i), Name: "grunt", Pos: vec{float64(i), 1}}
	}
	return list
}

func BenchmarkThings(b *testing.B) {
	const n = 100_000
	flat := things(n)
	refs := struct {
		all []*thing
		at  map[uint64]*thing
	}{at: map[uint64]*thing{}}
	for i := range n {
		refs.all = append(refs.all, &things(1)[0])
		if i%10 == 0 {
			refs.at[uint64(i)] = refs.all[i]
		}
	}
	for name, at := range map[string]any{"flat": &flat, "pointers": &refs} {
		m := state.New([]string{here})
		roots := []state.Root{root("things", at)}
		survey := func() *state.Survey {
			s, err := m.Survey(roots, 1<<30)
			require.NoError(b, err)
			return s
		}
		b.Run(name+"/image", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.ReportMetric(float64(survey().Image().Bytes())/1e6, "MB/image")
			}
		})
		b.Run(name+"/restore", func(b *testing.B) {
			b.ReportAllocs()
			image := survey().Image()
			for b.Loop() {
				image.Restore()
			}
		})
		b.Run(name+"/sums", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				survey().Sums()
			}
		})
	}
}
