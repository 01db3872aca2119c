package cli

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/internal/config"
)

func (a *app) run() *cobra.Command {
	return a.runner(&cobra.Command{
		Use:   "run [DESCRIPTION...] URL",
		Short: "Run API descriptions against a server; what bailiff without a command does",
	})
}

// runner makes a command run descriptions against a server.
func (a *app) runner(cmd *cobra.Command) *cobra.Command {
	a.register(cmd, func(config.Option) bool { return true })
	cmd.Version = version()
	cmd.SetVersionTemplate(versionLine() + "\n")
	cmd.Flags().Bool("version", false, "show the version, and end")
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if given, _ := a.args.Last("init"); given == "true" {
			return a.initialize(cmd, initFlags{})
		}
		s, err := config.Load(config.Source{Arguments: &a.args, Defaults: config.Defaults(), Dredd: true})
		if err != nil {
			return a.refused(err)
		}
		if err := a.place(s, args); err != nil {
			return err
		}
		if lacking := lacking(s); len(lacking) > 0 {
			return a.lacks(cmd, s, lacking, args)
		}
		return a.hold(cmd, s, harness.Config{
			Descriptions:   s.Descriptions(),
			Endpoint:       s.Endpoint,
			Database:       a.tested(s),
			UnmatchedHooks: harness.UnmatchedWarn,
		})
	}
	return cmd
}

// tested is the database that the server under test stands on; nil when nobody says which that is.
func (a *app) tested(s *config.Settings) *postgres.Config {
	url := s.Data.Database
	if url == "" {
		url = os.Getenv(databaseVariable)
	}
	if url == "" {
		return nil
	}
	return &postgres.Config{Database: url, Log: a.database().Log}
}

// register gives a command those options of the table that are picked. Its --help has no letter, since
// Dredd's -h is --header.
func (a *app) register(cmd *cobra.Command, picked func(config.Option) bool) {
	a.args.Register(cmd.Flags(), func(o config.Option) bool { return o.Name != "color" && picked(o) })
	cmd.Flags().Bool("help", false, "show help, and end")
}

// place hands arguments to settings: the last one is the URL of the server, those before it are
// descriptions. A dredd.yml is above them, as in Dredd; a bailiff.yml is not, and with it one argument may be
// enough.
func (a *app) place(s *config.Settings, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case s.File != "" && config.ByDredd(s.File):
		s.Warnings = append(s.Warnings, fmt.Sprintf("%s says what is run, so these arguments do nothing: %s (use --blueprint, --path and --endpoint, or name the file %s)",
			s.File, strings.Join(args, " "), config.DefaultName))
		return nil
	case len(args) == 1 && s.Named() && (s.Endpoint == "" || strings.Contains(args[0], "://")):
		s.Endpoint = args[0]
		return nil
	}
	last := len(args) - 1
	if last > 0 && !isServer(args[last]) {
		if at := slices.IndexFunc(args[:last], isServerURL); at >= 0 {
			return fmt.Errorf("%q comes last, where the URL of the server belongs, and %s comes before it: write the URL last", args[last], args[at])
		}
	}
	descriptions := args[:last]
	if last == 0 {
		descriptions = args
	} else {
		s.Endpoint = args[last]
	}
	if _, given := a.args.Last("path"); !given {
		s.Path = nil
	}
	s.Blueprint, s.Inline = "", nil
	s.Path = append(s.Path, descriptions...)
	return nil
}

// isServer reports whether an argument can say where a server is: a URL, or a host with its port.
func isServer(arg string) bool {
	_, port, err := net.SplitHostPort(strings.TrimRight(arg, "/"))
	return strings.Contains(arg, "://") || err == nil && port != "" || arg == "localhost"
}

// isServerURL reports whether an argument is the URL of a server, rather than that of a description, whose
// path ends as the name of a file does.
func isServerURL(arg string) bool {
	u, err := url.Parse(arg)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && path.Ext(u.Path) == ""
}

// lacking says what a run needs and is not there, in Dredd's words.
func lacking(s *config.Settings) []string {
	var lines []string
	switch {
	case !s.Named():
		lines = append(lines, "Error: Must specify path to API description document.")
	case slices.Contains(s.Path, ""):
		lines = append(lines, "Error: Must specify path to API description document. One that is given is empty: is a variable not set?")
	}
	if s.Endpoint == "" {
		lines = append(lines, "Error: Must specify URL of the tested API instance.")
	}
	return lines
}

// lacks tells what is lacking, and how it would be right.
func (a *app) lacks(cmd *cobra.Command, s *config.Settings, lacking, args []string) error {
	for _, text := range s.Warnings {
		a.logger(s).warn(text)
	}
	for _, line := range lacking {
		fmt.Fprintf(a.stderr, "\n%s\n", line)
	}
	if len(args) == 1 && s.File == "" && !cmd.HasParent() {
		for _, near := range cmd.SuggestionsFor(args[0]) {
			fmt.Fprintf(a.stderr, "\nThere is no command %q, did you mean %s %s?\n", args[0], cmd.Name(), near)
		}
	}
	fmt.Fprintf(a.stderr, "\n%s", shortHelp(false))
	return errFailed
}

// refused adds to what is wrong with the options that nothing was run, as Dredd does.
func (a *app) refused(err error) error {
	return errors.Join(err, errNotConfigured)
}

var errNotConfigured = errors.New("bailiff is not configured, so nothing was run")
