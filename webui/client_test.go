package webui

import (
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// clientBudget is what /client.js may take on the wire, compressed, in bytes: a page
// that tests a game should not notice that it loads something.
const clientBudget = 6_000

func TestClientIsServed(t *testing.T) {
	want, err := fs.ReadFile(client, "client/client.js")
	require.NoError(t, err)
	res := get(t, "GET", "/client.js")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "text/javascript; charset=utf-8", res.Header.Get("Content-Type"))
	require.Equal(t, "no-cache", res.Header.Get("Cache-Control"), "a page gets the version that its game speaks")
	require.Equal(t, string(want), body(t, res.Body))

	tag := res.Header.Get("ETag")
	require.NotEmpty(t, tag)
	require.Equal(t, http.StatusNotModified, get(t, "GET", "/client.js", "If-None-Match", tag).StatusCode)
}

// Modules are told apart by their addresses: a second copy would have an RpcError of
// its own.
func TestClientIsOneModule(t *testing.T) {
	res := get(t, "GET", "/client/client.js")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "text/javascript; charset=utf-8", res.Header.Get("Content-Type"))
	require.Equal(t, "export * from '../client.js';\n", body(t, res.Body))
}

func TestClientForNodeIsNotServed(t *testing.T) {
	for _, name := range []string{"launch.js", "node-socket.js", "package.json", "client.d.ts", "README.md", "", "test/"} {
		require.Equal(t, http.StatusNotFound, get(t, "GET", "/client/"+name).StatusCode, name)
	}
}

func TestClientIsSmall(t *testing.T) {
	data, err := fs.ReadFile(client, "client/client.js")
	require.NoError(t, err)
	size := len(pack(data))
	t.Logf("client.js %d bytes, compressed %d", len(data), size)
	require.NotZero(t, size)
	require.LessOrEqual(t, size, clientBudget)
}

// A page imports the test driver from the game that it tests.
func TestClientServesTheTestDriver(t *testing.T) {
	err := fs.WalkDir(client, "client", func(name string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		if d.IsDir() || name == "client/client.js" {
			return nil
		}
		text, err := fs.ReadFile(client, name)
		require.NoError(t, err)
		res := get(t, "GET", "/"+name)
		require.Equal(t, http.StatusOK, res.StatusCode, name)
		require.Equal(t, string(text), body(t, res.Body), name)
		for _, m := range regexp.MustCompile(`from '(.*)'`).FindAllStringSubmatch(string(text), -1) {
			at := path.Join(path.Dir("/"+name), m[1])
			require.Equal(t, http.StatusOK, get(t, "GET", at).StatusCode, "%s imports %s", name, m[1])
		}
		return nil
	})
	require.NoError(t, err)
}
