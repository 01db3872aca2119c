package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// pageText is docs/parity.md.
func pageText(all []*scenario) string {
	var b strings.Builder
	differ := 0
	for _, s := range all {
		if len(s.reasons) > 0 {
			differ++
		}
	}
	fmt.Fprintf(&b, `<!-- Made of testdata/parity by "make parity PARITY=-write". Change the scenarios, not this page. -->

# Side by side with Dredd

`+"`make parity`"+` runs each of these %d command lines with Dredd 14.1.0 and with bailiff, each against a fresh server
that answers the same, and compares what comes of it: the exit code, the counts, the result of each
transaction, the names, what is said about the descriptions, which stream lines go to, what hooks logged, the
order and the bytes of the requests, what the reports hold, which files were written, and which processes
were left behind.

In %d scenarios nothing differs. In %d something is meant to: what differs is named in the table, and the
scenario holds what each of the two gives, so that the difference cannot change unseen.

A scenario is a file below `+"`testdata/parity`"+`, with all that it needs; `+"`make parity RUN=name`"+` runs one alone.
`, len(all), len(all)-differ, differ)
	category := ""
	for _, s := range all {
		folder, name, _ := strings.Cut(s.name, "/")
		if folder != category {
			category = folder
			fmt.Fprintf(&b, "\n## %s\n\n| scenario | what it shows | Dredd and bailiff |\n|---|---|---|\n", strings.ToUpper(folder[:1])+folder[1:])
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, cell(s.shows), verdict(s))
	}
	return b.String()
}

// verdict groups the aspects that differ by their reason.
func verdict(s *scenario) string {
	var parts, reasons []string
	for _, a := range s.aspects() {
		if why, ok := s.reasons[a]; ok && !slices.Contains(reasons, why) {
			reasons = append(reasons, why)
			var which []string
			for _, other := range s.aspects() {
				if s.reasons[other] == why {
					which = append(which, other)
				}
			}
			parts = append(parts, "differ in "+strings.Join(which, ", ")+": "+cell(why))
		}
	}
	if len(parts) == 0 {
		return "same"
	}
	return strings.Join(parts, "; ")
}

func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "$", `\$`).Replace(text)
}

// checkPage makes sure that the page lists the scenarios as they are; or writes it.
func checkPage(path string, all []*scenario, write bool) error {
	want := pageText(all)
	got, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch {
	case string(got) == want:
		return nil
	case write:
		return os.WriteFile(path, []byte(want), 0o644)
	}
	return fmt.Errorf("%s is not what the scenarios say; write it anew with make parity PARITY=-write", path)
}
