package pages

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryLibraryShowsTheGame(t *testing.T) {
	for _, l := range All() {
		t.Run(l.Name, func(t *testing.T) {
			p := Open(l)
			defer p.Close()
			for range 2 {
				page := p.Fetch()
				require.NoError(t, Check(page))
				require.Greater(t, bytes.Count(page, []byte("\n")), 400)
			}
		})
	}
}

func TestAPageThatLacksSomethingIsNoticed(t *testing.T) {
	p := Open(All()[0])
	defer p.Close()
	page := p.Fetch()
	require.NoError(t, Check(page))
	require.Error(t, Check(bytes.Replace(page, []byte(scopeName(7)), nil, 1)))
	require.Error(t, Check(bytes.ReplaceAll(page, []byte(gaugeName(7)+" "), nil)))
	require.Error(t, Check(nil))
}
