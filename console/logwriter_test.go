package console

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// said are the messages that a log holds.
func said(con *Console) (msgs []string) {
	for _, l := range kept(con) {
		msgs = append(msgs, l.Msg)
	}
	return msgs
}

func TestTheStandardLoggerWritesLines(t *testing.T) {
	con := new(Console)
	std := log.New(con.Log.Writer(slog.LevelWarn), "", log.LstdFlags|log.Lmicroseconds)
	std.Print("one\n")
	std.Printf("two\n  and more")
	std.SetFlags(0)
	std.SetPrefix("engine: ")
	std.Println("three")
	std.Print("2026/01/02 is a date")
	require.Equal(t, []string{"one", "two\n  and more", "engine: three", "engine: 2026/01/02 is a date"}, said(con))
	for _, l := range kept(con) {
		require.Equal(t, "warn", l.Level)
		require.Regexp(t, `^console/logwriter_test\.go:\d+$`, l.Source)
	}
}

func TestWhatIsPrintedIsSplitAtNewlines(t *testing.T) {
	con := new(Console)
	w := con.Log.Writer(slog.LevelInfo)
	fmt.Fprint(w, "a")
	fmt.Fprint(w, "b\r\n\ncd\ne")
	require.Equal(t, []string{"ab", "cd"}, said(con))
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "f")
	fmt.Fprintln(b, "g")
	b.Flush()
	require.Equal(t, []string{"ab", "cd", "ef", "g"}, said(con))
	require.Regexp(t, `^console/logwriter_test\.go:\d+$`, kept(con)[3].Source)
	n, err := io.WriteString(w, strings.Repeat("x", 3*maxLineBytes))
	require.NoError(t, err)
	require.Equal(t, 3*maxLineBytes, n)
	require.Equal(t, maxLineBytes+len("…"), len(said(con)[4]), "a line that never ends is cut")
	require.Zero(t, len(w.(*logWriter).rest))
}

func TestAWriterBelowTheLevelIsQuiet(t *testing.T) {
	con := new(Console)
	fmt.Fprintln(con.Log.Writer(slog.LevelDebug), "quiet")
	require.Empty(t, kept(con))
}

func TestADateIsTakenOff(t *testing.T) {
	for in, want := range map[string]string{
		"2026/01/02 03:04:05 x":        "x",
		"2026/01/02 03:04:05.678901 x": "x",
		"2026/01/02 03:04:05":          "2026/01/02 03:04:05",
		"2026-01-02 03:04:05 x":        "2026-01-02 03:04:05 x",
		"x":                            "x",
		"":                             "",
	} {
		require.Equal(t, want, string(undated([]byte(in))))
	}
}

// What prints a picture by mistake does not cost its memory for good.
func TestALineThatNeverEndsIsNotKept(t *testing.T) {
	con := new(Console)
	w := con.Log.Writer(slog.LevelInfo)
	fmt.Fprint(w, strings.Repeat("x", 1<<20))
	require.Less(t, cap(w.(*logWriter).rest), 4*maxLineBytes)
	fmt.Fprint(w, "\nnext\n")
	require.Equal(t, "next", said(con)[len(said(con))-1])
}
