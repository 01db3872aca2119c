package sample

// Dialect is the language of a schema.
type Dialect uint8

// The dialects.
const (
	// OpenAPI31 is JSON Schema 2020-12, as OpenAPI 3.1 has it.
	OpenAPI31 Dialect = iota
	// OpenAPI30 is the schema object of OpenAPI 3.0, a part of JSON Schema of its own time with
	// nullable.
	OpenAPI30
	// OpenAPI2 is the schema object of OpenAPI 2.0, and its parameters that are not in the body; with
	// x-nullable and x-example, as tools have them.
	OpenAPI2
)

// Options says what a value is for.
type Options struct {
	Dialect Dialect
	// Response is set for a body that the server sends: it has the properties that are readOnly, but
	// not those that are writeOnly. A body of a request is the reverse.
	Response bool
	// AsDredd makes the bodies that Dredd 14 makes of OpenAPI 3, as far as they are valid: properties
	// that are readOnly or writeOnly are kept alike, and an optional list is left out when nothing
	// tells what its plain items look like.
	AsDredd bool
	// Budget bounds the work for all values that share it; nil means one of its own for each value.
	Budget *Budget
}

// Budget bounds the work for the values of one document, so that a hostile one cannot take long by
// having many. Once it is used up, no more values are made up. The zero value is a full one. It is not
// safe for parallel use.
type Budget struct{ used int }

// budgetSteps is how many values may be made or checked for all of a document: some hundred times
// what the largest real ones need.
const budgetSteps = 3_000_000

// steps returns how many steps the next value may take.
func (b *Budget) steps() int {
	if b == nil {
		return maxSteps
	}
	return min(maxSteps, budgetSteps-b.used)
}

func (b *Budget) use(steps int) {
	if b != nil {
		b.used += steps
	}
}
