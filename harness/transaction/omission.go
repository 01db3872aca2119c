package transaction

import "fmt"

// Omission is a documented action (an operation, in OpenAPI) that no transaction was made of, so
// that nothing holds it against the server.
type Omission struct {
	// Origin names the action; ExampleName is empty.
	Origin Origin
	// Method and URI are the method and the URI template of the action, "" where it has none.
	Method, URI string
	// At is the heading of the action, or what is nearest to it; File is always set.
	At Position
	// Reason says why, in a sentence without a full stop.
	Reason string
}

// String writes the omission as one line: what was left out, where it is, and why.
func (o Omission) String() string {
	what := o.Origin.ActionName
	if o.Origin.ResourceName != "" {
		what = o.Origin.ResourceName + " > " + what
	}
	if o.Origin.ResourceGroupName != "" {
		what = o.Origin.ResourceGroupName + " > " + what
	}
	request := o.Method
	if o.URI != "" {
		request = o.Method + " " + o.URI
	}
	if request == "" {
		return fmt.Sprintf("%s: %q was not compiled: %s", o.At, what, o.Reason)
	}
	return fmt.Sprintf("%s: %q (%s) was not compiled: %s", o.At, what, request, o.Reason)
}
