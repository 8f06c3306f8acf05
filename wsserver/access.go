package wsserver

import (
	"cmp"
	"net/http"
	"net/netip"
	"slices"
)

// Block refuses all requests from a network from now on, and closes the
// connections from there with code 1008. It adds to what was blocked before; an
// invalid prefix is ignored. Any goroutine may call it.
func (s *Server) Block(network netip.Prefix) {
	network = plain(network)
	if !network.IsValid() {
		return
	}
	s.start()
	s.changeBlocked(func(blocked []netip.Prefix) []netip.Prefix {
		if slices.Contains(blocked, network) {
			return blocked
		}
		return append(blocked, network)
	})
	s.evicting.Store(true)
	signal(s.poked)
}

// Unblock ends what [Server.Block] began for the same network. Any goroutine may
// call it.
func (s *Server) Unblock(network netip.Prefix) {
	network = plain(network)
	s.changeBlocked(func(blocked []netip.Prefix) []netip.Prefix {
		return slices.DeleteFunc(blocked, func(p netip.Prefix) bool { return p == network })
	})
}

// Blocked returns the networks that are blocked, in the order of their addresses.
// Any goroutine may call it.
func (s *Server) Blocked() []netip.Prefix {
	if blocked := s.blocked.Load(); blocked != nil {
		return slices.Clone(*blocked)
	}
	return nil
}

// changeBlocked puts a changed copy of the list in the place of the list, which
// whoever reads it may still hold.
func (s *Server) changeBlocked(change func([]netip.Prefix) []netip.Prefix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	blocked := change(s.Blocked())
	slices.SortFunc(blocked, func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), a.Bits()-b.Bits())
	})
	s.blocked.Store(&blocked)
}

// PauseAccepting refuses new connections, with status 503, or accepts them again.
// Those that are open stay. Any goroutine may call it.
func (s *Server) PauseAccepting(on bool) { s.refusing.Store(on) }

// Accepting reports whether new connections are accepted. Any goroutine may call
// it.
func (s *Server) Accepting() bool { return !s.refusing.Load() }

// checkAddress checks where a request came from.
func (s *Server) checkAddress(r *http.Request) error {
	blocked := s.blocked.Load()
	if len(s.Permitted) == 0 && blocked == nil {
		return nil
	}
	from, ok := remote(r)
	within := func(p netip.Prefix) bool { return plain(p).Contains(from.Addr()) }
	switch {
	case len(s.Permitted) > 0 && !(ok && slices.ContainsFunc(s.Permitted, within)):
		return s.refusal(http.StatusForbidden, "your address is not permitted")
	case blocked != nil && ok && slices.ContainsFunc(*blocked, within):
		return s.refusal(http.StatusForbidden, "your address is blocked")
	}
	return nil
}

// evict closes the connections from blocked networks.
func (s *Server) evict() {
	defer s.contain()
	blocked := s.Blocked()
	for _, c := range s.all() {
		if slices.ContainsFunc(blocked, func(p netip.Prefix) bool { return p.Contains(c.addr.Addr()) }) {
			c.leave(codePolicy, "your address is blocked", nil)
		}
	}
}

// remote is where a request came from, if that is an address at all.
func remote(r *http.Request) (from netip.AddrPort, ok bool) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(from.Addr().Unmap().WithZone(""), from.Port()), true
}

// plain is a network in the one way in which its addresses are compared: without
// bits behind its length, and without IPv4 inside of IPv6.
func plain(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked()
}

// Address returns where a connection came from, by the RemoteAddr of its
// handshake: the zero value for an unknown id, and where it is no address.
func (s *Server) Address(id ConnID) netip.AddrPort {
	if c := s.open[id]; c != nil {
		return c.addr
	}
	return netip.AddrPort{}
}
