// Command bailiff holds an API against its documentation.
package main

import (
	"os"

	"github.com/bailiff-dev/bailiff/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
