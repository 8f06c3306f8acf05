package console

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strconv"
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

// encode appends the attributes of a line as one JSON object. Groups become dots in
// the keys, which is how the dashboard filters by them. A level between those that
// have a name becomes an attribute, as slog writes it.
func (s scoped) encode(dst []byte, r *slog.Record) []byte {
	begin := len(dst)
	dst = append(dst, '{')
	if r.Level != slogLevels[levelRank(r.Level)] {
		dst = append(rpc.AppendString(append(dst, `"level":`...), r.Level.String()), ',')
	}
	if len(s.attrs) <= maxLineBytes {
		dst = append(dst, s.attrs...)
	} else {
		dst = append(dst, moreAttrs...)
	}
	r.Attrs(func(a slog.Attr) bool {
		start := len(dst)
		if dst = appendAttr(dst, s.groups, a); len(dst)-begin <= maxLineBytes {
			return true
		}
		dst = append(dst[:start], moreAttrs...)
		return false
	})
	if last := len(dst) - 1; dst[last] == ',' {
		dst = dst[:last]
	}
	return append(dst, '}')
}

// slogLevels are the levels that have names.
var slogLevels = [...]slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}

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
	if a.Key == "" && v.Kind() == slog.KindAny && v.Any() == nil { // the zero Attr
		return dst
	}
	dst = append(appendKey(dst, prefix, a.Key), ':')
	return append(appendValue(dst, v), ',')
}

// appendKey adds a key behind its groups as one string.
func appendKey(dst []byte, prefix, key string) []byte {
	if prefix == "" {
		return rpc.AppendString(dst, key)
	}
	dst = rpc.AppendString(dst, prefix)
	end := len(dst) - 1 // its closing quote
	dst = rpc.AppendString(dst[:end], key)
	return append(dst[:end], dst[end+1:]...) // without the opening quote of the key
}

func appendValue(dst []byte, v slog.Value) []byte {
	switch v.Kind() {
	case slog.KindBool:
		return strconv.AppendBool(dst, v.Bool())
	case slog.KindInt64:
		if i := v.Int64(); -maxSafe <= i && i <= maxSafe {
			return strconv.AppendInt(dst, i, 10)
		}
	case slog.KindUint64:
		if n := v.Uint64(); n <= maxSafe {
			return strconv.AppendUint(dst, n, 10)
		}
	case slog.KindFloat64:
		return appendFloat(dst, v.Float64())
	case slog.KindDuration:
		return rpc.AppendString(dst, v.Duration().String())
	case slog.KindTime:
		return append(v.Time().AppendFormat(append(dst, '"'), time.RFC3339Nano), '"')
	case slog.KindAny:
		if v.Any() == nil {
			return append(dst, "null"...)
		}
		return rpc.AppendString(dst, clip(fmt.Sprintf("%+v", v.Any()))) // as slog's text has it
	}
	return rpc.AppendString(dst, clip(v.String()))
}

// appendFloat writes a number as rpc.Append does, for which it would have to be on the
// heap.
func appendFloat(dst []byte, f float64) []byte {
	switch abs := math.Abs(f); {
	case f-f != 0: // it is no number, or infinite
		dst, _ = rpc.Append(dst, f)
		return dst
	case abs != 0 && (abs < 1e-6 || abs >= 1e21):
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}
