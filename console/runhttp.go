package console

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/scry-dev/scry/rpc"
)

// runPath is where recordings are, each under its id.
const runPath = "/run"

// serveRun answers with a recording as a file.
func (c *Console) serveRun(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseUint(strings.TrimPrefix(r.URL.Path, runPath+"/"), 10, 64)
	if err != nil {
		refuse(w, http.StatusNotFound, "recordings are at /run/ID: see run.list")
		return
	}
	var head []byte
	var tape runTape
	if e := c.inGame(r, c.Runs.desk.do, func() { head, tape, err = c.Runs.taken(id) }); e != nil {
		refuseAsset(w, e)
		return
	}
	if err != nil {
		refuseAsset(w, err)
		return
	}
	c.announceAsset(w.Header(), "run-"+strconv.FormatUint(id, 10)+".scryrun", "application/gzip", `"`+strconv.FormatInt(tape.bytes, 10)+`"`)
	out := c.steady(w)
	// A client that goes away is no fault of ours.
	_ = writeRun(out, head, tape)
	out.end()
}

// putRun takes a file of a recording in.
func (c *Console) putRun(w http.ResponseWriter, r *http.Request) {
	if !c.admit(w, r) {
		return
	}
	limit := c.Runs.limit()
	data, done, ok := c.receive(w, r, limit, ": see Runs.Bytes")
	if !ok {
		return
	}
	defer done()
	n, err := readRun(data, limit, c.Runs.maxTicks())
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	var info RunInfo
	if e := c.inGame(r, c.Runs.desk.do, func() { info, err = c.Runs.bring(n) }); e != nil {
		refuseAsset(w, e)
		return
	}
	if err != nil {
		refuseAsset(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(wireJSON(info))
}

// connectRuns lends the runs what they need of the other services.
func (c *Console) connectRuns(r *rpc.Server) {
	r.OnCall = c.Runs.heard
	c.Runs.register(r, runHost{
		clock: &c.clock, name: c.name(), version: c.version(),
		free: c.Time.free, drive: c.driveRun, resume: c.Time.Resume, seed: c.Time.seeded, hides: c.hides,
		input: c.Input.State, rewind: c.Input.rewind, held: c.Input.appendHeld, feed: c.Input.Replay,
		cvars: c.Cvars.spoken, cvarsAt: func() uint64 { return c.Cvars.noticed }, setCvar: c.Cvars.makeAgain,
		survey: c.World.surveyed, image: c.runImage, before: c.World.beforeReplay, restored: c.World.restoredBy, entity: c.World.entityAt,
	})
}

func (c *Console) runImage(limit int64) (runImage, error) {
	m, _, err := c.World.moment(limit)
	if err != nil {
		return nil, err
	}
	return &m, nil
}

// driveRun has ticks run for a replay.
func (c *Console) driveRun(call *rpc.Call, ticks int, w runWork) (alive func() bool, err error) {
	return c.Time.drive(call, w, ticks)
}

// runBefore makes changes of clients before a tick: functions of the game may be called
// for them, which may call Update.
func (c *Console) runBefore() {
	if c.Runs.replay != nil && !c.Runs.replay.alive() {
		c.Runs.end()
	}
	busy := c.busy
	c.busy = true
	defer func() { c.busy = busy }()
	c.tell()
	switch {
	case c.Runs.rec != nil:
		c.Runs.rec.before(&c.Runs)
	case c.Runs.replay != nil:
		c.Runs.replay.before()
	}
}
