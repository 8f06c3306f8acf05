// Package assets has the files of the garden as they are shipped with it: levels,
// palettes, a shader, sounds, texts and a mesh. It is data alone, and may be used from
// any goroutine.
//
//	text, err := fs.ReadFile(assets.Files, "levels/meadow.json")
package assets

import "embed"

// Files are all files, by folders.
//
//go:embed levels palettes shaders sounds texts meshes
var Files embed.FS
