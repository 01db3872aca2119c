package openapi

import (
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// request is a documented request but for what parameters make of it.
type request struct {
	contentType string
	body        body
	example     example
}

// response is a documented response.
type response struct {
	status      int
	at          transaction.Position
	contentType string
	headers     transaction.Headers
	body        body
	schema      string
	example     example
	skip        bool
	// place is where it is documented, but for the operation and the body.
	place place
}

// requests lists the requests of the operation: one for each media type, or one without a body.
func (e *exchanges) requests() []request {
	var list []request
	for _, m := range e.content(e.deref(e.operation.node.Get("requestBody"))) {
		for _, x := range e.examples(m, forRequest) {
			r := request{contentType: m.contentType, body: x.body, example: x}
			if mediaType(m.contentType) == "multipart/form-data" && boundary(m.contentType) == "" && r.body.text != "" {
				r.contentType += "; boundary=" + defaultBoundary
			}
			list = append(list, r)
		}
	}
	if len(list) == 0 {
		return []request{{}}
	}
	return list
}

// responses lists the responses of the operation, each once for each of its media types. An operation
// without any is expected to succeed.
func (e *exchanges) responses() []response {
	var list []response
	documented := e.operation.node.Get("responses")
	for _, entry := range documented.Entries() {
		r, ok := e.status(documented, entry.Key)
		node := e.deref(entry.Value)
		if !ok || !node.Is(source.Object) {
			continue
		}
		media := e.content(node)
		if len(media) == 0 && node.Get("content").Len() > 0 {
			continue // none of its media types is one, so that Dredd knows no such response
		}
		if len(media) == 0 {
			r.headers = e.responseHeaders(node, "")
			r.place.headers = node.Get("headers")
			list = append(list, r)
			continue
		}
		for _, m := range media {
			for _, x := range e.examples(m, forResponse) {
				r := r
				r.contentType, r.body, r.example = m.contentType, x.body, x
				r.headers = e.responseHeaders(node, m.contentType)
				r.place.headers = node.Get("headers")
				if m.contentType != "" {
					r.place.contentType = m.at
				}
				if isJSON(m.contentType) {
					r.place.schema = m.node.Get("schema")
					r.schema = e.schema(r.place.schema)
				}
				list = append(list, r)
			}
		}
	}
	if len(list) == 0 {
		return []response{{at: e.operation.at}}
	}
	return list
}

// status reads the key of a response; false when no transaction can be made of it.
//
// Dredd takes "default" for 200, under which name its hooks know it. But that response is the one for
// all other statuses, mostly errors, so it is skipped unless a hook says otherwise or there is no
// other. Dredd passes ranges over. Here, 2XX is taken for its first code when no other code says what
// success is; of the rest, none of a hundred codes is more likely than another.
func (e *exchanges) status(responses, key *source.Node) (r response, ok bool) {
	r.at = key.At()
	switch name := key.Text(); {
	case name == "default":
		r.skip = responses.Len() > 1
		return r, true
	case strings.EqualFold(name, "2XX"):
		for _, other := range responses.Keys() {
			if len(other) == 3 && other[0] == '2' && other != name {
				return r, false
			}
		}
		r.status = 200
		return r, true
	case len(name) != 3:
		return r, false
	default:
		code, err := strconv.Atoi(name)
		r.status = code
		return r, err == nil && code >= 100
	}
}

// responseHeaders are the documented headers. Their values are not: a header with an empty value has
// to be there, whatever it says.
func (e *exchanges) responseHeaders(node *source.Node, contentType string) transaction.Headers {
	var headers transaction.Headers
	if contentType != "" {
		headers = append(headers, transaction.Header{Name: "Content-Type", Value: contentType})
	}
	for name := range node.Get("headers").All() {
		if strings.EqualFold(name, "Content-Type") || !isToken(name) {
			continue // OpenAPI has the former ignored
		}
		headers = append(headers, transaction.Header{Name: name})
	}
	return headers
}

// isToken reports whether a text can be the name of a header, or of a cookie: RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		alphanumeric := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alphanumeric && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// media is one media type of a request body or a response.
type media struct {
	contentType string
	node        *source.Node
	at          transaction.Position
}

// content lists the media types of a request body or a response. A range, such as */*, is no media
// type that could be sent or asked for, so it has none in its place.
func (c *compiler) content(n *source.Node) []media {
	var list []media
	for _, e := range n.Get("content").Entries() {
		m := media{contentType: e.Key.Text(), node: c.deref(e.Value), at: e.Key.At()}
		switch {
		case !m.node.Is(source.Object):
			continue
		case isRange(m.contentType):
			m.contentType = ""
		case !isMediaType(m.contentType):
			continue
		}
		list = append(list, m)
	}
	return list
}

// isRange reports whether a text is a media type range.
func isRange(s string) bool {
	t := mediaType(s)
	return t == "*/*" || strings.HasSuffix(t, "/*") && isMediaType(strings.TrimSuffix(t, "*")+"x")
}
