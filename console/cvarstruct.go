package console

import (
	"fmt"
	"reflect"
)

// BindStruct binds the exported fields of a struct, each as [Cvars.Bind] would, under
// the prefix, a dot, and the field's name with a small first letter. A tag refines a
// field:
//
//	type camera struct {
//		FOV   float64 `scry:"fov,min=30,max=120,step=1,unit=°,archive,help=angle of view"`
//		Shake float64 `scry:"min=0,max=4,cheat"`
//		Mode  int     `scry:"enum=follow|free|fixed,latched"`
//	}
//
// Known words: a name in front, min, max, step, unit, enum=a|b|c, archive, readonly,
// latched, cheat, secret, dev, help (last), and "-" to leave the field out. A nested
// struct has its field's name as a further part of the prefix; an embedded one has
// not. Fields of types that no cvar can have are left out, but not where a tag says
// otherwise: that is a mistake, and panics as those of Bind do.
func (c *Cvars) BindStruct(prefix string, s any) {
	v := reflect.ValueOf(s)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("console: cvars %q: cannot bind %T: a pointer to a struct is needed", prefix, s))
	}
	c.bindFields(prefix, v.Elem(), source(caller(1)))
}

func (c *Cvars) bindFields(prefix string, s reflect.Value, where string) {
	t := s.Type()
	for i := range t.NumField() {
		sf := t.Field(i)
		tag := parseTag(t, sf)
		if tag.hidden {
			continue
		}
		if !sf.IsExported() {
			switch text := sf.Tag.Get("scry"); {
			case sf.Anonymous && sf.Type.Kind() == reflect.Struct: // it promotes its exported fields, as in Go itself
				c.bindFields(prefix, s.Field(i), where)
			case text != "":
				panic(fmt.Sprintf("console: %v.%s: tag %q: the field is not exported", t, sf.Name, text))
			}
			continue
		}
		name := prefix + "." + tag.name
		at, ok := slotOf(s.Field(i).Addr().Interface())
		k := kindJSON
		if ok && !tagged(sf.Type) {
			k = kindOfVar(at.v.Type())
		}
		switch {
		case k != kindJSON:
			c.bind(name, at, tag.help, where).refine(tag)
		case sf.Type.Kind() == reflect.Struct && at.shared == nil:
			if sf.Anonymous {
				name = prefix
			}
			c.bindFields(name, s.Field(i), where)
		case sf.Tag.Get("scry") != "":
			panic(fmt.Sprintf("console: cvar %q: cannot bind %v: %s", name, sf.Type, wantedTypes))
		}
	}
}

// tagged reports whether a struct's fields have tags of their own: then they are cvars of
// their own, also where they would make a vector.
func tagged(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if _, ok := t.Field(i).Tag.Lookup("scry"); ok {
			return true
		}
	}
	return false
}

// refine does what a tag says.
func (v *Cvar) refine(t tag) {
	if t.names != nil {
		v.Enum(t.names...)
	}
	if t.bounded {
		v.Range(t.min, t.max)
	}
	if t.step != 0 {
		v.Step(t.step)
	}
	v.unit = t.unit
	if t.readOnly {
		t.flags |= flagReadOnly
	}
	v.flag(t.flags &^ (flagCheat | flagDev))
	if t.flags&flagCheat != 0 {
		v.Cheat()
	}
	if t.flags&flagDev != 0 {
		v.Dev()
	}
}
