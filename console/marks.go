package console

import (
	"math"
	"runtime"
	"slices"

	"github.com/scry-dev/scry/rpc"
)

// maxMarks is how many marks are kept: the newest.
const maxMarks = 16

// maxRecords bounds the heap profile that is read: 19 MB.
const maxRecords = 1 << 16

// MemoryMark is the heap by call site as it was at a moment.
type MemoryMark struct {
	ID      int         `json:"id" help:"from 1; 0 is now"`
	Name    string      `json:"name,omitempty"`
	Time    int64       `json:"time" unit:"ns" help:"when it was made, since the session began"`
	Frame   uint64      `json:"frame"`
	Bytes   int64       `json:"bytes" unit:"B" help:"in use, as far as the profile knows"`
	Objects int64       `json:"objects"`
	Sites   int         `json:"sites" help:"call sites that ever allocated a sampled object"`
	Profile HeapProfile `json:"profile"`
}

// HeapProfile says what a mark was made of. The runtime samples allocations, one in
// so many bytes on average, and each that was sampled stands for those that were
// not: the figures are estimates, the better the more there is of a thing. It tells
// of an allocation only after a collection could have freed it again. A program that
// is started with GODEBUG=memprofilerate=4096 is sampled more finely than one in 512
// KiB, at the price of slower allocations.
type HeapProfile struct {
	Rate  int          `json:"rate" unit:"B" help:"one allocation in so many bytes is sampled, on average"`
	Cycle uint64       `json:"cycle" help:"the profile holds what was allocated before this collection, at least"`
	Time  int64        `json:"time" unit:"ns" help:"its end, since the session began; below 0 before that"`
	Age   int64        `json:"age" unit:"ns" help:"of the profile when the mark was made"`
	Ran   []Collection `json:"ran" help:"collections that ended for the mark: the two that it ran, and any that came between"`
}

// MarkParams name a mark and say how to make it.
type MarkParams struct {
	Name    string `json:"name,omitempty" max:"64"`
	Collect *bool  `json:"collect,omitempty" help:"absent or true: two collections run first, so that the profile is of now; false: it may be up to two collections old"`
}

// MarkID names a mark.
type MarkID struct {
	ID int `json:"id" min:"1"`
}

// heapMark is a mark with what it remembers.
type heapMark struct {
	MemoryMark
	uses []siteUse // by site
}

// siteUse is what one call site has allocated, and what of it was in use.
type siteUse struct{ bytes, objects, allocBytes, allocObjects int64 }

func (u *siteUse) add(o siteUse) {
	u.bytes += o.bytes
	u.objects += o.objects
	u.allocBytes += o.allocBytes
	u.allocObjects += o.allocObjects
}

func (u siteUse) minus(o siteUse) siteUse {
	return siteUse{u.bytes - o.bytes, u.objects - o.objects, u.allocBytes - o.allocBytes, u.allocObjects - o.allocObjects}
}

func (m *Memory) mark(call *rpc.Call, p MarkParams) (MemoryMark, error) {
	frame, now := call.Frame(), int64(call.Time())
	return MemoryMark{}, m.later(call, false, func() (any, error) {
		k, err := m.profile(p.Collect == nil || *p.Collect)
		if err != nil {
			return nil, err
		}
		k.Name, k.Frame, k.Time = p.Name, frame, now
		m.keep(k)
		return k.MemoryMark, nil
	})
}

// keep remembers a mark, in the place of the oldest where there are enough.
func (m *Memory) keep(k *heapMark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastID++
	k.ID = m.lastID
	if len(m.marks) == maxMarks {
		m.marks = slices.Delete(m.marks, 0, 1)
	}
	m.marks = append(m.marks, k)
	m.marked++
}

func (m *Memory) unmark(_ *rpc.Call, p MarkID) (rpc.Void, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.marks, func(k *heapMark) bool { return k.ID == p.ID })
	if i < 0 {
		return rpc.Void{}, noMark(p.ID)
	}
	m.marks = slices.Delete(m.marks, i, i+1)
	m.marked++
	return rpc.Void{}, nil
}

func noMark(id int) error { return rpc.Errorf(rpc.NotFound, "there is no mark %d", id) }

// kept lists the marks for clients.
func (m *Memory) kept() []MemoryMark {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := []MemoryMark{}
	for _, k := range m.marks {
		list = append(list, k.MemoryMark)
	}
	return list
}

// find returns a mark, or nil.
func (m *Memory) find(id int) *heapMark {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.marks {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// profile reads the heap profile of now. It belongs to the goroutine that samples.
func (m *Memory) profile(collect bool) (*heapMark, error) {
	rate := runtime.MemProfileRate
	if rate <= 0 {
		return nil, rpc.Errorf(rpc.Unavailable, "this program does not sample its heap: runtime.MemProfileRate is %d", rate)
	}
	if m.sites.numbers == nil {
		// The table grows before what is marked is read, or the first difference would
		// show it.
		records, err := heapRecords()
		if err != nil {
			return nil, err
		}
		m.sites.number(records)
	}
	before := m.sample()
	ran := []Collection{}
	if collect {
		// One would do for the profile. What finalizers and pools held through the
		// first goes with the second.
		runtime.GC()
		runtime.GC()
		ran = m.collections(before.GCCycles)
	}
	k := &heapMark{MemoryMark: MemoryMark{Time: int64(m.clock.now()), Frame: m.clock.frame.Load()}}
	k.Profile = HeapProfile{Rate: rate, Ran: ran}
	if err := m.date(&k.Profile, before.GCCycles, collect); err != nil {
		return nil, err
	}
	records, err := heapRecords()
	if err != nil {
		return nil, err
	}
	k.count(&m.sites, records, rate)
	return k, nil
}

// count fills a mark with what the runtime's records say.
func (k *heapMark) count(t *siteTable, records []runtime.MemProfileRecord, rate int) {
	k.uses = make([]siteUse, t.number(records))
	for i := range records {
		use := scaled(&records[i], rate)
		k.uses[t.site(records[i].Stack())].add(use)
		k.Bytes += use.bytes
		k.Objects += use.objects
	}
	for _, use := range k.uses {
		if use != (siteUse{}) {
			k.Sites++
		}
	}
}

// date says how old a profile is. A collection that the program asks for publishes
// its own figures at its end; any other leaves that to the next (runtime, mprof.go),
// so that without asking the profile is that of the last but one.
func (m *Memory) date(p *HeapProfile, cycles uint64, collect bool) error {
	now := int64(m.clock.now())
	if n := len(p.Ran); n > 0 {
		p.Cycle, p.Time = p.Ran[n-1].Cycle, p.Ran[n-1].Time
		p.Age = now - p.Time
		return nil
	}
	if !collect && cycles < 2 {
		return rpc.Errorf(rpc.Unavailable, "the heap profile is empty before the second collection, and %d ran: collect first", cycles)
	}
	p.Cycle = cycles - 1
	for _, c := range m.collections(p.Cycle - 1) {
		if c.Cycle == p.Cycle {
			p.Time, p.Age = c.Time, now-c.Time
			return nil
		}
	}
	p.Time, p.Age = -1, now // before the session began
	return nil
}

// heapRecords reads the runtime's records, those of sites included that hold
// nothing now.
func heapRecords() ([]runtime.MemProfileRecord, error) {
	n, _ := runtime.MemProfile(nil, true)
	for n <= maxRecords {
		list := make([]runtime.MemProfileRecord, n+n/8+16) // it grows meanwhile
		var ok bool
		if n, ok = runtime.MemProfile(list, true); ok {
			return list[:n], nil
		}
	}
	return nil, rpc.Errorf(rpc.TooMany, "the heap profile has %d records, at most %d are read", n, maxRecords)
}

// scaled is what a record stands for. An object of size bytes is sampled with the
// probability 1 - exp(-size/rate).
func scaled(r *runtime.MemProfileRecord, rate int) siteUse {
	if r.AllocObjects == 0 {
		return siteUse{}
	}
	by := 1.0
	if rate > 1 {
		size := float64(r.AllocBytes) / float64(r.AllocObjects)
		by = 1 / (1 - math.Exp(-size/float64(rate)))
	}
	times := func(n int64) int64 { return int64(math.Round(float64(n) * by)) }
	return siteUse{times(r.InUseBytes()), times(r.InUseObjects()), times(r.AllocBytes), times(r.AllocObjects)}
}
