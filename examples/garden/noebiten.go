//go:build headless

package main

import (
	"context"
	"errors"
)

// window says that this program was built without one.
func (g *garden) window(context.Context, bool) error {
	return errors.New("it was built with the tag headless")
}
