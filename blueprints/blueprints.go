// Package blueprints holds the documentation of the reference API, in API Blueprint: a file for each
// group of resources, and bodies that several examples share below bodies. It depends on nothing.
//
//	harness.Config{Descriptions: []string{blueprints.Root}, FS: blueprints.FS, Dir: "blueprints"}
//
// Groups, resources and actions have the names that they have in Open Event's documentation, as far
// as it has them, so that the same hooks serve both. Every body is what the server really answers,
// to the value, except for what hooks declare to vary.
package blueprints

import "embed"

// FS holds the documentation, with Root at the top.
//
//go:embed *.apib bodies/*.apib
var FS embed.FS

// Root is the file that includes all others.
const Root = "api.apib"
