package calls

import "encoding/json"

// alone is what encoding/json asks for when nobody stands around it: it reads the
// envelope, then the params, and writes the answer. It checks nothing.
type alone struct{ entities []Entity }

func newAlone() Service { return &alone{world()} }

type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type response struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result"`
}

// Call answers on the caller's goroutine.
func (a *alone) Call(text []byte) []byte {
	var out any
	if text[0] == '[' {
		var batch []request
		if json.Unmarshal(text, &batch) != nil {
			return nil
		}
		answers := make([]response, len(batch))
		for i := range batch {
			answers[i] = a.run(&batch[i])
		}
		out = answers
	} else {
		var one request
		if json.Unmarshal(text, &one) != nil {
			return nil
		}
		out = a.run(&one)
	}
	answer, err := json.Marshal(out)
	if err != nil {
		return nil
	}
	return answer
}

func (a *alone) run(r *request) response {
	out := response{Version: "2.0", ID: r.ID}
	switch r.Method {
	case "cvar.set":
		var p Set
		if json.Unmarshal(r.Params, &p) == nil {
			out.Result = set(p)
		}
	case "world.query":
		out.Result = a.entities
	}
	return out
}

func (a *alone) Close() {}
