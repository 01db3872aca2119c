package apib

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// omissions lists the actions none of whose examples are among those that were compiled. notes
// holds what was said about each example.
func (c *compiler) omissions(compiled []int, notes [][]transaction.Annotation) []transaction.Omission {
	var list []transaction.Omission
	var found *headings
	passed := 0 // actions that were looked for
	for i, a := range c.actions {
		end := len(c.examples)
		if i+1 < len(c.actions) {
			end = c.actions[i+1].first
		}
		if n, _ := slices.BinarySearch(compiled, a.first); n < len(compiled) && compiled[n] < end {
			continue
		}
		if found == nil {
			found = findHeadings(c.doc.Text)
		}
		for ; passed < i; passed++ {
			found.find(c.actions[passed])
		}
		h, exact := found.find(a)
		passed++
		o := transaction.Omission{Origin: c.origin(a, a.method()), Method: a.method(), URI: or(a.href, a.resource.href)}
		if exact && o.Method == "" {
			o.Method, o.Origin.ActionName = h.method, or(a.title, h.method)
		}
		if h != (actionHeading{}) {
			o.At = c.doc.At(h.offset)
		}
		list = append(list, compile.Omit(o, slices.Concat(notes[a.first:end]...)))
	}
	return list
}

// method is what the requests of the action say; "" when it has none.
func (a action) method() string {
	if ps := pairs(a.element); len(ps) > 0 {
		return ps[0].request.method
	}
	return ""
}

// actionHeading is a line that begins an action: "# View [GET /machines/{id}]" or
// "# GET /machines/{id}", where the URI can be missing.
type actionHeading struct {
	offset             int
	title, method, uri string
}

const methodPattern = `(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|LINK|UNLINK|COPY|MOVE|LOCK|UNLOCK|MKCOL|PROPFIND|PROPPATCH|SEARCH|PURGE)`

var (
	titledHeading = expression(`^#+ *(.*?) *\[` + methodPattern + `(?: +(\S.*?))? *\] *#*$`)
	plainHeading  = expression(`^#+ *()` + methodPattern + `(?: +(\S+))? *#*$`)
)

// headings finds actions in a text, from the first to the last, without the parser's places, which
// would cost far more than an omission is worth.
type headings struct {
	list []actionHeading
	next int // the heading behind the last one that was found
}

func findHeadings(text []byte) *headings {
	h := &headings{}
	offset := 0
	for line := range bytes.Lines(text) {
		if line[0] == '#' && len(line) < maxHeading {
			line := bytes.TrimSpace(line)
			m := titledHeading().FindSubmatch(line)
			if m == nil {
				m = plainHeading().FindSubmatch(line)
			}
			if m != nil {
				h.list = append(h.list, actionHeading{offset, string(m[1]), string(m[2]), string(m[3])})
			}
		}
		offset += len(line)
	}
	return h
}

const (
	maxHeading = 4096 // bytes of a line that can be a heading
	maxAhead   = 256  // headings that are looked at for one action
)

// find returns the heading of an action, which comes after those found before. When there is none,
// it returns the last that was found.
func (h *headings) find(a action) (heading actionHeading, found bool) {
	method, uri := a.method(), or(a.href, a.resource.href)
	for i := h.next; i < min(len(h.list), h.next+maxAhead); i++ {
		l := h.list[i]
		if l.title == strings.TrimSpace(a.title) && (method == "" || method == l.method) && (l.uri == "" || l.uri == uri) {
			h.next = i + 1
			return l, true
		}
	}
	if h.next > 0 {
		return h.list[h.next-1], false
	}
	return actionHeading{}, false
}

// expression is a regular expression that is compiled when it is first used, so that the start of a
// program does not pay for all of them.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
