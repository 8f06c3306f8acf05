package timing_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tool runs the go command in this folder and returns all that it prints.
func tool(t *testing.T, args ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("it compiles")
	}
	out, err := exec.Command("go", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// What is called in the hottest loops of a game costs no call while nobody looks.
func TestTokensAreInlined(t *testing.T) {
	said := tool(t, "build", "-gcflags=-m", ".")
	for _, name := range []string{
		"(*Recorder).Begin", "(*Track).Begin", "Span.End", "(*Phase).Next", "(*Phase).End",
		"(*Recorder).Add", "(*SharedCounter).Add", "(*SharedGauge).Set",
	} {
		require.Contains(t, said, "can inline "+name+"\n", "it grew over the compiler's budget")
	}
}

// With the tag noscry a scope is no instruction: the function that has one is as long
// as the function that has none.
func TestScopesCompileToNothing(t *testing.T) {
	said := tool(t, "build", "-tags=noscry", "-gcflags=-S", "./testdata/probe")
	sizes := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)probe\.(\w+) STEXT \S*\s*(?:\S+ )*size=(\d+)`).FindAllStringSubmatch(said, -1) {
		sizes[m[1]] = m[2]
	}
	require.NotEmpty(t, sizes["Bare"], "%s", said)
	for _, name := range []string{"Token", "Chain", "Worker", "Count"} {
		require.Equal(t, sizes["Bare"], sizes[name], "%s is more than nothing", name)
	}
	said = tool(t, "build", "-gcflags=-S", "./testdata/probe")
	require.True(t, strings.Contains(said, "timing.(*Track).begin"), "without the tag it is something")
}
