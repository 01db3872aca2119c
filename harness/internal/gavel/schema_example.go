package gavel

import (
	"crypto/sha256"
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// example holds the documented body against the documented schema. What it finds is wrong with the
// documentation, whatever the server answers, so declarations of volatile parts excuse nothing, and a
// response that is wrong in the same place is reported beside it: the one says that the server does
// not keep to the schema, the other that nobody can keep to both. Gavel does not look, so under
// structure these are warnings.
func (k *check) example() {
	if !k.expected.HasBody || k.expected.Body == "" || k.expected.Schema == "" || k.real.Problem != nil {
		return
	}
	s := k.documentedSchema()
	if s.broken != nil {
		return // which is told about the response
	}
	key := exampleKey{s, sha256.Sum256([]byte(k.expected.Body))}
	found := k.checker.schemas.examples.get(key, func(exampleKey) []transaction.Finding {
		return s.faultsOf(k.expected.Body, k.level == structure)
	})
	if k.level == structure {
		// Warnings do not cut the list, which is an error.
		found = found[:min(len(found), max(0, maxFindings-len(k.out.list)))]
	}
	for _, f := range found {
		if k.level == structure {
			f.Severity = transaction.SeverityWarning
		}
		k.out.add(f)
	}
}

// maxFaults bounds the findings about one documented body.
const maxFaults = 100

// faultsOf returns what the schema does not allow in a documented body.
func (s *schema) faultsOf(body string, rounded bool) []transaction.Finding {
	about := func(id, message string) []transaction.Finding {
		return []transaction.Finding{{ID: id, Field: fieldBody, Message: message}}
	}
	t, bad := parse(body)
	switch {
	case bad != nil && (bad.why == refusedDepth || bad.why == refusedSize):
		return about(DocumentedBodyUnreadable, fmt.Sprintf("The documented body cannot be held against its schema: it is %s.", bad))
	case bad != nil:
		return about(DocumentedBodySchemaMismatch, fmt.Sprintf("The documented body is not JSON, which its schema is about: %s.", bad))
	case t.deepest > maxSchemaDepth:
		return about(DocumentedBodyUnreadable, fmt.Sprintf("The documented body cannot be held against its schema: "+
			"it is nested %d levels deep, and at most %d are looked at.", t.deepest, maxSchemaDepth))
	}
	found, broken := s.hold(t, rounded)
	if broken != nil {
		return []transaction.Finding{*broken}
	}
	if len(found) > maxFaults {
		found = append(found[:maxFaults:maxFaults], transaction.Finding{
			Field:   fieldBody,
			Message: fmt.Sprintf("in more than %d places; the rest is not listed.", maxFaults),
		})
	}
	for i, f := range found {
		found[i].ID = DocumentedBodySchemaMismatch
		found[i].Message = "The documented body is not what its schema allows: " + f.Message
		found[i].Real, found[i].HasReal = nil, false // which is what came
	}
	return found
}
