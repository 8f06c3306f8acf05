package input_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/console/input"
)

func TestEachKeyHasACodeOfItsOwn(t *testing.T) {
	codes := input.Codes()
	require.Len(t, codes, input.KeyCount)
	seen := map[string]bool{}
	for i, code := range codes {
		require.NotEmpty(t, code, i)
		require.False(t, seen[code], code)
		seen[code] = true
		k, ok := input.ParseKey(code)
		require.True(t, ok)
		require.Equal(t, input.Key(i), k)
		require.Equal(t, code, k.String())
	}
	require.Empty(t, input.Key(input.KeyCount).String())
	require.Empty(t, input.Key(255).String())
	codes[0] = "changed"
	require.Equal(t, "KeyA", input.KeyA.String(), "the list is a copy")
}

func TestCodesAreThoseOfBrowsers(t *testing.T) {
	for code, k := range map[string]input.Key{
		"KeyQ": input.KeyQ, "Digit7": input.KeyDigit7, "ArrowLeft": input.KeyArrowLeft, "ShiftRight": input.KeyShiftRight,
		"Space": input.KeySpace, "F24": input.KeyF24, "NumpadAdd": input.KeyNumpadAdd, "IntlBackslash": input.KeyIntlBackslash,
	} {
		got, ok := input.ParseKey(code)
		require.True(t, ok, code)
		require.Equal(t, k, got, code)
	}
	for _, code := range []string{"", "q", "Q", "keyQ", "KeyÄ", "Shift", "Left", "Key", "KeyAA"} {
		_, ok := input.ParseKey(code)
		require.False(t, ok, code)
	}
}

func FuzzParseKey(f *testing.F) {
	for _, code := range append(input.Codes(), "", "Keya", "F0", "F25", "Unidentified", "\x00") {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		if k, ok := input.ParseKey(code); ok {
			require.Equal(t, code, k.String())
		} else {
			require.Zero(t, k)
		}
	})
}
