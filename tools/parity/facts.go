package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// aspect is one thing that is compared, as lines of text.
type aspect struct {
	name  string
	extra bool // only looked at when a scenario asks for it
	of    func(*scenario, outcome) []string
}

// allAspects are in the order in which they are shown. What they hold are facts, not layouts.
func allAspects() []aspect {
	return []aspect{
		{name: "exit", of: func(_ *scenario, o outcome) []string { return []string{o.exit} }},
		{name: "counts", of: counts},
		{name: "results", of: results},
		{name: "failures", of: failures},
		{name: "names", of: names},
		{name: "annotations", of: annotations},
		{name: "streams", of: streams},
		{name: "hooks", of: hookLines},
		{name: "order", of: order},
		{name: "bytes", of: requestBytes},
		{name: "reports", of: reports},
		{name: "files", of: func(_ *scenario, o outcome) []string { return slices.Sorted(maps.Keys(o.files)) }},
		{name: "left", of: func(_ *scenario, o outcome) []string { return o.left }},
		{name: "contents", of: contents},
		{name: "messages", extra: true, of: messages},
		{name: "details", extra: true, of: details},
		{name: "colour", extra: true, of: func(_ *scenario, o outcome) []string { return o.coloured }},
		{name: "heads", extra: true, of: heads},
		{name: "printed", extra: true, of: printed},
	}
}

// aspects are the names of those that the scenario looks at.
func (s *scenario) aspects() []string {
	var list []string
	for _, a := range allAspects() {
		if !a.extra || slices.Contains(s.also, a.name) {
			list = append(list, a.name)
		}
	}
	return list
}

// facts are what one of the two gave, by aspect.
func facts(s *scenario, o outcome) map[string]string {
	o.stdout = retrying.ReplaceAllString(o.stdout, "")
	for name, stream := range map[string]*string{"standard output": &o.stdout, "standard error": &o.stderr} {
		if plain := colours.ReplaceAllString(*stream, ""); plain != *stream {
			*stream, o.coloured = plain, append(o.coloured, name)
		}
	}
	slices.Sort(o.coloured)
	found := map[string]string{}
	for _, a := range allAspects() {
		if !a.extra || slices.Contains(s.also, a.name) {
			found[a.name] = strings.Join(a.of(s, o), "\n")
		}
	}
	return found
}

// retrying is what Dredd says as often as it takes a handler to listen, which is another number in each run.
var retrying = regexp.MustCompile(`(?m)^(\x1b\[\d+m)?warn(\x1b\[\d+m)?: Error connecting to the hooks handler process\. .* Retrying\.\n`)

// colours are what a terminal makes colours of, and moves its cursor by.
var colours = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)

var summary = regexp.MustCompile(`(?m)^complete: (\d+ passing, \d+ failing, \d+ errors, \d+ skipped)(?:, (\d+ total))?$`)

// counts are those of the last summary, and whether there is the line that ends it.
func counts(_ *scenario, o outcome) []string {
	list := []string{"no counts"}
	if all := summary.FindAllStringSubmatch(o.stdout+"\n"+o.stderr, -1); len(all) > 0 {
		last := all[len(all)-1]
		list = []string{strings.TrimSuffix(last[1]+", "+last[2], ", ")}
	}
	if !strings.Contains(o.stdout+o.stderr, "complete: Tests took") {
		list = append(list, "no end")
	}
	return list
}

// again is the line below which Dredd shows once more what did not pass.
const again = "info: Displaying failed tests..."

// cat is drawn by nyan, whose trail would pass for dots.
const cat = "_,------,"

var dots = regexp.MustCompile(`(?m)^[.FE-]+$`)

// results are what came of each transaction, in their order. Those that could not be carried out are told on
// the other stream, so they come last.
func results(_ *scenario, o outcome) []string {
	first, _, _ := strings.Cut(o.stdout, again)
	list := append(told(first), told(o.stderr)...)
	if line := dots.FindString(first); line != "" && !strings.Contains(first, cat) {
		list = append(list, "dots "+line)
	}
	return list
}

// failures are what is shown once more at the end: the titles, and what did not hold.
func failures(_ *scenario, o outcome) []string {
	var list []string
	for _, text := range []string{o.stdout, o.stderr} {
		_, rest, _ := strings.Cut(text, again)
		list = append(list, told(rest)...)
	}
	for i, line := range list {
		_, list[i], _ = strings.Cut(line, " ") // Dredd says fail of errors too: streams looks at the word
	}
	return list
}

var (
	infoLine = regexp.MustCompile(`(?m)^info: (.+)$`)
	noName   = regexp.MustCompile(`^(Displaying|Dry run|Beginning|\d+ (transactions?|skipped|warnings?)\b)`)
)

// names are those that --names prints.
func names(s *scenario, o outcome) []string {
	var list []string
	if !slices.Contains(s.args, "--names") && !slices.Contains(s.args, "-n") {
		return nil
	}
	for _, m := range infoLine.FindAllStringSubmatch(o.stdout, -1) {
		if !noName.MatchString(m[1]) {
			list = append(list, m[1])
		}
	}
	return list
}

var (
	dreddAnnotation   = regexp.MustCompile(`^(?:warn|error): API description (?:parser|URI parameters validation|URI template expansion) (warning|error) in .*?(?::(\d+))?(?: \([^()]*(?:line|column)[^()]*\)| \(.*\))?: (.*)$`)
	bailiffAnnotation = regexp.MustCompile(`^(?:(warn|error): |  )[^:\s]+\.(?:apib|ya?ml|json|md|txt):(?:(\d+):(?:\d+:)?)? (?:(warning|error): )?(.*)$`)
	likeIt            = regexp.MustCompile(`^ +and \d+ more like it: (.*)$`)
	place             = regexp.MustCompile(`:(\d+):\d+`)
	elsewhere         = regexp.MustCompile(`(?:dredd|bailiff|contract)\.ya?ml:|\$URL`)
)

// annotations are what is said about the descriptions: how bad, the line, and the text; in the order of these.
func annotations(_ *scenario, o outcome) []string {
	var list []string
	level, message := "", ""
	add := func(line string) {
		if line != "" {
			line = "line " + line
		} else {
			line = "nowhere"
		}
		list = append(list, level+" "+line+": "+message)
	}
	for _, line := range strings.Split(o.stdout+"\n"+o.stderr, "\n") {
		if m := dreddAnnotation.FindStringSubmatch(line); m != nil {
			level, message = strings.Replace(m[1], "warning", "warn", 1), m[3]
			add(m[2])
		} else if m := bailiffAnnotation.FindStringSubmatch(line); m != nil && !elsewhere.MatchString(line) {
			level, message = strings.Replace(m[1]+m[3], "warning", "warn", 1), m[4]
			add(m[2])
		} else if m := likeIt.FindStringSubmatch(line); m != nil {
			for _, at := range place.FindAllStringSubmatch(m[1], -1) {
				add(at[1])
			}
		}
	}
	slices.Sort(list)
	return list
}

var levelLine = regexp.MustCompile(`(?m)^(error|warn|pass|fail|skip|complete|hook): `)

// streams are the kinds of lines that each stream has; a stream without any may have a text, such as help.
func streams(_ *scenario, o outcome) []string {
	var list []string
	for _, stream := range []struct{ name, text string }{{"standard output", o.stdout}, {"standard error", o.stderr}} {
		lines := levelLine.FindAllStringSubmatch(stream.text, -1)
		if len(lines) == 0 && strings.TrimSpace(stream.text) != "" {
			list = append(list, "text on "+stream.name)
		}
		for _, m := range lines {
			if line := m[1] + " on " + stream.name; !slices.Contains(list, line) {
				list = append(list, line)
			}
		}
	}
	slices.Sort(list)
	return list
}

// hookLines are what hooks logged.
func hookLines(_ *scenario, o outcome) []string {
	return regexp.MustCompile(`(?m)^hook: .*$`).FindAllString(o.stdout, -1)
}

func contents(s *scenario, o outcome) []string {
	var list []string
	for _, name := range s.contents {
		text, ok := o.files[name]
		if !ok {
			text = "(not there)"
		}
		list = append(list, name+":", strings.TrimSuffix(text, "\n"))
	}
	return list
}

var trouble = regexp.MustCompile(`(?m)^(error|warn): .*$`)

// messages are the texts of errors and warnings.
func messages(_ *scenario, o outcome) []string {
	return append(trouble.FindAllString(o.stdout, -1), trouble.FindAllString(o.stderr, -1)...)
}

// details are the bodies and headers that the console shows of each transaction.
func details(_ *scenario, o outcome) []string {
	var list []string
	for _, m := range regexp.MustCompile(`(?m)^\s*(method: [A-Z]+|[a-z]+[a-zA-Z-]*: application/\S+)`).FindAllStringSubmatch(o.stdout, -1) {
		list = append(list, strings.ToLower(m[1]))
	}
	return list
}

var durations = regexp.MustCompile(`\d+(\.\d+)?m?s\b`)

// printed is all that was printed.
func printed(_ *scenario, o outcome) []string {
	return []string{durations.ReplaceAllString(fmt.Sprintf("%s--- standard error\n%s", o.stdout, o.stderr), "TIME")}
}
