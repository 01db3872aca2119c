package sample

import "github.com/bailiff-dev/bailiff/harness/internal/openapi/source"

// equal reports whether two values are the same in JSON: numbers by what they are, objects without
// regard to order.
func equal(a, b *source.Node) bool {
	if a == b {
		return true
	}
	if a.Kind() != b.Kind() || a.Len() != b.Len() {
		return false
	}
	switch a.Kind() {
	case source.Number:
		x, ok1 := rational(a)
		y, ok2 := rational(b)
		if ok1 && ok2 {
			return x.Cmp(y) == 0
		}
		return a.Text() == b.Text()
	case source.List:
		other := b.Items()
		for i, item := range a.Items() {
			if !equal(item, other[i]) {
				return false
			}
		}
		return true
	case source.Object:
		for key, v := range a.All() {
			if !b.Has(key) || !equal(v, b.Get(key)) {
				return false
			}
		}
		return true
	}
	return a.Text() == b.Text()
}
