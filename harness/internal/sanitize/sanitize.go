package sanitize

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Config says what is secret beyond the defaults.
type Config struct {
	// Headers are names of header fields, of requests and responses alike; case does not matter.
	Headers []string
	// Pointers are patterns of JSON Pointers into the bodies, of requests and responses alike, as
	// transaction.Volatile.Pointer has them: "*" stands for one step, "**" for any number of them. All
	// that is below a matched place is secret too. In a form, and in a multipart body, the first step
	// is the name of the field.
	Pointers []string
	// NoDefaults leaves out all that is secret without being configured.
	NoDefaults bool
}

// Sanitizer replaces secrets. A nil one works by the defaults. It may be used by several goroutines
// at a time.
type Sanitizer struct {
	headers    map[string]bool // configured ones, in lower case
	pointers   []string        // as they were configured
	patterns   []pattern
	keys       map[string]bool // last steps of the patterns, for texts of which no tree is known
	noDefaults bool
}

// New makes a Sanitizer. The error names the entry that cannot be understood.
func New(c Config) (*Sanitizer, error) {
	s := &Sanitizer{noDefaults: c.NoDefaults, headers: map[string]bool{}, keys: map[string]bool{}}
	for _, name := range c.Headers {
		if err := checkHeader(name); err != nil {
			return nil, err
		}
		s.headers[strings.ToLower(name)] = true
	}
	for _, text := range c.Pointers {
		p, err := parsePattern(text)
		if err != nil {
			return nil, err
		}
		s.patterns = append(s.patterns, p)
		s.pointers = append(s.pointers, text)
		if key := p.lastKey(); key != "" {
			s.keys[strings.ToLower(key)] = true
		}
	}
	return s, nil
}

// Describe tells what is masked, a line each, for a run that is asked to explain itself.
func (s *Sanitizer) Describe() []string {
	var lines []string
	if s.defaults() {
		lines = append(lines, "headers: "+strings.Join(defaultHeaders(), ", "),
			"keys and names that end in password, passwd, passphrase, passcode, pass, pin, otp, secret, token, csrf, credentials, session id, or in API, access, private, signing or secret key, however they are written",
			"the value beside such a name, as in {\"name\": \"password\", \"value\": \"...\"}",
			"bearer tokens, JSON Web Tokens, and the passwords of URLs, wherever they stand")
	}
	if s == nil {
		return lines
	}
	names := make([]string, 0, len(s.headers))
	for name := range s.headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lines = append(lines, "header "+name+", as configured")
	}
	for _, p := range s.pointers {
		lines = append(lines, p+", as configured")
	}
	return lines
}

// Header returns the value of a header field as it may be shown. Of credentials, the scheme is kept.
func (s *Sanitizer) Header(name, value string) string { return s.Mask().Header(name, value) }

// Body returns a body as it may be shown. contentType helps to tell forms and multipart bodies, and
// may be empty. JSON stays JSON: a number in it that is secret becomes a string.
func (s *Sanitizer) Body(contentType, text string) string { return s.Mask().Body(contentType, text) }

// Text returns any text as it may be shown: a message, a URI, a line of a file.
func (s *Sanitizer) Text(text string) string { return s.Mask().Text(text) }

// Finding returns a deep copy of a finding without its secrets.
func (s *Sanitizer) Finding(f transaction.Finding) transaction.Finding { return s.Mask().Finding(f) }

// Outcome returns a deep copy of an outcome without its secrets.
func (s *Sanitizer) Outcome(o transaction.Outcome) transaction.Outcome { return s.Mask().Outcome(o) }

// Mask begins the sanitising of texts that belong together. In them, a secret that was found in a
// place where its name tells it is found again in messages and other free text.
func (s *Sanitizer) Mask() *Mask { return &Mask{s: s} }

func (s *Sanitizer) defaults() bool { return s == nil || !s.noDefaults }
