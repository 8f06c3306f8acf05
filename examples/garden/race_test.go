//go:build race

package main

// race says that tests run under the race detector, ten times slower.
const race = true
