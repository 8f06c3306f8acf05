package console

import (
	"encoding/json"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheContractOfHandlers is slog's own. Groups are dots in the keys here, and times
// are those of the session: a record without a time has one all the same.
func TestTheContractOfHandlers(t *testing.T) {
	var con *Console
	slogtest.Run(t, func(*testing.T) slog.Handler {
		con = new(Console)
		return &con.Log
	}, func(t *testing.T) map[string]any {
		lines := kept(con)
		require.Len(t, lines, 1)
		l := lines[0]
		m := map[string]any{slog.LevelKey: l.Level, slog.MessageKey: l.Msg}
		if !strings.HasSuffix(t.Name(), "/zero-time") {
			m[slog.TimeKey] = l.Time
		}
		var attrs map[string]any
		require.NoError(t, json.Unmarshal(l.Attrs, &attrs))
		for key, v := range attrs {
			in := m
			for {
				group, rest, ok := strings.Cut(key, ".")
				if !ok {
					break
				}
				if in[group] == nil {
					in[group] = map[string]any{}
				}
				in, key = in[group].(map[string]any), rest
			}
			in[key] = v
		}
		return m
	})
}

type shy struct{}

func (shy) LogValue() slog.Value { panic("no") }

func TestAttributesOfEveryKind(t *testing.T) {
	con := new(Console)
	log := slog.New(&con.Log)
	log.Info("x",
		"bool", true, "int", -7, "large", int64(math.MaxInt64), "float", 12.5, "tiny", 1e-9, "nan", math.NaN(), "inf", math.Inf(-1), "zero", math.Copysign(0, -1),
		"string", "a\"b\x00\xff", "duration", 1500*time.Millisecond, "time", time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
		"nil", nil, "list", []int{1, 2}, "struct", struct{ X, Y int }{1, 2}, "", "no key")
	require.JSONEq(t, `{"bool":true,"int":-7,"large":"9223372036854775807","float":12.5,"tiny":1e-9,"nan":"NaN","inf":"-Infinity","zero":-0,
		"string":"a\"b\u0000\ufffd","duration":"1.5s","time":"2026-01-02T03:04:05.000000006Z",
		"nil":null,"list":"[1 2]","struct":"{X:1 Y:2}","":"no key"}`, string(kept(con)[0].Attrs))
	log.Info("x", "shy", shy{})
	require.Contains(t, string(kept(con)[1].Attrs), "LogValue panicked")
	log.WithGroup("a\"").WithGroup("b\xff").Info("x", "c", 1)
	require.JSONEq(t, `{"a\".b\ufffd.c":1}`, string(kept(con)[2].Attrs))
}

func TestLevelsBetweenThoseWithNames(t *testing.T) {
	con := new(Console)
	con.Log.Level = slog.LevelDebug - 4
	log := slog.New(&con.Log)
	for _, level := range []slog.Level{-8, slog.LevelDebug, 2, slog.LevelWarn, 12} {
		log.Log(t.Context(), level, "x", "a", 1)
	}
	var got [][2]string
	for _, l := range kept(con) {
		got = append(got, [2]string{l.Level, string(l.Attrs)})
	}
	require.Equal(t, [][2]string{
		{"debug", `{"level":"DEBUG-4","a":1}`}, {"debug", `{"a":1}`}, {"info", `{"level":"INFO+2","a":1}`},
		{"warn", `{"a":1}`}, {"error", `{"level":"ERROR+4","a":1}`},
	}, got)
}
