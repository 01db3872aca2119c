package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// verdictFlags are those of every command that holds responses against documented ones.
type verdictFlags struct {
	config             string
	match              string
	volatile           []string
	noVolatileDefaults bool
	explain            bool
	diff               string
	noSanitize         bool
}

func (f *verdictFlags) register(cmd *cobra.Command, match transaction.Match) {
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "the configuration `file` (default: "+config.DefaultName+", if it is there)")
	flags.StringVar(&f.match, "match", string(match), "how strictly responses are compared: structure (as Dredd), type or value")
	flags.StringArrayVar(&f.volatile, "volatile", nil, "what may vary, `POINTER=KIND`, as in '/data/*/seen-at=date-time', '/code=regexp:[A-Z]+' or 'header:ETag=any' (repeatable)")
	flags.BoolVar(&f.noVolatileDefaults, "no-volatile-defaults", false, "compare also what varies by its nature, such as the header Date; --explain shows these defaults")
	flags.BoolVar(&f.explain, "explain", false, "say which parts were not compared with what is documented, and by which declaration")
	flags.StringVar(&f.diff, "diff", "unified", "how differences are laid out: unified or side-by-side")
	flags.BoolVar(&f.noSanitize, "no-sanitize", false, "print secrets as they are, such as tokens and passwords")
}

// settings are what flags and the configuration file say together.
type settings struct {
	match              transaction.Match
	volatile           []transaction.Volatile
	noVolatileDefaults bool
	explain            bool
	diff               string
	sanitize           harness.Sanitize
}

// settings reads the configuration file, over which flags win. Declarations of both count: those of
// the flags come last, which decides where both cover a part.
func (f *verdictFlags) settings(cmd *cobra.Command) (settings, error) {
	file, err := config.Read(f.config)
	if err != nil {
		return settings{}, err
	}
	s := settings{
		match:              file.Match,
		volatile:           file.Volatile,
		noVolatileDefaults: file.NoVolatileDefaults,
		explain:            file.Explain,
		diff:               cmp.Or(file.Diff, f.diff),
		sanitize:           file.Sanitize,
	}
	if given := cmd.Flags().Changed; given("match") || s.match == "" {
		if s.match, err = transaction.ParseMatch(f.match); err != nil {
			return settings{}, err
		}
	}
	for name, set := range map[string]func(){
		"no-volatile-defaults": func() { s.noVolatileDefaults = f.noVolatileDefaults },
		"explain":              func() { s.explain = f.explain },
		"diff":                 func() { s.diff = f.diff },
	} {
		if cmd.Flags().Changed(name) {
			set()
		}
	}
	if s.diff != "unified" && s.diff != "side-by-side" {
		return settings{}, fmt.Errorf("--diff is %q: use unified or side-by-side", s.diff)
	}
	if f.noSanitize {
		s.sanitize = harness.Sanitize{NoDefaults: true}
	}
	for _, text := range f.volatile {
		v, err := parseVolatile(text)
		if err != nil {
			return settings{}, err
		}
		s.volatile = append(s.volatile, v)
	}
	return s, nil
}

const (
	headerPrefix = "header:"
	regexpPrefix = string(transaction.KindRegexp) + ":"
)

// parseVolatile reads a value of --volatile. A pointer, and a pattern, can have an equals sign in it:
// the one that counts is the first that a kind follows.
func parseVolatile(text string) (transaction.Volatile, error) {
	v := transaction.Volatile{}
	place, kind, found := strings.Cut(text, "=")
	for at, r := range text {
		rest := text[at:]
		if r == '=' && isKind(rest[1:]) {
			place, kind = text[:at], rest[1:]
			break
		}
	}
	switch {
	case !found:
		return v, fmt.Errorf("--volatile %q: want POINTER=KIND, as in '/data/*/seen-at=date-time' or 'header:ETag=any'", text)
	case !isKind(kind) && kind == string(transaction.KindRegexp):
		return v, fmt.Errorf("--volatile %q: the kind regexp needs a pattern, as in '%s=regexp:[A-Z]+'", text, place)
	case !isKind(kind):
		return v, fmt.Errorf("--volatile %q: unknown kind %q: use %s or regexp:PATTERN", text, kind, kinds())
	}
	if pattern, ok := strings.CutPrefix(kind, regexpPrefix); ok {
		v.Kind, v.Pattern = transaction.KindRegexp, pattern
	} else {
		v.Kind = transaction.Kind(kind)
	}
	if name, ok := strings.CutPrefix(place, headerPrefix); ok {
		v.Header = name
	} else {
		v.Pointer = place
	}
	if v.Header == "" && place == headerPrefix {
		return v, fmt.Errorf("--volatile %q: name the header, as in 'header:ETag=any'", text)
	}
	if err := harness.CheckVolatile(v); err != nil {
		return v, fmt.Errorf("--volatile %q: %w", text, err)
	}
	v.From = "--volatile"
	return v, nil
}

// isKind reports whether a text is a kind as --volatile takes it.
func isKind(text string) bool {
	return strings.HasPrefix(text, regexpPrefix) ||
		text != string(transaction.KindRegexp) && slices.Contains(harness.Kinds(), transaction.Kind(text))
}

func kinds() string {
	var list []string
	for _, k := range harness.Kinds() {
		if k != transaction.KindRegexp {
			list = append(list, string(k))
		}
	}
	return strings.Join(list, ", ")
}
