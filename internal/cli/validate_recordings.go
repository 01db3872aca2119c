package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// maxRecording is the largest recording that is read, in bytes. A trace takes five times the response.
const maxRecording = 1 << 30

// validateRecordings holds a recorded response against another.
func (a *app) validateRecordings(cmd *cobra.Command, f validateFlags, args []string) error {
	if f.format != "" && f.format != "text" && f.format != "json" {
		return fmt.Errorf("unknown format %q: use text or json", f.format)
	}
	s, err := a.verdictSettings()
	if err != nil {
		return err
	}
	v, end, err := f.validator(s)
	if err != nil {
		return err
	}
	defer end()
	return interruptible(cmd.Context(), func() error {
		expected, real, err := f.recordings(cmd, args)
		if err != nil {
			return err
		}
		verdict, err := v.Compare(expected, real)
		if err != nil {
			return err
		}
		if f.format == "json" {
			printNotes(a.stderr, expected, real)
			err = verdict.WriteJSON(a.stdout)
		} else {
			err = a.printVerdict(verdict, expected, real, s)
		}
		if err != nil {
			return err
		}
		if !verdict.OK() {
			return errFailed
		}
		return nil
	})
}

// recordings reads the two files.
func (f *validateFlags) recordings(cmd *cobra.Command, args []string) (expected, real *harness.Recording, err error) {
	if len(args) == 1 {
		args = append(args, "-")
	}
	if args[0] == "-" && args[1] == "-" {
		return nil, nil, errors.New("standard input can be one of the recordings: name a file for the other")
	}
	entries := [2]int{}
	switch len(f.entry) {
	case 0:
	case 1:
		entries = [2]int{f.entry[0], f.entry[0]}
	case 2:
		entries = [2]int{f.entry[0], f.entry[1]}
	default:
		return nil, nil, errors.New("--entry takes one number, or two: the first for EXPECTED, the second for REAL")
	}
	both := [2]*harness.Recording{}
	for i, name := range args {
		if len(f.entry) > 0 && entries[i] < 1 {
			return nil, nil, fmt.Errorf("--entry is %d: entries are counted from 1", entries[i])
		}
		if both[i], err = readRecording(cmd.InOrStdin(), name, entries[i]); err != nil {
			return nil, nil, err
		}
	}
	return both[0], both[1], nil
}

func readRecording(stdin io.Reader, name string, entry int) (*harness.Recording, error) {
	in, shown := stdin, "standard input"
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read a recording: %w", err)
		}
		defer func() { _ = file.Close() }() // it was only read
		in, shown = file, name
	}
	data, err := io.ReadAll(io.LimitReader(in, maxRecording+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read a recording: %w", err)
	case len(data) > maxRecording:
		return nil, fmt.Errorf("%s is larger than %d MB, which is the most that is read", shown, maxRecording>>20)
	}
	return harness.ReadRecording(shown, data, entry)
}

// printVerdict tells people what came of it.
func (a *app) printVerdict(verdict harness.Verdict, expected, real *harness.Recording, s *config.Settings) error {
	sanitizer, err := harness.NewSanitizer(sanitize(s))
	if err != nil {
		return err
	}
	a.color = s.Color
	o, err := a.screenOptions(harness.ReportOptions{Diff: s.Diff, Explain: s.Explain, Sanitize: sanitizer})
	if err != nil {
		return err
	}
	o.Excerpt = harness.Excerpts(harness.Config{})
	word := "pass"
	if !verdict.OK() {
		word = "fail"
	}
	fmt.Fprintf(a.stdout, "%s: %s (%s) is held against %s (%s) by %s\n",
		word, printable(real.Name), real.Format, printable(expected.Name), expected.Format, s.Match)
	printNotes(a.stdout, expected, real)
	for _, e := range verdict.Excused {
		fmt.Fprintf(a.stdout, "info: not compared: %s\n", printable(excuse(e)))
	}
	if detail := verdict.Detail(expected, real, o); detail != "" {
		fmt.Fprint(a.stdout, "\n"+detail)
	}
	return nil
}

// excuse names a part that was held against a declaration, and that.
func excuse(e transaction.Excused) string {
	place := e.Pointer
	switch {
	case e.Field == "headers":
		place = "header " + strings.TrimPrefix(e.Pointer, "/")
	case place == "":
		place = "the body"
	}
	kind := string(e.By.Kind)
	if e.By.Kind == transaction.KindRegexp {
		kind += " " + e.By.Pattern
	}
	return fmt.Sprintf("%s, declared %s (%s)", place, kind, e.By.From)
}

// printNotes tells what recordings cannot show, also where nothing differs: that may be why.
func printNotes(w io.Writer, both ...*harness.Recording) {
	for _, r := range both {
		for _, n := range r.Notes {
			fmt.Fprintln(w, "info: "+printable(r.Name+": "+n))
		}
	}
}
