package rpc

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// cancelMethod is the notification with which a client takes a call back, as the
// Language Server Protocol has it.
const cancelMethod = "$/cancelRequest"

type cancelParams struct {
	ID json.RawMessage `json:"id" help:"of the request to take back, as it was sent"`
}

var errCancelled = Errorf(Cancelled, "cancelled by the client")

// handleCancel registers the method for the forms that [Server.cancelRequest]
// leaves in line: members of a batch, and requests.
func (s *Server) handleCancel() {
	Handle(s, Method{
		Name: cancelMethod, Role: View,
		Help: "take back a call that is not answered yet: it is answered with -32800",
	}, func(c *Call, p cancelParams) (Void, error) {
		if call := s.takeBack(c.Peer, p.ID); call != nil {
			call.cancel()
		}
		return Void{}, nil
	})
	s.methods[cancelMethod].notify = true
}

// cancelRequest acts on a text that is just the notification $/cancelRequest, and
// reports whether it is one. It cannot wait its turn, which would come behind the
// call that it means: calls that have not begun are marked, those that wait to be
// answered end at the next Dispatch.
func (s *Server) cancelRequest(p *Peer, t *Text) bool {
	if t.batch || len(t.members) != 1 || p.role == None {
		return false
	}
	m := &t.members[0]
	if m.id != nil || m.fail != nil || string(m.method) != cancelMethod {
		return false
	}
	var params cancelParams
	plan := s.methods[cancelMethod].params
	if plan.params(&s.decoder, m.params, reflect.ValueOf(&params).Elem()) != nil {
		return true // a notification is not answered, not even when it is wrong
	}
	if call := s.takeBack(p, params.ID); call != nil && !call.marked {
		call.marked = true
		s.dispatcher.cancels = append(s.dispatcher.cancels, call)
	}
	return true
}

// takeBack finds the call with an id: it returns the one that waits to be
// answered, or marks the first that has not begun.
func (s *Server) takeBack(p *Peer, id []byte) *Pending {
	for _, call := range p.pending {
		if bytes.Equal(call.id, id) {
			return call
		}
	}
	if p.current != nil && p.current.takeBack(id) {
		return nil
	}
	for _, t := range p.queue.waiting() {
		if t.takeBack(id) {
			return nil
		}
	}
	return nil
}

// takeBack marks the call with an id, if it is in the text and has not begun.
func (t *Text) takeBack(id []byte) bool {
	for i := t.next; i < len(t.members); i++ {
		if m := &t.members[i]; bytes.Equal(m.id, id) && !m.cancelled {
			m.cancelled = true
			return true
		}
	}
	return false
}
