package rpc_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// outcome says in short what a message of the server answers: "ok 1" for a result
// to the id 1, "-32600 null" for an error, "1008 batch 1000 null" for one that
// names a limit, and "[…, …]" for a batch.
func outcome(t *testing.T, line string) string {
	if strings.HasPrefix(line, "[") {
		var members []json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(line), &members))
		var parts []string
		for _, m := range members {
			parts = append(parts, outcome(t, string(m)))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	checkSent(t, line)
	var m struct {
		ID    json.RawMessage
		Error *struct {
			Code    int
			Message string
			Data    struct{ Kind, Limit string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(line), &m))
	switch {
	case m.Error == nil:
		return "ok " + string(m.ID)
	case m.Error.Data.Limit != "":
		return fmt.Sprintf("%d %s %s", m.Error.Code, m.Error.Data.Limit, m.ID)
	}
	require.NotEmpty(t, m.Error.Message)
	require.NotEmpty(t, m.Error.Data.Kind)
	return fmt.Sprintf("%d %s", m.Error.Code, m.ID)
}

// converse sends texts to a fresh game, all at once, and returns what they are
// answered, an outcome for each.
func converse(t *testing.T, texts ...string) []string {
	g := newGame()
	w := &wire{}
	p := g.server.Connect(w, rpc.Drive)
	for _, text := range texts {
		give(g.server, p, text)
	}
	pump(g.server)
	var outcomes []string
	for _, line := range w.lines {
		// However long the question: errors repeat little of it.
		if strings.Contains(line, `"error"`) && !strings.HasPrefix(line, "[") {
			require.Less(t, len(line), 1024)
		}
		outcomes = append(outcomes, outcome(t, line))
	}
	// Whatever it was, the client is served on, and nothing was counted.
	w.lines = nil
	give(g.server, p, `{"jsonrpc":"2.0","id":"on","method":"echo"}`)
	pump(g.server)
	require.Equal(t, `{"jsonrpc":"2.0","id":"on","result":null}`, w.take())
	return outcomes
}

// echo is a call of echo with a value, as a text.
func echo(value string) string {
	return `{"jsonrpc":"2.0","id":1,"method":"echo","params":[` + value + `]}`
}

// hostile is a text that nobody means well with, and what it must be answered.
// Rows are numbered in the list of hostile inputs by which this server was built;
// several texts of one number are neighbours of the first.
type hostile struct {
	row, text, want string
}

const parse, invalid = "-32700 null", "-32600 null"

var noRequests = []hostile{
	{"J01", "", parse},
	{"J01", " ", parse},
	{"J01", "\t\r\n", parse},
	{"J01", "\x00", parse},
	{"J01", "null", invalid},
	{"J01", "true", invalid},
	{"J01", "1", invalid},
	{"J01", `"x"`, invalid},
	{"J01", `{}`, invalid},
	{"J01", `nul`, parse},
	{"J01", `NULL`, parse},
	{"J01", `undefined`, parse},

	{"J03", "\ufeff" + echo("1"), parse},
	{"J03", echo("1") + "\ufeff", parse},
	{"J03", echo("\ufeff1"), parse},
	{"J03", echo("\"\ufeff\""), "ok 1"},
	{"J03", "\xff\xfe{\x00}\x00", parse}, // UTF-16
	{"J03", "\x00{\x00}", parse},
	{"J03", "\u00a0" + echo("1"), parse}, // white space of Unicode, not of JSON
	{"J03", echo("\u20281"), parse},
	{"J03", echo("\u30001"), parse},
	{"J03", echo("\v1"), parse},
	{"J03", echo("\f1"), parse},
	{"J03", echo("1") + "\x00", parse},
	{"J03", echo("1") + "\x1a", parse},

	{"J05", "// x\n" + echo("1"), parse},
	{"J05", echo("1 /* x */"), parse},
	{"J05", echo("1") + "// x", parse},
	{"J05", "# x\n" + echo("1"), parse},
	{"J05", echo("1,"), parse},
	{"J05", echo(",1"), parse},
	{"J05", echo("1,,2"), parse},
	{"J05", echo("1 2"), parse},
	{"J05", `{"jsonrpc":"2.0","id":1,"method":"echo",}`, parse},
	{"J05", `{'jsonrpc':'2.0','id':1,'method':'echo'}`, parse},
	{"J05", `{jsonrpc:"2.0",id:1,method:"echo"}`, parse},
	{"J05", "{`jsonrpc`:`2.0`}", parse},
	{"J05", `{"jsonrpc"="2.0"}`, parse},
	{"J05", `{"jsonrpc":"2.0";"id":1}`, parse},
	{"J05", `{"jsonrpc" "2.0"}`, parse},
	{"J05", `{"jsonrpc":"2.0" "id":1}`, parse},
	{"J05", `{1:2}`, parse},
	{"J05", `{null:2}`, parse},
	{"J05", echo("1") + echo("1"), parse},
	{"J05", echo("1") + "\n" + echo("1"), parse},
	{"J05", echo("1") + "]", parse},
	{"J05", echo("+1"), parse},
	{"J05", echo("01"), parse},
	{"J05", echo("-01"), parse},
	{"J05", echo("-"), parse},
	{"J05", echo("--1"), parse},
	{"J05", echo(".5"), parse},
	{"J05", echo("1."), parse},
	{"J05", echo("1.e1"), parse},
	{"J05", echo("1e"), parse},
	{"J05", echo("1e+"), parse},
	{"J05", echo("1_000"), parse},
	{"J05", echo("0x10"), parse},
	{"J05", echo("1n"), parse},
	{"J05", echo("\u0661"), parse}, // a digit of Unicode, not of JSON
	{"J05", echo("NaN"), parse},
	{"J05", echo("Infinity"), parse},
	{"J05", echo("-Infinity"), parse},
	{"J05", echo("True"), parse},
	{"J05", echo("nullx"), parse},
	{"J05", echo(`"a" "b"`), parse},
	{"J05", echo(`"a" + "b"`), parse},

	{"J09", `{"jsonrpc":"2.0","id":1,"method":"echo","method":"boom"}`, parse},
	{"J09", `{"jsonrpc":"2.0","id":1,"method":"echo","\u006dethod":"boom"}`, parse},
	{"J09", `{"jsonrpc":"2.0","id":1,"method":"echo","method":"echo"}`, parse},
	{"J09", `{"jsonrpc":"2.0","id":1,"id":1,"method":"echo"}`, parse},
	{"J09", `{"jsonrpc":"2.0","id":1,"method":"echo","x":1,"x":1}`, parse},
	{"J09", `{"jsonrpc":"2.0","id":1,"method":"echo","Method":"boom"}`, "ok 1"},
	{"J09", echo(`{"":1,"":2}`), parse},
	{"J09", echo(`{"a":{"b":1,"c":[{"d":1,"d":2}]}}`), parse},
	{"J09", echo(`{"a":1},{"a":2}`), "ok 1"},
	{"J09", echo(`{"a":{"a":{"a":1}}}`), "ok 1"},
	{"J09", echo(`{"\ud83d\ude00":1,"` + "\U0001F600" + `":2}`), parse},
	{"J09", echo(`{"\/":1,"/":2}`), parse},
	{"J09", echo(`{"\u0000":1,"\u0000":2}`), parse},
	{"J09", echo(`{"a":1,"A":2}`), "ok 1"},
	{"J09", echo("{\"\u00e9\":1,\"e\u0301\":2}"), "ok 1"}, // alike for people, not for JSON
	{"J09", echo("{" + keys(14) + `"k0":0}`), parse},
	{"J09", echo("{" + keys(15) + `"k14":0}`), parse},
	{"J09", echo("{" + keys(16) + `"k3":0}`), parse},
	{"J09", echo("{" + keys(17) + `"k16":0}`), parse},
	{"J09", echo("{" + keys(500) + `"\u006b499":0}`), parse},
	{"J09", echo("{" + keys(500) + `"k500":0}`), "ok 1"},

	{"J11", echo("\"\xff\""), parse},
	{"J11", echo("\xff"), parse},
	{"J11", echo("\"\xc3\""), parse},
	{"J11", echo("\"\xc3"), parse},
	{"J11", "{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"echo\"}", parse},
	{"J11", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\xff\"}", parse},
	{"J11", echo("{\"\xfe\":1}"), parse},
	{"J11", echo("\"\x80\""), parse},
	{"J11", echo("\"\xc0\x80\""), parse},         // NUL, too long
	{"J11", echo("\"\xe0\x80\xaf\""), parse},     // a slash, too long
	{"J11", echo("\"\xed\xa0\x80\""), parse},     // half a pair
	{"J11", echo("\"\xf4\x90\x80\x80\""), parse}, // beyond U+10FFFF
	{"J11", echo("\"\xf8\x88\x80\x80\x80\""), parse},
	{"J11", echo("\"\ufffe\uffff\U0010ffff\""), "ok 1"}, // no characters, but valid
	{"J11", echo(`"\ud800"`), parse},
	{"J11", echo(`"\udc00\ud800"`), parse},
	{"J11", echo(`"\ud800\ud800"`), parse},
	{"J11", echo(`"\ud800\u0041"`), parse},
	{"J11", echo(`"\ud800x"`), parse},
	{"J11", echo(`"\ud800\n"`), parse},
	{"J11", echo(`"\ud83d` + "\U0001F600" + `"`), parse},
	{"J11", echo(`"\uD83D\uDE00"`), "ok 1"},
	{"J11", echo(`{"\udfff":1}`), parse},
	{"J11", echo(`"\u12"`), parse},
	{"J11", echo(`"\u12g4"`), parse},
	{"J11", echo(`"\u+123"`), parse},
	{"J11", echo(`"\U00000041"`), parse},
	{"J11", echo(`"\x41"`), parse},
	{"J11", echo(`"\'"`), parse},
	{"J11", echo(`"\0"`), parse},
	{"J11", echo("\"\\\n\""), parse},
	{"J11", echo("\"a\nb\""), parse},
	{"J11", echo("\"\x00\""), parse},
	{"J11", echo("\"\x1f\""), parse},
	{"J11", echo("\"\x7f\u0085\u2028\""), "ok 1"},
	{"J11", echo(`"`), parse},
	{"J11", echo(`"\`), parse},
}

// keys writes n members k0 to kn-1, a comma behind each.
func keys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"k%d":0,`, i)
	}
	return b.String()
}

func TestTextsThatAreNoRequests(t *testing.T) {
	for i, h := range noRequests {
		require.Equal(t, []string{h.want}, converse(t, h.text), "%s, number %d: %.200q", h.row, i, h.text)
		if h.want == parse { // then in a batch too, and whatever stands beside
			require.Equal(t, []string{parse}, converse(t, "["+call("count", 1)+","+h.text+"]"), "%s, number %d, in a batch", h.row, i)
		}
	}
}

// nested is n arrays, or objects, inside each other.
func nested(n int, open, inner, end string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

const depth, batchLimit = "1008 depth 32 null", "1008 batch 1000 null"

var tooLarge = []hostile{
	// The envelope, and the array of echo, count: 30 more fit.
	{"J13", echo(nested(30, "[", "1", "]")), "ok 1"},
	{"J13", echo(nested(31, "[", "1", "]")), depth},
	{"J13", echo(nested(30, `{"a":`, "1", "}")), "ok 1"},
	{"J13", echo(nested(31, `{"a":`, "1", "}")), depth},
	{"J13", echo(nested(15, `[{"a":`, "1", "}]")), "ok 1"},
	{"J13", echo(nested(16, `[{"a":`, "1", "}]")), depth},
	{"J13", echo(nested(30, "[", "", "]")), "ok 1"},
	{"J13", nested(32, "[", "", "]"), "[-32600 null]"},
	{"J13", nested(33, "[", "", "]"), depth},
	{"J13", nested(9_999, "[", "", "]"), depth},
	{"J13", nested(10_001, "[", "", "]"), depth},
	{"J13", nested(10_001, `{"a":`, "1", "}"), depth},
	{"J13", strings.Repeat("[", 1<<20), depth},
	{"J13", strings.Repeat(`[{"":`, 1<<18), depth},
	{"J13", `{"jsonrpc":"2.0","id":1,"method":"echo","x":` + nested(32, "[", "", "]") + `}`, depth},
	{"J13", "[" + echo(nested(29, "[", "1", "]")) + "]", "[ok 1]"},
	{"J13", "[" + echo(nested(30, "[", "1", "]")) + "]", depth},
	{"J29", "[" + strings.Repeat(nested(9_990, "[", "", "]")+",", 49) + nested(9_990, "[", "", "]") + "]", depth},
	{"J29", echo(strings.Repeat(nested(30, "[", "", "]")+",", 200) + "1"), "ok 1"}, // wide is not deep

	{"J21", `[]`, invalid},
	{"J21", ` [ ] `, invalid},
	{"J21", `[[]]`, "[" + invalid + "]"},

	{"J23", "[" + strings.Repeat(call("count", 1)+",", 999) + call("count", 2) + "]", ""},
	{"J23", "[" + strings.Repeat(call("count", 1)+",", 1000) + call("count", 2) + "]", batchLimit},
	{"J23", "[" + strings.Repeat("1,", 524_288) + "1]", batchLimit},
	{"J23", "[" + strings.Repeat("1,", 524_288), batchLimit},
	{"J23", "[" + strings.Repeat(`{"jsonrpc":"2.0","method":"count"},`, 1000) + "1]", batchLimit},
	{"J23", echo(strings.Repeat("1,", 9_998) + "1"), "ok 1"},
	{"J23", echo(strings.Repeat("1,", 9_999) + "1"), "1008 values 10000 null"},
	{"J23", echo(strings.Repeat("[],", 9_998) + "1"), "ok 1"},

	{"J25", `[{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"nosuch"},{"jsonrpc":"2.0","method":"boom"}]`, "none"},
	{"J25", "[" + strings.Repeat(`{"jsonrpc":"2.0","method":"echo"},`, 999) + `{"jsonrpc":"2.0","method":"echo"}]`, "none"},

	{"J27", `{"jsonrpc":"2.0","id":99,"result":1}`, "none"},
	{"J27", `{"jsonrpc":"2.0","id":99,"error":{"code":-32603,"message":"x"}}`, "none"},
	{"J27", `{"jsonrpc":"2.0","id":99,"result":1,"error":null}`, "none"},
	{"J27", `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}`, "none"},
	{"J27", `{"jsonrpc":"2.0","id":{},"result":1}`, "none"},
	{"J27", `[{"jsonrpc":"2.0","id":99,"result":1},` + call("count", 1) + `]`, "[ok 1]"},
	{"J27", `{"jsonrpc":"2.0","id":1,"method":"count","result":1,"error":2}`, "ok 1"},

	{"J31", echo(`"` + strings.Repeat(`\u0000`, 64<<10/6) + `"`), "ok 1"},
	{"J31", echo(`"` + strings.Repeat(`\ud83d\ude00`, 64<<10/12) + `"`), "ok 1"},
	{"J31", `{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat(`\u0061`, 64<<10/6) + `"}`, "-32601 1"},
	{"J31", `{"` + strings.Repeat(`\u0061`, 64<<10/6) + `":1,"jsonrpc":"2.0","id":1,"method":"echo"}`, "ok 1"},
	{"J31", echo(`"` + strings.Repeat("\U0001F600", 64<<10/4) + `"`), "ok 1"},
	{"J31", echo(strings.Repeat(" ", 64<<10) + "1"), "ok 1"},
	{"J31", echo(strings.Repeat("9", 64)), "ok 1"},
	{"J31", echo(strings.Repeat("9", 65)), "1008 literal 64 null"},
	{"J31", echo("1e" + strings.Repeat("9", 1<<16)), "1008 literal 64 null"},
	{"J31", echo("0." + strings.Repeat("0", 1<<16)), "1008 literal 64 null"},
}

func TestTextsThatAreTooLarge(t *testing.T) {
	for i, h := range tooLarge {
		got := converse(t, h.text)
		switch h.want {
		case "none":
			require.Empty(t, got, "%s, number %d: %.200q", h.row, i, h.text)
		case "": // a batch of 1,000
			require.Len(t, got, 1)
			require.Equal(t, 1000, strings.Count(got[0], "ok "), got[0])
		default:
			require.Equal(t, []string{h.want}, got, "%s, number %d: %.200q", h.row, i, h.text)
		}
	}
}

// TestScanningEndsWhereItFails: the place in the message shows that what is too
// deep, too many or too long is not read to its end.
func TestScanningEndsWhereItFails(t *testing.T) {
	for text, at := range map[string]string{
		strings.Repeat("[", 1<<20):                                  "at byte 32",
		strings.Repeat(`{"a":`, 1<<18):                              "at byte 160",
		"[" + strings.Repeat(strings.Repeat("[", 9_990), 50):        "at byte 32",
		"[" + strings.Repeat("1,", 1<<20):                           "batch has more than 1000 members",
		`[{"jsonrpc":"2.0","x":1,"x":` + strings.Repeat("[", 1<<20): "at byte 24",
	} {
		g := newGame()
		w := &wire{}
		give(g.server, g.server.Connect(w, rpc.Drive), text)
		pump(g.server)
		require.Contains(t, w.take(), at)
	}
}

// TestNumbersBeyondAFloat are the rows J07: what a float cannot hold is refused,
// and the old value kept.
func TestNumbersBeyondAFloat(t *testing.T) {
	var s rpc.Server
	type params struct {
		Value  float64   `json:"value"`
		Small  float32   `json:"small,omitempty"`
		Others []float64 `json:"others,omitempty"`
	}
	kept := params{Value: 9.8}
	rpc.Handle(&s, rpc.Method{Name: "set"}, func(_ *rpc.Call, p params) (rpc.Void, error) { kept = p; return rpc.Void{}, nil })
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	set := func(params string) string {
		give(&s, p, `{"jsonrpc":"2.0","id":1,"method":"set","params":`+params+`}`)
		pump(&s)
		return outcome(t, w.take())
	}
	for _, params := range []string{
		`[1e400]`, `[-1e400]`, `[1E99999999]`, `[1e309]`, `[-1.8e308]`, `["1"]`, `["1e5"]`, `[""]`, `["nan"]`, `["+Infinity"]`, `["inf"]`, `[null]`,
		`[true]`, `[[1]]`, `[{}]`, `[1,1e39]`, `[1,2,[3,1e400]]`, `{"value":1,"others":[1,null]}`, `{"value":1,"others":{"0":1}}`,
	} {
		require.Equal(t, "-32602 1", set(params), params)
		require.Equal(t, 9.8, kept.Value, params)
	}
	for params, want := range map[string]string{
		`[1.7976931348623157e308]`: "1.7976931348623157e+308", `[1e-400]`: "0", `[-1e-400]`: "-0", `[5e-324]`: "5e-324", `[0.1]`: "0.1",
		`["NaN"]`: "NaN", `["-Infinity"]`: "-Inf", `[-0]`: "-0", `[1E+2]`: "100",
		`[123456789012345678901234567890123456789012345678901234567890.25]`: "1.2345678901234567e+59",
	} {
		require.Equal(t, "ok 1", set(params), params)
		require.Equal(t, want, fmt.Sprint(kept.Value), params)
	}
}

// TestIds are the rows J15 and J17. An id is echoed as the bytes that came, so
// that all numbers are ids, and two in flight are the same when their bytes are.
func TestIds(t *testing.T) {
	later := func(id string) string {
		return `{"jsonrpc":"2.0","id":` + id + `,"method":"later","params":[1]}`
	}
	for _, id := range []string{"9007199254740993", "18446744073709551616", "1.5", "-0", "1e400", `""`, `"\u0041"`, "null"} {
		require.Equal(t, []string{"ok " + id}, converse(t, `{"jsonrpc":"2.0","id":`+id+`,"method":"echo"}`))
	}
	for _, id := range []string{"true", "false", "[]", "{}", "[1]", `{"id":1}`} {
		require.Equal(t, []string{invalid}, converse(t, `{"jsonrpc":"2.0","id":`+id+`,"method":"echo"}`), id)
		require.Equal(t, []string{"[" + invalid + ", ok 1]"}, converse(t, `[{"jsonrpc":"2.0","id":`+id+`,"method":"echo"},`+echo("1")+`]`), id)
	}
	require.Equal(t, []string{"1008 id 128 null"}, converse(t, `{"jsonrpc":"2.0","id":"`+strings.Repeat("x", 1<<16)+`","method":"echo"}`))

	require.Equal(t, []string{"-32600 1"}, converse(t, later("1"), later("1")), "J17")
	require.Equal(t, []string{"-32600 1"}, converse(t, later("1"), call("count", 1)), "another method")
	require.Empty(t, converse(t, later("1"), later("1.0"), later(`"1"`), later("null"), later("null")), "these differ; null is no name")
	require.Empty(t, converse(t, later("1"), "["+later("2")+"]"))
	require.Empty(t, converse(t, "["+later("1")+","+later("1")+"]"), "the batch waits for the first")
	require.Equal(t, []string{"-32800 1", "ok 1"}, converseIn(t, later("1"), `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}`, call("count", 1)), "free when it is taken back")
	two := newGame()
	a, b := &wire{}, &wire{}
	give(two.server, two.server.Connect(a, rpc.Drive), later("1"))
	give(two.server, two.server.Connect(b, rpc.Drive), later("1"))
	pump(two.server)
	two.endFrame()
	two.server.Flush()
	require.Equal(t, "ok 1 ok 1", outcome(t, a.take())+" "+outcome(t, b.take()), "each client has ids of its own")
}

// converseIn is converse with a frame for each text.
func converseIn(t *testing.T, texts ...string) (outcomes []string) {
	g := newGame()
	w := &wire{}
	p := g.server.Connect(w, rpc.Drive)
	for _, text := range texts {
		give(g.server, p, text)
		pump(g.server)
	}
	for _, line := range w.lines {
		outcomes = append(outcomes, outcome(t, line))
	}
	return outcomes
}

// TestMethodNames are the rows J19: no name is looked up anywhere but in the table
// of methods, and errors repeat at most a part of it.
func TestMethodNames(t *testing.T) {
	for _, name := range []string{
		``, ` `, `rpc.x`, `rpc.`, `../x`, `../../etc/passwd`, `/echo`, `echo/`, `toString`, `__proto__`, `constructor`, `hasOwnProperty`,
		`Echo`, `ECHO`, ` echo`, `echo `, `echo\n`, `echo\u0000`, `\u0000echo`, "echo\u200b", "\u202eohce", "\uff45cho", "\u0435cho", `echo()`, `echo;count`,
		`*`, `%s%n`, `$`, `$/`, `$/cancelrequest`, `${echo}`, `<script>`, `session.login\u0000`, strings.Repeat("x", 129), strings.Repeat("echo.", 200_000),
		strings.Repeat("\U0001F600", 1<<18),
	} {
		require.Equal(t, []string{"-32601 1"}, converse(t, `{"jsonrpc":"2.0","id":1,"method":"`+name+`"}`), "%.100q", name)
		require.Empty(t, converse(t, `{"jsonrpc":"2.0","method":"`+name+`"}`), "%.100q", name)
	}
}

// TestGroupNames are the rows J41.
func TestGroupNames(t *testing.T) {
	for name, want := range map[string]string{
		``: "-32602 1", ` `: "-32602 1", `*`: "-32602 1", `../`: "-32602 1", `..`: "-32602 1", `/`: "-32602 1", `a b`: "-32602 1", `a*`: "-32602 1",
		`a\u0000`: "-32602 1", `a\n`: "-32602 1", "\u00e9": "-32602 1", `-a`: "-32602 1", `.a`: "-32602 1", `<b>`: "-32602 1", `%2e`: "-32602 1",
		strings.Repeat("a", 129): "-32602 1", strings.Repeat("a", 1<<20): "-32602 1",
		`a`: "ok 1", `0`: "ok 1", `a/b/../c`: "ok 1", `level:1`: "ok 1", `A.b_c-d`: "ok 1", strings.Repeat("a", 128): "ok 1", `toString`: "ok 1", `constructor`: "ok 1",
	} {
		require.Equal(t, []string{want}, converse(t, `{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"s","topic":"`+name+`"}}`), "%.100q", name)
	}
	for _, name := range []string{``, `*`, `../`, strings.Repeat("a", 1<<20)} {
		got := converse(t, `{"jsonrpc":"2.0","id":1,"method":"topic.publish","params":["`+name+`",1]}`)
		require.Contains(t, []string{"-32602 1", "1004 1"}, got[0], "%.100q", name)
	}
}

// TestPseudonyms are the rows J43: a name is refused that people could take for
// another, or for the game.
func TestPseudonyms(t *testing.T) {
	const refused, taken, fine = "-32602 1", "1002 1", "ok 1"
	for name, want := range map[string]string{
		`x`: fine, `Anna-2`: fine, `a.b_c`: fine, `Jürgen Müller`: fine, `李雷`: fine, `नमस्ते`: fine, `7`: fine, strings.Repeat("é", 32): fine,
		` `: refused, ` a`: refused, `a `: refused, `a  b`: refused, strings.Repeat("a", 33): refused, strings.Repeat("a", 1<<10): refused, strings.Repeat("a", 1<<20): refused,
		`server`: refused, `Server`: refused, `ADMIN`: refused, `game`: refused, `console`: refused, `system`: refused, "\u017ferver": refused,
		"a\u200bb": refused, "a\u200db": refused, "a\u2060b": refused, "\ufeffa": refused, "a\u00adb": refused, "\u202eanna": refused, "anna\u200f": refused, "a\u2066b": refused,
		`a\u0000`: refused, `a\nb`: refused, `a\tb`: refused, "a\u00a0b": refused, "a\u3000b": refused, "\u0301a": refused, "a \u0301": refused,
		"a\ufe0f": refused, "a\u034fb": refused, "a\u180b": refused, "a\U000e0100": refused, // marks that nobody sees
		"anna\u3164": refused, "\u115f": refused, "\uffa0a": refused, "a\u17b5": refused, // letters that nobody sees
		"\U0001F600": refused, `<img src=x>`: refused, `a/b`: refused, `"`: refused, `a\\b`: refused, `%s`: refused, `a,b`: refused,
		`other`: taken, `OTHER`: taken, `Other`: taken, "other\u3164": refused, "other\ufe0f": refused,
	} {
		name = strings.NewReplacer(`"`, `\"`).Replace(name)
		g := newGame()
		w := &wire{}
		other, p := g.server.Connect(&wire{}, rpc.View), g.server.Connect(w, rpc.View)
		give(g.server, other, `{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"name":"other"}}`)
		give(g.server, p, `{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"name":"`+name+`"}}`)
		pump(g.server)
		require.Equal(t, want, outcome(t, w.take()), "%.100q", name)
		if want != fine {
			require.Equal(t, "guest-2", p.Name(), "%.100q", name)
		}
	}
}

// TestManyLargeAnswers is row J45: what is echoed is not kept without bound for a
// client that does not read. What waits is its own questions, which the program
// bounds, and they are served in order when it reads again.
func TestManyLargeAnswers(t *testing.T) {
	g := newGame()
	w := &wire{}
	p := g.server.Connect(w, rpc.Drive)
	large := strings.Repeat("x", 64<<10)
	const n = 40
	for i := range n {
		give(g.server, p, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"echo","params":["%s"]}`, i, large))
	}
	for served := 0; served < n; {
		w.backlog = 0
		g.server.Dispatch(time.Time{})
		g.server.Flush()
		size := 0
		for _, line := range w.lines {
			require.Equal(t, fmt.Sprintf("ok %d", served), outcome(t, line))
			size += len(line)
			served++
		}
		require.NotZero(t, size)
		require.LessOrEqual(t, size, 256<<10+2*64<<10, "answers of one turn")
		w.lines = nil
		w.backlog = size + 256<<10 // unread
		waiting, _ := p.Queued()
		g.server.Dispatch(time.Time{})
		g.server.Flush()
		require.Empty(t, w.lines)
		still, _ := p.Queued()
		require.Equal(t, waiting, still)
	}
}
