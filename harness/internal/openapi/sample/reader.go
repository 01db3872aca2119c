package sample

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// The bounds of what is made up. They are far more than descriptions ask for, and keep the worst of
// them under a second.
const (
	maxSteps  = 50_000  // values that are made or checked
	maxDepth  = 100     // levels of a value
	maxLength = 1 << 16 // characters of a string
	maxItems  = 1000    // items of a list, or properties that only a number asks for
	maxText   = 4 << 20 // characters of all strings
	maxDigits = 400     // of a number, exponent included
)

// reader reads the keywords of schemas.
type reader struct {
	r *source.Resolver
	o Options
	// patterns holds those that were compiled; nil where they are unknown to RE2.
	patterns map[string]*pattern
}

func newReader(r *source.Resolver, o Options) reader {
	return reader{r: r, o: o, patterns: map[string]*pattern{}}
}

// deref follows references as far as they lead. One that leads nowhere gives nil.
func (r reader) deref(n *source.Node) *source.Node {
	if _, ok := source.Ref(n); !ok {
		return n
	}
	target, err := r.r.Deref(n)
	if err != nil {
		return nil
	}
	return target
}

// core returns the schema that another one is by another name: what it refers to, alone or in the
// only part of its allOf.
func (r reader) core(n *source.Node) *source.Node {
	for range maxDepth {
		n = r.deref(n)
		parts := n.Get("allOf")
		if parts.Len() != 1 || n.Has("properties") {
			break
		}
		if _, ok := source.Ref(parts.Items()[0]); !ok {
			break
		}
		n = parts.Items()[0]
	}
	return n
}

// siblings reports whether what stands beside a $ref counts.
func (r reader) siblings() bool { return r.o.Dialect == OpenAPI31 }

// hidden reports whether a property may not be in the value at all.
func (r reader) hidden(schema *source.Node) bool {
	if r.o.AsDredd {
		return false
	}
	keyword := "readOnly"
	if r.o.Response {
		keyword = "writeOnly"
	}
	if r.siblings() && schema.Get(keyword).Bool() {
		return true
	}
	return r.deref(schema).Get(keyword).Bool()
}

// types returns what a schema names as types; nil when it names none.
func (r reader) types(s *source.Node) []string {
	var types []string
	switch t := s.Get("type"); t.Kind() {
	case source.String:
		types = append(types, t.Text())
	case source.List:
		for _, item := range t.Items() {
			types = append(types, item.Text())
		}
	}
	for i, t := range types {
		if t == "file" {
			types[i] = "string"
		}
	}
	if len(types) > 0 && r.nullable(s) {
		types = append(types, "null")
	}
	return types
}

func (r reader) nullable(s *source.Node) bool { return r.nullableAt(s).Bool() }

// nullableAt returns the value that says whether a schema allows null, in the dialects that have it
// beside the type.
func (r reader) nullableAt(s *source.Node) *source.Node {
	switch r.o.Dialect {
	case OpenAPI30:
		return s.Get("nullable")
	case OpenAPI2:
		return s.Get("x-nullable")
	}
	return nil
}

// rational reads a number, unless it is so large or small that reckoning with it takes long.
func rational(n *source.Node) (*big.Rat, bool) {
	text := n.Text()
	if !n.Is(source.Number) || len(text) > maxDigits {
		return nil, false
	}
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		exponent, err := strconv.Atoi(text[i+1:])
		if err != nil || exponent > maxDigits || exponent < -maxDigits {
			return nil, false
		}
	}
	return new(big.Rat).SetString(text)
}

// count reads a number of things; def when there is none.
func count(n *source.Node, def int) int {
	r, ok := rational(n)
	if !ok || !r.IsInt() || r.Sign() < 0 {
		return def
	}
	if !r.Num().IsInt64() || r.Num().Int64() > 1<<30 {
		return 1 << 30
	}
	return int(r.Num().Int64())
}

// stringsOf returns the strings of a list.
func stringsOf(n *source.Node) []*source.Node {
	var out []*source.Node
	for _, item := range n.Items() {
		if item.Is(source.String) {
			out = append(out, item)
		}
	}
	return out
}

// texts reads the strings of a list.
func texts(n *source.Node) []string {
	var out []string
	for _, item := range stringsOf(n) {
		out = append(out, item.Text())
	}
	return out
}
