package ebitenhost

import (
	"testing"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console"
)

// A screen that is not taken in the next Update is not taken at all: in a later one it
// would pass for the picture of a tick that it does not show.
func TestAScreenIsTakenInTheNextUpdateOrNotAtAll(t *testing.T) {
	var con console.Console
	c := capture{display: &con.Display, screen: ebiten.NewImage(8, 8), by: 1}
	require.False(t, con.Display.Due())
	c.take()
	require.Nil(t, c.screen)
}
