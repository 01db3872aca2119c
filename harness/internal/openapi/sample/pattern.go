package sample

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pattern is a regular expression of a schema.
type pattern struct {
	parsed *syntax.Regexp
	re     *regexp.Regexp
	size   int
}

// The bounds of a pattern: RE2 never needs more than linear time, but that of a long pattern, and of a
// repetition of one, is long.
const (
	longPattern  = 4000
	largePattern = 20_000
)

// pattern returns a compiled pattern; nil when RE2 does not know it, or it is too large.
func (r reader) pattern(text string) *pattern {
	p, known := r.patterns[text]
	if !known {
		p = compile(text)
		r.patterns[text] = p
	}
	return p
}

func compile(text string) *pattern {
	if len(text) > longPattern {
		return nil
	}
	translated := translate(text)
	parsed, err := syntax.Parse(translated, syntax.Perl)
	if err != nil {
		return nil
	}
	size := weight(parsed)
	if size > largePattern {
		return nil
	}
	re, err := regexp.Compile(translated)
	if err != nil {
		return nil
	}
	return &pattern{parsed: parsed.Simplify(), re: re, size: size}
}

// weight tells how large a pattern is with its repetitions written out.
func weight(re *syntax.Regexp) int {
	sum := 1 + len(re.Rune)
	for _, sub := range re.Sub {
		sum += weight(sub)
	}
	if re.Op == syntax.OpRepeat {
		sum *= max(re.Min, re.Max, 1)
	}
	return min(sum, largePattern+1)
}

// matches reports whether a string matches, and takes what that costs from the steps that are left.
func (p *pattern) matches(s string, steps *int) bool {
	*steps -= 1 + p.size*len(s)/200
	return p.re.MatchString(s)
}

var unicodeEscape = regexp.MustCompile(`\\(\\|u([0-9a-fA-F]{4}))`)

// translate writes an ECMA-262 pattern as package regexp has it, as far as that differs often.
func translate(pattern string) string {
	return unicodeEscape.ReplaceAllStringFunc(pattern, func(s string) string {
		if s == `\\` {
			return s
		}
		return `\x{` + s[2:] + `}`
	})
}

// make makes the nth string that a pattern matches, of a length within the limits; false when none is
// found.
func (p *pattern) make(n, least, most int, steps *int) (string, bool) {
	most = min(most, maxLength)
	shortest := shortest(p.parsed)
	least = min(max(least, shortest), most)
	for i := range lengths + 1 {
		// Each variant begins with another length, so that "a*" has many.
		want := least + (n+i)%lengths
		if i == lengths {
			want = most
		}
		if want > most || *steps < 0 {
			continue
		}
		w := &matcher{n: n}
		w.write(p.parsed, max(want-shortest, 0))
		*steps -= w.length / 200
		s := w.out.String()
		if length := utf8.RuneCountInString(s); !w.failed && length < least {
			s += strings.Repeat("a", least-length) // what is not anchored may go on
		}
		if length := utf8.RuneCountInString(s); !w.failed && length >= least && length <= most && p.matches(s, steps) {
			return s, true
		}
	}
	return "", false
}

// lengths is how many lengths are tried above the least one, and the most at last.
const lengths = 4

// matcher writes a string that a parsed pattern matches.
type matcher struct {
	out    strings.Builder
	length int // of out, in characters
	n      int // which one: each place with a choice takes a part of it
	failed bool
}

func (w *matcher) put(characters ...rune) {
	w.out.WriteString(string(characters))
	w.length += len(characters)
}

// choose takes one of so many choices.
func (w *matcher) choose(choices int) int {
	i := w.n % choices
	w.n /= choices
	return i
}

// write writes what re matches, with more characters than needed where it may; it returns how many
// of them are left.
func (w *matcher) write(re *syntax.Regexp, more int) int {
	if w.out.Len() > 4*maxLength {
		w.failed = true
	}
	if w.failed {
		return 0
	}
	switch re.Op {
	case syntax.OpNoMatch:
		w.failed = true
	case syntax.OpLiteral:
		w.put(re.Rune...)
	case syntax.OpCharClass:
		if len(re.Rune) == 0 {
			w.failed = true
			return 0
		}
		w.put(w.class(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.put(w.class([]rune{' ', '~'}))
	case syntax.OpCapture:
		return w.write(re.Sub[0], more)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			more = w.write(sub, more)
		}
	case syntax.OpAlternate:
		return w.write(re.Sub[w.choose(len(re.Sub))], more)
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest:
		return w.repeat(re, more)
	}
	return more
}

// repeat writes a repetition as often as it must be, and once more for as long as more is wanted.
func (w *matcher) repeat(re *syntax.Regexp, more int) int {
	sub := re.Sub[0]
	if re.Op == syntax.OpPlus {
		more = w.write(sub, more)
	}
	for more > 0 && !w.failed {
		before := w.length
		if size := shortest(sub); size > more {
			return more
		}
		left := w.write(sub, 0)
		written := w.length - before
		if written == 0 {
			return left + more
		}
		more -= written
		if re.Op == syntax.OpQuest {
			break
		}
	}
	return max(more, 0)
}

// nice are the characters that are taken first.
const nice = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ "

// class takes a character out of pairs of limits.
func (w *matcher) class(pairs []rune) rune {
	var choices []rune
	in := func(r rune) bool {
		for i := 0; i < len(pairs); i += 2 {
			if r >= pairs[i] && r <= pairs[i+1] {
				return true
			}
		}
		return false
	}
	for _, r := range nice {
		if in(r) {
			choices = append(choices, r)
		}
	}
	for i := 0; i < len(pairs) && len(choices) < len(nice); i += 2 {
		for r := pairs[i]; r <= pairs[i+1] && len(choices) < len(nice); r++ {
			if unicode.IsPrint(r) && !strings.ContainsRune(nice, r) {
				choices = append(choices, r)
			}
			if r > pairs[i]+256 {
				break
			}
		}
	}
	if len(choices) == 0 {
		return pairs[0]
	}
	return choices[w.choose(len(choices))]
}

// shortest returns how many characters a match has at least.
func shortest(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return shortest(re.Sub[0])
	case syntax.OpConcat:
		sum := 0
		for _, sub := range re.Sub {
			sum += shortest(sub)
		}
		return sum
	case syntax.OpAlternate:
		least := shortest(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			least = min(least, shortest(sub))
		}
		return least
	}
	return 0
}
