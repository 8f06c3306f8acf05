package rpc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

var seeds = []string{
	"", " ", "null", "true", "-0", "01", "1.", "1e5", "1E+05", "-", "[", "]", "{}", `{"a":1}`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`,
	`"\ud800"`, `"\ud83d\ude00"`, `"\u12"`, `"\x"`, "\"\x00\"", "\"\xff\"", "[1,]", "[1 2]", `{"a"}`, `{"a":}`, `{,}`, "\ufeff{}",
	strings.Repeat("[", 40), strings.Repeat("[", 32) + strings.Repeat("]", 32), strings.Repeat("1", 65), "nul", "truee", "[[],{}]",
	`{"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1}`, `[1,{"jsonrpc":"2.0","method":"sum","id":null}]`, "[]",
	`{"jsonrpc":"2.0","method":"echo","params":{"a":[1,"x",null,1e400]},"id":"é"}`, `{"jsonrpc":"2.0","result":1,"id":1}`,
	`[{"jsonrpc":"2.0","method":"boom","id":1},{"jsonrpc":"2.0","method":"set","params":["gravity","NaN"],"id":2}]`,
	`{"jsonrpc":"2.0","method":"sub.open","params":{"id":"s","topic":"ticker","credit":1},"id":1}`,
	`{"jsonrpc":"2.0","method":"session.login","params":{"name":"x","frames":true},"id":1}`,
	`{"jsonrpc":"2.0","method":"later","params":[1],"id":1}`, `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}`,
}

// stricter reports whether a text that is valid JSON breaks a rule that only we
// have: duplicate keys, lone surrogates, nesting, length of numbers, range.
func stricter(text []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	type level struct {
		keys  map[string]bool
		value bool // a value is next, not a key
	}
	var open []level
	for {
		token, err := dec.Token()
		if err != nil {
			break
		}
		if n, ok := token.(json.Number); ok && len(n) > 64 {
			return true
		}
		top := len(open) - 1
		if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
			open = open[:top]
			continue
		}
		if top >= 0 && open[top].keys != nil {
			if key, ok := token.(string); ok && !open[top].value {
				if open[top].keys[key] {
					return true
				}
				open[top].keys[key], open[top].value = true, true
				continue
			}
			open[top].value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{keys: map[string]bool{}})
		case json.Delim('['):
			open = append(open, level{})
		}
		if len(open) > 32 {
			return true
		}
	}
	// encoding/json reads a lone surrogate as U+FFFD.
	return bytes.Contains(bytes.ToLower(text), []byte(`\ud`))
}

// FuzzScanner: on valid UTF-8 the scanner says what json.Valid says, but for our
// own stricter rules.
func FuzzScanner(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var raw json.RawMessage
		err := rpc.Decode(text, &raw)
		switch {
		case err == nil:
			require.True(t, json.Valid(text) && utf8.Valid(text), "%q passed", text)
			require.Equal(t, bytes.TrimSpace(text), []byte(raw))
		case utf8.Valid(text) && json.Valid(text) && !stricter(text):
			t.Fatalf("%q refused: %v", text, err)
		}
	})
}

// FuzzDecode: what is decoded into any is what encoding/json makes of it, and
// what Append writes of that encoding/json reads back as the same.
func FuzzDecode(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var ours, theirs any
		if err := rpc.Decode(text, &ours); err != nil {
			var e *rpc.Error
			require.True(t, errors.As(err, &e) && e.Message != "" && e.Code != 0)
			return
		}
		require.NoError(t, json.Unmarshal(text, &theirs))
		require.Equal(t, theirs, ours)
		out, err := rpc.Append(nil, ours)
		require.NoError(t, err)
		var again, own any
		require.NoError(t, json.Unmarshal(out, &again), "%s", out)
		require.Equal(t, ours, again)
		require.NoError(t, rpc.Decode(out, &own))
		require.Equal(t, ours, own)
	})
}

// FuzzRoundTrip: values of a struct survive Append and Decode, and encoding/json
// reads what Append writes.
func FuzzRoundTrip(f *testing.F) {
	f.Add("text", 1.5, int64(-1), uint8(3), []byte("b"), true)
	f.Add("é\n\"", math.MaxFloat64, int64(math.MinInt64), uint8(255), []byte{}, false)
	f.Add("\xff\u2028", 5e-324, int64(1<<53+1), uint8(0), []byte{0}, true)
	f.Add("", 0.1+0.2, int64(0), uint8(9), []byte("xyz"), false)
	f.Fuzz(func(t *testing.T, s string, x float64, n int64, b uint8, data []byte, flag bool) {
		type value struct {
			S string         `json:"s"`
			X float64        `json:"x"`
			F float32        `json:"f"`
			N int64          `json:"n,string"`
			B uint8          `json:"b"`
			D []byte         `json:"d"`
			T bool           `json:"t"`
			L []float64      `json:"l"`
			M map[string]int `json:"m"`
			P *string        `json:"p"`
			W time.Duration  `json:"w"`
		}
		s = strings.ToValidUTF8(s, "\uFFFD")
		v := value{s, x, float32(x), n, b, append([]byte{}, data...), flag, []float64{x, -x}, map[string]int{s: int(b)}, &s, time.Duration(n)}
		out, err := rpc.Append(nil, &v)
		require.NoError(t, err)
		require.True(t, json.Valid(out), "%s", out)
		var again value
		require.NoError(t, rpc.Decode(out, &again), "%s", out)
		if x != x {
			require.True(t, again.X != again.X && again.L[0] != again.L[0])
			return
		}
		require.True(t, reflect.DeepEqual(v, again), "%s", out)
		if !math.IsInf(x, 0) {
			want, err := json.Marshal(x)
			require.NoError(t, err)
			got, _ := rpc.Append(nil, x)
			require.Equal(t, string(want), string(got))
		}
	})
}

// FuzzServer: whatever comes, the server does not panic, and what it sends is
// valid JSON: answers with exactly one of result and error, or notifications.
func FuzzServer(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g := newGame()
		w := &wire{}
		p := g.server.Connect(w, rpc.Drive)
		other := g.server.Connect(&wire{}, rpc.None)
		for frame := range uint64(3) {
			g.server.SetClock(frame, frame, time.Duration(frame)*time.Second)
			g.server.Receive(p, rpc.Parse(bytes.Clone(data), rpc.Limits{MaxBatch: 20}))
			g.server.Receive(other, rpc.Parse(bytes.Clone(data), rpc.Limits{MaxBatch: 20}))
			g.server.Dispatch(time.Time{})
			g.endFrame()
			g.server.Flush()
		}
		for _, line := range w.lines {
			checkSent(t, line)
		}
		g.server.Disconnect(p)
		g.server.Disconnect(other)
		require.Empty(t, g.server.Sessions())
	})
}

// checkSent demands that a message of the server is one by the specification.
func checkSent(t *testing.T, line string) {
	if strings.HasPrefix(line, "binary ") || strings.HasPrefix(line, "close ") {
		return
	}
	var members []map[string]json.RawMessage
	if strings.HasPrefix(line, "[") {
		require.NoError(t, json.Unmarshal([]byte(line), &members), line)
		require.NotEmpty(t, members)
	} else {
		members = make([]map[string]json.RawMessage, 1)
		require.NoError(t, json.Unmarshal([]byte(line), &members[0]), line)
	}
	for _, m := range members {
		require.Equal(t, `"2.0"`, string(m["jsonrpc"]), line)
		require.Len(t, m, 3, line)
		if m["method"] == nil {
			require.Contains(t, m, "id", line)
			require.True(t, (m["result"] != nil) != (m["error"] != nil), line)
		}
	}
}
