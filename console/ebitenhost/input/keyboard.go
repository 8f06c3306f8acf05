package input

import (
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"
)

// IsKeyPressed reports whether a key is held down. KeyShift, KeyControl, KeyAlt and
// KeyMeta are those of either side.
func IsKeyPressed(key ebiten.Key) bool {
	if connected == nil {
		return ebiten.IsKeyPressed(key)
	}
	if left, right, ok := sides(key); ok {
		return connected.in.IsKeyPressed(left) || connected.in.IsKeyPressed(right)
	}
	k, ok := codeOf(key)
	return ok && connected.in.IsKeyPressed(k)
}

// IsKeyJustPressed reports whether a key is down in this tick and was not in the one before.
// As with inpututil, it knows no key that stands for two, such as KeyShift.
func IsKeyJustPressed(key ebiten.Key) bool {
	if connected == nil {
		return inpututil.IsKeyJustPressed(key)
	}
	k, ok := codeOf(key)
	return ok && connected.in.IsKeyJustPressed(k)
}

// IsKeyJustReleased reports whether a key was down in the tick before and is no longer.
// As with inpututil, it knows no key that stands for two, such as KeyShift.
func IsKeyJustReleased(key ebiten.Key) bool {
	if connected == nil {
		return inpututil.IsKeyJustReleased(key)
	}
	k, ok := codeOf(key)
	return ok && connected.in.IsKeyJustReleased(k)
}

// KeyPressDuration returns for how many ticks a key has been down, this one included.
// As with inpututil, it knows no key that stands for two, such as KeyShift.
func KeyPressDuration(key ebiten.Key) int {
	if connected == nil {
		return inpututil.KeyPressDuration(key)
	}
	k, ok := codeOf(key)
	if !ok {
		return 0
	}
	return connected.in.KeyPressDuration(k)
}

// AppendPressedKeys appends the keys that are down.
func AppendPressedKeys(keys []ebiten.Key) []ebiten.Key {
	if connected == nil {
		return inpututil.AppendPressedKeys(keys)
	}
	connected.keys = connected.in.AppendPressedKeys(connected.keys[:0])
	return connected.appendKeys(keys)
}

// AppendJustPressedKeys appends the keys that are down in this tick and were not before.
func AppendJustPressedKeys(keys []ebiten.Key) []ebiten.Key {
	if connected == nil {
		return inpututil.AppendJustPressedKeys(keys)
	}
	connected.keys = connected.in.AppendJustPressedKeys(connected.keys[:0])
	return connected.appendKeys(keys)
}

// AppendJustReleasedKeys appends the keys that were down in the tick before and are no longer.
func AppendJustReleasedKeys(keys []ebiten.Key) []ebiten.Key {
	if connected == nil {
		return inpututil.AppendJustReleasedKeys(keys)
	}
	connected.keys = connected.in.AppendJustReleasedKeys(connected.keys[:0])
	return connected.appendKeys(keys)
}

// AppendInputChars appends what was typed in this tick.
func AppendInputChars(runes []rune) []rune {
	if connected == nil {
		return ebiten.AppendInputChars(runes)
	}
	return connected.in.AppendInputChars(runes)
}

// appendKeys appends the console's keys as Ebitengine's.
func (d *Devices) appendKeys(keys []ebiten.Key) []ebiten.Key {
	for _, k := range d.keys {
		keys = append(keys, d.names[k])
	}
	return keys
}
