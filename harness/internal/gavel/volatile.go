package gavel

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// volatile is a declaration of a volatile part, ready to be held against paths.
type volatile struct {
	transaction.Volatile
	steps  []patternStep
	regexp *regexp.Regexp
	err    error
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
// can be refused before anything runs. A Checker reports the same as a finding.
func CheckVolatile(v transaction.Volatile) error { return newVolatile(v).err }

func newVolatile(v transaction.Volatile) *volatile {
	p := &volatile{Volatile: v}
	if v.Pointer != "" && !strings.HasPrefix(v.Pointer, "/") {
		p.err = fmt.Errorf("volatile pointer %q: begin it with a slash, as in %q", v.Pointer, "/"+v.Pointer)
		return p
	}
	for _, s := range splitPointer(v.Pointer) {
		ps := patternStep{name: s, index: -1, one: s == "*", many: s == "**"}
		if n, err := strconv.Atoi(s); err == nil && n >= 0 && strconv.Itoa(n) == s {
			ps.index = n
		}
		p.steps = append(p.steps, ps)
	}
	switch v.Kind {
	case transaction.KindAny, transaction.KindString, transaction.KindNumber, transaction.KindBoolean,
		transaction.KindDateTime, transaction.KindDate, transaction.KindUUID, transaction.KindURL,
		transaction.KindEmail:
	case transaction.KindRegexp:
		// By itself first: what is put around it could close a parenthesis too many.
		if _, err := regexp.Compile(v.Pattern); err != nil {
			p.err = fmt.Errorf("volatile pointer %q: compile its pattern: %w", v.Pointer, err)
			return p
		}
		p.regexp = regexp.MustCompile(`\A(?:` + v.Pattern + `)\z`)
	default:
		p.err = fmt.Errorf("volatile pointer %q: unknown kind %q", v.Pointer, v.Kind)
	}
	return p
}

// matches reports whether the pattern covers the path. It goes back to the last "**" only, so its
// time is bounded by the product of the two lengths.
func (v *volatile) matches(path []step) bool {
	if n := len(v.steps); n > 0 && !v.steps[n-1].many {
		// Most paths end in another name than the pattern does.
		if len(path) == 0 || !v.steps[n-1].takes(path[len(path)-1]) {
			return false
		}
	}
	i, j, star, resume := 0, 0, -1, 0
	for j < len(path) {
		switch {
		case i < len(v.steps) && v.steps[i].many:
			star, resume = i, j
			i++
		case i < len(v.steps) && v.steps[i].takes(path[j]):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}
	for i < len(v.steps) && v.steps[i].many {
		i++
	}
	return i == len(v.steps)
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
