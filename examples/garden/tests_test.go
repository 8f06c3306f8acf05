package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhereTheTestsAre(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	for _, c := range []struct{ flag, folder, fault string }{
		{"", "", ""}, // this test does not run where the sources begin
		{"none", "", ""},
		{dir, dir, ""},
		{file, "", "no folder"},
		{filepath.Join(dir, "gone"), "", "-tests="},
	} {
		g := new(garden)
		err := g.bringTests(c.flag)
		require.NotNil(t, g.con.Tests.Files)
		require.Equal(t, c.folder, g.con.Tests.Folder, c.flag)
		if c.fault == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, c.fault)
	}
}
