package report

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewSARIF returns the reporter of a SARIF 2.1.0 log (OASIS, 2023), which code scanning and editors read:
// one run, a result for each finding at its line of the documentation, and the catalogue of findings as
// rules.
func NewSARIF(o Options) Reporter {
	s := &sarif{o: o, started: o.now(), rules: map[string]int{}, seen: map[string]int{}}
	for _, r := range append(ownRules(), o.Rules...) {
		s.addRule(r)
	}
	s.doc = newDocument(o, nil, s.tail)
	return s
}

type sarif struct {
	o       Options
	doc     *document
	started time.Time
	rules   map[string]int // by id
	list    []sarifRule
	seen    map[string]int // results by what makes their fingerprint
	opened  bool
	more    bool
	notes   []sarifNotification
	ended   bool
	ok      bool // the run did all that it was to do
	code    *int // the exit code, where it is known
}

// The parts of a log that are used, as section 3 of the specification has them.
type (
	sarifRule struct {
		ID       string         `json:"id"`
		Short    sarifText      `json:"shortDescription"`
		Help     *sarifMarkdown `json:"help,omitempty"`
		HelpURI  string         `json:"helpUri,omitempty"`
		Property struct {
			Tags []string `json:"tags"`
		} `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifMarkdown struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    *int              `json:"ruleIndex,omitempty"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   map[string]string `json:"properties"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		ExitCode      *int                `json:"exitCode,omitempty"`
		Start         string              `json:"startTimeUtc"`
		End           string              `json:"endTimeUtc,omitempty"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// sarifRoot is what relative names start from. Its value is that of those who read the log: the
	// root of a checkout, mostly.
	sarifRoot = "%SRCROOT%"
	project   = "https://github.com/bailiff-dev/bailiff"
	// mostAnnotations bounds what is told of the descriptions.
	mostAnnotations = 500
)

func (s *sarif) addRule(r Rule) {
	if _, ok := s.rules[r.ID]; ok {
		return
	}
	rule := sarifRule{ID: r.ID, Short: sarifText{or(r.Means, r.ID)}}
	rule.Property.Tags = []string{or(r.Group, "Other")}
	if r.Remedy != "" {
		rule.Help = &sarifMarkdown{Text: r.Remedy, Markdown: r.Remedy}
		if r.Example != "" {
			rule.Help.Markdown = "```text\n" + r.Example + "\n```\n\n" + r.Remedy
		}
		rule.HelpURI = project + "/blob/main/docs/findings.md#" + url.PathEscape(r.ID)
		if r.Group == "Run" {
			rule.HelpURI = project + "/blob/main/docs/reports.md#sarif"
		}
	}
	s.rules[r.ID] = len(s.list)
	s.list = append(s.list, rule)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// opening is everything before the first result.
func (s *sarif) opening() string {
	driver := map[string]any{
		"name": "bailiff", "version": s.o.version(), "informationUri": project, "rules": s.list,
	}
	return "{\"$schema\": \"" + sarifSchema + "\",\n\"version\": \"2.1.0\",\n\"runs\": [{\"tool\": {\"driver\": " +
		toJSON(driver) + "},\n\"columnKind\": \"unicodeCodePoints\",\n\"results\": ["
}

// tail closes the list of results, and tells what is known about the run by now.
func (s *sarif) tail() string {
	before := ""
	if !s.opened {
		before = s.opening()
	}
	i := sarifInvocation{
		Successful: s.ok, ExitCode: s.code, Start: sarifTime(s.started), Notifications: s.notes,
	}
	if s.ended {
		i.End = sarifTime(s.o.now())
	}
	return before + "\n],\n\"invocations\": [" + toJSON(i) + "]}]}\n"
}

func sarifTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (s *sarif) Begin(p Plan) {
	for i, w := range p.Warnings {
		if i == mostKinds {
			s.note("note", plural(len(p.Warnings)-i, "more warning"), nil)
			break
		}
		s.note("warning", s.o.Sanitize.Text(oneLine(w)), nil)
	}
	s.annotate(p.Annotations)
}

// annotate opens the list of results, with what the parsers have to say.
func (s *sarif) annotate(list []transaction.Annotation) {
	opening := s.opening()
	s.opened = true
	s.doc.add(opening)
	for i, a := range list {
		if i == mostAnnotations {
			s.note("note", plural(len(list)-i, "more annotation")+" of the descriptions", nil)
			break
		}
		s.annotation(a)
	}
}

// annotation tells what a parser has to say, which is worth a look in the same places as a finding.
func (s *sarif) annotation(a transaction.Annotation) {
	text := or(oneLine(s.o.Sanitize.Text(cut(a.Message, longestText))), "annotation")
	level := "warning"
	if a.Severity == transaction.SeverityError {
		level = "error"
	}
	t := told{id: idAnnotation, message: text}
	s.result(sarifResult{
		RuleID: t.id, Level: level, Message: sarifText{text}, Locations: s.locate(a.At, ""),
		Fingerprints: s.fingerprint(a.At.File, shape(text), t), Properties: map[string]string{"component": a.Component},
	})
}

func (s *sarif) note(level, text string, at []sarifLocation) {
	s.notes = append(s.notes, sarifNotification{level, sarifText{or(text, "(nothing)")}, at})
}

func (s *sarif) Report(outcome transaction.Outcome) {
	v := view(outcome, s.o.Sanitize)
	title, name := "", ""
	if v.Transaction != nil {
		title, name = titleOf(v), string(v.Transaction.Name)
	}
	for _, t := range v.tell() {
		level := "error"
		if t.warn {
			level = "warning"
		}
		r := sarifResult{
			RuleID: or(t.id, idFailed), Level: level,
			Message:      sarifText{or(strings.TrimPrefix(title+": ", ": ")+t.message, "failed")},
			Locations:    s.locate(t.at, name),
			Fingerprints: s.fingerprint(name, title, t),
			Properties:   map[string]string{"transaction": name},
		}
		if t.finding.Pointer != "" {
			r.Properties["pointer"] = t.finding.Pointer
		}
		if t.finding.Field != "" {
			r.Properties["field"] = t.finding.Field
		}
		s.result(r)
	}
}

func (s *sarif) result(r sarifResult) {
	if at, ok := s.rules[r.RuleID]; ok {
		r.RuleIndex = &at
	}
	text := "\n" + toJSON(r)
	if s.more {
		text = "," + text
	}
	s.more = true
	s.doc.add(text)
}

// fingerprint tells a result from others, and stays the same where lines of the documentation move, or
// values of the response change.
func (s *sarif) fingerprint(name, title string, t told) map[string]string {
	key := strings.Join([]string{name, title, t.id, t.finding.Field, t.finding.Pointer, t.finding.SchemaPointer}, "\x00")
	sum := sha256.Sum256([]byte(key + "\x00" + strconv.Itoa(s.seen[key])))
	s.seen[key]++
	return map[string]string{"bailiffFinding/v1": hex.EncodeToString(sum[:16])}
}

// locate names a place as SARIF does: by a relative reference where the file is in Options.Dir.
func (s *sarif) locate(at transaction.Position, name string) []sarifLocation {
	if at.File == "" {
		return nil
	}
	l := sarifLocation{Physical: sarifPhysical{Artifact: s.artifact(s.o.Sanitize.Text(at.File))}}
	if at.Line > 0 {
		l.Physical.Region = &sarifRegion{at.Line, max(at.Column, 0)}
	}
	if name != "" {
		l.Logical = []sarifLogical{{name, "member"}}
	}
	return []sarifLocation{l}
}

func (s *sarif) artifact(file string) sarifArtifact {
	if rel, ok := s.o.below(s.o.root(), file); ok {
		return sarifArtifact{pathURI(rel), sarifRoot}
	}
	if u, err := url.Parse(file); err == nil && u.Scheme != "" && u.Host != "" {
		return sarifArtifact{URI: u.String()}
	}
	slashed := strings.ReplaceAll(file, `\`, "/")
	switch {
	case strings.HasPrefix(slashed, "/"):
		return sarifArtifact{URI: "file://" + pathURI(slashed)}
	case len(slashed) > 2 && slashed[1] == ':' && slashed[2] == '/':
		return sarifArtifact{URI: "file:///" + pathURI(slashed)}
	}
	return sarifArtifact{pathURI(path.Clean(slashed)), sarifRoot}
}

// pathURI writes a path as a reference (RFC 3986, section 4.2): a colon in its first segment would make
// a scheme of it.
func pathURI(p string) string {
	u := url.URL{Path: strings.ToValidUTF8(p, "\uFFFD")}
	return u.String()
}

func (s *sarif) End(sum Summary) error {
	if !s.opened {
		s.annotate(sum.Annotations)
	}
	for _, e := range sum.HookErrors {
		text := s.o.Sanitize.Text(cut(e, longestText))
		s.note("error", or(oneLine(text), "a hook ended with an error"), nil)
	}
	if why := sum.why(s.o.Sanitize); why != "" {
		s.note("error", why, nil)
	}
	switch {
	case sum.Interrupted:
		s.note("error", interrupted, nil)
	case sum.NotRun > 0:
		s.note("warning", plural(sum.NotRun, "transaction")+" did not run", nil)
	}
	s.ended, s.ok = true, !sum.Interrupted && len(sum.HookErrors) == 0 && sum.Error == ""
	if code, known := sum.exitCode(); known {
		s.code = &code
	}
	return s.doc.end()
}
