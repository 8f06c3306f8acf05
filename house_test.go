package scry_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An arrow is an import that must never be. From is a package of ours, or one
// with all below it ("console/..."), or all of ours ("..."). To is a package or,
// with "/...", one with all below it; a path without a dot in front is ours
// where we have such a package. Direct arrows forbid only what the package's own
// files name; the others also what comes along with it.
type arrow struct {
	from, to string
	direct   bool
	reason   string
}

const (
	ebiten  = "github.com/hajimehoshi/ebiten/v2/..."
	oto     = "github.com/ebitengine/..."
	testify = "github.com/stretchr/testify/..."
)

var arrows = []arrow{
	{"rpc", module + "/wsserver/...", false, "the protocol layer stands apart from the transport"},
	{"rpc", "net/...", false, "transcripts test the protocol without a socket"},
	{"rpc", "os", true, "the protocol layer touches nothing but bytes"},
	{"wsserver/...", module + "/rpc/...", false, "the transport carries bytes"},
	{"wsserver/...", "encoding/json", true, "the transport carries bytes"},
	{"webui", module + "/rpc/...", false, "the dashboard's files are a leaf"},
	{"webui", module + "/wsserver/...", false, "the dashboard's files are a leaf"},

	{"rpc/...", module + "/console/...", false, "a leaf: it has users beside the console"},
	{"wsserver/...", module + "/console/...", false, "a leaf: it has users beside the console"},
	{"webui", module + "/console/...", false, "a leaf: it has users beside the console"},
	{"console/timing", module + "/console", false, "a game's physics package must not pay for a server"},
	{"console/timing", "net/...", false, "a game's physics package must not pay for a server"},
	{"console/timing", "encoding/json", false, "a game's physics package must not pay for a server"},
	{"console/input", module + "/console", false, "a game's own packages may use its keys"},
	{"console/input", "net/...", false, "a game's own packages may use its keys"},
	{"internal/door", module + "/console", false, "who comes in is decided without knowing what is inside"},
	{"internal/door", module + "/wsserver", false, "who comes in is decided without a socket"},
	{"internal/capture", module + "/console", false, "a file is read where there is no game"},
	{"internal/capture", module + "/rpc/...", false, "a file is read where there is no game"},
	{"internal/capture", "net/...", false, "a file is read where there is no game"},
	{"internal/cfgfile/...", module + "/console", false, "a file of settings knows nothing of variables"},
	{"internal/cfgfile/...", "net/...", false, "a file of settings knows nothing of sockets"},
	{"internal/openmetrics", module + "/console", false, "a text format knows nothing of games"},
	{"internal/openmetrics", "net/...", false, "a text format knows nothing of sockets"},

	{"internal/state", module + "/console", false, "memory is copied without knowing what a game is"},
	{"internal/state", module + "/rpc/...", false, "memory is copied without knowing who asked"},
	{"internal/media", module + "/console", false, "a file says what it is, whoever holds it"},
	{"internal/media", "net/...", false, "a file is read, not fetched"},

	{"internal/picture", module + "/console", false, "a picture is encoded without knowing who looks at it"},
	{"internal/picture", module + "/rpc/...", false, "a picture is encoded without knowing how it is sent"},
	{"internal/picture", "image/jpeg", false, "importing it registers its decoder for the whole game"},
	{"internal/picture", "net/...", false, "pixels go in, bytes come out"},

	{"internal/script", module + "/console", false, "a language does not know what its words do"},
	{"internal/script", module + "/rpc/...", false, "a language does not know how it came"},

	{"cmd/scry", module + "/console/...", false, "a file is looked at where there is no game"},
	{"cmd/scry", module + "/wsserver/...", false, "a file is looked at where there is no game"},
	{"console", ebiten, false, "other engines must not pay for Ebitengine"},
	{"console", oto, false, "other engines must not pay for Ebitengine"},
	{"...", testify, false, "users do not run our tests"},
	{"...", "unsafe", true, "a guest in somebody's game does not go round the type system"},
	{"...", "C", true, "a game builds without a C compiler"},
	{"console/...", module + "/examples/...", false, "examples are readers, not parts"},
	{"rpc/...", module + "/examples/...", false, "examples are readers, not parts"},
	{"wsserver/...", module + "/examples/...", false, "examples are readers, not parts"},

	{"examples/garden/sim", ebiten, false, "the simulation runs in tests and on servers, where there is no window"},
	{"examples/garden/view", ebiten, false, "the picture is described once, for any renderer"},
	{"examples/garden/soft", ebiten, false, "the renderer in memory is what runs without a window"},
	{"examples/garden/synth", ebiten, false, "sound is numbers until somebody plays it"},
	{"examples/garden/sim", module + "/console", false, "a simulation needs timing alone to be measured"},
	{"examples/arena/ecs", module + "/console/...", false, "a storage does not know who looks into it"},
	{"examples/arena/sim", module + "/console", false, "a simulation needs timing alone to be measured"},
	{"examples/arena", ebiten, false, "a large world without a window needs no engine"},
	{"examples/minimal", ebiten, false, "the least that embeds the console needs no engine"},
	{"examples/chat", module + "/console/...", false, "it proves that the transport and the protocol are whole without the console"},
}

// matches reports whether a path is what a pattern names.
func matches(pattern, path string) bool {
	below, all := strings.CutSuffix(pattern, "...")
	return pattern == path || all && (strings.HasPrefix(path, below) || path+"/" == below)
}

func TestHouseArrows(t *testing.T) {
	all := list(t)
	for _, a := range arrows {
		found := false
		for _, p := range all {
			if !p.ours() || !matches(a.from, p.short()) {
				continue
			}
			found = true
			imports := p.Deps
			if a.direct {
				imports = p.Imports
			}
			for _, path := range imports {
				if matches(a.to, path) && path != p.ImportPath {
					t.Errorf("%s imports %s, and must not: %s", p.short(), path, a.reason)
				}
			}
		}
		require.True(t, found, "an arrow begins at %s, which is no package of ours", a.from)
	}
}

// An arrow that forbids nothing that exists would pass for ever.
func TestHouseArrowsPointAtSomething(t *testing.T) {
	all := list(t)
	for _, a := range arrows {
		if a.to == testify || a.to == "C" { // test packages and cgo are not in the list, which is the point
			continue
		}
		hit := func(path string) bool { return matches(a.to, path) }
		require.True(t, slices.ContainsFunc(slices.Collect(maps.Keys(all)), hit), "an arrow points at %s, which nothing here imports: is it spelled right?", a.to)
	}
}

// Package timing is imported by the innermost loops of a game: what it may use is
// counted out.
func TestHouseTimingUsesTheCoreAlone(t *testing.T) {
	core := []string{"cmp", "fmt", "math", "math/bits", "runtime", "slices", "sync", "sync/atomic", "time"}
	require.Subset(t, core, named(t, "console/timing").Imports)
}

func TestHouseAnImporterOfConsoleGainsOneModule(t *testing.T) {
	all := list(t)
	gained := make(map[string]bool)
	for _, path := range named(t, "console").Deps {
		p := all[path]
		require.NotNil(t, p, path)
		if p.Standard || p.ours() {
			continue
		}
		gained[p.Module.Path] = true
		require.Empty(t, p.CgoFiles, "%s needs a C compiler", path)
	}
	require.Equal(t, []string{"github.com/coder/websocket"}, slices.Sorted(maps.Keys(gained)))
}

func TestHouseRPCNeedsTheStandardLibraryAlone(t *testing.T) {
	all := list(t)
	for _, short := range []string{"rpc", "webui", "console/input", "console/timing", "internal/door", "internal/capture", "internal/openmetrics", "internal/script", "internal/media", "internal/picture"} {
		for _, path := range named(t, short).Deps {
			require.True(t, all[path].Standard, "%s imports %s", short, path)
		}
	}
}

func TestHouseThePatternsOfArrows(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"net/...", "net", true},
		{"net/...", "net/http", true},
		{"net/...", "network", false},
		{"net", "net/http", false},
		{"...", "rpc", true},
		{"console/...", "console", true},
		{"console/...", "consoles", false},
		{ebiten, "github.com/hajimehoshi/ebiten/v2", true},
	} {
		require.Equal(t, c.want, matches(c.pattern, c.path), "%s against %s", c.pattern, c.path)
	}
}
