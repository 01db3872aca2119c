// Package evaluation evaluates the function strings of the remote laboratory, such as
// get_voltage('CH1') or capture1('CH1', 20, 10), with a dictionary of functions and nothing else in reach.
//
//	docs, err := evaluation.ReadDocs(instrument.Source)
//	d, err := evaluation.NewDictionary(instrument.New(1), instrument.Private(), docs)
//	value, err := d.Evaluate(ctx, "get_voltage('CH1')")
//
// The dictionary is gathered by reflection: the exported methods of an instrument, but for those that are
// left out, under names in snake case.
//
// A function string is an expression of expr-lang (github.com/expr-lang/expr) that consists of calls of these
// functions, numbers, texts, true and false, lists, and + - * / on numbers. All else that the language
// has is refused before anything runs: members, indexes, slices, ranges, its own functions, closures,
// variables, conditions, comparisons, maps, and characters outside ASCII, which may look like others.
// Other ways of writing the same stay: comments, 0x14 for 20, 'CH1' | get_voltage() for a call.
// What it costs is bounded: see the constants.
//
// The package knows nothing of users and requests, nor what the functions do.
package evaluation
