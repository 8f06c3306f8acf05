package calls

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func loads() []Load { return []Load{Void, Typed, Query, Batch} }

func TestEveryLibraryAnswers(t *testing.T) {
	for _, l := range All() {
		t.Run(l.Name, func(t *testing.T) {
			s := l.New()
			defer s.Close()
			for range 3 {
				for _, load := range loads() {
					if request := l.Request(load); request != nil {
						require.NoError(t, Check(load, s.Call(request)), load)
					}
				}
			}
		})
	}
}

func TestTheLoadsAreAsLargeAsTheySay(t *testing.T) {
	s := newScry()
	defer s.Close()
	size := len(s.Call(spelled(Query)))
	require.InDelta(t, 4900, size, 100)
	require.Equal(t, "batch of 100 typed calls", fmt.Sprint(Batch))
	require.Equal(t, 100, Batch.Calls())
}

func TestCheckFindsWrongAnswers(t *testing.T) {
	pose := `{"name":"physics.gravity","value":9.81,"frame":60}`
	for _, c := range []struct {
		load  Load
		text  string
		wrong string // "" for right
	}{
		{Void, `{"jsonrpc":"2.0","id":1,"result":null}`, ""},
		{Void, `{"jsonrpc":"2.0","id":1,"result":7}`, "the result is 7"},
		{Void, `{"jsonrpc":"2.0","id":2,"result":null}`, "call 1 was not answered"},
		{Void, `{"jsonrpc":"2.0","id":1,"error":{"code":-32601}}`, "the call failed"},
		{Void, ``, "unexpected end"},
		{Typed, `{"jsonrpc":"2.0","id":1,"result":` + pose + `}`, ""},
		{Typed, `{"jsonrpc":"2.0","id":1,"result":{"name":"physics.gravity","value":9.8,"frame":60}}`, "another"},
		{Query, `{"jsonrpc":"2.0","id":1,"result":[]}`, "another"},
		{Batch, `[{"jsonrpc":"2.0","id":1,"result":` + pose + `}]`, "1 answers to 100 calls"},
	} {
		err := Check(c.load, []byte(c.text))
		if c.wrong == "" {
			require.NoError(t, err, c.text)
		} else {
			require.ErrorContains(t, err, c.wrong, c.text)
		}
	}
}
