// Package starter finds out what a project is made of, and writes what bailiff needs to begin there.
//
// It owns the looking (descriptions, language and framework, hook files, an existing dredd.yml,
// configuration of continuous integration) and the text of what is written. It asks nobody and writes
// no file: values come in, values go out. Whether a description compiles is not its business either.
//
//	p := starter.Detect(os.DirFS("."))
//	a := starter.Defaults(p)
//	a.Descriptions = []string{"api.apib"}
//	files, err := starter.Files(p, a) // bailiff.yml, and a first hook file when a.Hooks is set
//
// A new framework is a row of a table in frameworks.go, a language for hooks one in languages.go, and a
// service for continuous integration one in services.go.
package starter
