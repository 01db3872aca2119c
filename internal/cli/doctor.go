package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

const (
	// doctorTime is how long all checks may take together; they run at the same time.
	doctorTime = 10 * time.Second
	// probeTime is how long a program, a server or a database is waited for.
	probeTime = 3 * time.Second
)

// health is the result of a check.
type health string

// What can come of a check: only what is missing keeps bailiff from working here.
const (
	healthy health = "ok"
	warned  health = "warn"
	missing health = "missing"
)

// checked is the result of a check, as --json prints it.
type checked struct {
	// ID is stable; Name is for people.
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status health `json:"status"`
	// Detail says what was found, and Remedy what to do; empty when there is nothing to do.
	Detail string `json:"detail"`
	Remedy string `json:"remedy,omitempty"`
	// Project says that it is about the project in this folder, and not about the machine.
	Project bool `json:"project"`
}

// doctorReport is what --json prints. Version changes when a reader would have to.
type doctorReport struct {
	Version int       `json:"version"`
	OK      bool      `json:"ok"`
	Checks  []checked `json:"checks"`
}

// check finds one thing out, within the time of the context.
type check struct {
	id, name string
	run      func(ctx context.Context) checked
}

// doctor is bailiff doctor.
func (a *app) doctor() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is missing on this machine, and what to do about it",
		Long: `doctor looks at the machine (parser of API Blueprint, Postgres, Node.js, hook handlers, folders, the
port of hook handlers) and at the project in this folder (configuration, descriptions, hook files,
server). Each line is ok, warn or missing, with what to do. Nothing is changed or installed, no network
but that of the named servers is used, and it takes no longer than ten seconds.

The exit code is 0 when nothing is missing, otherwise 1. A warning is about what only some need.`,
		Example: "  bailiff doctor\n  bailiff doctor --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.examine(cmd.Context(), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the results as JSON")
	return cmd
}

// examine runs all checks and prints what came of them.
func (a *app) examine(ctx context.Context, asJSON bool) error {
	bounded, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	p := readProject()
	results := runChecks(bounded, append(machineChecks(p), projectChecks(p)...))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ok := true
	for _, r := range results {
		ok = ok && r.Status != missing
	}
	if asJSON {
		e := json.NewEncoder(a.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(doctorReport{1, ok, results}); err != nil {
			return fmt.Errorf("print the results: %w", err)
		}
	} else if err := a.printHealth(results); err != nil {
		return err
	}
	if !ok {
		return errFailed
	}
	return nil
}

// runChecks runs checks at the same time, and returns their results in order. One that does not end in
// time is given up.
func runChecks(ctx context.Context, checks []check) []checked {
	results := make([]checked, len(checks))
	var all sync.WaitGroup
	for i, c := range checks {
		all.Go(func() {
			done := make(chan checked, 1)
			go func() { done <- c.run(ctx) }()
			select {
			case results[i] = <-done:
			case <-ctx.Done():
				results[i] = checked{Status: warned, Detail: "this took too long and was given up", Remedy: "run bailiff doctor again when the machine is less busy"}
			}
			results[i].ID, results[i].Name = c.id, c.name
		})
	}
	all.Wait()
	return results
}

// printHealth prints the results for people.
func (a *app) printHealth(results []checked) error {
	color, err := a.stdout.colored(a.color)
	if err != nil {
		return err
	}
	style := map[health]string{healthy: "32", warned: "33", missing: "31"}
	width, project := 0, false
	for _, r := range results {
		width = max(width, len(r.Name))
	}
	fmt.Fprintln(a.stdout, "This machine")
	counts := map[health]int{}
	for _, r := range results {
		if r.Project && !project {
			project = true
			fmt.Fprintln(a.stdout, "\nThis project")
		}
		counts[r.Status]++
		status := fmt.Sprintf("%-7s", r.Status)
		if color {
			status = "\x1b[" + style[r.Status] + "m" + status + "\x1b[0m"
		}
		indent := strings.Repeat(" ", 2+7+2+width+2)
		fmt.Fprintf(a.stdout, "  %s  %-*s  %s\n", status, width, r.Name, strings.ReplaceAll(printable(r.Detail), "\n", "\n"+indent))
		if r.Remedy != "" {
			fmt.Fprintf(a.stdout, "%s-> %s\n", indent, strings.ReplaceAll(printable(r.Remedy), "\n", "\n"+indent+"   "))
		}
	}
	fmt.Fprintf(a.stdout, "\n%d ok, %d to look at, %d missing\n", counts[healthy], counts[warned], counts[missing])
	return nil
}
