package rpc

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
		case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
			return false // letters and marks that nobody sees, such as U+3164 and U+FE0F
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
