package wsserver

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChainKeepsTheOrderOfEachPusher(t *testing.T) {
	const pushers, each = 8, 1000
	var c chain[[2]int]
	require.True(t, c.empty())
	require.Nil(t, c.take())
	var pushing sync.WaitGroup
	for p := range pushers {
		pushing.Go(func() {
			for i := range each {
				c.push(&link[[2]int]{value: [2]int{p, i}})
			}
		})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		pushing.Wait()
	}()
	var next [pushers]int
	total := 0
	for total < pushers*each {
		for l := c.take(); l != nil; l = l.next {
			p, i := l.value[0], l.value[1]
			require.Equal(t, next[p], i)
			next[p]++
			total++
		}
	}
	<-done
	require.True(t, c.empty())
}
