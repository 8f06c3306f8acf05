package rpc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// fuzzLimits are small enough for fuzzing to pass them.
var fuzzLimits = rpc.Limits{MaxBatch: 4, MaxDepth: 6, MaxValues: 20}

// envelopeTokens are pieces of requests.
var envelopeTokens = []string{
	`{`, `}`, `[`, `]`, `,`, `:`, ` `, "\n", `{"jsonrpc":"2.0",`, `"jsonrpc":"2.0"`, `"jsonrpc":"2\u002e0"`, `"jsonrpc":2.0`, `"jsonrpc":"1.0"`, `"jsonrpc":`,
	`"method":"echo"`, `"method":"ech\u006f"`, `"\u006dethod":"echo"`, `"method":"Echo"`, `"method":null`, `"method":5`, `"method":"`, `"method":`,
	`"params":[1]`, `"params":{"a":[1,"x"]}`, `"params":null`, `"params":"x"`, `"params":`, `"params":[`, `"params":{`,
	`"id":1`, `"id":-0.0`, `"id":1e400`, `"id":9007199254740993`, `"id":"\u0041"`, `"id":null`, `"id":true`, `"id":[]`, `"id":{}`, `"id":"`, `"id":`, `"\u0069d":2`,
	`"result":1`, `"error":{"code":1,"message":""}`, `"x":[[[1]]]`, `"":`, `"`, `null`, `1`, `"echo"`, `[],`, `[1,2,3],`, `{"a":{"b":`, `}}`, `]]]`, `\`, "\xff", "é",
	strings.Repeat("1", 65), `"` + strings.Repeat("i", 127) + `"`, `"` + strings.Repeat("i", 126) + `"`, `[[[[`, `{"jsonrpc":"2.0","id":7,"method":"echo"}`,
}

// checkEnvelope demands that a text is answered as the oracle says. Texts that
// name another method than echo are FuzzServer's to judge.
func checkEnvelope(t *testing.T, builtIn map[string]bool, text []byte) {
	if names(text, builtIn) {
		return
	}
	o := oracle{limits: fuzzLimits}
	want, err := o.text(text)
	var s rpc.Server
	w := &wire{}
	p := s.Connect(w, rpc.Drive)
	s.Receive(p, rpc.Parse(bytes.Clone(text), fuzzLimits))
	s.Dispatch(time.Time{})
	s.Flush()
	require.True(t, p.Idle())
	if want == "none" {
		require.Empty(t, w.lines, "%q", text)
		return
	}
	require.Len(t, w.lines, 1, "%q", text)
	got := outcome(t, w.lines[0])
	switch {
	case errors.Is(err, errUnsure):
		require.True(t, got == "-32700 null" || strings.HasPrefix(got, "1008 "), "%q: %s", text, got)
		require.True(t, strings.HasSuffix(got, " null"), "%q: %s", text, got)
	case want == "1008":
		require.Regexp(t, `^1008 (batch 4|depth 6|values 20|literal 64) null$`, got, "%q", text)
	default:
		require.NoError(t, err)
		require.Equal(t, want, got, "%q", text)
		checkEcho(t, text, w.lines[0])
	}
}

// builtIn lists the methods of an empty server that the oracle does not know.
func builtIn(f *testing.F) map[string]bool {
	var doc struct{ Methods []struct{ Name string } }
	require.NoError(f, json.Unmarshal(new(rpc.Server).Discover(), &doc))
	list := map[string]bool{}
	for _, m := range doc.Methods {
		list[m.Name] = m.Name != "echo"
	}
	return list
}

// names reports whether a text names one of some methods.
func names(text []byte, methods map[string]bool) bool {
	var members []map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		members = make([]map[string]json.RawMessage, 1)
		_ = json.Unmarshal(text, &members[0])
	}
	return slices.ContainsFunc(members, func(m map[string]json.RawMessage) bool { return methods[textOf(m["method"])] })
}

// checkEcho demands that results are the bytes of the params.
func checkEcho(t *testing.T, text []byte, line string) {
	if line[0] == '[' {
		return
	}
	var question, answer map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(line), &answer))
	if answer["result"] == nil {
		return
	}
	require.NoError(t, json.Unmarshal(text, &question))
	want := question["params"]
	if want == nil {
		want = json.RawMessage("null")
	}
	require.Equal(t, string(want), string(answer["result"]))
}

// transcribed lists what clients send in testdata/spec-*.txt.
func transcribed(f *testing.F) (texts []string) {
	files, err := filepath.Glob("testdata/spec-*.txt")
	require.NoError(f, err)
	for _, file := range files {
		script, err := os.ReadFile(file)
		require.NoError(f, err)
		for line := range strings.Lines(string(script)) {
			if text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "> "); ok {
				texts = append(texts, text)
			}
		}
	}
	require.NotEmpty(f, texts)
	return texts
}

// FuzzEnvelope: a text is answered as an oracle says that is written with
// encoding/json in the simplest way.
func FuzzEnvelope(f *testing.F) {
	for _, s := range slices.Concat(seeds, transcribed(f)) {
		f.Add([]byte(s))
	}
	for _, h := range noRequests {
		f.Add([]byte(h.text))
	}
	methods := builtIn(f)
	f.Fuzz(func(t *testing.T, text []byte) { checkEnvelope(t, methods, text) })
}

// FuzzEnvelopeTokens is FuzzEnvelope with whole tokens for bytes.
func FuzzEnvelopeTokens(f *testing.F) {
	f.Add([]byte{8, 14, 4, 29, 4, 22, 1})
	f.Add([]byte{2, 8, 14, 4, 33, 1, 4, 61, 4, 47, 4, 8, 17, 4, 34, 1, 3})
	f.Add([]byte{8, 14, 4, 39, 58, 1})
	f.Add([]byte{8, 14, 4, 39, 59, 1})
	f.Add([]byte{8, 14, 4, 39, 57, 1})
	f.Add([]byte{2, 61, 4, 61, 4, 61, 4, 61, 4, 61, 3})
	f.Add([]byte{8, 41, 4, 29, 1})
	f.Add([]byte{8, 14, 4, 26, 60, 47, 53, 3, 4, 29, 1})
	methods := builtIn(f)
	f.Fuzz(func(t *testing.T, choices []byte) { checkEnvelope(t, methods, assemble(envelopeTokens, choices)) })
}
