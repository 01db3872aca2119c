package compile

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// expand returns the URI that a template stands for; false when the example has none.
func (n *notes) expand(template string, params []Param) (string, bool) {
	parts, err := split(template)
	if err != nil {
		n.add(transaction.SeverityError, componentExpansion, "the URI template %q cannot be read: %s", template, err)
		return "", false
	}
	values, ok := n.assign(template, parts, params)
	if !ok {
		return "", false
	}
	var uri strings.Builder
	for _, p := range parts {
		if err := p.expand(&uri, values); err != nil {
			n.add(transaction.SeverityError, componentExpansion, "the URI template %q cannot be expanded: %s", template, err)
			return "", false
		}
	}
	if uri.Len() == 0 {
		return "/", true
	}
	return uri.String(), true
}

// assign finds a value for each variable of a template, under the name that the template has for
// it. It is false when a variable that cannot be left out has no value.
func (n *notes) assign(template string, parts []part, params []Param) (map[string]Value, bool) {
	known, ok := n.declared(template, parts, params)
	if !ok {
		return nil, false
	}
	values := map[string]Value{}
	for _, name := range known {
		p := params[indexParam(params, name)]
		v, has := p.value()
		switch {
		case has:
			values[name] = v
		case p.Required:
			n.add(transaction.SeverityWarning, componentExpansion,
				"the required variable %q of the URI template %q has no example value, so there is no transaction", name, template)
			ok = false
		}
		if p.Required && p.Default.filled() {
			n.add(transaction.SeverityWarning, componentExpansion,
				"the URI parameter %q is required and has a default value, which makes no sense; give it an example value", decode(name))
		}
	}
	return values, ok
}

// declared returns the variables of a template that are documented, each once. It is false when one
// that is not cannot be left out.
func (n *notes) declared(template string, parts []part, params []Param) (known []string, ok bool) {
	ok = true
	seen := map[string]bool{}
	for _, p := range parts {
		for _, v := range p.vars {
			documented := indexParam(params, v.name) >= 0
			if !documented && !p.op.query {
				ok = false
			}
			if seen[v.name] {
				continue
			}
			seen[v.name] = true
			switch {
			case documented:
				known = append(known, v.name)
			case p.op.query:
				n.add(transaction.SeverityWarning, componentExpansion,
					"the variable %q of the URI template %q is not documented and is left out; declare it as a parameter", v.name, template)
			default:
				n.add(transaction.SeverityWarning, componentExpansion,
					"the variable %q of the URI template %q is not documented, so there is no transaction; declare it as a parameter", v.name, template)
			}
		}
	}
	return known, ok
}
