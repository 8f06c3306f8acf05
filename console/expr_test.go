package console

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// exprGame is a world with one of everything that expressions read.
type exprGame struct {
	con     *Console
	p       *probe
	player  exprPlayer
	hunters []exprHunter
	gravity float64
}

type exprPlayer struct {
	Name   string
	Health int
	Pos    [2]float64
	Wait   time.Duration
	Dead   bool
	Heat   float64
	Route  []exprStop
	Stock  map[string]int
	Born   time.Time
	Carry  any
	Target *exprHunter
}

type exprStop struct{ X, Y float64 }

type exprHunter struct {
	ID   int
	Name string
	Mode uint8 `scry:"mode,enum=idle|chase|flee"`
	Hull float64
	Pos  [2]float64
	Mark string `scry:"mark,enum=red|blue"`
}

func newExprGame(t *testing.T) *exprGame {
	g := &exprGame{con: new(Console), gravity: 9.8}
	g.player = exprPlayer{Name: "hero", Health: 80, Pos: [2]float64{3, 4}, Wait: 1500 * time.Millisecond, Heat: math.NaN(),
		Route: []exprStop{{1, 2}, {5, 6}}, Stock: map[string]int{"seeds": 7}, Born: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Carry: 42}
	g.hunters = []exprHunter{{11, "", 1, 10, [2]float64{0, 0}, "red"}, {12, "old hunter", 2, 30, [2]float64{3, 5}, "blue"}, {13, "", 1, 50, [2]float64{50, 50}, "red"}}
	g.player.Target = &g.hunters[1]
	g.con.World.Bind("player", &g.player, "")
	g.con.World.Bind("hunter", &g.hunters, "")
	g.con.Cvars.Bind("physics.gravity", &g.gravity, "")
	secret, sun := "x", [3]float64{}
	g.con.Cvars.Bind("net.key", &secret, "").Secret()
	g.con.Cvars.Bind("sun.at", &sun, "")
	g.con.Cvars.Bind("player.health", &secret, "is called as a field is")
	g.p = newProbe(t, g.con)
	g.p.frame()
	return g
}

// check evaluates an expression.
func (g *exprGame) check(expr string) (string, *fault) {
	raw, f := g.p.call("time.check", fmt.Sprintf(`{"expr":%s}`, rpc.AppendString(nil, expr)))
	if f != nil {
		return "", f
	}
	_, rest, _ := strings.Cut(string(raw), `"value":`)
	value, _, _ := strings.Cut(rest, `,"type"`)
	return value, nil
}

func TestExpressions(t *testing.T) {
	g := newExprGame(t)
	for expr, want := range map[string]string{
		`entity(player).health`:                            `80`,
		`entity(player).health + 2 * 3 - 4 / 2`:            `84`,
		`-(1 + 2) * 3`:                                     `-9`,
		`10 - 3 - 2`:                                       `5`,
		`player.pos.x < player.pos.y`:                      `true`,
		`hero.name`:                                        ``,
		`"hero".pos.y == 4`:                                `true`,
		`"old hunter".hull`:                                `30`,
		`#12.hull >= 30 and #11.hull < 30`:                 `true`,
		`#12.mode`:                                         `"flee"`,
		`#12.mode == "flee"`:                               `true`,
		`#12.mode == FLEE`:                                 `true`,
		`#12.mode > chase`:                                 `true`,
		`#12.mode == 2`:                                    `true`,
		`#12.mode ~ "LE"`:                                  `true`,
		`#11.mark = red and #12.mark != red`:               `true`,
		`#11.mark == #13.mark`:                             `true`,
		`player.wait == 1.5s`:                              `true`,
		`player.wait > 1499ms and player.wait <= 2s`:       `true`,
		`player.wait`:                                      `"1.5s"`,
		`player.dead`:                                      `false`,
		`not player.dead && !player.dead`:                  `true`,
		`player.dead == false`:                             `true`,
		`player.heat > 0`:                                  `false`,
		`player.heat == player.heat`:                       `false`,
		`player.heat != player.heat`:                       `true`,
		`player.heat`:                                      `"NaN"`,
		`player.route`:                                     `2`,
		`player.route[1].x`:                                `5`,
		`player.route[7].x`:                                ``,
		`player.stock["seeds"] * 2`:                        `14`,
		`player.carry`:                                     ``,
		`player.born > "2026-01-30"`:                       `true`,
		`player.target == "old hunter"`:                    `true`,
		`player.target == "12"`:                            `true`,
		`player.target != "hero"`:                          `true`,
		`player.target == null`:                            `false`,
		`player.target`:                                    `"12"`,
		`player.id != "" and player.kind == "player"`:      `true`,
		`physics.gravity`:                                  `9.8`,
		`cvar(physics.gravity) > 9`:                        `true`,
		`cvar(player.health)`:                              `"x"`,
		`tick`:                                             `TICK`,
		`count(kind:hunter)`:                               `3`,
		`count(hull < 40)`:                                 `2`,
		`count()`:                                          `4`,
		`count(kind:hunter and near(hero, 4)) > 0`:         `true`,
		`count((hull < 20 or hull > 40) kind:hunter)`:      `2`,
		`exists(mode = chase) and not exists(mode = idle)`: `true`,
		`sum(hunter.hull)`:                                 `90`,
		`avg(hunter.hull, mode = chase)`:                   `30`,
		`min(hunter.hull)`:                                 `10`,
		`max(hunter.hull, hull < 40)`:                      `30`,
		`max(hunter.hull, hull > 400)`:                     `null`,
		`max(hunter.hull, hull > 400) > 0`:                 `false`,
		`max(hunter.hull, hull > 400) == null`:             `true`,
		`sum(hunter.hull, hull > 400)`:                     `0`,
		`near(player, #12, 1)`:                             `true`,
		`near(player, "old hunter", 0.5 + 0.4)`:            `false`,
		`near(player, player, 0)`:                          `true`,
		`abs(-3)`:                                          `3`,
		`changed(player.pos.x)`:                            `false`,
		`true or false and false`:                          `true`,
		`1 / 0 > 1e300`:                                    `true`,
		`"a" < "b"`:                                        `true`,
		`"abc" !~ "B"`:                                     `false`,
	} {
		got, f := g.check(expr)
		if want == "" {
			require.NotNil(t, f, "%s gave %s", expr, got)
			continue
		}
		require.Nil(t, f, "%s: %+v", expr, f)
		require.Equal(t, strings.Replace(want, "TICK", fmt.Sprint(g.con.Time.Tick()-1), 1), got, "%s", expr)
	}
}

func TestFaultsOfExpressions(t *testing.T) {
	g := newExprGame(t)
	for expr, want := range map[string][3]string{ // what it says, what it suggests, what it points at
		``:                         {"column 1: a value is missing at the end", "", ""},
		`player.helth > 3`:         {`column 8: field "helth" is not known; nearest is "health"`, "health", "helth"},
		`player.health > 3`:        {`column 1: "player.health" is a cvar and a field of an entity: write cvar(player.health) or entity(player).health`, "", "player.health"},
		`1 + physics.gravty`:       {`column 5: path or cvar "physics.gravty" is not known; nearest is "physics.gravity"`, "physics.gravity", "physics.gravty"},
		`player > 3`:               {`column 1: "player" is a kind of entities: name a field of one, as player.name, or count(kind:player)`, "player.name", "player"},
		`hunter.hull < 3`:          {`column 1: there are several of the kind hunter: name one, as #11 or "hunter 11", or count them: count(kind:hunter)`, "#11.hull", "hunter"},
		`#99.hull < 3`:             {"column 1: there is no entity #99", "", "#99"},
		`"old hunt".hull`:          {`column 1: entity "old hunt" is not known; nearest is "old hunter"`, "old hunter", `"old hunt"`},
		`#12.pos > 3`:              {`column 5: "pos" is several numbers: pos.x, …`, "#12.pos.x > 3", "pos"},
		`#12.mode == "chse"`:       {`column 10: value "chse" is not known; nearest is "chase"`, "chase", "=="},
		`#12.hull == "many"`:       {`column 10: a number and a text cannot be compared`, "", "=="},
		`#12.hull and true`:        {`column 10: "and" wants a condition, and one side is a number`, "", "and"},
		`player.dead + 1`:          {`column 13: "+" wants a number, and one side is a condition`, "", "+"},
		`1 < 2 < 3`:                {`column 7: a comparison has two sides; join two of them with and`, "", "<"},
		`count(hul < 3) > 2`:       {`column 7: field "hul" is not known; nearest is "hull"`, "hull", "hul"},
		`count(hull < 3`:           {`column 15: a closing bracket is missing`, "", ""},
		`cont(hull < 3)`:           {`column 1: function "cont" is not known; nearest is "count"`, "count", "cont"},
		`sum(hunter.nam)`:          {`column 12: field "nam" is not known; nearest is "name"`, "name", "nam"},
		`sum(hunter.name)`:         {`column 5: "hunter.name" is no number`, "", "hunter.name"},
		`sum(huntr.hull)`:          {`column 5: kind "huntr" is not known; nearest is "hunter"`, "hunter", "huntr.hull"},
		`near(player, 3)`:          {`column 14: entity "3" is not known`, "", "3"},
		`near(player, #12)`:        {`column 17: near(entity, entity, distance) is wanted`, "", ")"},
		`(1 + 2`:                   {`column 7: a closing bracket is missing`, "", ""},
		`1 + 2)`:                   {`column 6: ")" is one too many`, "", ")"},
		`12parsecs`:                {`column 1: "12parsecs" is no number; a duration is written 1.5s or 250ms`, "", "12parsecs"},
		`"open`:                    {`column 1: the quotation has no end`, "", `"open`},
		`net.key == "x"`:           {`column 1: cvar "net.key" is a secret, which cannot be compared`, "", "net.key"},
		`sun.at > 3`:               {`column 1: cvar "sun.at" is a vec3, which cannot be compared`, "", "sun.at"},
		`cvar(physics.gravy)`:      {`column 6: cvar "physics.gravy" is not known; nearest is "physics.gravity"`, "physics.gravity", "physics.gravy"},
		`entity(player)`:           {`column 15: a field of the entity is wanted, as .name`, "", ""},
		`player.born > "soon"`:     {`column 21: a time is written "2006-01-02" or "2006-01-02T15:04:05Z"`, "", ""},
		`player.target > "hero"`:   {`column 15: a reference is compared with == or !=`, "", ">"},
		`player.dead < null`:       {`column 13: null is compared with == or !=`, "", "<"},
		`player.route[0].z > 1`:    {`column 8: hero: field "z" is not known`, "", "route[0].z"},
		strings.Repeat("(", 200):   {"column 65: more than 64 brackets and signs stand in each other", "", "("},
		strings.Repeat("1+", 1001): {"column 1: at most 2000 bytes, not 2002", "", ""},
		`1 ? 2`:                    {`column 3: "?" is one too many`, "", "?"},
	} {
		_, f := g.check(expr)
		require.NotNil(t, f, "%s", expr)
		require.Equal(t, rpc.InvalidParams, f.Code)
		require.Equal(t, "/expr", f.Data.Path, "%s", expr)
		require.Contains(t, f.Message, "expr, "+want[0], "%s", expr)
		require.Equal(t, want[1], f.Data.Suggest, "%s", expr)
		if want[2] != "" {
			require.Equal(t, want[2], expr[f.Data.From:f.Data.To], "%s", expr)
		}
	}
}

// What has changed differs from when the call began, also where a condition before it was
// not met until now.
func TestChangedBeginsWithTheCall(t *testing.T) {
	for _, text := range []string{"player.dead and changed(#11.hull)", "not player.dead or changed(#11.hull)"} {
		g := newExprGame(t)
		e, err := g.con.World.expression(text, g.con.Cvars.variable, g.con.Cvars.names)
		require.NoError(t, err)
		_, err = e.look(1)
		require.NoError(t, err)
		g.player.Dead = true
		g.hunters[0].Hull--
		met, err := e.look(2)
		require.NoError(t, err)
		require.True(t, met, text)
	}
}

// Looking for who is missing goes through all names, and is measured as what does that.
func TestAnEntityThatIsMissingCostsAScan(t *testing.T) {
	g := newExprGame(t)
	e, err := g.con.World.expression(`"old hunter".hull < 3`, g.con.Cvars.variable, g.con.Cvars.names)
	require.NoError(t, err)
	look := func(scans bool) {
		_, err = e.look(1)
		require.NoError(t, err)
		require.Equal(t, scans, e.scans())
	}
	look(false)
	old := g.hunters[1]
	g.hunters = append(g.hunters[:1], g.hunters[2:]...)
	look(true)
	g.hunters = append(g.hunters, old)
	look(false)
}
