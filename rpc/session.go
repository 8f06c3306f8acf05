package rpc

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Protocol is the name of what goes over the wire.
const Protocol = "scry.1"

const (
	loginTime  = 5 * time.Second // for the first text of a client without a role
	maxLogin   = 4 << 10         // its size in bytes
	closeLogin = 4401            // close code: not logged in
	closeLate  = 4408            // close code: login took too long
	maxName    = 32              // characters of a client's name
)

// LoginParams are the params of session.login.
type LoginParams struct {
	Name   string `json:"name,omitempty" help:"the name to be known by; without one it stays, at first guest-N"`
	Code   string `json:"code,omitempty" help:"from the link that the game printed; works once"`
	Token  string `json:"token,omitempty" help:"from an earlier login"`
	Frames bool   `json:"frames,omitempty" help:"send $/frame when a frame is over; a login without it ends that"`
}

// Grant is what a login gives.
type Grant struct {
	Role  Role   // zero means View
	Token string // to log in with another time; "" when there is none
	Name  string // the name that the token remembers; "" when it remembers none
}

// loginResult is the answer of session.login.
type loginResult struct {
	ID       uint64         `json:"id"`
	Name     string         `json:"name"`
	Role     string         `json:"role" enum:"view,edit,drive"`
	Token    string         `json:"token,omitempty" help:"for the next login"`
	Session  string         `json:"session" help:"names this run of the game"`
	Protocol string         `json:"protocol"`
	Server   serverInfo     `json:"server"`
	Features []string       `json:"features"`
	Clock    clock          `json:"clock"`
	Limits   map[string]int `json:"limits"`
}

type serverInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Session is a client as session.list shows it.
type Session struct {
	ID       uint64 `json:"id"`
	Name     string `json:"name"`
	Role     string `json:"role" enum:"view,edit,drive"`
	Since    int64  `json:"since" unit:"ns" help:"when it connected, since the session began"`
	Sent     uint64 `json:"sent" unit:"B" help:"to the client"`
	Received uint64 `json:"received" unit:"B" help:"from the client"`
	Lost     uint64 `json:"lost" help:"events that its subscriptions dropped"`
	Backlog  int    `json:"backlog" unit:"B" help:"waits to be sent"`
}

type sendParams struct {
	To   string          `json:"to" help:"the name of a client"`
	Data json.RawMessage `json:"data"`
}

type sendResult struct {
	Delivered bool `json:"delivered" help:"false when the client does not read fast enough"`
}

type clientMessage struct {
	From string          `json:"from"`
	Data json.RawMessage `json:"data"`
}

// handleSession registers the methods about clients.
func (s *Server) handleSession() {
	Handle(s, Method{
		Name: "session.login", Role: View, Free: true,
		Help:   "log in, choose a name, or both; a taken name is refused with data.suggest",
		Errors: []Code{LoginRequired, NameTaken},
	}, s.login)
	Handle(s, Method{
		Name: "session.list", Role: View, Help: "the clients that are logged in",
	}, func(*Call, Void) ([]Session, error) { return s.Sessions(), nil })
	Handle(s, Method{
		Name: "echo", Role: View, Help: "answer with the params",
	}, func(_ *Call, p json.RawMessage) (json.RawMessage, error) { return p, nil })
	Handle(s, Method{
		Name: "client.send", Help: "send another client the notification client.message",
		Errors: []Code{NotFound},
	}, s.sendTo)
}

// openSessions opens the topic sessions: session.list whenever a client comes,
// goes or is renamed, and otherwise once a second, because the counts move.
func (s *Server) openSessions() {
	s.sessions = Open[Void, []Session](s, Topic{
		Name: "sessions", Help: "the clients that are logged in: when they change, and once a second",
		Snapshot: []Session(nil),
	}, func(*Sub, Void) (any, error) { return s.Sessions(), nil })
}

// publishSessions publishes to the topic sessions when it is time.
func (s *Server) publishSessions() {
	if !s.sessionsChanged && s.now-s.sessionsAt < time.Second {
		return
	}
	s.sessionsChanged, s.sessionsAt = false, s.now
	_ = s.sessions.Publish(s.Sessions()) // it has a JSON form
}

// Sessions returns the clients that are logged in, as session.list does.
func (s *Server) Sessions() []Session {
	list := make([]Session, 0, len(s.peers))
	for _, p := range s.peers {
		if p.role == None {
			continue
		}
		list = append(list, Session{
			ID: p.id, Name: p.name, Role: p.role.String(), Since: int64(p.since),
			Sent: p.sent, Received: p.received, Lost: p.lost, Backlog: p.backlog(),
		})
	}
	return list
}

var loginFirst = Errorf(LoginRequired, "log in first, with session.login")

// turnAway ends a client that has not logged in.
func (p *Peer) turnAway(e *Error) {
	if p.current.fail != nil {
		p.answerError(nil, nullID, e)
	}
	p.Close(closeLogin, e.Message)
}

// login is session.login. A client is let in first and named then, so that a code
// that works once is not lost to a name that is taken.
func (s *Server) login(c *Call, params LoginParams) (*loginResult, error) {
	p := c.Peer
	if p.role == None || params.Code != "" || params.Token != "" {
		if err := s.admit(p, &params); err != nil {
			return nil, err
		}
	}
	if params.Name != "" && params.Name != p.name {
		if e := s.judgeName(p, params.Name); e != nil {
			return nil, e
		}
		s.rename(p, params.Name)
	}
	s.wantFrames(p, params.Frames)
	token := p.token
	p.token = ""
	return &loginResult{
		ID: p.id, Name: p.name, Role: p.role.String(), Token: token,
		Session: s.Session, Protocol: Protocol, Server: serverInfo{s.Name, s.Version},
		Features: s.Features, Clock: s.clock(), Limits: s.Limits.list(),
	}, nil
}

// admit asks the program whether a client may come in, and gives it its role.
func (s *Server) admit(p *Peer, params *LoginParams) error {
	grant := Grant{Role: Drive}
	if s.Authenticate != nil {
		var err error
		if grant, err = s.Authenticate(*params); err != nil {
			e := loginError(err)
			if p.role == None {
				p.Close(closeLogin, e.Message)
			}
			return e
		}
	}
	if p.role == None {
		s.flusher.strangers = slices.DeleteFunc(s.flusher.strangers, func(q *Peer) bool { return q == p })
	}
	s.sessionsChanged = true
	p.role, p.token = max(grant.Role, View), grant.Token
	if p.name == "" {
		s.rename(p, s.freeName(p, grant.Name))
	}
	return nil
}

func loginError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Errorf(LoginRequired, "%s", err)
}

func (s *Server) wantFrames(p *Peer, want bool) {
	switch {
	case want && !p.frames:
		s.flusher.framers = append(s.flusher.framers, p)
	case !want && p.frames:
		s.flusher.framers = slices.DeleteFunc(s.flusher.framers, func(q *Peer) bool { return q == p })
	}
	p.frames = want
}

// list names the limits for clients.
func (l *Limits) list() map[string]int {
	return map[string]int{
		"batch": l.batch(), "depth": l.depth(), "values": l.values(), "reply": l.reply(),
		"pending": l.pending(), "subscriptions": l.subscriptions(), "groups": l.groups(),
		"id": maxID, "literal": maxLiteral,
	}
}

// judgeName says why a client cannot have a name, nil when it can.
func (s *Server) judgeName(p *Peer, name string) *Error {
	if !goodClientName(name) {
		e := Errorf(InvalidParams, "name %s does not do: want 1 to %d letters, digits and ._- or single spaces between, and not the game's own",
			quote(name), maxName)
		e.Data.Path = "/name"
		return e
	}
	if !s.isFree(p, name) {
		e := Errorf(NameTaken, "name %s is taken", quote(name))
		e.Data.Path, e.Data.Suggest = "/name", s.freeName(p, name)
		return e
	}
	return nil
}

// goodClientName is the rule for names: they must be told apart by a person, so
// that no invisible characters and no marks of direction are among them.
func goodClientName(name string) bool {
	if name == "" || utf8.RuneCountInString(name) > maxName || len(name) > 4*maxName {
		return false
	}
	last := ' '
	for i, r := range name {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
		case unicode.IsMark(r) && i > 0 && last != ' ':
		case r == '.' || r == '_' || r == '-':
		case r == ' ' && last != ' ':
		default:
			return false
		}
		last = r
	}
	switch fold(name) {
	case "server", "admin", "game", "console", "system":
		return false
	}
	return last != ' '
}

// fold makes one of the names that differ only in case.
func fold(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// freeName returns name if it is good and free, else one like it that is.
func (s *Server) freeName(p *Peer, name string) string {
	if !goodClientName(name) {
		return s.guestName()
	}
	if s.isFree(p, name) {
		return name
	}
	stem := []rune(name)
	for n := 2; ; n++ {
		tail := "-" + strconv.Itoa(n)
		stem = stem[:min(len(stem), maxName-len(tail))]
		if name := strings.TrimRight(string(stem), " ") + tail; s.isFree(p, name) {
			return name
		}
	}
}

// isFree reports whether a client can have a name because no other has it.
func (s *Server) isFree(p *Peer, name string) bool {
	q := s.names[fold(name)]
	return q == nil || q == p
}

// guestName returns the free guest name with the lowest number.
func (s *Server) guestName() string {
	for ; ; s.guest++ {
		if name := guestPrefix + strconv.Itoa(s.guest); s.names[name] == nil {
			return name
		}
	}
}

const guestPrefix = "guest-"

// rename gives a client a free name.
func (s *Server) rename(p *Peer, name string) {
	s.forget(p)
	s.sessionsChanged = true
	p.name = name
	s.names[fold(name)] = p
}

// forget takes a client's name away.
func (s *Server) forget(p *Peer) {
	key := fold(p.name)
	if s.names[key] != p {
		return
	}
	delete(s.names, key)
	s.sessionsChanged = true
	if tail, ok := strings.CutPrefix(key, guestPrefix); ok {
		if n, err := strconv.Atoi(tail); err == nil && n > 0 {
			s.guest = min(s.guest, n)
		}
	}
}

// sendTo is client.send.
func (s *Server) sendTo(c *Call, params sendParams) (sendResult, error) {
	to := s.names[fold(params.To)]
	if to == nil {
		e := unknown(NotFound, "client", params.To, Nearest(params.To, s.clientNames))
		e.Data.Path = "/to"
		return sendResult{}, e
	}
	if to.mute() || to.full() {
		return sendResult{}, nil
	}
	err := to.Notify("client.message", clientMessage{c.Peer.name, params.Data})
	return sendResult{err == nil}, err
}

func (s *Server) clientNames(yield func(string) bool) {
	for _, p := range s.names {
		if !yield(p.name) {
			return
		}
	}
}
