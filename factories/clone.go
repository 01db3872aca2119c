package factories

import "reflect"

// Clone returns deep copies of rows, so that one set of rows can be inserted again and again, also
// in parallel. A row that two of them refer to is one row in the copies, too.
func Clone(rows ...Row) []Row {
	seen := map[any]reflect.Value{}
	copies := make([]Row, len(rows))
	for i, r := range rows {
		copies[i] = clone(reflect.ValueOf(r), seen).Interface().(Row)
	}
	return copies
}

// clone copies what a pointer or a slice holds. Rows hold no other references, and refer to one
// another without a cycle.
func clone(v reflect.Value, seen map[any]reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		if c, ok := seen[v.Interface()]; ok {
			return c
		}
		c := reflect.New(v.Type().Elem())
		seen[v.Interface()] = c
		c.Elem().Set(v.Elem())
		if _, isRow := v.Interface().(Row); isRow {
			for i := range c.Elem().NumField() {
				if f := c.Elem().Field(i); f.CanSet() {
					f.Set(clone(f, seen))
				}
			}
		}
		return c
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		return reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v)
	default:
		return v
	}
}
