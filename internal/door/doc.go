// Package door decides who comes in: one-time codes for the link that the game
// prints, signed tokens for a browser that came in before, and the secret that
// scripts carry. It knows nothing of sockets or of the console's services.
//
//	d := door.Door{App: "garden", Secret: os.Getenv("SCRY_TOKEN")}
//	link := "http://127.0.0.1:6060/#c=" + d.Code()
//	pass, err := d.Enter(code, "", "127.0.0.1")
//
// All methods may be called from any goroutine. By default there is no secret,
// and the key that signs tokens is kept in a file that only its owner can read,
// so that a browser stays known when the game restarts.
package door
