// Package tests holds the garden's tests in JavaScript, for a garden that runs without
// its sources.
package tests

import "embed"

// Files are the tests, and the pictures that they expect.
//
//go:embed *
var Files embed.FS
