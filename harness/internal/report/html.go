package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewHTML returns the reporter of a web page: one HTML5 document that needs no other file and no script,
// in light and dark, and fit to print. It has how the run stands and its counts at the top, a line per
// transaction, below those that did not pass the diff, the place of the documentation, the command to run
// again and the three messages; with Options.Details the messages of all that passed, too; and at its end
// the list of what did not pass. Dredd 14 writes a fragment, and takes bodies for markup. Titles and
// bodies are escaped here, and the file is a whole document at every moment.
func NewHTML(o Options) Reporter {
	h := &htmlPage{o: documentOptions(o), details: o.Details}
	h.o.Color = true // the details are marked by it
	h.templates = template.Must(template.New("").Parse(htmlTemplates))
	h.d = newDocument(o, h.top, h.tail)
	return h
}

//go:embed html.tmpl
var htmlTemplates string

type htmlPage struct {
	o         Options
	details   bool
	templates *template.Template
	d         *document

	state   state
	sum     Summary
	started string // when the run began
	open    bool   // the list was begun
	listed  int
	not     []htmlOutcome // what did not pass, without its details
	closing *closing
	err     error // of a template
}

// htmlOutcome is an outcome as the template shows it.
type htmlOutcome struct {
	ID, Status, Title, Name, Took, Reason string
	Full                                  bool
	Detail                                []span
	Messages                              []messageText
}

// span is a part of a text, and how it is marked.
type span struct{ Class, Text string }

// render executes a template.
func (h *htmlPage) render(name string, data any) string {
	var b strings.Builder
	if err := h.templates.ExecuteTemplate(&b, name, data); err != nil && h.err == nil {
		h.err = fmt.Errorf("write the page: %w", err)
	}
	return b.String()
}

// top is of the same length each time: it is written in place of the one before.
func (h *htmlPage) top() string {
	number := func(n int) string { return fmt.Sprintf("%-8d", n) }
	s := h.sum.Stats
	return h.render("top", map[string]string{
		"Version":  clean(h.o.version()),
		"State":    fmt.Sprintf("%-*s", longestSentence, h.state.sentence(h.sum)),
		"Started":  fmt.Sprintf("%-*s", len(startedLayout), h.started),
		"Passes":   number(s.Passes),
		"Failures": number(s.Failures),
		"Errors":   number(s.Errors),
		"Skipped":  number(s.Skipped),
		"Total":    number(s.Total()),
	})
}

const startedLayout = "2006-01-02 15:04:05 UTC"

// tail is short until the run is over: then it lists what did not pass.
func (h *htmlPage) tail() string {
	return h.render("end", map[string]any{"Open": h.open, "Closing": h.closing, "NotPassing": h.not})
}

func (h *htmlPage) Begin(plan Plan) {
	o := h.o
	o.Details = h.details
	part := h.render("plan", map[string]any{
		"Sentence": planText(plan, h.o.Sanitize), "DryRun": plan.DryRun, "Remarks": remarks(plan, o),
	})
	h.state, h.open, h.started = running, true, h.o.now().UTC().Format(startedLayout)
	h.d.add(part)
}

func (h *htmlPage) Report(outcome transaction.Outcome) {
	o := view(outcome, h.o.Sanitize)
	h.sum.Stats.Add(o.Status)
	h.listed++
	show := htmlOutcome{
		ID: "t" + strconv.Itoa(h.listed), Status: clean(string(o.Status)), Title: titleOf(o), Name: nameOf(o),
		Full: shownInFull(o, h.details),
	}
	if o.Status != transaction.Skip {
		show.Took = duration(o.Duration)
	} else {
		show.Reason = oneLine(o.Reason)
	}
	if o.Status == transaction.Fail || o.Status == transaction.Error {
		h.not = append(h.not, show)
	}
	if show.Full {
		if o.Status != transaction.Pass || len(o.Findings) > 0 {
			show.Detail = spans(dedent(o.detail(h.o)))
		}
		show.Messages = messages(h.o, o.Transaction)
	}
	h.d.add(h.render("outcome", show))
}

func (h *htmlPage) End(s Summary) error {
	c := closingOf(s, h.o)
	h.state, h.sum, h.closing = ended, s, &c
	err := h.d.end()
	if h.err != nil {
		return h.err
	}
	return err
}

// spans cuts a text that was painted for a terminal into parts of one colour each. Every sequence in it
// is ours: the texts themselves hold no control characters.
func spans(text string) []span {
	var out []span
	class := ""
	for text != "" {
		part, rest, found := strings.Cut(text, "\x1b[")
		if part != "" {
			out = append(out, span{class, part})
		}
		if !found {
			break
		}
		code, after, _ := strings.Cut(rest, "m")
		class, text = classOf(code), after
	}
	return out
}

// classOf names the colour of a sequence; "" ends it.
func classOf(code string) string {
	var names []string
	for part := range strings.SplitSeq(code, ";") {
		switch part {
		case red:
			names = append(names, "minus")
		case green:
			names = append(names, "plus")
		case yellow:
			names = append(names, "note")
		case dim:
			names = append(names, "muted")
		case bold:
			names = append(names, "strong")
		case under:
			names = append(names, "under")
		}
	}
	return strings.Join(names, " ")
}
