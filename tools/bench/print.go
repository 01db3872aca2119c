package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// print writes the results as a table. The first command of a document is the one that the others
// are held against: a ratio says how many times as much it takes.
func print(w io.Writer, results []result) error {
	rows := [][]string{{"", "names", "time min", "ratio", "median", "ratio", "CPU median", "ratio", "peak memory", "ratio"}}
	var base result
	for _, r := range results {
		if r.document != base.document {
			base = r
			rows = append(rows, []string{}, []string{r.document})
		}
		ratio := func(pick func(result) float64) string {
			return fmt.Sprintf("%.1f", pick(base)/pick(r))
		}
		rows = append(rows, []string{
			"  " + r.command, strconv.Itoa(r.names),
			milliseconds(fastest(r)), ratio(fastest),
			milliseconds(middle(r)), ratio(middle),
			milliseconds(processor(r)), ratio(processor),
			fmt.Sprintf("%.1f MB", memory(r)/1e6), ratio(memory),
		})
	}
	_, err := io.WriteString(w, align(rows)+verdicts(results))
	return err
}

// verdicts tells of each number that the design promises whether it is met.
func verdicts(results []result) string {
	var b strings.Builder
	find := func(document, command string) (result, bool) {
		i := slices.IndexFunc(results, func(r result) bool { return r.document == document && r.command == command })
		if i < 0 {
			return result{}, false
		}
		return results[i], true
	}
	told := map[string]bool{}
	for _, r := range results {
		if told[r.document] {
			continue
		}
		told[r.document] = true
		for _, c := range r.claims {
			of, ok := find(r.document, c.of)
			if !ok {
				continue
			}
			said, met := c.hold(of, func() result { than, _ := find(r.document, c.than); return than })
			verdict := "missed"
			if met {
				verdict = "met"
			}
			fmt.Fprintf(&b, "%-6s  %s: %s\n", verdict, c.text, said)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "\nthe numbers of the design, by medians\n" + b.String()
}

// hold says what was measured, and whether that is what was promised.
func (c claim) hold(of result, than func() result) (said string, met bool) {
	pick := middle
	if c.memory {
		pick = memory
	}
	if c.than == "" {
		return milliseconds(pick(of)), pick(of) <= c.most
	}
	ratio := pick(of) / pick(than())
	if c.most < 1 {
		return fmt.Sprintf("1/%.1f", 1/ratio), ratio <= c.most
	}
	return fmt.Sprintf("%.1f times", ratio), ratio <= c.most
}

// align puts cells below each other: the first of each row to the left, the others to the right.
func align(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(&line, "%-*s", widths[i], cell)
			} else {
				fmt.Fprintf(&line, "  %*s", widths[i], cell)
			}
		}
		fmt.Fprintln(&b, strings.TrimRight(line.String(), " "))
	}
	return b.String()
}

func milliseconds(seconds float64) string { return fmt.Sprintf("%.1f ms", seconds*1e3) }

func fastest(r result) float64 {
	return slices.MinFunc(r.samples, func(a, b sample) int { return cmp.Compare(a.wall, b.wall) }).wall.Seconds()
}

func middle(r result) float64 {
	return median(r.samples, func(s sample) time.Duration { return s.wall }).Seconds()
}

func processor(r result) float64 {
	return median(r.samples, func(s sample) time.Duration { return s.cpu }).Seconds()
}

func memory(r result) float64 {
	return float64(median(r.samples, func(s sample) int64 { return s.memory }))
}

// median is the value in the middle; of an even number, the mean of the two.
func median[T int64 | time.Duration](samples []sample, pick func(sample) T) T {
	values := make([]T, len(samples))
	for i, s := range samples {
		values[i] = pick(s)
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
