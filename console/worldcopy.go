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
func deepen(v reflect.Value) { deepenTo(v, 0) }

// maxDeepen bounds how deep slices and maps lie in each other that are copied: one that
// holds itself has no end.
const maxDeepen = 100

func deepenTo(v reflect.Value, depth int) {
	if depth > maxDeepen || !holdsShared(v.Type(), true, 0) {
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() || !v.CanSet() {
			return
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(c, v)
		v.Set(c)
		elements(v, depth)
	case reflect.Array:
		elements(v, depth)
	case reflect.Map:
		if v.IsNil() || !v.CanSet() {
			return
		}
		c := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			e := copied(it.Value())
			deepenTo(e, depth+1)
			c.SetMapIndex(it.Key(), e)
		}
		v.Set(c)
	case reflect.Interface:
		if v.IsNil() || !v.CanSet() || !holdsShared(v.Elem().Type(), true, 0) {
			return
		}
		c := copied(v.Elem())
		deepenTo(c, depth+1)
		v.Set(c)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() || v.Type().Field(i).Anonymous {
				deepenTo(f, depth+1)
			}
		}
	}
}

func elements(v reflect.Value, depth int) {
	if !holdsShared(v.Type().Elem(), true, 0) {
		return
	}
	for i := range v.Len() {
		deepenTo(v.Index(i), depth+1)
	}
}
