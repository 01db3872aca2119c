package sanitize

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// jsonScan reads JSON once, from left to right, and replaces scalars where they stand. It needs no
// valid JSON: what is cut off, or broken in the middle, is read as far as it goes.
type jsonScan struct {
	textScan
	// schema says that the text is a JSON Schema. Below the name of a secret stands its description
	// there; only examples in it are secret.
	schema bool
	roles  []role // of the open containers of a schema

	depth    int
	indexes  []int    // of the open containers, as far as they are tracked: -1 for an object
	states   []uint64 // how far the patterns are matched, len(patterns) for each level
	key      string   // the last key, until a value follows
	here     bool     // the next value is secret
	header   bool     // it is a credential that may have a scheme
	secretAt int      // the depth at which all is secret, 0 for none
	sampleAt int      // the depth at which all is an example, 0 for none; of a schema
	odd      bool     // there was something that is no JSON
	paired   []bool   // of the open containers: a name in it tells that its value is a secret
}

// deepest is how many levels are followed for the sake of configured pointers.
const deepest = 10_000

func (m *Mask) json(text string, schema bool) string {
	j := &jsonScan{textScan: textScan{m: m, s: text}, schema: schema}
	root := m.s.root()
	j.states, j.here = append(j.states, root.at...), root.secret
	for i := 0; i < len(text); {
		i = j.token(i)
	}
	out := j.result()
	if j.odd {
		return m.shapes(out)
	}
	return out
}

// token reads one token and returns the offset behind it.
func (j *jsonScan) token(i int) int {
	switch c := j.s[i]; {
	case c == '"':
		return j.text(i)
	case c == '{' || c == '[':
		j.open(c == '[')
	case c == '}' || c == ']':
		j.close(c == ']')
	case c == ',':
		j.next()
	case c == '-' || c >= '0' && c <= '9':
		return j.number(i)
	case letter(c):
		end := i
		for end < len(j.s) && letter(j.s[end]) {
			end++
		}
		j.odd = j.odd || !literal(j.s[i:end])
		return end
	case c == ' ' || c == '\n' || c == '\r' || c == '\t':
	default:
		j.odd = true
	}
	return i + 1
}

// text reads a string: a key when a colon follows, and else a value.
func (j *jsonScan) text(i int) int {
	end := closing(j.s, i)
	next := end
	for next < len(j.s) && strings.IndexByte(" \t\r\n", j.s[next]) >= 0 {
		next++
	}
	if next < len(j.s) && j.s[next] == ':' {
		j.keyAt(i+1, end-1)
		if pairValue(j.key) && !j.schema && !j.here {
			j.here = j.depth > 0 && j.depth <= deepest && j.paired[j.depth-1] || j.m.pairAhead(j.s, next+1)
		}
		return next + 1
	}
	inner := end
	if end > i+1 && j.s[end-1] == '"' {
		inner-- // it is closed
	}
	j.value(i+1, inner)
	return end
}

// closing is the offset behind the string that opens at s[i].
func closing(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

func (j *jsonScan) keyAt(from, to int) {
	j.key = unquote(j.s[from:to])
	if t := j.m.key(j.key); t != j.key {
		j.replace(from, to, quote(t))
		j.key = t
	}
	j.place(j.key)
	j.here = j.here || j.m.secretKey(j.key)
	j.header = !j.here && j.m.s.defaults() && headerLike(j.key)
}

// place makes a member or item the current one.
func (j *jsonScan) place(name string) {
	j.here, j.header = false, false
	n := 0
	if j.m.s != nil {
		n = len(j.m.s.patterns)
	}
	if n == 0 || j.depth == 0 || j.depth > deepest {
		return
	}
	from, to := j.states[(j.depth-1)*n:j.depth*n], j.states[j.depth*n:(j.depth+1)*n]
	if j.schema {
		ok := false
		if name, ok = j.step(name); !ok {
			copy(to, from)
			return
		}
	}
	j.here = j.m.s.follow(to, from, name)
}

func (j *jsonScan) open(list bool) {
	secret, sample := j.secret() || j.header, j.sample()
	j.depth++
	if secret && j.secretAt == 0 {
		j.secretAt = j.depth
	}
	if sample && j.sampleAt == 0 {
		j.sampleAt = j.depth
	}
	index := -1
	if list {
		index = 0
	}
	if j.depth <= deepest {
		j.push(index)
	}
	j.key = ""
	j.here, j.header = false, false
	if list {
		j.place("0")
	}
}

// push keeps what there is to know of a container that opens.
func (j *jsonScan) push(index int) {
	j.indexes, j.paired = append(j.indexes, index), append(j.paired, false)
	if j.schema {
		j.roles = append(j.roles, j.role(index >= 0))
	}
	if j.m.s != nil {
		for range j.m.s.patterns {
			j.states = append(j.states, 0)
		}
	}
}

// close leaves a container. A bracket that closes nothing, or another kind of container than is open,
// is no end of a secret.
func (j *jsonScan) close(list bool) {
	if j.depth == 0 || j.depth <= deepest && list != (j.indexes[j.depth-1] >= 0) {
		j.odd = true
		return
	}
	if j.depth == j.secretAt {
		j.secretAt = 0
	}
	if j.depth == j.sampleAt {
		j.sampleAt = 0
	}
	if j.depth <= deepest {
		j.indexes, j.paired = j.indexes[:len(j.indexes)-1], j.paired[:len(j.paired)-1]
		if j.schema {
			j.roles = j.roles[:len(j.roles)-1]
		}
		if j.m.s != nil {
			j.states = j.states[:len(j.states)-len(j.m.s.patterns)]
		}
	}
	j.depth--
	j.key = ""
	j.here, j.header = false, false
}

// next goes on to the next member or item.
func (j *jsonScan) next() {
	j.key = ""
	j.here, j.header = false, false
	if j.depth == 0 || j.depth > deepest || j.indexes[j.depth-1] < 0 {
		return
	}
	j.indexes[j.depth-1]++
	if j.m.s != nil && len(j.m.s.patterns) > 0 {
		j.place(strconv.Itoa(j.indexes[j.depth-1]))
	}
}

// secret reports whether the value that comes next is one, or all in it.
func (j *jsonScan) secret() bool { return j.here || j.secretAt > 0 }

// hidden reports whether the scalar that comes next is a secret.
func (j *jsonScan) hidden() bool {
	return j.secret() && (!j.schema || j.secretAt == 0 || j.sample())
}

// value reads the inside of a string.
func (j *jsonScan) value(from, to int) {
	inner := j.s[from:to]
	if j.depth > 0 && j.depth <= deepest && pairName(j.key) && j.m.namesSecret(unquote(inner)) {
		j.paired[j.depth-1] = true
	}
	switch {
	case inner == "":
	case j.hidden():
		if text := unquote(inner); !isMask(text) {
			j.replace(from, to, j.m.hide(text))
		}
	case j.header && !j.schema:
		if text := unquote(inner); !isMask(text) {
			j.replace(from, to, quote(j.m.credential(j.key, text)))
		}
	case len(j.m.literals) > 0 && len(inner) <= longestLiteral || suspicious(inner):
		text := unquote(inner)
		if t := j.m.Text(text); t != text {
			j.replace(from, to, quote(t))
		}
	}
}

func (j *jsonScan) number(i int) int {
	end := i
	for end < len(j.s) && (nameByte(j.s[end]) || j.s[end] == '+') {
		end++
	}
	if j.hidden() && (j.secretAt > 0 || !countable(j.key)) {
		j.replace(i, end, `"`+j.m.label(j.s[i:end], numberKind)+`"`)
	}
	return end
}

// suspicious is a cheap look that spares most strings the scan for shapes.
func suspicious(s string) bool {
	return strings.IndexByte(s, ':') >= 0 || strings.IndexByte(s, '=') >= 0 || strings.IndexByte(s, '>') >= 0 ||
		strings.Contains(s, "eyJ") || strings.Contains(s, "Bearer ") || strings.Contains(s, "JWT ")
}

// unquote decodes the inside of a JSON string; what is none is returned as it is.
func unquote(inner string) string {
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var s string
	if json.Unmarshal([]byte(`"`+inner+`"`), &s) != nil {
		return inner
	}
	return s
}

// quote is the inside of a JSON string that holds s.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can always be written
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(b.String(), "\n"), `"`), `"`)
}
