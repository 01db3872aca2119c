package sanitize

import (
	"slices"
	"strings"
)

const (
	// linesBefore is how many lines are read for the sake of brackets that are open at a line.
	linesBefore = 400
	// longestLine bounds the lines that are read.
	longestLine = 1 << 20
)

// Lines returns lines[from:to] of a file as they may be shown. A line alone does not tell what it is
// about: those before say below which keys it stands, in JSON and YAML alike. Secrets that were met
// before are hidden where they are a whole string or scalar, however short they are. When it is not
// certain that a line holds no secret, it is masked.
func (m *Mask) Lines(lines []string, from, to int) []string {
	from, to = max(from, 0), min(to, len(lines))
	if from >= to {
		return nil
	}
	start := max(from-linesBefore, 0)
	s := &lineScan{mask: m, doubt: len(m.labels) >= mostSecrets}
	for _, i := range ancestors(lines, start) {
		s.enter(lines[i])
	}
	var out []string
	for i := start; i < to; i++ {
		if shown := s.line(lines[i]); i >= from {
			out = append(out, m.Text(shown))
		}
	}
	return out
}

// lines masks a whole text, such as a body of YAML.
func (m *Mask) lines(text string) string {
	s := &lineScan{mask: m}
	var b strings.Builder
	for line := range strings.Lines(text) {
		inner := strings.TrimRight(line, "\r\n")
		if len(inner) > longestLine {
			s.frames, s.next = nil, false
			b.WriteString(line)
			continue
		}
		b.WriteString(s.line(inner) + line[len(inner):])
	}
	return b.String()
}

// ancestors are the lines before lines[at] that it stands below, by their indentation.
func ancestors(lines []string, at int) []int {
	var out []int
	indent := -1
	for i := at; i >= 0 && i < len(lines) && indent != 0; i-- {
		content := strings.TrimLeft(lines[i], " \t")
		if n := len(lines[i]) - len(content); strings.TrimSpace(content) != "" && (indent < 0 || n <= indent) {
			indent = n
			if i < at {
				out = append(out, i)
			}
		}
	}
	slices.Reverse(out)
	return out
}

// lineScan reads lines of JSON, YAML, API Blueprint, or anything else.
type lineScan struct {
	mask  *Mask
	doubt bool // all values are hidden

	levels []level // of indentation
	frames []frame // brackets that are open
	key    string  // the last key, until a value follows
	next   bool    // the next value is secret
	header bool    // it is a credential that may have a scheme

	textScan
	nested bool // all on the line stands below a secret
}

// level is a line with a key that others may stand below.
type level struct {
	indent   int
	secret   bool
	whole    bool // what stands below is one text, and not a tree
	question bool // of "? key"
}

// frame is a bracket.
type frame struct {
	secret bool
	paired bool // a name in it tells that its value is a secret
}

// line reads a line and returns it without its secrets.
func (s *lineScan) line(text string) string {
	if len(text) > longestLine {
		s.frames, s.next = nil, false
		return maskOpen + maskClose
	}
	content := strings.TrimSpace(text)
	if content == "" {
		return text
	}
	if strings.HasPrefix(content, "+ ") || content[0] == '#' {
		s.frames, s.next, s.header = nil, false, false // no JSON goes on
	}
	secret, whole := s.enter(text)
	s.nested = secret || s.doubt
	if whole && !isMask(content) && strings.Trim(content, "{}[]()<>,;") != "" {
		return text[:strings.Index(text, content)] + maskOpen + maskClose
	}
	s.textScan = textScan{m: s.mask, s: text}
	_, i := marker(text)
	for i < len(text) {
		i = s.token(i)
	}
	return s.result()
}

// marker returns the indentation of a line, and where it begins behind the marks of a list.
func marker(text string) (indent, start int) {
	for start < len(text) && (text[start] == ' ' || text[start] == '\t') {
		start++
	}
	indent = start
	for start+1 < len(text) && strings.IndexByte("-+*?:", text[start]) >= 0 && text[start+1] == ' ' {
		for start++; start < len(text) && text[start] == ' '; start++ {
		}
	}
	return indent, start
}

// enter finds the place of a line by its indentation, and reports whether it stands below a secret.
func (s *lineScan) enter(text string) (secret, whole bool) {
	indent, start := marker(text)
	if start == len(text) {
		return false, false
	}
	first := text[indent]
	for n := len(s.levels) - 1; n >= 0 && s.levels[n].indent >= indent; n-- {
		l := s.levels[n]
		if l.indent == indent && (first == '-' && start > indent || l.question && first == ':') {
			break
		}
		s.levels = s.levels[:n]
	}
	for _, l := range s.levels {
		secret, whole = secret || l.secret, whole || l.whole
	}
	l := level{indent: start, question: first == '?' && start > indent}
	name, rest, ok := lineKey(text[start:], start > indent)
	if l.question {
		l.indent = indent
	}
	switch {
	case !ok:
	case s.mask.lineSecret(name):
		l.secret, l.whole = true, !l.question && oneText(rest)
	case pairName(name) && s.mask.namesSecret(strings.Trim(rest, `"',`)) && strings.TrimSpace(rest) != "":
		l.indent, l.secret = start-1, true // what stands beside it
	}
	s.levels = append(s.levels, l)
	return secret, whole
}

// token reads one token of a line and returns the offset behind it.
func (s *lineScan) token(i int) int {
	switch c := s.s[i]; {
	case c == ' ' || c == '\t':
	case c == '"' || c == '\'' && s.closes(i):
		return s.quoted(i)
	case c == '{' || c == '[':
		if n := s.maskAt(i); n > 0 {
			s.take()
			return n
		}
		s.frames = append(s.frames, frame{secret: s.secret() || s.header})
		s.take()
	case c == '}' || c == ']':
		s.frames = s.frames[:max(len(s.frames)-1, 0)]
		s.take()
	case c == ',':
		s.take()
	case c == ':':
	default:
		return s.bare(i)
	}
	return i + 1
}

// take forgets the last key.
func (s *lineScan) take() { s.key, s.next, s.header = "", false, false }

// closes reports whether an apostrophe opens a string.
func (s *lineScan) closes(i int) bool {
	return (i == 0 || strings.IndexByte(" \t[{(,:", s.s[i-1]) >= 0) && strings.IndexByte(s.s[i+1:], '\'') >= 0
}

func (s *lineScan) secret() bool {
	if n := len(s.frames); n > 0 && (s.frames[n-1].secret || s.frames[n-1].paired && (pairValue(s.key) || sampleKeyword(s.key))) {
		return true
	}
	return s.nested || s.next
}

// quoted reads a string.
func (s *lineScan) quoted(i int) int {
	end := i + 1
	for end < len(s.s) && s.s[end] != s.s[i] {
		if s.s[end] == '\\' && s.s[i] == '"' {
			end++
		}
		end++
	}
	end = min(end, len(s.s))
	inner := s.s[i+1 : end]
	if s.s[i] == '"' {
		inner = unquote(inner)
	}
	end = min(end+1, len(s.s))
	if next := s.blanks(end, 8); next < len(s.s) && s.s[next] == ':' {
		s.name(inner)
		return next + 1
	}
	to := end
	if to > i+1 && s.s[to-1] == s.s[i] {
		to--
	}
	s.value(i+1, to, inner)
	return end
}

func (s *lineScan) name(key string) {
	s.key = key
	s.header = s.mask.s.defaults() && headerLike(key)
	s.next = !s.header && s.mask.lineSecret(key)
}

// bare reads what is not in quotes: a key when a colon follows, and else a value.
func (s *lineScan) bare(i int) int {
	end := i
	for end < len(s.s) {
		c := s.s[end]
		if c == ':' && (end+1 == len(s.s) || strings.IndexByte(" \t\r\"'[{", s.s[end+1]) >= 0) {
			if word := strings.Trim(s.s[i:end], " `*\t"); !strings.Contains(word, " ") {
				s.name(word)
				return end + 1
			}
		}
		if n := s.maskAt(end); n > end {
			end = n
			continue
		}
		if strings.IndexByte(",[]{}\"", c) >= 0 && (len(s.frames) > 0 || c != ',' || !s.secret()) {
			break
		}
		end++
	}
	end = max(end, i+1)
	to := max(s.trimmed(i, end), i)
	s.value(i, to, s.s[i:to])
	return end
}

// value hides a value that is a secret.
func (s *lineScan) value(from, to int, text string) {
	secret, header, key := s.secret(), s.header, s.key
	s.take()
	if n := len(s.frames); n > 0 && pairName(key) && s.mask.namesSecret(text) {
		s.frames[n-1].paired = true
		return
	}
	block := text != "" && (text[0] == '|' || text[0] == '>') && strings.Trim(text[1:], "+-0123456789") == ""
	if text == "" || block || isMask(text) || literal(text) || pairName(key) && s.mask.namesSecret(text) {
		return
	}
	switch shown, known := s.mask.has(text); {
	case secret && !plainValue(key, text):
		s.replace(from, to, maskOpen+maskClose)
	case header:
		s.replace(from, to, s.mask.credential(key, text))
	case known:
		s.replace(from, to, shown)
	default:
		s.words(from, to)
	}
}

// words hides secrets that were met before in a value of several words.
func (s *lineScan) words(from, to int) {
	split := func(c byte) bool { return strings.IndexByte(" \t`()|;'", c) >= 0 }
	for i := from; i < to; {
		end := i
		for end < to && !split(s.s[end]) {
			end++
		}
		if shown, ok := s.mask.has(s.s[i:end]); ok && end > i && (i > from || end < to) {
			s.replace(i, end, shown)
		}
		i = end + 1
	}
}
