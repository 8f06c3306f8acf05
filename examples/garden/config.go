package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// profiles are settings that the game is shipped with, by name.
//
//go:embed profiles/*.cfg
var profiles embed.FS

// configure gives cvars what is to be set from the start: by the files of the folder,
// by the environment, as GARDEN_PHYSICS_GRAVITY=12, and by the command line, which is
// the strongest of them.
func (g *garden) configure(o options) error {
	v := &g.con.Cvars
	shipped, err := fs.Sub(profiles, "profiles")
	if err != nil {
		return err
	}
	v.Profiles = shipped
	if v.Folder, err = folder(o.config); err != nil {
		g.log.Warn("settings are not kept", "error", err)
	}
	v.Environment("GARDEN_")
	set := v.Flag()
	for _, text := range o.set {
		if err := set.Set(text); err != nil {
			return fmt.Errorf("-set=%s: %w", text, err)
		}
	}
	_ = v.Load() // what cannot be read is in the log, and the game goes on without
	return nil
}

// folder is where settings are kept; empty for nowhere.
func folder(config string) (string, error) {
	switch config {
	case "none":
		return "", nil
	case "":
		user, err := os.UserConfigDir()
		if err != nil {
			return "", err
		}
		return filepath.Join(user, "gravity-garden"), nil
	}
	return config, nil
}
