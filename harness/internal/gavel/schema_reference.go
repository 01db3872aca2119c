package gavel

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// reference is a $ref, or something like it, of a document.
type reference struct {
	doc  *document
	path []string // of the keyword
	text string
	// target is the URL that it leads to, and fragment what comes behind the "#".
	target, fragment string
}

// refKeywords are the keywords that lead to another schema.
var refKeywords = []string{"$ref", "$dynamicRef", "$recursiveRef", "$schema"}

// badReference says which reference leads nowhere, when that is what an error of the library is about.
// Since the library follows references in no order, it is the first one of the documented schema
// that does, and only then the one that the library came upon.
func (c *compiling) badReference(err error) *transaction.Finding {
	at, ok := targetOf(err)
	if !ok {
		return nil
	}
	for _, d := range c.documents.order {
		for _, r := range c.scan(d).references {
			if d.isRoot() && !c.leads(r) || !d.isRoot() && r.meant(at) {
				return c.unresolved(r)
			}
		}
	}
	return brokenSchema(SchemaReferenceUnresolved, fmt.Sprintf(
		"The documented schema refers to %q, which is not there.", c.documents.clean(at)))
}

// targetOf returns what a reference could not be followed to, as the library calls it.
func targetOf(err error) (string, bool) {
	var (
		load    *jsonschema.LoadURLError
		missing *jsonschema.JSONPointerNotFoundError
		invalid *jsonschema.InvalidJsonPointerError
		anchor  *jsonschema.AnchorNotFoundError
		parse   *jsonschema.ParseURLError
	)
	switch {
	case errors.As(err, &load):
		return load.URL, true
	case errors.As(err, &missing):
		return missing.URL, true
	case errors.As(err, &invalid):
		return invalid.URL, true
	case errors.As(err, &anchor):
		return anchor.Reference, true
	case errors.As(err, &parse):
		return parse.URL, true
	}
	return "", false
}

// meant reports whether the library may have come upon this reference. It names a place by the
// document and the whole path within it, even where the reference begins at an id in there.
func (r reference) meant(at string) bool {
	name, fragment, _ := strings.Cut(at, "#")
	fragment = unescapeURL(fragment)
	switch {
	case r.text == at:
		return true
	case fragment == "":
		return r.target == name
	}
	return r.fragment == fragment || strings.HasPrefix(r.fragment, "/") && strings.HasSuffix(fragment, r.fragment)
}

// scan is what there is of references in a document, and of what they lead to.
type scan struct {
	doc   *document
	value any
	draft *jsonschema.Draft
	// references are in the order of the text.
	references []reference
	// ids are the URLs that parts of the document are known by, and anchors the names of parts.
	ids     map[string][]string
	anchors map[string]bool
}

// scan looks through a document, once.
func (c *compiling) scan(d *document) *scan {
	if s := c.scans[d]; s != nil {
		return s
	}
	s := &scan{doc: d, draft: d.draft, ids: map[string][]string{}, anchors: map[string]bool{}}
	if s.draft == nil {
		s.draft = c.trying
	}
	s.value, _ = d.text.at(nil)
	s.node(s.value, nil, d.url)
	lines := make(map[string]int, len(s.references))
	for _, r := range s.references {
		lines[pathPointer(r.path)] = d.text.line(r.path)
	}
	slices.SortFunc(s.references, func(a, b reference) int {
		return cmp.Or(cmp.Compare(lines[pathPointer(a.path)], lines[pathPointer(b.path)]), comparePaths(a.path, b.path))
	})
	if c.scans == nil {
		c.scans = map[*document]*scan{}
	}
	c.scans[d] = s
	return s
}

func (s *scan) node(v any, path []string, base string) {
	object, _ := v.(map[string]any)
	if name, anchor, ok := s.id(object); ok {
		if name != "" {
			base = joinURL(base, name)
			if _, again := s.ids[base]; !again {
				s.ids[base] = path
			}
		}
		if anchor != "" {
			s.anchors[base+"#"+anchor] = true
		}
	}
	for _, key := range []string{"$anchor", "$dynamicAnchor"} {
		if name, ok := object[key].(string); ok {
			s.anchors[base+"#"+name] = true
		}
	}
	for _, key := range refKeywords {
		if text, ok := object[key].(string); ok && (key != "$schema" || len(path) > 0) {
			s.add(text, below(path, key), base)
		}
	}
	eachChild(v, func(step string, child any) {
		if !holdsData(step, child) {
			s.node(child, below(path, step), base)
		}
	})
}

// id returns the id of a subschema, and the anchor that is a part of it before draft 2019-09, where a
// $ref leaves no room for one.
func (s *scan) id(object map[string]any) (name, anchor string, ok bool) {
	id, ok := object["$id"].(string)
	if !ok && s.draft == jsonschema.Draft4 {
		id, ok = object["id"].(string) // as modernise has it
	}
	if _, isRef := object["$ref"].(string); isRef && modernDraft(s.draft) == jsonschema.Draft7 {
		return "", "", false
	}
	name, anchor, _ = strings.Cut(id, "#")
	return name, anchor, ok
}

func (s *scan) add(text string, path []string, base string) {
	name, fragment, _ := strings.Cut(text, "#")
	target := base
	if name != "" {
		target = joinURL(base, name)
	}
	s.references = append(s.references, reference{doc: s.doc, path: path, text: text, target: target, fragment: unescapeURL(fragment)})
}

// below is a path one step further down, which shares nothing with others.
func below(path []string, step string) []string { return append(path[:len(path):len(path)], step) }

func unescapeURL(fragment string) string {
	if decoded, err := url.PathUnescape(fragment); err == nil {
		return decoded
	}
	return fragment
}

// joinURL is a name as seen from a base; "" when it is no URL.
func joinURL(base, name string) string {
	b, err := url.Parse(base)
	if err != nil {
		return ""
	}
	u, err := url.Parse(name)
	if err != nil {
		return ""
	}
	joined := b.ResolveReference(u)
	if !u.IsAbs() && b.Opaque != "" {
		joined.Opaque = b.Opaque
	}
	return joined.String()
}

// leads reports whether a reference of the documented schema leads somewhere.
func (c *compiling) leads(r reference) bool {
	last, _ := lastTwo(r.path)
	if last == "$schema" || strings.Contains(r.target, "://json-schema.org/") {
		return true // the library has those; if not, it says so
	}
	s := c.scan(r.doc)
	within, known := s.ids[r.target]
	if !known && r.target != r.doc.url {
		d, err := c.document(r.target)
		if err != nil {
			return false
		}
		s = c.scan(d)
	}
	switch {
	case r.fragment == "":
		return true
	case strings.HasPrefix(r.fragment, "/"):
		_, ok := lookup(s.value, append(within[:len(within):len(within)], splitPointer(r.fragment)...))
		return ok
	}
	return s.anchors[r.target+"#"+r.fragment]
}

// unresolved says why a reference cannot be followed.
func (c *compiling) unresolved(r reference) *transaction.Finding {
	var (
		unread   errUnread
		unusable errUnusable
	)
	_, err := c.document(r.target)
	if errors.As(err, &unusable) {
		return unusable.finding
	}
	what := fmt.Sprintf("%s refers to %q", r.doc.title(), r.text)
	f := brokenSchema(SchemaReferenceUnresolved, "")
	switch {
	case r.target == "":
		f.Message = what + ", which is not a URL or the name of a file."
	case errors.As(err, &unread):
		f.Message = what + ": " + strings.TrimSuffix(unread.problem, ".") + "."
	case errors.Is(err, errRemote):
		f.Message = what + seenFrom(r) + ". Nothing is fetched: put the schema into a file beside the description and refer to that."
	default:
		f.Message = what + ", which is not there."
	}
	if last, _ := lastTwo(r.path); last == "$schema" {
		f.ID = SchemaDraftUnsupported
		f.Message = fmt.Sprintf("%s has a part that %s", r.doc.title(), errDraft{name: r.text})
	}
	r.doc.point(f, r.path)
	return f
}

// seenFrom tells what an id has made of a reference that is relative.
func seenFrom(r reference) string {
	if name, _, _ := strings.Cut(r.text, "#"); name == r.target {
		return ", which is a URL"
	}
	return ", which the ids around it make the URL " + strconv.Quote(r.target)
}
