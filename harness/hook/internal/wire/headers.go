package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// encodeHeaders makes the object that hooks see. A name that is there more than once has its values
// joined, as Node does; only of set-cookie, which cannot be joined, comes a list. The headers of a
// real response have names in lower case, and set-cookie is always a list.
func encodeHeaders(headers transaction.Headers, isReal bool) Object {
	var o Object
	for _, group := range groups(headers, isReal) {
		o.Set(group.key, group.value(isReal))
	}
	return o
}

// fields are the header fields that one member of the object stands for.
type fields struct {
	key    string
	fields transaction.Headers
}

func groups(headers transaction.Headers, isReal bool) []fields {
	var all []fields
	at := map[string]int{}
	for _, h := range headers {
		lower := strings.ToLower(h.Name)
		i, ok := at[lower]
		if !ok {
			i = len(all)
			at[lower] = i
			key := h.Name
			if isReal {
				key = lower
			}
			all = append(all, fields{key: key})
		}
		all[i].fields = append(all[i].fields, h)
	}
	return all
}

func (f fields) value(isReal bool) json.RawMessage {
	values := make([]string, len(f.fields))
	for i, h := range f.fields {
		values[i] = h.Value
	}
	switch cookie := strings.EqualFold(f.key, "set-cookie"); {
	case cookie && (isReal || len(values) > 1):
		b := []byte{'['}
		for i, v := range values {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendQuoted(b, v)
		}
		return append(b, ']')
	case strings.EqualFold(f.key, "cookie"):
		return quote(strings.Join(values, "; "))
	default:
		return quote(strings.Join(values, ", "))
	}
}

// decodeHeaders reads the object. What it has in common with before, which stood for the fields of
// headers, stays as it is there: order, spelling, repetition and all, since many languages forget the
// order of an object.
func decodeHeaders(raw, before json.RawMessage, headers transaction.Headers, isReal bool) (transaction.Headers, error) {
	if !truthy(raw) {
		return nil, nil
	}
	got, err := ParseObject(raw)
	if err != nil {
		return nil, fmt.Errorf("headers: %w", err)
	}
	old, _ := ParseObject(before) // empty when there is none
	kept := map[string]bool{}
	for _, m := range got.members {
		now, err := headerValues(m.value)
		if err != nil {
			return nil, fmt.Errorf("header %s: %w", excerpt([]byte(m.key)), err)
		}
		was, ok := old.Get(m.key)
		then, err := headerValues(was)
		kept[m.key] = ok && err == nil && slices.Equal(now, then)
	}
	if len(kept) == len(old.members) && !slices.Contains(slices.Collect(maps.Values(kept)), false) {
		return headers, nil
	}
	known := map[string]transaction.Headers{}
	for _, f := range groups(headers, isReal) {
		known[f.key] = f.fields
	}
	var all transaction.Headers
	for _, key := range orderLike(got, old) {
		if same, ok := known[key]; ok && kept[key] {
			all = append(all, same...)
			continue
		}
		value, _ := got.Get(key)
		values, _ := headerValues(value) // it was read above
		for _, v := range values {
			all = append(all, transaction.Header{Name: key, Value: v})
		}
	}
	return all, nil
}

// orderLike returns the keys of an object, in the order of another as far as that has them.
func orderLike(o, order Object) []string {
	var keys []string
	for _, m := range order.members {
		if o.has(m.key) {
			keys = append(keys, m.key)
		}
	}
	for _, m := range o.members {
		if !order.has(m.key) {
			keys = append(keys, m.key)
		}
	}
	return keys
}

// headerValues reads a string, or something that is easily one, or a list of them. null is no header.
func headerValues(raw json.RawMessage) ([]string, error) {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil, nil
	case raw[0] == '{':
		return nil, fmt.Errorf("%s is no value: want a string", excerpt(raw))
	case raw[0] != '[':
		return []string{asText(raw)}, nil
	}
	elements, err := ParseArray(raw)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(elements))
	for i, e := range elements {
		if e[0] == '{' || e[0] == '[' {
			return nil, fmt.Errorf("%s is no value: want a string", excerpt(e))
		}
		values[i] = asText(e)
	}
	return values, nil
}
