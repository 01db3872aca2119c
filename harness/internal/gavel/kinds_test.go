package gavel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestTextsOfKinds holds texts against the kinds that are about texts, as a header has them and as
// strings of JSON.
func TestTextsOfKinds(t *testing.T) {
	t.Parallel()
	tests := map[transaction.Kind]struct{ valid, not string }{
		transaction.KindDateTime: {
			valid: `2016-12-13T23:59:59Z|2016-12-13t23:59:59z|2016-12-13T23:59:59.1+00:00|2016-12-13T00:00:00-23:59|
				2016-12-31T23:59:60Z|2017-01-01T05:29:60+05:30|2016-12-31T15:59:60.5-08:00|0000-02-29T00:00:00Z`,
			not: `2016-12-13T23:59:59|2016-12-13 23:59:59Z|2016-12-13T23:59:59+24:00|2016-12-13T23:59:59+05:60|2016-12-13T23:59:59+0530|
				2016-12-13T23:59:59.Z|2016-12-13T23:59:59,5Z|2016-12-13T24:00:00Z|2016-12-13T23:60:00Z|2016-12-13T23:59:61Z|
				2016-12-31T22:59:60Z|2016-12-31T23:59:60+01:00|2016-02-30T00:00:00Z|2016-12-13T3:59:59Z|2016-12-13T23:59:59 Z|
				2016-12-13T23:59:59Zx|-2016-12-13T23:59:59Z|2016-12-13T23:59Z|2016-12-13T23.59.59Z|2016-12-13T23:59:59.٣Z|+2016-12-13T23:59:59`,
		},
		transaction.KindDate: {
			valid: `2016-02-29|0001-01-01|9999-12-31`,
			not:   `2015-02-29|2016-2-2|2016-02-29T00:00:00Z|20160229|16-02-29|02016-02-9|2016-00-01|2016-01-00|2016-W01-1|2016/01/01`,
		},
		transaction.KindUUID: {
			valid: `123e4567-e89b-12d3-a456-426614174000|123E4567-E89B-12D3-A456-426614174000|00000000-0000-0000-0000-000000000000|
				ffffffff-ffff-ffff-ffff-ffffffffffff|017f22e2-79b0-7cc3-98c4-dc0c0c07398f`,
			not: `123e4567e89b12d3a456426614174000|{123e4567-e89b-12d3-a456-426614174000}|urn:uuid:123e4567-e89b-12d3-a456-426614174000|
				123e4567-e89b-12d3-a456-42661417400g|123e4567-e89b-12d3-a456-42661417400|123e4567-e89b-12d3-a456_426614174000`,
		},
		transaction.KindURL: {
			valid: `https://a.example/b?c=d#e|http://127.0.0.1:8080|http://[::1]/|postgres://u:p@h/db|https://a.example/%20|https://bücher.example/ä`,
			not:   `/b|a.example|http://|http:///x|http://[x|https://a.example/b c|mailto:a@b.example|urn:x:y|//a.example/b|https://a.example/%zz|https://:80/|http://a<b`,
		},
		transaction.KindEmail: {
			valid: `a@b.example|a.b+c@d.example|a@localhost`,
			not:   `A <a@b.example>|a|a@|@b|a b@c.example|a@b@c|<a@b.example>|a@b.example, c@d.example`,
		},
		transaction.KindRegexp: {valid: `ab|xxxxx|abab`, not: `abx|xab|abababxxxxx`},
	}
	for kind, tt := range tests {
		v := &transaction.Volatile{Header: "X", Kind: kind}
		if kind == transaction.KindRegexp {
			v.Pattern = "(ab)+|x{5}"
		}
		p := newVolatile(*v)
		require.NoError(t, p.err)
		for want, texts := range map[bool]string{true: tt.valid, false: tt.not} {
			for text := range strings.SplitSeq(texts, "|") {
				text = strings.TrimLeft(text, "\n\t")
				assert.Equal(t, want, p.acceptsText(text), "%s %q", kind, text)
				tree, bad := parse(`"` + text + `"`)
				require.Nil(t, bad)
				assert.Equal(t, want, p.accepts(tree, 0), "%s %q", kind, text)
			}
		}
		assert.False(t, p.acceptsText(""), kind)
	}
}

// TestTextsAreNotValues shows in what the value of a header is not one of JSON.
func TestTextsAreNotValues(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind transaction.Kind
		text string
		want bool
	}{
		{transaction.KindAny, "", true},
		{transaction.KindString, "", true},
		{transaction.KindString, "12", true},
		{transaction.KindNumber, "12", true},
		{transaction.KindNumber, "-1.5e3", true},
		{transaction.KindNumber, "", false},
		{transaction.KindNumber, "012", false},
		{transaction.KindNumber, "1 ", false},
		{transaction.KindNumber, "NaN", false},
		{transaction.KindBoolean, "true", true},
		{transaction.KindBoolean, "false", true},
		{transaction.KindBoolean, "True", false},
		{transaction.KindBoolean, "1", false},
		{transaction.KindSet, "a, b", false},
	}
	for _, tt := range tests {
		v := &volatile{Volatile: transaction.Volatile{Header: "X", Kind: tt.kind}}
		assert.Equal(t, tt.want, v.acceptsText(tt.text), "%s %q", tt.kind, tt.text)
	}
}
