package harness

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/internal/recording"
	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Recording is one recorded response.
type Recording struct {
	// Name is the file.
	Name string
	// Format says how it was recorded, such as "curl --trace".
	Format   string
	Response transaction.Response
	// Notes are sentences about what a recording of this kind cannot show.
	Notes []string

	source transaction.Source
	lines  func() []string
}

// ReadRecording reads a recorded response from the content of a file: what curl writes with --trace,
// --trace-ascii, -i or -v, a response as HTTP/1.1 sends it, an HTTP archive (HAR) or a JSON message as
// CheckLine has it. Name is what errors call the file; entry is the entry of an archive, counted from
// 1, and 0 is its first. The error tells the place where the text stops being a recording.
func ReadRecording(name string, data []byte, entry int) (*Recording, error) {
	r, err := recording.Parse(data, recording.Options{Name: name, Entry: entry})
	if err != nil {
		return nil, err
	}
	return &Recording{
		Name: name, Format: string(r.Format), Response: r.Response, Notes: r.Notes, source: r.Source,
		lines: sync.OnceValue(func() []string { return strings.Split(string(data), "\n") }),
	}, nil
}

// line returns a line of the recording.
func (r *Recording) line(at transaction.Position) (string, bool) {
	lines := r.lines()
	if at.Line < 1 || at.Line > len(lines) {
		return "", false
	}
	return strings.TrimSuffix(lines[at.Line-1], "\r"), true
}

// Compare holds a recorded response against another, which it takes for the documentation: the places
// of findings are lines of the expected recording, as far as its lines are those of the response.
//
// Headers that tell how a response was transferred are not asked for, such as Connection and
// Content-Length: they are another thing over HTTP/2, or in chunks, than over HTTP/1.1. Neither is
// Content-Encoding, since bodies are compared as they were before it, and it follows what the client
// asked for.
func (v *Validator) Compare(expected, real *Recording) (Verdict, error) {
	if p := expected.Response.Problem; p != nil {
		return Verdict{}, errors.New(expected.Name + ": nothing can be held against this response. " + p.Message)
	}
	promised := expected.Response
	if expected.Format != string(recording.Message) {
		promised.Headers = slices.DeleteFunc(promised.Headers.Clone(), ofTransfer)
	}
	verdict := v.Check(promised, real.Response)
	where := finder{source: expected.source, line: expected.line, expected: promised}
	for i, f := range verdict.Findings {
		if f.At.IsZero() {
			verdict.Findings[i].At = where.place(f)
		}
	}
	return verdict, nil
}

// ofTransfer reports whether a header is about one connection (RFC 9110, section 7.6.1), the framing of
// a message in it (RFC 9112, section 6) or the encoding of its body (RFC 9110, section 8.4), which is
// undone before bodies are compared.
func ofTransfer(h transaction.Header) bool {
	switch strings.ToLower(h.Name) {
	case "connection", "content-encoding", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade":
		return true
	}
	return false
}

// Detail writes for people how a recording differs from what was expected, with the lines of the
// expected one; "" when it does not.
func (v Verdict) Detail(expected, real *Recording, o ReportOptions) string {
	if len(v.Findings) == 0 {
		return ""
	}
	outcome := transaction.Outcome{
		Transaction: &transaction.Transaction{
			Name:     transaction.Name(real.Name),
			Origin:   transaction.Origin{Filename: expected.Name},
			Expected: expected.Response,
			Real:     &real.Response,
		},
		Status:   transaction.Pass,
		Findings: v.Findings,
		Excused:  v.Excused,
		Source:   expected.source,
	}
	if !v.OK() {
		outcome.Status = transaction.Fail
	}
	return report.Detail(outcome, o)
}
