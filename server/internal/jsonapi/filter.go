package jsonapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits on one filter.
const (
	maxFilterDepth = 8
	maxFilterNodes = 100
)

// Filter is a node of the filter dialect of flask-rest-jsonapi: a combination of nodes (And, Or,
// Not), or a comparison.
//
//	[{"name": "state", "op": "eq", "val": "published"}]
//	[{"or": [{"name": "event-topic__name", "op": "eq", "val": "Music"}, {"name": "name", "op": "ilike", "val": "%jazz%"}]}]
//	[{"name": "event-topic", "op": "has", "val": {"name": "slug", "op": "eq", "val": "music"}}]
type Filter struct {
	And, Or []Filter
	Not     *Filter

	// Name is the attribute or relationship, and Of the attribute of the related object when the
	// name has the form "relationship__attribute".
	Name, Of string
	// Op is the operator without its trailing underscore.
	Op string
	// Val is the value that Name is compared with: a scalar as encoding/json decodes it with
	// numbers kept as text, or a list of them. Has says that there is one, for it may be null.
	Val any
	Has bool
	// Field is another attribute to compare with, instead of a value.
	Field string
	// Nested is the condition on related objects, when the value is a node itself.
	Nested *Filter
}

func parseFilter(s string) ([]Filter, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	v, err := decodeJSON([]byte(s))
	nodes, ok := v.([]any)
	if err != nil || !ok {
		return nil, BadParameter("filter", "Parse error")
	}
	p := &filterParser{}
	return p.all(nodes, 0)
}

type filterParser struct{ nodes int }

func (p *filterParser) all(nodes []any, depth int) ([]Filter, error) {
	filters := make([]Filter, 0, len(nodes))
	for _, n := range nodes {
		f, err := p.node(n, depth)
		if err != nil {
			return nil, err
		}
		filters = append(filters, *f)
	}
	return filters, nil
}

func (p *filterParser) node(n any, depth int) (*Filter, error) {
	if p.nodes++; p.nodes > maxFilterNodes || depth > maxFilterDepth {
		return nil, BadParameter("filter", fmt.Sprintf("more than %d conditions or %d levels", maxFilterNodes, maxFilterDepth))
	}
	node, ok := n.(map[string]any)
	if !ok {
		return nil, BadParameter("filter", "Parse error")
	}
	f := &Filter{}
	for _, combination := range []struct {
		key  string
		list *[]Filter
	}{{"and", &f.And}, {"or", &f.Or}} {
		if list, has := node[combination.key]; has {
			nodes, ok := list.([]any)
			if !ok || len(nodes) == 0 {
				return nil, BadParameter("filter", "Parse error: "+combination.key+" wants a list of conditions")
			}
			var err error
			*combination.list, err = p.all(nodes, depth+1)
			return f, err
		}
	}
	if inner, has := node["not"]; has {
		var err error
		f.Not, err = p.node(inner, depth+1)
		return f, err
	}
	return p.comparison(f, node, depth)
}

func (p *filterParser) comparison(f *Filter, node map[string]any, depth int) (*Filter, error) {
	name, ok := node["name"].(string)
	if !ok || name == "" {
		return nil, BadParameter("filter", "Can't find name of a filter")
	}
	relationship, of, _ := strings.Cut(name, "__")
	f.Name, f.Of = Dashed(relationship), Dashed(of)
	op, ok := node["op"].(string)
	if !ok || op == "" {
		return nil, BadParameter("filter", "Can't find op of a filter")
	}
	f.Op = strings.TrimSuffix(op, "_")
	if field, ok := node["field"].(string); ok {
		f.Field = Dashed(field)
		return f, nil
	}
	val, has := node["val"]
	if !has {
		return nil, BadParameter("filter", "Can't find value or field in a filter")
	}
	f.Has = true
	if _, isNode := val.(map[string]any); isNode {
		var err error
		f.Nested, err = p.node(val, depth+1)
		return f, err
	}
	f.Val = val
	return f, nil
}

// decodeJSON reads one JSON value and nothing after it, with numbers kept as text.
func decodeJSON(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after its end")
	}
	return v, nil
}
