package cli

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// helpWidth is how wide help texts are, in columns.
const helpWidth = 79

// helpOptions is the help about all options: bailiff help options.
func (a *app) helpOptions() *cobra.Command {
	return &cobra.Command{
		Use:   "options",
		Short: "All options, of the command line and of configuration files",
		Long:  allOptions(func(config.Option) bool { return true }),
	}
}

// helpReporters is the help about reporters: bailiff help reporters.
func (a *app) helpReporters() *cobra.Command {
	var b strings.Builder
	b.WriteString("Reporters, for --reporter:\n\n")
	for _, r := range harness.Reporters() {
		fmt.Fprintf(&b, "  %-12s%s", r.Name, strings.TrimLeft(wrap(r.About, "              "), " "))
	}
	b.WriteString(`
One of cli, dot and nyan shows the run; the others go beside it. --output names
their files, in the order of the reporters or as NAME=FILE; "-" is standard
output.
`)
	return &cobra.Command{Use: "reporters", Short: "All reporters, which --reporter names", Long: b.String()}
}

// showHelp makes commands that have the options of the table show them by it.
func (a *app) showHelp(root *cobra.Command) {
	plain, usage := root.HelpFunc(), root.UsageFunc()
	root.SetUsageFunc(func(cmd *cobra.Command) error { return printUsage(cmd, usage) })
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		switch {
		case cmd == root:
			fmt.Fprint(a.stdout, shortHelp(true))
		case cmd.Name() == "run" && cmd.Parent() == root:
			fmt.Fprintf(a.stdout, "%s\n\n%s", usageText, allOptions(func(config.Option) bool { return true }))
		case (cmd.Name() == "options" || cmd.Name() == "reporters") && cmd.Parent() == root:
			fmt.Fprint(a.stdout, cmd.Long)
		default:
			plain(cmd, args)
		}
	})
}

// printUsage prints the usage of a command as cobra does, but for options that need no value, which are
// written as those of the table are: --bail[=N].
func printUsage(cmd *cobra.Command, plain func(*cobra.Command) error) error {
	to := cmd.OutOrStderr()
	var b bytes.Buffer
	cmd.SetOut(&b)
	err := plain(cmd)
	cmd.SetOut(to)
	text := optionalValue.ReplaceAllStringFunc(b.String(), func(option string) string {
		parts := optionalValue.FindStringSubmatch(option)
		shorter := parts[1] + "[=" + parts[2] + "]"
		return shorter + strings.Repeat(" ", len(option)-len(shorter))
	})
	fmt.Fprint(to, text)
	return err
}

// optionalValue is an option of cobra's usage whose value may be left out: "--bail N[=1]".
var optionalValue = regexp.MustCompile(`(--[a-z-]+) ([A-Z:]+)\[=[^]]+\]`)

const usageText = `Usage: bailiff [DESCRIPTION...] URL [options]
       bailiff COMMAND [options]

Sends the requests that a DESCRIPTION documents (API Blueprint or OpenAPI) to
the server at URL, and compares the answers. Takes the place of dredd: alone,
it does what bailiff.yml or dredd.yml of this folder says.`

const commands = `Commands: demo (see it work), init (configure), doctor (what is missing here),
  compile, validate, serve, migrations, databases, hooks, completion, man`

const pointers = `More: bailiff help options, bailiff help reporters, bailiff COMMAND --help.`

// shortHelp fits a screen of 24 lines. Without commands, it is what follows a mistake.
func shortHelp(whole bool) string {
	var b strings.Builder
	b.WriteString(usageText + "\n\n")
	for _, o := range config.Table() {
		if o.Brief != "" {
			fmt.Fprintf(&b, "  %-28s%s\n", form(o), o.Brief)
		}
	}
	b.WriteString("\n")
	if whole {
		b.WriteString(commands + "\n")
	}
	b.WriteString(pointers + "\n")
	return b.String()
}

// form is how an option is written: "-x, --only NAME".
func form(o config.Option) string {
	text := "--" + o.Name
	if o.Switch() && o.Default == "true" {
		text = "--[no-]" + o.Name
	}
	if o.Alias != "" {
		text = "-" + o.Alias + ", " + text
	} else {
		text = "    " + text
	}
	switch {
	case o.Word == "":
	case o.Implied() != "":
		text += "[=" + o.Word + "]"
	default:
		text += " " + o.Word
	}
	return text
}

// allOptions explains the options of the table that are picked, by groups.
func allOptions(picked func(config.Option) bool) string {
	var b strings.Builder
	for _, g := range config.Groups() {
		fmt.Fprintf(&b, "%s:\n", g)
		for _, o := range config.Table() {
			if o.Group == g && o.Where != config.Files && picked(o) {
				b.WriteString(explained(o))
			}
		}
		b.WriteString("\n")
	}
	b.WriteString(`What is true or false is turned off by --no-NAME. A list is given by repeating its
option. In bailiff.yml the keys are the long names; docs/configuration.md tells
more of them. What the command line says wins over the file.
`)
	return b.String()
}

// explained is an option, and below it what it does.
func explained(o config.Option) string {
	text := o.Usage
	if o.Default != "" {
		text += " (default: " + o.Default + ")"
	}
	if o.Repeatable() || o.Name == "volatile" {
		text += " (repeatable)"
	}
	return "  " + form(o) + "\n" + wrap(text, "        ")
}

// wrap breaks a text into lines that are not too long.
func wrap(text, indent string) string {
	var b strings.Builder
	line := indent
	for _, w := range strings.Fields(text) {
		if len(line)+len(w) > helpWidth && line != indent {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		line += w + " "
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	return b.String()
}

// helpAbout is bailiff help: about all of it, or about one command or topic.
func (a *app) helpAbout() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command, about options, or about reporters",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var topics []string
			if len(args) == 0 {
				topics = topicsOf(cmd.Root())
			}
			return topics, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err == nil && (len(rest) == 0 || about.HasParent()) {
				about.InitDefaultHelpFlag()
				return about.Help()
			}
			if len(rest) == 0 {
				return err
			}
			wrong := strings.Join(args, " ")
			if near := config.Nearest(rest[0], topicsOf(about)); near != "" {
				return fmt.Errorf("there is no help about %q, did you mean %s?", wrong, "bailiff help "+near)
			}
			return fmt.Errorf("there is no help about %q: bailiff help lists the commands, bailiff help options all options", wrong)
		},
	}
}

// topicsOf are the names of the commands and topics of a command.
func topicsOf(cmd *cobra.Command) []string {
	var topics []string
	for _, c := range cmd.Commands() {
		topics = append(topics, c.Name())
	}
	return topics
}
