package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

// result is what came of a scenario under both.
type result struct {
	s     *scenario
	facts map[string]map[string]string // by side and aspect
	raw   map[string]outcome
	took  time.Duration
}

// differences are the aspects in which the two differ.
func (r *result) differences() []string {
	var list []string
	for _, a := range r.s.aspects() {
		if r.facts[dredd][a] != r.facts[bailiff][a] {
			list = append(list, a)
		}
	}
	return list
}

// problem is an aspect that is not as the scenario says.
type problem struct{ aspect, what, diff string }

// problems are all of them.
func (r *result) problems() []problem {
	var list []problem
	found := r.differences()
	for _, a := range r.s.aspects() {
		gave := map[string]string{dredd: r.facts[dredd][a], bailiff: r.facts[bailiff][a]}
		_, meant := r.s.reasons[a]
		switch {
		case !meant && slices.Contains(found, a):
			list = append(list, problem{a, "differs, and the scenario does not say so", lineDiff(gave[dredd], gave[bailiff])})
		case meant && !slices.Contains(found, a):
			list = append(list, problem{a, "does not differ any more, but the scenario says so", gave[bailiff]})
		case meant:
			for _, side := range []string{dredd, bailiff} {
				held, ok := r.s.held[side][a]
				if !ok {
					list = append(list, problem{a, fmt.Sprintf("is not written down: there is no file %q in the scenario", side+" "+a), gave[side]})
				} else if held != gave[side] {
					list = append(list, problem{a, side + " gives something else than the scenario says", lineDiff(held, gave[side])})
				}
			}
		}
	}
	return list
}

// lineDiff shows what is only in the first text with -, what is only in the second with +, and up to two lines
// around it.
func lineDiff(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	// longest[i][j] is the length of what x[i:] and y[j:] have in common.
	longest := make([][]int, len(x)+1)
	for i := range longest {
		longest[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var lines []string
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			lines = append(lines, "  "+x[i])
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && longest[i+1][j] >= longest[i][j+1]:
			lines = append(lines, "- "+x[i])
			i++
		default:
			lines = append(lines, "+ "+y[j])
			j++
		}
	}
	return strings.Join(near(lines), "\n")
}

// near leaves out the lines that are far from a change.
func near(lines []string) []string {
	const around = 2
	var list []string
	for i, line := range lines {
		keep := false
		for k := max(i-around, 0); k <= min(i+around, len(lines)-1); k++ {
			keep = keep || lines[k][0] != ' '
		}
		if keep {
			list = append(list, line)
		} else if n := len(list); n == 0 || list[n-1] != "  ..." {
			list = append(list, "  ...")
		}
	}
	return list
}

// writeBack writes into the scenarios what each gives where they are meant to differ.
func writeBack(results []*result) error {
	for _, r := range results {
		var files []txtar.File
		for _, f := range r.s.archive.Files {
			if side, aspect, _ := strings.Cut(f.Name, " "); aspect == "" || r.s.held[side] == nil {
				files = append(files, f)
			}
		}
		for _, a := range r.s.aspects() {
			if _, meant := r.s.reasons[a]; !meant {
				continue
			}
			for _, side := range []string{dredd, bailiff} {
				text := r.facts[side][a]
				r.s.held[side][a] = text
				if text != "" {
					text += "\n"
				}
				files = append(files, txtar.File{Name: side + " " + a, Data: []byte(text)})
			}
		}
		text := txtar.Format(&txtar.Archive{Comment: r.s.archive.Comment, Files: files})
		if before := txtar.Format(r.s.archive); string(before) == string(text) {
			continue
		}
		if err := os.WriteFile(r.s.path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
