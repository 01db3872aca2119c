// Package report turns what a run did into text: values in, text out. It owns the reporters, the
// table that names them, and the diff of a failure, in one column or two: JSON as trees, XML and HTML
// laid out as such, forms by their fields, multipart by its parts, text by lines, bytes in hexadecimal.
//
// It is no part of the verdict: what is a difference was decided before, in
// transaction.Outcome.Findings, and nothing else is shown as one. It touches neither the terminal
// nor the files of the machine: streams, files, width, colours and sources are given in Options. Only the
// reporter apiary sends anything, to the URL that Options name. All that is printed, written or sent
// went through package sanitize first.
//
//	r := report.NewCLI(report.Options{Out: os.Stdout, Color: true, Width: 120})
//	r.Begin(report.Plan{Transactions: len(all)})
//	r.Report(outcome) // once per transaction, in the order of the documentation
//	err := r.End(report.Summary{Stats: stats, Duration: time.Since(start)})
//
// One failure on its own, as a test wants it, is Detail. A new reporter is a file with a
// constructor, and a row of the table in table.go.
package report
