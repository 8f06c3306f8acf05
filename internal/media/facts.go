package media

// Facts are what a file says of itself. What it does not say is 0.
type Facts struct {
	Bytes               int64
	Memory              int64 // that a game holds, where that can be told
	Width, Height       int
	Levels              int     // of a mip map, with the picture itself
	Duration            float64 // in seconds
	Rate, Channels      int
	Vertices, Triangles int
	Glyphs              int
	Family              string
	Fault               string // what is wrong with the file
}
