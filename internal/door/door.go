package door

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"sync"
	"time"
)

// The ways in which entering fails. Their texts are shown to the person.
var (
	ErrCode    = errors.New("this link was used already or belongs to another run: open the newest link that the game printed")
	ErrToken   = errors.New("this browser is not known to the game any more: open the newest link that the game printed")
	ErrNothing = errors.New("no code and no token: open the link that the game printed")
	ErrTooMany = errors.New("too many wrong attempts: open the newest link that the game printed")
)

// lifetime is how long a token opens the door after it was last used.
const lifetime = 24 * time.Hour

// Door holds what opens it. The zero value is ready and knows no secret.
type Door struct {
	// App names the game whose key file is used; games with other names do not
	// honour each other's tokens. Empty keeps the key in memory alone.
	App string
	// Secret is the token that scripts carry. Empty admits none.
	Secret string
	// Folder is where the key file lives. Empty is the user's configuration folder.
	Folder string

	once sync.Once
	key  []byte

	mu     sync.Mutex
	failed uint64   // wrong attempts, ever
	codes  [][]byte // the hashes of the codes that still work, oldest first
	launch string   // the secret of this run
	wrong  wrongs
}

// maxCodes bounds how many printed links work at a time.
const maxCodes = 8

// Code makes a new one-time code of 128 bits. The newest eight work, each once,
// however late.
func (d *Door) Code() string {
	raw := make([]byte, 16)
	rand.Read(raw) // never fails (crypto/rand)
	code := base64.RawURLEncoding.EncodeToString(raw)
	sum := sha256.Sum256([]byte(code))
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.codes) == maxCodes {
		d.codes = append(d.codes[:0], d.codes[1:]...)
	}
	d.codes = append(d.codes, sum[:])
	return code
}

// Enter checks what a client showed: a code, which is used up, or a token. It
// returns a fresh token for the browser to keep, and whether a code was used, so
// that the game can print the next link. From counts wrong attempts by address.
func (d *Door) Enter(code, token, from string) (fresh string, usedCode bool, err error) {
	now := time.Now()
	switch {
	case code != "":
		if usedCode = d.takeCode(code); !usedCode {
			err = ErrCode
		}
	case token != "":
		if !d.Known(token) {
			err = ErrToken
		}
	default:
		err = ErrNothing
	}
	if err != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.failed++
		if d.wrong.blocked(from, now) {
			return "", false, ErrTooMany
		}
		d.wrong.add(from, now)
		return "", false, err
	}
	return d.token(now.Add(lifetime)), usedCode, nil
}

// Known reports whether a token opens the door: the secret, the secret of this
// run, or one of ours that has not expired.
func (d *Door) Known(token string) bool {
	if token == "" {
		return false
	}
	d.mu.Lock()
	launch := d.launch
	d.mu.Unlock()
	for _, secret := range [...]string{d.Secret, launch} {
		if secret != "" && equal(token, secret) {
			return true
		}
	}
	return d.signed(token, time.Now())
}

// Wrong returns how many attempts were wrong so far.
func (d *Door) Wrong() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

// takeCode uses a code up.
func (d *Door) takeCode(code string) bool {
	sum := sha256.Sum256([]byte(code))
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, known := range d.codes {
		if subtle.ConstantTimeCompare(sum[:], known) == 1 {
			d.codes = append(d.codes[:i], d.codes[i+1:]...)
			return true
		}
	}
	return false
}

// equal compares two secrets in a time that tells neither their contents nor
// their lengths.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return hmac.Equal(x[:], y[:])
}

// wrongs counts failed attempts by address: after ten in a minute, an address that
// goes on guessing is told to wait for thirty seconds. What is right opens the
// door even then: nobody can guess it, and nobody must be able to shut others out.
type wrongs map[string]*attempts

type attempts struct {
	count int
	since time.Time // when the minute began
	until time.Time // when the door opens again
}

// MaxWrong is how many wrong attempts in a minute an address may make.
const MaxWrong = 10

const (
	wrongWindow = time.Minute
	wrongPause  = 30 * time.Second
	maxAddrs    = 1024 // remembered addresses; a full table is begun anew
)

func (w wrongs) blocked(from string, now time.Time) bool {
	a := w[from]
	return a != nil && now.Before(a.until)
}

func (w *wrongs) add(from string, now time.Time) {
	if *w == nil || len(*w) >= maxAddrs {
		*w = make(wrongs)
	}
	a := (*w)[from]
	if a == nil || now.Sub(a.since) > wrongWindow {
		a = &attempts{since: now}
		(*w)[from] = a
	}
	if a.count++; a.count >= MaxWrong {
		a.until = now.Add(wrongPause)
		a.count, a.since = 0, now
	}
}
