package config

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// readSanitize reads "sanitize": whether secrets are masked, or which.
func readSanitize(r *reader, n *yaml.Node, s *Settings) {
	if n.Kind == yaml.ScalarNode {
		r.scalar(n, truth(func(s *Settings) *bool { return &s.Masked }), s)
		return
	}
	s.Masked, s.Sanitize = true, harness.Sanitize{}
	object(r, n, sanitizeKeys(), &s.Sanitize)
}

// volatileKeys are those of an item of "volatile".
func volatileKeys() []key[transaction.Volatile] {
	type declaration = transaction.Volatile
	return []key[declaration]{
		{"pointer", func(r *reader, n *yaml.Node, v *declaration) { v.Pointer = pointer(r, n) }},
		{"header", func(r *reader, n *yaml.Node, v *declaration) { v.Header = header(r, n) }},
		{"kind", func(r *reader, n *yaml.Node, v *declaration) { v.Kind = choice(r, n, harness.Kinds()...) }},
		{"pattern", func(r *reader, n *yaml.Node, v *declaration) {
			v.Pattern = str(r, n)
			if _, err := regexp.Compile(v.Pattern); err != nil {
				r.fail(n, "%v", err)
			}
		}},
	}
}

// sanitizeKeys are those of "sanitize".
func sanitizeKeys() []key[harness.Sanitize] {
	return []key[harness.Sanitize]{
		{"headers", func(r *reader, n *yaml.Node, s *harness.Sanitize) {
			list(r, n, func(item *yaml.Node) {
				name := header(r, item)
				secret(r, item, harness.Sanitize{Headers: []string{name}})
				s.Headers = append(s.Headers, name)
			})
		}},
		{"pointers", func(r *reader, n *yaml.Node, s *harness.Sanitize) {
			list(r, n, func(item *yaml.Node) {
				pattern := pointer(r, item)
				secret(r, item, harness.Sanitize{Pointers: []string{pattern}})
				s.Pointers = append(s.Pointers, pattern)
			})
		}},
		{"defaults", func(r *reader, n *yaml.Node, s *harness.Sanitize) { s.NoDefaults = !boolean(r, n) }},
	}
}

// secret adds what is wrong with an entry of "sanitize", unless that is known already.
func secret(r *reader, n *yaml.Node, s harness.Sanitize) {
	if _, err := harness.NewSanitizer(s); err != nil && !r.failed(n) {
		r.fail(n, "%v", err)
	}
}

// header reads the name of a header.
func header(r *reader, n *yaml.Node) string {
	s := str(r, n)
	if strings.ContainsAny(s, " \t:") {
		r.fail(n, "%q is no name of a header; leave out its colon and value", s)
	}
	return s
}

// pointer reads a JSON Pointer pattern.
func pointer(r *reader, n *yaml.Node) string {
	s := str(r, n)
	if s != "" && s != "#" && !strings.HasPrefix(s, "/") {
		r.fail(n, "a pointer begins with a slash, as in %q", "/"+s)
	}
	return s
}

// volatile reads an item of "volatile".
func volatile(r *reader, n *yaml.Node, s *Settings) {
	v := transaction.Volatile{From: r.from(n)}
	before := len(r.errs)
	seen := object(r, n, volatileKeys(), &v)
	switch {
	case len(r.errs) > before: // that comes first
	case seen["pointer"] == nil && seen["header"] == nil:
		r.fail(n, "this says what varies by neither pointer nor header; add one, as in pointer: /data/*/created-at")
	case seen["pointer"] != nil && seen["header"] != nil:
		r.fail(n, "a declaration is about a part of the body or about a header; make two of it")
	case seen["kind"] == nil:
		r.fail(n, "this does not say what the value must be; add one, as in kind: any")
	case seen["pattern"] != nil && v.Kind != transaction.KindRegexp:
		r.fail(seen["pattern"], "only the kind regexp has a pattern; drop it, or write kind: regexp")
	case seen["pattern"] == nil && v.Kind == transaction.KindRegexp:
		r.fail(seen["kind"], "the kind regexp needs a pattern, as in pattern: '[A-Z]{3}'")
	default:
		placeless := v
		placeless.From = "" // the error has a place already
		if err := harness.CheckVolatile(placeless); err != nil {
			r.fail(n, "%v", err)
			return
		}
		s.Volatile = append(s.Volatile, v)
	}
}
