package main

import "fmt"

// configure gives cvars what is to be set from the start: by the environment, as
// GARDEN_PHYSICS_GRAVITY=12, and by the command line, which is stronger.
func (g *garden) configure(o options) error {
	v := &g.con.Cvars
	v.Environment("GARDEN_")
	set := v.Flag()
	for _, text := range o.set {
		if err := set.Set(text); err != nil {
			return fmt.Errorf("-set=%s: %w", text, err)
		}
	}
	return nil
}
