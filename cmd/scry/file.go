package main

import (
	"fmt"
	"os"

	"github.com/scry-dev/scry/internal/capture"
)

// look reads the begin of a file, so that a wrong one is refused here and not in
// the browser. A file that is cut later on is shown as far as it goes.
func look(name string) (capture.Meta, error) {
	f, err := os.Open(name)
	if err != nil {
		return capture.Meta{}, err
	}
	defer f.Close()
	m, err := capture.ReadMeta(f)
	if err != nil {
		return capture.Meta{}, fmt.Errorf("%s cannot be shown: %w", name, err)
	}
	return m, nil
}
