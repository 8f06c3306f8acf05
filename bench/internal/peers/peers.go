// Package peers has a WebSocket server of each library that Scry is compared
// with, and the floor: what the machine asks without a library. Each is written
// as the library's own documentation writes it.
package peers

import (
	"net/http"
	"slices"
	"sync"
)

// Server is a server of one library. Its ServeHTTP upgrades a connection. Connected
// and Broadcast are called from one goroutine.
type Server interface {
	http.Handler
	// Connected returns how many clients a Broadcast would reach.
	Connected() int
	// Broadcast sends a text to every client, and returns when the library's own
	// call would return. The text is not changed afterwards.
	Broadcast(text []byte)
}

// Library is one way to serve.
type Library struct {
	Name   string // heads its column
	Module string // whose version stands beside the name; "" for none
	// New makes a server. With echo, what a client sends comes back to it as it
	// came; without, it is read and forgotten.
	New func(echo bool) Server
}

// All returns the libraries in the order of their columns, the floor first.
func All() []Library {
	return []Library{
		{"floor", "", newFloor},
		{"scry", "", newScry},
		{"gws", "github.com/lxzan/gws", newGWS},
		{"gorilla", "github.com/gorilla/websocket", newGorilla},
		{"gobwas", "github.com/gobwas/ws", newGobwas},
		{"melody", "github.com/olahol/melody", newMelody},
		{"coder", "github.com/coder/websocket", newCoder},
	}
}

// Find returns the library of a name.
func Find(libraries []Library, name string) (Library, bool) {
	i := slices.IndexFunc(libraries, func(l Library) bool { return l.Name == name })
	if i < 0 {
		return Library{}, false
	}
	return libraries[i], true
}

// members are the open connections of a library that keeps no list of its own.
type members[T any] struct {
	mu  sync.Mutex
	all []T
}

func (m *members[T]) add(c T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, c)
}

// Connected returns how many there are.
func (m *members[T]) Connected() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.all)
}

// each calls f for every connection. The lock is taken once, so it is no part of
// what a delivery costs.
func (m *members[T]) each(f func(T)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.all {
		f(c)
	}
}
