package rpc

import (
	"bytes"
	"strings"
)

const (
	maxTapped     = 4 << 10   // bytes of a message that are shown
	maxTappedAll  = 256 << 10 // bytes that are shown of one frame
	maxTapEntries = 1000      // messages that are shown of one frame
)

// wireParams say which messages a subscription to the topic wire is about.
type wireParams struct {
	Client    string `json:"client,omitempty" help:"the name of the only client to show"`
	Direction string `json:"direction,omitempty" enum:"in,out" help:"in is from a client"`
	Match     string `json:"match,omitempty" help:"what the text must contain; case does not matter for a to z"`
}

// wireMessage is one message as the topic wire shows it.
type wireMessage struct {
	Client    string      `json:"client" help:"its name; * for a message that many were sent at once"`
	Direction string      `json:"direction" enum:"in,out"`
	Time      nanoseconds `json:"time" unit:"ns" help:"since the session began"`
	Bytes     int         `json:"bytes" unit:"B"`
	Text      string      `json:"text,omitempty"`
	Binary    bool        `json:"binary,omitempty" help:"then text tells its header"`
	Cut       bool        `json:"cut,omitempty" help:"text is not all of it"`
	To        int         `json:"to,omitempty" help:"clients that were sent it"`
}

// tap shows raw messages to who subscribes to the topic wire. It costs a look at
// a number while nobody does.
type tap struct {
	stream *Stream
	seen   []tapped // since they were published last
	size   int
	missed uint64 // there were too many
}

// tapped is a message and whom it went to.
type tapped struct {
	wireMessage
	peer   *Peer   // nil for a message to a cohort
	cohort *cohort // nil for a message to one client
	lower  string  // the text for comparing; made when it is needed
}

// openWire opens the topic wire.
func (s *Server) openWire() {
	s.tap.stream = Open[wireParams, []wireMessage](s, Topic{
		Name: "wire", Help: "raw messages of all clients, but those of this topic, $/frame, and secrets in session.login",
		Role: Drive, Policy: All, Priority: -2,
	}, func(sub *Sub, p wireParams) (any, error) {
		p.Client, p.Match = fold(p.Client), lowerASCII(p.Match)
		sub.Value = p
		return nil, nil
	})
}

func (t *tap) open() bool { return t.stream != nil && len(t.stream.subs.subs) > 0 }

// hides reports whether a call's params must not be shown.
func (t *tap) hides(s *Server, m *member) bool {
	method := string(m.method)
	return method == loginMethod || s.Hides != nil && m.params != nil && s.Hides(method, m.params)
}

// in shows a text of a client. Of a text with a secret in it nothing else is shown.
func (t *tap) in(p *Peer, text *Text) {
	if !t.open() {
		return
	}
	shown := text.data
	for i := range text.members {
		if m := &text.members[i]; t.hides(p.server, m) {
			shown = append(AppendString([]byte(`{"method":`), string(m.method)), `,"params":"not shown"}`...)
			break
		}
	}
	if text.fail != nil && (p.role == None || bytes.Contains(shown, []byte("login"))) {
		shown = []byte("a malformed login, not shown")
	}
	t.add(p, nil, wireMessage{Direction: "in", Bytes: len(text.data)}, shown)
}

// out shows a text to a client.
func (t *tap) out(p *Peer, text []byte) {
	if t.open() {
		t.add(p, nil, wireMessage{Direction: "out", Bytes: len(text)}, hideToken(text))
	}
}

// cast shows a message to the members of a cohort, by the name of the one that it
// has if it has one.
func (t *tap) cast(c *cohort, message []byte, binary bool) {
	if !t.open() || c.stream == t.stream {
		return
	}
	m := wireMessage{Direction: "out", Bytes: len(message), Binary: binary}
	if binary {
		message = describe(c.stream, message)
	}
	if c.readers == 1 && c.newest != nil {
		t.add(c.newest.peer, nil, m, message)
		return
	}
	m.To = c.readers
	t.add(nil, c, m, message)
}

// binary shows the header of a binary message to a client.
func (t *tap) binary(p *Peer, st *Stream, message []byte) {
	if t.open() {
		t.add(p, nil, wireMessage{Direction: "out", Bytes: len(message), Binary: true}, describe(st, message))
	}
}

func (t *tap) add(p *Peer, c *cohort, m wireMessage, text []byte) {
	if m.Cut = len(text) > maxTapped; m.Cut {
		text = text[:maxTapped]
	}
	if len(t.seen) >= maxTapEntries || t.size+len(text) > maxTappedAll {
		t.missed++
		return
	}
	t.size += len(text)
	m.Time = nanoseconds(t.stream.server.now)
	m.Text = strings.ToValidUTF8(string(text), "")
	m.Client = "*"
	if p != nil {
		m.Client = orDefault(p.name, "not logged in")
	}
	t.seen = append(t.seen, tapped{wireMessage: m, peer: p, cohort: c})
}

// publish sends what was seen to who wants to see it.
func (t *tap) publish() {
	if len(t.seen) == 0 && t.missed == 0 {
		return
	}
	for sub := range t.stream.Subs() {
		want := sub.Value.(wireParams)
		var list []wireMessage
		for i := range t.seen {
			if e := &t.seen[i]; e.is(want) {
				list = append(list, e.wireMessage)
			}
		}
		sub.miss(t.missed)
		if len(list) > 0 {
			_ = sub.Send(list) // it has a JSON form
		}
	}
	clear(t.seen)
	t.seen, t.size, t.missed = t.seen[:0], 0, 0
}

// is reports whether a subscription is about the message.
func (e *tapped) is(want wireParams) bool {
	if want.Direction != "" && want.Direction != e.Direction {
		return false
	}
	if want.Client != "" && !e.concerns(want.Client) {
		return false
	}
	if want.Match == "" {
		return true
	}
	if e.lower == "" {
		e.lower = lowerASCII(e.Text)
	}
	return strings.Contains(e.lower, want.Match)
}

// concerns reports whether a client sent the message or was sent it.
func (e *tapped) concerns(client string) bool {
	if e.peer != nil {
		return fold(e.peer.name) == client
	}
	p := e.cohort.stream.server.names[client]
	if p == nil {
		return false
	}
	sub := p.sub(e.cohort.alike.id)
	return sub != nil && sub.shared && sub.cohort == e.cohort
}

// lowerASCII is for comparing texts of which case does not matter.
func lowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// describe says the header of a binary message in words.
func describe(st *Stream, message []byte) []byte {
	if len(message) < headerSize {
		return nil
	}
	text, _ := Append(nil, readHeader(message))
	return append([]byte(st.topic.Name+" "), text...)
}

var tokenKey = []byte(`"token":"`)

// hideToken takes the token from an answer that grants one. Answers are our own
// writing: the key stands there in one way only.
func hideToken(text []byte) []byte {
	i := bytes.Index(text, tokenKey)
	if i < 0 {
		return text
	}
	start := i + len(tokenKey)
	end := bytes.IndexByte(text[start:], '"')
	if end < 0 {
		return text
	}
	hidden := append([]byte(nil), text[:start]...)
	hidden = append(hidden, "not shown"...)
	return append(hidden, text[start+end:]...)
}
