package rpc_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// TestAllocations holds the package to the promise that a steady frame allocates
// nothing: idle, serving calls, and streaming.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	check := func(name string, most float64, f func()) {
		for range 100 { // until every buffer has its size
			f()
		}
		require.LessOrEqual(t, testing.AllocsPerRun(200, f), most, name)
	}
	r := newRig()
	s := &r.server
	idle := func() {
		s.SetClock(1, 1, time.Second)
		s.Dispatch(time.Time{})
		s.Flush()
	}
	check("idle", 0, idle)

	void, typed, query, batch := []byte(textVoid), []byte(textTyped), []byte(textQuery), textBatch()
	check("void call", 0, func() { r.call(void) })
	check("typed call", 0, func() { r.call(typed) })
	check("query of 100 entities", 0, func() { r.call(query) })
	check("batch of 100", 0, func() { r.call(batch) })
	echo := []byte(`{"jsonrpc":"2.0","id":1,"method":"echo","params":[1,2,3]}`)
	check("echo", 1, func() { r.call(echo) })

	text := rpc.Open[rpc.Void, pose](s, rpc.Topic{Name: "pose"}, nil)
	bin := rpc.Open[rpc.Void, rpc.Void](s, rpc.Topic{Name: "raw", Binary: 1, Policy: rpc.All}, nil)
	subscribe(t, s, "pose", 10)
	subscribe(t, s, "raw", 10)
	value, payload := &pose{Name: "physics.gravity", Value: 9.81}, make([]byte, 1000)
	check("events to 20 clients", 0, func() {
		_ = text.Publish(value)
		bin.PublishBinary(0, payload)
		s.Flush()
	})
	login := []byte(`{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"frames":true}}`)
	r.call(login)
	var frame uint64
	check("$/frame", 0, func() {
		frame++
		s.SetClock(frame, frame, time.Second)
		s.Flush()
	})

	dst := make([]byte, 0, 4096)
	check("Append of a pointer to a struct", 0, func() { dst, _ = rpc.Append(dst[:0], value) })
	check("AppendString", 0, func() { dst = rpc.AppendString(dst[:0], "plain, \"quoted\", é") })
}
