package sanitize

import "strings"

// unquoted looks at a value without quotes behind a key that has some: a number of JSON, a scalar of
// YAML, or the next word of a sentence, which is no secret.
func (t *textScan) unquoted(n name, from int) int {
	end := t.until(from, ",}] \t\r\n")
	c := t.s[from]
	opens := n.start > 0 && (t.s[n.start-1] == '"' || t.s[n.start-1] == '\'')
	switch {
	case literal(t.s[from:end]):
		return end
	case countable(n.text) && c >= '0' && c <= '9':
		return end
	case c == '-' || c >= '0' && c <= '9', opens && t.inFlow(n.start-1):
		return t.hide(from, end)
	case opens && t.beginsLine(n.start-1):
		return t.hide(from, t.trimmed(from, t.until(from, "\r\n")))
	}
	return 0
}

// structured looks at a value that is more than a scalar on the line of its key: a list, a block of YAML,
// a string on the next line.
func (t *textScan) structured(n name, from int) int {
	switch {
	case from >= len(t.s) || t.maskAt(from) > 0:
	case t.s[from] == '[' && (n.quoted || t.beginsLine(n.start)):
		return t.items(from + 1)
	case (t.s[from] == '|' || t.s[from] == '>') && t.beginsLine(n.start):
		return t.block(n.start, from)
	case n.quoted && (t.s[from] == '\r' || t.s[from] == '\n'):
		if inner, end, ok := t.quotedAt(t.blanks(t.skip(from, "\r\n"), 256)); ok {
			return t.hide(inner, end)
		}
	}
	return 0
}

// items masks the items of a list that opens before s[i].
func (t *textScan) items(i int) int {
	for {
		i = t.skip(i, " \t\r\n,")
		if i >= len(t.s) || strings.IndexByte("]{}[", t.s[i]) >= 0 && t.maskAt(i) == 0 {
			return i
		}
		if inner, end, ok := t.quotedAt(i); ok {
			t.hide(inner, end)
			i = t.skip(end, "\\")
			if i < len(t.s) && (t.s[i] == '"' || t.s[i] == '\'') {
				i++
			}
			continue
		}
		end := max(t.until(i, ",]\r\n"), t.maskAt(i))
		if word := t.s[i:end]; !literal(word) {
			t.hide(i, t.trimmed(i, end))
		}
		i = max(end, i+1)
	}
}

// block masks the lines of a block of YAML that stands below a key.
func (t *textScan) block(key, from int) int {
	line := strings.LastIndexByte(t.s[:key], '\n') + 1
	indent := t.skip(line, " \t") - line
	end := t.until(from, "\n")
	start, stop := 0, 0
	for i := min(end+1, len(t.s)); i < len(t.s); {
		next := min(t.until(i, "\n")+1, len(t.s))
		at := t.skip(i, " \t\r")
		if at < next && t.s[at] != '\n' {
			if at-i <= indent {
				break
			}
			if start == 0 {
				start = at
			}
			stop = t.trimmed(at, next)
		}
		i = next
	}
	if start == 0 {
		return end
	}
	return t.hide(start, stop)
}
