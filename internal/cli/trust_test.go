package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A certificate that nobody vouches for is an error that names the options, unless one of them, or the
// variable that Node.js heeds, says that it does not matter.
func TestWhomToTrust(t *testing.T) { // it changes the environment, so not in parallel
	var agents []string
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agents = append(agents, r.UserAgent())
		w.WriteHeader(http.StatusNoContent)
	}))
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	api := filepath.Join(t.TempDir(), "api.apib")
	require.NoError(t, os.WriteFile(api, []byte("FORMAT: 1A\n\n# A\n\n## GET /a\n\n+ Response 204\n"), 0o600))
	run := func(args ...string) (code int, out string) {
		var b bytes.Buffer
		code = Main(append([]string{"bailiff", api, s.URL}, args...), bytes.NewReader(nil), &b, io.Discard)
		return code, b.String()
	}

	code, out := run()
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, out, "is not trusted")
	assert.Contains(t, out, "--tls-ca")
	assert.Contains(t, out, "--tls-insecure")

	code, out = run("--tls-insecure")
	assert.Equal(t, exitOK, code)
	assert.NotContains(t, out, "warn: certificates")

	t.Setenv("NODE_TLS_REJECT_UNAUTHORIZED", "0")
	code, out = run()
	assert.Equal(t, exitOK, code)
	assert.Contains(t, out, "warn: certificates are not verified, since the environment has NODE_TLS_REJECT_UNAUTHORIZED=0: ")

	t.Setenv("NODE_TLS_REJECT_UNAUTHORIZED", "1")
	code, _ = run()
	assert.Equal(t, exitFailed, code)

	require.Len(t, agents, 2)
	assert.Regexp(t, `^bailiff/\S+ \(.+; \S+\)$`, agents[0])
}
