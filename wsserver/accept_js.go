package wsserver

import (
	"errors"
	"net/http"

	"github.com/coder/websocket"
)

// accept fails: a browser does not serve.
func accept(http.ResponseWriter, *http.Request, []string, *conn) (*websocket.Conn, error) {
	return nil, errors.ErrUnsupported
}
