package console

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the tests of edits are about: structs of every way of being bound, and a source.
type (
	// pawn is bound by pointers, with an id and a parent.
	pawn struct {
		ID     uint32
		Name   string
		Pos    vec
		HP     int `scry:"hp,min=0,max=100"`
		Armour float32
		Route  []vec
		Stock  map[string]int
		Boss   uint32 `scry:"boss,ref=pawn,parent"`
		Foe    *pawn
		Any    any
		secret int
	}
	// crate is bound by values, with an id.
	crate struct {
		ID    uint32
		Mass  float64 `scry:"mass,min=0"`
		Goods []int
	}
	// mote is bound by pointers, without an id.
	mote struct {
		Pos  vec
		Glow float64
	}
)

// yardstick is a world of all of them.
type yardstick struct {
	pawns  []*pawn
	crates []crate
	motes  []*mote
	ark    *ark
	next   uint32
	told   []string // by Edited
	asked  []uint32 // by Delete
}

func newYardstick(con *Console) *yardstick {
	y := &yardstick{ark: new(ark), next: 100}
	for i := range 6 {
		y.pawns = append(y.pawns, &pawn{ID: uint32(i + 1), HP: 100 - i, Pos: vec{float64(i), 0}, Route: []vec{{1, 1}, {2, 2}}, Stock: map[string]int{"apple": i}, secret: i})
		y.crates = append(y.crates, crate{ID: uint32(i + 11), Mass: float64(i), Goods: []int{i}})
		if i%2 == 1 {
			y.motes = append(y.motes, nil)
		}
		y.motes = append(y.motes, &mote{Glow: float64(i)})
		y.ark.add(i % 2)
	}
	fresh := func() uint32 { y.next++; return y.next }
	con.World.Bind("pawn", &y.pawns, "").
		Create(func(p *pawn) error { p.ID, p.HP = fresh(), 50; return nil }).
		Delete(func(p *pawn) error {
			y.asked = append(y.asked, p.ID)
			if p.Name == "king" {
				return errors.New("a king stays")
			}
			return nil
		}).
		Edited(func(p *pawn) { y.told = append(y.told, fmt.Sprint(p.ID)) })
	con.World.Bind("crate", &y.crates, "").Create(func(c *crate) error { c.ID = fresh(); return nil })
	con.World.Bind("mote", &y.motes, "")
	con.World.BindSource("ark", y.ark, "")
	return y
}

// dump is all of the world, exactly.
func (y *yardstick) dump() string {
	var b strings.Builder
	for _, p := range y.pawns {
		fmt.Fprintf(&b, "%p %+v\n", p, *p)
	}
	fmt.Fprintf(&b, "%+v\n", y.crates)
	for _, m := range y.motes {
		if m == nil {
			b.WriteString("nil\n")
			continue
		}
		fmt.Fprintf(&b, "%p %+v\n", m, *m)
	}
	return b.String() + y.ark.dump()
}

// ark is a game's own storage: animals in a tree, with a component that some have.
type ark struct {
	animals []*animal // in no order that lasts
	last    uint64
	refuse  string // what it refuses to do
}

type animal struct {
	id     uint64
	kind   int
	on     uint64
	body   flesh
	mind   *mind
	volume float64
}

type (
	flesh struct {
		Pos  vec
		Mass float64 `scry:"mass,min=1,max=1000"`
		Fur  []int
	}
	mind struct {
		Mood string `scry:"mood,enum=calm|wild"`
		Past []string
	}
)

func (h *ark) add(kind int) *animal {
	h.last++
	a := &animal{id: h.last, kind: kind, body: flesh{Mass: 10, Fur: []int{1, 2}}}
	if kind == 1 {
		a.mind = &mind{Mood: "calm", Past: []string{"born"}}
	}
	h.animals = append(h.animals, a)
	return a
}

func (h *ark) of(id uint64) *animal {
	if i, ok := h.Place(id); ok {
		return h.animals[i]
	}
	return nil
}

func (h *ark) Schema() Schema {
	return Schema{
		Kinds: []SourceKind{{Name: "sheep"}, {Name: "goat"}},
		Components: []SourceComponent{
			ComponentOf[flesh]("body", ""), ComponentOf[mind]("mind", ""),
			ComponentFunc("volume", "", func(place int) float64 { return h.animals[place].volume }, func(place int, v float64) error {
				if v > 10 {
					return errors.New("too loud")
				}
				h.animals[place].volume = v
				return nil
			}),
		},
	}
}
func (h *ark) Len() int                        { return len(h.animals) }
func (h *ark) Entity(place int) (uint64, bool) { return h.animals[place].id, true }
func (h *ark) Kind(place int) int              { return h.animals[place].kind }
func (h *ark) Parent(place int) (uint64, bool) { return h.animals[place].on, h.animals[place].on != 0 }
func (h *ark) Place(id uint64) (place int, ok bool) {
	i := slices.IndexFunc(h.animals, func(a *animal) bool { return a.id == id })
	return i, i >= 0
}

func (h *ark) Component(place, component int) any {
	a := h.animals[place]
	switch {
	case component == 0:
		return &a.body
	case component == 1 && a.mind != nil:
		return a.mind
	}
	return nil
}

func (h *ark) no(what string) error {
	if h.refuse == what {
		return errors.New("the ark does not " + what)
	}
	return nil
}

func (h *ark) Create(kind int) (uint64, error) {
	if err := h.no("create"); err != nil {
		return 0, err
	}
	return h.add(kind).id, nil
}

func (h *ark) Delete(id uint64) error {
	if err := h.no("delete"); err != nil {
		return err
	}
	i, _ := h.Place(id)
	h.animals[i] = h.animals[len(h.animals)-1]
	h.animals = h.animals[:len(h.animals)-1]
	return nil
}

func (h *ark) Revive(id uint64, kind int) error {
	if err := h.no("revive"); err != nil {
		return err
	}
	h.animals = append(h.animals, &animal{id: id, kind: kind})
	return nil
}

func (h *ark) Reparent(id, parent uint64, some bool) error {
	if err := h.no("reparent"); err != nil {
		return err
	}
	if !some {
		parent = 0
	}
	h.of(id).on = parent
	return nil
}

func (h *ark) Attach(id uint64, component int) error {
	if err := h.no("attach"); err != nil {
		return err
	}
	if component == 1 {
		h.of(id).mind = new(mind)
	}
	return nil
}

func (h *ark) Detach(id uint64, component int) error {
	if err := h.no("detach"); err != nil {
		return err
	}
	if component == 0 {
		return errors.New("no animal is without a body")
	}
	h.of(id).mind = nil
	return nil
}

func (h *ark) dump() string {
	lines := make([]string, len(h.animals))
	for i, a := range h.animals {
		lines[i] = fmt.Sprintf("%06d kind %d on %d %+v %+v %v\n", a.id, a.kind, a.on, a.body, a.mind, a.volume)
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}

// loggedIn is a client with a name.
func loggedIn(t *testing.T, con *Console, name string) *probe {
	p := newProbe(t, con)
	_, f := p.call("session.login", `{"name":"`+name+`"}`)
	require.Nil(t, f)
	return p
}
