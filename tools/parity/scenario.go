package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

// scenario is one command line, and what it needs. It is a txtar archive, below a folder that is its
// category. The lines before the first file are "key: value":
//
//	shows: what it is about, as it stands in docs/parity.md
//	args: the arguments, with quotes as in a shell
//	use: archives of testdata/parity/base, whose files are the scenario's unless it has its own
//	env: NAME=value; may stand more than once
//	run: the command of bailiff that stands before the arguments, such as run; mostly there is none
//	stdin: what is typed, in one line
//	signal: a signal for the command: "INT after 2" requests of the server, or "INT when FILE" is there
//	handler: yes, when it needs the port of hook handlers, 61321
//	tls: yes, when the server speaks TLS, with a certificate that nobody trusts
//	limit: how long each may take until it is given up; without it, 20s
//	also: further aspects to look at, see facts.go
//	contents: files whose text is compared
//	differs: the aspects that are meant to differ, then a colon, then why; may stand more than once
//
// The files are put into an empty folder, in which the command runs. But one that is called by a method and
// a path, such as "GET /things", is an answer of the server (see answer.go), and "dredd ASPECT" and
// "bailiff ASPECT" are what each gives where they are meant to differ; "make parity PARITY=-write" writes
// those.
//
// In the arguments, the environment and the files $URL stands for the server, $PORT for its port, and $APP and
// $APPPORT for a free port of this machine, where --server may start something.
type scenario struct {
	name, path string
	archive    *txtar.Archive

	shows, run, stdin string
	args, env         []string
	signal            trigger
	handler, tls      bool
	limit             time.Duration
	also, contents    []string
	reasons           map[string]string            // by aspect that is meant to differ
	held              map[string]map[string]string // what each side gives, by side and aspect

	files   map[string]string
	answers map[string]answer
}

// trigger is a signal, and when it is sent.
type trigger struct {
	signal string
	after  int    // requests
	when   string // a file that is there
}

// sides are the two, as they are called in files.
const (
	dredd   = "dredd"
	bailiff = "bailiff"
)

// patience is how long a command may take when its scenario does not say.
const patience = 20 * time.Second

// readScenarios finds all scenarios, in the order of their names. One with a fault is not left out.
func readScenarios(suite string) ([]*scenario, error) {
	var list []*scenario
	err := filepath.WalkDir(suite, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path == filepath.Join(suite, "base"):
			return filepath.SkipDir
		case e.IsDir() || filepath.Ext(path) != ".txtar":
			return nil
		}
		s, err := readScenario(suite, path)
		if err != nil {
			return fmt.Errorf("read the scenario %s: %w", filepath.Base(path), err)
		}
		list = append(list, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("there are no scenarios")
	}
	return list, nil
}

func choose(all []*scenario, only *regexp.Regexp) []*scenario {
	var list []*scenario
	for _, s := range all {
		if only.MatchString(s.name) {
			list = append(list, s)
		}
	}
	return list
}

func readScenario(suite, path string) (*scenario, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	relative, err := filepath.Rel(suite, path)
	if err != nil {
		return nil, err
	}
	s := &scenario{
		name: filepath.ToSlash(strings.TrimSuffix(relative, ".txtar")), path: path, archive: txtar.Parse(text), limit: patience,
		reasons: map[string]string{}, held: map[string]map[string]string{dredd: {}, bailiff: {}},
		files: map[string]string{}, answers: map[string]answer{},
	}
	for _, line := range strings.Split(string(s.archive.Comment), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%q is no \"key: value\"", line)
		}
		if err := s.set(suite, key, strings.TrimSpace(value)); err != nil {
			return nil, err
		}
	}
	if err := s.take(s.archive.Files); err != nil {
		return nil, err
	}
	return s, s.check()
}

// set takes a line of the head.
func (s *scenario) set(suite, key, value string) (err error) {
	switch key {
	case "shows":
		s.shows = value
	case "args":
		s.args, err = words(value)
	case "use":
		for _, name := range strings.Fields(value) {
			text, err := os.ReadFile(filepath.Join(suite, "base", name+".txtar"))
			if err != nil {
				return err
			}
			if err := s.take(txtar.Parse(text).Files); err != nil {
				return err
			}
		}
	case "env":
		s.env = append(s.env, value)
	case "run":
		s.run = value
	case "stdin":
		s.stdin = value + "\n"
	case "signal":
		err = s.signal.set(value)
	case "handler":
		s.handler = value == "yes"
	case "tls":
		s.tls = value == "yes"
	case "limit":
		s.limit, err = time.ParseDuration(value)
	case "also":
		s.also = strings.Fields(value)
	case "contents":
		s.contents = strings.Fields(value)
	case "differs":
		which, why, _ := strings.Cut(value, ":")
		for _, aspect := range strings.Fields(which) {
			if _, ok := s.reasons[aspect]; ok {
				return fmt.Errorf("it says twice why %s differ", aspect)
			}
			s.reasons[aspect] = strings.TrimSpace(why)
		}
	default:
		return fmt.Errorf("%q is no key", key)
	}
	return err
}

func (t *trigger) set(value string) error {
	f := strings.Fields(value)
	if len(f) != 3 || signals[f[0]] == 0 {
		return fmt.Errorf("%q is no signal: write \"INT after 2\" or \"INT when FILE\"", value)
	}
	t.signal = f[0]
	switch f[1] {
	case "after":
		_, err := fmt.Sscan(f[2], &t.after)
		return err
	case "when":
		t.when = f[2]
		return nil
	}
	return fmt.Errorf("%q is neither after nor when", f[1])
}

// request is how a file is called that is an answer.
var request = regexp.MustCompile(`^([A-Z]+|\*) (/.*|\*)$`)

// take sorts files; later ones replace earlier ones of their name.
func (s *scenario) take(files []txtar.File) error {
	for _, f := range files {
		side, aspect, _ := strings.Cut(f.Name, " ")
		switch {
		case request.MatchString(f.Name):
			a, err := parseAnswer(string(f.Data))
			if err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
			s.answers[f.Name] = a
		case aspect != "" && s.held[side] != nil:
			s.held[side][aspect] = strings.TrimSuffix(string(f.Data), "\n")
		default:
			s.files[f.Name] = string(f.Data)
		}
	}
	return nil
}

func (s *scenario) check() error {
	if s.shows == "" {
		return errors.New("it does not say what it shows")
	}
	aspects := s.aspects()
	for aspect, why := range s.reasons {
		switch {
		case !slices.Contains(aspects, aspect):
			return fmt.Errorf("it says that %q differ, which is none of %s", aspect, strings.Join(aspects, ", "))
		case why == "":
			return fmt.Errorf("it does not say why %s differ", aspect)
		}
	}
	for _, side := range []string{dredd, bailiff} {
		for aspect := range s.held[side] {
			if s.reasons[aspect] == "" {
				return fmt.Errorf("it says what %s gives for %s, which is not said to differ", side, aspect)
			}
		}
	}
	return nil
}

// words splits as a shell does, but knows only blanks and the two kinds of quotes.
func words(line string) ([]string, error) {
	var list []string
	var word strings.Builder
	var quote rune
	inside := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inside = r, true
		case r == ' ':
			if inside {
				list = append(list, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteRune(r)
			inside = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote is open: %s", line)
	}
	if inside {
		list = append(list, word.String())
	}
	return list, nil
}
