package console

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/scry-dev/scry/internal/door"
	"github.com/scry-dev/scry/rpc"
	"github.com/scry-dev/scry/webui"
)

// ServeHTTP serves the dashboard, its WebSocket at /ws, and single requests at
// POST /rpc. [Console.Listen] uses it; a game with an HTTP server of its own on a
// loopback address may mount it below a path, with http.StripPrefix. Every
// request is checked: foreign hosts and origins get nothing.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.once.Do(c.setup)
	if s, ok := r.Context().Value(socketKey{}).(*slotted); ok {
		s.handled = true
	}
	door.SetHeaders(w.Header())
	if c.closed.Load() {
		refuse(w, http.StatusServiceUnavailable, "the console is closed")
		return
	}
	if err := c.srv.WS.CheckRequest(r); err != nil {
		c.srv.WS.Refuse(w, err)
		return
	}
	switch r.URL.Path {
	case "/ws":
		c.srv.ServeHTTP(w, r)
	case "/rpc":
		c.servePost(w, r)
	default:
		switch put := r.Method == http.MethodPut; {
		case put && strings.HasPrefix(r.URL.Path, assetPath):
			c.putAsset(w, r)
			return
		case put && strings.HasPrefix(r.URL.Path, testPath):
			c.putTest(w, r)
			return
		case put && r.URL.Path == runPath:
			c.putRun(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, http.StatusMethodNotAllowed, "only GET and HEAD are allowed here")
			return
		}
		if !c.serveExport(w, r) {
			webui.Handler().ServeHTTP(w, r)
		}
	}
}

// refuse answers in one short line.
func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, why+"\n")
}

// whyNot says why a script does not come in.
func whyNot(token string) string {
	if token == "" {
		return "show a token: Authorization: Bearer TOKEN"
	}
	return "this token is not known"
}

// readBody takes the body of a request, of so many bytes at the most. A larger one is
// counted and refused, with a hint at what bounds it.
func readBody(w http.ResponseWriter, r *http.Request, most int64, met *atomic.Uint64, hint string) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		met.Add(1)
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes%s", large.Limit, hint))
		return nil, false
	case err != nil:
		refuse(w, http.StatusBadRequest, "the body did not arrive whole")
		return nil, false
	}
	return body, true
}

// receive takes the body of an upload, of which there are so many at a time. done gives its
// place to another.
func (c *Console) receive(w http.ResponseWriter, r *http.Request, most int64, hint string) (body []byte, done func(), ok bool) {
	select {
	case c.uploads <- struct{}{}:
	default:
		refuse(w, http.StatusServiceUnavailable, "too many uploads at this moment")
		return nil, nil, false
	}
	done = func() { <-c.uploads }
	if body, ok = readBody(w, r, most, &c.met.upload, hint); !ok {
		done()
		return nil, nil, false
	}
	return body, done, true
}

// servePost runs one text of JSON-RPC for a script that holds no socket.
func (c *Console) servePost(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		refuse(w, http.StatusMethodNotAllowed, "only POST is allowed here")
		return
	}
	if token := door.Bearer(r); !c.door.Known(token) {
		refuse(w, http.StatusUnauthorized, whyNot(token))
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "the content type must be application/json")
		return
	}
	body, ok := readBody(w, r, c.Limits.HTTP.post(), &c.met.post, "")
	if !ok {
		return
	}
	p := &post{text: rpc.Parse(body, rpc.Limits{}), done: make(chan struct{})}
	if !c.out.add(p, c.Limits.HTTP.posts()) {
		c.met.posts.Add(1)
		refuse(w, http.StatusServiceUnavailable, "too many requests wait for the game")
		return
	}
	c.start()
	c.srv.WS.Wake()
	select {
	case <-p.done:
	case <-r.Context().Done():
		p.gone.Store(true)
		return
	case <-c.out.closing: // the game need not call Update any more
		p.gone.Store(true)
		refuse(w, http.StatusServiceUnavailable, "the console is closed")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(p.reply) // a notification has no reply: an empty body
}

// post is a text that came by HTTP and waits for its answer.
type post struct {
	text *rpc.Text
	peer *rpc.Peer   // owned by the goroutine that calls Update
	gone atomic.Bool // the client left
	done chan struct{}

	reply []byte // complete when done is closed
}

// SendText takes the reply.
func (p *post) SendText(text []byte) error {
	p.reply = append(p.reply, text...)
	return nil
}

// SendBinary does nothing: what streams needs a socket.
func (p *post) SendBinary([]byte) error { return nil }

// Close does nothing: the request ends with its reply.
func (p *post) Close(int, string) {}

// outside is where posts wait for the next Update.
type outside struct {
	closing chan struct{} // closed by close, with mu held

	mu    sync.Mutex
	posts []*post
	count atomic.Int32 // of posts, for a look without the lock
}

func (o *outside) add(p *post, limit int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case <-o.closing:
		return false
	default:
	}
	if len(o.posts) >= limit {
		return false
	}
	o.posts = append(o.posts, p)
	o.count.Store(int32(len(o.posts)))
	return true
}

// close turns away what waits. It is called once.
func (o *outside) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.closing)
	o.posts = nil
	o.count.Store(0)
}

// takePosts makes a guest of every post that waits.
func (c *Console) takePosts() {
	if c.out.count.Load() == 0 {
		return
	}
	c.out.mu.Lock()
	taken := c.out.posts
	c.out.posts = nil
	c.out.count.Store(0)
	c.out.mu.Unlock()
	for _, p := range taken {
		if p.gone.Load() {
			continue // before its turn came: nobody wants it any more
		}
		p.peer = c.srv.RPC.ConnectCaller(p, rpc.Drive)
		c.srv.RPC.Receive(p.peer, p.text)
		c.posts = append(c.posts, p)
	}
}

// answerPosts lets go of the posts whose calls are all answered.
func (c *Console) answerPosts() {
	kept := c.posts[:0]
	for _, p := range c.posts {
		if !p.peer.Idle() && !p.gone.Load() && !c.closed.Load() {
			kept = append(kept, p)
			continue
		}
		c.srv.RPC.Disconnect(p.peer)
		close(p.done)
	}
	clear(c.posts[len(kept):])
	c.posts = kept
}
