package picture

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:generate go test -run TestDashboardFixturesAreFresh -update .

var update = flag.Bool("update", false, "write what the dashboard's tests read")

// The dashboard takes messages apart in a language of its own: what it is tested
// with must be what is written now.
func TestDashboardFixturesAreFresh(t *testing.T) {
	_, b := message()
	for name, want := range map[string][]byte{"picture.bin": b, "lz.bin": vectors()} {
		name = filepath.FromSlash("../../webui/app/test/fixtures/" + name)
		was, err := os.ReadFile(name)
		if *update && (err != nil || !bytes.Equal(was, want)) {
			was, err = want, os.WriteFile(name, want, 0o644)
		}
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, was), "%s is not what is written now: run go generate ./internal/picture", name)
	}
}
