package console

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// scoped is a Log with attributes and groups of its own, as slog makes them.
type scoped struct {
	log    *Log
	next   slog.Handler // the next handler with the same attributes; nil is the Log's
	groups string       // "net." in front of the keys
	attrs  []byte       // encoded members, each followed by a comma
}

func (s scoped) Enabled(ctx context.Context, level slog.Level) bool {
	return s.log.Enabled(ctx, level)
}

func (s scoped) Handle(ctx context.Context, r slog.Record) error { return s.log.handle(ctx, r, s) }

func (s scoped) WithAttrs(attrs []slog.Attr) slog.Handler {
	s.attrs = append([]byte(nil), s.attrs...)
	for _, a := range attrs {
		s.attrs = appendAttr(s.attrs, s.groups, a)
	}
	if n := s.following(); n != nil {
		s.next = n.WithAttrs(attrs)
	}
	return s
}

func (s scoped) WithGroup(name string) slog.Handler {
	if name == "" {
		return s
	}
	s.groups += name + "."
	if n := s.following(); n != nil {
		s.next = n.WithGroup(name)
	}
	return s
}

func (s scoped) following() slog.Handler {
	if s.next != nil {
		return s.next
	}
	return s.log.Next
}

// moreAttrs stands in a line for the attributes that are too long for it.
const moreAttrs = `"…":"more attributes than are kept",`

// encode makes the attributes of a line one JSON object. Groups become dots in
// the keys, which is how the dashboard filters by them.
func (s scoped) encode(r slog.Record) json.RawMessage {
	buf := []byte{'{'}
	if len(s.attrs) <= maxLineBytes {
		buf = append(buf, s.attrs...)
	} else {
		buf = append(buf, moreAttrs...)
	}
	r.Attrs(func(a slog.Attr) bool {
		start := len(buf)
		if buf = appendAttr(buf, s.groups, a); len(buf) <= maxLineBytes {
			return true
		}
		buf = append(buf[:start], moreAttrs...)
		return false
	})
	if buf[len(buf)-1] == ',' {
		buf = buf[:len(buf)-1]
	}
	return append(buf, '}')
}

// appendAttr adds `"key":value,`.
func appendAttr(dst []byte, prefix string, a slog.Attr) []byte {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, in := range v.Group() {
			dst = appendAttr(dst, prefix, in)
		}
		return dst
	}
	if a.Key == "" {
		return dst
	}
	dst = append(rpc.AppendString(dst, strings.ToValidUTF8(prefix+a.Key, "\uFFFD")), ':')
	return append(appendValue(dst, v), ',')
}

func appendValue(dst []byte, v slog.Value) []byte {
	var x any
	switch v.Kind() {
	case slog.KindBool, slog.KindFloat64:
		x = v.Any()
	case slog.KindInt64:
		x = scalar{n: uint64(v.Int64())}.json(spec{kind: kindInt})
	case slog.KindUint64:
		x = scalar{n: v.Uint64()}.json(spec{kind: kindUint})
	case slog.KindDuration:
		x = v.Duration().String()
	case slog.KindTime:
		x = v.Time().Format(time.RFC3339Nano)
	default:
		return rpc.AppendString(dst, clip(v.String()))
	}
	out, err := rpc.Append(dst, x)
	if err != nil {
		return rpc.AppendString(dst, v.String())
	}
	return out
}
