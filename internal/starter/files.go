package starter

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"
)

// File is one to be written.
type File struct {
	// Path is slash-separated, in the folder of the project.
	Path string
	// Content is all of the file, also of one that exists already.
	Content []byte
	// Changes says that the file exists, and that Content is what it says with something added.
	Changes bool
	// Added is what was added to a file that Changes.
	Added string
}

const (
	// slowWait is how many seconds a server may take until it listens. It is a limit, so it is no loss
	// where the server is there at once.
	slowWait = 60
	fastWait = 30
	// everything is a pattern for the names of all transactions.
	everything = "*"
	// placeholder is the name of a transaction, where none is known.
	placeholder = "Group > Resource > Action"
)

// Written is what Files made.
type Written struct {
	Files []File
	// Notes are what a person should know about them.
	Notes []string
	// Manual is what a person has to add to files that are not changed, by the name of the file.
	Manual []Snippet
}

// Snippet is a text that belongs into a file.
type Snippet struct{ File, Text string }

// Files makes what a project needs, by the answers. known tells the keys that a configuration of Dredd can
// have; others are there for hooks. The error says which answer is missing or cannot work.
func Files(p Project, a Answers, known func(key string) bool) (Written, error) {
	var w Written
	if len(a.Descriptions) == 0 {
		return w, errors.New("no API description is named")
	}
	if a.GoTest {
		module := GoModule{Dir: ".", Package: "main"}
		if p.Go != nil {
			module = *p.Go
		}
		test, err := goTest(module, a)
		if err != nil {
			return w, err
		}
		w.Files = append(w.Files, test)
	} else if err := w.configure(p, a, known); err != nil {
		return w, err
	}
	return w, w.integrate(p, a)
}

// configure adds the configuration file, and the first hook file.
func (w *Written) configure(p Project, a Answers, known func(string) bool) error {
	c := configuration{answers: a, slow: p.Stack.Slow}
	if a.Hooks && len(a.HookFiles) == 0 {
		file, err := c.firstHooks(p)
		if err != nil {
			return err
		}
		w.Files = append(w.Files, file)
	}
	if a.From != nil {
		k := a.From.keep(known)
		c.rest = k.text
		w.tell(a.From.Name, k)
	}
	name, text := configName, c.bailiff
	if a.Dredd {
		name, text = dreddName, c.dredd
	}
	w.Files = append([]File{{Path: name, Content: []byte(text())}}, w.Files...)
	return nil
}

// tell notes what became of the keys of a configuration that is taken over.
func (w *Written) tell(name string, k kept) {
	if len(k.foreign) > 0 {
		w.Notes = append(w.Notes, fmt.Sprintf("%s has keys that only your hooks know: %s. They are under custom now, where hooks find them as hooks.configuration.custom",
			name, strings.Join(k.foreign, ", ")))
	}
	if len(k.left) > 0 {
		w.Notes = append(w.Notes, fmt.Sprintf("%s has keys that are not read any more: %s. They are left behind", name, strings.Join(k.left, ", ")))
	}
}

// configuration is the text of a configuration file.
type configuration struct {
	answers   Answers
	hookFiles []string
	language  string
	slow      bool
	// goHooks says that hooks are a program of Go that is compiled first.
	goHooks bool
	rest    string
}

// firstHooks writes the first hook file, and says what runs it.
func (c *configuration) firstHooks(p Project) (File, error) {
	l, ok := HookLanguage(cmp.Or(c.answers.Language, "nodejs"))
	if !ok {
		return File{}, fmt.Errorf("no hook file can be written for %q: use one of %s, or name hook files that exist", c.answers.Language, strings.Join(keys(), ", "))
	}
	text := hookText{cmp.Or(c.answers.Example, placeholder), "bailiff compile --format names " + c.answers.Descriptions[0]}
	if c.answers.Dredd {
		text.Names = "dredd --names"
	}
	name := l.file
	c.hookFiles, c.language = []string{name}, l.Key
	switch {
	case l.Key == "go":
		c.language, c.goHooks = "go run ./"+path.Dir(name), true
	case l.Key == "rust":
		c.hookFiles = []string{"target/debug/contract_hooks"}
	case l.Key == "nodejs" && p.Modules:
		name = strings.TrimSuffix(name, ".js") + ".cjs" // where .js files are modules of ECMAScript, and Dredd takes none
		c.hookFiles = []string{name}
	}
	return File{Path: name, Content: []byte(l.text(text))}, nil
}

func keys() []string {
	var list []string
	for _, l := range HookLanguages() {
		list = append(list, l.Key)
	}
	return list
}

// bailiff writes bailiff.yml, with what matters and a line about each.
func (c *configuration) bailiff() string {
	a := c.answers
	var b strings.Builder
	b.WriteString("# How the API is held against its documentation: run \"bailiff\" in this folder. Options win over this file.\n")
	c.section(&b, "The API description: a path, a pattern or a URL. Further ones are listed under path.", "blueprint", a.Descriptions[0])
	if len(a.Descriptions) > 1 {
		list(&b, "path", a.Descriptions[1:])
	}
	c.section(&b, "Where the server listens.", "endpoint", a.Endpoint)
	if a.Server != "" {
		c.section(&b, "What starts the server; it is stopped after the run. The wait is a limit in seconds.", "server", a.Server)
		fmt.Fprintf(&b, "server-wait: %d\n", c.wait())
	} else {
		b.WriteString("\n# The server has to run already. To have it started and stopped, name its command:\n# server: npm start\n")
	}
	c.hooks(&b, "Hooks run around the requests.")
	if !strings.Contains("\n"+c.rest, "\nmatch:") {
		b.WriteString("\n# How strictly bodies are compared: structure (as Dredd does), type or value.\nmatch: structure\n")
	}
	if c.rest != "" {
		b.WriteString("\n# Taken over from " + a.From.Name + ".\n" + c.rest)
	}
	return b.String()
}

// dredd writes dredd.yml, which Dredd wants a path in, and in which the wait is a pause.
func (c *configuration) dredd() string {
	a := c.answers
	var b strings.Builder
	b.WriteString("# Read by Dredd and by bailiff. Options that are given on the command line win over it.\n")
	entry(&b, "blueprint", a.Descriptions[0])
	if len(a.Descriptions) > 1 {
		list(&b, "path", a.Descriptions[1:])
	} else {
		b.WriteString("path: []\n")
	}
	entry(&b, "endpoint", a.Endpoint)
	if a.Server != "" {
		entry(&b, "server", a.Server)
		fmt.Fprintf(&b, "server-wait: %d\n", c.pause())
	}
	c.hooks(&b, "")
	if c.rest != "" {
		b.WriteString(c.rest)
	}
	return b.String()
}

// hooks writes the keys about hooks, of files that exist or of the first one.
func (c *configuration) hooks(b *strings.Builder, about string) {
	files, language := c.hookFiles, c.language
	if len(files) == 0 {
		files, language = c.answers.HookFiles, c.answers.Language
	}
	if !c.answers.Hooks || len(files) == 0 {
		if about != "" {
			b.WriteString("\n# Hooks run around the requests, to log in or to seed what the documentation shows:\n# hookfiles: contract/*.js\n")
		}
		return
	}
	if about != "" {
		b.WriteString("\n# " + about + "\n")
	}
	if len(files) == 1 {
		entry(b, "hookfiles", files[0])
	} else {
		list(b, "hookfiles", files)
	}
	if language != "" && language != "nodejs" {
		entry(b, "language", language)
	}
	if c.goHooks {
		b.WriteString("hooks-worker-connect-timeout: 60000 # milliseconds; Go compiles them first\n")
	}
}

// wait is a limit, so one that is longer than before is no loss.
func (c *configuration) wait() int {
	wait := fastWait
	if c.slow {
		wait = slowWait
	}
	if c.answers.From != nil {
		wait = max(wait, c.answers.From.Wait)
	}
	return wait
}

// pause is how long Dredd sleeps.
func (c *configuration) pause() int {
	switch {
	case c.answers.From != nil && c.answers.From.Wait > 0:
		return c.answers.From.Wait
	case c.slow:
		return 15
	}
	return 3
}

func (c *configuration) section(b *strings.Builder, about, key, value string) {
	b.WriteString("\n# " + about + "\n")
	entry(b, key, value)
}

func entry(b *strings.Builder, key, value string) { b.WriteString(key + ": " + scalar(value) + "\n") }

func list(b *strings.Builder, key string, values []string) {
	b.WriteString(key + ":\n")
	for _, v := range values {
		b.WriteString("  - " + scalar(v) + "\n")
	}
}

// scalar writes a text in YAML, on one line and in quotes where it needs any.
func scalar(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if out, err := yaml.Marshal(text); err == nil {
		one := strings.TrimSuffix(string(out), "\n")
		if !strings.Contains(one, "\n") { // a long one is folded
			return one
		}
	}
	var back string
	if err := yaml.Unmarshal([]byte(text), &back); err == nil && back == text {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
