package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

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
				"complete: 173 passing, 199 failing, 0 errors, 1 skipped, 373 total",
				// Open Event documents a JSON:API document, and answers with plain JSON; it skips that too.
				"skip: POST (200) /v1/role_invites/accept-invite",
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
			for _, group := range served() {
				assert.NotRegexp(t, `(?m)^fail: .*s  `+group+" > ", stdout.String())
			}
			assert.Empty(t, stderr.String())
		})
	}
}

// served are the groups of Open Event's documentation that the reference server serves whole.
func served() []string {
	return []string{
		"Authentication", "Users", "Event Types", "Event Topics", "Event Sub Topics", "Microlocations", "Sessions",
		"Session Type", "Speakers", "Speakers Calls", "Sponsors", "Tracks", "Role Invites", "Users Events Roles", "Roles",
		"Services", "Event Role Permission", "Custom Forms", "User Permissions", "Settings", "Change Password",
		"Email Verification", "Custom System Roles", "Panel Permissions", "Celery Tasks",
	}
}

// TestCorpusCompile has the script that comes with the corpus hold what `bailiff compile` prints
// against what Dredd's compiler gave.
func TestCorpusCompile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shared(t), "corpus")
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("BAILIFF_REQUIRE_SHARED") != "" {
			t.Fatal(err)
		}
		t.Skip("the script of the corpus needs python3, which is not there")
	}
	path, err := exec.LookPath("bailiff") // TestMain has put the test binary there
	require.NoError(t, err)
	for kind, least := range map[string]float64{"apib": 97.5, "openapi2": 97, "openapi3": 93} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, filepath.Join(dir, "compare"), "compile", "--kind", kind,
				"--min", strconv.FormatFloat(least, 'g', -1, 64), "--", path, "compile", "--format", "json")
			cmd.Env = append(os.Environ(), "BAILIFF_CACHE="+t.TempDir())
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			require.NoError(t, err)
		})
	}
}

// TestCorpusGavel has the script that comes with the corpus hold what `bailiff validate` says against
// what Gavel said, which it must do in a time that Gavel's users would not notice.
func TestCorpusGavel(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shared(t), "corpus")
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("BAILIFF_REQUIRE_SHARED") != "" {
			t.Fatal(err)
		}
		t.Skip("the script of the corpus needs python3, which is not there")
	}
	path, err := exec.LookPath("bailiff")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "compare"), "gavel", "--min", "99.5", "--",
		path, "validate", "--match", "structure").CombinedOutput()
	t.Logf("%s", out)
	require.NoError(t, err)
}

// TestCorpusCompileIncluded compiles a large description as one file, and as the files that it is
// made of: the transactions are the same, whether they were kept or not.
func TestCorpusCompileIncluded(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shared(t), "open-event")
	path, err := exec.LookPath("bailiff")
	require.NoError(t, err)
	cache := t.TempDir()
	compile := func(args ...string) []any {
		cmd := exec.CommandContext(t.Context(), path, append([]string{"compile", "--format", "json"}, args...)...)
		cmd.Env = append(os.Environ(), "BAILIFF_CACHE="+cache)
		out, err := cmd.Output()
		require.NoError(t, err)
		var got struct {
			Transactions []any
			Actions      int
			Omissions    []any
		}
		require.NoError(t, json.Unmarshal(out, &got))
		assert.Equal(t, 373, got.Actions)
		assert.Empty(t, got.Omissions)
		for _, tr := range got.Transactions {
			delete(tr.(map[string]any)["origin"].(map[string]any), "filename")
		}
		return got.Transactions
	}
	whole := compile(filepath.Join(dir, "api_blueprint.apib"), "--no-cache")
	require.Len(t, whole, 373)
	for _, name := range []string{"api_blueprint.apib", "blueprint/api_blueprint_source.apib"} {
		for range 2 {
			require.Equal(t, whole, compile(filepath.Join(dir, filepath.FromSlash(name))), name)
		}
	}
}

// TestCorpusDreddFails compiles documents that crash or hang Dredd: in two seconds there is JSON, and
// a document without transactions says why.
func TestCorpusDreddFails(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("bailiff")
	require.NoError(t, err)
	names, err := filepath.Glob(filepath.Join(shared(t), "corpus", "dredd-fails", "*", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		if strings.HasSuffix(name, ".transactions.json") {
			continue // what was recorded of Dredd
		}
		var stdout, stderr bytes.Buffer
		cmd := exec.CommandContext(t.Context(), path, "compile", "--no-cache", "--format", "json", name)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		start := time.Now()
		err := cmd.Run()
		assert.Less(t, time.Since(start), 2*time.Second, name)
		var got struct{ Transactions, Annotations, Omissions []any }
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &got), "%s: %s", name, stderr.String())
		if err != nil {
			assert.NotEmpty(t, got.Annotations, name)
		}
	}
}
