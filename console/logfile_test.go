//go:build !js

package console

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheLogIsAFile(t *testing.T) {
	con := &Console{Token: "hush", Name: "my garden"}
	o := listenTo(t, con, func() {})
	log := slog.New(&con.Log)
	log.Warn("late\nby much", "by", 20*time.Millisecond, "of", "the frame", "n", 3, "none", nil, "empty", "")
	for range 1234 {
		log.Info("again")
	}
	resp, body := o.fetched("/log")
	require.Equal(t, 200, resp.StatusCode, body)
	require.Equal(t, "text/plain; charset=utf-8", resp.Header.Get("Content-Type"))
	require.Regexp(t, `^attachment; filename="my_garden-\d+-log\.txt"$`, resp.Header.Get("Content-Disposition"))
	require.Regexp(t, `(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  #\d+  WARN   console/logfile_test\.go:\d+  late\n\tby much  by=20ms of="the frame" n=3 none=null empty=""$`, body)
	require.Regexp(t, `(?m)  INFO   console/logfile_test\.go:\d+  again  \(×1,234 until #\d+\)$`, body)
	_, same := o.fetched("/log?format=text")
	require.Equal(t, body, same)

	resp, body = o.fetched("/log?format=json")
	require.Equal(t, "application/jsonl; charset=utf-8", resp.Header.Get("Content-Type"))
	require.Contains(t, resp.Header.Get("Content-Disposition"), `-log.jsonl"`)
	type dated struct {
		Wall time.Time
		Line
	}
	var lines []dated
	for text := range strings.Lines(body) {
		var line dated
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		lines = append(lines, line)
	}
	require.Len(t, lines, 2)
	require.Equal(t, kept(con), []Line{lines[0].Line, lines[1].Line})
	require.WithinDuration(t, time.Now(), lines[1].Wall, time.Minute)

	resp, body = o.fetched("/log?format=xml")
	require.Equal(t, 400, resp.StatusCode)
	require.Equal(t, "the format \"xml\" is unknown; there are text and json\n", body)
}

func TestALongLogAsAFileSaysWhatItLacks(t *testing.T) {
	con := &Console{Log: Log{Flood: -1, Bytes: 1}}
	log := slog.New(&con.Log)
	for i := range 5000 {
		log.Info("x", "i", i)
	}
	var text strings.Builder
	require.NoError(t, con.Log.writeFile(&text, "text", time.Time{}))
	require.Equal(t, int(con.Log.ring.len())+1, strings.Count(text.String(), "\n"))
	require.Regexp(t, `^… \d,\d{3} lines are kept no more\n`, text.String())
	require.Contains(t, text.String(), "i=4999\n")

	// Lines that come while it is written are not in it, and those that go then are told of.
	var out meddler
	out.each = func() {
		for i := range 3000 {
			log.Info("later", "i", i)
		}
	}
	last := con.Log.ring.seq
	require.NoError(t, con.Log.writeFile(&out, "text", time.Time{}))
	require.NotContains(t, out.String(), "later")
	require.Less(t, uint64(strings.Count(out.String(), "\n")), last)
}

// meddler does something at each Write.
type meddler struct {
	strings.Builder
	each func()
}

func (m *meddler) Write(p []byte) (int, error) {
	m.each()
	return m.Builder.Write(p)
}
