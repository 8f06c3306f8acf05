package script_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/script"
)

func TestWhatIsTypedAtTheCursor(t *testing.T) {
	for _, c := range []struct {
		line   string // | is the cursor
		before []string
		text   string
		part   string // of the line, that the word is
	}{
		{"|", nil, "", ""},
		{"set|", nil, "set", "set"},
		{"set |", []string{"set"}, "", ""},
		{"set ph|", []string{"set"}, "ph", "ph"},
		{"set ph|ysics 3", []string{"set"}, "ph", "physics"},
		{"set |physics", []string{"set"}, "", ""},
		{"a b; set x|", []string{"set"}, "x", "x"},
		{"a b;|", nil, "", ""},
		{"a b\n|c", nil, "", ""},
		{"set t \"Gravity ga|", []string{"set", "t"}, "Gravity ga", `"Gravity ga`},
		{"set t \"Gravity |garden\" x", []string{"set", "t"}, "Gravity ", `"Gravity garden"`},
		{"set t `a b|", []string{"set", "t"}, "a b", "`a b"},
		{"set t \"a\\|", []string{"set", "t"}, "a\\", `"a\`},
		{"set t \"|", []string{"set", "t"}, "", `"`},
		{"set t \"a\"|", []string{"set", "t"}, "a", `"a"`},
		{"set t \"a;b\" |", []string{"set", "t", "a;b"}, "", ""},
		{"☃ é|", []string{"☃"}, "é", "é"},
		{"set c #f|", []string{"set", "c"}, "#f", "#f"},
		{"a\u00a0|", []string{"a"}, "", ""},
	} {
		at := strings.IndexByte(c.line, '|')
		src := c.line[:at] + c.line[at+1:]
		before, word, ok := script.Under(src, at)
		require.True(t, ok, c.line)
		var texts []string
		for _, w := range before {
			texts = append(texts, w.Text)
		}
		require.Equal(t, c.before, texts, c.line)
		require.Equal(t, c.text, word.Text, c.line)
		require.Equal(t, c.part, src[word.From:word.To], c.line)
	}
}

func TestNothingIsCompletedInAComment(t *testing.T) {
	for _, src := range []string{"// a", "//", "a // b", "# a", "#", "a\n  # b", "a; // b "} {
		_, _, ok := script.Under(src, len(src))
		require.False(t, ok, src)
	}
	_, word, ok := script.Under("# a\nb", 5)
	require.True(t, ok)
	require.Equal(t, "b", word.Text)
}
