package rpc

import (
	"encoding/json"
	"errors"
	"time"
)

// Protocol is the name of what goes over the wire.
const Protocol = "scry.1"

const (
	loginMethod = "session.login"

	loginTime  = 5 * time.Second // for the first text of a client without a role
	maxLogin   = 4 << 10         // its size in bytes
	closeLogin = 4401            // close code: not logged in
	closeLate  = 4408            // close code: login took too long
	closeSlow  = 4008            // close code: it does not read as fast as it must
	closeEnded = 4403            // close code: session.close
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

	MessagesIn    uint64      `json:"messagesIn" help:"from the client"`
	MessagesOut   uint64      `json:"messagesOut" help:"to the client"`
	Queued        int         `json:"queued" help:"its texts that wait to be run"`
	Subscriptions int         `json:"subscriptions"`
	Behind        bool        `json:"behind" help:"it reads slower than it is sent to, so its streams are held back"`
	Address       string      `json:"address,omitempty"`
	RoundTrip     nanoseconds `json:"roundTrip,omitempty" unit:"ns" help:"of a ping, measured while somebody asks"`
}

// maxSessions is how many clients session.list and the topic show at most.
const maxSessions = 1000

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
		Name: loginMethod, Role: View, Free: true,
		Help:   "log in, choose a name, or both; a taken name is refused with data.suggest",
		Errors: []Code{LoginRequired, NameTaken},
	}, s.login)
	Handle(s, Method{
		Name: "session.list", Role: View, Help: "the clients that are logged in, the first thousand",
	}, func(*Call, Void) ([]Session, error) { return s.Sessions(), nil })
	Handle(s, Method{
		Name: "session.close", Role: Drive, Help: "end another client's connection, which it is told the reason of",
		Errors: []Code{NotFound},
	}, s.closeSession)
	Handle(s, Method{
		Name: "echo", Role: View, Help: "answer with the params",
	}, func(_ *Call, p json.RawMessage) (json.RawMessage, error) { return p, nil })
	Handle(s, Method{
		Name: "client.send", Help: "send another client the notification client.message",
		Errors: []Code{NotFound},
	}, s.sendTo)
}

// openSessions opens the topic sessions: session.list when a client comes, goes or
// is renamed, and otherwise once a second, because the counts move.
func (s *Server) openSessions() {
	s.sessions = Open[Void, []Session](s, Topic{
		Name: "sessions", Help: "the clients that are logged in, the first thousand: when they change, and once a second",
		Snapshot: []Session(nil), Priority: -1,
	}, func(*Sub, Void) (any, error) { return s.Sessions(), nil })
}

// sessionsGap is the least time between two lists, however many come and go.
const sessionsGap = 100 * time.Millisecond

// publishSessions publishes to the topic sessions when it is time.
func (s *Server) publishSessions() {
	if age := s.now - s.sessionsAt; age < sessionsGap || age < time.Second && !s.sessionsChanged {
		return
	}
	s.sessionsChanged, s.sessionsAt = false, s.now
	_ = s.sessions.Publish(s.Sessions()) // it has a JSON form
}

// Sessions returns the clients that are logged in, as session.list does.
func (s *Server) Sessions() []Session {
	list := make([]Session, 0, min(len(s.peers), maxSessions))
	for _, p := range s.peers {
		if len(list) == maxSessions {
			break
		}
		if p.role != None {
			list = append(list, p.session())
		}
	}
	return list
}

// Remote is a further power of a [Conn]: it knows where its client is, and how
// long a message takes there and back.
type Remote interface {
	Address() string
	RoundTrip() time.Duration // 0 when it is not known
}

func (p *Peer) session() Session {
	sent := p.total()
	row := Session{
		ID: p.id, Name: p.name, Role: p.role.String(), Since: int64(p.since),
		Sent: sent.bytes, Received: p.received.bytes, Lost: sent.lost, Backlog: p.backlog(),
		MessagesIn: p.received.messages, MessagesOut: sent.messages,
		Queued: p.queue.len(), Subscriptions: len(p.subs), Behind: p.behind,
	}
	if r, ok := p.conn.(Remote); ok {
		row.Address, row.RoundTrip = r.Address(), nanoseconds(r.RoundTrip())
	}
	return row
}

type closeSessionParams struct {
	Name   string `json:"name" help:"of the client"`
	Reason string `json:"reason,omitempty" help:"that it is told"`
}

// closeSession is session.close.
func (s *Server) closeSession(c *Call, params closeSessionParams) (Void, error) {
	p, e := s.mustClient(params.Name)
	if e != nil {
		return Void{}, e.under("name")
	}
	p.Close(closeEnded, orDefault(params.Reason, "closed by "+c.Peer.name))
	return Void{}, nil
}

// mustClient finds a client by its name.
func (s *Server) mustClient(name string) (*Peer, *Error) {
	p := s.names[fold(name)]
	if p == nil {
		return nil, unknown(NotFound, "client", name, Nearest(name, s.clientNames))
	}
	return p, nil
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
		s.flusher.strangers = without(s.flusher.strangers, p)
	}
	s.sessionsChanged = true
	p.role, p.token = max(grant.Role, View), grant.Token
	if p.name == "" {
		s.rename(p, s.freeName(p, grant.Name))
	}
	s.subscribeEveryone(p)
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
	case p.caller: // it takes answers only
		return
	case want && !p.frames:
		s.flusher.framers = append(s.flusher.framers, p)
	case !want && p.frames:
		s.flusher.framers = without(s.flusher.framers, p)
	}
	p.frames = want
}

// list names the limits for clients.
func (l *Limits) list() map[string]int {
	return map[string]int{
		limitBatch: l.batch(), limitDepth: l.depth(), limitValues: l.values(), limitReply: l.reply(),
		limitPending: l.pending(), limitSubscriptions: l.subscriptions(), limitGroups: l.groups(),
		limitID: maxID, limitLiteral: maxLiteral,
	}
}

// sendTo is client.send.
func (s *Server) sendTo(c *Call, params sendParams) (sendResult, error) {
	to, e := s.mustClient(params.To)
	if e != nil {
		return sendResult{}, e.under("to")
	}
	if to.mute() || to.caller || to.full() {
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
