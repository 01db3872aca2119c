package cli

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bailiff-dev/bailiff/internal/config"
)

// man is bailiff man.
func (a *app) man() *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page bailiff(1)",
		Long: `man prints the manual page bailiff(1), made of the commands and options as they are. It is the same
each time, so that a package can keep it.`,
		Example: `  bailiff man | man -l -
  bailiff man > /usr/local/share/man/man1/bailiff.1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := a.stdout.Write([]byte(manual(cmd.Root())))
			return err
		},
	}
}

// page is a manual page in the making, in the macros of man(7).
type page struct{ strings.Builder }

// manual writes the page about a command and all those below it.
func manual(root *cobra.Command) string {
	p := &page{}
	p.line(`.\" Made by bailiff man; do not edit.`)
	// No date: it would say when the page was made, and differ each time.
	p.line(`.TH BAILIFF 1 "" "bailiff ` + roff(root.Version) + `" "User Commands"`)
	p.section("NAME")
	p.line("bailiff \\- " + roff(lower(root.Short)))
	p.section("SYNOPSIS")
	for _, use := range append([]*cobra.Command{root}, shown(root)...) {
		p.line(".br")
		p.usage(use)
	}
	p.section("DESCRIPTION")
	p.prose(root.Long)
	if root.Long == "" {
		p.prose(root.Short + ".")
	}
	p.section("COMMANDS")
	for _, cmd := range shown(root) {
		p.line(".SS " + roff(strings.TrimPrefix(cmd.CommandPath(), root.Name()+" ")))
		p.prose(cmp.Or(cmd.Long, cmd.Short+"."))
		p.flags(own(cmd))
		p.example(cmd.Example)
	}
	p.section("OPTIONS")
	p.table()
	p.section("FILES")
	p.item(`\fIbailiff.yml\fR`, "The configuration file of a project: the long options as keys.")
	p.item(`\fIdredd.yml\fR`, "The configuration file of Dredd, which is read when there is no bailiff.yml.")
	p.section("ENVIRONMENT")
	for _, v := range environment {
		p.item(`\fB`+v.name+`\fR`, v.about)
	}
	p.section("EXIT STATUS")
	for _, e := range [][2]string{
		{"0", "Everything holds, or was skipped."},
		{"1", "Something does not hold, or could not be run."},
		{"130", "The run was interrupted, by Ctrl\\-C. Reports are complete all the same."},
		{"143", "The run was ended by SIGTERM. Reports are complete all the same."},
	} {
		p.item(`\fB`+e[0]+`\fR`, e[1])
	}
	if root.Example != "" {
		p.section("EXAMPLES")
		p.example(root.Example)
	}
	return p.String()
}

// environment are the variables that matter to those who run bailiff.
var environment = []struct{ name, about string }{
	{"BAILIFF_CACHE", "The folder for what is kept from run to run, in place of the one of the user."},
	{"BAILIFF_POSTGRES", "Where Postgres comes from, as \\-\\-postgres says it: auto, url, docker, embedded or local."},
	{"BAILIFF_POSTGRES_URL", "A Postgres server to use, with the right to create databases."},
	{"BAILIFF_POSTGRES_IMAGE", "The image of a Postgres in a container."},
	{"BAILIFF_POSTGRES_BINARIES", "The folder of Postgres binaries to run."},
	{"BAILIFF_DATABASE", "The database of the server under test, for bailiff run and bailiff hooks."},
	{"BAILIFF_SECRET", "The key that bailiff serve signs tokens with; its options have variables, too."},
	{"BAILIFF_ADMIN_PASSWORD", "The password of the account that bailiff serve \\-\\-admin makes."},
	{"NO_COLOR", "When it is not empty, nothing is coloured unless it is asked for."},
	{"HTTP_PROXY, HTTPS_PROXY, NO_PROXY", "The proxies of \\-\\-proxy environment."},
}

// lower takes the capital from the beginning of a sentence.
func lower(text string) string {
	if text == "" {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// shown are the commands below one, at all depths, in the order of their names, without those that are
// hidden or only help.
func shown(cmd *cobra.Command) []*cobra.Command {
	var list []*cobra.Command
	for _, c := range cmd.Commands() {
		if !c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			continue
		}
		list = append(append(list, c), shown(c)...)
	}
	slices.SortStableFunc(list, func(a, b *cobra.Command) int { return strings.Compare(a.CommandPath(), b.CommandPath()) })
	return list
}

// own are the flags of a command that are not in the table of options, since those are listed once.
func own(cmd *cobra.Command) []*pflag.Flag {
	inTable := map[string]bool{}
	for _, o := range config.Table() {
		inTable[o.Name] = true
	}
	local := slices.Contains([]string{"init", "serve", "hooks", "migrations"}, cmd.Name()) // whose options of the same names mean something else
	var list []*pflag.Flag
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && f.Name != "help" && f.Name != "version" && (local || !inTable[f.Name]) {
			list = append(list, f)
		}
	})
	return list
}

func (p *page) line(text string) { p.WriteString(text + "\n") }

func (p *page) section(name string) { p.line(".SH " + name) }

func (p *page) item(head, text string) {
	p.line(".TP")
	p.line(head)
	p.line(text)
}

// usage is a line of the synopsis: words in capitals stand for something else.
func (p *page) usage(cmd *cobra.Command) {
	path := strings.TrimSuffix(cmd.CommandPath(), cmd.Name()) + cmd.Use
	line := strings.Fields(path)
	for i, w := range line {
		bare := strings.Trim(w, "[].")
		switch {
		case bare == strings.ToUpper(bare) && bare != "":
			line[i] = `\fI` + roff(w) + `\fR`
		default:
			line[i] = `\fB` + roff(w) + `\fR`
		}
	}
	if !strings.Contains(cmd.Use, "[options]") && optional(cmd) {
		line = append(line, `[\fIoptions\fR]`)
	}
	p.line(strings.Join(line, " "))
}

// optional reports whether a command has options beside those that all have.
func optional(cmd *cobra.Command) bool {
	found := false
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		found = found || !f.Hidden && f.Name != "help" && f.Name != "version"
	})
	return found
}

// prose writes paragraphs. From the first line on that is indented, the lines of one stay as they are.
func (p *page) prose(text string) {
	for i, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if i > 0 {
			p.line(".PP")
		}
		lines := strings.Split(paragraph, "\n")
		table := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, " ") })
		if table < 0 {
			table = len(lines)
		}
		for _, l := range lines[:table] {
			p.line(roff(strings.TrimSpace(l)))
		}
		p.example(strings.Join(lines[table:], "\n"))
	}
}

func (p *page) example(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	p.line(".sp")
	p.line(".RS 4")
	p.line(".nf")
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		p.line(roff(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "  ")))
	}
	p.line(".fi")
	p.line(".RE")
}

// words stand for values of types whose flags do not name one.
var words = map[string]string{"string": "text", "strings": "text", "stringArray": "text", "int": "number", "uint": "number", "uint16": "number", "duration": "time"}

func (p *page) flags(list []*pflag.Flag) {
	for _, f := range list {
		word, usage := pflag.UnquoteUsage(f)
		head := `\fB\-\-` + roff(f.Name) + `\fR`
		if f.Shorthand != "" {
			head = `\fB\-` + f.Shorthand + `\fR, ` + head
		}
		if f.Value.Type() != "bool" {
			if plain, ok := words[word]; ok {
				word = plain
			}
			head += ` \fI` + roff(strings.ToUpper(word)) + `\fR`
		}
		p.item(head, roff(sentence(usage)))
	}
}

// table writes the options that have a key in the configuration file too.
func (p *page) table() {
	for _, g := range config.Groups() {
		headed := false
		for _, o := range config.Table() {
			if o.Group != g || o.Where == config.Files || o.Instead != "" {
				continue
			}
			if !headed {
				p.line(".SS " + roff(string(g)))
				headed = true
			}
			head := `\fB\-\-` + roff(o.Name) + `\fR`
			if o.Alias != "" {
				head = `\fB\-` + o.Alias + `\fR, ` + head
			}
			switch {
			case o.Word != "" && o.Implied() != "":
				head += `[=\fI` + roff(o.Word) + `\fR]`
			case o.Word != "":
				head += ` \fI` + roff(o.Word) + `\fR`
			}
			usage := o.Usage
			if o.Repeatable() {
				usage += " (repeatable)"
			}
			text := sentence(usage)
			if o.Default != "" {
				text += " Default: " + o.Default + "."
			}
			p.item(head, roff(text))
		}
	}
}

func sentence(text string) string {
	text = strings.TrimSuffix(strings.TrimSpace(text), ".")
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

var newlines = regexp.MustCompile(`\s*\n\s*`)

// roff writes a text so that it is printed as it is: backslashes, hyphens that are to be copied, quotes
// that would become typographical, and a dot or an apostrophe that would begin a request.
func roff(text string) string {
	text = newlines.ReplaceAllString(text, " ")
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "…", "...").Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}
