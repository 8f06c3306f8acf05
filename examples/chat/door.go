package main

import (
	"crypto/sha256"
	"crypto/subtle"

	"github.com/scry-dev/scry/rpc"
)

// door decides who comes in: everybody, or those who know the password. Those are
// given a token, by which a page that was reloaded comes in again without it.
type door struct {
	password, token string // both empty: everybody comes in
}

func newDoor(password string) door {
	if password == "" {
		return door{}
	}
	return door{password, session() + session()}
}

// authenticate is asked by session.login, whose code is the password.
func (d *door) authenticate(l rpc.LoginParams) (rpc.Grant, error) {
	switch {
	case d.password == "", l.Token != "" && same(l.Token, d.token), l.Code != "" && same(l.Code, d.password):
		return rpc.Grant{Role: rpc.Edit, Token: d.token}, nil
	case l.Code != "":
		return rpc.Grant{}, rpc.Errorf(rpc.LoginRequired, "the password is not right")
	}
	return rpc.Grant{}, rpc.Errorf(rpc.LoginRequired, "this chat has a password")
}

// same compares in a time that tells nothing of how much of it is right.
func same(got, want string) bool {
	a, b := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
