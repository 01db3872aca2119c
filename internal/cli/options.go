package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bailiff-dev/bailiff/internal/config"
)

// optionError says what is wrong with an option as it was given.
func optionError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if letters := unknown.GetSpecifiedShortnames(); letters != "" {
			within := ""
			if letters != unknown.GetSpecifiedName() {
				within = ", as in -" + letters
			}
			return fmt.Errorf("there is no option -%s%s: %s", unknown.GetSpecifiedName(), within, whereOptions(cmd))
		}
		return unknownOption(cmd, unknown.GetSpecifiedName())
	}
	var lacking *pflag.ValueRequiredError
	if errors.As(err, &lacking) {
		name := "--" + lacking.GetSpecifiedName()
		if lacking.GetSpecifiedShortnames() != "" {
			name = "-" + lacking.GetSpecifiedName()
		}
		return fmt.Errorf("%s needs a value: --%s %s", name, lacking.GetFlag().Name, strings.TrimSpace(lacking.GetFlag().Value.Type()))
	}
	return err
}

// unknownOption names the option that may be meant.
func unknownOption(cmd *cobra.Command, name string) error {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden || strings.HasPrefix(f.Name, "no-") {
			names = append(names, f.Name)
		}
	})
	if near := config.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no option --%s, did you mean --%s?", name, near)
	}
	return fmt.Errorf("there is no option --%s: %s", name, whereOptions(cmd))
}

// whereOptions says where the options of a command are listed.
func whereOptions(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return cmd.CommandPath() + " --help lists all"
	}
	return "bailiff help options lists all"
}

// verdictOptions are what commands have that compare responses.
func verdictOptions(o config.Option) bool {
	return o.Group == config.GroupVerdict || o.Name == "config"
}

// demoOptions are those that make sense without a server of one's own.
func demoOptions(o config.Option) bool {
	switch o.Name {
	case "path", "blueprint", "endpoint", "server", "server-wait", "init", "redirects", "proxy", "database":
		return false
	}
	return o.Group != "" && !strings.HasPrefix(o.Name, "tls-")
}
