package wsrpc

import (
	"net/netip"
	"slices"

	"github.com/scry-dev/scry/rpc"
)

type (
	networkStatus struct {
		Connections int      `json:"connections"`
		Accepting   bool     `json:"accepting" help:"false while no new connections are let in"`
		Blocked     []string `json:"blocked" help:"addresses that are not let in"`
	}
	acceptParams struct {
		On bool `json:"on" help:"let new connections in"`
	}
	addressParams struct {
		Address string `json:"address" help:"an IP address, or several as in 10.1.0.0/16"`
	}
)

// HandleNetwork registers the methods with which a client that may drive decides
// who else comes in: network.status, network.accept, network.block and
// network.unblock.
func (s *Server) HandleNetwork() {
	s.connect()
	rpc.Handle(&s.RPC, rpc.Method{
		Name: "network.status", Role: rpc.View, Help: "who may connect",
	}, func(*rpc.Call, rpc.Void) (networkStatus, error) { return s.network(), nil })
	rpc.Handle(&s.RPC, rpc.Method{
		Name: "network.accept", Role: rpc.Drive, Help: "stop or go on letting new connections in; those that are there stay",
	}, func(_ *rpc.Call, p acceptParams) (networkStatus, error) {
		s.WS.PauseAccepting(!p.On)
		return s.network(), nil
	})
	rpc.Handle(&s.RPC, rpc.Method{
		Name: "network.block", Role: rpc.Drive, Help: "close the connections from an address, and let none of it in any more",
		Errors: []rpc.Code{rpc.Conflict},
	}, s.block)
	rpc.Handle(&s.RPC, rpc.Method{
		Name: "network.unblock", Role: rpc.Drive, Help: "let an address in again", Errors: []rpc.Code{rpc.NotFound},
	}, s.unblock)
}

func (s *Server) network() networkStatus {
	return networkStatus{Connections: s.WS.Connections(), Accepting: s.WS.Accepting(), Blocked: s.blocked()}
}

func (s *Server) block(c *rpc.Call, p addressParams) (networkStatus, error) {
	network, err := parseNetwork(p.Address)
	if err != nil {
		return networkStatus{}, err
	}
	if own, ok := c.Peer.Conn().(*client); ok && network.Contains(s.WS.Address(own.id).Addr().Unmap()) {
		return networkStatus{}, badAddress(rpc.Conflict, "%s is where this client itself comes from", network)
	}
	s.WS.Block(network)
	return s.network(), nil
}

func (s *Server) unblock(_ *rpc.Call, p addressParams) (networkStatus, error) {
	network, err := parseNetwork(p.Address)
	if err != nil {
		return networkStatus{}, err
	}
	if !slices.Contains(s.WS.Blocked(), network) {
		return networkStatus{}, badAddress(rpc.NotFound, "%s is not blocked", network)
	}
	s.WS.Unblock(network)
	return s.network(), nil
}

// parseNetwork reads an address, or a range of them.
func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	if network, err := netip.ParsePrefix(text); err == nil && !network.Addr().Is4In6() {
		return network.Masked(), nil
	}
	return netip.Prefix{}, badAddress(rpc.InvalidParams, "%q is no address: wanted is one such as 192.168.1.7, or a range such as 10.1.0.0/16", shorten(text))
}

// badAddress is the error of a param address.
func badAddress(code rpc.Code, format string, args ...any) *rpc.Error {
	e := rpc.Errorf(code, format, args...)
	e.Data.Path = "/address"
	return e
}

// shorten cuts a text to what an error may repeat of it.
func shorten(text string) string {
	if len(text) > 64 {
		return text[:64]
	}
	return text
}
