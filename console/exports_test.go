//go:build !js

package console

import (
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime/pprof"
	"runtime/trace"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/capture"
)

// fetch fetches a path from a console whose token is hush.
func fetch(ctx context.Context, con *Console, method, path string, header http.Header) (*http.Response, string, error) {
	r, err := http.NewRequestWithContext(ctx, method, con.URL()+path, nil)
	if err != nil {
		return nil, "", err
	}
	r.Header.Set("Authorization", "Bearer hush")
	for name, values := range header {
		r.Header[name] = values
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// fetched is fetch, of what is there.
func (o *opened) fetched(path string) (*http.Response, string) {
	o.t.Helper()
	resp, body, err := fetch(o.t.Context(), o.con, http.MethodGet, path, nil)
	require.NoError(o.t, err)
	return resp, body
}

// withCapture is a console whose incident 1 is kept.
func withCapture(t *testing.T) *opened {
	con := &Console{Token: "hush", Name: "my garden", Blackbox: Blackbox{After: time.Millisecond, FrameOver: -1}}
	physics := con.Timings.Scope("physics", "")
	o := listenTo(t, con, func() {
		s := con.Timings.Begin(physics)
		s.End()
	})
	require.Eventually(t, func() bool {
		resp, _ := o.fetched("/capture/flight")
		return resp.StatusCode == 200
	}, 5*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return con.clock.frame.Load() > 20 }, 5*time.Second, time.Millisecond)
	slog.New(&con.Log).Info("late")
	con.Blackbox.Freeze("a try")
	require.Eventually(t, func() bool {
		kept, _, _ := con.Blackbox.find("1")
		return kept != nil
	}, 5*time.Second, time.Millisecond)
	return o
}

var exportPaths = []string{"/log", "/capture/1", "/capture/flight", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/profile", "/debug/flight"}

func TestExportsAreForWhoShowsAToken(t *testing.T) {
	o := withCapture(t)
	for _, path := range exportPaths {
		for token, want := range map[string]string{
			"": "show a token", "Bearer": "show a token", "Bearer wrong": "this token is not known", "Basic aHVzaDpodXNo": "show a token", "hush": "show a token",
		} {
			resp, body, err := fetch(t.Context(), o.con, http.MethodGet, path, http.Header{"Authorization": {token}})
			require.NoError(t, err)
			require.Equal(t, 401, resp.StatusCode, path)
			require.Contains(t, body, want)
			require.Equal(t, "Bearer", resp.Header.Get("WWW-Authenticate"))
		}
		resp, _, err := fetch(t.Context(), o.con, http.MethodPost, path, nil)
		require.NoError(t, err)
		require.Equal(t, 405, resp.StatusCode, path)
		require.Equal(t, "GET, HEAD", resp.Header.Get("Allow"))
		resp, body, err := fetch(t.Context(), o.con, http.MethodHead, path, nil)
		require.NoError(t, err)
		require.Equal(t, 200, resp.StatusCode, path)
		require.Empty(t, body)
		require.Equal(t, "no-store", resp.Header.Get("Cache-Control"))
		require.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"))
		resp, _, err = fetch(t.Context(), o.con, http.MethodGet, path, http.Header{"Origin": {"http://evil.example"}})
		require.NoError(t, err)
		require.Equal(t, 403, resp.StatusCode, path)
	}
}

func TestACaptureIsAFile(t *testing.T) {
	o := withCapture(t)
	for _, c := range []struct{ path, name, kind string }{
		{"/capture/1", `my_garden-\d+-call\.scry`, "application/gzip"},
		{"/capture/1?format=scry", `my_garden-\d+-call\.scry`, "application/gzip"},
		{"/capture/1?format=chrome", `my_garden-\d+-call\.json`, "application/json"},
		{"/capture/1?format=perfetto", `my_garden-\d+-call\.pftrace`, "application/octet-stream"},
		{"/capture/flight", `my_garden-\d+-flight\.scry`, "application/gzip"},
		{"/capture/flight?format=chrome", `my_garden-\d+-flight\.json`, "application/json"},
		{"/capture/flight?format=perfetto", `my_garden-\d+-flight\.pftrace`, "application/octet-stream"},
	} {
		resp, body := o.fetched(c.path)
		require.Equal(t, 200, resp.StatusCode, body)
		require.Regexp(t, `^attachment; filename="`+c.name+`"$`, resp.Header.Get("Content-Disposition"))
		require.Equal(t, c.kind, resp.Header.Get("Content-Type"))
		switch c.kind {
		case "application/gzip":
			read, err := capture.Read(strings.NewReader(body), 0)
			require.NoError(t, err)
			require.Equal(t, "my garden", read.Meta.Name)
			require.NotEmpty(t, read.Frames)
			require.NotEmpty(t, read.Segments)
			i := slices.IndexFunc(read.Log, func(l capture.Line) bool { return l.Msg == "late" })
			require.GreaterOrEqual(t, i, 0)
		case "application/json":
			require.True(t, json.Valid([]byte(body)))
			require.Contains(t, body, `"name":"physics"`)
		default:
			require.Equal(t, byte(1<<3|2), body[0], "a TracePacket of a Trace")
			require.Contains(t, body, "physics")
		}
	}
	require.Eventually(t, func() bool { return len(o.con.copying) == 0 }, 5*time.Second, time.Millisecond)
	for path, want := range map[string]int{"/capture/8": 404, "/capture/": 404, "/capture/1?format=svg": 400, "/capture/flight?format=svg": 400,
		"/capture/" + strings.Repeat("x", 500): 404} {
		resp, body := o.fetched(path)
		require.Equal(t, want, resp.StatusCode, body)
		require.Less(t, len(body), 160)
		require.Equal(t, 1, strings.Count(body, "\n"))
		require.Empty(t, resp.Header.Get("Content-Disposition"))
	}
}

func TestAnIncidentThatIsRecordedIsNoFileYet(t *testing.T) {
	con := &Console{Token: "hush", Blackbox: Blackbox{After: time.Hour}}
	o := listen(t, con)
	require.Eventually(t, con.Blackbox.ready.Load, 5*time.Second, time.Millisecond)
	con.Blackbox.Freeze("a try")
	resp, body := o.fetched("/capture/1")
	require.Equal(t, 409, resp.StatusCode)
	require.Contains(t, body, "being recorded")
}

func TestWithoutAFlightRecorderThereAreNoCaptures(t *testing.T) {
	con := &Console{Token: "hush"}
	con.Timings.Flight = -1
	o := listen(t, con)
	for _, path := range []string{"/capture/1", "/capture/flight"} {
		resp, _ := o.fetched(path)
		require.Equal(t, 404, resp.StatusCode)
	}
}

// One that waits for another's copy goes when its client does.
func TestCapturesAreCopiedOneAtATime(t *testing.T) {
	con := new(Console)
	inFlight(t, con, func(t *testing.T, p *flown) {
		con.Blackbox.Freeze("x")
		p.fly(150)
		con.copying <- struct{}{}
		ctx, cancel := context.WithCancel(t.Context())
		ask := func() (answer *httptest.ResponseRecorder, over func() bool) {
			answer = httptest.NewRecorder()
			var ended atomic.Bool
			go func() {
				con.serveCapture(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/capture/1?format=chrome", nil))
				ended.Store(true)
			}()
			synctest.Wait()
			return answer, ended.Load
		}
		answer, over := ask()
		require.False(t, over(), "it waits")
		cancel()
		synctest.Wait()
		require.True(t, over())
		require.Zero(t, answer.Body.Len())
		require.Len(t, con.copying, 1)
		<-con.copying
		ctx = t.Context()
		answer, over = ask()
		require.True(t, over())
		require.Contains(t, answer.Body.String(), `"traceEvents"`)
	})
}

func TestProfilesOfAMoment(t *testing.T) {
	o := listen(t, &Console{Token: "hush"})
	_, list := o.fetched("/debug/pprof/")
	require.Contains(t, list, "goroutine")
	for _, name := range []string{"heap", "allocs", "goroutine", "block", "mutex", "threadcreate"} {
		require.Contains(t, list, name)
		resp, body := o.fetched("/debug/pprof/" + name + "?gc=1")
		require.Equal(t, 200, resp.StatusCode)
		_, err := gzip.NewReader(strings.NewReader(body))
		require.NoError(t, err, name)
		_, body = o.fetched("/debug/pprof/" + name + "?debug=1")
		require.NotEqual(t, "\x1f\x8b", body[:2], "a text")
	}
	_, body := o.fetched("/debug/pprof/goroutine?debug=2")
	require.Contains(t, body, "(*Console).serveExport")
	for path, want := range map[string]int{"nothing": 404, "heap?seconds=3": 400, "heap?debug=3": 400, "heap?debug=x": 400,
		"profile?seconds=0": 400, "profile?seconds=61": 400, "profile?seconds=1.5": 400, "trace?seconds=x": 400} {
		resp, body := o.fetched("/debug/pprof/" + path)
		require.Equal(t, want, resp.StatusCode, body)
	}
}

// A profile takes longer than a request may take to arrive, and than a connection
// may be silent.
func TestACPUProfileThroughListen(t *testing.T) {
	con := &Console{Token: "hush", Name: "garden"}
	con.Limits.HTTP = HTTPLimits{ReadTime: 200 * time.Millisecond, HeaderTime: 200 * time.Millisecond, IdleTime: 200 * time.Millisecond, MaxSockets: 8}
	o := listen(t, con)
	answer := make(chan string, 1)
	go func() {
		resp, body, err := fetch(t.Context(), con, http.MethodGet, "/debug/pprof/profile?seconds=1", nil)
		if err != nil {
			body = err.Error()
		} else {
			body = fmt.Sprint(resp.Header.Get("Content-Disposition"), body)
		}
		answer <- body
	}()
	require.Eventually(t, func() bool { return con.profiler.busy() }, 5*time.Second, time.Millisecond)
	for _, path := range []string{"/debug/pprof/profile?seconds=2", "/debug/pprof/trace?seconds=2"} {
		resp, body := o.fetched(path)
		require.Equal(t, 409, resp.StatusCode)
		require.Regexp(t, `^a CPU profile of 1s for 127\.0\.0\.1:\d+ is being made, and ends in [01]s\n$`, body)
	}
	body := <-answer
	profile, ok := strings.CutPrefix(body, `attachment; filename="garden-cpu.pb.gz"`)
	require.True(t, ok, body)
	gz, err := gzip.NewReader(strings.NewReader(profile))
	require.NoError(t, err)
	raw, err := io.ReadAll(gz)
	require.NoError(t, err)
	require.Contains(t, string(raw), "nanoseconds")
	require.Eventually(t, func() bool { return !con.profiler.busy() }, 5*time.Second, time.Millisecond)
}

// busy reports whether something runs that only one can have.
func (p *profiler) busy() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running != ""
}

func TestAnExecutionTraceThroughListen(t *testing.T) {
	con := &Console{Token: "hush"}
	con.Limits.HTTP.ReadTime = 200 * time.Millisecond
	o := listen(t, con)
	resp, body := o.fetched("/debug/pprof/trace?seconds=1")
	require.Equal(t, 200, resp.StatusCode)
	require.Regexp(t, `^go 1\.\d+ trace`, body)
}

func TestAProfileEndsWhenItsClientLeaves(t *testing.T) {
	o := listen(t, &Console{Token: "hush"})
	for _, path := range []string{"/debug/pprof/profile?seconds=60", "/debug/pprof/trace?seconds=60"} {
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan struct{})
		go func() {
			defer close(left)
			fetch(ctx, o.con, http.MethodGet, path, nil)
		}()
		require.Eventually(t, o.con.profiler.busy, 5*time.Second, time.Millisecond)
		cancel()
		<-left
		require.Eventually(t, func() bool { return !o.con.profiler.busy() }, 5*time.Second, time.Millisecond, path)
	}
	require.NoError(t, pprof.StartCPUProfile(io.Discard), "nothing profiles any more")
	pprof.StopCPUProfile()
}

func TestAProfileEndsWithTheConsole(t *testing.T) {
	con := alone(t, io.Discard)
	status := make(chan int, 1)
	go func() {
		resp, _, err := fetch(context.Background(), con, http.MethodGet, "/debug/pprof/profile?seconds=60", nil)
		if err != nil {
			status <- 0
			return
		}
		status <- resp.StatusCode
	}()
	require.Eventually(t, con.profiler.busy, 5*time.Second, time.Millisecond)
	require.NoError(t, con.Close())
	require.Equal(t, 503, <-status)
	require.Eventually(t, func() bool { return !con.profiler.busy() }, 5*time.Second, time.Millisecond)
}

func TestWhatTheProgramProfilesItselfIsLeftAlone(t *testing.T) {
	o := listen(t, &Console{Token: "hush"})
	require.NoError(t, pprof.StartCPUProfile(io.Discard))
	resp, body := o.fetched("/debug/pprof/profile?seconds=1")
	pprof.StopCPUProfile()
	require.Equal(t, 409, resp.StatusCode)
	require.Contains(t, body, "another part of the program makes a CPU profile")

	require.NoError(t, trace.Start(io.Discard))
	resp, body = o.fetched("/debug/pprof/trace?seconds=1")
	trace.Stop()
	require.Equal(t, 409, resp.StatusCode)
	require.Contains(t, body, "another part of the program traces the execution")
	require.Empty(t, resp.Header.Get("Content-Disposition"))

	rec := trace.NewFlightRecorder(trace.FlightRecorderConfig{})
	require.NoError(t, rec.Start())
	resp, body = o.fetched("/debug/flight?seconds=1")
	rec.Stop()
	require.Equal(t, 409, resp.StatusCode)
	require.Contains(t, body, "already active in another part of the program")
	require.Eventually(t, func() bool { return !o.con.profiler.busy() }, 5*time.Second, time.Millisecond)
}

func TestTheFlightRecorder(t *testing.T) {
	con := &Console{Token: "hush", Name: "garden", FlightTrace: 10 * time.Second}
	con.Limits.HTTP.ReadTime = 200 * time.Millisecond
	o := listen(t, con)
	began := time.Now()
	_, err := con.profiler.fly(time.Second, flightIdle)
	require.NoError(t, err, "what is asked for is within what is kept")
	resp, body := o.fetched("/debug/flight?seconds=1")
	require.Equal(t, 200, resp.StatusCode)
	require.Equal(t, `attachment; filename="garden-flight.trace"`, resp.Header.Get("Content-Disposition"))
	require.Regexp(t, `^go 1\.\d+ trace`, body)
	require.GreaterOrEqual(t, time.Since(began), 500*time.Millisecond, "it waits until there is what was asked for")
	require.Nil(t, con.profiler.idle, "it was to run from the start, and goes on")

	ready, err := con.profiler.fly(time.Second, flightIdle)
	require.NoError(t, err)
	require.Zero(t, ready, "the second is there at once")
	_, body = o.fetched("/debug/flight?seconds=1")
	require.Regexp(t, `^go 1\.\d+ trace`, body)
	resp, _ = o.fetched("/debug/flight?seconds=99")
	require.Equal(t, 400, resp.StatusCode)

	require.NoError(t, con.Close())
	rec := trace.NewFlightRecorder(trace.FlightRecorderConfig{})
	require.NoError(t, rec.Start(), "a closed console has none")
	rec.Stop()
	_, err = con.profiler.fly(time.Second, 0)
	require.ErrorIs(t, err, errShut)
}

func TestAFlightRecorderThatNobodyAsksForEnds(t *testing.T) {
	var p profiler
	defer p.close()
	ready, err := p.fly(time.Second, time.Nanosecond)
	require.NoError(t, err)
	require.Positive(t, ready)
	require.LessOrEqual(t, ready, time.Second)
	require.Eventually(t, func() bool {
		p.flight.Lock()
		defer p.flight.Unlock()
		return p.rec == nil
	}, 5*time.Second, time.Millisecond)
	require.ErrorIs(t, p.snapshot(io.Discard), errShut)
	_, err = p.fly(time.Second, time.Hour)
	require.NoError(t, err)
	ready, err = p.fly(time.Minute, time.Hour)
	require.NoError(t, err)
	require.Greater(t, ready, 30*time.Second, "more than it kept was asked for: it begins anew")
	require.NoError(t, p.snapshot(io.Discard))
}

// The time that a client has for a file does not go on for the next answer of the
// same connection.
func TestADeadlineEndsWithItsAnswer(t *testing.T) {
	con := &Console{Token: "hush", Limits: Limits{HTTP: HTTPLimits{SendTime: 50 * time.Millisecond}}}
	o := listen(t, con)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	for range 2 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, con.URL()+"/debug/pprof/heap", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer hush")
		resp, err := client.Do(r)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		resp.Body.Close()
		late := time.NewTimer(100 * time.Millisecond)
		<-late.C
		r.URL.Path = "/debug/pprof/"
		resp, err = client.Do(r)
		require.NoError(t, err)
		require.Equal(t, 200, resp.StatusCode)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		resp.Body.Close()
	}
	require.Zero(t, o.con.met.sendTime.Load())
}

// A client that takes nothing of a large answer is let go, with its socket.
func TestAClientThatStopsReadingLosesItsAnswer(t *testing.T) {
	con := &Console{Token: "hush", Limits: Limits{HTTP: HTTPLimits{SendTime: 50 * time.Millisecond}}}
	o := listen(t, con)
	require.Eventually(t, con.Blackbox.ready.Load, 5*time.Second, time.Millisecond)
	noise := make([]byte, 32<<20)
	rand.Read(noise)
	con.Blackbox.mu.Lock()
	con.Blackbox.list = append(con.Blackbox.list, &incident{Incident: Incident{ID: "x"}, kept: &recording{frames: []keptFrame{{segment: noise}}}})
	con.Blackbox.mu.Unlock()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, con.URL()+"/capture/x", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer hush")
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Eventually(t, func() bool { return con.met.sendTime.Load() > 0 }, 10*time.Second, time.Millisecond)
	_, err = io.Copy(io.Discard, resp.Body)
	require.Error(t, err, "a part is not taken for the whole")
	resp, _ = o.fetched("/debug/pprof/")
	require.Equal(t, 200, resp.StatusCode)
}

// The timer may have run out in the moment when somebody asks once more, and wait for
// the lock: what was asked for is not taken away.
func TestAFlightRecorderThatIsAskedForAgainGoesOn(t *testing.T) {
	var p profiler
	defer p.close()
	_, err := p.fly(time.Second, time.Hour)
	require.NoError(t, err)
	p.rest() // the timer, late
	require.NoError(t, p.snapshot(io.Discard))
}
