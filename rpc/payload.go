package rpc

import (
	"encoding/binary"
	"math"
	"strconv"
)

// payload is the value of an event, written once and held once for all
// subscriptions in whose queue it stands.
type payload struct {
	value  []byte
	binary bool
	flags  uint8
	at     clock // when it was made
	uses   int   // queues that hold it, and who works with it
}

func (s *Server) newPayload() *payload {
	f := &s.flusher
	n := len(f.payloads)
	if n == 0 {
		return &payload{at: s.clock(), uses: 1}
	}
	e := f.payloads[n-1]
	f.payloads = f.payloads[:n-1]
	*e = payload{value: e.value[:0], at: s.clock(), uses: 1}
	return e
}

func (s *Server) textPayload(v any) (*payload, error) {
	e := s.newPayload()
	value, err := Append(e.value, v)
	if err != nil {
		s.flusher.unuse(e)
		return nil, err
	}
	e.value = value
	return e, nil
}

func (s *Server) binaryPayload(flags uint8, data []byte) *payload {
	e := s.newPayload()
	e.value, e.binary, e.flags = append(e.value, data...), true, flags
	return e
}

// unuse ends one use of a payload; after the last its room is used again.
func (f *flusher) unuse(e *payload) {
	if e.uses--; e.uses == 0 && len(f.payloads) < 64 && cap(e.value) <= keptBuffer {
		f.payloads = append(f.payloads, e)
	}
}

// send sends the event as the next of a subscription.
func (e *payload) send(sub *Sub) {
	f := &sub.stream.server.flusher
	if e.binary {
		f.scratch = append(e.appendHeader(f.scratch[:0], sub), e.value...)
		sub.peer.sent += uint64(len(f.scratch))
		_ = sub.peer.conn.SendBinary(f.scratch)
	} else {
		f.scratch = e.appendEvent(f.scratch[:0], sub)
		sub.peer.sendText(f.scratch)
	}
	if cap(f.scratch) > 16*keptBuffer {
		f.scratch = nil
	}
}

// appendHeader writes the header that PROTOCOL.md lays out.
func (e *payload) appendHeader(dst []byte, sub *Sub) []byte {
	dst = append(dst, sub.stream.topic.Binary, e.flags)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(min(sub.lost, math.MaxUint16)))
	dst = binary.LittleEndian.AppendUint32(dst, sub.number)
	dst = binary.LittleEndian.AppendUint32(dst, sub.seq)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(e.at.Frame))
	return binary.LittleEndian.AppendUint64(dst, uint64(e.at.Time))
}

// appendEvent writes the notification sub.event.
func (e *payload) appendEvent(dst []byte, sub *Sub) []byte {
	dst = append(dst, `{"jsonrpc":"2.0","method":"sub.event","params":{"id":`...)
	dst = append(dst, sub.wireID...)
	dst = append(dst, `,"seq":`...)
	dst = strconv.AppendUint(dst, uint64(sub.seq), 10)
	dst = append(e.at.appendTo(append(dst, ',')), `,"lost":`...)
	dst = strconv.AppendUint(dst, sub.lost, 10)
	dst = append(dst, `,"value":`...)
	dst = append(dst, e.value...)
	return append(dst, "}}"...)
}
