package door

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A token is 8 bytes of expiry (Unix seconds, big endian), 16 random bytes, and
// the HMAC-SHA256 of both under the key, in base64url.
const (
	keySize   = 32
	bodySize  = 8 + 16
	tokenSize = bodySize + sha256.Size
)

// token makes a signed token that works until expiry.
func (d *Door) token(expiry time.Time) string {
	raw := make([]byte, bodySize, tokenSize)
	binary.BigEndian.PutUint64(raw, uint64(expiry.Unix()))
	rand.Read(raw[8:])
	return base64.RawURLEncoding.EncodeToString(append(raw, d.mac(raw)...))
}

// signed reports whether a token is ours and has not expired.
func (d *Door) signed(token string, now time.Time) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenSize || !hmac.Equal(raw[bodySize:], d.mac(raw[:bodySize])) {
		return false
	}
	return now.Unix() < int64(binary.BigEndian.Uint64(raw))
}

func (d *Door) mac(body []byte) []byte {
	d.once.Do(func() { d.key = d.loadKey() })
	h := hmac.New(sha256.New, d.key)
	h.Write(body)
	return h.Sum(nil)
}

// loadKey reads the key of this game, or makes one. Where no file can be kept,
// the key lives in memory: then a restart forgets the browsers, and no more.
func (d *Door) loadKey() []byte {
	fresh := make([]byte, keySize)
	rand.Read(fresh)
	path := d.keyPath()
	if path == "" {
		return fresh
	}
	if key, err := readKey(path); err == nil {
		return key
	}
	if err := writeSecret(path, fresh); err != nil {
		return fresh
	}
	// Two games that start at once: the one whose file stands is right.
	if key, err := readKey(path); err == nil {
		return key
	}
	return fresh
}

func (d *Door) keyPath() string {
	folder := d.Folder
	if folder == "" {
		base, err := os.UserConfigDir()
		if err != nil {
			return ""
		}
		folder = filepath.Join(base, "scry")
	}
	if d.App == "" {
		return ""
	}
	return filepath.Join(folder, fileName(d.App)+".key")
}

// readKey reads a key that only its owner could have written.
func readKey(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || tooOpen(info.Mode()) {
		return nil, fs.ErrPermission
	}
	key, err := os.ReadFile(path)
	if err == nil && len(key) != keySize {
		err = errors.New("not a key")
	}
	return key, err
}

// writeSecret writes a file that only its owner can read, whole or not at all.
func writeSecret(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // CreateTemp makes it 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// fileName makes a game's name safe as a file's name. Names that lose something
// by that get a part of their hash, so that no two games share a file.
func fileName(app string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '_'
	}, app)
	if safe == app && len(app) <= 64 {
		return safe
	}
	sum := sha256.Sum256([]byte(app))
	return safe[:min(len(safe), 64)] + "-" + hex.EncodeToString(sum[:4])
}
