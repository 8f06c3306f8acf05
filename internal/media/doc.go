// Package media reads what files of games say about themselves: which kind they
// are, how large a picture is, how long a sound plays, how many triangles a mesh
// has; and it makes small pictures of large ones.
//
// What it reads may come from anybody. No header is believed: sizes are compared
// with what is there, loops end, memory is bounded, and a file that lies is an
// error. Nothing here keeps state; every function may be called from any goroutine.
package media
