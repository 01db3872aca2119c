package exchange

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// endless gives bytes for ever.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func TestBodyBeyondTheLimit(t *testing.T) {
	t.Parallel()
	source := &endless{}
	text, problem, err := body(&http.Response{ContentLength: -1, Body: io.NopCloser(source)}, 1<<20)
	require.NoError(t, err)
	require.NotNil(t, problem)
	assert.Equal(t, "The body is more than 1048576 bytes long, and bailiff reads up to 1048576 bytes.", problem.Message)
	assert.Len(t, text, keptOfTooLarge)
	assert.LessOrEqual(t, source.read, 2<<20)

	text, problem, err = body(&http.Response{ContentLength: 5, Body: io.NopCloser(strings.NewReader("hello"))}, 5)
	require.NoError(t, err)
	assert.Nil(t, problem)
	assert.Equal(t, "hello", text)
}
