package gavel

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// wholeBody is the pointer of a declaration that covers the whole body: RFC 6901, section 6, writes
// the empty pointer so where it stands in a URI. An empty Volatile.Pointer is one that was forgotten.
const wholeBody = "#"

// volatile is a declaration of a volatile part, ready to be held against paths and header names.
type volatile struct {
	transaction.Volatile
	steps []patternStep
	// The first "**" is at first and the last one before last, if there are many. If not, both are 0.
	many        bool
	first, last int
	regexp      *regexp.Regexp
	err         error
}

// patternStep is a step of a pattern: a name, which may also be an index, one step of any name, or
// any number of steps.
type patternStep struct {
	name  string
	index int // -1 when the name is no index
	one   bool
	many  bool
}

// CheckVolatile says what is wrong with a declaration of a volatile part, so that a configuration
// can be refused before anything runs. A Checker reports the same as a finding. A declaration has
// either a pointer, "#" for the body as a whole, or the name of a header, and a kind.
func CheckVolatile(v transaction.Volatile) error { return newVolatile(v).err }

func newVolatile(v transaction.Volatile) *volatile {
	p := &volatile{Volatile: v}
	err := p.compile()
	if err != nil {
		p.err = fmt.Errorf("%s: %w", p.title(), err)
	}
	return p
}

// title names a declaration in a message.
func (v *volatile) title() string {
	title := fmt.Sprintf("volatile pointer %q", v.Pointer)
	if v.Header != "" {
		title = fmt.Sprintf("volatile header %q", v.Header)
	}
	if v.From != "" {
		title = v.From + ": " + title
	}
	return title
}

func (v *volatile) compile() error {
	switch {
	case v.Pointer != "" && v.Header != "":
		return fmt.Errorf("it also has the pointer %q; declare them one by one", v.Pointer)
	case v.Header != "":
		if at := strings.IndexFunc(v.Header, notInName); at >= 0 {
			return fmt.Errorf("a header name cannot have %q in it", []rune(v.Header[at:])[0])
		}
		if v.Kind == transaction.KindSet {
			return errors.New("a header is no list; a set needs a pointer")
		}
	case v.Pointer == "":
		return fmt.Errorf("give it a pointer, %q for the whole body, or a header", wholeBody)
	case v.Pointer != wholeBody && !strings.HasPrefix(v.Pointer, "/"):
		return fmt.Errorf("begin it with a slash, as in %q", "/"+v.Pointer)
	case v.Pointer != wholeBody:
		for i, s := range splitPointer(v.Pointer) {
			step := newPatternStep(s)
			v.steps = append(v.steps, step)
			if step.many {
				if !v.many {
					v.many, v.first = true, i
				}
				v.last = i + 1
			}
		}
	}
	return v.compileKind()
}

// notInName reports whether a character cannot be part of a token (RFC 9110, section 5.6.2).
func notInName(r rune) bool {
	return r <= ' ' || r >= 0x7F || strings.ContainsRune("\"(),/:;<=>?@[\\]{}", r)
}

func newPatternStep(s string) patternStep {
	ps := patternStep{name: s, index: -1, one: s == "*", many: s == "**"}
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n < anyItem && strconv.Itoa(n) == s {
		ps.index = n
	}
	return ps
}

func (v *volatile) compileKind() error {
	if v.Kind != transaction.KindRegexp && v.Pattern != "" {
		return fmt.Errorf("only the kind %s has a pattern, but this is of the kind %q", transaction.KindRegexp, v.Kind)
	}
	for _, k := range kinds() {
		if v.Kind != k {
			continue
		}
		if k != transaction.KindRegexp {
			return nil
		}
		if v.Pattern == "" {
			return fmt.Errorf("the kind %s needs a pattern", transaction.KindRegexp)
		}
		// By itself first: what is put around it could close a parenthesis too many.
		if _, err := regexp.Compile(v.Pattern); err != nil {
			return fmt.Errorf("compile its pattern: %w", err)
		}
		var err error
		v.regexp, err = regexp.Compile(`\A(?:` + v.Pattern + `)\z`)
		return err
	}
	return fmt.Errorf("unknown kind %q%s", v.Kind, nearestKind(string(v.Kind)))
}

// nearestKind suggests what was meant by the name of a kind, or lists them all.
func nearestKind(wrong string) string {
	wrong = strings.ToLower(wrong)
	best, distance := "", len(wrong)/3+1 // a third of the letters may be wrong
	if name, ok := otherNames()[wrong]; ok {
		best, distance = string(name), 0
	}
	var names []string
	for _, k := range kinds() {
		name := string(k)
		names = append(names, name)
		if d := distanceOf(wrong, name); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return "; use one of " + strings.Join(names, ", ")
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// otherNames are what other tools call the kinds.
func otherNames() map[string]transaction.Kind {
	return map[string]transaction.Kind{
		"bool": transaction.KindBoolean, "float": transaction.KindNumber, "guid": transaction.KindUUID,
		"int": transaction.KindNumber, "integer": transaction.KindNumber, "iso8601": transaction.KindDateTime,
		"pattern": transaction.KindRegexp, "regex": transaction.KindRegexp, "text": transaction.KindString,
		"time": transaction.KindDateTime, "timestamp": transaction.KindDateTime, "unordered": transaction.KindSet,
		"mail": transaction.KindEmail, "uri": transaction.KindURL, "*": transaction.KindAny,
	}
}

// distanceOf is the Levenshtein distance of two short words, in bytes.
func distanceOf(a, b string) int {
	if len(a) > 2*len(b)+2 {
		return math.MaxInt
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			if a[i] != b[j] {
				diagonal = min(diagonal, above, row[j]) + 1
			}
			row[j+1], diagonal = diagonal, above
		}
	}
	return row[len(b)]
}

// kindName names the kind of a declaration in a message, and where it was declared.
func (v *volatile) kindName() string {
	kind := string(v.Kind)
	if v.Kind == transaction.KindRegexp {
		kind += " " + strconv.Quote(v.Pattern)
	}
	if v.From != "" {
		kind += " (" + v.From + ")"
	}
	return kind
}

// matches reports whether the pattern covers the path. What stands before the first "**" and after
// the last one has its place, however long the path is; only what is between two of them is looked
// for, in a time bounded by the product of the two lengths.
func (v *volatile) matches(path []step) bool {
	head, tail := v.steps[:v.first], v.steps[v.last:]
	if len(path) < len(head)+len(tail) || !v.many && len(path) != len(tail) {
		return false
	}
	// Most paths end in another name than the pattern does.
	end := len(path) - len(tail)
	for i := len(tail) - 1; i >= 0; i-- {
		if !tail[i].takes(path[end+i]) {
			return false
		}
	}
	for i := range head {
		if !head[i].takes(path[i]) {
			return false
		}
	}
	return !v.many || v.first+1 == v.last || matchesBetween(v.steps[v.first:v.last], path[len(head):end])
}

// matchesBetween matches a pattern that begins and ends with "**". It goes back to the last "**" only.
func matchesBetween(steps []patternStep, path []step) bool {
	i, j, star, resume := 0, 0, -1, 0
	for j < len(path) {
		switch {
		case i < len(steps) && steps[i].many:
			star, resume = i, j
			i++
		case i < len(steps) && steps[i].takes(path[j]):
			i++
			j++
		default:
			resume++
			i, j = star+1, resume
		}
	}
	for i < len(steps) && steps[i].many {
		i++
	}
	return i == len(steps)
}

func (p *patternStep) takes(s step) bool {
	switch {
	case p.one:
		return true
	case s.index >= 0:
		return s.index == p.index
	}
	return s.key == p.name
}
