package compile

import (
	"net/http"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Result is what a description compiles to.
type Result struct {
	// Transactions are in the order of the documentation. Their names are whole: the title of the
	// API comes first.
	Transactions []*transaction.Transaction
	// Annotations holds those of the parser, then those of each example.
	Annotations []transaction.Annotation
	// Actions is how many actions (operations) are documented, compiled or not.
	Actions int
	// Omissions are those of the actions that no transaction was made of, in order; one that has
	// several examples is among them only if none of them was compiled. See Omit.
	Omissions []transaction.Omission
	// Prose are the descriptions that may hold a table of permissions, in the order of the documentation.
	Prose []Prose
	// Locate finds where each transaction is documented, in the order of Transactions. That costs
	// a second look at the description, taken by the first call. It is safe for parallel use.
	Locate func() ([]transaction.Source, error)
}

// Example is one documented pair of request and response.
type Example struct {
	// Origin makes up the name.
	Origin transaction.Origin
	// Template is the URI template, after RFC 6570.
	Template string
	// Params are the declared parameters; see Cascade.
	Params []Param
	// Request is the request but for its URI.
	Request transaction.Request
	// Expected is the response; a status code of 0 means 200.
	Expected transaction.Response
}

// Transaction compiles one example. The transaction is nil when the example has no request that
// could be sent; the annotations then say why. They name the file, but no line of it.
func Transaction(e Example) (*transaction.Transaction, []transaction.Annotation) {
	n := notes{origin: e.Origin}
	n.validate(e.Params)
	uri, ok := n.expand(e.Template, e.Params)
	if !ok {
		return nil, n.list
	}
	t := &transaction.Transaction{
		Name:     Name(e.Origin),
		Origin:   e.Origin,
		Request:  e.Request,
		Expected: e.Expected,
	}
	t.Request.URI = uri
	t.Request.Body = lineEnds(e.Request.Headers, e.Request.Body)
	t.Expected.Body = lineEnds(e.Expected.Headers, e.Expected.Body)
	if t.Expected.StatusCode == 0 {
		t.Expected.StatusCode = http.StatusOK
	}
	return t, n.list
}

// Name returns the whole name of a transaction: the parts of its origin that are there.
func Name(o transaction.Origin) transaction.Name {
	var parts []string
	for _, p := range []string{o.APIName, o.ResourceGroupName, o.ResourceName, o.ActionName, o.ExampleName} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return transaction.Name(strings.Join(parts, " > "))
}

// lineEnds gives a multipart body the CRLF line ends that RFC 2046 asks for, since descriptions are
// written with plain ones.
func lineEnds(headers transaction.Headers, body string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, "Content-Type") && strings.Contains(strings.ToLower(h.Value), "multipart") {
			return strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\n", "\r\n")
		}
	}
	return body
}
