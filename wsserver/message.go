package wsserver

import (
	"fmt"
	"net/http"
)

// ConnID names a connection. It is never used twice by one server; zero names
// none.
type ConnID uint64

// Kind says what a [Message] tells.
type Kind uint8

// The kinds of messages. A connection begins with Opened, ends with Closed, and
// has a Failed right before Closed when its end was not an orderly one. Behind and
// Ready take turns: a program that is told of a Behind may send less until the
// Ready, before so much waits that the connection is closed.
const (
	Opened Kind = iota + 1 // a client has come
	Text                   // a client sent a text
	Binary                 // a client sent binary data
	Closed                 // a client has gone; nothing follows
	Failed                 // a connection broke, or broke the rules; Closed follows
	Behind                 // more than Limits.BehindAt bytes wait for a connection
	Ready                  // after Behind: at most half as many wait
)

// String returns the kind's name in lower case.
func (k Kind) String() string {
	switch k {
	case Opened:
		return "opened"
	case Text:
		return "text"
	case Binary:
		return "binary"
	case Closed:
		return "closed"
	case Failed:
		return "failed"
	case Behind:
		return "behind"
	case Ready:
		return "ready"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// inLife tells the kinds that a connection has between its begin and its end.
func (k Kind) inLife() bool { return k != Opened && k != Failed && k != Closed }

// Message is one thing that happened on a connection. It is a value, and may be
// kept for as long as the program likes, with all that it points to.
type Message struct {
	From ConnID
	Kind Kind
	// Data is the payload of Text and Binary. It belongs to the program. That of
	// Text is valid UTF-8.
	Data []byte
	// Value is what [Server.Parse] made of the Data of a Text.
	Value any
	// Request is the handshake; set for Opened alone. The values of its context
	// are there, while the context itself is cancelled and the body gone.
	Request *http.Request
	// Err says what went wrong: always set for Failed, and for the Closed after it.
	Err error
	// Code is the close code of Closed (RFC 6455, section 7.4): the client's, or
	// the one that the server closed it with; 1005 when the client gave none, 1006
	// when the connection was lost.
	Code int
	// Reason is the text that came with the code, or was sent with it.
	Reason string
}

// Close codes that the server gives by itself (RFC 6455, section 7.4).
const (
	codeNormal     = 1000
	codeGoingAway  = 1001
	codeProtocol   = 1002
	codeNone       = 1005 // the peer gave no code; never travels
	codeLost       = 1006 // there was no close frame; never travels
	codeNotUTF8    = 1007
	codePolicy     = 1008
	codeTooBig     = 1009
	codeInternal   = 1011
	codeTryLater   = 1013
	codeTooSlow    = 4008
	maxCloseReason = 123 // bytes: a control frame holds 125, the code takes two
	maxCloseFrame  = 2 + 125
)

// sendable reports whether a close code may travel in a frame.
func sendable(code int) bool {
	switch code {
	case 1004, codeNone, codeLost:
		return false
	}
	return code >= 1000 && code <= 1014 || code >= 3000 && code <= 4999
}
