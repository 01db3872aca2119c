package harness

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// CheckOptions say how closely a response is held against a documented one. Those of its fields that
// Config has too mean the same there.
type CheckOptions struct {
	// Match is how strictly the two are compared; empty means transaction.MatchValue.
	Match transaction.Match
	// Volatile declares what may vary.
	Volatile []transaction.Volatile
	// NoVolatileDefaults leaves out the declarations that bailiff makes by itself.
	NoVolatileDefaults bool
	// FS holds the files that a $ref of a documented schema may name; nil means that a schema refers
	// to itself only.
	FS fs.FS
}

// Check holds a real response against the documented one, and returns how they differ: first the
// status code, then the headers, then the body. The places in the documentation are not filled in. A
// declaration of a volatile part that cannot work is a finding too; see CheckVolatile.
//
// To check many responses, make a Validator: it keeps what it made of schemas.
func Check(expected, real transaction.Response, o CheckOptions) []transaction.Finding {
	return gavel.New().Check(expected, real, o.gavel()).Findings
}

// CheckVolatile says what is wrong with a declaration of a volatile part; nil when it can work.
func CheckVolatile(v transaction.Volatile) error { return gavel.CheckVolatile(v) }

// Kinds returns what a volatile part can be declared to be.
func Kinds() []transaction.Kind {
	return []transaction.Kind{
		transaction.KindAny, transaction.KindString, transaction.KindNumber, transaction.KindBoolean,
		transaction.KindDateTime, transaction.KindDate, transaction.KindUUID, transaction.KindURL,
		transaction.KindEmail, transaction.KindRegexp, transaction.KindSet,
	}
}

func (o CheckOptions) gavel() gavel.Options {
	if o.Match == "" {
		o.Match = transaction.MatchValue
	}
	return gavel.Options{
		Match:      o.Match,
		NoDefaults: o.NoVolatileDefaults,
		Volatile:   o.Volatile,
		Refer:      schemaFiles(o.FS),
	}
}

// schemaFiles reads the files that schemas refer to.
func schemaFiles(files fs.FS) func(ref string) (text, name string, err error) {
	if files == nil {
		return nil
	}
	return func(ref string) (text, name string, err error) {
		name = path.Clean(ref)
		if !fs.ValidPath(name) {
			return "", name, errors.New("it lies outside of the folder that schemas may refer to")
		}
		if text, err = readSchemaFile(files, name); errors.Is(err, fs.ErrNotExist) {
			err = errors.New("it does not exist in the folder that schemas may refer to")
		}
		return text, name, err
	}
}

// ValidatorConfig says what a Validator does.
type ValidatorConfig struct {
	CheckOptions
	// Explain adds to each verdict which parts were held against a declaration.
	Explain bool
	// Sanitize says what is masked in what Verdict.WriteJSON writes; its zero value masks what
	// commonly is a secret.
	Sanitize Sanitize
}

// Validator holds responses against documented ones, outside of a run: those that are recorded, or
// come from another program. It may be used by several goroutines.
type Validator struct {
	checker   *gavel.Checker
	options   gavel.Options
	sanitizer *Sanitizer
}

// NewValidator makes a Validator. The error tells of a declaration, or an entry of Sanitize, that
// cannot work.
func NewValidator(cfg ValidatorConfig) (*Validator, error) {
	for _, v := range cfg.Volatile {
		if err := CheckVolatile(v); err != nil {
			return nil, err
		}
	}
	sanitizer, err := NewSanitizer(cfg.Sanitize)
	if err != nil {
		return nil, err
	}
	options := cfg.gavel()
	options.Explain = cfg.Explain
	return &Validator{checker: gavel.New(), options: options, sanitizer: sanitizer}, nil
}

// Verdict is what came of holding one response against another.
type Verdict struct {
	// Findings holds the differences, as Check returns them.
	Findings []transaction.Finding
	// Excused is filled where ValidatorConfig.Explain asks for it.
	Excused []transaction.Excused

	result    gavel.Result
	validator *Validator
}

// OK reports that the response is as documented; findings that only warn do not count.
func (v Verdict) OK() bool { return !transaction.Fails(v.Findings) }

// Check holds a real response against the documented one.
func (v *Validator) Check(expected, real transaction.Response) Verdict {
	return v.verdict(v.checker.Check(expected, real, v.options))
}

// CheckLine is Check for a pair of messages in JSON, {"expected": {...}, "actual": {...}}, as Gavel
// takes them: each has some of statusCode (a number or a string), headers (an object), body (a string)
// and bodySchema (the text of a JSON Schema, or the schema itself). What the expected message leaves
// out is not compared. "real" is taken for "actual". The error says why the text is no such pair.
func (v *Validator) CheckLine(pair []byte) (Verdict, error) {
	var in struct{ Expected, Actual, Real *gavel.Message }
	if err := json.Unmarshal(pair, &in); err != nil {
		return Verdict{}, explainJSON(err)
	}
	switch {
	case in.Expected == nil:
		return Verdict{}, errors.New(`the member "expected" is missing; want {"expected": {...}, "actual": {...}}`)
	case in.Actual == nil && in.Real == nil:
		return Verdict{}, errors.New(`the member "actual" is missing; want {"expected": {...}, "actual": {...}}`)
	case in.Actual != nil && in.Real != nil:
		return Verdict{}, errors.New(`both "actual" and "real" are given; drop one of them`)
	case in.Actual == nil:
		in.Actual = in.Real
	}
	return v.verdict(v.checker.CheckMessages(*in.Expected, *in.Actual, v.options)), nil
}

// explainJSON adds the place to an error of the JSON decoder, and says what was wanted.
func explainJSON(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("column %d: this is no JSON: %w", max(syntax.Offset, 1), err)
	case errors.As(err, &kind):
		return fmt.Errorf(`this is JSON, but no object: %s; want {"expected": {...}, "actual": {...}}`, kind.Value)
	}
	return err
}

func (v *Validator) verdict(r gavel.Result) Verdict {
	return Verdict{Findings: r.Findings, Excused: r.Excused, result: r, validator: v}
}

// WriteJSON writes the verdict as one line of JSON: in Gavel's form, {"valid", "fields"}, and with
// "findings", which tell more than Gavel's errors do. Secrets are masked, in the messages that Gavel's
// form repeats too.
func (v Verdict) WriteJSON(w io.Writer) error {
	out := answer{Findings: make([]finding, len(v.Findings))}
	shown := v.shown()
	out.Verdict = shown.result.Verdict()
	for i, f := range shown.Findings {
		out.Findings[i] = toFinding(f)
	}
	for _, e := range shown.Excused {
		out.Excused = append(out.Excused, toExcused(e))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

// WriteInvalid writes the line that stands for a verdict where there is none, because the pair
// could not be read: it is not valid, and "error" says why.
func WriteInvalid(w io.Writer, reason error) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(answer{Findings: []finding{}, Error: reason.Error()}); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// shown is the verdict as it may be written.
func (v Verdict) shown() Verdict {
	expected, real := v.result.Messages()
	o := v.validator.sanitizer.Outcome(transaction.Outcome{
		Transaction: &transaction.Transaction{
			Expected: transaction.Response{Headers: expected.Headers, Body: expected.Body, Schema: expected.Schema},
			Real:     &transaction.Response{Headers: real.Headers, Body: real.Body},
		},
		Findings: v.Findings,
		Excused:  v.Excused,
	})
	expected.Headers, expected.Body = o.Transaction.Expected.Headers, o.Transaction.Expected.Body
	real.Headers, real.Body = o.Transaction.Real.Headers, o.Transaction.Real.Body
	v.Findings, v.Excused, v.result = o.Findings, o.Excused, v.result.Shown(expected, real, o.Findings)
	return v
}

// The JSON of a verdict.
type (
	answer struct {
		gavel.Verdict
		Findings []finding `json:"findings"`
		Excused  []excused `json:"excused,omitempty"`
		Error    string    `json:"error,omitempty"`
	}
	finding struct {
		ID            string               `json:"id"`
		Severity      transaction.Severity `json:"severity"`
		Field         string               `json:"field"`
		Pointer       string               `json:"pointer"`
		SchemaPointer string               `json:"schemaPointer,omitempty"`
		Message       string               `json:"message"`
		Expected      *any                 `json:"expected,omitempty"`
		Real          *any                 `json:"real,omitempty"`
		At            string               `json:"at,omitempty"`
	}
	excused struct {
		Field   string `json:"field"`
		Pointer string `json:"pointer"`
		Kind    string `json:"kind"`
		By      string `json:"by"`
		From    string `json:"from,omitempty"`
	}
)

func toFinding(f transaction.Finding) finding {
	out := finding{ID: f.ID, Severity: f.Severity, Field: f.Field, Pointer: f.Pointer, SchemaPointer: f.SchemaPointer, Message: f.Message, At: f.At.String()}
	if f.HasExpected {
		out.Expected = &f.Expected
	}
	if f.HasReal {
		out.Real = &f.Real
	}
	return out
}

func toExcused(e transaction.Excused) excused {
	out := excused{Field: e.Field, Pointer: e.Pointer, Kind: string(e.By.Kind), By: e.By.Pointer, From: e.By.From}
	if e.By.Header != "" {
		out.By = "header:" + e.By.Header
	}
	return out
}
