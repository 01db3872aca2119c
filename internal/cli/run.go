package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func (a *app) run() *cobra.Command {
	var flags contractFlags
	cmd := &cobra.Command{
		Use:   "run DESCRIPTION... URL",
		Short: "Run API descriptions against a server",
		Example: `  bailiff run api.apib http://127.0.0.1:3000
  bailiff run api.apib http://127.0.0.1:3000 --hookfiles "hooks/*.js"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return errors.New("name at least one API description and, last, the URL of the server: bailiff run api.apib http://127.0.0.1:3000")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			last := len(args) - 1
			return a.hold(cmd.Context(), cmd, flags, harness.Config{
				Descriptions: args[:last],
				Endpoint:     args[last],

				UnmatchedHooks: harness.UnmatchedWarn,
			})
		},
	}
	flags.register(cmd, transaction.MatchStructure)
	return cmd
}
