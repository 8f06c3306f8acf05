package console

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// at completes a line at the cursor that | marks.
func (p *probe) at(line string) Completion {
	p.t.Helper()
	before, after, _ := strings.Cut(line, "|")
	raw, _ := json.Marshal(CompletionQuery{before + after, utf16Of(before, len(before))})
	return get[Completion](p, "command.complete", string(raw))
}

// texts are the items as they would be put.
func (c Completion) texts() []string {
	list := []string{}
	for _, it := range c.Items {
		list = append(list, it.Text)
	}
	return list
}

func completing(t *testing.T) *typedLine {
	g := newTypedLine(t)
	c := &g.con.Commands
	c.Bind("spawn", func(kind string, at [3]float64, on bool, who *ball) {}, "makes some").Args("kind", "at", "on", "who").Enum(0, "ball", "big box")
	c.Bind("play", func(level string, more ...string) {}, "").Args("level", "more").
		Complete(0, func(p string) []string { return []string{"forest", "desert", "deep forest"} }).
		Complete(1, func(p string) []string { return []string{p + "!"} })
	c.Bind("broken", func(string) {}, "").Complete(0, func(string) []string { panic("no") })
	fog, sky := 1, "blue"
	g.con.Cvars.Bind("render.fog", &fog, "how thick").Enum("none", "thin", "thick")
	g.con.Cvars.Bind("render.sky", &sky, "").Complete(func(p string) []string { return []string{"blue", "red", p + "X"} })
	g.con.Cvars.Bind("render.on", new(bool), "")
	g.con.Cvars.Bind("wind", &[3]float64{1, 2, 3}, "")
	g.run("render.fog thick; alias foggy render.fog; alias red `echo a; spawn ball 1,1,1`; bind F5 foggy")
	return g
}

func TestWhatCouldStandAtTheCursor(t *testing.T) {
	g := completing(t)
	for _, c := range []struct {
		line  string
		part  string // of the line, that an item replaces
		items []string
		usage string
		arg   int // -1 is none
	}{
		{"spa|", "spa", []string{"spawn"}, "", -1},
		{"render|", "render", []string{"render.fog", "render.on", "render.sky"}, "", -1},
		{"fog|", "fog", []string{"foggy", "render.fog"}, "", -1},
		{"FOG|", "FOG", []string{"foggy", "render.fog"}, "", -1},
		{"rfo|", "rfo", []string{"render.fog"}, "", -1},
		{"echo a; spa|wn b", "spawn", []string{"spawn"}, "", -1},
		{"echo 𝄞; text a\nspa|", "spa", []string{"spawn"}, "", -1},
		{"qqq|", "qqq", []string{}, "", -1},
		{"// spa|", "", []string{}, "", -1},

		{"spawn |", "", []string{"ball", `"big box"`}, "spawn <kind> <at> <on> <who>", 0},
		{"spawn bo|", "bo", []string{`"big box"`}, "spawn <kind> <at> <on> <who>", 0},
		{`spawn "big b|" x`, `"big b"`, []string{`"big box"`}, "spawn <kind> <at> <on> <who>", 0},
		{`spawn "big b|`, `"big b`, []string{`"big box"`}, "spawn <kind> <at> <on> <who>", 0},
		{"spawn ball |", "", []string{}, "spawn <kind> <at> <on> <who>", 1},
		{"spawn ball 1 2 |", "", []string{}, "spawn <kind> <at> <on> <who>", 1},
		{"spawn ball 1 2 3 |", "", []string{"true", "false"}, "spawn <kind> <at> <on> <who>", 2},
		{"spawn ball 1,2,3 f|", "f", []string{"false"}, "spawn <kind> <at> <on> <who>", 2},
		{"spawn ball 1,2,3 on |", "", []string{"Anna", `"ball 1"`, `"Zoë Zwei"`}, "spawn <kind> <at> <on> <who>", 3},
		{"spawn ball 1,2,3 on zw|", "zw", []string{`"Zoë Zwei"`}, "spawn <kind> <at> <on> <who>", 3},
		{"ball ball |", "ball ", []string{`"ball 1"`}, "ball <ball>", 0},
		{"echo é; ball ball 1|", "ball 1", []string{`"ball 1"`}, "ball <ball>", 0},
		{"ball ball 1 |", "", []string{}, "ball <ball>", -1},
		{"spawn ball 1,2,3 on Anna |", "", []string{}, "spawn <kind> <at> <on> <who>", -1},
		{"play de|", "de", []string{"desert", `"deep forest"`}, "play <level> [more...]", 0},
		{"play forest x y|", "y", []string{"y!"}, "play <level> [more...]", 1},
		{"broken |", "", []string{}, "broken <string>", 0},
		{"cv aud|", "aud", []string{"audio.gain"}, "cv <cvar>", 0},

		{"render.fog |", "", []string{"none", "thin", "thick"}, "set <cvar> <value>", 1},
		{"set render.fog th|", "th", []string{"thin", "thick"}, "set <cvar> <value>", 1},
		{"foggy th|", "th", []string{"thin", "thick"}, "set <cvar> <value>", 1},
		{"red |", "", []string{"true", "false"}, "spawn <kind> <at> <on> <who>", 2},
		{"render.on |", "", []string{"true", "false"}, "set <cvar> <value>", 1},
		{"render.sky r|", "r", []string{"red", "rX"}, "set <cvar> <value>", 1},
		{"wind |", "", []string{`"1 2 3"`}, "set <cvar> <value>", 1},
		{"wind 1 |", "", []string{}, "set <cvar> <value>", 1},
		{"audio.gain |", "", []string{"1", "0", "2"}, "set <cvar> <value>", 1},
		{"api.key |", "", []string{}, "set <cvar> <value>", 1},
		{"cycle render.fog none t|", "t", []string{"thin", "thick"}, "cycle <cvar> [values...]", 1},
		{"reset render.fog |", "", []string{"all"}, "reset <cvar> [all]", 1},

		{"help fogg|", "fogg", []string{"foggy"}, "help [name]", 0},
		{"unalias |", "", []string{"foggy", "red"}, "unalias <name>", 0},
		{"unbind F|", "F", []string{"F1", "F10", "F11", "F12", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"}, "unbind <key>", 0},
		{"alias more render.fog th|", "th", []string{"thin", "thick"}, "set <cvar> <value>", 1},
		{"bind F6 spa|", "spa", []string{"spawn"}, "bind [key] [line]", 1},
		{"bind F6 `spa|", "`spa", []string{}, "bind [key] [line]", 1},
	} {
		got := g.at(c.line)
		line := strings.Replace(c.line, "|", "", 1)
		require.Equal(t, c.part, cutUTF16(line, got.From, got.To), c.line)
		texts := got.texts()
		if len(c.items) > 0 && len(c.items) < len(texts) {
			texts = texts[:len(c.items)] // what only has the letters stands behind
		}
		if strings.HasPrefix(c.line, "unbind") {
			require.ElementsMatch(t, c.items, texts)
		} else {
			require.Equal(t, c.items, texts, c.line)
		}
		require.Equal(t, c.usage, got.Usage, c.line)
		if c.arg < 0 {
			require.Nil(t, got.Arg, c.line)
		} else {
			require.Equal(t, &c.arg, got.Arg, c.line)
		}
	}
}

func TestAnOfferSaysWhatItIs(t *testing.T) {
	g := completing(t)
	require.Equal(t, CompletionItem{Text: "render.fog", Kind: "cvar", Value: "thick", Default: "thin", Help: "how thick", Modified: true}, g.at("render.f|").Items[0])
	require.Equal(t, CompletionItem{Text: "audio.gain", Kind: "cvar", Value: "1", Default: "1", Help: "how loud"}, g.at("audio|").Items[0])
	require.Equal(t, CompletionItem{Text: "api.key", Kind: "cvar"}, g.at("api|").Items[0])
	require.Equal(t, CompletionItem{Text: "spawn", Kind: "command", Help: "spawn <kind> <at> <on> <who>: makes some"}, g.at("spaw|").Items[0])
	require.Equal(t, CompletionItem{Text: "foggy", Kind: "alias", Help: "render.fog"}, g.at("foggy|").Items[0])
	require.Equal(t, CompletionItem{Text: "thick", Kind: "value", Help: "now"}, g.at("render.fog thick|").Items[0])
	require.Equal(t, []CompletionItem{{Text: "thin", Kind: "value", Help: "default"}, {Text: "thick", Kind: "value", Help: "now"}}, g.at("render.fog th|").Items)
	require.Equal(t, CompletionItem{Text: "F5", Kind: "key", Help: "foggy"}, g.at("bind F5|").Items[0])
	anna := g.at("ball An|").Items[0]
	require.Equal(t, CompletionItem{Text: "Anna", Kind: "entity", Value: fmt.Sprint(uint64(idSpan)), Help: "they bounce"}, anna)
	g.run("ball " + anna.Value)
	require.Same(t, &g.balls[0], g.got[0])
}

// What an item puts into the line is read back as what it stands for.
func TestAnOfferCanBeRun(t *testing.T) {
	g := completing(t)
	title := ""
	g.con.Cvars.Bind("title", &title, "").Complete(func(string) []string {
		return []string{"", "a b", `"`, ";", "// x", "#", "Zoë ☃", "`", "\\", "\n"}
	})
	offered := g.at("title |").Items
	require.Len(t, offered, 10)
	want := []string{"", "a b", `"`, ";", "// x", "#", "Zoë ☃", "`", "\\", "\n"}
	for i, it := range offered {
		g.run("title " + it.Text)
		require.Equal(t, want[i], title)
	}
}

func TestTheBestOffersComeFirst(t *testing.T) {
	for _, c := range []struct {
		text, want string
		rank       int
	}{
		{"gravity", "gra", 0}, {"physics.gravity", "gra", 1}, {"max_gravity", "gra", 1}, {"maxGravity", "gra", 1}, {"migrainGravity", "gra", 1}, {"MAXGRAVITY", "gra", 2}, {"biggravity", "gra", 2}, {"gxrxa", "gra", 3}, {"arg", "gra", -1},
		{"Zoë", "zoë", 0}, {"x", "", 0}, {"", "", 0}, {"", "a", -1},
	} {
		require.Equal(t, c.rank, likeness(c.text, c.want), "%s for %s", c.text, c.want)
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		text, want := letters(r, 8), letters(r, 3)
		rank := likeness(text, want)
		require.Equal(t, strings.HasPrefix(text, want), rank == 0)
		require.Equal(t, strings.Contains(text, want), rank >= 0 && rank <= 2)
	}
}

func letters(r *rand.Rand, most int) string {
	b := make([]byte, r.IntN(most+1))
	for i := range b {
		b[i] = "ab._"[r.IntN(4)]
	}
	return string(b)
}

func TestOffersAreBounded(t *testing.T) {
	con := new(Console)
	variables := make([]int, 1000)
	for i := range variables {
		con.Cvars.Bind(fmt.Sprintf("a.n%03d", i), &variables[i], "")
	}
	many := make([]ball, 20_000)
	con.World.Bind("ball", &many, "")
	con.Commands.Bind("pick", func(*ball) {}, "")
	p := newProbe(t, con)
	require.Len(t, p.at("a.n|").Items, maxOffers)
	require.Len(t, p.at("pick |").Items, maxOffers)
	require.Equal(t, []string{"a.n500"}, p.at("n500|").texts())
	p.refused(rpc.OutOfRange, "command.complete", `{"line":"a","cursor":-1}`)
	require.Equal(t, Completion{From: 0, To: 1, Items: p.at("a|").Items}, get[Completion](p, "command.complete", `{"line":"a","cursor":99}`))
}

func BenchmarkComplete(b *testing.B) {
	con := new(Console)
	variables := make([]int, 1000)
	for i := range variables {
		con.Cvars.Bind(fmt.Sprintf("area%d.name%03d", i%20, i), &variables[i], "help")
	}
	con.RPC()
	b.ReportAllocs()
	for b.Loop() {
		if c, _ := con.Commands.complete(nil, CompletionQuery{"name", 4}); len(c.Items) != maxOffers {
			b.Fatal(len(c.Items))
		}
	}
}
