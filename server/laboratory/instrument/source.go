package instrument

import "embed"

// Source is this package's own source, for the documentation of its methods: what a program can find out
// about itself has their names and types, but neither the names of parameters nor comments.
//
//go:embed *.go
var Source embed.FS
