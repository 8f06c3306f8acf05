package console

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/scry-dev/scry/rpc"
)

// shown is what a command returned, for people and for programs: a single value is a
// text, anything else data, and a table of it.
func shown(v any) (text string, data json.RawMessage, err error) {
	if v == nil {
		return "", nil, nil
	}
	if s, ok := v.(string); ok {
		return s, nil, nil
	}
	raw, err := rpc.Append(nil, v)
	if err != nil || string(raw) == "null" {
		return "", nil, err
	}
	if raw[0] != '[' && raw[0] != '{' {
		return cellText(raw), nil, nil
	}
	return tableText(raw), raw, nil
}

// tableText lays data out: an array of objects as a table, an object as its members.
func tableText(raw json.RawMessage) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if raw[0] == '{' {
		for _, m := range members(raw) {
			w.Write([]byte(m.key + "\t" + cellText(m.value) + "\n"))
		}
		w.Flush()
		return b.String()
	}
	var rows []json.RawMessage
	if json.Unmarshal(raw, &rows) != nil {
		return string(raw)
	}
	var columns []string
	cells := make([]map[string]string, len(rows))
	for i, row := range rows {
		cells[i] = make(map[string]string)
		if row[0] != '{' {
			w.Write([]byte(cellText(row) + "\n"))
			continue
		}
		for _, m := range members(row) {
			if !slices.Contains(columns, m.key) {
				columns = append(columns, m.key)
			}
			cells[i][m.key] = cellText(m.value)
		}
	}
	if len(columns) > 0 {
		w.Write([]byte(strings.Join(columns, "\t") + "\n"))
		for _, row := range cells {
			line := make([]string, len(columns))
			for i, c := range columns {
				line[i] = row[c]
			}
			w.Write([]byte(strings.Join(line, "\t") + "\n"))
		}
	}
	w.Flush()
	return trailing.ReplaceAllString(b.String(), "")
}

// trailing are the blanks behind a line whose last cells are empty.
var trailing = regexp.MustCompile(`(?m) +$`)

// member is one of an object's, in its order.
type member struct {
	key   string
	value json.RawMessage
}

func members(raw json.RawMessage) []member {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.Token()
	var list []member
	for d.More() {
		key, err := d.Token()
		var m member
		m.key, _ = key.(string)
		if err != nil || d.Decode(&m.value) != nil {
			break
		}
		list = append(list, m)
	}
	return list
}

// cellText is a value in a table. A vector is as it is typed.
func cellText(raw json.RawMessage) string {
	var s string
	var numbers []json.Number
	switch {
	case raw[0] == '[' && json.Unmarshal(raw, &numbers) == nil && len(numbers) <= 4:
		parts := make([]string, len(numbers))
		for i, n := range numbers {
			parts[i] = n.String()
		}
		return strings.Join(parts, " ")
	case string(raw) == "null":
		return ""
	case raw[0] == '"' && json.Unmarshal(raw, &s) == nil:
		return strings.NewReplacer("\n", " ", "\t", " ").Replace(s)
	}
	return clipTo(string(raw), 4*maxGot)
}
