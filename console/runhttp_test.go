//go:build !js

package console

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

// fetchRun asks for a recording, or sends one.
func fetchRun(t *testing.T, con *Console, method, path, token string, body []byte) (status int, got []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, con.URL()+path, bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	got, err = io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, got
}

func TestARecordingGoesOutAsAFileAndComesBack(t *testing.T) {
	o := listen(t, &Console{Token: "hush"})
	post := func(method, params string, to any) {
		t.Helper()
		status, reply, err := submit(t.Context(), o.con, `{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":`+params+`}`)
		require.NoError(t, err)
		require.Equal(t, 200, status)
		var r struct {
			Result json.RawMessage
			Error  *rpc.Error
		}
		require.NoError(t, json.Unmarshal([]byte(reply), &r))
		require.Nil(t, r.Error, reply)
		require.NoError(t, json.Unmarshal(r.Result, to))
	}
	var n RunInfo
	post("run.record", `{"label":"out and back"}`, &n)
	post("time.step", `{"ticks":9}`, &struct{}{})
	post("run.stop", `{"id":1}`, &n)
	require.GreaterOrEqual(t, n.Ticks, 9)

	for _, path := range []string{"/run/7", "/run/x"} {
		status, _ := fetchRun(t, o.con, http.MethodGet, path, "hush", nil)
		require.Equal(t, 404, status)
	}
	status, _ := fetchRun(t, o.con, http.MethodGet, "/run/1", "nobody", nil)
	require.Equal(t, 401, status)
	status, file := fetchRun(t, o.con, http.MethodGet, "/run/1", "hush", nil)
	require.Equal(t, 200, status)

	status, _ = fetchRun(t, o.con, http.MethodPut, "/run", "nobody", file)
	require.Equal(t, 401, status)
	status, _ = fetchRun(t, o.con, http.MethodPut, "/run", "hush", file[:len(file)/2])
	require.Equal(t, 422, status)
	status, reply := fetchRun(t, o.con, http.MethodPut, "/run", "hush", file)
	require.Equal(t, 200, status, "%s", reply)
	var back RunInfo
	require.NoError(t, json.Unmarshal(reply, &back))
	require.Equal(t, uint64(2), back.ID)
	require.False(t, back.State)
	require.Equal(t, n.Ticks, back.Ticks)
	require.Equal(t, n.Label, back.Label)
	_, again := fetchRun(t, o.con, http.MethodGet, "/run/2", "hush", nil)
	require.Equal(t, file, again)
}
