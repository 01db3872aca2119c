package config

import (
	"errors"
	"strings"
)

// Source says where settings come from.
type Source struct {
	// Arguments are the options of the command line; nil means none. They win over the file.
	Arguments *Arguments
	// Defaults hold where nothing is said.
	Defaults Settings
	// Dredd looks for dredd.yml too, when no file is named, and reads it, and what is named, by its rules;
	// see ByDredd.
	Dredd bool
	// Picked are the keys of a file that count; nil means all. The others must be right all the same.
	Picked func(Option) bool
}

// Load reads the file, if there is one, and the command line. The error joins all that is wrong.
func Load(src Source) (*Settings, error) {
	s := src.Defaults
	args := src.Arguments
	if args == nil {
		args = &Arguments{}
	}
	named, _ := args.Last("config")
	name, warning, err := find(named, src.Dredd)
	if err != nil {
		return nil, err
	}
	if warning != "" {
		s.Warnings = append(s.Warnings, warning)
	}
	if name != "" {
		data, err := load(name)
		if err != nil {
			return nil, err
		}
		err = parseBy(src.Dredd && ByDredd(name), name, data, &s, src.Picked)
		if err != nil {
			return nil, errors.Join(err, args.apply(&s))
		}
	}
	if err := args.apply(&s); err != nil {
		return nil, err
	}
	s.File = name
	if s.HTTP.User != "" && !strings.Contains(s.HTTP.User, ":") {
		s.Warnings = append(s.Warnings, "the credentials of --user have no colon, so they are sent as they are, without a password: write USER:PASSWORD")
	}
	return &s, nil
}

// Nearest is the word that a misspelt one is likely to stand for; "" when none is near.
func Nearest(wrong string, words []string) string { return nearest(wrong, words) }
