//go:build !headless

package main

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/examples/garden/assets"
)

// What only the compiler finds is said with its line and column, too.
func TestTheCompilerSaysWhere(t *testing.T) {
	text, err := fs.ReadFile(assets.Files, "shaders/dusk.kage")
	require.NoError(t, err)
	var l lens
	require.NoError(t, l.compile(text))
	good := l.shader
	for from, to := range map[string]string{"dot(out, out)": "dott(out, out)", "* edge *": "* hedge *", "vec4(picture.rgb*dark, 1)": "1"} {
		fault := strings.Replace(string(text), from, to, 1)
		line := 1 + strings.Count(string(text)[:strings.Index(string(text), from)], "\n")
		require.Regexp(t, fmt.Sprintf(`^%d:\d+: `, line), l.compile([]byte(fault)).Error())
	}
	require.Same(t, good, l.shader)
}
