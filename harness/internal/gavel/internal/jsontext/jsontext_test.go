package jsontext_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/jsontext"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"", `""`},
		{`<a href="x">&\`, `"<a href=\"x\">&\\"`},
		{"a\tb\r\n\x00\x1f\x7f", "\"a\\tb\\r\\n\\u0000\\u001f\x7f\""},
		{"é\u2028\uFFFD", "\"é\u2028\uFFFD\""},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			got := jsontext.Quote(tt.text)
			assert.Equal(t, tt.want, got)
			var back string
			require.NoError(t, json.Unmarshal([]byte(got), &back))
			assert.Equal(t, tt.text, back)
		})
	}
}
