package rpc_test

import (
	"fmt"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// printer is a client that prints what it is sent.
type printer struct{}

func (printer) SendText(text []byte) error   { fmt.Println(string(text)); return nil }
func (printer) SendBinary(data []byte) error { fmt.Println(len(data), "bytes"); return nil }
func (printer) Close(code int, why string)   { fmt.Println("closed:", code, why) }

// A method is a function from a struct to a result. It touches the program's
// variables freely, because it runs on the loop's goroutine.
func Example() {
	gravity := 9.81
	var s rpc.Server
	type set struct {
		Value float64 `json:"value" min:"0" max:"50" unit:"m/s²"`
	}
	rpc.Handle(&s, rpc.Method{Name: "gravity.set"}, func(_ *rpc.Call, p set) (float64, error) {
		old := gravity
		gravity = p.Value
		return old, nil
	})
	client := s.Connect(printer{}, rpc.Edit)

	for _, text := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"gravity.set","params":{"value":1.62}}`,
		`{"jsonrpc":"2.0","id":2,"method":"gravity.set","params":[99]}`,
	} {
		s.Receive(client, rpc.Parse([]byte(text), rpc.Limits{}))
	}
	s.SetClock(1, 1, 16*time.Millisecond)
	s.Dispatch(time.Now().Add(time.Millisecond))
	s.Flush()
	fmt.Println(gravity)
	// Output:
	// {"jsonrpc":"2.0","id":1,"result":9.81}
	// {"jsonrpc":"2.0","id":2,"error":{"code":1005,"message":"\"value\" must be a number from 0 to 50, not 99","data":{"kind":"out-of-range","path":"/0","got":"99","want":"a number from 0 to 50","frame":1}}}
	// 1.62
}

// A topic has a first state, which stands in the answer to the subscription, and
// events.
func ExampleOpen() {
	score := 3
	var s rpc.Server
	scores := rpc.Open[rpc.Void, int](&s, rpc.Topic{Name: "score"}, func(*rpc.Sub, rpc.Void) (any, error) {
		return score, nil
	})
	client := s.Connect(printer{}, rpc.View)
	s.Receive(client, rpc.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"sub.open","params":{"id":"s","topic":"score"}}`), rpc.Limits{}))
	s.SetClock(1, 1, 0)
	s.Dispatch(time.Time{})
	s.Flush()

	score++
	s.SetClock(2, 2, 16*time.Millisecond)
	if scores.Subscribers() > 0 {
		_ = scores.Publish(score)
	}
	s.Flush()
	// Output:
	// {"jsonrpc":"2.0","id":1,"result":{"id":"s","seq":0,"snapshot":3}}
	// {"jsonrpc":"2.0","method":"sub.event","params":{"id":"s","seq":1,"frame":2,"tick":2,"time":16000000,"lost":0,"value":4}}
}

// A call that takes frames is answered later. With Block instead of Defer what
// the client sent behind it waits too.
func ExampleCall_Defer() {
	var s rpc.Server
	var waiting []*rpc.Pending
	rpc.Handle(&s, rpc.Method{Name: "wait"}, func(c *rpc.Call, _ rpc.Void) (rpc.Void, error) {
		waiting = append(waiting, c.Defer())
		return rpc.Void{}, nil
	})
	client := s.Connect(printer{}, rpc.Edit)
	s.Receive(client, rpc.Parse([]byte(`{"jsonrpc":"2.0","id":"a","method":"wait"}`), rpc.Limits{}))
	s.Dispatch(time.Time{})
	s.Flush()

	fmt.Println("a frame later")
	for _, call := range waiting {
		call.Reply("done")
	}
	s.Flush()
	// Output:
	// a frame later
	// {"jsonrpc":"2.0","id":"a","result":"done"}
}

func ExampleAppend() {
	v := struct {
		Name string        `json:"name"`
		Took time.Duration `json:"took"`
		Tags []string      `json:"tags"`
	}{"physics", 1500 * time.Microsecond, nil}
	text, _ := rpc.Append(nil, v)
	fmt.Println(string(text))
	// Output: {"name":"physics","took":"1.5ms","tags":[]}
}

func ExampleDecode() {
	var v struct {
		Speed float64 `json:"speed"`
	}
	fmt.Println(rpc.Decode([]byte(`{"sped": 2}`), &v))
	// Output: member "sped" is not known; nearest is "speed"
}
