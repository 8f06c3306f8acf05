package console

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/scry-dev/scry/rpc"
)

// DiffParams say which marks to compare, and how.
type DiffParams struct {
	From    int    `json:"from" min:"1" help:"a mark"`
	To      int    `json:"to,omitempty" min:"0" help:"a later mark; absent or 0 is now"`
	By      string `json:"by,omitempty" enum:"bytes,objects,allocated" help:"which growth puts a site first; absent is bytes"`
	Limit   int    `json:"limit,omitempty" min:"1" max:"1000" help:"call sites in the answer; absent is 200"`
	Collect *bool  `json:"collect,omitempty" help:"where the later is now; absent or true: two collections run first; false: the profile may be up to two collections old"`
}

// MemoryDiff is how the heap grew between two marks. All figures are estimates: see
// [HeapProfile].
type MemoryDiff struct {
	From   MemoryMark   `json:"from"`
	To     MemoryMark   `json:"to"`
	Sites  []SiteGrowth `json:"sites" help:"those that grew most first, those that shrank at the end"`
	Others SiteGrowth   `json:"others" help:"all that are not in sites, together"`
	Left   int          `json:"left" help:"how many call sites are in others"`
	Frames []StackFrame `json:"frames" help:"what the stacks name by number"`
}

// SiteGrowth is what happened at one call site.
type SiteGrowth struct {
	Bytes        int64 `json:"bytes" unit:"B" help:"growth of what is in use"`
	Objects      int64 `json:"objects" help:"growth of what is in use"`
	AllocBytes   int64 `json:"allocBytes" unit:"B" help:"allocated between the marks, freed since or not"`
	AllocObjects int64 `json:"allocObjects" help:"allocated between the marks"`
	NowBytes     int64 `json:"nowBytes" unit:"B" help:"in use at the later mark"`
	NowObjects   int64 `json:"nowObjects"`
	At           int   `json:"at" help:"place in stack of the frame that names it: the first outside of the standard library, else the outermost"`
	Stack        []int `json:"stack" help:"numbers of frames, the innermost first; the runtime's own are left out there"`
}

func (g *SiteGrowth) add(o SiteGrowth) {
	g.Bytes += o.Bytes
	g.Objects += o.Objects
	g.AllocBytes += o.AllocBytes
	g.AllocObjects += o.AllocObjects
	g.NowBytes += o.NowBytes
	g.NowObjects += o.NowObjects
}

func (m *Memory) diff(call *rpc.Call, p DiffParams) (MemoryDiff, error) {
	from, to := m.find(p.From), m.find(p.To)
	switch {
	case from == nil:
		return MemoryDiff{}, noMark(p.From)
	case to == nil && p.To != 0:
		return MemoryDiff{}, noMark(p.To)
	case p.Limit == 0:
		p.Limit = 200
	}
	return MemoryDiff{}, m.later(call, false, func() (any, error) {
		if p.To == 0 {
			var err error
			if to, err = m.profile(p.Collect == nil || *p.Collect); err != nil {
				return nil, err
			}
		}
		return m.sites.diff(from, to, p.By, p.Limit), nil
	})
}

// diff compares two marks.
func (t *siteTable) diff(from, to *heapMark, by string, limit int) MemoryDiff {
	d := MemoryDiff{From: from.MemoryMark, To: to.MemoryMark, Sites: []SiteGrowth{}}
	order := func(g *SiteGrowth) int64 { return g.Bytes }
	switch by {
	case "objects":
		order = func(g *SiteGrowth) int64 { return g.Objects }
	case "allocated":
		order = func(g *SiteGrowth) int64 { return g.AllocBytes }
	}
	// A name costs some microseconds, so only sites that may be shown get one. Those
	// that differ by frames of the runtime alone become one, which may leave fewer.
	raw := grown(from.uses, to.uses)
	byMost := func(a, b SiteGrowth) int {
		return cmp.Or(cmp.Compare(magnitude(order(&b)), magnitude(order(&a))), cmp.Compare(a.At, b.At))
	}
	slices.SortFunc(raw, byMost)
	names := newStackNames()
	places := make(map[string]int) // by stack
	for i, g := range raw {
		if i >= 4*limit {
			d.others(g)
			continue
		}
		s := names.name(t.stacks[g.At])
		g.At, g.Stack = s.site, s.stack
		key := fmt.Sprint(s.stack)
		if at, ok := places[key]; ok {
			d.Sites[at].add(g)
			continue
		}
		places[key] = len(d.Sites)
		d.Sites = append(d.Sites, g)
	}
	slices.SortStableFunc(d.Sites, byMost)
	for len(d.Sites) > limit {
		d.others(d.Sites[len(d.Sites)-1])
		d.Sites = d.Sites[:len(d.Sites)-1]
	}
	slices.SortStableFunc(d.Sites, func(a, b SiteGrowth) int { return cmp.Compare(order(&b), order(&a)) })
	stacks := make([][]int, 0, len(d.Sites))
	for i := range d.Sites {
		stacks = append(stacks, d.Sites[i].Stack)
	}
	d.Frames = names.of(stacks)
	return d
}

func (d *MemoryDiff) others(g SiteGrowth) {
	d.Others.add(g)
	d.Left++
}

// grown lists the sites at which anything happened; At is the site's number.
func grown(from, to []siteUse) []SiteGrowth {
	var list []SiteGrowth
	for site, now := range to {
		var was siteUse
		if site < len(from) {
			was = from[site]
		}
		if by := now.minus(was); by != (siteUse{}) {
			list = append(list, SiteGrowth{by.bytes, by.objects, by.allocBytes, by.allocObjects, now.bytes, now.objects, site, nil})
		}
	}
	return list
}

func magnitude(n int64) int64 { return max(n, -n) }
