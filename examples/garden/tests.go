package main

import (
	"fmt"
	"os"

	"github.com/scry-dev/scry/examples/garden/tests"
)

// checkedTests is where the game's tests lie for who runs it from its sources.
const checkedTests = "examples/garden/tests"

// bringTests gives the console the game's tests: a folder, or "none" for those in the
// program, as an empty one is where there are no sources.
func (g *garden) bringTests(folder string) error {
	t := &g.con.Tests
	t.Files = tests.Files
	asked := folder != ""
	if !asked {
		folder = checkedTests
	}
	if folder == "none" {
		return nil
	}
	info, err := os.Stat(folder)
	switch {
	case err == nil && info.IsDir():
		t.Folder = folder
	case asked && err == nil:
		return fmt.Errorf("-tests=%s: it is no folder", folder)
	case asked:
		return fmt.Errorf("-tests=%s: %w", folder, err)
	}
	return nil
}
