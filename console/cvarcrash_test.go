package console

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/internal/cfgfile/cfgtest"
)

// existence is a run of a game on a disk that may crash in it, with what a person sees of it:
// the values that are to outlast the run, after each frame.
type existence struct {
	*keeper
	r      *rand.Rand
	disk   *cfgtest.Disk
	states []map[string]string // since it was last said that all is on the disk
}

// lazy is a disk that takes its time, so that much goes on meanwhile.
type lazy struct {
	*cfgtest.Disk
	r *rand.Rand // of whoever works at the disk
}

func (l lazy) Sync() error {
	time.Sleep(time.Duration(l.r.IntN(400)) * time.Millisecond)
	return l.Disk.Sync()
}

// lasting are the cvars that the sequences are about, with their defaults.
var lasting = map[string]string{"physics.gravity": "9.8", "game.title": "arena", "player.lives": "3"}

// someText is a value for a cvar, as a file has it, and as a client sends it.
func someText(r *rand.Rand, name string) (text, json string) {
	switch name {
	case "game.title":
		text = []string{"arena", "", "a b", "// no comment", "set x 1; #", "\"q\"", "☃\n"}[r.IntN(7)]
		return text, fmt.Sprintf("%q", text)
	case "player.lives":
		text = fmt.Sprint(r.IntN(10))
	default:
		text = fmt.Sprint(float64(r.IntN(100)) / 4)
	}
	return text, text
}

// state is what is to outlast the run: of each cvar the strongest value that is meant to
// stay. It is taken from what a client is told.
func (l *existence) state() map[string]string {
	all := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(lasting)) {
		v := l.con.Cvars.Lookup(name)
		all[name] = fmt.Sprint(v.info().Default)
		for _, layer := range v.info().Layers { // strongest first
			if slices.Contains([]string{"console", "code", "archive"}, layer.Layer) {
				all[name] = fmt.Sprint(layer.Value)
				break
			}
		}
	}
	return all
}

// saw notes the state after a frame.
func (l *existence) saw() {
	for name := range lasting {
		l.con.Cvars.Lookup(name).refresh()
	}
	if s := l.state(); !maps.Equal(s, l.states[len(l.states)-1]) {
		l.states = append(l.states, s)
	}
}

// step does something that a client, the game or a person at an editor does.
func (l *existence) step() {
	names := slices.Sorted(maps.Keys(lasting))
	name := names[l.r.IntN(len(names))]
	text, json := someText(l.r, name)
	switch l.r.IntN(12) {
	case 0, 1, 2:
		l.call("cvar.set", fmt.Sprintf(`{"name":%q,"value":%s}`, name, json))
	case 3:
		l.call("cvar.set", fmt.Sprintf(`{"name":%q,"value":%s,"lease":%d}`, name, json, 1+l.r.IntN(3)))
	case 4, 5:
		l.call("cvar.reset", fmt.Sprintf(`{"name":%q,"all":%v}`, name, l.r.IntN(4) == 0))
	case 6:
		l.lives, l.gravity = l.r.IntN(10), float64(l.r.IntN(10))
	case 7:
		l.call("cvar.undo", `{}`)
	case 8:
		if n := l.send("cvar.save", `{}`); l.wait(n) { // a failure says nothing
			l.states = l.states[len(l.states)-1:]
		}
	case 9:
		l.wait(l.send("cvar.load", []string{`{}`, `{"profile":"calm"}`}[l.r.IntN(2)]))
	case 10:
		l.edit(name, text)
	default:
		l.idle(time.Duration(l.r.IntN(3000)) * time.Millisecond)
	}
	l.frame()
	l.saw()
}

// wait runs frames until a call is answered, and reports whether that was a success.
func (l *existence) wait(n int) bool {
	for range 300 {
		l.frame()
		l.saw()
		if _, ok := l.replies[n]; ok {
			return true
		}
		if _, ok := l.faults[n]; ok {
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
	l.t.Fatal("a call was not answered")
	return false
}

func (l *existence) idle(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		l.frame()
		l.saw()
		time.Sleep(50 * time.Millisecond)
	}
}

// edit is a person who changes a line of the archive when the game is quiet. It holds, for
// nobody else changes anything meanwhile.
func (l *existence) edit(name, text string) {
	l.idle(5 * time.Second)
	if l.crashed() {
		return
	}
	now, ok := l.disk.Texts()[archiveFile]
	if !ok {
		return
	}
	d, err := cfgfile.Parse([]byte(now))
	require.NoError(l.t, err)
	d.Set(name, text)
	l.disk.Put(archiveFile, string(d.Bytes()))
	l.idle(5 * time.Second)
	if l.crashed() {
		return
	}
	v := l.con.Cvars.Lookup(name)
	if i, ok := v.layerAt(levelArchive); ok {
		require.Equal(l.t, text, v.layers[i].value.text(v.spec()), "what a person writes arrives: %+v %q -> %q\n%s", v.info(), now, l.disk.Texts()[archiveFile], l.log())
	} else {
		require.Equal(l.t, lasting[name], text)
	}
	l.states = append(l.states, l.state())
}

func (l *existence) crashed() bool {
	return l.disk.CrashAfter > 0 && l.disk.Operations() >= l.disk.CrashAfter
}

// says is what a disk says that the next run will have, and what of others it kept.
func says(t *testing.T, d *cfgtest.Disk) map[string]string {
	text, err := cfgfile.Text(d, archiveFile)
	require.NoError(t, err)
	for _, other := range []string{"# a person's words\n", "set not.bound 1 // kept\n", "broken \"\n"} {
		require.Contains(t, string(text), other)
	}
	r, err := cfgfile.Read(archiveFile, func(string) ([]byte, error) { return text, nil }, false)
	require.NoError(t, err)
	all := maps.Clone(lasting)
	for name := range all {
		if v, ok := r.Value(name); ok {
			all[name] = v
		}
	}
	return all
}

// Whatever is set, reset, leased, saved, loaded and edited, and whenever the disk crashes:
// the next run begins with what was there at some moment since it was last said that all
// is saved, all of one moment; after an end in order, with the last.
func TestNoCrashLosesOrInventsAValue(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 7))
		disk := new(cfgtest.Disk)
		disk.Put(archiveFile, "# a person's words\nset not.bound 1 // kept\nbroken \"\n")
		begin := maps.Clone(lasting)
		for run := range 6 {
			if r.IntN(3) > 0 {
				disk.CrashAfter = 1 + r.IntN(40)
			}
			begin, disk = live(t, r, disk, begin, fmt.Sprintf("seed %d, run %d", seed, run))
		}
	}
}

// live is one run. It returns with what the next is to begin, and its disk.
func live(t *testing.T, r *rand.Rand, disk *cfgtest.Disk, begin map[string]string, where string) (next map[string]string, left *cfgtest.Disk) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		slow := lazy{disk, rand.New(rand.NewPCG(r.Uint64(), 8))}
		l := &existence{r: r, disk: disk, states: []map[string]string{begin}}
		l.keeper = newKeeper(t, folder, func(con *Console) {
			con.Cvars.clerk.open = func(string) (cfgfile.Folder, error) { return slow, nil }
		})
		defer l.con.Close()
		require.Equal(t, begin, l.state(), where)
		for range 25 {
			if l.step(); l.crashed() {
				break
			}
		}
		err := l.con.Close()
		if !l.crashed() {
			require.NoError(t, err, where)
			l.states = l.states[len(l.states)-1:]
		}
		var all []*cfgtest.Disk
		disk.Aftermath(func(d *cfgtest.Disk) { all = append(all, d) })
		for _, d := range all {
			require.Contains(t, l.states, says(t, d), where)
		}
		left = all[r.IntN(len(all))]
		next = says(t, left)
	})
	return next, left
}

// A model that forgets is found out: without what the end saves, the sequences fail.
func TestTheSequencesWouldFindALoss(t *testing.T) {
	disk := new(cfgtest.Disk)
	disk.Put(archiveFile, "# a person's words\nset not.bound 1 // kept\nbroken \"\n")
	onDisk(t, disk, func(g *keeper) {
		l := &existence{keeper: g, disk: disk, states: []map[string]string{maps.Clone(lasting)}}
		g.set("player.lives", `5`)
		l.saw()
		require.NotContains(t, l.states[1:], says(t, disk))
		require.NoError(t, g.con.Close())
		require.Contains(t, l.states[1:], says(t, disk))
		require.True(t, strings.HasSuffix(disk.Texts()[archiveFile], "set player.lives 5\n"))
	})
}
