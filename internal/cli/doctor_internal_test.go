package cli

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/hook/handler"
	"github.com/bailiff-dev/bailiff/internal/starter"
)

func TestTerminals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, system string
		env          map[string]string
		want         health
		detail       string
	}{
		{"UTF-8", "linux", map[string]string{"LANG": "de_DE.UTF-8"}, healthy, "de_DE.UTF-8"},
		{"in other letters", "linux", map[string]string{"LANG": "C", "LC_ALL": "C.utf8"}, healthy, "C.utf8"},
		{"overruled", "darwin", map[string]string{"LANG": "C.UTF-8", "LC_ALL": "POSIX"}, warned, "POSIX"},
		{"none", "linux", nil, warned, `""`},
		{"Windows has none", "windows", nil, healthy, "windows"},
		{"dumb", "linux", map[string]string{"LANG": "C.UTF-8", "TERM": "dumb"}, warned, "dumb"},
		{"dumb, without colours", "linux", map[string]string{"LANG": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1"}, healthy, "NO_COLOR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := checkTerminal(c.system, func(name string) string { return c.env[name] })
			assert.Equal(t, c.want, got.Status)
			assert.Contains(t, got.Detail, c.detail)
			assert.Equal(t, c.want != healthy, got.Remedy != "", "what is not well has a remedy")
		})
	}
}

func TestVersionsOfNode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{"v22.18.0": {22, 18}, "v8.1": {8, 1}, "": {}, "node": {}, "vx.y.z": {}} {
		major, minor := nodeVersion(text)
		assert.Equal(t, want, [2]int{major, minor}, text)
	}
}

// busy is an address that somebody listens at, and free is one where nobody does.
func busy(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l.Addr().String()
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

func TestPorts(t *testing.T) {
	t.Parallel()
	assert.Equal(t, healthy, checkPort(t.Context(), free(t)).Status)
	taken := checkPort(t.Context(), busy(t))
	assert.Equal(t, warned, taken.Status)
	assert.Contains(t, taken.Remedy, "--hooks-worker-handler-port")
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, endpoint string
		started        bool
		want           health
		detail         string
	}{
		{"answers", "http://" + busy(t), false, healthy, "answers"},
		{"without a scheme", busy(t), false, healthy, "answers"},
		{"silent", "http://" + free(t), false, warned, "nothing listens"},
		{"to be started", "http://" + free(t), true, healthy, "where bailiff starts the server"},
		{"started already", "http://" + busy(t), true, warned, "already"},
		{"no URL", "http://[::1", false, missing, "no URL"},
		{"nothing", "http://", false, missing, "no URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := checkEndpoint(t.Context(), c.endpoint, c.started)
			assert.Equal(t, c.want, got.Status)
			assert.Contains(t, got.Detail, c.detail)
		})
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.Equal(t, healthy, checkFolder(dir, "X").Status)
	deep := filepath.Join(dir, "not", "yet")
	assert.Equal(t, checked{Status: healthy, Detail: deep}, checkFolder(deep, "X"))
	assert.NoDirExists(t, filepath.Join(dir, "not"), "looking makes nothing")
	assert.Equal(t, warned, checkFolder(filepath.Join(file, "x"), "X").Status)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1)
}

func TestServers(t *testing.T) {
	t.Parallel()
	assert.Equal(t, healthy, checkServer("go run .").Status)
	assert.Equal(t, missing, checkServer("surely-no-such-program x").Status)
	assert.Equal(t, healthy, checkServer(`"quoted program" x`).Status, "what is split as a shell does is left to the run")
}

// TestDoctorEnds is about a check that never does.
func TestDoctorEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	release := make(chan struct{})
	defer close(release)
	got := runChecks(ctx, []check{
		{"a", "A", func(context.Context) checked { return checked{Status: healthy} }},
		{"b", "B", func(context.Context) checked { <-release; return checked{} }},
	})
	require.Len(t, got, 2)
	assert.Equal(t, "b", got[1].ID)
	assert.Equal(t, warned, got[1].Status)
	assert.Contains(t, got[1].Detail, "too long")
}

// TestLanguagesOfHooks holds the two lists of hook handlers together: that of what runs them, and that of
// what writes first files for them.
func TestLanguagesOfHooks(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, l := range starter.HookLanguages() {
		if l.Key != handler.JavaScript {
			keys = append(keys, l.Key)
		}
	}
	slices.Sort(keys)
	assert.Equal(t, handler.Languages(), keys)
}
