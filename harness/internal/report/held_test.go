package report_test

import (
	"reflect"
	"testing"
)

// held is about how many bytes of texts and buffers a value holds.
func held(t testing.TB, v any) int {
	t.Helper()
	seen := map[uintptr]bool{}
	var size func(reflect.Value) int
	size = func(v reflect.Value) int {
		n := 0
		switch v.Kind() {
		case reflect.String:
			return v.Len()
		case reflect.Pointer:
			if !v.IsNil() && !seen[v.Pointer()] {
				seen[v.Pointer()] = true
				return size(v.Elem())
			}
		case reflect.Interface:
			if !v.IsNil() {
				return size(v.Elem())
			}
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				return v.Cap()
			}
			for i := range v.Len() {
				n += size(v.Index(i))
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				n += size(it.Key()) + size(it.Value())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				n += size(v.Field(i))
			}
		}
		return n
	}
	return size(reflect.ValueOf(v))
}
