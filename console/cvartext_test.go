package console

import (
	"image/color"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scry-dev/scry/internal/script"
	"github.com/scry-dev/scry/rpc"
)

// edges are bit patterns that are the ends of something.
var edges = [...]uint64{
	0, 1, 2, 1<<7 - 1, 1 << 7, 1<<8 - 1, 1<<15 - 1, 1 << 15, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1<<53 - 1, 1 << 53, 1<<53 + 1, 1<<63 - 1, 1 << 63, math.MaxUint64,
	math.MaxUint64 - 1<<53, math.Float64bits(0.1), math.Float64bits(math.Copysign(0, -1)), math.Float64bits(math.MaxFloat64), math.Float64bits(math.MaxFloat32),
	math.Float64bits(math.SmallestNonzeroFloat64), math.Float64bits(math.SmallestNonzeroFloat32), math.Float64bits(1e21), math.Float64bits(1e-7), math.Float64bits(-1e15),
}

// anyBits are those, or any others.
func anyBits(r *rand.Rand) uint64 {
	if r.IntN(2) == 0 {
		return edges[r.IntN(len(edges))]
	}
	return r.Uint64() >> r.IntN(64)
}

func fill(v reflect.Value, r *rand.Rand) {
	switch bits := anyBits(r); v.Kind() {
	case reflect.Bool:
		v.SetBool(bits&1 == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(bits))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(bits)
	case reflect.Float32, reflect.Float64:
		if v.SetFloat(math.Float64frombits(bits)); v.Float()-v.Float() != 0 {
			v.SetFloat(0) // what is not finite is refused
		}
	case reflect.String:
		const runes = "a Z0\"'`;#/\\\n\t\r\x00é☃🎈\u2028\ufeff"
		text := make([]rune, r.IntN(8))
		for i := range text {
			text[i] = []rune(runes)[r.IntN(len([]rune(runes)))]
		}
		v.SetString(string(text))
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), r)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), r)
		}
	}
}

// Whatever a variable holds reads back the same, from the wire, from a line that somebody
// types and from a file.
func TestEveryValueReadsBackTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, variable := range []any{
		new(bool), new(int), new(int8), new(int16), new(int32), new(int64), new(uint), new(uint8), new(uint16), new(uint32), new(uint64), new(uintptr),
		new(float32), new(float64), new(string), new(time.Duration), new(color.RGBA), new(color.NRGBA),
		new([2]float32), new([3]float64), new(struct{ X, Y, Z, W float32 }), new(quality),
	} {
		v := reflect.ValueOf(variable).Elem()
		con := new(Console)
		cv := con.Cvars.Bind("v", variable, "")
		p := cv.spec()
		for range 500 {
			fill(v, r)
			want := cv.slot.read(cv.kind)
			got, err := readText(want.text(p), p)
			require.NoError(t, err, "%T %v", variable, v)
			require.Equal(t, want, got, "%T %v", variable, v)

			raw, err := rpc.Append(nil, want.json(p))
			require.NoError(t, err)
			got, err = decodeValue(raw, p)
			require.NoError(t, err, "%T %s", variable, raw)
			require.Equal(t, want, got, "%T %s", variable, raw)

			statements, faults := script.Parse("set v " + script.Quote(want.text(p)))
			require.Empty(t, faults)
			got, err = readText(joined(statements[0].Words[2:]), p)
			require.NoError(t, err)
			require.Equal(t, want, got, "%T %v", variable, v)
		}
	}
}

// What is added to an integer is added exactly, up to its ends.
func TestAnIntegerIsIncrementedExactly(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	ends := func(k reflect.Kind, bits int) (lo, hi *big.Int) {
		one := big.NewInt(1)
		if k >= reflect.Uint && k <= reflect.Uintptr {
			return new(big.Int), new(big.Int).Sub(new(big.Int).Lsh(one, uint(bits)), one)
		}
		hi = new(big.Int).Lsh(one, uint(bits-1))
		return new(big.Int).Neg(hi), new(big.Int).Sub(hi, one)
	}
	for _, variable := range []any{new(int8), new(int16), new(int32), new(int64), new(uint8), new(uint16), new(uint32), new(uint64)} {
		v := reflect.ValueOf(variable).Elem()
		con := new(Console)
		cv := con.Cvars.Bind("v", variable, "")
		lo, hi := ends(v.Kind(), v.Type().Bits())
		for range 2000 {
			fill(v, r)
			cv.refresh()
			add := int64(anyBits(r))
			want, ok := new(big.Int).SetString(cv.String(), 10)
			require.True(t, ok)
			want.Add(want, big.NewInt(add))
			if want.Cmp(lo) < 0 {
				want = lo
			} else if want.Cmp(hi) > 0 {
				want = hi
			}
			got, err := cv.plus(strconv.FormatInt(add, 10))
			require.NoError(t, err)
			require.Equal(t, want.String(), got, "%v of %T and %d", v, variable, add)
		}
	}
}
