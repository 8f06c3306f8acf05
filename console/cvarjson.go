package console

import (
	"strconv"

	"github.com/scry-dev/scry/rpc"
)

// AppendJSON writes what the fields' tags say, which by reflection takes three times as
// long: a script that sets a thousand cvars is answered with a thousand of these.
func (c *CvarInfo) AppendJSON(dst []byte) []byte { return append(c.appendFields(dst), '}') }

// AppendJSON writes what the fields' tags say.
func (c *CvarState) AppendJSON(dst []byte) []byte {
	dst = c.appendFields(dst)
	dst = strconv.AppendUint(append(dst, `,"frame":`...), c.Frame, 10)
	dst = strconv.AppendUint(append(dst, `,"tick":`...), c.Tick, 10)
	return append(dst, '}')
}

func (c *CvarInfo) appendFields(dst []byte) []byte {
	if c.about != nil {
		dst = append(dst, c.about.head...)
		dst = append(appendAny(dst, c.Value), c.about.tail...)
	} else {
		dst = c.appendTail(appendAny(c.appendHead(dst), c.Value))
	}
	dst = appendStrings(append(dst, `,"flags":`...), c.Flags)
	dst = rpc.AppendString(append(dst, `,"setBy":`...), c.SetBy)
	dst = rpc.AppendString(append(dst, `,"layer":`...), c.Layer)
	dst = appendCount(dst, `,"setFrame":`, c.SetFrame)
	dst = appendCount(dst, `,"setTick":`, c.SetTick)
	if c.SetTime != 0 {
		dst = strconv.AppendInt(append(dst, `,"setTime":`...), c.SetTime, 10)
	}
	dst = appendText(dst, `,"from":`, c.From)
	dst = c.appendLayers(dst)
	if c.Pending != nil {
		dst = appendAny(append(dst, `,"pending":`...), c.Pending)
	}
	if c.Lease != nil {
		dst = appendAny(append(dst, `,"lease":`...), c.Lease)
	}
	dst = appendText(dst, `,"where":`, c.Where)
	if c.Completes {
		dst = append(dst, `,"completes":true`...)
	}
	return strconv.AppendUint(append(dst, `,"version":`...), c.Version, 10)
}

func (c *CvarInfo) appendHead(dst []byte) []byte {
	dst = rpc.AppendString(append(dst, `{"name":`...), c.Name)
	dst = rpc.AppendString(append(dst, `,"type":`...), c.Type)
	return append(dst, `,"value":`...)
}

func (c *CvarInfo) appendTail(dst []byte) []byte {
	dst = appendAny(append(dst, `,"default":`...), c.Default)
	dst = appendNumber(dst, `,"min":`, c.Min)
	dst = appendNumber(dst, `,"max":`, c.Max)
	if c.Step != 0 {
		dst = appendNumber(dst, `,"step":`, &c.Step)
	}
	if len(c.Enum) > 0 {
		dst = appendStrings(append(dst, `,"enum":`...), c.Enum)
	}
	dst = appendText(dst, `,"unit":`, c.Unit)
	return rpc.AppendString(append(dst, `,"help":`...), c.Help)
}

func (c *CvarInfo) appendLayers(dst []byte) []byte {
	for i := range c.Layers {
		l := &c.Layers[i]
		if i == 0 {
			dst = append(dst, `,"layers":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = rpc.AppendString(append(dst, `{"layer":`...), l.Layer)
		dst = appendAny(append(dst, `,"value":`...), l.Value)
		dst = rpc.AppendString(append(dst, `,"by":`...), l.By)
		dst = appendCount(dst, `,"frame":`, l.Frame)
		dst = append(appendText(dst, `,"from":`, l.From), '}')
	}
	if len(c.Layers) > 0 {
		dst = append(dst, ']')
	}
	return dst
}

// appendAny writes a value that is known to have a JSON form.
func appendAny(dst []byte, v any) []byte {
	dst, _ = rpc.Append(dst, v)
	return dst
}

// The following leave out what is empty, as omitempty does.

func appendText(dst []byte, key, s string) []byte {
	if s == "" {
		return dst
	}
	return rpc.AppendString(append(dst, key...), s)
}

func appendCount(dst []byte, key string, n uint64) []byte {
	if n == 0 {
		return dst
	}
	return strconv.AppendUint(append(dst, key...), n, 10)
}

func appendNumber(dst []byte, key string, f *float64) []byte {
	if f == nil {
		return dst
	}
	return rpc.AppendFloat(append(dst, key...), *f)
}

func appendStrings(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = rpc.AppendString(dst, s)
	}
	return append(dst, ']')
}
