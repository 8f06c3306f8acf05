package rpc

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Code says what kind of error a call ended with. Negative codes are those of
// the specification, codes from 1000 are the protocol's own; a game may use
// others of its own from 2000.
type Code int

// The codes of the specification (section 5.1) and of cancellation.
const (
	ParseError     Code = -32700 // the text is not JSON
	InvalidRequest Code = -32600 // it is JSON, and not a request
	MethodNotFound Code = -32601
	InvalidParams  Code = -32602
	InternalError  Code = -32603 // a handler panicked, or its result cannot be written
	Cancelled      Code = -32800 // the client asked for it with $/cancelRequest
)

// The codes of the protocol. They are stable: programs may compare them.
const (
	Failed        Code = 1000 // what a handler's plain error becomes
	LoginRequired Code = 1001
	NameTaken     Code = 1002
	Forbidden     Code = 1003 // the client's role does not suffice
	NotFound      Code = 1004
	OutOfRange    Code = 1005
	ReadOnly      Code = 1006
	Conflict      Code = 1007 // changed, or taken, since the client looked
	TooMany       Code = 1008 // too many or too large; data.limit names the limit
	TimedOut      Code = 1009
	Unavailable   Code = 1010 // this game has no such thing
	Past          Code = 1011 // the tick asked for is over
	Busy          Code = 1012 // another client holds it
)

// String returns the word that stands as data.kind beside the code: "not-found"
// for NotFound, "failed" for codes that the protocol does not know.
func (c Code) String() string {
	switch c {
	case ParseError:
		return "parse"
	case InvalidRequest:
		return "invalid-request"
	case MethodNotFound:
		return "unknown-method"
	case InvalidParams:
		return "invalid-params"
	case InternalError:
		return "internal"
	case Cancelled:
		return "cancelled"
	case LoginRequired:
		return "login-required"
	case NameTaken:
		return "name-taken"
	case Forbidden:
		return "forbidden"
	case NotFound:
		return "not-found"
	case OutOfRange:
		return "out-of-range"
	case ReadOnly:
		return "read-only"
	case Conflict:
		return "conflict"
	case TooMany:
		return "too-many"
	case TimedOut:
		return "timed-out"
	case Unavailable:
		return "unavailable"
	case Past:
		return "past"
	case Busy:
		return "busy"
	}
	return "failed"
}

// Error is what a failed call is answered with. A handler returns one to choose
// the code; it is not changed on its way out, so one value may serve many calls.
type Error struct {
	Code    Code
	Message string // one line for a person, lower case, that names the thing
	Data    Data
}

// Data is what a program may want to know of an error. Empty members stay out,
// but Kind and Frame, which every error carries.
type Data struct {
	Kind    string // a word; "" is the code's own
	Path    string // JSON pointer into the params
	Got     string // what came, shortened
	Want    string // what was wanted instead
	Suggest string // a name that would have worked
	Limit   string // the limit that was passed: its name, a space, its value
	// From and To are where in a text of the params the fault stands, in UTF-16 code
	// units as JavaScript counts. To of zero is nowhere.
	From, To int
	Frame    uint64 // the frame of the answer; set when it is written
}

// Errorf returns an Error with a code and a formatted message.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// unknown says that a name is not known, and which known one is nearest to it.
func unknown(code Code, what, name, nearest string) *Error {
	e := Errorf(code, "%s %s is not known", what, quote(name))
	if nearest != "" {
		e.Message += "; nearest is " + strconv.Quote(nearest)
		e.Data.Suggest = nearest
	}
	return e
}

// tooMany says that a limit was passed, and names it.
func tooMany(limit string, value int, format string, args ...any) *Error {
	e := Errorf(TooMany, format, args...)
	e.Data.Limit = limit + " " + strconv.Itoa(value)
	return e
}

// asError turns what a handler returned into what the client is told.
func asError(err error) *Error {
	if e, ok := err.(*Error); ok {
		return e
	}
	// A wrapped Error lends its code and data; the words are the outer ones,
	// because they say more.
	var e *Error
	if errors.As(err, &e) {
		return &Error{Code: e.Code, Message: err.Error(), Data: e.Data}
	}
	return &Error{Code: Failed, Message: err.Error()}
}

// append writes the error object of section 5.1.
func (e *Error) append(dst []byte, frame uint64) []byte {
	dst = append(dst, `{"code":`...)
	dst = strconv.AppendInt(dst, int64(e.Code), 10)
	dst = append(dst, `,"message":`...)
	dst = AppendString(dst, e.Message)
	dst = append(dst, `,"data":{"kind":`...)
	kind := e.Data.Kind
	if kind == "" {
		kind = e.Code.String()
	}
	dst = AppendString(dst, kind)
	for _, m := range [...]struct{ key, text string }{
		{`,"path":`, e.Data.Path}, {`,"got":`, e.Data.Got}, {`,"want":`, e.Data.Want},
		{`,"suggest":`, e.Data.Suggest}, {`,"limit":`, e.Data.Limit},
	} {
		if m.text != "" {
			dst = append(dst, m.key...)
			dst = AppendString(dst, m.text)
		}
	}
	if e.Data.To > 0 {
		dst = strconv.AppendInt(append(dst, `,"from":`...), int64(e.Data.From), 10)
		dst = strconv.AppendInt(append(dst, `,"to":`...), int64(e.Data.To), 10)
	}
	dst = append(dst, `,"frame":`...)
	dst = strconv.AppendUint(dst, frame, 10)
	return append(dst, "}}"...)
}

// maxQuoted bounds what an error repeats of what a client sent, in bytes.
const maxQuoted = 64

// quote returns a name in quotation marks, shortened when it is long.
func quote(name string) string { return strconv.Quote(shorten(name)) }

// shorten cuts a text to what an error may repeat of it.
func shorten(text string) string { return cutText(text, maxQuoted) }

// cutText cuts a text to at most n bytes, between characters, and marks the cut.
func cutText(text string, n int) string {
	if len(text) <= n {
		return text
	}
	cut := n
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
