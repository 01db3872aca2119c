package server

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// endpoint answers a request. An error undoes what it wrote.
type endpoint func(*exchange) (*reply, error)

// router finds the endpoint of a path. Segments of a pattern are literal, or a variable in braces; a
// literal one goes before a variable. The router of net/http answers unknown paths and methods in
// text, and cannot be asked which methods there are.
type router struct {
	root   node
	routes []Route
}

type node struct {
	literal   map[string]*node
	variable  *node
	endpoints map[string]leaf
}

// leaf is an endpoint with the names of the variables on the way to it.
type leaf struct {
	serve endpoint
	// route is what a request for it has in its field Pattern, as net/http writes it.
	route     string
	variables []string
}

func (rt *router) add(method, pattern string, serve endpoint, unlisted bool) {
	at := &rt.root
	var variables []string
	for segment := range strings.SplitSeq(strings.TrimPrefix(pattern, "/"), "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			variables = append(variables, strings.TrimSuffix(name, "}"))
			if at.variable == nil {
				at.variable = &node{}
			}
			at = at.variable
			continue
		}
		if at.literal == nil {
			at.literal = map[string]*node{}
		}
		if at.literal[segment] == nil {
			at.literal[segment] = &node{}
		}
		at = at.literal[segment]
	}
	if at.endpoints == nil {
		at.endpoints = map[string]leaf{}
	}
	if _, twice := at.endpoints[method]; twice {
		panic("server: " + method + " " + pattern + " is served twice: change the path of one of them")
	}
	at.endpoints[method] = leaf{serve, method + " " + pattern, variables}
	if !unlisted {
		rt.routes = append(rt.routes, Route{Method: method, Pattern: pattern})
	}
}

// list is the routes in order.
func (rt *router) list() []Route {
	return slices.SortedFunc(slices.Values(rt.routes), func(a, b Route) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	})
}

// find returns the endpoint of a method and an escaped path, and its variables. When there is none, found has none:
// allow has the methods that the path is served with, empty when it is not served at all.
func (rt *router) find(method, path string) (found leaf, vars map[string]string, allow []string) {
	var values []string
	at := &rt.root
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		text, err := url.PathUnescape(segment)
		if err != nil || text == "" {
			return leaf{}, nil, nil
		}
		switch {
		case at.literal[text] != nil:
			at = at.literal[text]
		case at.variable != nil:
			at = at.variable
			values = append(values, text)
		default:
			return leaf{}, nil, nil
		}
	}
	l, ok := at.endpoints[method]
	if !ok && method == http.MethodHead {
		l, ok = at.endpoints[http.MethodGet]
	}
	if !ok {
		return leaf{}, nil, methods(at)
	}
	vars = make(map[string]string, len(values))
	for i, name := range l.variables {
		vars[name] = values[i]
	}
	return l, vars, nil
}

func methods(at *node) []string {
	if len(at.endpoints) == 0 {
		return nil
	}
	all := slices.Collect(maps.Keys(at.endpoints))
	if at.endpoints[http.MethodGet].serve != nil {
		all = append(all, http.MethodHead)
	}
	all = append(all, http.MethodOptions)
	slices.Sort(all)
	return all
}
