package compile

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Param is a documented parameter of a URI.
type Param struct {
	// Name is as the description spells it, percent-encoded or not.
	Name     string
	Required bool
	Example  Value
	Default  Value
	// Enum are the values that are allowed; empty allows all. The first is the example when there
	// is no other.
	Enum []Value
	// Hint says what to do when the parameter is required and has no value; "" is to add one.
	Hint string
}

// value is what the parameter gets in a request: its example, else its default. An empty example
// is none.
func (p Param) value() (Value, bool) {
	for _, v := range []Value{p.example(), p.Default} {
		if v.filled() {
			return v, true
		}
	}
	return Value{}, false
}

func (p Param) example() Value {
	if !p.Example.IsDefined() && len(p.Enum) > 0 {
		return p.Enum[0]
	}
	return p.Example
}

// Cascade merges the parameters of a resource, of its action, and of a request, in that order: a
// later declaration takes the place of an earlier one of the same name, as a whole.
func Cascade(levels ...[]Param) []Param {
	var merged []Param
	for _, level := range levels {
		for _, p := range level {
			if i := indexParam(merged, p.Name); i >= 0 {
				merged[i] = p
			} else {
				merged = append(merged, p)
			}
		}
	}
	return merged
}

// indexParam finds a parameter by name, however the names are percent-encoded; -1 when there is
// none.
func indexParam(params []Param, name string) int {
	name = decode(name)
	return slices.IndexFunc(params, func(p Param) bool { return decode(p.Name) == name })
}

func decode(name string) string {
	if d, err := url.PathUnescape(name); err == nil {
		return d
	}
	return name
}

// The components that speak in annotations, in Dredd's words.
const (
	componentParameters = "parametersValidation"
	componentExpansion  = "uriTemplateExpansion"
)

// notes collects annotations on one example.
type notes struct {
	origin transaction.Origin
	list   []transaction.Annotation
}

func (n *notes) add(s transaction.Severity, component, format string, args ...any) {
	n.list = append(n.list, transaction.Annotation{
		Severity:  s,
		Component: component,
		Message:   fmt.Sprintf(format, args...),
		At:        transaction.Position{File: n.origin.Filename},
		Origin:    n.origin,
	})
}

// validate says which parameters cannot be right, whether or not the URI has them.
func (n *notes) validate(params []Param) {
	for _, p := range params {
		if _, ok := p.value(); p.Required && !ok {
			hint := p.Hint
			if hint == "" {
				hint = "add one"
			}
			n.add(transaction.SeverityError, componentParameters,
				"the required URI parameter %q has no example and no default value; %s", decode(p.Name), hint)
		}
		if example := p.example(); len(p.Enum) > 0 && !slices.ContainsFunc(p.Enum, example.Equal) {
			n.add(transaction.SeverityError, componentParameters,
				"the example value of the URI parameter %q is not one of its enum values", decode(p.Name))
		}
	}
}
