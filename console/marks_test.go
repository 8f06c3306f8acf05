package console

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// leak is a seeded leak: so many objects of so many bytes, from one place.
//
//go:noinline
func leak(objects, size int) [][]byte {
	kept := make([][]byte, objects)
	for i := range kept {
		kept[i] = make([]byte, size)
	}
	return kept
}

// headline sums up what a diff says of the sites whose headline is a function.
func headline(d MemoryDiff, function string) (g SiteGrowth) {
	for _, s := range d.Sites {
		if len(s.Stack) > 0 && strings.HasSuffix(d.Frames[s.Stack[s.At]].Func, function) {
			g.add(s)
		}
	}
	return g
}

func TestADiffFindsASeededLeak(t *testing.T) {
	for name, c := range map[string]struct{ rate, objects, size int }{
		"small objects":    {4 << 10, 20_000, 256},
		"default rate":     {512 << 10, 30, 2 << 20}, // fewer and smaller ones would leave too much to chance
		"every allocation": {1, 1_000, 64},
	} {
		t.Run(name, func(t *testing.T) {
			was := runtime.MemProfileRate
			runtime.MemProfileRate = c.rate
			defer func() { runtime.MemProfileRate = was }()
			con, p := sampled(t)
			before := await[MemoryMark](p, "memory.mark", `{"name":"before"}`)
			kept := leak(c.objects, c.size)
			leak(c.objects, c.size) // garbage: allocated, and not growth
			d := await[MemoryDiff](p, "memory.diff", `{"from":1}`)
			runtime.KeepAlive(kept)
			require.Equal(t, before, d.From)
			require.Zero(t, d.To.ID)
			g := headline(d, "console.leak")
			const list = 24 // bytes of a slice in the list of what is kept
			want := float64(c.objects * (c.size + list))
			require.InEpsilon(t, want, g.Bytes, 0.15, "growth in bytes")
			require.InEpsilon(t, c.objects, g.Objects, 0.2, "growth in objects; the list that holds them is one")
			require.InEpsilon(t, 2*want, g.AllocBytes, 0.15, "what was freed again was allocated too")
			require.GreaterOrEqual(t, g.NowBytes, g.Bytes)
			top := slices.IndexFunc(d.Sites, func(g SiteGrowth) bool { return strings.HasSuffix(d.Frames[g.Stack[g.At]].Func, "console.leak") })
			require.GreaterOrEqual(t, top, 0)
			stack := d.Sites[top].Stack[d.Sites[top].At:]
			require.Equal(t, "marks_test.go", base(d.Frames[stack[0]].File))
			require.Equal(t, 21, d.Frames[stack[0]].Line)
			require.Contains(t, d.Frames[stack[1]].Func, "TestADiffFindsASeededLeak")
			if c.rate > 1 {
				require.Zero(t, top, "nothing grew as much")
			}
			require.Len(t, con.Memory.kept(), 1, "now is no mark")
		})
	}
}

func base(file string) string { return file[strings.LastIndexByte(file, '/')+1:] }

func TestAMarkSaysWhatItIsMadeOf(t *testing.T) {
	_, p := sampled(t)
	from := await[MemorySample](p, "memory.gc", `{}`)
	m := await[MemoryMark](p, "memory.mark", `{}`)
	require.GreaterOrEqual(t, len(m.Profile.Ran), 2)
	last := m.Profile.Ran[len(m.Profile.Ran)-1]
	require.Equal(t, []any{last.Cycle, last.Time}, []any{m.Profile.Cycle, m.Profile.Time})
	require.GreaterOrEqual(t, m.Profile.Cycle, from.GCCycles+2)
	require.Less(t, m.Profile.Age, int64(10*time.Second))
	require.Equal(t, runtime.MemProfileRate, m.Profile.Rate)
	require.Positive(t, m.Sites)
	require.Positive(t, m.Time)

	old := await[MemoryMark](p, "memory.mark", `{"collect":false}`)
	require.Empty(t, old.Profile.Ran)
	require.GreaterOrEqual(t, old.Profile.Cycle+1, m.Profile.Cycle, "the last collection but one")
	require.GreaterOrEqual(t, old.Profile.Age, int64(0))
}

func TestTheAgeOfAProfile(t *testing.T) {
	runtime.GC()
	runtime.GC()
	con := new(Console)
	con.ready()
	var p HeapProfile
	require.ErrorContains(t, con.Memory.date(&p, 1, false), "collect first")
	require.NoError(t, con.Memory.date(&p, con.Memory.sample().GCCycles, false))
	require.Equal(t, int64(-1), p.Time, "that collection was before the session")
	runtime.GC()
	runtime.GC()
	s := con.Memory.sample()
	require.NoError(t, con.Memory.date(&p, s.GCCycles, false))
	require.Equal(t, s.GCCycles-1, p.Cycle)
	require.InDelta(t, s.GCs[len(s.GCs)-2].Time, p.Time, 1e6, "as exact as the wall clock is read")
}

func TestWithoutSamplingThereIsNoProfile(t *testing.T) {
	was := runtime.MemProfileRate
	runtime.MemProfileRate = 0
	defer func() { runtime.MemProfileRate = was }()
	con := new(Console)
	con.ready()
	_, err := con.Memory.profile(true)
	require.ErrorContains(t, err, "runtime.MemProfileRate is 0")
}

func TestMarksAreBounded(t *testing.T) {
	con := new(Console)
	p := newProbe(t, con)
	for range maxMarks + 3 {
		con.Memory.keep(&heapMark{})
	}
	con.Memory.sample()
	marks := get[[]MemoryMark](p, "memory.marks", `{}`)
	require.Len(t, marks, maxMarks)
	require.Equal(t, []int{4, maxMarks + 3}, []int{marks[0].ID, marks[maxMarks-1].ID}, "the newest")
	changes := con.Memory.newest().Marks
	require.Equal(t, uint64(maxMarks+3), changes)
	get[any](p, "memory.unmark", `{"id":4}`)
	require.Len(t, con.Memory.kept(), maxMarks-1)
	require.Equal(t, changes+1, con.Memory.sample().Marks)
	p.refused(rpc.NotFound, "memory.unmark", `{"id":4}`)
	p.refused(rpc.NotFound, "memory.diff", `{"from":1}`)
	p.refused(rpc.NotFound, "memory.diff", `{"from":5,"to":1}`)
	p.refused(rpc.OutOfRange, "memory.mark", `{"name":"`+strings.Repeat("x", 65)+`"}`)
}

func TestDiffOfTwoMarks(t *testing.T) {
	var table siteTable
	here := func(depth int) (pcs []uintptr) {
		pcs = make([]uintptr, depth)
		return pcs[:runtime.Callers(1, pcs)]
	}
	grew, shrank, busy, same := table.site(here(1)), table.site(here(2)), table.site(here(3)), table.site(here(4))
	require.Equal(t, []int{1, 2, 3, 4}, []int{grew, shrank, busy, same})
	from := &heapMark{uses: []siteUse{{}, {100, 1, 100, 1}, {900, 9, 900, 9}, {10, 1, 10, 1}}}
	to := &heapMark{uses: []siteUse{{5, 1, 5, 1}, {400, 4, 400, 4}, {100, 1, 900, 9}, {10, 1, 9010, 90}, {}}}
	sites := func(by string, limit int) (bytes []int64, d MemoryDiff) {
		d = table.diff(from, to, by, limit)
		for _, g := range d.Sites {
			bytes = append(bytes, g.Bytes)
		}
		return bytes, d
	}
	bytes, d := sites("bytes", 10)
	require.Equal(t, []int64{300, 5, 0, -800}, bytes, "a site where nothing happened is left out")
	require.Zero(t, d.Left)
	bytes, d = sites("bytes", 2)
	require.Equal(t, []int64{300, -800}, bytes, "what changed most, whichever way")
	require.Equal(t, 2, d.Left)
	require.Equal(t, SiteGrowth{Bytes: 5, Objects: 1, AllocBytes: 9005, AllocObjects: 90, NowBytes: 15, NowObjects: 2}, d.Others)
	for _, g := range d.Sites {
		require.NotEmpty(t, g.Stack)
		require.Contains(t, d.Frames[g.Stack[0]].Func, "TestDiffOfTwoMarks")
	}
	bytes, _ = sites("allocated", 1)
	require.Equal(t, []int64{0}, bytes)
	bytes, _ = sites("objects", 1)
	require.Equal(t, []int64{-800}, bytes)
}

func TestTheTableOfSitesIsBounded(t *testing.T) {
	var table siteTable
	for i := range maxSites + 10 {
		table.site([]uintptr{uintptr(i + 1)})
	}
	require.Len(t, table.stacks, maxSites)
	require.Equal(t, 1, table.site([]uintptr{1}))
	require.Equal(t, 0, table.site([]uintptr{maxSites + 5}), "no room")
}

func TestScalingOfSamples(t *testing.T) {
	r := runtime.MemProfileRecord{AllocObjects: 10, AllocBytes: 2560, FreeObjects: 4, FreeBytes: 1024}
	require.Equal(t, siteUse{1536, 6, 2560, 10}, scaled(&r, 1))
	u := scaled(&r, 4096)
	require.InDelta(t, 10/0.060586, u.allocObjects, 1, "each stands for sixteen and a half") // 1 - exp(-1/16)
	require.InDelta(t, 0.6, float64(u.bytes)/float64(u.allocBytes), 1e-3)
	require.Zero(t, scaled(&runtime.MemProfileRecord{}, 4096))
}

// What a mark costs beside the game, without its collections.
func BenchmarkHeapMark(b *testing.B) {
	con := new(Console)
	con.ready()
	runtime.GC()
	runtime.GC()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := con.Memory.profile(false); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHeapDiff(b *testing.B) {
	con := new(Console)
	con.ready()
	from, err := con.Memory.profile(true)
	require.NoError(b, err)
	kept := leak(2000, 32<<10)
	to, err := con.Memory.profile(true)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		con.Memory.sites.diff(from, to, "", 200)
	}
	runtime.KeepAlive(kept)
}
