package console

import (
	"go/parser"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatWasChangedIsKept(t *testing.T) {
	y, anna, bert := twoEditors(t)
	set := func(p *probe, params string) { get[WorldEdit](p, "world.set", params) }
	set(anna, `{"id":"1","path":"hp","value":5}`)
	set(anna, `{"id":"1","path":"hp","value":7}`)
	set(anna, `{"id":"1","path":"pos","value":[1.5,"NaN"]}`)
	set(anna, `{"id":"2","path":"hp","value":1}`)
	set(anna, `{"id":"2","path":"hp","value":99}`) // as it was
	set(anna, `{"id":"3","path":"hp","value":1}`)
	set(bert, `{"id":"4","path":"name","value":"a/b\n"}`)
	set(anna, `{"id":"5","path":"armour","value":1}`)
	get[WorldMade](anna, "world.create", `{"kind":"crate","fields":{"mass":3}}`)
	get[WorldMade](anna, "world.duplicate", `{"ids":["12"]}`)
	get[WorldMade](anna, "world.delete", `{"ids":["102"]}`) // made and deleted
	get[WorldMade](anna, "world.delete", `{"ids":["13","ark:6"]}`)
	set(anna, `{"id":"ark:1","path":"body.mass","value":20}`)
	set(anna, `{"id":"1","path":"stock[\"apple\"]","value":3}`)
	set(anna, `{"id":"6","path":"hp","value":3}`)
	get[Transaction](anna, "world.undo", `{}`)
	y.pawns[2].HP = 50 // the game

	p := get[WorldPatch](anna, "world.patch", `{}`)
	var ops []string
	for _, op := range p.JSON {
		ops = append(ops, op.Op+" "+op.Path+" "+string(op.Value))
	}
	require.Equal(t, []string{
		`replace /pawn/1/hp 7`, `replace /pawn/1/pos [1.5,"NaN"]`, `replace /pawn/4/name "a/b\n"`, `replace /pawn/5/armour 1`,
		`add /crate/101 {"mass":3}`, `remove /goat/ark:6 `, `remove /crate/13 `, `replace /sheep/ark:1/body.mass 20`, `replace /pawn/1/stock["apple"] 3`,
	}, ops)
	require.Equal(t, 1, p.Left)
	require.Equal(t, `// pawn 1
// stock["apple"] = 3
pawn{
	HP: 7,
	Pos: vec{X: 1.5, Y: float64(math.NaN())},
}
// a/b , pawn 4
pawn{
	Name: "a/b\n",
}
// pawn 5
pawn{
	Armour: 1,
}
// crate 101
crate{
	ID: 101,
	Mass: 3,
}
// sheep 1, body
flesh{
	Mass: 20,
}
`, p.Go)
	for _, text := range strings.SplitAfter(p.Go, "\n}\n") {
		if text != "" {
			_, err := parser.ParseExpr(text)
			require.NoError(t, err, text)
		}
	}
	require.Len(t, get[WorldPatch](anna, "world.patch", `{"author":"bert"}`).JSON, 1)
}

func TestGoValues(t *testing.T) {
	s := struct {
		A  time.Duration
		B  color.RGBA
		C  bool
		D  [2]float32
		E  int8
		F  uint
		In *struct{ Deep float32 }
	}{}
	s.In = new(struct{ Deep float32 })
	con := new(Console)
	con.World.Bind("s", &s, "")
	p := newProbe(t, con)
	get[WorldChanged](p, "world.edit", `{"edits":[{"id":"s","path":"a","value":"90s"},{"id":"s","path":"b","value":"#ff8000"},{"id":"s","path":"c","value":true},
		{"id":"s","path":"d.y","value":0.1},{"id":"s","path":"e","value":-3},{"id":"s","path":"f","value":3}]}`)
	text := get[WorldPatch](p, "world.patch", `{}`).Go
	for _, want := range []string{"A: 90 * time.Second", "B: color.RGBA{R: 255, G: 128, B: 0, A: 255}", "C: true", "D: [2]float32{1: 0.1}", "E: -3", "F: 3"} {
		require.Contains(t, text, want)
	}
	_, err := parser.ParseExpr(text)
	require.NoError(t, err, text)
}
