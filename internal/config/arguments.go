package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Arguments collects the options of a command line, in their order. Its zero value has none.
type Arguments struct{ given []Given }

// Given is one option of a command line, and its value.
type Given struct {
	Option Option
	Value  string
}

// String writes it as on a command line.
func (g Given) String() string {
	switch {
	case g.Option.Implied() == g.Value:
		return "--" + g.Option.Name
	case g.Option.Implied() == "true" && g.Value == "false":
		return "--no-" + g.Option.Name
	}
	return "--" + g.Option.Name + "=" + g.Value
}

// All lists the options that were given.
func (a *Arguments) All() []Given { return slices.Clone(a.given) }

// Last returns the last value that was given for an option, and whether there is one.
func (a *Arguments) Last(name string) (string, bool) {
	for _, g := range slices.Backward(a.given) {
		if g.Option.Name == name {
			return g.Value, true
		}
	}
	return "", false
}

// Register makes flags of the options of the table that are picked. What they are given is collected, and
// looked at by Load alone.
func (a *Arguments) Register(flags *pflag.FlagSet, picked func(Option) bool) {
	for _, o := range Table() {
		if o.Where == Files || o.Name == "help" || o.Name == "version" || !picked(o) {
			continue
		}
		a.register(flags, o, o.Name, o.Alias, false).Hidden = o.Instead != ""
		if o.Also != "" {
			a.register(flags, o, o.Also, "", false).Hidden = true
		}
		if o.Implied() == "true" && !o.Removed && len(o.Name) > 1 {
			a.register(flags, o, "no-"+o.Name, "", true).Hidden = true
		}
		if o.Name == "color" { // as Dredd calls it, and as the British do
			a.register(flags, o, "colour", "", false).Hidden = true
		}
	}
}

func (a *Arguments) register(flags *pflag.FlagSet, o Option, name, alias string, negated bool) *pflag.Flag {
	usage := o.Usage
	if o.Repeatable() || o.Name == "volatile" {
		usage += " (repeatable)"
	}
	var to pflag.Value = &flag{to: a, option: o, negated: negated}
	if o.Repeatable() {
		to = &listFlag{flag{to: a, option: o}}
	}
	f := flags.VarPF(to, name, alias, usage)
	f.NoOptDefVal = o.Implied()
	return f
}

// flag hands what it is given to Arguments.
type flag struct {
	to      *Arguments
	option  Option
	negated bool
}

// Set collects a value.
func (f *flag) Set(text string) error {
	if f.negated {
		switch text {
		case "true":
			text = "false"
		case "false":
			text = "true"
		default:
			return errors.New("it takes no value, so leave that out")
		}
	}
	f.to.given = append(f.to.given, Given{f.option, text})
	return nil
}

// String is the value without the flag, of which help texts are not made.
func (f *flag) String() string { return "" }

// Type is what the value is called.
func (f *flag) Type() string {
	if f.option.Switch() {
		return "bool"
	}
	return f.option.Word
}

// listFlag is a flag that is given several times, for those who ask pflag for its values.
type listFlag struct{ flag }

var _ pflag.SliceValue = (*listFlag)(nil)

// Append gives it another value.
func (f *listFlag) Append(text string) error { return f.Set(text) }

// Replace drops the values that it has for others.
func (f *listFlag) Replace(list []string) error {
	f.to.given = slices.DeleteFunc(f.to.given, func(g Given) bool { return g.Option.Name == f.option.Name })
	for _, text := range list {
		if err := f.Set(text); err != nil {
			return err
		}
	}
	return nil
}

// GetSlice returns its values.
func (f *listFlag) GetSlice() []string {
	list := []string{}
	for _, g := range f.to.given {
		if g.Option.Name == f.option.Name {
			list = append(list, g.Value)
		}
	}
	return list
}

// apply sets what the command line says. A list replaces that of the file as a whole, as in Dredd.
func (a *Arguments) apply(s *Settings) error {
	var errs []error
	seen := map[string]bool{}
	for _, g := range a.given {
		name := g.Option.Name
		instead := g.Option.instead()
		switch {
		case g.Option.Removed:
			errs = append(errs, fmt.Errorf("%s is there no more: %s", dashed(name), instead))
			continue
		case g.Option.Instead != "" && !seen[name]:
			state := "will not be there for long"
			if g.Option.Ignored || g.Option.value.set == nil {
				state = "does nothing any more"
			}
			s.Warnings = append(s.Warnings, fmt.Sprintf("%s %s: %s", dashed(name), state, instead))
		}
		if g.Option.Repeatable() && !seen[name] {
			g.Option.value.reset(s)
		}
		seen[name] = true
		if g.Option.value.set == nil {
			continue
		}
		if err := g.Option.value.set(s, g.Value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", dashed(name), err))
		}
	}
	return errors.Join(errs...)
}

// instead is Instead as the command line has it.
func (o Option) instead() string {
	word, ok := strings.CutPrefix(o.Instead, "use ")
	switch {
	case !ok || strings.HasPrefix(word, "-"):
		return o.Instead
	case slices.ContainsFunc(Table(), func(other Option) bool { return other.Name == word && other.Where == Files }):
		return o.Instead + " in a configuration file, or --path"
	}
	return "use --" + word
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// Join makes one word of an option and its value where the value is not needed, so that it would be taken
// for an argument: "--color false" is "--color=false", and "--bail 3" is "--bail=3".
func Join(args []string) []string {
	byName := map[string]Option{}
	for _, o := range Table() {
		byName["--"+o.Name] = o
		if o.Also != "" {
			byName["--"+o.Also] = o
		}
		if o.Alias != "" {
			byName["-"+o.Alias] = o
		}
	}
	var joined []string
	for i := 0; i < len(args); i++ {
		joined = append(joined, args[i])
		if args[i] == "--" {
			return append(joined, args[i+1:]...)
		}
		o, known := byName[args[i]]
		if !known || i+1 == len(args) {
			continue
		}
		next := args[i+1]
		switch {
		case o.Implied() == "": // its value is the next word, whatever that is
			joined = append(joined, next)
			i++
		case o.accepts(next):
			joined[len(joined)-1] += "=" + next
			i++
		}
	}
	return joined
}

// accepts reports whether the word behind an option that needs no value is its value after all.
func (o Option) accepts(word string) bool {
	if o.Removed || o.Name == "help" || o.Name == "version" {
		return false
	}
	if o.Switch() {
		return word == "true" || word == "false"
	}
	var scratch Settings
	return o.value.set(&scratch, word) == nil
}
