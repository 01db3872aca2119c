package sample_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// validate holds a value against JSON Schema with a validator that is not ours.
func validate(t require.TestingT, schema, value string) error {
	if h, ok := t.(testing.TB); ok {
		h.Helper()
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	require.NoError(t, err, schema)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		return regexp.Compile(strings.ReplaceAll(pattern, `\u017e`, "ž")) // the only one here that RE2 spells otherwise
	})
	require.NoError(t, c.AddResource("file:///schema.json", doc))
	compiled, err := c.Compile("file:///schema.json")
	require.NoError(t, err, schema)
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(value))
	require.NoError(t, err, value)
	return compiled.Validate(v)
}
