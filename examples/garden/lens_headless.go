//go:build headless

package main

// lens is the shader that the picture is seen through in a window, of which this program
// has none: the shader is checked and not used.
type lens struct{}

func (l *lens) compile(text []byte) error { return checkKage(text) }
