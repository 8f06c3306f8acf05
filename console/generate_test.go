package console

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

var update = flag.Bool("update", false, "write the generated files anew")

// What is read of the OpenRPC document.
type (
	document struct {
		Methods    []described
		Topics     []described `json:"x-topics"`
		Components struct{ Schemas map[string]*schema }
	}
	described struct {
		Name, Summary, Lane, Policy string
		Rate                        float64
		Role                        string `json:"x-role"`
		Params                      []param
		Result                      struct{ Schema *schema }
		Event, Snapshot             *schema
		Errors                      []struct {
			Code    int
			Message string
		}
	}
	param struct {
		Name, Description string
		Required          bool
		Schema            *schema
	}
	schema struct {
		Ref         string `json:"$ref"`
		Type        any
		Description string
		Unit        string `json:"x-unit"`
		Enum        []any
		AnyOf       []*schema
		Items       *schema
		Properties  map[string]*schema
		Required    []string
		Additional  json.RawMessage `json:"additionalProperties"`
		order       []string
	}
)

// UnmarshalJSON also keeps the order of the properties, which is that of the Go
// struct.
func (s *schema) UnmarshalJSON(data []byte) error {
	type plain schema
	if err := json.Unmarshal(data, (*plain)(s)); err != nil {
		return err
	}
	var raw struct{ Properties json.RawMessage }
	if err := json.Unmarshal(data, &raw); err != nil || raw.Properties == nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(raw.Properties)))
	d.Token()
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		s.order = append(s.order, name.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			return err
		}
	}
	return nil
}

// TestGeneratedFilesAreFresh compares PROTOCOL.md and the types of the dashboard and
// of the client with what the methods say of themselves; with -update it writes them.
func TestGeneratedFilesAreFresh(t *testing.T) {
	p := newProbe(t, new(Console))
	raw, f := p.call("rpc.discover", `{}`)
	require.Nil(t, f)
	var doc document
	require.NoError(t, json.Unmarshal(raw, &doc))
	head, err := os.ReadFile("testdata/protocol.md")
	require.NoError(t, err)
	for path, want := range map[string]string{
		"../PROTOCOL.md":                string(head) + doc.markdown(),
		"../webui/app/src/core/wire.ts": doc.typescript(),
		"../webui/client/wire.d.ts":     doc.declarations(),
	} {
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
			continue
		}
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		line, is, should := firstDifference(string(got), want)
		require.Zero(t, line, "%s is stale, run go generate ./console; line %d is %q and should be %q", path, line, is, should)
	}
}

// firstDifference returns the number of the first line that differs, from 1, or 0.
func firstDifference(got, want string) (line int, is, should string) {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		is, should = "", ""
		if i < len(a) {
			is = a[i]
		}
		if i < len(b) {
			should = b[i]
		}
		if is != should || i >= len(a) || i >= len(b) {
			return i + 1, is, should
		}
	}
	return 0, "", ""
}

func (d *document) markdown() string {
	var b strings.Builder
	b.WriteString("\n## Error codes\n\n| code | kind |\n|---|---|\n")
	for _, c := range codes(d.Methods) {
		fmt.Fprintf(&b, "| %d | %s |\n", c, rpc.Code(c))
	}
	b.WriteString("\n## Methods\n\n`?` marks what may be left out. The role is the least that may call.\n\n| method | params | result | role | errors |\n|---|---|---|---|---|\n")
	for _, m := range d.Methods {
		errs := []string{}
		for _, e := range m.Errors {
			errs = append(errs, fmt.Sprint(e.Code))
		}
		fmt.Fprintf(&b, "| `%s`<br>%s | %s | %s | %s | %s |\n", m.Name, m.Summary, m.params(cell), cell(m.Result.Schema), m.Role, strings.Join(errs, ", "))
	}
	b.WriteString("\n## Topics\n\nA rate of 0 is every frame.\n\n| topic | params | snapshot | event | lane | rate | policy |\n|---|---|---|---|---|---|---|\n")
	for _, t := range d.Topics {
		fmt.Fprintf(&b, "| `%s`<br>%s | %s | %s | %s | %s | %v | %s |\n", t.Name, t.Summary, t.params(cell), cell(t.Snapshot), cell(t.Event), t.Lane, t.Rate, t.Policy)
	}
	b.WriteString("\n## Types\n")
	for _, name := range d.types() {
		fmt.Fprintf(&b, "\n### %s\n\n| member | type | |\n|---|---|---|\n", title(name))
		s := d.Components.Schemas[name]
		for _, member := range s.order {
			m := s.Properties[member]
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", member+optional(s, member), cell(m), m.words())
		}
	}
	return b.String()
}

func codes(methods []described) (all []int) {
	all = []int{int(rpc.ParseError), int(rpc.InvalidRequest), int(rpc.MethodNotFound), int(rpc.InvalidParams), int(rpc.InternalError), int(rpc.Cancelled), int(rpc.Failed)}
	for c := rpc.LoginRequired; c <= rpc.Busy; c++ {
		all = append(all, int(c))
	}
	for _, m := range methods {
		for _, e := range m.Errors {
			all = append(all, e.Code)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (d *document) types() []string {
	names := []string{}
	for name := range d.Components.Schemas {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(title(a), title(b)) })
	return names
}

// typescript is the dashboard's module: the client's types, and the names of the methods.
func (d *document) typescript() string {
	var b strings.Builder
	b.WriteString(generatedNote + "\nexport type * from '../../../client/wire';\n")
	b.WriteString("\n/** Every method's name: what a game answers beside them is its own. */\nexport const methodNames: readonly string[] = [\n")
	for _, m := range d.Methods {
		fmt.Fprintf(&b, "  '%s',\n", m.Name)
	}
	b.WriteString("];\n")
	return b.String()
}

const generatedNote = "// Generated from the Go types by go generate ./console. Do not edit.\n"

// declarations are the types of all that goes over the wire.
func (d *document) declarations() string {
	var out strings.Builder
	b := &out
	b.WriteString(generatedNote)
	for _, name := range d.types() {
		s := d.Components.Schemas[name]
		fmt.Fprintf(b, "\nexport interface %s {\n", title(name))
		for _, member := range s.order {
			m := s.Properties[member]
			if w := m.words(); w != "" {
				fmt.Fprintf(b, "  /** %s */\n", w)
			}
			fmt.Fprintf(b, "  %s%s: %s;\n", member, optional(s, member), ts(m))
		}
		b.WriteString("}\n")
	}
	b.WriteString("\n/** Every method of the wire. */\nexport interface Methods {\n")
	for _, m := range d.Methods {
		fmt.Fprintf(b, "  /** %s */\n  '%s': { params: %s; result: %s };\n", m.Summary, m.Name, m.params(ts), ts(m.Result.Schema))
	}
	b.WriteString("}\n\n/** Every topic of the server. */\nexport interface Topics {\n")
	for _, t := range d.Topics {
		fmt.Fprintf(b, "  /** %s */\n  %s: { params: %s; snapshot: %s; event: %s; lane: '%s' };\n", t.Summary, t.Name, t.params(ts), ts(t.Snapshot), ts(t.Event), t.Lane)
	}
	b.WriteString("}\n")
	return out.String()
}

// params writes the params as one object type.
func (m *described) params(write func(*schema) string) string {
	if len(m.Params) == 0 {
		if strings.HasPrefix(write(&schema{Type: "null"}), "`") {
			return ""
		}
		return "Record<string, never>"
	}
	parts := []string{}
	for _, p := range m.Params {
		mark := ""
		if !p.Required {
			mark = "?"
		}
		parts = append(parts, p.Name+mark+": "+strings.Trim(write(p.Schema), "`"))
	}
	if write(&schema{Type: "null"}) == "null" {
		return "{ " + strings.Join(parts, "; ") + " }"
	}
	return "`{" + strings.Join(parts, ", ") + "}`"
}

func optional(s *schema, member string) string {
	if slices.Contains(s.Required, member) {
		return ""
	}
	return "?"
}

// words is what is said of a member: its help and its unit.
func (s *schema) words() string {
	switch {
	case s.Unit == "":
		return s.Description
	case s.Description == "":
		return s.Unit
	}
	return s.Unit + "; " + s.Description
}

// cell is a type in a table of PROTOCOL.md.
func cell(s *schema) string {
	t := ts(s)
	if t == "null" && s == nil {
		return ""
	}
	return "`" + strings.ReplaceAll(t, "|", "\\|") + "`"
}

// ts is a type in TypeScript.
func ts(s *schema) string {
	switch {
	case s == nil:
		return "null"
	case s.Ref != "":
		return title(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:])
	case len(s.Enum) > 0:
		parts := []string{}
		for _, e := range s.Enum {
			quote := ""
			if _, text := e.(string); text {
				quote = "'"
			}
			parts = append(parts, fmt.Sprintf("%s%v%s", quote, e, quote))
		}
		return strings.Join(parts, " | ")
	case len(s.AnyOf) > 0:
		parts := []string{}
		for _, t := range s.AnyOf {
			parts = append(parts, ts(t))
		}
		return strings.Join(parts, " | ")
	}
	switch s.Type {
	case "string":
		return "string"
	case "integer", "number":
		return "number"
	case "boolean":
		return "boolean"
	case "null":
		return "null"
	case "array":
		if item := ts(s.Items); strings.Contains(item, " ") {
			return "(" + item + ")[]"
		} else {
			return item + "[]"
		}
	case "object":
		var value *schema
		if json.Unmarshal(s.Additional, &value) == nil && value != nil {
			return "Record<string, " + ts(value) + ">"
		}
		return "Record<string, unknown>"
	}
	return "unknown"
}

// title makes the name of a type that is not exported look like the others.
func title(name string) string {
	r := []rune(name)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
