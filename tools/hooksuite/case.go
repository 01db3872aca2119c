package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// testCase is one of the suite. Its first lines, which begin with "// ", are "key: value":
//
//	shows: what it is about
//	args: further arguments for both commands
//	bailiff args: arguments for bailiff only
//	limit: how long Dredd may take until it is given up; without it, 1m
//	differs: the aspects that differ (counts, exit, order, requests), then a colon, then why; an aspect with
//	  "?" behind it may differ, as Dredd's timing has it
//	bailiff ASPECT: what bailiff gives there, for each aspect that differs
type testCase struct {
	name  string
	files []string // that are hook files, relative to the folder of the suite

	args, bailiffArgs []string
	limit             time.Duration
	shows, reason     string
	differs           []string
	may               map[string]bool   // of differs, those that need not
	want              map[string]string // what bailiff gives, by aspect
}

var aspects = []string{"counts", "exit", "order", "requests"}

// readCases finds all cases, in the order of their names. One without a fault is not left out.
func readCases(suite string, only *regexp.Regexp) ([]testCase, error) {
	entries, err := os.ReadDir(filepath.Join(suite, "cases"))
	if err != nil {
		return nil, fmt.Errorf("find the cases: %w", err)
	}
	var cases []testCase
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		if !only.MatchString(name) {
			continue
		}
		files := []string{filepath.Join("cases", e.Name())}
		if e.IsDir() {
			// In a folder the others are what hook files need.
			found, err := filepath.Glob(filepath.Join(suite, "cases", e.Name(), "hooks*"))
			if err != nil {
				return nil, err
			}
			files = nil
			for _, f := range found {
				files = append(files, filepath.Join("cases", e.Name(), filepath.Base(f)))
			}
		}
		c := testCase{name: name, files: files, limit: time.Minute, want: map[string]string{}}
		for _, f := range files {
			if err := c.read(filepath.Join(suite, f)); err != nil {
				return nil, fmt.Errorf("read the case %s: %w", c.name, err)
			}
		}
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("read the case %s: %w", c.name, err)
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		return nil, errors.New("there are no such cases")
	}
	return cases, nil
}

// read takes what the first lines of a file say.
func (c *testCase) read(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it is only read
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line, ok := strings.CutPrefix(lines.Text(), "// ")
		if !ok {
			return nil
		}
		key, value, _ := strings.Cut(line, ":")
		if err := c.set(key, strings.TrimSpace(value)); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (c *testCase) set(key, value string) (err error) {
	switch key {
	case "shows":
		c.shows = value
	case "args":
		c.args = strings.Fields(value)
	case "bailiff args":
		c.bailiffArgs = strings.Fields(value)
	case "limit":
		c.limit, err = time.ParseDuration(value)
	case "differs":
		which, why, _ := strings.Cut(value, ":")
		c.reason, c.may = strings.TrimSpace(why), map[string]bool{}
		for _, aspect := range strings.Fields(which) {
			name, may := strings.CutSuffix(aspect, "?")
			c.differs, c.may[name] = append(c.differs, name), may
		}
	default:
		aspect, ok := strings.CutPrefix(key, "bailiff ")
		if !ok || !slices.Contains(aspects, aspect) {
			return fmt.Errorf("%q is no key", key)
		}
		c.want[aspect] = value
	}
	return err
}

func (c *testCase) check() error {
	switch {
	case c.shows == "":
		return errors.New("it does not say what it shows")
	case len(c.differs) > 0 && c.reason == "":
		return errors.New("it does not say why it differs")
	}
	for _, d := range c.differs {
		if !slices.Contains(aspects, d) {
			return fmt.Errorf("%q is none of %s", d, strings.Join(aspects, ", "))
		}
		if _, ok := c.want[d]; !ok {
			return fmt.Errorf("it does not say what bailiff gives: a line \"bailiff %s: ...\" is missing", d)
		}
	}
	for w := range c.want {
		if !slices.Contains(c.differs, w) {
			return fmt.Errorf("it says what bailiff gives for %s, which does not differ", w)
		}
	}
	return nil
}
