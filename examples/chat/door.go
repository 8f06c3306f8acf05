package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"github.com/scry-dev/scry/rpc"
)

// guesses is how many wrong passwords are looked at in a minute. Whoever has a token
// comes in all the same.
const guesses = 10

// door decides who comes in: everybody, or those who know the password. Those are
// given a token, by which a page that was reloaded comes in again without it.
type door struct {
	password, token string // both empty: everybody comes in

	wrong int       // passwords
	since time.Time // of the first of them
}

func newDoor(password string) door {
	if password == "" {
		return door{}
	}
	return door{password: password, token: session() + session()}
}

// authenticate is asked by session.login, whose code is the password.
func (d *door) authenticate(l rpc.LoginParams) (rpc.Grant, error) {
	welcome := rpc.Grant{Role: rpc.Edit, Token: d.token}
	switch {
	case d.password == "", same(l.Token, d.token):
		return welcome, nil
	case l.Code == "":
		return rpc.Grant{}, rpc.Errorf(rpc.LoginRequired, "this chat has a password")
	case d.tired():
		return rpc.Grant{}, rpc.Errorf(rpc.TooMany, "there were too many wrong passwords: wait a minute")
	case same(l.Code, d.password):
		return welcome, nil
	}
	d.wrong++
	return rpc.Grant{}, rpc.Errorf(rpc.LoginRequired, "the password is not right")
}

// tired reports whether no further password is looked at.
func (d *door) tired() bool {
	if now := time.Now(); now.Sub(d.since) >= time.Minute {
		d.wrong, d.since = 0, now
	}
	return d.wrong >= guesses
}

// same compares in a time that tells nothing of how much of it is right.
func same(got, want string) bool {
	a, b := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
