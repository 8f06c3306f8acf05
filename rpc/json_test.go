package rpc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/rpc"
)

type inner struct {
	X float64 `json:"x"`
	Y float64 `json:"y,omitempty"`
}

// Inner is exported because a pointer to an embedded struct that is not cannot be
// filled from outside.
type Inner inner

type color uint8

func (c color) MarshalText() ([]byte, error) { return []byte([]string{"red", "green"}[c]), nil }

func (c *color) UnmarshalText(b []byte) error {
	switch string(b) {
	case "red":
		*c = 0
	case "green":
		*c = 1
	default:
		return errors.New("color is red or green")
	}
	return nil
}

type appended struct{ n int }

func (a *appended) AppendJSON(dst []byte) []byte {
	if a.n == 7 {
		panic("seven")
	}
	return append(dst, `{"appended":true}`...)
}

type base struct {
	ID   int    `json:"id"`
	Name string `json:"name,omitempty"`
}

type everything struct {
	base
	*Inner
	Bool    bool              `json:"bool"`
	Small   int8              `json:"small"`
	Big     uint64            `json:"big,string"`
	Float   float32           `json:"float"`
	Text    string            `json:"text"`
	Bytes   []byte            `json:"bytes"`
	List    []inner           `json:"list"`
	Array   [2]int            `json:"array"`
	Map     map[string]int    `json:"map"`
	Numbers map[int8]string   `json:"numbers"`
	Pointer *int              `json:"pointer"`
	Any     any               `json:"any"`
	Raw     json.RawMessage   `json:"raw,omitempty"`
	Color   color             `json:"color"`
	When    time.Time         `json:"when,omitzero"`
	Colors  map[color]float64 `json:"colors,omitempty"`
	Hidden  int               `json:"-"`
	Plain   int
}

func TestAppendFollowsEncodingJSON(t *testing.T) {
	five := 5
	values := []any{
		nil, true, 0, -1, int64(math.MinInt64), uint64(math.MaxUint64), 1.5, float32(0.1), "", "a\"b\\c\n\x00\u2028é\U0001F600",
		0.1, 0.25, 9.81, -9.81, 1e-3, 1e-7, 123456.789, 1e20, 1e21, 1.5e300, 5e-324, math.MaxFloat64, math.Copysign(0, -1),
		float32(1e-7), float32(3.4e38), float32(16777216), int64(1 << 53), 0.30000000000000004, 100, 999999999.999, 4.35, 2.675,
		[]int{}, []int{1, 2}, [3]bool{true}, map[string]int{"b": 1, "a": 2}, map[int]string{10: "x", 9: "y"},
		inner{X: 1}, &inner{Y: 2}, (*inner)(nil), []any{1, "x", nil, map[string]any{}},
		json.RawMessage(`{"a":[1]}`), json.Number("12.50"), color(1), map[color]int{1: 2},
		everything{base: base{ID: 1}, Bytes: []byte("hi"), List: []inner{{}}, Map: map[string]int{}, Numbers: map[int8]string{-1: "x"}},
		&everything{Inner: &Inner{X: 3}, Bytes: []byte{}, List: []inner{}, Map: map[string]int{"k": 1}, Numbers: map[int8]string{}, Pointer: &five, When: time.Unix(1, 5).UTC()},
		struct{}{}, time.Unix(0, 0).UTC(),
	}
	for _, v := range values {
		got, err := rpc.Append(nil, v)
		require.NoError(t, err, "%#v", v)
		var want strings.Builder
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		require.NoError(t, enc.Encode(v))
		// The line separator need not be escaped in JSON; encoding/json does.
		require.Equal(t, strings.ReplaceAll(strings.TrimSuffix(want.String(), "\n"), `\u2028`, "\u2028"), string(got), "%#v", v)
	}
}

func TestAppendDiffersWhereItSays(t *testing.T) {
	for want, v := range map[string]any{
		`"NaN"`:                                 math.NaN(),
		`"Infinity"`:                            math.Inf(1),
		`["-Infinity"]`:                         []float64{math.Inf(-1)},
		`"16ms"`:                                16 * time.Millisecond,
		`[]`:                                    []int(nil),
		`{}`:                                    map[string]int(nil),
		`""`:                                    []byte(nil),
		`null`:                                  json.RawMessage(nil),
		`"<&>"`:                                 "<&>",
		"\"\uFFFD\"":                            "\xff",
		`{"appended":true}`:                     &appended{},
		`[{"appended":true},{"appended":true}]`: []any{&appended{}, appended{}},
	} {
		got, err := rpc.Append(nil, v)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
}

func TestAppendRefuses(t *testing.T) {
	type loop struct{ Next *loop }
	ring := &loop{}
	ring.Next = ring
	for name, v := range map[string]any{
		"func":        func() {},
		"in a struct": struct{ C chan int }{},
		"ring":        ring,
		"broken raw":  json.RawMessage(`{"a":`),
		"two raws":    json.RawMessage(`1 2`),
		"number":      json.Number("abc"),
		"text":        struct{ T textFails }{},
	} {
		got, err := rpc.Append([]byte("kept"), v)
		require.Error(t, err, name)
		require.Equal(t, "kept", string(got), name)
	}
}

type textFails struct{}

func (textFails) MarshalText() ([]byte, error) { return nil, errors.New("no text") }

func TestDecodeReads(t *testing.T) {
	var e everything
	text := `{"id":1,"name":"n","x":1.5,"bool":true,"small":-128,"big":"18446744073709551615","float":0.1,
		"text":"a\u0041\ud83d\ude00","bytes":"aGk=","list":[{"x":1},{"x":2,"y":3}],"array":[1,2],"map":{"a\n":1},
		"numbers":{"-3":"x"},"pointer":5,"any":{"a":[1,"x",null,true]},"raw":[1, 2],"color":"green",
		"when":"1970-01-01T00:00:01Z","colors":{"red":1e2},"Plain":4}`
	require.NoError(t, rpc.Decode([]byte(text), &e))
	require.Equal(t, "aA\U0001F600", e.Text)
	require.Equal(t, uint64(math.MaxUint64), e.Big)
	require.Equal(t, []inner{{1, 0}, {2, 3}}, e.List)
	require.Equal(t, map[string]any{"a": []any{1.0, "x", nil, true}}, e.Any)
	require.Equal(t, map[color]float64{0: 100}, e.Colors)
	require.Equal(t, `[1, 2]`, string(e.Raw))
	require.Equal(t, 5, *e.Pointer)
	require.Equal(t, 1.5, e.X)

	out, err := rpc.Append(nil, &e)
	require.NoError(t, err)
	var again everything
	require.NoError(t, rpc.Decode(out, &again))
	again.Raw, e.Raw = nil, nil
	require.Equal(t, e, again)
}

func TestDecodeScalars(t *testing.T) {
	var f float64
	require.NoError(t, rpc.Decode([]byte(` "NaN" `), &f))
	require.True(t, math.IsNaN(f))
	require.NoError(t, rpc.Decode([]byte(`"-Infinity"`), &f))
	require.True(t, math.IsInf(f, -1))
	require.NoError(t, rpc.Decode([]byte(`-0`), &f))
	require.True(t, math.Signbit(f))
	var n int64
	require.NoError(t, rpc.Decode([]byte(`"-9223372036854775808"`), &n))
	require.EqualValues(t, int64(math.MinInt64), n)
	require.NoError(t, rpc.Decode([]byte(`1e3`), &n))
	require.EqualValues(t, 1000, n)
	var spaced map[string][]float64
	require.NoError(t, rpc.Decode([]byte("\r\n\t {\r\"a\"\n:\t[\r1\r,\n2\t,\r3 ]\r}\r"), &spaced))
	require.Equal(t, map[string][]float64{"a": {1, 2, 3}}, spaced)
	var d time.Duration
	require.NoError(t, rpc.Decode([]byte(`"1\u0036ms"`), &d))
	require.Equal(t, 16*time.Millisecond, d)
}

func TestDecodeRefuses(t *testing.T) {
	five := 5
	for _, row := range []struct {
		text string
		into any
		want string
	}{
		{`1`, new(string), "value must be a string, not 1"},
		{`"x"`, new(int), `value must be an integer, not "x"`},
		{`1.5`, new(int), "value must be an integer, not 1.5"},
		{`300`, new(uint8), "value must be an integer from 0 to 255, not 300"},
		{`-1`, new(uint64), "value must be an integer from 0, not -1"},
		{`9223372036854775808`, new(int64), "value must be an integer, not 9223372036854775808"},
		{`"-"`, new(int64), `value must be an integer, not "-"`},
		{`"-"`, new(uint64), `value must be an integer from 0, not "-"`},
		{`""`, new(int64), `value must be an integer, not ""`},
		{`"5-"`, new(int64), `value must be an integer, not "5-"`},
		{`"5"`, new(int32), `value must be an integer from -2147483648 to 2147483647, not "5"`},
		{`1e39`, new(float32), "value must be a number that float32 can hold, not 1e39"},
		{`[1e400]`, new([]any), `"0" must be a number that float64 can hold, not 1e400`},
		{`null`, new(bool), "value must be true or false, not null"},
		{`16`, new(time.Duration), `value must be a duration such as "16ms", not 16`},
		{`[1,2,3]`, new([2]int), "value must be an array of 2, not [1,2,3]"},
		{`{"x":1,"z":2}`, new(inner), `member "z" is not known; nearest is "x"`},
		{`{"y":1}`, new(inner), `"x" is missing: it must be a number`},
		{`{"a":{"x":"far"}}`, new(map[string]inner), `"a/x" must be a number, not "far"`},
		{`"blue"`, new(color), "color is red or green"},
		{`{"a":1,"a":2}`, new(map[string]int), `text is not JSON: key "a" stands twice in one object at byte 7`},
		{`"?"`, new([]byte), "value must be a string of base64, not ?"},
		{`{"big":18}`, &struct {
			Big uint64 `json:"big,string"`
		}{}, `"big" must be a string that holds an integer from 0, not 18`},
		{"\"\xff\"", new(string), "text is not JSON: bytes that are not UTF-8 at byte 1"},
		{``, &five, "text is not JSON: it ends where a value should begin, at byte 0"},
	} {
		err := rpc.Decode([]byte(row.text), row.into)
		require.EqualError(t, err, row.want, row.text)
	}
	require.Equal(t, 5, five)
	require.Panics(t, func() { _ = rpc.Decode([]byte(`1`), five) })
}

func TestDecodeLeavesTheValueOnAnError(t *testing.T) {
	v := []inner{{X: 1}}
	require.Error(t, rpc.Decode([]byte(`[{"x":2},{"x":"?"}]`), &v))
	require.Equal(t, []inner{{X: 1}}, v)

	var e *rpc.Error
	require.ErrorAs(t, rpc.Decode([]byte(`{"a/b":{"x":true}}`), &map[string]inner{}), &e)
	require.Equal(t, rpc.InvalidParams, e.Code)
	require.Equal(t, rpc.Data{Path: "/a~1b/x", Got: "true", Want: "a number"}, e.Data)
}

func TestTagsAreChecked(t *testing.T) {
	type tagged struct {
		Speed float64       `json:"speed,omitzero" min:"0.05" max:"64"`
		Name  string        `json:"name,omitempty" min:"2" max:"3"`
		Wait  time.Duration `json:"wait,omitzero" max:"1s"`
		Bits  int           `json:"bits,omitempty" enum:"8,16"`
		Part  float64       `json:"part,omitempty" enum:"1,0.5"`
		Tags  []string      `json:"tags,omitempty" max:"1"`
		Maybe *int          `json:"maybe" min:"1"`
	}
	for text, want := range map[string]string{
		`{}`:                     "",
		`{"speed":64,"maybe":1}`: "",
		`{"maybe":null}`:         "",
		`{"maybe":0}`:            `"maybe" must be an integer from 1, not 0`,
		`{"speed":65}`:           `"speed" must be a number from 0.05 to 64, not 65`,
		`{"speed":"NaN"}`:        `"speed" must be a number from 0.05 to 64, not "NaN"`,
		`{"name":"éé"}`:          "",
		`{"name":"é"}`:           `"name" must be a string from 2 to 3, not "é"`,
		`{"wait":"2s"}`:          `"wait" must be a duration such as "16ms" up to 1s, not "2s"`,
		`{"bits":16}`:            "",
		`{"bits":12}`:            `"bits" must be one of 8, 16, not 12`,
		`{"part":5e-1}`:          "",
		`{"part":0.7}`:           `"part" must be one of 1, 0.5, not 0.7`,
		`{"tags":["a","b"]}`:     `"tags" must be an array up to 1, not ["a","b"]`,
	} {
		err := rpc.Decode([]byte(text), &tagged{})
		if want == "" {
			require.NoError(t, err, text)
		} else {
			require.EqualError(t, err, want, text)
		}
	}
}

func TestNearest(t *testing.T) {
	known := slices.Values([]string{"physics.gravity", "physics.drag", "render.scale", "x", "audio.volume"})
	for name, want := range map[string]string{
		"physics.gravty": "physics.gravity", "Physics.Gravity": "physics.gravity", "gravity": "physics.gravity",
		"physcis.drag": "physics.drag", "y": "x", "nothing.like.it": "", "": "", "volume": "audio.volume",
		strings.Repeat("x", 1000): "",
	} {
		require.Equal(t, want, rpc.Nearest(name, known), name)
	}
}

// TestEmbeddedFields: of one name the shallowest wins, then the tagged one, and
// of two that are alike none, as in encoding/json.
func TestEmbeddedFields(t *testing.T) {
	type A struct{ X, Y, Z int }
	type B struct {
		X int
		Y int `json:"Y"`
	}
	type C struct {
		A
		B
		Z int
	}
	v := C{A: A{X: 1, Y: 2, Z: 3}, B: B{X: 4, Y: 5}, Z: 6}
	want, err := json.Marshal(v)
	require.NoError(t, err)
	got, err := rpc.Append(nil, v)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	require.Equal(t, `{"Y":5,"Z":6}`, string(got))
}

func TestMapKeys(t *testing.T) {
	for text, into := range map[string]any{
		`{"-3":1}`:    &map[int8]int{},
		`{"3":1}`:     &map[uint]int{},
		`{"green":1}`: &map[color]int{},
		`{"a b":1}`:   &map[string]int{},
	} {
		require.NoError(t, rpc.Decode([]byte(text), into))
		out, err := rpc.Append(nil, into)
		require.NoError(t, err)
		require.Equal(t, text, string(out))
	}
	require.EqualError(t, rpc.Decode([]byte(`{"300":1}`), &map[int8]int{}), `"300" must be a key that is an integer from -128 to 127, not 300`)
	require.EqualError(t, rpc.Decode([]byte(`{"-1":1}`), &map[uint8]int{}), `"-1" must be a key that is an integer from 0 to 255, not -1`)
	require.EqualError(t, rpc.Decode([]byte(`{"blue":1}`), &map[color]int{}), "color is red or green")
	var n json.Number
	require.NoError(t, rpc.Decode([]byte(`12.50`), &n))
	require.Equal(t, "12.50", n.String())
	require.Error(t, rpc.Decode([]byte(`"12"`), &n))
	var q struct {
		F float64 `json:"f,string"`
		B *bool   `json:"b,string"`
	}
	require.NoError(t, rpc.Decode([]byte(`{"f":"NaN","b":"true"}`), &q))
	out, err := rpc.Append(nil, &q)
	require.NoError(t, err)
	require.Equal(t, `{"f":"NaN","b":"true"}`, string(out))
}

// TestManyKeys: duplicates are found among many keys as among few.
func TestManyKeys(t *testing.T) {
	var text strings.Builder
	text.WriteByte('{')
	for i := range 1000 {
		text.WriteString(`"k` + strings.Repeat("x", i) + `":1,`)
	}
	var m map[string]int
	require.NoError(t, rpc.Decode([]byte(text.String()+`"last":1}`), &m))
	require.Len(t, m, 1001)
	require.ErrorContains(t, rpc.Decode([]byte(text.String()+`"kxxx":1}`), &m), `key "kxxx" stands twice in one object`)
}

// TestEscapes: every escape that JSON has, in both cases of its digits, is read as
// encoding/json reads it, in values and in keys.
func TestEscapes(t *testing.T) {
	for _, format := range []string{`\u%04x`, `\u%04X`} {
		escapes := []string{`\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`, `\ud83d\uDE00`, `\uDBFF\udfff`}
		for r := range 0x10000 {
			if r < 0xd800 || r > 0xdfff {
				escapes = append(escapes, fmt.Sprintf(format, r))
			}
		}
		var text strings.Builder
		for i, escape := range escapes {
			fmt.Fprintf(&text, `,"%d %sx":"%s%s"`, i, escape, escape, escape)
		}
		object := []byte("{" + text.String()[1:] + "}")
		var ours, theirs map[string]string
		require.NoError(t, json.Unmarshal(object, &theirs))
		require.NoError(t, rpc.Decode(object, &ours))
		require.Len(t, ours, len(escapes))
		for key, want := range theirs {
			if got := ours[key]; got != want { // by hand: there are many
				require.Equal(t, want, got, "%q", key)
			}
		}
	}
}
