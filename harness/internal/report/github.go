package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewGitHub returns the reporter for GitHub Actions: at the end it prints workflow commands, which GitHub
// shows as annotations at the lines of the documentation, beside what the console reporter prints. With
// Options.File, a summary in Markdown is kept in that file meanwhile.
//
// GitHub shows ten errors, ten warnings and ten notices of a step, and those come first here that tell of
// a cause that no other tells of.
func NewGitHub(o Options) Reporter {
	return &github{o: o, times: map[string]int{}, summary: newStepSummary(o)}
}

type github struct {
	o       Options
	summary *stepSummary
	times   map[string]int // how often a cause came
	errors  []annotated
	warns   []annotated
	left    int // findings that are not kept
}

// annotated is what becomes a command.
type annotated struct {
	title, text string
	at          transaction.Position
	rank        int // how often its cause had been told before, and how far down in its transaction
}

const (
	// mostShown is how many annotations of a kind GitHub shows of a step.
	mostShown = 10
	// mostGathered bounds those of a kind that are kept to choose from.
	mostGathered = 1000
)

func (g *github) Begin(p Plan) {
	g.annotate(p.Annotations)
	for _, w := range p.Warnings {
		g.keep(&g.warns, annotated{"bailiff", oneLine(g.o.Sanitize.Text(cut(w, longestText))), transaction.Position{}, 0})
	}
	g.summary.begin(p)
}

// annotate keeps what the parsers have to say.
func (g *github) annotate(list []transaction.Annotation) {
	for _, a := range list {
		list := &g.warns
		if a.Severity == transaction.SeverityError {
			list = &g.errors
		}
		text := g.o.Sanitize.Text(cut(a.Message, longestText))
		key := "\x00annotation" + shape(text)
		g.keep(list, annotated{"API description", oneLine(text), a.At, 1 + g.times[key]})
		g.times[key]++
	}
}

func (g *github) keep(list *[]annotated, a annotated) {
	if len(*list) == mostGathered {
		g.left++
		return
	}
	*list = append(*list, a)
}

func (g *github) Report(outcome transaction.Outcome) {
	s := view(outcome, g.o.Sanitize)
	for i, t := range s.tell() {
		key := t.id + "\x00" + t.finding.Pointer + "\x00" + shape(t.message)
		rank := g.times[key]
		if g.times[key]++; i > 0 {
			rank += i // what is wrong first is mostly why the rest is
		}
		list := &g.errors
		if t.warn {
			list = &g.warns
		}
		text := t.message
		if s.Transaction != nil {
			text += "\n" + oneLine(string(s.Transaction.Name))
		}
		if g.o.Rerun != nil && s.Transaction != nil && !t.warn {
			if command := g.o.Rerun(s.raw); command != "" {
				text += "\nrun it alone: " + clean(s.mask.Text(command))
			}
		}
		g.keep(list, annotated{strings.TrimPrefix(titleOf(s)+": ", ": ") + t.id, text, t.at, rank})
	}
	g.summary.add(s)
}

func (g *github) End(s Summary) error {
	g.annotate(s.Annotations)
	var first []annotated
	if why := s.why(g.o.Sanitize); why != "" {
		first = append(first, annotated{title: "the run ended with an error", text: why, rank: -2})
	}
	for _, e := range s.HookErrors {
		text := g.o.Sanitize.Text(cut(e, longestText))
		first = append(first, annotated{title: "hooks around the run", text: oneLine(text), rank: -1})
	}
	errs := append(first, g.errors...)
	out := newAppender(Options{Out: g.o.Out})
	left := g.left + g.command(out, "error", errs)
	left += g.command(out, "warning", g.warns)
	notice := countsText(s.Stats)
	if s.NotRun > 0 {
		notice += ", " + strconv.Itoa(s.NotRun) + " not run"
	}
	if s.Interrupted {
		notice += ", interrupted"
	}
	if s.Error != "" {
		notice += ", ended with an error"
	}
	if left > 0 {
		notice += "\n" + plural(left, "more annotation") + " than GitHub shows: see the output of the step"
	}
	out.line("::notice title=bailiff::" + commandData(notice))
	err := g.summary.end(s)
	if out.err != nil {
		return out.err
	}
	return err
}

// command prints the most useful of a list, and returns how many others there are.
func (g *github) command(out *appender, name string, list []annotated) int {
	slices.SortStableFunc(list, func(a, b annotated) int { return cmp.Compare(a.rank, b.rank) })
	for _, a := range list[:min(len(list), mostShown)] {
		out.line("::" + name + " " + g.properties(a) + "::" + commandData(a.text))
	}
	return max(len(list)-mostShown, 0)
}

// properties are those of an annotation. GitHub takes names of files from the root of the checkout; what
// is not in it has no line there, and is told by its name.
func (g *github) properties(a annotated) string {
	var list []string
	title := a.title
	at := a.at
	at.File = g.o.Sanitize.Text(at.File)
	if name, ok := g.o.below(g.o.root(), at.File); ok {
		list = append(list, "file="+commandProperty(name))
		if at.Line > 0 {
			list = append(list, "line="+strconv.Itoa(at.Line))
		}
		if at.Line > 0 && at.Column > 0 {
			list = append(list, "col="+strconv.Itoa(at.Column))
		}
	} else if at.File != "" {
		title += " (" + clean(at.String()) + ")"
	}
	return strings.Join(append(list, "title="+commandProperty(title)), ",")
}

// commandData and commandProperty escape as the runner of GitHub Actions unescapes.
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(strings.ToValidUTF8(s, "\uFFFD"))
}

func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandData(s))
}
