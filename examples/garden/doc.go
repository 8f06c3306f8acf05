// Command garden is the sample game of Scry: Gravity Garden. A ship catches drifting
// seeds between gravity wells, and hunters are after it. It plays itself until a
// key is pressed.
//
//	go run ./examples/garden
//	go run ./examples/garden -driver=headless -addr=127.0.0.1:0 -level=orbit -config=none
//
// Open the link that it prints to look into the running game: everything in
// bind.go can be seen and turned there.
//
// What is turned there is kept in the folder that -config names, where it is of a kind
// to be kept; profiles "calm" and "storm" are shipped with the game. A file autoexec.cfg
// in that folder is read at each start, such as
//
//	// how I like it
//	set audio.volume 0.3
//	set render.ship #66ffcc
//	exec calm.cfg
//	alias again "restart; heal"
//	bind k "spawn hunter 3"
//
// The environment sets cvars, too (GARDEN_PHYSICS_GRAVITY=12), and so does the command
// line (-set physics.wind=20,0), which is stronger.
//
// Its levels, palettes, shader, sounds and texts are files. Where it is run from its
// sources they are watched, and edited while it plays; -assets names another folder.
// Everything that it shows and plays can be replaced from the dashboard, too: see
// gallery.go.
//
// Package sim is the game and knows no screen; package view turns it into a list
// of things to draw, which goes to Ebitengine or to package soft; package synth
// makes the sounds. The game runs on one goroutine, Ebitengine's or main's. With
// the tag headless the program is built without Ebitengine.
package main
