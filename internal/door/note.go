package door

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Note is what the discovery file says: where a script on this machine finds the
// running game and what it shows to come in.
type Note struct {
	App   string `json:"app"`
	PID   int    `json:"pid"`
	URL   string `json:"url"` // http://127.0.0.1:6060
	Token string `json:"token"`
}

// WriteNote writes the discovery file, readable by its owner alone, and returns
// its path.
func WriteNote(folder string, n Note) (path string, err error) {
	if folder == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("discovery file: %w", err)
		}
		folder = filepath.Join(base, "scry")
	}
	data, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return "", fmt.Errorf("discovery file: %w", err)
	}
	path = filepath.Join(folder, fmt.Sprintf("%s-%d.json", fileName(n.App), n.PID))
	if err := writeSecret(path, append(data, '\n')); err != nil {
		return "", fmt.Errorf("discovery file: %w", err)
	}
	return path, nil
}

// Launch makes the secret of this run, for the discovery file. It is kept in
// memory alone, so it ends with the game.
func (d *Door) Launch() string {
	raw := make([]byte, 32)
	rand.Read(raw)
	secret := base64.RawURLEncoding.EncodeToString(raw)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.launch = secret
	return secret
}
