package console

import "reflect"

// share copies a struct into another. Where unexported fields of it hold slices or maps,
// which cannot be copied from here and are not to be shared, all its unexported fields
// stay as they are.
func share(to, from reflect.Value) {
	if to.CanSet() && !hidesShared(to.Type(), 0) {
		to.Set(from)
		return
	}
	for i := range to.NumField() {
		switch f := to.Field(i); {
		case f.Kind() == reflect.Struct && (f.CanSet() || to.Type().Field(i).Anonymous):
			share(f, from.Field(i))
		case f.CanSet():
			f.Set(from.Field(i))
		}
	}
}

// hidesShared reports whether unexported fields of a struct hold slices or maps.
func hidesShared(t reflect.Type, depth int) bool {
	if t.Kind() != reflect.Struct || depth > maxNesting {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && !f.Anonymous && holdsShared(f.Type, false, 0) || hidesShared(f.Type, depth+1) {
			return true
		}
	}
	return false
}

// holdsShared reports whether a value of a type holds what its copy would share with it:
// a slice or a map, or where boxed is asked for an interface, which may hold one. What it
// points to is another thing's.
func holdsShared(t reflect.Type, boxed bool, depth int) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		return true
	case reflect.Interface:
		return boxed
	case reflect.Array:
		return holdsShared(t.Elem(), boxed, depth+1)
	case reflect.Struct:
		for i := range t.NumField() {
			if depth < maxNesting && holdsShared(t.Field(i).Type, boxed, depth+1) {
				return true
			}
		}
	}
	return false
}

// deepen gives a value slices and maps of its own, wherever exported fields hold them.
// What it holds twice, or what holds itself, is copied once.
func deepen(v reflect.Value) { new(deepener).deepen(v, 0) }

// maxDeepen bounds how deep slices and maps lie in each other that are copied.
const maxDeepen = 100

// deepener copies what a value holds.
type deepener struct {
	copies map[original]reflect.Value
}

// original is a slice or a map that is copied.
type original struct {
	at  uintptr
	len int
	typ reflect.Type
}

// copied sets a value to the copy of what it holds, if there is one already.
func (d *deepener) copied(v reflect.Value) (o original, done bool) {
	o = original{v.Pointer(), v.Len(), v.Type()}
	c, done := d.copies[o]
	if done {
		v.Set(c)
	}
	return o, done
}

func (d *deepener) note(o original, c reflect.Value) {
	if d.copies == nil {
		d.copies = make(map[original]reflect.Value)
	}
	d.copies[o] = c
}

func (d *deepener) deepen(v reflect.Value, depth int) {
	if depth > maxDeepen || !holdsShared(v.Type(), true, 0) {
		return
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		if v.IsNil() || !v.CanSet() {
			return
		}
		if v.Kind() == reflect.Slice {
			d.slice(v, depth)
		} else {
			d.table(v, depth)
		}
	case reflect.Array:
		d.elements(v, depth)
	case reflect.Interface:
		if v.IsNil() || !v.CanSet() || !holdsShared(v.Elem().Type(), true, 0) {
			return
		}
		c := copied(v.Elem())
		d.deepen(c, depth+1)
		v.Set(c)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() || v.Type().Field(i).Anonymous {
				d.deepen(f, depth+1)
			}
		}
	}
}

func (d *deepener) slice(v reflect.Value, depth int) {
	o, done := d.copied(v)
	if done {
		return
	}
	c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	d.note(o, c)
	reflect.Copy(c, v)
	v.Set(c)
	d.elements(v, depth)
}

func (d *deepener) table(v reflect.Value, depth int) {
	o, done := d.copied(v)
	if done {
		return
	}
	c := reflect.MakeMapWithSize(v.Type(), v.Len())
	d.note(o, c)
	for it := v.MapRange(); it.Next(); {
		e := copied(it.Value())
		d.deepen(e, depth+1)
		c.SetMapIndex(it.Key(), e)
	}
	v.Set(c)
}

func (d *deepener) elements(v reflect.Value, depth int) {
	if !holdsShared(v.Type().Elem(), true, 0) {
		return
	}
	for i := range v.Len() {
		d.deepen(v.Index(i), depth+1)
	}
}
