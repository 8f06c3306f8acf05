package console

import (
	"github.com/scry-dev/scry/internal/cfgfile"
	"github.com/scry-dev/scry/rpc"
)

// readScript reads a file of the folder's, or one that the game is shipped with, for what
// it says and runs; done is called in an Update.
func (c *Cvars) readScript(as string, done func(*cfgfile.Reading, error)) {
	file, err := cfgfile.Clean(as)
	if err != nil {
		done(nil, rpc.Errorf(rpc.InvalidParams, "%v", err))
		return
	}
	k := &c.clerk
	delegate(c, func() (*cfgfile.Reading, error) {
		f := k.folder()
		defer f.Close()
		r, err := cfgfile.Read(file, k.source(f, ""), true)
		switch {
		case err != nil:
			return nil, err
		case r.Files[file] == (cfgfile.Print{}):
			k.learn(f)
			return nil, unknown(rpc.NotFound, "file", file, k.profileNames())
		}
		return r, nil
	}, done)
}
