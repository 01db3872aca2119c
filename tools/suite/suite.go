//go:build tools

// Package suite keeps the module in go.mod that carries the JSON-Schema-Test-Suite as test data, for
// harness/internal/gavel. It is never built.
package suite

import _ "github.com/kaptinlin/jsonschema"
