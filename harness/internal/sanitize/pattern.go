package sanitize

import (
	"fmt"
	"strings"
)

// pattern is a JSON Pointer of which steps may be "*" (any one step) or "**" (any number of steps). It
// is matched step by step, on the way down a tree: a set of places in the pattern, as bits, tells all
// that a path may have matched so far.
type pattern struct {
	steps []string
	any   uint64 // places at which one step of any name goes on
	deep  uint64 // places that may be left without a step, and that take any number of them
}

// mostSteps is how many steps a pattern may have: its places are bits of a word.
const mostSteps = 62

func parsePattern(text string) (pattern, error) {
	fault := func(what string) (pattern, error) {
		return pattern{}, fmt.Errorf("sanitize pointer %q: %s", text, what)
	}
	if !strings.HasPrefix(text, "/") {
		return fault(`a pointer begins with "/", such as /data/**/token`)
	}
	parts := strings.Split(text[1:], "/")
	if len(parts) > mostSteps {
		return fault(fmt.Sprintf("it has more than %d steps", mostSteps))
	}
	var p pattern
	for i, part := range parts {
		if bad := strings.ReplaceAll(strings.ReplaceAll(part, "~0", ""), "~1", ""); strings.Contains(bad, "~") {
			return fault(`"~" must be written ~0, and "/" in a name ~1`)
		}
		switch part {
		case "*":
			p.any |= 1 << i
		case "**":
			p.deep |= 1 << i
		}
		p.steps = append(p.steps, unescape(part))
	}
	return p, nil
}

// lastKey is the name that the pattern ends in, but for wildcards and indexes; "" when there is none.
func (p pattern) lastKey() string {
	for last := len(p.steps) - 1; last >= 0; last-- {
		if (p.any|p.deep)>>last&1 == 0 && strings.Trim(p.steps[last], "0123456789") != "" {
			return p.steps[last]
		}
	}
	return ""
}

// start is the set of places before the first step.
func (p pattern) start() uint64 { return p.close(1) }

// close adds the places that are reached without a step.
func (p pattern) close(at uint64) uint64 {
	for i := range p.steps {
		if bit := uint64(1) << i; at&p.deep&bit != 0 {
			at |= bit << 1
		}
	}
	return at
}

// step is the set of places after one more step of a path.
func (p pattern) step(at uint64, name string) uint64 {
	next := at & p.deep
	for i, want := range p.steps {
		bit := uint64(1) << i
		if at&bit != 0 && p.deep&bit == 0 && (p.any&bit != 0 || want == name) {
			next |= bit << 1
		}
	}
	return p.close(next)
}

// done reports that the path is matched.
func (p pattern) done(at uint64) bool { return at>>len(p.steps)&1 == 1 }

// place is where in a tree one is: how far each pattern is matched, and whether it is within a
// secret. The zero place knows no patterns.
type place struct {
	at     []uint64
	secret bool
}

func (s *Sanitizer) root() place {
	if s == nil || len(s.patterns) == 0 {
		return place{}
	}
	var p place
	for _, pat := range s.patterns {
		at := pat.start()
		p.at = append(p.at, at)
		p.secret = p.secret || pat.done(at)
	}
	return p
}

// below is the place of a member of an object.
func (m *Mask) below(p place, key string) place {
	p = m.item(p, key)
	p.secret = p.secret || m.secretKey(key)
	return p
}

// item is the place of an item of a list.
func (m *Mask) item(p place, index string) place {
	if p.secret || p.at == nil {
		return place{secret: p.secret}
	}
	next := place{at: make([]uint64, len(p.at))}
	next.secret = m.s.follow(next.at, p.at, index)
	return next
}

// follow takes one step with each pattern and reports whether one of them is matched.
func (s *Sanitizer) follow(to, from []uint64, name string) bool {
	secret := false
	for i, pat := range s.patterns {
		to[i] = pat.step(from[i], name)
		secret = secret || pat.done(to[i])
	}
	return secret
}

// steps splits a JSON Pointer (RFC 6901) into its reference tokens.
func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, p := range parts {
		parts[i] = unescape(p)
	}
	return parts
}

func unescape(step string) string {
	if !strings.Contains(step, "~") {
		return step
	}
	return strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
}

func escapeStep(step string) string {
	return strings.ReplaceAll(strings.ReplaceAll(step, "~", "~0"), "/", "~1")
}
