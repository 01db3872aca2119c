package sanitize

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Outcome returns a deep copy of an outcome without its secrets. What came is masked after what is
// documented, so that it is known whether a secret is the documented one.
func (m *Mask) Outcome(o transaction.Outcome) transaction.Outcome {
	var documented, real string
	if t := o.Transaction; t != nil {
		documented, _ = t.Expected.Headers.Get("Content-Type")
		if t.Real != nil {
			real, _ = t.Real.Headers.Get("Content-Type")
		}
		o.Transaction = m.exchange(t)
	}
	findings := slices.Clone(o.Findings)
	for i := range findings {
		m.expected(&findings[i], documented)
	}
	if t := o.Transaction; t != nil && t.Real != nil {
		m.real = true
		m.response(t.Real)
		m.real = false
	}
	for i := range findings {
		m.received(&findings[i], real)
	}
	for i := range findings {
		m.sentences(&findings[i], o.Findings[i])
	}
	o.Findings = findings
	if o.Transaction != nil {
		m.texts(o.Transaction)
	}
	o.Reason = m.Text(o.Reason)
	o.Excused = slices.Clone(o.Excused)
	for i := range o.Excused {
		e := &o.Excused[i]
		e.Pointer, e.By.From = m.pointer(e.Pointer), m.Text(e.By.From)
	}
	o.Source = m.source(o.Source)
	return o
}

// exchange copies a transaction and masks its headers and bodies, but for the response that came.
func (m *Mask) exchange(t *transaction.Transaction) *transaction.Transaction {
	c := t.Clone()
	m.response(&c.Expected)
	m.documented = len(m.labels) > 0
	contentType, _ := c.Request.Headers.Get("Content-Type")
	m.headers(c.Request.Headers)
	c.Request.Body = m.Body(contentType, c.Request.Body)
	return c
}

func (m *Mask) response(r *transaction.Response) {
	contentType, _ := r.Headers.Get("Content-Type")
	m.headers(r.Headers)
	r.Body = m.Body(contentType, r.Body)
	r.Schema = m.schema(r.Schema)
	if r.Problem != nil {
		problem := *r.Problem
		r.Problem = &problem
	}
}

func (m *Mask) headers(hs transaction.Headers) {
	for i := range hs {
		hs[i].Value = m.Header(hs[i].Name, hs[i].Value)
	}
}

// schema masks the examples that a JSON Schema gives of secrets.
func (m *Mask) schema(text string) string {
	if text == "" {
		return ""
	}
	return m.json(text, true)
}

// longestEcho bounds the bodies in which secrets of other places are looked for.
const longestEcho = 1 << 20

// texts masks what is written about an exchange, when all its secrets are known.
func (m *Mask) texts(t *transaction.Transaction) {
	t.Name = transaction.Name(m.Text(string(t.Name)))
	o := &t.Origin
	for _, s := range []*string{&o.Filename, &o.APIName, &o.ResourceGroupName, &o.ResourceName, &o.ActionName, &o.ExampleName, &t.Fail, &t.Host} {
		*s = m.Text(*s)
	}
	t.Request.URI, t.FullPath = m.URI(t.Request.URI), m.URI(t.FullPath)
	bodies := []*string{&t.Request.Body, &t.Expected.Body}
	if t.Real != nil {
		bodies = append(bodies, &t.Real.Body)
		if t.Real.Problem != nil {
			t.Real.Problem.Message = m.Text(t.Real.Problem.Message)
		}
	}
	for _, b := range bodies {
		if len(*b) <= longestEcho {
			*b = m.echoes(*b)
		}
	}
}

// echoes masks secrets of other places in a body that was masked already. Those of digits only stay:
// they may be a part of another number.
func (m *Mask) echoes(body string) string {
	for i := 0; i+1 < len(m.literals); i += 2 {
		if secret := m.literals[i]; strings.Trim(secret, "0123456789.-") != "" && strings.Contains(body, secret) {
			return m.known(body)
		}
	}
	return body
}

// URI returns a URI as it may be shown, with or without a host.
func (m *Mask) URI(uri string) string {
	path, query, ok := strings.Cut(uri, "?")
	if !ok {
		return m.Text(uri)
	}
	fragment := ""
	if i := strings.IndexByte(query, '#'); i >= 0 {
		query, fragment = query[:i], query[i:]
	}
	var b strings.Builder
	b.WriteString(m.Text(path) + "?")
	for more, first := true, true; more; first = false {
		var pair string
		if pair, query, more = strings.Cut(query, "&"); !first {
			b.WriteByte('&')
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			b.WriteString(m.Text(pair))
			continue
		}
		b.WriteString(m.Text(name) + "=" + m.field(place{}, name, value))
	}
	return m.known(b.String() + m.Text(fragment))
}

// source copies the places of a transaction.
func (m *Mask) source(s transaction.Source) transaction.Source {
	s.Action.File, s.Response.File = m.Text(s.Action.File), m.Text(s.Response.File)
	s.Headers = maps.Clone(s.Headers)
	for name, at := range s.Headers {
		at.File = m.Text(at.File)
		s.Headers[name] = at
	}
	s.Body, s.Schema = slices.Clone(s.Body), slices.Clone(s.Schema)
	for _, lines := range []transaction.Lines{s.Body, s.Schema} {
		for i := range lines {
			lines[i].At.File = m.Text(lines[i].At.File)
		}
	}
	return s
}

// Finding returns a deep copy of a finding without its secrets.
func (m *Mask) Finding(f transaction.Finding) transaction.Finding {
	c := f
	m.expected(&c, "")
	m.received(&c, "")
	m.sentences(&c, f)
	return c
}

// expected masks the documented value of a finding, and its place.
func (m *Mask) expected(f *transaction.Finding, contentType string) {
	before := len(m.labels)
	if !m.plain(f) {
		f.Expected = m.value(f, f.Expected, contentType)
	}
	m.documented = m.documented || len(m.labels) > before
	f.At.File = m.Text(f.At.File)
}

// received masks the real value of a finding.
func (m *Mask) received(f *transaction.Finding, contentType string) {
	m.real = true
	f.Real = m.value(f, f.Real, contentType)
	m.real = false
	f.Pointer = m.pointer(f.Pointer)
}

func (m *Mask) value(f *transaction.Finding, v any, contentType string) any {
	text, isText := v.(string)
	switch {
	case v == nil:
		return nil
	case f.Field == "headers":
		name := strings.TrimPrefix(f.Pointer, "/")
		if isText {
			return m.Header(name, text)
		}
		return m.tree(place{secret: m.s.secretHeader(name)}, "", v)
	case isText && f.Pointer == "":
		return m.Body(contentType, text)
	}
	at, last := m.s.root(), ""
	for _, step := range steps(f.Pointer) {
		at, last = m.below(at, step), step
		at.secret = at.secret || m.s.defaults() && headerLike(step) && !isText
	}
	if !at.secret && pairValue(last) {
		if shown, ok := m.hasValue(v); ok {
			return shown
		}
	}
	return m.tree(at, last, v)
}

// hasValue is has for a value of a finding. A name beside it, of which a finding does not know, may have
// told that it is a secret.
func (m *Mask) hasValue(v any) (shown string, ok bool) {
	switch v.(type) {
	case string, json.Number:
		return m.has(fmt.Sprint(v))
	}
	return "", false
}

// tree copies a decoded value and masks it.
func (m *Mask) tree(at place, key string, v any) any {
	switch v := v.(type) {
	case string:
		switch {
		case at.secret:
			return m.hide(v)
		case m.s.defaults() && headerLike(key):
			return m.credential(key, v)
		}
		return m.Text(v)
	case json.Number:
		if at.secret && !countable(key) {
			return m.label(string(v), numberKind)
		}
	case float64, float32, int, int64:
		if at.secret && !countable(key) {
			return m.label(fmt.Sprint(v), numberKind)
		}
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = m.tree(m.item(at, strconv.Itoa(i)), "", item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		paired := m.paired(v)
		for _, k := range slices.Sorted(maps.Keys(v)) { // so that numbers do not depend on chance
			next := m.below(at, k)
			next.secret = next.secret || paired && pairValue(k) || m.s.defaults() && headerLike(k) && container(v[k])
			out[m.key(k)] = m.tree(next, k, v[k])
		}
		return out
	}
	return v
}

func container(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// key masks a key that is a secret itself, or holds one.
func (m *Mask) key(key string) string {
	if strings.ContainsAny(key, ":=") || len(key) > longestName && strings.Contains(key, "eyJ") {
		return m.Text(key)
	}
	return key
}

func (m *Mask) pointer(pointer string) string {
	if !suspicious(pointer) {
		return pointer
	}
	parts := strings.Split(pointer, "/")
	for i, p := range parts {
		if key := unescape(p); m.key(key) != key {
			parts[i] = escapeStep(m.key(key))
		}
	}
	return strings.Join(parts, "/")
}
