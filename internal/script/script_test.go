package script_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/script"
)

// texts are the statements of a source, each as its words.
func texts(list []script.Statement) [][]string {
	var all [][]string
	for _, s := range list {
		var words []string
		for _, w := range s.Words {
			words = append(words, w.Text)
		}
		all = append(all, words)
	}
	return all
}

func TestStatementsAndTheirWords(t *testing.T) {
	for _, c := range []struct {
		src  string
		want [][]string
	}{
		{"", nil},
		{" \t\r\n;;\n ; ", nil},
		{"a", [][]string{{"a"}}},
		{"set title  \"Gravity garden\"", [][]string{{"set", "title", "Gravity garden"}}},
		{"a b;c d\ne\r\nf", [][]string{{"a", "b"}, {"c", "d"}, {"e"}, {"f"}}},
		{`say "a;b" ` + "`c;d`; x", [][]string{{"say", "a;b", "c;d"}, {"x"}}},
		{`say "\t\"q\" \u00e9 \xff \\"`, [][]string{{"say", "\t\"q\" é \xff \\"}}},
		{"say `C:\\new \"x\"`", [][]string{{"say", `C:\new "x"`}}},
		{`dir C:\new`, [][]string{{"dir", `C:\new`}}},
		{`say it's 5"6 a` + "`b", [][]string{{"say", "it's", `5"6`, "a`b"}}},
		{"a // b; c\nd", [][]string{{"a"}, {"d"}}},
		{"a//b http://c", [][]string{{"a//b", "http://c"}}},
		{`a "//" b`, [][]string{{"a", "//", "b"}}},
		{"# a; b\n  # c\nset c #ff8800\nd;# e", [][]string{{"set", "c", "#ff8800"}, {"d"}, {"#", "e"}}},
		{" ;# e", [][]string{{"#", "e"}}},
		{`echo ""`, [][]string{{"echo", ""}}},
		{"\ufeffset\u00a0a\u30001", [][]string{{"set", "a", "1"}}},
		{"say Zoë ☃ 日本", [][]string{{"say", "Zoë", "☃", "日本"}}},
	} {
		list, faults := script.Parse(c.src)
		require.Empty(t, faults, "%q", c.src)
		require.Equal(t, c.want, texts(list), "%q", c.src)
	}
}

func TestAWordKnowsWhereItStands(t *testing.T) {
	src := "a\n\n ☃ \"b c\" ; `d`"
	list, faults := script.Parse(src)
	require.Empty(t, faults)
	require.Len(t, list, 3)
	require.Equal(t, script.Statement{Line: 3, From: 4, To: 13, Words: []script.Word{
		{Text: "☃", From: 4, To: 7}, {Text: "b c", From: 8, To: 13, Quoted: true},
	}}, list[1])
	require.Equal(t, "☃ \"b c\"", src[list[1].From:list[1].To])
	require.Equal(t, 3, list[2].Line)
	require.Equal(t, "`d`", src[list[2].From:list[2].To])
}

func TestAFaultNamesThePlaceAndLeavesTheOthersAlone(t *testing.T) {
	for _, c := range []struct {
		src     string
		want    [][]string // what stands
		line    int
		part    string // of the source, that is wrong
		message string
	}{
		{"a\nb \"c; d\ne", [][]string{{"a"}, {"e"}}, 2, `"c; d`, "is not closed"},
		{"b `c; d\ne", [][]string{{"e"}}, 1, "`c; d", "is not closed"},
		{`b "c\`, nil, 1, `"c\`, "is not closed"},
		{`b "c\"`, nil, 1, `"c\"`, "is not closed"},
		{"b \"c\\\ne", [][]string{{"e"}}, 1, `"c\`, "is not closed"},
		{`b "C:\new \users" c; d`, [][]string{{"d"}}, 1, `\u`, `\u begins no escape`},
		{`b "\☃"; d`, [][]string{{"d"}}, 1, `\☃`, `\☃ begins no escape`},
		{`b "c"d "e;f"; g`, [][]string{{"g"}}, 1, `d`, "a blank must follow"},
		{`b "" "c"` + "`d`", nil, 1, "`d`", "a blank must follow"},
		{`b "\q" "c"d`, nil, 1, `\q`, "begins no escape"},
	} {
		list, faults := script.Parse(c.src)
		require.Equal(t, c.want, texts(list), c.src)
		require.Len(t, faults, 1, c.src)
		f := faults[0]
		require.Equal(t, c.line, f.Line, c.src)
		require.Equal(t, c.part, c.src[f.From:f.To], c.src)
		require.ErrorContains(t, f, c.message)
	}
}

func TestEveryBadStatementIsTold(t *testing.T) {
	list, faults := script.Parse("a \"b\nc\n\"d\"e\n\nf `")
	require.Equal(t, [][]string{{"c"}}, texts(list))
	var lines []int
	for _, f := range faults {
		lines = append(lines, f.Line)
	}
	require.Equal(t, []int{1, 3, 5}, lines)
}

func TestQuotePutsQuotesWhereTheyAreNeeded(t *testing.T) {
	for text, want := range map[string]string{
		"":                "\"\"",
		"a":               "a",
		"-1.5e3":          "-1.5e3",
		"#ff8800":         "#ff8800",
		"Zoë☃":            "Zoë☃",
		`C:\new`:          `C:\new`,
		"http://x":        "http://x",
		"a b":             `"a b"`,
		"//":              `"//"`,
		"a;b":             `"a;b"`,
		`a"b`:             `"a\"b"`,
		"a`b":             "\"a`b\"",
		"a\nb":            `"a\nb"`,
		"\xff":            `"\xff"`,
		"\ufeffa":         `"\ufeffa"`,
		"a\u00a0b":        `"a\u00a0b"`,
		"\u202e":          `"\u202e"`,
		"it's":            "it's",
		"\ufffd":          "\ufffd",
		"spawn ball; run": `"spawn ball; run"`,
	} {
		require.Equal(t, want, script.Quote(text))
	}
}

// pieces are what random texts are made of: what means something, and bytes.
var pieces = []string{" ", "\t", "\n", "\r\n", ";", "\"", "`", "\\", "//", "#", "a", "set", "☃", "\ufeff", "\u00a0", "\xff", "\x00", "\\n", "\\u12", "1.5"}

func random(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(12) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func TestQuoteReadsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		text, other := random(r), random(r)
		list, faults := script.Parse("x " + script.Quote(text) + " " + script.Quote(other) + ";y")
		require.Empty(t, faults, "%q", text)
		require.Equal(t, [][]string{{"x", text, other}, {"y"}}, texts(list))
	}
}

// whole checks what is true of every source.
func whole(t *testing.T, src string) {
	list, faults := script.Parse(src)
	end, line := 0, 1
	for _, s := range list {
		require.NotEmpty(t, s.Words)
		require.GreaterOrEqual(t, s.Line, line)
		require.Equal(t, 1+strings.Count(src[:s.From], "\n"), s.Line)
		line = s.Line
		require.Equal(t, s.Words[0].From, s.From)
		require.Equal(t, s.Words[len(s.Words)-1].To, s.To)
		for _, w := range s.Words {
			require.GreaterOrEqual(t, w.From, end)
			require.Greater(t, w.To, w.From)
			end = w.To
			if !w.Quoted {
				require.Equal(t, src[w.From:w.To], w.Text)
			}
		}
		require.LessOrEqual(t, end, len(src))
		// A statement stands for itself.
		again, faults := script.Parse("x " + src[s.From:s.To])
		require.Empty(t, faults)
		require.Equal(t, texts([]script.Statement{s})[0], texts(again)[0][1:])
	}
	for _, f := range faults {
		require.True(t, 0 <= f.From && f.From < f.To && f.To <= len(src), "%d to %d of %d", f.From, f.To, len(src))
		require.Equal(t, 1+strings.Count(src[:f.From], "\n"), f.Line)
		require.NotEmpty(t, f.Message)
	}
	for cursor := -1; cursor <= len(src)+1; cursor++ {
		before, word, ok := script.Under(src, cursor)
		if !ok {
			continue
		}
		at := max(0, min(cursor, len(src)))
		require.True(t, word.From <= at && at <= word.To && word.To <= len(src), "%d in %d to %d", at, word.From, word.To)
		if n := len(before); n > 0 {
			require.LessOrEqual(t, before[n-1].To, word.From)
		}
	}
}

func TestSpansLieInTheSource(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		whole(t, random(r))
	}
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"", "a b;c", "set title \"x y\" // z", "# c\n#c", "a \"b", "a `b", `"\u12"`, "\ufeffa", "a\r\n\"b\\", "\"a\"b;c", "\xff\"\xff\"", "a;;\n;b", "bind F5 `save \"quick\"`",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		whole(t, src)
		list, faults := script.Parse("x " + script.Quote(src))
		require.Empty(t, faults)
		require.Equal(t, [][]string{{"x", src}}, texts(list))
	})
}
