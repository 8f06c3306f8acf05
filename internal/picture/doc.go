// Package picture makes the messages that show a game's screen in a browser: it
// finds the tiles that changed, encodes them and writes what was encoded down.
//
//	var changed picture.Set
//	changed.Reset(w, h)
//	picture.Diff(&changed, sent, now)
//	parts, n := packer.AppendParts(parts[:0], now, &changed, picture.Auto, 70)
//	msg = picture.AppendHeader(msg[:0], picture.Header{Width: w, Height: h, Parts: n})
//	msg = append(msg, parts...)
//
// A message is a header, parts, and what was followed. A part is a sheet of tiles
// in one codec; the browser decodes a sheet at once, because there a picture costs
// about as much to begin as a hundred tiles cost to decode. JPEG carries what moves,
// LZ (the block format of Snappy, on RGB bytes) what repeats and what must be exact,
// and Solid a tile of one colour in three bytes.
//
// Pictures are as package image has them, and alpha never counts. Types keep the
// memory they need, so that a picture costs no allocation once sizes are known;
// each value belongs to one goroutine at a time, and functions keep nothing.
// Nothing here imports image/jpeg, which would register its decoder for the game.
package picture
