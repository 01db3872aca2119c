package compile

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Omit completes an omission: what the compiler said about the examples of the action becomes its
// reason, where there is none yet.
func Omit(o transaction.Omission, said []transaction.Annotation) transaction.Omission {
	if o.At.File == "" {
		o.At.File = o.Origin.Filename
	}
	o.Origin.ExampleName = ""
	if o.Reason != "" {
		return o
	}
	var reasons []string
	for _, a := range said {
		if !slices.Contains(reasons, a.Message) {
			reasons = append(reasons, a.Message)
		}
	}
	o.Reason = strings.Join(reasons, "; ")
	if o.Reason == "" {
		o.Reason = "it documents neither a request nor a response"
	}
	return o
}
