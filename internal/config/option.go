package config

import (
	"go.yaml.in/yaml/v4"
)

// Option is one thing that bailiff can be told: an option of the command line, a key of a file, or
// both.
type Option struct {
	// Name is the long name on the command line, and the key in a file.
	Name string
	// Alias is the short name, one letter; "" when there is none.
	Alias string
	// Also is another long name; "" when there is none.
	Also string
	// Group is where help texts list it.
	Group Group
	// Usage is what it does, in a sentence without its end.
	Usage string
	// Word stands for the value in help texts; "" when there is none to give.
	Word string
	// Default is what holds without it, for people; "" when that goes without saying.
	Default string
	// Brief is what it does in a few words, for the short help; "" leaves it out there.
	Brief string
	// Ours says that Dredd does not have it, so that a dredd.yml cannot.
	Ours bool
	// Where is where it can be said.
	Where Where
	// Instead says what to do in place of it: it is there no more, or will not be for long.
	Instead string
	// Removed says that it does nothing any more, so that it is an error; Ignored, that it does nothing and
	// is only warned about.
	Removed, Ignored bool

	value value
}

// Group is a group of options.
type Group string

// The groups, in the order of help texts.
const (
	GroupTarget  Group = "What is run"
	GroupSelect  Group = "Which transactions"
	GroupRequest Group = "Requests"
	GroupVerdict Group = "Verdicts"
	GroupHooks   Group = "Hooks"
	GroupData    Group = "Databases"
	GroupReport  Group = "Reports"
	GroupWorker  Group = "Hook handlers"
	GroupOther   Group = "Other"
)

// Groups lists them in the order of help texts.
func Groups() []Group {
	return []Group{GroupTarget, GroupSelect, GroupRequest, GroupVerdict, GroupHooks, GroupData, GroupReport, GroupOther, GroupWorker}
}

// Where is where an option can be said.
type Where int

// The places.
const (
	Everywhere Where = iota
	CommandLine
	Files
)

// Kind names what a value is, for people: "true or false", "a list of texts".
func (o Option) Kind() string { return o.value.kind }

// Switch reports whether it is true or false, and so needs no value.
func (o Option) Switch() bool { return o.value.truth }

// Implied is the value on the command line when none is given there; "" means that one must be.
func (o Option) Implied() string { return o.value.implied }

// Repeatable reports whether it takes a list.
func (o Option) Repeatable() bool { return o.value.reset != nil }

// value is how an option is set.
type value struct {
	kind  string
	truth bool // it is true or false
	// number says that it is one, or may be.
	number bool
	// implied is the value on the command line when none is given there; "" demands one.
	implied string
	// set takes one text over; of a list, it is one item. nil when the command line can only be told that it
	// says nothing.
	set func(s *Settings, text string) error
	// reset empties a list; nil when it is none.
	reset func(s *Settings)
	// read takes over what a file has, when that is not what set takes; nil when it is.
	read func(r *reader, n *yaml.Node, s *Settings)
}
