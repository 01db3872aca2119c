package drift

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Representation is another form that the server's JSON can be given, for faults of such forms. The
// answers of Represent are faithful: they say what the JSON said.
type Representation struct {
	// Name is in kebab-case.
	Name      string
	MediaType string
	write     func(document any) string
}

// boundary ends the parts of a multipart body. No JSON has it at the beginning of a line.
const boundary = "end-of-part"

// Representations are those that there are.
func Representations() []Representation {
	return []Representation{
		{"binary", "application/octet-stream", writeNetstrings},
		{"form", "application/x-www-form-urlencoded", writeForm},
		{"multipart", "multipart/form-data; boundary=" + boundary, writeParts},
		{"text", "text/plain; charset=utf-8", writeText},
		{"xml", "application/xml", writeXML},
	}
}

// Represent returns a handler that answers as h does, with the JSON in another form. Authentication
// is left alone.
func Represent(h http.Handler, as Representation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isAuthentication(r.URL.Path) {
			h.ServeHTTP(w, r)
			return
		}
		real := &recorder{header: w.Header()}
		h.ServeHTTP(real, r)
		if document, err := decode(real.body.String()); err == nil {
			real.body.Reset()
			real.body.WriteString(as.write(document))
			real.header.Set("Content-Type", as.MediaType)
			real.header.Set("Content-Length", strconv.Itoa(real.body.Len()))
		}
		real.send(w)
	})
}

// field is a scalar of a document, and the keys that lead to it.
type field struct {
	path  []string
	value string
}

// fields are the scalars of a document, in the order of their keys.
func fields(v any, path ...string) []field {
	var list []field
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			list = append(list, fields(v[k], append(slices.Clip(path), k)...)...)
		}
	case []any:
		for i, item := range v {
			list = append(list, fields(item, append(slices.Clip(path), strconv.Itoa(i))...)...)
		}
	default:
		list = append(list, field{path, scalar(v)})
	}
	return list
}

// scalar is the text of a value that is no object and no list; that of null is empty.
func scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return fmt.Sprint(v)
}

// writeText writes a line for each field: "meta.count: 2".
func writeText(document any) string {
	var b strings.Builder
	for _, f := range fields(document) {
		fmt.Fprintf(&b, "%s: %s\n", strings.Join(f.path, "."), f.value)
	}
	return b.String()
}

// writeNetstrings writes what writeText does as strings with their lengths in front: "13:meta.count: 2,".
// A line break ends them, as it ends every body of API Blueprint.
func writeNetstrings(document any) string {
	var b strings.Builder
	for line := range strings.Lines(writeText(document)) {
		line = strings.TrimSuffix(line, "\n")
		fmt.Fprintf(&b, "%d:%s,", len(line), line)
	}
	b.WriteByte('\n')
	return b.String()
}

// writeForm writes the names of fields with brackets: "meta[count]=2".
func writeForm(document any) string {
	var pairs []string
	for _, f := range fields(document) {
		name := ""
		for i, step := range f.path {
			if i > 0 {
				step = "[" + step + "]"
			}
			name += step
		}
		pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(f.value))
	}
	return strings.Join(pairs, "&")
}

// writeParts writes a part for each field, as browsers do (RFC 7578).
func writeParts(document any) string {
	var b strings.Builder
	for _, f := range fields(document) {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n",
			boundary, strings.Join(f.path, "."), f.value)
	}
	return b.String() + "--" + boundary + "--\r\n"
}

// writeXML writes an element for each key, and one called item for each item of a list.
func writeXML(document any) string { return element("document", document) + "\n" }

func element(name string, v any) string {
	var b strings.Builder
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(element(k, v[k]))
		}
	case []any:
		for _, item := range v {
			b.WriteString(element("item", item))
		}
	default:
		b.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(scalar(v)))
	}
	return "<" + name + ">" + b.String() + "</" + name + ">"
}
