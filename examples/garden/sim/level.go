package sim

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/scry-dev/scry/examples/garden/assets"
)

// Level is what a garden begins with.
type Level struct {
	Name    string  `json:"name"`
	Help    string  `json:"help"`
	Palette string  `json:"palette"` // the look that suits it; see package view
	Gravity float64 `json:"gravity"` // px/s², positive is down
	Seeds   int     `json:"seeds"`   // in the air at the beginning
	Blooms  int     `json:"blooms"`  // flowers at the beginning
	Wells   []struct {
		X, Y, Strength, Reach, Spin, Drift float64
	} `json:"wells"`
	Waves []Wave `json:"waves"` // at least one; after the last they begin anew, harder
}

// Wave is one wave of a level.
type Wave struct {
	Hunters int `json:"hunters"` // alive at once
	Quota   int `json:"quota"`   // seeds that end it
}

// Levels returns the names of the built-in levels, sorted.
func Levels() []string {
	entries, err := fs.ReadDir(assets.Files, "levels")
	if err != nil {
		panic(err) // they are part of the program
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".json"))
	}
	return names
}

// Load returns a built-in level by its name. The error of an unknown name lists
// the known ones.
func Load(name string) (Level, error) {
	text, err := fs.ReadFile(assets.Files, "levels/"+name+".json")
	if err != nil {
		return Level{}, fmt.Errorf("no level is called %q; there are %s", name, strings.Join(Levels(), ", "))
	}
	return ParseLevel(name, text)
}

// ParseLevel reads a level from its JSON.
func ParseLevel(name string, text []byte) (Level, error) {
	var l Level
	if err := json.Unmarshal(text, &l); err != nil {
		return Level{}, fmt.Errorf("level %q: %w", name, err)
	}
	if len(l.Waves) == 0 {
		return Level{}, fmt.Errorf("level %q has no waves", name)
	}
	if l.Seeds > 3000 || l.Blooms > 300 || len(l.Wells) > 100 || len(l.Waves) > 1000 {
		return Level{}, fmt.Errorf("level %q is too full: it has 3000 seeds, 300 flowers, 100 wells and 1000 waves at most", name)
	}
	l.Name = name
	return l, nil
}
