//go:build !js

package wsserver

import (
	"net/http"

	"github.com/coder/websocket"
)

// accept has the library answer a handshake whose origin was checked.
func accept(w http.ResponseWriter, r *http.Request, subprotocols []string, c *conn) (*websocket.Conn, error) {
	return websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       subprotocols,
		InsecureSkipVerify: true, // its rule is laxer than CheckRequest
		CompressionMode:    websocket.CompressionDisabled,
		OnPingReceived:     c.answerPing,
		OnPongReceived:     c.notePong,
	})
}
