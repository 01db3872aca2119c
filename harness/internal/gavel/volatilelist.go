package gavel

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// declarations holds the declarations that apply to one response, in their order. The zero value
// holds none.
type declarations struct {
	body, headers []*volatile
	// named and open are the places in body of the patterns that end in a name, by that name, and of
	// the others. They are filled when there are many, so that each value is held against few.
	named map[string][]int
	open  []int
}

// manyDeclarations is the number from which on looking a name up beats going through all of them.
const manyDeclarations = 16

func (d *declarations) add(v *volatile) {
	if v.Header != "" {
		d.headers = append(d.headers, v)
	} else {
		d.body = append(d.body, v)
	}
}

// index prepares for looking things up.
func (d *declarations) index() {
	if len(d.body) < manyDeclarations {
		return
	}
	d.named = make(map[string][]int, len(d.body))
	for i, v := range d.body {
		last := patternStep{many: true}
		if len(v.steps) > 0 {
			last = v.steps[len(v.steps)-1]
		}
		if last.one || last.many || last.index >= 0 {
			d.open = append(d.open, i)
		} else {
			d.named[last.name] = append(d.named[last.name], i)
		}
	}
}

// header returns the last declaration of a header, or nil.
func (d *declarations) header(name string) *volatile {
	for i := len(d.headers) - 1; i >= 0; i-- {
		if strings.EqualFold(d.headers[i].Header, name) {
			return d.headers[i]
		}
	}
	return nil
}

// covering returns the last declaration that covers a path and that counts for the value at i, or
// nil.
func (d *declarations) covering(path []step, counts func(v *volatile, t *tree, i int32) bool, t *tree, i int32) *volatile {
	if d.named == nil {
		for at := len(d.body) - 1; at >= 0; at-- {
			if v := d.body[at]; v.matches(path) && counts(v, t, i) {
				return v
			}
		}
		return nil
	}
	var named []int
	if n := len(path); n > 0 && path[n-1].index < 0 {
		named = d.named[path[n-1].key]
	}
	open := d.open
	for len(named)+len(open) > 0 {
		at := 0
		if len(open) == 0 || len(named) > 0 && named[len(named)-1] > open[len(open)-1] {
			at, named = named[len(named)-1], named[:len(named)-1]
		} else {
			at, open = open[len(open)-1], open[:len(open)-1]
		}
		if v := d.body[at]; v.matches(path) && counts(v, t, i) {
			return v
		}
	}
	return nil
}

// indexed reports whether a pattern may name an index that is the given number of steps down, or
// deeper, and which of them it names there.
func (d *declarations) indexed(depth int) (some bool, named map[int]bool) {
	for _, v := range d.body {
		many := false
		for at, s := range v.steps {
			many = many || s.many
			if s.index < 0 || at < depth && !many {
				continue
			}
			some = true
			if named == nil {
				named = map[int]bool{}
			}
			if many || at == depth {
				named[s.index] = true
			}
		}
	}
	return some, named
}

// countsFor reports whether a declaration has a say about a documented value: that of a set has none
// about what is no list.
func countsFor(v *volatile, t *tree, i int32) bool {
	return v.Kind != transaction.KindSet || t.nodes[i].kind == kindArray
}

// countsByDefault is countsFor for the defaults: they count where the documented value is itself of
// their kind.
func countsByDefault(v *volatile, t *tree, i int32) bool { return v.accepts(t, i) }

// declare reads Options.Volatile. Under structure there is no such thing.
func (k *check) declare() {
	if k.level == structure {
		return
	}
	for _, v := range k.options.Volatile {
		p := k.checker.volatiles.get(v, newVolatile)
		if p.err == nil {
			k.declared.add(p)
		} else {
			k.wrong = append(k.wrong, p)
		}
	}
	k.declared.index()
}

// defaults returns the built-in declarations where they count, else nil.
func (k *check) defaults() *declarations {
	if k.level < values || k.options.NoDefaults {
		return nil
	}
	return k.checker.defaults
}

// invalid reports the declarations about a field that make no sense.
func (k *check) invalid(field string) {
	for _, v := range k.wrong {
		about, where := fieldBody, v.Pointer
		if v.Header != "" {
			about, where = fieldHeaders, v.Header
		}
		if about == field {
			k.out.add(transaction.Finding{
				ID: VolatileInvalid, Field: field, Message: v.err.Error(), Expected: where, HasExpected: true,
			})
		}
	}
}

// volatileHeader returns the declaration that a header is held against, which is noted as an excuse;
// nil when there is none.
func (k *check) volatileHeader(name string) *volatile {
	v := k.declared.header(name)
	if d := k.defaults(); v == nil && d != nil {
		v = d.header(name)
	}
	if v != nil && k.options.Explain {
		k.excused.add(fieldHeaders, "/"+escapeStep(strings.ToLower(name)), v)
	}
	return v
}

// maxExcused bounds the excuses of one response.
const maxExcused = 1000

// excuses collects the places that were held against a declaration.
type excuses struct{ list []transaction.Excused }

func (e *excuses) add(field, pointer string, v *volatile) {
	if len(e.list) < maxExcused {
		e.list = append(e.list, transaction.Excused{Field: field, Pointer: pointer, By: v.Volatile})
	}
}
