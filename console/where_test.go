package console

import (
	"errors"
	"math"
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
	well := struct {
		Name  string
		Depth float64
	}{"Old Well", 3}
	w.Bind("hunter", &hunters, "")
	w.Bind("well", &well, "")
	return w
}

func TestConditions(t *testing.T) {
	for where, want := range map[string][]string{
		``:                                   {"hunter 7", "hunter 9", "Old Well"},
		`health < 50`:                        {"hunter 9"},
		`health>=20`:                         {"hunter 7", "hunter 9"},
		`health != 20`:                       {"hunter 7"},
		`depth = 3`:                          {"Old Well"},
		`kind:hunter`:                        {"hunter 7", "hunter 9"},
		`kind:HUNTER mass > 1`:               {"hunter 9"},
		`not kind:hunter`:                    {"Old Well"},
		`old`:                                {"Old Well"},
		`"old well"`:                         {"Old Well"},
		`"hunter 7" or depth > 2`:            {"hunter 7", "Old Well"},
		`state = chase`:                      {"hunter 9"},
		`state = 1`:                          {"hunter 9"},
		`hungry = true`:                      {"hunter 7"},
		`has:health and not (health > 50)`:   {"hunter 9"},
		`has:pos`:                            {"hunter 7", "hunter 9"},
		`has:body`:                           {"hunter 7", "hunter 9"},
		`pos.x = 0 and mass = 2`:             {"hunter 9"},
		`kind:hunter and mass=1 or depth=3`:  {"hunter 7", "Old Well"},
		`kind:hunter and (mass=1 or mass=2)`: {"hunter 7", "hunter 9"},
		`nosuch > 1`:                         nil,
	} {
		c, err := parseCondition(where)
		require.NoError(t, err, where)
		var got []string
		for e := range zoo().all() {
			if c.holds(e) {
				got = append(got, e.name())
			}
		}
		require.Equal(t, want, got, where)
	}
}

func TestAFaultyConditionNamesTheColumn(t *testing.T) {
	for where, want := range map[string]string{
		`health <`:        `where, column 9: a value is missing at the end`,
		`health << 3`:     `where, column 8: "<<" is no comparison; there are < <= > >= = !=`,
		`< 3`:             `where, column 1: "<" stands where a field or a word is wanted`,
		`a and`:           `where, column 6: something to test for is missing at the end`,
		`(a or b`:         `where, column 8: a closing bracket is missing`,
		`a)`:              `where, column 2: ")" is one too many`,
		`name = "open`:    `where, column 8: the quotation has no end`,
		`größe ( `:        `where, column 9: something to test for is missing at the end`,
		`or`:              `where, column 1: "or" stands where a field or a word is wanted`,
		`a or or b`:       `where, column 6: "or" stands where a field or a word is wanted`,
		`not`:             `where, column 4: something to test for is missing at the end`,
		`health ! 3`:      `where, column 8: "!" is no comparison; there are < <= > >= = !=`,
		`health = ) or a`: `where, column 10: ")" is no value`,
	} {
		_, err := parseCondition(where)
		var e *rpc.Error
		require.True(t, errors.As(err, &e), where)
		require.Equal(t, want, e.Message, where)
		require.Equal(t, rpc.InvalidParams, e.Code)
		require.Equal(t, "/where", e.Data.Path)
	}
}

func FuzzCondition(f *testing.F) {
	for _, seed := range []string{``, `health < 50 and kind:hunter or not (a b)`, `"x`, `((((`, `a=b=c`, `not not not`, `has: kind:`, "\xff <"} {
		f.Add(seed)
	}
	w := zoo()
	f.Fuzz(func(t *testing.T, where string) {
		c, err := parseCondition(where)
		if err != nil {
			return
		}
		for e := range w.all() {
			c.holds(e) // must not panic
		}
	})
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
		`heat < 1 or heat>1`: nil,
	} {
		c, err := parseCondition(where)
		require.NoError(t, err, where)
		var got []string
		for e := range w.all() {
			if c.holds(e) {
				got = append(got, e.name())
			}
		}
		require.Equal(t, want, got, where)
	}
}
