package console

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scry-dev/scry/rpc"
)

// vector reports whether a struct is two to four exported floats of one size and nothing
// else.
func vector(t reflect.Type) bool {
	for i := range t.NumField() {
		if f := t.Field(i); !f.IsExported() || kindOf(f.Type) != kindFloat || f.Type.Kind() != t.Field(0).Type.Kind() {
			return false
		}
	}
	return t.NumField() >= 2 && t.NumField() <= 4
}

// tag is a parsed scry tag: `scry:"name,min=0,max=100,unit=m,readonly,column"`.
type tag struct {
	name, unit, help         string
	names                    []string
	min, max                 float64
	bounded                  bool
	step                     float64
	readOnly, column, hidden bool
	id, parent, quat         bool
	ref                      []string // kinds of entities that an integer refers to; empty and not nil for any
	asset                    string   // kind of the asset that a string names; "any" for all
	flags                    flags    // of a cvar
}

// parseTag reads the tag of a struct field. The help text stands last, because it
// may hold commas.
func parseTag(t reflect.Type, sf reflect.StructField) tag {
	text := sf.Tag.Get("scry")
	g := tag{name: lowerFirst(sf.Name), hidden: text == "-", min: math.Inf(-1), max: math.Inf(1)}
	text, g.help, _ = strings.Cut(","+text, ",help=")
	text = strings.TrimPrefix(text, ",")
	first, rest, _ := strings.Cut(text, ",")
	if first != "" && !strings.ContainsRune(first, '=') && !g.flag(first) {
		g.name = first
	} else {
		rest = text
	}
	for part := range strings.SplitSeq(rest, ",") {
		if part == "" || g.flag(part) {
			continue
		}
		if err := g.option(part); err != nil {
			panic(fmt.Sprintf("console: %v.%s: tag %q: %v", t, sf.Name, sf.Tag.Get("scry"), err))
		}
	}
	return g
}

func (g *tag) flag(word string) bool {
	switch word {
	case "readonly":
		g.readOnly = true
	case "column":
		g.column = true
	case "id":
		g.id = true
	case "parent":
		g.parent = true
	case "quat":
		g.quat = true
	case "asset":
		g.asset = "any"
	case "ref":
		g.ref = []string{}
	default:
		i := slices.Index(flagNames[:], word)
		if i < 0 || word == "read-only" {
			return false
		}
		g.flags |= 1 << i
	}
	return true
}

// tagOptions are the options that carry a value.
var tagOptions = []string{"min", "max", "step", "unit", "enum", "help", "readonly", "column", "id", "parent", "ref", "asset", "quat", "archive", "latched", "cheat", "secret", "dev"}

func (g *tag) option(part string) (err error) {
	key, value, ok := strings.Cut(part, "=")
	if !ok {
		return unknown(rpc.InvalidParams, "option", part, tagOptions)
	}
	switch {
	case key == "ref":
		g.ref = strings.Split(value, "|")
		return nil
	case key == "asset":
		g.asset = value
		return nil
	case new(tag).flag(key):
		return fmt.Errorf("%q takes no value", key)
	}
	switch key {
	case "min":
		g.min, err = tagNumber(key, value)
		g.bounded = true
	case "max":
		g.max, err = tagNumber(key, value)
		g.bounded = true
	case "step":
		g.step, err = tagNumber(key, value)
	case "unit":
		g.unit = value
	case "enum":
		g.names = strings.Split(value, "|")
	default:
		err = unknown(rpc.InvalidParams, "option", key, tagOptions)
	}
	return err
}

func tagNumber(key, value string) (float64, error) {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %q is no number", key, value)
	}
	return f, nil
}

// flags are what may be done with a cvar, and what is done with it.
type flags uint8

const (
	flagArchive flags = 1 << iota
	flagReadOnly
	flagLatched
	flagCheat
	flagSecret
	flagDev
)

// flagNames are the flags as they travel, in the order of their bits.
var flagNames = [...]string{"archive", "read-only", "latched", "cheat", "secret", "dev"}

// lowerFirst turns a Go name into a wire name: Pos is pos, HP is hp, MaxHP is maxHP.
func lowerFirst(s string) string {
	upper := 0
	for _, r := range s {
		if !unicode.IsUpper(r) {
			break
		}
		upper++
	}
	switch {
	case upper == utf8.RuneCountInString(s):
		return strings.ToLower(s)
	case upper > 1: // an acronym in front: HTTPPort is httpPort
		return strings.ToLower(s[:upper-1]) + s[upper-1:]
	}
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToLower(s[:n]) + s[n:]
}

// noTag is what holds for a value that no tag describes.
func noTag(name, help string) tag {
	return tag{name: name, help: help, min: math.Inf(-1), max: math.Inf(1)}
}

// lastName is the last part of a path, in small letters.
func lastName(path string) string {
	return strings.ToLower(path[strings.LastIndexByte(path, '.')+1:])
}
