// Package description finds and reads API descriptions: it turns file names, globs and URLs into
// documents, puts included files in, and remembers where each byte came from.
//
//	docs, err := description.Load(ctx, description.Options{Patterns: []string{"docs/*.apib"}})
//	for _, d := range docs {
//		fmt.Println(d.Filename, d.Format, d.At(0)) // docs/api.apib API Blueprint docs/api.apib:1:1
//	}
//
// An API Blueprint may be split over files by the directive that aglio made common:
//
//	<!-- include(users/login.apib) -->
//
// The directive is replaced by the text of the whole file, its last line end included, so that what
// stands between two included files stays between them. The path is relative to the file that the
// directive stands in. A directive that is alone on an indented line indents the whole file, as aglio
// does: so a JSON file can be the body of a response. Elsewhere in a line it is replaced as it is.
//
// Text that is not UTF-8, or holds NUL, is refused here and reaches no parser. Carriage returns
// before a line feed are taken out, since Drafter refuses them. A description is never read from
// outside its folder, whatever its directives say.
//
// A description in OpenAPI may refer to other files, which Document.Refer reads: from the same folder
// and under the same rules.
//
// The package does not parse descriptions; see the packages apib and openapi.
package description
