// Package cfgfile keeps settings in text files that people write, too:
//
//	// Slow motion, for looking at collisions.
//	set physics.gravity 3.5   // the moon has 1.6
//	exec colors.cfg
//
// A [Document] is the text of one file, changed in place: what is not understood is
// kept. A [Reading] is a file with the files that it executes. [Write] and [Replace]
// put a text in the place of a file's such that whoever reads it, after a crash at
// whatever moment, finds the one or the other, whole.
//
// Nothing here starts a goroutine or keeps state between calls; a Document and a
// Reading belong to one goroutine at a time.
package cfgfile
