package gavel

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// errLookaround is a regular expression that is right for ECMA-262 but not for RE2, which leaves out
// what can take more than linear time.
var errLookaround = errors.New("it is right in ECMA-262, but patterns are matched in linear time here, by RE2, which lacks it: write the pattern without")

// lacking says what RE2 lacks.
func lacking(what string) error { return fmt.Errorf("%s: %w", what, errLookaround) }

// regexp compiles the regular expression of a schema, and remembers the first one that fails.
func (c *compiling) regexp(pattern string) (jsonschema.Regexp, error) {
	re, err := compilePattern(pattern)
	switch {
	case err == nil:
		return re, nil
	case c.done && errors.Is(err, errLookaround):
		// Not a pattern of the schema but a string of the body that has to be one.
		return nil, nil
	case !c.done && c.patternErr == nil:
		c.pattern, c.patternErr = pattern, err
	}
	return nil, err
}

// compilePattern compiles a regular expression of ECMA-262, which JSON Schema has, with RE2, which
// cannot run away.
func compilePattern(pattern string) (*regexp.Regexp, error) {
	translated, err := translatePattern(pattern)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(translated)
	var wrong *syntax.Error
	if !errors.As(err, &wrong) {
		return re, err
	}
	switch wrong.Code {
	case syntax.ErrInvalidRepeatSize:
		if least, most, ok := strings.Cut(strings.Trim(wrong.Expr, "{}"), ","); ok && most != "" && (len(least) > len(most) || len(least) == len(most) && least > most) {
			break // {2,1}
		}
		return nil, lacking(fmt.Sprintf("%s repeats more than 1000 times", wrong.Expr))
	case syntax.ErrLarge, syntax.ErrNestingDepth:
		return nil, lacking("it is very large when its repeats are written out")
	}
	return nil, fmt.Errorf("%s: %q", wrong.Code, wrong.Expr)
}

const (
	// ecmaSpace is what \s stands for in ECMA-262; RE2 has only some of ASCII there.
	ecmaSpace = `\t\n\v\f\r \x{a0}\x{feff}\x{2028}\x{2029}\p{Zs}`
	// ecmaNewline is what a dot does not match.
	ecmaNewline = `\n\r\x{2028}\x{2029}`
)

// translatePattern writes an ECMA-262 regular expression in the syntax of package regexp.
func translatePattern(pattern string) (string, error) {
	t := translation{in: pattern}
	for t.at < len(t.in) {
		if err := t.next(); err != nil {
			return "", err
		}
	}
	return t.out.String(), nil
}

type translation struct {
	in    string
	at    int
	class bool // inside brackets
	out   strings.Builder
}

func (t *translation) rest() string { return t.in[t.at:] }

// replace writes what stands for the next n bytes.
func (t *translation) replace(n int, with string) error {
	t.out.WriteString(with)
	t.at += n
	return nil
}

func (t *translation) next() error {
	rest := t.rest()
	switch c := rest[0]; {
	case c == '\\':
		return t.escape()
	case t.class && c == ']':
		t.class = false
		return t.replace(1, "]")
	case t.class && c == '[':
		return t.replace(1, `\[`)
	case t.class:
		return t.replace(1, string(c))
	case strings.HasPrefix(rest, "[^]"):
		return t.replace(3, `[\x00-\x{10FFFF}]`)
	case strings.HasPrefix(rest, "[]"):
		return t.replace(2, `[^\x00-\x{10FFFF}]`)
	case c == '[':
		t.class = true
		n := 1
		if strings.HasPrefix(rest, "[^") {
			n = 2
		}
		return t.replace(n, rest[:n])
	case c == '.':
		return t.replace(1, `[^`+ecmaNewline+`]`)
	case strings.HasPrefix(rest, "(?="), strings.HasPrefix(rest, "(?!"):
		return lacking(rest[:3] + " looks ahead")
	case strings.HasPrefix(rest, "(?<="), strings.HasPrefix(rest, "(?<!"):
		return lacking(rest[:4] + " looks behind")
	}
	return t.replace(1, rest[:1])
}

func (t *translation) escape() error {
	rest := t.rest()
	if len(rest) < 2 {
		return t.replace(1, rest) // the compiler says that it dangles
	}
	switch c := rest[1]; c {
	case 'p', 'P':
		return t.property()
	case 'd', 'D', 'w', 'W', 'b', 'B', 'f', 'n', 'r', 't', 'v', 'x':
		if t.class && c == 'b' {
			return t.replace(2, `\x08`)
		}
		return t.replace(2, rest[:2])
	case 's':
		if t.class {
			return t.replace(2, ecmaSpace)
		}
		return t.replace(2, "["+ecmaSpace+"]")
	case 'S':
		if t.class {
			return t.replace(2, `\S`)
		}
		return t.replace(2, "[^"+ecmaSpace+"]")
	case '0':
		return t.replace(2, `\x00`)
	case 'u':
		return t.unicode()
	case 'c':
		if len(rest) > 2 && (rest[2]|0x20) >= 'a' && (rest[2]|0x20) <= 'z' {
			return t.replace(3, regexp.QuoteMeta(string(rest[2]&0x1F)))
		}
		return t.replace(2, `\\c`)
	case 'k', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return lacking(rest[:2] + " refers back to a group")
	default:
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return t.replace(2, string(c)) // an escape that means the letter itself
		}
		if c >= 0x80 {
			return t.replace(1, "")
		}
		return t.replace(2, rest[:2])
	}
}

// property writes \p{...}, in which RE2 wants a value of the general category or of the script without
// the name of that property.
func (t *translation) property() error {
	rest := t.rest()
	for _, name := range []string{"Script=", "sc=", "Script_Extensions=", "scx=", "General_Category=", "gc="} {
		if strings.HasPrefix(rest[2:], "{"+name) {
			return t.replace(3+len(name), rest[:2]+"{")
		}
	}
	return t.replace(2, rest[:2])
}

// unicode writes \uXXXX, a pair of them, or \u{X}.
func (t *translation) unicode() error {
	rest := t.rest()
	if len(rest) >= 12 && escapeSize(rest) == 6 && escapeSize(rest[6:]) == 6 && rest[7] == 'u' &&
		isHigh(hex4(rest[2:])) && isLow(hex4(rest[8:])) {
		return t.replace(12, regexp.QuoteMeta(unescape(rest[:12], true)))
	}
	if escapeSize(rest) == 6 {
		return t.replace(6, `\x{`+rest[2:6]+`}`)
	}
	if strings.HasPrefix(rest, `\u{`) {
		return t.replace(2, `\x`)
	}
	return t.replace(2, "u")
}
