package starter

import (
	"io/fs"
	"slices"
)

// The files that are read when none is named, written just so.
const (
	configName = "bailiff.yml"
	dreddName  = "dredd.yml"
)

// Project is what was found in a folder.
type Project struct {
	// Config is the name of bailiff's own configuration file; empty when there is none.
	Config string
	// Dredd is the configuration of Dredd; nil when there is none.
	Dredd *Dredd
	// Descriptions are the API descriptions, the likeliest first.
	Descriptions []Description
	// Stack is what the server is written with.
	Stack Stack
	// Hooks are the hook files, and what runs them.
	Hooks HookFiles
	// Services are those of continuous integration that have a file here, in the order of the table.
	Services []Service
	// Go is the Go module; nil when there is none.
	Go *GoModule
	// Modules says that files named .js are modules of ECMAScript.
	Modules bool

	tree *tree
}

// HookFiles are hook files that exist already.
type HookFiles struct {
	// Files are slash-separated paths; empty means that there are none.
	Files []string
	// Language is that of the first file, as --language takes it.
	Language string
}

// Detect looks at a folder. What cannot be read is as if it were not there.
func Detect(fsys fs.FS) Project {
	t := walk(fsys)
	p := Project{
		Descriptions: t.descriptions(),
		Stack:        t.stack(),
		Hooks:        t.hookFiles(),
		Services:     t.services(),
		Dredd:        t.dredd(),
		Go:           t.goModule(),
		Modules:      t.modules(),
		tree:         t,
	}
	if t.find(configName) == configName {
		p.Config = configName
	}
	return p
}

// Answers are what is asked, or told by flags.
type Answers struct {
	// Descriptions are paths, globs or URLs; at least one is needed.
	Descriptions []string
	// Server is the command that starts the server; empty means that it runs already.
	Server string
	// Endpoint is the URL of the server.
	Endpoint string
	// Hooks says that hooks are wanted: HookFiles, or else a first file that is written.
	Hooks bool
	// Language is what runs the hooks, as --language takes it; empty means nodejs.
	Language string
	// HookFiles are paths and globs of files that exist; empty means that one is written.
	HookFiles []string
	// GoTest writes a test in Go in place of a configuration file.
	GoTest bool
	// Dredd writes dredd.yml, which Dredd can read too, in place of bailiff.yml.
	Dredd bool
	// From is the configuration of Dredd whose other settings are kept; nil means none.
	From *Dredd
	// Keep writes no configuration file, since dredd.yml stays the one.
	Keep bool
	// Example is the name of a transaction, for the first hook; empty means that none is known.
	Example string
	// Services are the names of those of continuous integration that get a job.
	Services []string
}

// Defaults are the answers that a project suggests.
func Defaults(p Project) Answers {
	a := Answers{
		Server:    p.Stack.Server,
		Endpoint:  p.Stack.Endpoint(),
		Hooks:     len(p.Hooks.Files) > 0,
		Language:  p.Stack.HookLanguage(),
		HookFiles: p.Hooks.Patterns(),
		GoTest:    p.Go != nil && p.Dredd == nil && len(p.Hooks.Files) == 0,
	}
	if len(p.Descriptions) > 0 {
		a.Descriptions = []string{p.Descriptions[0].Path}
	}
	if a.Hooks {
		a.Language = p.Hooks.Language
	}
	if d := p.Dredd; d != nil {
		a.take(d)
	}
	return a
}

// take prefers what Dredd was told.
func (a *Answers) take(d *Dredd) {
	a.From = d
	if list := d.Descriptions(); len(list) > 0 {
		a.Descriptions = list
	}
	if d.Endpoint != "" {
		a.Endpoint = d.Endpoint
	}
	a.Server = d.Server
	if len(d.HookFiles) > 0 {
		a.Hooks, a.HookFiles = true, slices.Clone(d.HookFiles)
	}
	if d.Language != "" {
		a.Language = d.Language
	}
}
