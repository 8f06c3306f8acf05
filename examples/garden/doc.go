// Command garden is the sample game of Scry: Gravity Garden. A ship catches drifting
// seeds between gravity wells, and hunters are after it. It plays itself until a
// key is pressed.
//
//	go run ./examples/garden
//	go run ./examples/garden -driver=headless -addr=127.0.0.1:0 -level=orbit
//
// Open the link that it prints to look into the running game: everything in
// bind.go can be seen and turned there.
//
// Package sim is the game and knows no screen; package view turns it into a list
// of things to draw, which goes to Ebitengine or to package soft; package synth
// makes the sounds. The game runs on one goroutine, Ebitengine's or main's. With
// the tag headless the program is built without Ebitengine.
package main
