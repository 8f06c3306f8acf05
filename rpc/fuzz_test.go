package rpc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

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
	"\r\n{\r\"a\"\r:\r[\r1\r,\r2\r]\r}\r", strings.Repeat("[", 33) + strings.Repeat("]", 33), strings.Repeat("1", 64), `["\f\b\/\u00Fe\uD83D\uDE00"]`, `{"\u0061\f":"\u0062"}`,
	`{"jsonrpc":"2.0","method":"later","params":[1],"id":1}`, `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}`,
}

// tokens are pieces of JSON of which fuzzing puts texts together: bytes alone
// rarely make a text that gets past its first brace.
var tokens = []string{
	`{`, `}`, `[`, `]`, `,`, `:`, `"`, `\`, ` `, "\n", `"":`, `"a":`, `"\u0061":`, `"b":`, `"a"`, `""`, `"\n\/\""`, `\u`, `d83d`, `de00`, `\ud83d\ude00`, `0061`,
	`null`, `true`, `false`, `0`, `-`, `1`, `.`, `5`, `e`, `+`, `1e5`, `-0.5`, `9007199254740993`, `1e400`, "é", "\U0001F600", "\xff", "\xed\xa0\x80", "\x00", "\ufeff",
	`"NaN"`, `[[[[[[[[`, `]]]]]]]]`, `{"a":{"a":{"a":`, `}}}`, `1111111111111111`, `1,`, `[],`, `{},`, "\t",
}

// assemble makes a text of the tokens that choices name.
func assemble(tokens []string, choices []byte) []byte {
	var text []byte
	for _, c := range choices {
		text = append(text, tokens[int(c)%len(tokens)]...)
	}
	return text
}

// checkScanner demands that the scanner and encoding/json agree about a text: on
// whether it is JSON, but for our own stricter rules, and on what stands in it.
func checkScanner(t *testing.T, text []byte) {
	var raw json.RawMessage
	err := rpc.Decode(text, &raw)
	o := judge(text, 32)
	if err == nil {
		require.True(t, o.json && !o.tooLarge(), "%q passed", text)
		require.Equal(t, bytes.Trim(text, " \t\r\n"), []byte(raw))
	} else {
		require.False(t, o.json && !o.tooLarge(), "%q refused: %v", text, err)
		checkRefusal(t, err, o)
	}
	checkValue[any](t, text)
	checkValue[map[string]any](t, text)
	checkValue[map[string]json.RawMessage](t, text)
	checkValue[[]json.RawMessage](t, text)
	checkValue[[]string](t, text)
	checkValue[[]float64](t, text)
	checkValue[[]bool](t, text)
	checkValue[map[string][]*string](t, text)
	checkValue[struct {
		A any      `json:"a"`
		B *float64 `json:"b,omitempty"`
	}](t, text)
}

// checkRefusal demands that an error says what is wrong, and where in the text.
func checkRefusal(t *testing.T, err error, o verdict) {
	var e *rpc.Error
	require.True(t, errors.As(err, &e))
	require.NotEmpty(t, e.Message)
	if e.Code != rpc.ParseError {
		require.Equal(t, rpc.TooMany, e.Code)
		require.True(t, o.tooLarge() || !o.json)
		return
	}
	_, place, ok := strings.Cut(e.Message, "at byte ")
	require.True(t, ok, e.Message)
	at, err := strconv.Atoi(place)
	require.NoError(t, err)
	require.LessOrEqual(t, at, len(o.text))
}

// checkValue decodes a text with both. What we take encoding/json takes too, as
// the same value; what we refuse of valid JSON it refuses, or we are stricter:
// no null where the type has none, and no member unknown or missing.
func checkValue[T any](t *testing.T, text []byte) {
	var ours, theirs T
	err := rpc.Decode(text, &ours)
	if err == nil && (bytes.Contains(text, []byte(`NaN"`)) || bytes.Contains(text, []byte(`Infinity"`))) {
		return // which only we read as numbers
	}
	if err == nil {
		require.NoError(t, json.Unmarshal(text, &theirs), "%q", text)
		require.Equal(t, theirs, ours, "%q", text)
		out, err := rpc.Append(nil, ours)
		require.NoError(t, err)
		var again T
		require.NoError(t, rpc.Decode(out, &again), "%s", out)
		return
	}
	if _, any := any(&ours).(*any); any && json.Unmarshal(text, &theirs) == nil {
		o := judge(text, 32)
		require.False(t, o.json && !o.tooLarge(), "%q: %v", text, err)
	}
}

// FuzzScanner: on valid UTF-8 the scanner says what encoding/json says, but for
// our own stricter rules, and what is decoded is the same.
func FuzzScanner(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(checkScanner)
}

// FuzzScannerTokens is FuzzScanner with whole tokens for bytes.
func FuzzScannerTokens(f *testing.F) {
	f.Add([]byte{0, 11, 27, 4, 12, 25, 1})
	f.Add([]byte{2, 22, 4, 23, 4, 36, 3})
	f.Add([]byte{6, 17, 18, 17, 19, 6})
	f.Add([]byte{42, 42, 42, 42, 43, 43, 43, 43})
	f.Add([]byte{46, 46, 46, 46, 27, 28, 29, 30, 31, 29})
	f.Add([]byte{6, 6, 7, 6, 7, 7, 6})
	f.Fuzz(func(t *testing.T, choices []byte) { checkScanner(t, assemble(tokens, choices)) })
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
