package console

import (
	"errors"
	"image/color"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

type body struct {
	Pos  struct{ X, Y float64 } `scry:"pos,unit=m"`
	Mass float64
}

type hunter struct {
	ID uint32
	body
	Health int `scry:"health,min=0,max=100,column"`
	Hungry bool
	State  uint8 `scry:"state,enum=roam|chase"`
	Prey   *hunter
}

func zoo() *World {
	w := new(World)
	hunters := []hunter{
		{ID: 7, body: body{Mass: 1}, Health: 80, Hungry: true},
		{ID: 9, body: body{Mass: 2}, Health: 20, State: 1},
	}
	hunters[1].Pos.X, hunters[1].Pos.Y = 3, 4
	hunters[0].Prey = &hunters[1]
	well := struct {
		Name  string
		Depth float64
	}{"Old Well", 3}
	w.Bind("hunter", &hunters, "")
	w.Bind("well", &well, "")
	return w
}

// found are the names of what a condition holds for.
func holdsFor(t testing.TB, w *World, where string) []string {
	t.Helper()
	c, err := w.compile(WorldQuery{Where: where})
	require.NoError(t, err, where)
	s := new(scan)
	s.start(c, 0, 1000)
	require.True(t, s.run(time.Now().Add(time.Hour)), where)
	require.Equal(t, len(s.window), s.total, where)
	return names(s.window)
}

func TestConditions(t *testing.T) {
	w := zoo()
	for where, want := range map[string][]string{
		``:                                   {"hunter 7", "hunter 9", "Old Well"},
		`health < 50`:                        {"hunter 9"},
		`health>=20`:                         {"hunter 7", "hunter 9"},
		`health != 20`:                       {"hunter 7"},
		`health == 20`:                       {"hunter 9"},
		`depth = 3`:                          {"Old Well"},
		`kind:hunter`:                        {"hunter 7", "hunter 9"},
		`kind:HUNTER mass > 1`:               {"hunter 9"},
		`KIND:"hunter" mass > 1`:             {"hunter 9"},
		`kind = hunter`:                      {"hunter 7", "hunter 9"},
		`kind != hunter`:                     {"Old Well"},
		`kind ~ UNT`:                         {"hunter 7", "hunter 9"},
		`not kind:hunter`:                    {"Old Well"},
		`not not kind:hunter`:                {"hunter 7", "hunter 9"},
		`old`:                                {"Old Well"},
		`hunter`:                             {"hunter 7", "hunter 9"},
		`"old well"`:                         {"Old Well"},
		`'old well'`:                         {"Old Well"},
		`"kind:hunter"`:                      nil,
		`"hunter 7" or depth > 2`:            {"hunter 7", "Old Well"},
		`state = chase`:                      {"hunter 9"},
		`state = CHASE`:                      {"hunter 9"},
		`state != chase`:                     {"hunter 7"},
		`state = 1`:                          {"hunter 9"},
		`state < chase`:                      {"hunter 7"},
		`state ~ as`:                         {"hunter 9"},
		`state !~ as`:                        {"hunter 7"},
		`hungry = true`:                      {"hunter 7"},
		`hungry != true`:                     {"hunter 9"},
		`has:health and not (health > 50)`:   {"hunter 9"},
		`has:pos`:                            {"hunter 7", "hunter 9"},
		`has:body`:                           {"hunter 7", "hunter 9"},
		`HAS:pos.x`:                          {"hunter 7", "hunter 9"},
		`not has:body`:                       {"Old Well"},
		`pos.x = 3 and mass = 2`:             {"hunter 9"},
		`kind:hunter and mass=1 or depth=3`:  {"hunter 7", "Old Well"},
		`kind:hunter && mass=1 || depth=3`:   {"hunter 7", "Old Well"},
		`mass=1||depth=3`:                    {"hunter 7", "Old Well"},
		`health<50&&mass>1`:                  {"hunter 9"},
		`kind:hunter and (mass=1 or mass=2)`: {"hunter 7", "hunter 9"},
		`id:7`:                               {"hunter 7"},
		`id:7 or id:"9"`:                     {"hunter 7", "hunter 9"},
		`id:12345`:                           nil,
		`id:x`:                               nil,
		`id > 7 and kind:hunter`:             {"hunter 9"},
		`name ~ OLD`:                         {"Old Well"},
		`name !~ OLD`:                        {"hunter 7", "hunter 9"},
		`name = "Old Well"`:                  {"Old Well"},
		`name = "hunter 7"`:                  {"hunter 7"},
		`name > "hunter 7"`:                  {"hunter 9"},
		`health > mass`:                      {"hunter 7", "hunter 9"},
		`mass < pos.x`:                       {"hunter 9"},
		`mass = depth`:                       nil,
		`prey = "hunter 9"`:                  {"hunter 7"},
		`prey = 9`:                           {"hunter 7"},
		`prey != 9`:                          {"hunter 9"},
		`prey = null`:                        {"hunter 9"},
		`prey != none`:                       {"hunter 7"},
		`prey ~ UNTER`:                       {"hunter 7"},
		`near(9, 0)`:                         {"hunter 9"},
		`near("hunter 9", 5)`:                {"hunter 7", "hunter 9"},
		`not near("hunter 9", 4.9)`:          {"hunter 7", "Old Well"},
		`near(0, 0, 4.9)`:                    {"hunter 7"},
		`NEAR( 3 , 4, 0)`:                    {"hunter 9"},
		`near(3, 4, 0, 1)`:                   {"hunter 9"},
		`near(3, 4, 2, 1)`:                   nil,
		`"near"`:                             nil,
		`health ~ 8`:                         {"hunter 7"},
		`health !~ 8`:                        {"hunter 9"},
	} {
		require.Equal(t, want, holdsFor(t, w, where), where)
	}
}

func TestConditionsOnEveryType(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	things := []thing{
		{Name: "Straße", Big: math.MaxInt64, Wide: math.MaxUint64, Tint: color.RGBA{255, 128, 0, 255}, Born: day(1), Bag: []int{1, 2}, Team: "red", Small: 0.1, Path: "a,b"},
		{Name: `say "hi"`, Big: math.MaxInt64 - 1, Wide: 1, Born: day(3), Team: "blue", Neg: -5, AI: &struct{ Mood string }{"Calm"}},
	}
	w := new(World)
	w.Bind("thing", &things, "")
	a, b := things[0].Name, things[1].Name
	for where, want := range map[string][]string{
		`big = 9223372036854775807`:   {a},
		`big < 9223372036854775807`:   {b},
		`big > 1e18`:                  {a, b},
		`wide = 18446744073709551615`: {a},
		`wide > -1`:                   {a, b},
		`neg = -5`:                    {b},
		`neg<-4`:                      {b},
		`tint = #ff8000`:              {a},
		`tint = "#FF8000ff"`:          {a},
		`tint != #ff8000`:             {b},
		`tint ~ FF80`:                 {a},
		`born > 2026-03-02`:           {b},
		`born < 2026-03-02T00:00`:     {a},
		`born = 2026-03-01T12:00:00Z`: {a},
		`born ~ 03-03`:                {b},
		`bag >= 2`:                    {a},
		`bag = 0`:                     {b},
		`team = red`:                  {a},
		`team != red`:                 {b},
		`team < red`:                  {b},
		`name ~ STRASSE`:              nil,
		`name ~ STRAß`:                {a},
		`straße`:                      {a},
		`name = 'say "hi"'`:           {b},
		`path = a,b`:                  {a},
		`path ~ "A,"`:                 {a},
		`path = path`:                 {a, b},
		`path = "path"`:               nil,
		`small = 0.1`:                 nil, // of 32 bits
		`small > 0.09 small < 0.11`:   {a},
		`big > neg`:                   {a, b},
		`wide < neg`:                  nil,
		`blue = other`:                {a, b}, // team has a value of that name, blue is a field
		`team = blue`:                 {b},
		`name > team`:                 {b},
		`has:bag`:                     {a, b},
		`reload = 0 reload < 1s and reload < 1e9`:   {a, b},
		`"straße" or wide = 1`:                      {a, b},
		`(big = 1 or (neg < 0 and (not (wide=2))))`: {b},
	} {
		require.Equal(t, want, holdsFor(t, w, where), where)
	}
}

// thing has fields of types that the zoo has not.
type thing struct {
	Name   string
	Big    int64
	Wide   uint64
	Neg    int8
	Small  float32
	Tint   color.RGBA
	Born   time.Time
	Bag    []int
	Team   string `scry:"team,enum=red|blue"`
	Blue   int
	Other  int
	Path   string
	Reload time.Duration
	AI     *struct{ Mood string }
}

func TestAFaultyConditionNamesTheColumn(t *testing.T) {
	w := zoo()
	for where, want := range map[string]string{
		`health <`:                    `9: a value is missing at the end`,
		`health << 3`:                 `8: "<<" is no comparison; there are < <= > >= = != ~ !~`,
		`< 3`:                         `1: "<" stands where a field or a word is wanted`,
		`a and`:                       `6: something to test for is missing at the end`,
		`(a or b`:                     `8: a closing bracket is missing`,
		`a)`:                          `2: ")" is one too many`,
		`name = "open`:                `8: the quotation has no end`,
		`größe ( `:                    `9: something to test for is missing at the end`,
		`or`:                          `1: "or" stands where a field or a word is wanted`,
		`a ||`:                        `5: something to test for is missing at the end`,
		`a && || b`:                   `6: "||" stands where a field or a word is wanted`,
		`a or or b`:                   `6: "or" stands where a field or a word is wanted`,
		`not`:                         `4: something to test for is missing at the end`,
		`health ! 3`:                  `8: "!" is no comparison; there are < <= > >= = != ~ !~`,
		`health = ) or a`:             `10: ")" is no value`,
		`kind:hunter healt < 3`:       `13: field "healt" is not known; nearest is "health"`,
		`nosuch > 1`:                  `1: field "nosuch" is not known`,
		`pos = 1`:                     `1: "pos" is several numbers: pos.x, pos.y`,
		`kind:huntr`:                  `6: kind "huntr" is not known; nearest is "hunter"`,
		`kind = huntr`:                `8: kind "huntr" is not known; nearest is "hunter"`,
		`a kind: b`:                   `8: a name is missing behind kind:`,
		`has:`:                        `5: a name is missing behind has:`,
		`has:heath`:                   `5: field "heath" is not known; nearest is "health"`,
		`health = many`:               `10: health: "many" is not a number`,
		`hungry = maybe`:              `10: hungry: "maybe" is not true or false`,
		`state = chas`:                `9: state: value "chas" is not known; nearest is "chase"`,
		`prey < 9`:                    `8: prey: a reference is compared with = or !=`,
		`id = x`:                      `6: id: "x" is no number; id:NAME finds one entity`,
		`near(hunter 9, 3)`:           `13: near(name, radius) or near(x, y, radius) is wanted, with commas and a closing bracket`,
		`near(9, 3`:                   `10: near(name, radius) or near(x, y, radius) is wanted, with commas and a closing bracket`,
		`near(9)`:                     `1: near takes a name and a radius, or two or three numbers and a radius`,
		`near(1,2,3,4,5)`:             `1: near takes a name and a radius, or two or three numbers and a radius`,
		`near(9, far)`:                `9: "far" is no number`,
		`near(9, -1)`:                 `9: a radius is not less than 0`,
		`near(9, nan)`:                `9: a radius is not less than 0`,
		`near(1, b, 2)`:               `9: "b" is no number`,
		`near("hunter 8", 2)`:         `6: entity "hunter 8" is not known; nearest is "hunter 7"`,
		`near("Old Well", 2)`:         `6: Old Well has no position`,
		`near()`:                      `1: near takes a name and a radius, or two or three numbers and a radius`,
		strings.Repeat("(", 65) + `a`: `65: more than 64 brackets and nots stand in each other`,
		strings.Repeat("x", 1001):     `1: at most 1000 bytes, not 1001`,
	} {
		_, err := w.compile(WorldQuery{Where: where})
		var e *rpc.Error
		require.True(t, errors.As(err, &e), where)
		require.Equal(t, "where, column "+want, e.Message, where)
		require.Equal(t, rpc.InvalidParams, e.Code)
		require.Equal(t, "/where", e.Data.Path)
		require.Greater(t, e.Data.To, e.Data.From, where)
	}
}

func TestAFaultIsWhereJavaScriptCounts(t *testing.T) {
	_, err := zoo().compile(WorldQuery{Where: `"😀" healt < 3`})
	var e *rpc.Error
	require.True(t, errors.As(err, &e))
	require.Equal(t, `where, column 5: field "healt" is not known; nearest is "health"`, e.Message)
	require.Equal(t, []int{5, 10}, []int{e.Data.From, e.Data.To})
	require.Equal(t, "health", e.Data.Suggest)
}

func TestAGroupOfWhichNothingCanBeMeantIsSkipped(t *testing.T) {
	w := zoo()
	for where, want := range map[string]string{
		`kind:hunter`: "every never", `kind:well`: "never every", `depth > 1`: "never some", `not kind:well mass > 1`: "some never",
		`well or mass > 1`: "some every", `hunter`: "every some", `near(0,0,1)`: "some never", `has:depth`: "never every", `id:7`: "some some",
		`kind:hunter and kind:well`: "never never", `kind:hunter or kind:well`: "every every", `not (kind:hunter or old)`: "never some", ``: "every every",
	} {
		c, err := w.compile(WorldQuery{Where: where})
		require.NoError(t, err)
		var got []string
		for _, p := range c.plans {
			got = append(got, map[[2]bool]string{{true, false}: "every", {false, true}: "never", {false, false}: "some"}[[2]bool{p.every, p.never}])
		}
		require.Equal(t, want, strings.Join(got, " "), where)
	}
}

func TestCheapTestsComeFirst(t *testing.T) {
	c, err := zoo().compile(WorldQuery{Where: `near(0,0,9) name ~ u state ~ a health > 1 or hungry = true`})
	require.NoError(t, err)
	require.IsType(t, numberIs{}, c.plans[0].test.(either)[0], "one test before four")
	var kinds []int
	for _, m := range c.plans[0].test.(either)[1].(both) {
		kinds = append(kinds, m.cost())
	}
	require.IsNonDecreasing(t, kinds)
	require.Len(t, kinds, 4)
}

func TestConditionsOnDurationsAndNaN(t *testing.T) {
	guns := []struct {
		Reload time.Duration
		Heat   float64
	}{{1500 * time.Millisecond, math.NaN()}, {200 * time.Millisecond, 1}}
	w := new(World)
	w.Bind("gun", &guns, "")
	for where, want := range map[string][]string{
		`reload > 500ms`:     {"gun 0"},
		`reload <= 0.2s`:     {"gun 1"},
		`reload = 1.5s`:      {"gun 0"},
		`reload < 1e9`:       {"gun 1"},
		`heat = NaN`:         {"gun 0"},
		`heat != NaN`:        {"gun 1"},
		`heat < Infinity`:    {"gun 1"},
		`heat < 1 or heat>1`: nil,
	} {
		require.Equal(t, want, holdsFor(t, w, where), where)
	}
}

func TestAnAnchorMayMoveDieAndComeAgain(t *testing.T) {
	type rock struct {
		ID  int
		Pos vec
	}
	rocks := []rock{{1, vec{0, 0}}, {2, vec{3, 0}}, {3, vec{100, 0}}}
	w := new(World)
	w.Bind("rock", &rocks, "")
	require.Equal(t, []string{"rock 1", "rock 2"}, holdsFor(t, w, `near(1, 5)`))
	rocks[0].Pos.X = 98
	require.Equal(t, []string{"rock 1", "rock 3"}, holdsFor(t, w, `near(1, 5)`))
	c, err := w.compile(WorldQuery{Where: `near(1, 5)`})
	require.NoError(t, err)
	rocks = rocks[1:]
	s := new(scan)
	s.start(c, 0, 10)
	require.True(t, s.run(time.Now().Add(time.Hour)))
	require.Empty(t, s.window, "nothing is near to what is gone")
	_, err = w.compile(WorldQuery{Where: `near(1, 5)`})
	require.ErrorContains(t, err, `where, column 6: entity "1" is not known`)
	rocks = append(rocks, rock{1, vec{99, 0}})
	require.Equal(t, []string{"rock 3", "rock 1"}, holdsFor(t, w, `near(1, 5)`))
}

func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		``, `health < 50 and kind:hunter or not (a b)`, `"x`, `((((`, `a=b=c`, `not not not`, `has: kind:`, "\xff <",
		`near(7, 3)`, `near(1,2,3,4)`, `near(`, `near("Old Well",`, `mass < pos.x`, `prey = null`, `state !~ "a'`, `kind:'a b`, `id:"7" name ~ ß`, `near(7,1) or near (9, 2)`,
	} {
		f.Add(seed)
	}
	w := zoo()
	f.Fuzz(func(t *testing.T, where string) {
		_, err := w.complete(nil, WhereQuery{Where: where, Cursor: len(where) / 2})
		require.Equal(t, len(where) > maxCondition, err != nil)
		c, err := w.compile(WorldQuery{Where: where})
		if err != nil {
			require.ErrorContains(t, err, "where, column ")
			return
		}
		got := holdsFor(t, w, where) // must not panic, and folding must change nothing
		var want []string
		for _, p := range c.plans {
			for e := range p.group.all() {
				if unfolded(c.where, &planner{w, p.group}, &e) {
					want = append(want, e.name())
				}
			}
		}
		require.Equal(t, want, got)
	})
}

// unfolded judges an entity by a condition as it was written.
func unfolded(t term, p *planner, e *entity) bool {
	switch t := t.(type) {
	case anyOf:
		for _, t := range t {
			if unfolded(t, p, e) {
				return true
			}
		}
		return false
	case allOf:
		for _, t := range t {
			if !unfolded(t, p, e) {
				return false
			}
		}
		return true
	case negate:
		return !unfolded(t.of, p, e)
	}
	return t.plan(p).match(e)
}
