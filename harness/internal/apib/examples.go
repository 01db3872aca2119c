package apib

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// pair is a request and a response of an action.
type pair struct{ request, response *element }

func pairs(action *element) []pair {
	var ps []pair
	for _, c := range action.children {
		if c.kind == "httpTransaction" {
			ps = append(ps, pair{c.child("httpRequest"), c.child("httpResponse")})
		}
	}
	return ps
}

// errPlaces says that the numbering of examples hangs on where requests and responses stand.
var errPlaces = errors.New("places are needed")

// noExample is the number of a pair that belongs to no numbered example.
const noExample = -1

// exampleNumbers tells which transaction example each pair belongs to, counted from 1. API Elements
// have no transaction examples; Dredd finds them by the places of requests and responses: an
// example ends where a request follows a response. Without places, only the plain cases are told,
// and others give errPlaces.
func exampleNumbers(ps []pair, placed bool) ([]int, error) {
	if placed {
		return numbersByPlace(ps), nil
	}
	numbers := make([]int, len(ps))
	for i := range ps {
		numbers[i] = i + 1
	}
	if len(ps) > 1 && !allDiffer(ps) {
		return nil, errPlaces
	}
	return numbers, nil
}

// maxPlain is more pairs than an action has that somebody wrote by hand.
const maxPlain = 32

// allDiffer reports whether no two pairs can have their request or their response in common. Within
// one example each request is paired with each response, so such pairs are an example each.
func allDiffer(ps []pair) bool {
	if len(ps) > maxPlain {
		return false
	}
	for i, p := range ps {
		for _, q := range ps[:i] {
			if maybeSame(p.request, q.request) || maybeSame(p.response, q.response) {
				return false
			}
		}
	}
	return true
}

// maybeSame reports whether two elements may be one, written once in the document.
func maybeSame(a, b *element) bool {
	return a.title == b.title && a.status == b.status &&
		slices.Equal(a.headers, b.headers) &&
		slices.EqualFunc(a.children, b.children, func(c, d *element) bool { return c.text == d.text })
}

func numbersByPlace(ps []pair) []int {
	type entry struct {
		place, pair int
		request     bool
	}
	var entries []entry
	for i, p := range ps {
		if n, ok := greatest(p.request.at); ok {
			entries = append(entries, entry{n, i, true})
		}
		if n, ok := greatest(p.response.at); ok {
			entries = append(entries, entry{n, i, false})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.place, b.place) })
	number, answered := 1, false
	found := map[int]int{}
	var order []int // pairs in the order that they are met in
	for _, e := range entries {
		if e.request && answered {
			number++
		}
		answered = !e.request
		if _, ok := found[e.pair]; !ok {
			order = append(order, e.pair)
		}
		found[e.pair] = number
	}
	// Dredd goes through the numbers in the order in which the pairs were met, and takes them for
	// those of the pairs in the order of the document.
	numbers := make([]int, len(ps))
	for i := range numbers {
		numbers[i] = noExample
		if i < len(order) {
			numbers[i] = found[order[i]]
		}
	}
	return numbers
}

// furtherName is the name of a pair that is not the first of its transaction example: the name of
// the example, what the request is called, and the status. Pairs that are alike in all of that are
// counted, so that adding a pair of another kind renames none.
func furtherName(example string, p pair, names map[string]int) string {
	name := "Response " + or(p.response.status, "200")
	if p.request.title != "" {
		name = "Request " + p.request.title + ", " + name
	}
	if example != "" {
		name = example + " > " + name
	}
	names[name]++
	if n := names[name]; n > 1 {
		name += " (" + strconv.Itoa(n) + ")"
	}
	return name
}

// greatest returns the greatest number in a source map, which Dredd takes for the place.
func greatest(spans []span) (int, bool) {
	n := -1
	for _, s := range spans {
		n = max(n, s.offset, s.size)
	}
	return n, n >= 0
}

// example is a pair that becomes a transaction.
type example struct {
	pair
	resource, action *element
	origin           transaction.Origin
}
