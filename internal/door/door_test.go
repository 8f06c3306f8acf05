package door

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestACodeWorksOnceHoweverLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Door{}
		code := d.Code()
		time.Sleep(72 * time.Hour)
		token, used, err := d.Enter(code, "", "a")
		require.NoError(t, err)
		require.True(t, used)
		require.True(t, d.Known(token))

		_, used, err = d.Enter(code, "", "a")
		require.ErrorIs(t, err, ErrCode)
		require.False(t, used)
	})
}

func TestOnlyTheNewestCodesWork(t *testing.T) {
	d := &Door{}
	first := d.Code()
	var last string
	for range maxCodes {
		last = d.Code()
	}
	_, _, err := d.Enter(first, "", "a")
	require.ErrorIs(t, err, ErrCode)
	_, _, err = d.Enter(last, "", "a")
	require.NoError(t, err)
}

func TestATokenExpiresADayAfterItsLastUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Door{}
		token, _, err := d.Enter(d.Code(), "", "a")
		require.NoError(t, err)
		for range 3 {
			time.Sleep(23 * time.Hour)
			token, _, err = d.Enter("", token, "a")
			require.NoError(t, err, "each use gives a fresh one")
		}
		time.Sleep(24*time.Hour + time.Second)
		_, _, err = d.Enter("", token, "a")
		require.ErrorIs(t, err, ErrToken)
	})
}

func TestForeignTokensAreRefused(t *testing.T) {
	d, other := &Door{}, &Door{}
	token, _, err := other.Enter(other.Code(), "", "a")
	require.NoError(t, err)
	raw, err := base64.RawURLEncoding.DecodeString(token)
	require.NoError(t, err)
	for i := range raw {
		bent := append([]byte(nil), raw...)
		bent[i] ^= 1
		require.False(t, other.Known(base64.RawURLEncoding.EncodeToString(bent)), "byte %d", i)
	}
	for _, bad := range []string{"", "x", token, token + "A", token[:len(token)-1], "="} {
		require.False(t, d.Known(bad), bad)
	}
	require.True(t, other.Known(token))
}

func TestTheSecretAndTheLaunchTokenOpen(t *testing.T) {
	d := &Door{Secret: "hush"}
	require.True(t, d.Known("hush"))
	require.False(t, d.Known("hus"))
	require.False(t, d.Known(""))
	launch := d.Launch()
	require.True(t, d.Known(launch))
	require.False(t, (&Door{}).Known(""))
}

func TestWrongAttemptsAreSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Door{}
		for range MaxWrong {
			_, _, err := d.Enter("nonsense", "", "a")
			require.ErrorIs(t, err, ErrCode)
		}
		_, _, err := d.Enter("nonsense", "", "a")
		require.ErrorIs(t, err, ErrTooMany)
		_, _, err = d.Enter("nonsense", "", "b")
		require.ErrorIs(t, err, ErrCode, "another address is not touched")
		_, _, err = d.Enter(d.Code(), "", "a")
		require.NoError(t, err, "nobody can be shut out")
		time.Sleep(wrongPause)
		_, _, err = d.Enter("nonsense", "", "a")
		require.ErrorIs(t, err, ErrCode)
	})
}

func TestTheTableOfWrongAttemptsIsBounded(t *testing.T) {
	d := &Door{}
	for i := range 3 * maxAddrs {
		d.Enter("x", "", string(rune(i)))
	}
	require.LessOrEqual(t, len(d.wrong), maxAddrs)
}

func TestABrowserStaysKnownOverARestart(t *testing.T) {
	folder := t.TempDir()
	before := &Door{App: "garden", Folder: folder}
	token, _, err := before.Enter(before.Code(), "", "a")
	require.NoError(t, err)

	after := &Door{App: "garden", Folder: folder}
	require.True(t, after.Known(token))
	require.False(t, (&Door{App: "other", Folder: folder}).Known(token), "games do not share keys")

	info, err := os.Stat(filepath.Join(folder, "garden.key"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := filepath.Glob(filepath.Join(folder, ".new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestAKeyThatOthersCouldReadIsReplaced(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "garden.key")
	require.NoError(t, os.WriteFile(path, make([]byte, keySize), 0o644))
	d := &Door{App: "garden", Folder: folder}
	require.True(t, d.Known(d.token(time.Now().Add(time.Hour))))
	key, err := readKey(path)
	require.NoError(t, err)
	require.NotEqual(t, make([]byte, keySize), key)
}

func TestWithoutAFolderTheKeyLivesInMemory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	d := &Door{App: "garden", Folder: filepath.Join(file, "below")}
	token, _, err := d.Enter(d.Code(), "", "a")
	require.NoError(t, err)
	require.True(t, d.Known(token))
}

func TestTheNoteIsPrivate(t *testing.T) {
	path, err := WriteNote(t.TempDir(), Note{App: "my game/../x", PID: 7, URL: "http://127.0.0.1:1", Token: "t"})
	require.NoError(t, err)
	require.Regexp(t, `^my_game____x-[0-9a-f]{8}-7\.json$`, filepath.Base(path))
	require.Equal(t, "garden", fileName("garden"))
	require.NotEqual(t, fileName("игра"), fileName("танк"))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var n Note
	require.NoError(t, json.Unmarshal(data, &n))
	require.Equal(t, "t", n.Token)
}

func TestBearer(t *testing.T) {
	sub := "scry.token." + base64.RawURLEncoding.EncodeToString([]byte("se cret"))
	for _, c := range []struct {
		name, header, value, want string
	}{
		{"header", "Authorization", "Bearer abc", "abc"},
		{"case of the scheme", "Authorization", "bearer abc", "abc"},
		{"another scheme", "Authorization", "Basic abc", ""},
		{"no token", "Authorization", "Bearer", ""},
		{"subprotocol", "Sec-WebSocket-Protocol", "scry.1, " + sub, "se cret"},
		{"subprotocol alone", "Sec-WebSocket-Protocol", sub, "se cret"},
		{"bad base64", "Sec-WebSocket-Protocol", "scry.token.***", ""},
		{"other subprotocol", "Sec-WebSocket-Protocol", "scry.1", ""},
		{"none", "X", "y", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &http.Request{Header: http.Header{}}
			r.Header.Set(c.header, c.value)
			require.Equal(t, c.want, Bearer(r))
		})
	}
}

func FuzzKnown(f *testing.F) {
	d := &Door{Secret: "hush"}
	f.Add("hush")
	f.Add(d.token(time.Now().Add(time.Hour)))
	f.Fuzz(func(t *testing.T, token string) {
		if d.Known(token) && token != "hush" {
			raw, err := base64.RawURLEncoding.DecodeString(token)
			require.NoError(t, err)
			require.Equal(t, d.mac(raw[:bodySize]), raw[bodySize:])
		}
	})
}
