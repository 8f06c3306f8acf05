package rpc_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

type tree struct {
	Name  string `json:"name" help:"unique among its siblings"`
	Nodes []tree `json:"nodes,omitempty"`
}

type page[T any] struct {
	Rows  []T `json:"rows"`
	Total int `json:"total" unit:"rows"`
}

type queryParams struct {
	Where string         `json:"where,omitempty" help:"an expression"`
	Limit int            `json:"limit,omitempty" min:"1" max:"1000"`
	Sort  string         `json:"sort,omitempty" enum:"name,-name"`
	Wait  *time.Duration `json:"wait" max:"2s"`
	Extra map[string]any `json:"extra,omitempty"`
	Big   uint64         `json:"big,string,omitempty"`
	Word  described      `json:"word,omitzero"`
}

type described struct{ s string }

func (d described) AppendJSON(dst []byte) []byte { return rpc.AppendString(dst, d.s) }

func (described) JSONSchema() json.RawMessage {
	return json.RawMessage(`{"type":"string","maxLength":9}`)
}

func (d *described) UnmarshalJSON(b []byte) error { return rpc.Decode(b, &d.s) }

func discoverServer() *rpc.Server {
	s := &rpc.Server{Name: "test game", Version: "1.2"}
	rpc.Handle(s, rpc.Method{
		Name: "world.list", Help: "the entities", Role: rpc.View, Errors: []rpc.Code{rpc.OutOfRange, rpc.NotFound, rpc.NotFound},
	}, func(*rpc.Call, queryParams) (page[tree], error) { return page[tree]{}, nil })
	rpc.Open[queryParams, []pose](s, rpc.Topic{Name: "world", Help: "what changed", Rate: 10, Policy: rpc.Sample}, nil)
	rpc.Open[rpc.Void, rpc.Void](s, rpc.Topic{Name: "display", Binary: 2, Role: rpc.Edit}, nil)
	return s
}

// TestDiscover compares the document with testdata/discover.json, which
// outside/discover.test.mjs holds against the validators of OpenRPC.
func TestDiscover(t *testing.T) {
	s := discoverServer()
	var got bytes.Buffer
	require.NoError(t, json.Indent(&got, s.Discover(), "", "\t"))
	got.WriteByte('\n')
	if *update {
		require.NoError(t, os.WriteFile("testdata/discover.json", got.Bytes(), 0o644))
	}
	want, err := os.ReadFile("testdata/discover.json")
	require.NoError(t, err)
	a, b := strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")
	for i := range min(len(a), len(b)) {
		require.Equal(t, a[i], b[i], "testdata/discover.json:%d", i+1)
	}
	require.Equal(t, len(a), len(b))

	w := &wire{}
	p := s.Connect(w, rpc.View)
	give(s, p, call("rpc.discover", 1))
	pump(s)
	require.Equal(t, `{"jsonrpc":"2.0","id":1,"result":`+string(s.Discover())+"}", w.take())
}

// TestDiscoverIsWhole: sorted, every reference leads somewhere, and the document
// is made anew when a method comes.
func TestDiscoverIsWhole(t *testing.T) {
	s := discoverServer()
	s.Discover()
	rpc.Handle(s, rpc.Method{Name: "another"}, func(*rpc.Call, rpc.Void) (rpc.Void, error) { return rpc.Void{}, nil })
	var doc struct {
		Methods []struct {
			Name   string
			Params []struct{ Name string }
			Role   string `json:"x-role"`
		}
		Topics     []struct{ Name, Lane string } `json:"x-topics"`
		Components struct{ Schemas map[string]any }
	}
	require.NoError(t, json.Unmarshal(s.Discover(), &doc))
	var names []string
	for _, m := range doc.Methods {
		names = append(names, m.Name)
		require.Contains(t, []string{"view", "edit", "drive"}, m.Role)
	}
	require.True(t, slices.IsSorted(names))
	for _, name := range []string{
		"session.login", "session.list", "echo", "client.send", "topic.list", "topic.publish", "sub.open", "sub.ack", "sub.close",
		"rpc.discover", "$/cancelRequest", "world.list", "another",
	} {
		require.Contains(t, names, name)
	}
	for part := range strings.SplitSeq(string(s.Discover()), `"$ref":"#/components/schemas/`) {
		name, _, _ := strings.Cut(part, `"`)
		if name != "{" {
			require.Contains(t, doc.Components.Schemas, name)
		}
	}
	require.Len(t, doc.Topics, 5)
}

// TestDurationsAreWhatTheSchemaSays: the pattern takes what Decode takes.
func TestDurationsAreWhatTheSchemaSays(t *testing.T) {
	var doc struct {
		Methods []struct {
			Name   string
			Params []struct {
				Name   string
				Schema struct{ AnyOf []struct{ Pattern string } }
			}
		}
	}
	require.NoError(t, json.Unmarshal(discoverServer().Discover(), &doc))
	pattern := ""
	for _, m := range doc.Methods {
		for _, p := range m.Params {
			if m.Name == "world.list" && p.Name == "wait" {
				pattern = p.Schema.AnyOf[0].Pattern
			}
		}
	}
	says, err := regexp.Compile(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, pattern)
	for _, text := range []string{
		"0", "-0", "+0", "00", "0s", "16ms", "1h2m3.5s", "1.s", ".5s", "-.5s", "+1us", "1\u00b5s", "1\u03bcs", "5ns5ns", "1m1h",
		"", " ", ".", "-", "+", "s", ".s", "1", "1.5", "16 ms", "16ms ", "\n16ms", "16ms\n", "1e3s", "1d", "1S", "--1s", "1s-1s", "1..5s", "0x1s", "\u0661s",
	} {
		raw, err := rpc.Append(nil, text)
		require.NoError(t, err)
		var d time.Duration
		require.Equal(t, rpc.Decode(raw, &d) == nil, says.MatchString(text), "%q", text)
	}
}
