package transaction

import "fmt"

// Name is the name that hooks are registered under: the title of the API (left out when only one
// description is loaded), the resource group, the resource, the action and the example, as far as
// they are there, joined by " > ". Names are not necessarily unique.
type Name string

// Transaction is one documented exchange: a request, and the response that the documentation
// promises. Hooks may change every field before the request is sent; see Skip and Fail for the two
// that decide its outcome.
type Transaction struct {
	Name     Name
	Origin   Origin
	Request  Request
	Expected Response

	// Protocol ("http:" or "https:"), Host and Port ("" when the URL has none) name the server
	// under test.
	Protocol, Host, Port string
	// FullPath is what is really requested: the base path of the server's URL joined with
	// Request.URI.
	FullPath string

	// Skip leaves the transaction out when a hook sets it before the request.
	Skip bool
	// Fail, when not empty, fails the transaction with this reason, whatever the response is.
	Fail string

	// Real is the response that came; nil until the request was answered.
	Real *Response

	// Volatile declares, on top of what the run declares, which parts of the body may vary.
	// Hooks add to it.
	Volatile []Volatile
}

// ID is the title that reports give a transaction, as Dredd writes it: "GET (200) /v1/events".
func (t *Transaction) ID() string {
	return fmt.Sprintf("%s (%d) %s", t.Request.Method, t.Expected.StatusCode, t.Request.URI)
}

// Clone returns a deep copy, so that hooks of one run leave the compiled transaction as it was.
func (t *Transaction) Clone() *Transaction {
	c := *t
	c.Request.Headers = t.Request.Headers.Clone()
	c.Expected.Headers = t.Expected.Headers.Clone()
	c.Volatile = append([]Volatile(nil), t.Volatile...)
	if t.Real != nil {
		r := *t.Real
		r.Headers = t.Real.Headers.Clone()
		c.Real = &r
	}
	return &c
}

// Request is what is sent.
type Request struct {
	Method string
	// URI is the expanded URI template, beginning with "/" or a query, without the base path
	// of the server.
	URI     string
	Headers Headers
	// Body is the bytes of the body; "" sends none.
	Body string
}

// Response is what the documentation promises (Transaction.Expected) or what came
// (Transaction.Real).
type Response struct {
	// StatusCode is 200 where the documentation names none.
	StatusCode int
	Headers    Headers
	// Body is the bytes of the body. In an expected response "" promises nothing about it.
	Body string
	// Schema is the text of a JSON Schema that the body must satisfy; "" when there is none.
	// It is never set in a real response.
	Schema string
	// Problem says why Body is not what the server meant to send; nil when it is. It is never set in
	// an expected response.
	Problem *Problem
}

// Problem is what went wrong on the way from the bytes of a response to its body. It becomes the
// finding of that id, and the body is compared with nothing.
type Problem struct {
	// ID is that of the finding: "body-cut-off", "body-too-large", "body-encoding-invalid" or
	// "body-charset-invalid".
	ID string
	// Message is a sentence for people.
	Message string
}

// Origin names the parts of the description that a transaction comes from; "" where the
// description has none. See section 3.4 of Dredd's behaviour: the parts make up the Name.
type Origin struct {
	// Filename is the path, or URL, of the description as it was given.
	Filename string
	// APIName is the title of the document, or else Filename.
	APIName           string
	ResourceGroupName string
	ResourceName      string
	ActionName        string
	ExampleName       string
}
