package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// descriptionFlags are those of every command that reads descriptions.
type descriptionFlags struct {
	allExamples, strict, noCache bool
}

func (f *descriptionFlags) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.allExamples, "all-examples", false, "also take what Dredd ignores: further pairs of request and response in an API Blueprint, further examples in OpenAPI 3")
	cmd.Flags().BoolVar(&f.strict, "strict-descriptions", false, "fail when a documented action cannot be made a transaction")
	cmd.Flags().BoolVar(&f.noCache, "no-cache", false, "compile the descriptions anew, and keep nothing for the next time")
}

func (a *app) compile() *cobra.Command {
	var flags descriptionFlags
	var format string
	cmd := &cobra.Command{
		Use:   "compile DESCRIPTION...",
		Short: "Print the transactions that API descriptions compile to",
		Long: `compile reads API descriptions and prints the transactions that a run would carry out.
Nothing is sent.

A DESCRIPTION is a file, a glob, a folder, a URL, or "-" for standard input. What a glob matches
is sorted by base name. A folder stands for the descriptions that are directly in it.

The formats:
  text   for people: name, method, URI, status, and where the action is documented
  names  the names alone, a line each, as hooks and --only take them
  json   an object per description, each on a line of its own (JSON Lines), as Dredd's compiler
         has it: "mediaType", "transactions" and "annotations". Beside these, "filename" is the
         description, "actions" counts what is documented, and "omissions" lists what was not
         compiled. Names begin with the title of the API here.
  description
         the description itself, the files that it includes put in: for tools that follow no
         include(...), as Dredd. One description only.

Annotations go to standard error; with json, they are in the object. The exit code is 1 when one of
them is an error or, with --strict-descriptions, when an action was not compiled.

With --all-examples, a pair that Dredd ignores has the name of the one that it takes instead, and
what tells it apart: "Machines > Update > Request Unknown, Response 404". Where pairs are alike in
that, they are counted: "Response 404 (2)".`,
		Example: `  bailiff compile api.apib
  bailiff compile --format json 'docs/**/*.apib' > transactions.jsonl
  curl -s http://127.0.0.1:3000/openapi.yaml | bailiff compile -`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("name at least one API description: bailiff compile api.apib")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.compilePrinter(format)
			if err != nil {
				return err
			}
			return p.run(cmd.Context(), flags, harness.CompileConfig{Descriptions: args, Stdin: cmd.InOrStdin(), Version: number()})
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVarP(&format, "format", "f", "text", `what to print: "text", "names", "json" or "description"`)
	return cmd
}

// compilePrinter prints compiled descriptions in one format.
type compilePrinter struct {
	out    *bufio.Writer
	stderr io.Writer
	color  bool
	// print writes one description; single says that there are no others.
	print func(c *harness.Compiled, single bool) error
	// inline says that annotations are part of what is printed.
	inline bool
}

func (a *app) compilePrinter(format string) (*compilePrinter, error) {
	color, err := a.stdout.colored(a.color)
	if err != nil {
		return nil, err
	}
	p := &compilePrinter{out: bufio.NewWriter(a.stdout), stderr: a.stderr, color: color}
	switch format {
	case "text":
		p.print = p.text
	case "names":
		p.print = p.names
	case "json":
		p.print, p.inline = p.json, true
	case "description":
		p.print = p.description
	default:
		return nil, fmt.Errorf("unknown format %q: use text, names, json or description", format)
	}
	return p, nil
}

func (p *compilePrinter) run(ctx context.Context, flags descriptionFlags, cfg harness.CompileConfig) error {
	cfg.AllExamples, cfg.NoCache = flags.allExamples, flags.noCache
	compiled, err := harness.Compile(ctx, cfg)
	if err != nil {
		return err
	}
	failed := false
	for _, c := range compiled {
		if err := p.print(c, len(compiled) == 1); err != nil {
			return err
		}
		if err := p.out.Flush(); err != nil {
			return err
		}
		failed = p.say(c, flags.strict) || failed
	}
	if failed {
		return errFailed
	}
	return nil
}

// say writes what there is to say about a description to standard error, and reports whether some of
// it is an error.
func (p *compilePrinter) say(c *harness.Compiled, strict bool) (failed bool) {
	seen := map[string]bool{} // the examples of an action often have an annotation in common
	for _, a := range c.Annotations {
		failed = failed || a.Severity == transaction.SeverityError
		if said := a.String(); !p.inline && !seen[said] {
			seen[said] = true
			fmt.Fprintln(p.stderr, printable(c.Explain(a)))
		}
	}
	if len(c.Omissions) == 0 {
		return failed
	}
	severity := transaction.SeverityWarning
	if strict {
		severity, failed = transaction.SeverityError, true
	}
	fmt.Fprintf(p.stderr, "%s: %s: %s\n", printable(c.Filename), severity, harness.Omitted(c.Actions, len(c.Omissions)))
	for _, o := range c.Omissions {
		fmt.Fprintln(p.stderr, printable("  "+o.String()))
	}
	return failed
}

func (p *compilePrinter) names(c *harness.Compiled, single bool) error {
	for _, t := range c.Transactions {
		fmt.Fprintln(p.out, printable(string(c.Name(t, single))))
	}
	return nil
}

func (p *compilePrinter) description(c *harness.Compiled, single bool) error {
	if !single {
		return errors.New("--format description prints one description, and here are several: name one")
	}
	_, err := p.out.Write(c.Text)
	return err
}

// text writes two lines a transaction: its name, and what is sent, expected and where it is written.
func (p *compilePrinter) text(c *harness.Compiled, single bool) error {
	sources, err := c.Locate()
	if err != nil {
		return err
	}
	for i, t := range c.Transactions {
		at := sources[i].Action
		if at.IsZero() {
			at.File = c.Filename
		}
		at.Column = 0
		fmt.Fprintln(p.out, p.paint("1", printable(string(c.Name(t, single)))))
		fmt.Fprintf(p.out, "  %s %s\n", printable(t.ID()), p.paint("2", printable(at.String())))
	}
	fmt.Fprintf(p.out, "%s: %s of %s\n", printable(c.Filename), count(len(c.Transactions), "transaction"), count(c.Actions, "documented action"))
	return nil
}

// paint writes a text in a style of ANSI (SGR), on a terminal.
func (p *compilePrinter) paint(style, text string) string {
	if !p.color {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// printable makes text of a description harmless to a terminal: what cannot be seen, but for line
// ends, becomes a question mark.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}
