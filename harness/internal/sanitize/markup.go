package sanitize

import "strings"

// markup masks what XML and HTML hold in elements and attributes whose names tell a secret. It is no
// parser: it looks at tags where they stand, so that broken markup is masked too.
func (m *Mask) markup(text string) string {
	t := &textScan{m: m, s: text}
	unclosed := map[string]bool{} // names that have no end tag in what follows
	for i := 0; i < len(text); {
		open := strings.IndexByte(text[i:], '<')
		if open < 0 {
			break
		}
		i = t.tag(i+open, unclosed)
	}
	return t.result()
}

// tag looks at the tag that opens at s[i] and returns where to go on.
func (t *textScan) tag(i int, unclosed map[string]bool) int {
	end := tagEnd(t.s, i)
	from := i + 1
	for from < end && (nameByte(t.s[from]) || t.s[from] == ':') {
		from++
	}
	full := t.s[i+1 : from]
	local := full[strings.LastIndexByte(full, ':')+1:]
	if local == "" {
		return max(end, i+1)
	}
	t.attributes(from, end)
	if !t.m.textKey(local) || strings.HasSuffix(t.s[i:end], "/>") {
		return max(end, i+1)
	}
	size := -1
	if !unclosed[full] {
		size = strings.Index(t.s[end:], "</"+full)
	}
	if size < 0 {
		if len(unclosed) < mostNames {
			unclosed[full] = true
		}
		size = t.until(end, "<") - end
	}
	t.content(end, end+size)
	return max(end+size, i+1)
}

// tagEnd is the offset behind the tag that opens at s[i]; quotes are followed.
func tagEnd(s string, i int) int {
	const longestTag = 1 << 16
	quote := byte(0)
	for n := i + 1; n < len(s) && n-i < longestTag; n++ {
		switch c := s[n]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return n + 1
		case c == '<':
			return n
		}
	}
	return min(i+1, len(s))
}

// attributes masks secret attributes, and the value of <input name="password" value="…"> and
// <meta name="csrf-token" content="…">.
func (t *textScan) attributes(from, end int) {
	type attribute struct {
		name     string
		from, to int
	}
	var all []attribute
	named := false
	for i := from; i < end; {
		eq := strings.IndexByte(t.s[i:end], '=')
		if eq < 0 {
			break
		}
		n := t.before(i + eq)
		at := t.blanks(i+eq+1, 8)
		a, b, ok := t.quotedAt(at)
		if !ok {
			a = at
			b = min(max(t.until(at, " \t\r\n>"), t.maskAt(at)), end)
		}
		b = min(b, end)
		if a > b {
			break
		}
		all = append(all, attribute{strings.ToLower(n.text), a, b})
		if pairName(n.text) {
			named = named || t.m.namesSecret(t.s[a:b])
		}
		i = max(b, i+eq+1)
	}
	for _, a := range all {
		if t.m.textKey(a.name) || named && pairValue(a.name) {
			t.hide(a.from, a.to)
		}
	}
}

// content masks all text between the tags of s[from:to].
func (t *textScan) content(from, to int) {
	for from < to {
		if strings.HasPrefix(t.s[from:to], "<![CDATA[") {
			inner := from + len("<![CDATA[")
			size := strings.Index(t.s[inner:to], "]]>")
			if size < 0 {
				size = to - inner
			}
			t.hide(inner, inner+size)
			from = inner + size
			if strings.HasPrefix(t.s[from:to], "]]>") {
				from += len("]]>")
			}
			continue
		}
		if t.s[from] == '<' {
			from = max(min(tagEnd(t.s, from), to), from+1)
			continue
		}
		end := min(t.until(from, "<"), to)
		start := min(t.skip(from, " \t\r\n"), end)
		t.hide(start, t.trimmed(start, end))
		from = end
	}
}
