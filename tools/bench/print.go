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
	_, err := io.WriteString(w, align(rows))
	return err
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
