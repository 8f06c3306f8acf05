package wsserver_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/scry-dev/scry/wsserver"
	"github.com/scry-dev/scry/wsserver/wstest"
)

// A game answers in its loop. Here the loop ends when the client has left.
func Example() {
	var srv wsserver.Server
	defer srv.Close()
	go player(&srv) // in place of http.ListenAndServe("127.0.0.1:6060", &srv)

	for playing := true; playing; {
		srv.Update()
		for m := range srv.ProcessMessages {
			switch m.Kind {
			case wsserver.Opened:
				fmt.Println("a client has come to", m.Request.URL.Path)
				srv.SendTextMessage(m.From, []byte("welcome"))
			case wsserver.Text:
				fmt.Printf("it says %q\n", m.Data)
				srv.CloseConnection(m.From, 1000, "goodbye")
			case wsserver.Closed:
				fmt.Println("it has left:", m.Reason)
				playing = false
			}
		}
		srv.ClearMessages()
		srv.Wait(time.Millisecond) // a game would simulate and draw here
	}
	// Output:
	// a client has come to /ws
	// it says "thank you for: welcome"
	// it has left: goodbye
}

// player is a client that says one thing.
func player(h http.Handler) {
	var t testing.T // an example has none of its own
	c := wstest.Dialer{Path: "/ws"}.Dial(&t, h)
	_, welcome, _ := c.Next(context.Background())
	c.SendText(append([]byte("thank you for: "), welcome...))
}

// A loop that must not spend too long on messages leaves the rest for later.
func ExampleServer_ProcessMessages() {
	var srv wsserver.Server
	deadline := time.Now().Add(time.Millisecond)
	srv.Update()
	for m := range srv.ProcessMessages {
		fmt.Println(m.Kind, m.From)
		if time.Now().After(deadline) {
			break
		}
	}
	srv.ClearMessages()
	fmt.Println(srv.PendingMessageCount(), "wait")
	// Output: 0 wait
}
