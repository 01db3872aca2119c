package config

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// text is an option that takes any text.
func text(at func(*Settings) *string) value {
	return value{kind: "a text", set: func(s *Settings, text string) error {
		*at(s) = text
		return nil
	}}
}

// texts is an option that takes a list of texts; each is checked, and may be changed, by the
// functions.
func texts(at func(*Settings) *[]string, check ...func(string) (string, error)) value {
	return value{
		kind:  "a text, or a list of texts",
		reset: func(s *Settings) { *at(s) = nil },
		set: func(s *Settings, text string) error {
			for _, f := range check {
				checked, err := f(text)
				if err != nil {
					return err
				}
				text = checked
			}
			*at(s) = append(*at(s), text)
			return nil
		},
	}
}

// truth is an option that is true or false.
func truth(at func(*Settings) *bool) value {
	return value{kind: truthKind, truth: true, implied: "true", set: func(s *Settings, text string) error {
		b, err := parseTruth(text)
		if err == nil {
			*at(s) = b
		}
		return err
	}}
}

// truthKind is what such an option takes.
const truthKind = "true or false"

func parseTruth(text string) (bool, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("want true or false, not %q", text)
}

// filled is a check that refuses an empty text, which a variable makes that is not set.
func filled(text string) (string, error) {
	if text == "" {
		return "", errors.New("this is empty: give it a value, or leave it out")
	}
	return text, nil
}

// whole is an option that takes a whole number from least on.
func whole(at func(*Settings) *int, least, most int) value {
	return value{kind: "a whole number", number: true, set: func(s *Settings, text string) error {
		n, err := strconv.Atoi(text)
		switch {
		case err != nil:
			return fmt.Errorf("want a whole number, not %q", text)
		case n < least || n > most:
			return fmt.Errorf("want a whole number %s, not %d", bounds(least, most), n)
		}
		*at(s) = n
		return nil
	}}
}

func bounds(least, most int) string {
	if most == math.MaxInt {
		return fmt.Sprintf("from %d on", least)
	}
	return fmt.Sprintf("from %d to %d", least, most)
}

// seed is an option that takes a number to make others of; 0 is none.
func seed(at func(*Settings) *uint64) value {
	return value{kind: "a whole number", set: func(s *Settings, text string) error {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || n == 0 {
			return fmt.Errorf("want a whole number from 1 on, not %q", text)
		}
		*at(s) = n
		return nil
	}}
}

// duration is an option that takes a time; a bare number counts in units.
func duration(at func(*Settings) *time.Duration, unit time.Duration, zero bool) value {
	return value{kind: "a time, such as 30s", number: true, set: func(s *Settings, text string) error {
		d, err := time.ParseDuration(text)
		if n, bare := strconv.ParseFloat(text, 64); bare == nil && math.Abs(n) < 1e9 {
			d, err = time.Duration(n*float64(unit)), nil
		}
		switch {
		case err != nil:
			return fmt.Errorf("want a time such as 30s, not %q", text)
		case d < 0, d == 0 && !zero:
			return fmt.Errorf("want a time such as 30s, not %s", text)
		}
		*at(s) = d
		return nil
	}}
}

// decimal writes a number of YAML as one reads it: 5e3 is 5000, and 0x10 is 16.
func decimal(n *yaml.Node) string {
	switch v := scalar(n).(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return n.Value
}

// word is an option that takes one of several words.
func word[S ~string](at func(*Settings) *S, words ...S) value {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return value{kind: "one of " + strings.Join(list, ", "), set: func(s *Settings, text string) error {
		chosen, err := oneOf(text, words)
		if err == nil {
			*at(s) = chosen
		}
		return err
	}}
}

// oneOf finds a word, whatever its case.
func oneOf[S ~string](text string, words []S) (S, error) {
	list := make([]string, len(words))
	for i, w := range words {
		if strings.EqualFold(text, string(w)) {
			return w, nil
		}
		list[i] = string(w)
	}
	return "", fmt.Errorf("want one of %s, not %q%s", strings.Join(list, ", "), text, meant(text, list))
}

// meant asks about a word that is near; "" when none is.
func meant(wrong string, words []string) string {
	if near := nearest(wrong, words); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// readBy makes a value be read from a file in a way of its own.
func (v value) readBy(kind string, read func(r *reader, n *yaml.Node, s *Settings)) value {
	v.read = read
	if kind != "" {
		v.kind = kind
	}
	return v
}

// without makes a value need no text on the command line.
func (v value) without(implied string) value {
	v.implied = implied
	return v
}
