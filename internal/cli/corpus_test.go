package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/internal/cli"
)

// shared is the folder with documents of others, which the repository does not hold.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("BAILIFF_SHARED")
	if dir == "" {
		const say = "name the folder of the shared documents in BAILIFF_SHARED, as make corpus does"
		if os.Getenv("BAILIFF_REQUIRE_SHARED") != "" {
			t.Fatal(say)
		}
		t.Skip(say)
	}
	return dir
}

// TestCorpusOpenEvent runs Open Event's own documentation, unmodified, on the reference server. It
// is not parallel: it finds the binaries from the working directory, which all tests share.
func TestCorpusOpenEvent(t *testing.T) {
	const list = "Events > Events under an Event Topic > List All Events under an Event Topic"
	whole := filepath.Join(shared(t), "open-event", "api_blueprint.apib")
	topics := filepath.Join(shared(t), "open-event", "blueprint", "blueprint", "event", "event_topics.apib")
	for name, c := range map[string]struct {
		args []string
		code int
		want []string
	}{
		"event topics": {[]string{topics}, 0, []string{"complete: 7 passing, 0 failing, 0 errors, 0 skipped, 7 total"}},
		"one of all":   {[]string{whole, "--only", list}, 0, []string{"complete: 1 passing, 0 failing, 0 errors"}},
		"all": {
			[]string{whole}, 1, []string{
				"info: 373 transactions",
				"pass: GET (200) /v1/event-topics/1/events",
				"Orders > Create Order > Create Order", // one without an implementation is named
				", 0 errors, 0 skipped, 373 total",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			args := append([]string{"bailiff", "demo", "--match", "structure"}, c.args...)

			code := cli.Main(args, bytes.NewReader(nil), &stdout, &stderr)

			require.Equal(t, c.code, code, stderr.String())
			for _, want := range c.want {
				assert.Contains(t, stdout.String(), want)
			}
			assert.Empty(t, stderr.String())
		})
	}
}
