package rpc

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
)

const discoverMethod = "rpc.discover"

// handleDiscover registers rpc.discover: the OpenRPC document of the server.
func (s *Server) handleDiscover() {
	Handle(s, Method{
		Name: discoverMethod, Role: View, Help: "this document: every method and topic, as OpenRPC",
	}, func(*Call, Void) (json.RawMessage, error) { return s.Discover(), nil })
}

// Discover returns the OpenRPC document that rpc.discover answers with, generated
// from the registered methods and topics. It is made once and must not be
// changed.
func (s *Server) Discover() json.RawMessage {
	s.begin()
	if s.discover != nil {
		return s.discover
	}
	types := newSchemas()
	dst := append([]byte(nil), `{"openrpc":"1.3.2","info":{"title":`...)
	dst = AppendString(dst, orDefault(s.Name, "scry"))
	dst = append(dst, `,"version":`...)
	dst = AppendString(dst, orDefault(s.Version, "0"))
	dst = append(dst, `,"description":"JSON-RPC 2.0 over WebSocket and HTTP. NaN and the infinities travel as the strings NaN, Infinity and -Infinity, durations as 16ms. Integers of 64 bits may also come as decimal strings."},"methods":[`...)
	for i, name := range sortedKeys(s.methods) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = types.appendMethod(dst, s.methods[name])
	}
	dst = append(dst, `],"x-topics":[`...)
	first := true
	for _, name := range sortedKeys(s.streams) {
		if s.streams[name].group {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = types.appendTopic(dst, s.streams[name])
	}
	dst = append(dst, `],"components":{"schemas":`...)
	dst = types.appendComponents(dst)
	s.discover = append(dst, "}}"...)
	return s.discover
}

// appendMethod writes a method object of OpenRPC.
func (t *schemas) appendMethod(dst []byte, m *method) []byte {
	dst = append(dst, `{"name":`...)
	dst = AppendString(dst, m.Name)
	if m.Help != "" {
		dst = AppendString(append(dst, `,"summary":`...), m.Help)
	}
	dst = append(dst, `,"paramStructure":"either","params":`...)
	dst = t.appendParams(dst, m.params)
	if !m.notify {
		dst = append(dst, `,"result":{"name":"result","schema":`...)
		dst = append(t.append(dst, m.result.typ, tags{}), '}')
	}
	dst = appendErrors(append(dst, `,"errors":[`...), m.Errors)
	dst = AppendString(append(dst, `],"x-role":`...), m.Role.String())
	return append(dst, '}')
}

// appendParams writes a content descriptor per param.
func (t *schemas) appendParams(dst []byte, p *plan) []byte {
	dst = append(dst, '[')
	if !p.object {
		// The params as a whole: OpenRPC has no words for that.
		return append(dst, ']')
	}
	for i := range p.fields {
		f := &p.fields[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(append(dst, `{"name":`...), f.name)
		if f.tags.help != "" {
			dst = AppendString(append(dst, `,"description":`...), f.tags.help)
		}
		if !f.optional() {
			dst = append(dst, `,"required":true`...)
		}
		dst = append(dst, `,"schema":`...)
		dst = append(t.appendField(dst, f, f.takesNull()), '}')
	}
	return append(dst, ']')
}

func appendErrors(dst []byte, codes []Code) []byte {
	codes = slices.Clone(codes)
	slices.Sort(codes)
	for i, c := range slices.Compact(codes) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(append(dst, `{"code":`...), int64(c), 10)
		dst = AppendString(append(dst, `,"message":`...), c.String())
		dst = append(dst, '}')
	}
	return dst
}

// appendTopic writes a topic.
func (t *schemas) appendTopic(dst []byte, st *Stream) []byte {
	topic := &st.topic
	dst = AppendString(append(dst, `{"name":`...), topic.Name)
	if topic.Help != "" {
		dst = AppendString(append(dst, `,"summary":`...), topic.Help)
	}
	dst = AppendString(append(dst, `,"lane":`...), topic.lane())
	if topic.Binary != 0 {
		dst = strconv.AppendUint(append(dst, `,"binary":`...), uint64(topic.Binary), 10)
	}
	dst = appendFloat(append(dst, `,"rate":`...), topic.Rate, 64)
	dst = AppendString(append(dst, `,"policy":`...), topic.Policy)
	dst = AppendString(append(dst, `,"x-role":`...), topic.Role.String())
	dst = t.appendParams(append(dst, `,"params":`...), st.params)
	if topic.Snapshot != nil {
		dst = t.append(append(dst, `,"snapshot":`...), reflect.TypeOf(topic.Snapshot), tags{})
	}
	if st.event.typ != voidType {
		dst = t.append(append(dst, `,"event":`...), st.event.typ, tags{})
	}
	return append(dst, '}')
}
