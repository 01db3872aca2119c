package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/bailiff-dev/bailiff/internal/starter"
)

// isTerminal reports whether somebody can answer.
func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// errNoAnswer says that the input ended before the last question.
var errNoAnswer = errors.New("the input ended before all was answered, and nothing was written: answer by flags, or take what was found with --yes")

// prompter asks, a line for each answer.
type prompter struct {
	out   io.Writer
	lines chan string // closed at the end of the input
}

// newPrompter reads the answers. The goroutine that does ends with the input; until then it waits for a
// line, which is what makes Ctrl-C work in the middle of one.
func newPrompter(in io.Reader, out io.Writer) *prompter {
	p := &prompter{out: out, lines: make(chan string)}
	go func() {
		defer close(p.lines)
		s := bufio.NewScanner(in)
		for s.Scan() {
			p.lines <- strings.TrimSpace(s.Text())
		}
	}()
	return p
}

// text asks for a text. An empty answer is the one that is offered.
func (p *prompter) text(ctx context.Context, question, offered string) (string, error) {
	if offered != "" {
		question += " [" + offered + "]"
	}
	fmt.Fprintf(p.out, "%s: ", question)
	select {
	case line, ok := <-p.lines:
		switch {
		case !ok && ctx.Err() != nil:
			return "", ctx.Err()
		case !ok:
			fmt.Fprintln(p.out)
			return "", errNoAnswer
		case line == "":
			return offered, nil
		}
		return line, nil
	case <-ctx.Done():
		fmt.Fprintln(p.out)
		return "", ctx.Err()
	}
}

// yes asks a question that is answered by yes or no.
func (p *prompter) yes(ctx context.Context, question string, offered bool) (bool, error) {
	choices := "y/N"
	if offered {
		choices = "Y/n"
	}
	for {
		answer, err := p.text(ctx, question+" ("+choices+")", "")
		if err != nil {
			return false, err
		}
		switch strings.ToLower(answer) {
		case "":
			return offered, nil
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		fmt.Fprintln(p.out, "Answer y or n.")
	}
}

// choose asks for one of several, by number or by name; offered is an index.
func (p *prompter) choose(ctx context.Context, question string, choices []string, offered int) (int, error) {
	fmt.Fprintln(p.out, question)
	for i, c := range choices {
		fmt.Fprintf(p.out, "  %d) %s\n", i+1, c)
	}
	for {
		answer, err := p.text(ctx, "Number", strconv.Itoa(offered+1))
		if err != nil {
			return 0, err
		}
		if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(choices) {
			return n - 1, nil
		}
		for i, c := range choices {
			if strings.EqualFold(answer, c) {
				return i, nil
			}
		}
		fmt.Fprintf(p.out, "Answer with a number from 1 to %d.\n", len(choices))
	}
}

// answer finds the answers: what flags say, then what people say, then what was found.
func (i *initializer) answer(ctx context.Context) error {
	i.answers = starter.Defaults(i.project)
	i.answers.Keep = i.asItIs()
	i.apply()
	if i.ask == nil {
		return nil
	}
	i.tell()
	for _, question := range []func(context.Context) error{
		i.askDredd, i.askDescription, i.askGoTest, i.askServer, i.askEndpoint, i.askHooks, i.askServices,
	} {
		if err := question(ctx); err != nil {
			return err
		}
	}
	return nil
}

// apply takes the flags over.
func (i *initializer) apply() {
	a, f := &i.answers, i.flags
	if len(f.descriptions) > 0 {
		a.Descriptions = f.descriptions
	}
	if f.given("server") {
		a.Server = f.server
	}
	if f.endpoint != "" {
		a.Endpoint = f.endpoint
	}
	if f.given("hooks") {
		a.Hooks = f.hooks
	}
	if f.language != "" {
		a.Hooks, a.Language, a.HookFiles = true, f.language, nil
		if l, known := starter.HookLanguage(f.language); known {
			a.Language = l.Key
		}
	}
	if len(f.hookFiles) > 0 {
		a.Hooks, a.HookFiles = true, f.hookFiles
	}
	a.Dredd = f.dredd
	switch {
	case f.given("go-test"):
		a.GoTest = f.goTest
	case f.dredd, f.fromDredd, len(f.hookFiles) > 0, f.language != "" && f.language != "go":
		a.GoTest = false
	}
	a.Services = f.services
}

// tell says what was found.
func (i *initializer) tell() {
	var found []string
	for _, s := range []string{i.project.Stack.Language, i.project.Stack.Framework} {
		if s != "" {
			found = append(found, s)
		}
	}
	for _, s := range i.project.Services {
		found = append(found, s.Name)
	}
	if len(i.project.Hooks.Files) > 0 {
		found = append(found, count(len(i.project.Hooks.Files), "hook file"))
	}
	if len(found) > 0 {
		fmt.Fprintf(i.stdout, "Found: %s.\n", strings.Join(found, ", "))
	}
	fmt.Fprintln(i.stdout, "Enter takes what stands in brackets.")
}

func (i *initializer) askDredd(ctx context.Context) error {
	if i.project.Dredd == nil || !i.answers.Keep {
		return nil
	}
	name := i.project.Dredd.Name
	n, err := i.ask.choose(ctx, name+" is here, and bailiff reads it.", []string{
		"use " + name + " as it is", "write bailiff.yml with what it says", "begin anew, with bailiff.yml",
	}, 0)
	i.answers.Keep = n == 0
	if n == 2 {
		project := i.project
		project.Dredd = nil
		i.answers = starter.Defaults(project)
		i.apply()
	}
	return err
}

func (i *initializer) askDescription(ctx context.Context) error {
	if i.answers.Keep || i.flags.given("description") {
		return nil
	}
	if others := i.project.Descriptions; len(others) > 1 {
		fmt.Fprintln(i.stdout, "API descriptions:")
		for k, d := range others {
			if k == 10 {
				fmt.Fprintf(i.stdout, "  and %d more\n", len(others)-k)
				break
			}
			fmt.Fprintf(i.stdout, "  %s (%s)\n", d.Path, d.Format)
		}
	}
	if len(i.answers.Descriptions) > 1 { // of dredd.yml
		return nil
	}
	offered := "apiary.apib"
	if len(i.answers.Descriptions) > 0 {
		offered = i.answers.Descriptions[0]
	}
	answer, err := i.ask.text(ctx, "Location of the API description", offered)
	if err == nil {
		i.answers.Descriptions = []string{answer}
	}
	return err
}

// askGoTest is for modules of Go only.
func (i *initializer) askGoTest(ctx context.Context) error {
	if i.project.Go == nil || i.answers.Keep || i.flags.given("go-test") || !i.answers.GoTest {
		return nil
	}
	n, err := i.ask.choose(ctx, "How will it run?", []string{
		"as a test in Go, with go test: " + filepath.Join(i.project.Go.Dir, "contract_test.go"),
		"on the command line: bailiff.yml",
	}, 0)
	i.answers.GoTest = n == 0
	return err
}

func (i *initializer) askServer(ctx context.Context) error {
	if i.answers.Keep || i.flags.given("server") || i.inProcess() {
		return nil
	}
	answer, err := i.ask.text(ctx, `Command that starts the server ("-" when it runs already)`, i.answers.Server)
	if answer == "-" {
		answer = ""
	}
	i.answers.Server = answer
	return err
}

// inProcess says that the server runs in the process of the test.
func (i *initializer) inProcess() bool {
	return i.answers.GoTest && i.project.Go != nil && i.project.Go.Handler != ""
}

func (i *initializer) askEndpoint(ctx context.Context) error {
	if i.answers.Keep || i.flags.given("endpoint") || i.inProcess() {
		return nil
	}
	answer, err := i.ask.text(ctx, "URL of the server", i.answers.Endpoint)
	i.answers.Endpoint = answer
	return err
}

func (i *initializer) askHooks(ctx context.Context) error {
	f := i.flags
	if i.answers.Keep || f.given("hooks") || f.given("language") || f.given("hookfiles") {
		return nil
	}
	question := "Use hooks, to log in or to seed data?"
	if len(i.answers.HookFiles) > 0 {
		question = "Use the hooks in " + strings.Join(i.answers.HookFiles, ", ") + "?"
	}
	use, err := i.ask.yes(ctx, question, true)
	if i.answers.Hooks = use; err != nil || !use || i.answers.GoTest || len(i.answers.HookFiles) > 0 {
		return err
	}
	var names []string
	offered := 0
	for k, l := range starter.HookLanguages() {
		names = append(names, l.Name)
		if l.Key == i.answers.Language {
			offered = k
		}
	}
	n, err := i.ask.choose(ctx, "Language of the hooks:", names, offered)
	i.answers.Language = starter.HookLanguages()[n].Key
	return err
}

func (i *initializer) askServices(ctx context.Context) error {
	if i.flags.given("ci") {
		return nil
	}
	for _, s := range i.project.Services {
		add, err := i.ask.yes(ctx, "Add a job that runs bailiff to "+s.Name+"?", true)
		if err != nil {
			return err
		}
		if add {
			i.answers.Services = append(i.answers.Services, s.Key)
		}
	}
	if len(i.project.Services) > 0 {
		return nil
	}
	create, err := i.ask.yes(ctx, "Create configuration for continuous integration?", false)
	if err != nil || !create {
		return err
	}
	var names []string
	for _, key := range starter.ServiceKeys() {
		names = append(names, starter.ServiceName(key))
	}
	n, err := i.ask.choose(ctx, "Which one?", names, 0)
	i.answers.Services = []string{starter.ServiceKeys()[n]}
	return err
}
