package rpc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/scry-dev/scry/rpc"
)

// A verdict is what encoding/json, and nothing of ours, says of a text.
type verdict struct {
	text []byte
	json bool // by RFC 8259, in UTF-8, without duplicate keys and lone surrogates
	deep bool // it nests deeper than allowed
	long bool // a number literal has more than 64 bytes
}

// tooLarge reports whether the text passes a limit, if it is JSON.
func (o *verdict) tooLarge() bool { return o.deep || o.long }

// judge reads a text slowly and in the simplest way.
func judge(text []byte, depth int) verdict {
	o := verdict{text: text}
	if !utf8.Valid(text) || !json.Valid(text) {
		return o
	}
	o.json = !loneSurrogate(string(text))
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var value func(level int)
	value = func(level int) {
		token, err := dec.Token()
		if err != nil {
			return
		}
		if number, ok := token.(json.Number); ok {
			o.long = o.long || len(number) > 64
		}
		if delim, ok := token.(json.Delim); ok {
			o.deep = o.deep || level > depth
			keys := map[string]bool{}
			for dec.More() {
				if delim == '{' {
					key, _ := dec.Token()
					o.json = o.json && !keys[key.(string)]
					keys[key.(string)] = true
				}
				value(level + 1)
			}
			_, _ = dec.Token()
		}
	}
	value(1)
	return o
}

// loneSurrogate reports whether valid JSON escapes half a surrogate pair.
func loneSurrogate(text string) bool {
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 {
			return false
		}
		text = text[i:]
		switch half := surrogate(text); {
		case half == 0:
			text = text[2:] // the rest of an escape of another kind is no escape
		case half > 0 && surrogate(text[6:]) < 0:
			text = text[12:]
		default:
			return true
		}
	}
}

// surrogate returns 1 when a text begins with the escape of a first half of a
// pair, -1 for a second half, and 0 for anything else.
func surrogate(text string) int {
	if !strings.HasPrefix(text, `\u`) || len(text) < 6 {
		return 0
	}
	n, err := strconv.ParseUint(text[2:6], 16, 32)
	switch {
	case err != nil || n < 0xd800 || n > 0xdfff:
		return 0
	case n < 0xdc00:
		return 1
	}
	return -1
}

// An oracle foretells what a text is answered by a server that has the method
// echo and no other, in the words of outcome: "none" when it is not answered.
type oracle struct {
	limits rpc.Limits
	values int  // so far
	over   bool // a limit is passed
}

// errUnsure is what an oracle returns when two answers are right: a text that is
// not JSON and too large may be refused for either.
var errUnsure = errors.New("-32700 or 1008")

func (o *oracle) text(text []byte) (string, error) {
	v := judge(text, o.limits.MaxDepth)
	if !v.json && o.crowded(text) {
		return "", errUnsure
	}
	trimmed := bytes.Trim(text, " \t\r\n")
	var members []json.RawMessage
	batch := v.json && trimmed[0] == '['
	var answers []string
	switch {
	case batch:
		if err := json.Unmarshal(trimmed, &members); err != nil {
			return "", err
		}
		for _, m := range members {
			if a := o.member(m); a != "none" {
				answers = append(answers, a)
			}
		}
		o.over = o.over || len(members) > o.limits.MaxBatch
	case v.json:
		answers = []string{o.member(trimmed)}
	}
	switch {
	case !v.json:
		return "-32700 null", nil
	case v.tooLarge() || o.over:
		return "1008", nil
	case !batch:
		return answers[0], nil
	case len(members) == 0:
		return "-32600 null", nil
	case len(answers) == 0:
		return "none", nil
	}
	return "[" + strings.Join(answers, ", ") + "]", nil
}

// crowded reports whether a text may pass a limit before one can tell that it is
// not JSON.
func (o *oracle) crowded(text []byte) bool {
	brackets, parts := 0, 1
	for _, c := range text {
		switch c {
		case '[', '{':
			brackets++
			parts++
		case ',', ':':
			parts++
		}
	}
	return brackets > o.limits.MaxDepth || parts > min(o.limits.MaxBatch, o.limits.MaxValues) || len(text) > 64
}

// member foretells the answer to one request object: JSON-RPC 2.0, section 4.
func (o *oracle) member(text json.RawMessage) string {
	var m map[string]json.RawMessage
	if text[0] != '{' || json.Unmarshal(text, &m) != nil {
		o.values += count(text)
		o.over = o.over || o.values > o.limits.MaxValues
		return "-32600 null"
	}
	for _, value := range m { // their order does not matter, since none gives anything back
		n := count(value) - 1
		o.over = o.over || o.values+1+n > o.limits.MaxValues
		o.values += n
	}
	id, asked := m["id"]
	method, named := m["method"]
	_, result := m["result"]
	_, failed := m["error"]
	if (result || failed) && !named {
		return "none"
	}
	switch echoed := string(id); {
	case asked && strings.ContainsAny(echoed[:1], "tf[{"):
		return "-32600 null"
	case len(echoed) > 128:
		return "1008 id 128 null"
	case textOf(m["jsonrpc"]) != "2.0" || !named || method[0] != '"' || !structured(m["params"]):
		if !asked {
			echoed = "null"
		}
		return "-32600 " + echoed
	case !asked:
		return "none"
	case textOf(method) != "echo":
		return "-32601 " + echoed
	default:
		return "ok " + echoed
	}
}

// structured reports whether params are what section 4.2 allows, or null.
func structured(params json.RawMessage) bool {
	return len(params) == 0 || strings.ContainsAny(string(params[:1]), "[{n")
}

// textOf is the text that a value is, "" when it is none.
func textOf(value json.RawMessage) (s string) {
	if len(value) == 0 || value[0] != '"' || json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

// count is how many values stand in one, itself included.
func count(text json.RawMessage) int {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	n := 0
	type level struct{ object, key bool }
	var open []level
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			panic(fmt.Sprintf("%q: %v", text, err))
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if top := len(open) - 1; top >= 0 && open[top].object {
			if open[top].key = !open[top].key; open[top].key {
				continue
			}
		}
		n++
		if d, ok := token.(json.Delim); ok {
			open = append(open, level{object: d == '{'})
		}
	}
}
