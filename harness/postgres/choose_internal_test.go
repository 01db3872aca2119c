package postgres

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeSource is a server that somebody chose.
type fakeSource struct{ source }

// fakeDocker is a Docker of a machine: whether it answers, which images it has, and what comes of a
// container.
type fakeDocker struct {
	absent error
	images []string
	broken error
	asked  int
	opened string // the image
}

func (f *fakeDocker) containers() *containers {
	return &containers{
		probe: func(context.Context) error { f.asked++; return f.absent },
		hasImage: func(_ context.Context, image string) (bool, error) {
			for _, i := range f.images {
				if i == image {
					return true, nil
				}
			}
			return false, nil
		},
		open: func(_ context.Context, c Config) (source, error) {
			f.opened = c.Image
			if f.broken != nil {
				return nil, f.broken
			}
			return fakeSource{}, nil
		},
	}
}

// fakeMachine makes a folder of binaries, which nobody can run.
func fakeMachine(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "15", "bin")
	require.NoError(t, os.MkdirAll(bin, 0o755))
	for _, name := range []string{"postgres", "initdb"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), nil, 0o755))
	}
	return bin
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		config Config
		want   []Provider
		notes  string
		err    string
	}{
		{name: "nothing is said", config: Config{Provider: ProviderAuto}, want: []Provider{ProviderDocker, ProviderEmbedded, ProviderLocal, ProviderDocker}},
		{name: "a URL", config: Config{Provider: ProviderAuto, URL: "postgres://x"}, want: []Provider{ProviderURL}},
		{name: "binaries", config: Config{Provider: ProviderAuto, Binaries: "x"}, want: []Provider{ProviderLocal}},
		{name: "a URL and binaries", config: Config{Provider: ProviderAuto, URL: "postgres://x", Binaries: "x"}, want: []Provider{ProviderURL}},
		{
			name: "a provider and a URL", config: Config{Provider: ProviderDocker, URL: "postgres://x"}, want: []Provider{ProviderDocker},
			notes: "BAILIFF_POSTGRES_URL is not used, since the provider is docker",
		},
		{name: "embedded with binaries", config: Config{Provider: ProviderEmbedded, Binaries: "x"}, want: []Provider{ProviderEmbedded}},
		{name: "local", config: Config{Provider: ProviderLocal}, want: []Provider{ProviderLocal}},
		{name: "url without one", config: Config{Provider: ProviderURL}, err: `the provider is "url", and there is no URL: name the server in BAILIFF_POSTGRES_URL`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			list, notes, err := candidates(tc.config, envURL)
			if tc.err != "" {
				require.ErrorContains(t, err, tc.err)
				return
			}
			require.NoError(t, err)
			var got []Provider
			for _, p := range list {
				got = append(got, p.provider)
			}
			assert.Equal(t, tc.want, got)
			assert.Equal(t, tc.notes, strings.Join(notes, "; "))
		})
	}
}

func TestDockerIsChosenWithItsImage(t *testing.T) {
	t.Parallel()
	d := &fakeDocker{images: []string{publicImage}}
	got, err := choose(t.Context(), Config{Provider: ProviderAuto, docker: d.containers()}, "")
	require.NoError(t, err)
	assert.Equal(t, ProviderDocker, got.provider)
	assert.Equal(t, publicImage, d.opened)
	assert.Empty(t, got.passed)

	d = &fakeDocker{images: []string{publicImage, "bailiff-postgres"}}
	_, err = choose(t.Context(), Config{Provider: ProviderDocker, docker: d.containers()}, "")
	require.NoError(t, err)
	assert.Equal(t, "bailiff-postgres", d.opened, "the one that was made here comes first")

	d = &fakeDocker{images: []string{"bailiff-postgres"}}
	_, err = choose(t.Context(), Config{Provider: ProviderDocker, Image: "mine:1", docker: d.containers()}, "")
	require.NoError(t, err)
	assert.Equal(t, "mine:1", d.opened, "it is fetched, since it was asked for")
}

func TestDockerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	d := &fakeDocker{absent: errors.New("no Docker daemon answers at unix:///none: start it")}
	_, err := choose(t.Context(), Config{Provider: ProviderDocker, docker: d.containers()}, "")
	require.ErrorIs(t, err, ErrUnavailable)
	require.EqualError(t, err, "no Docker daemon answers at unix:///none: start it")
}

// TestWhatIsPassedOver is about auto, on a machine with binaries that cannot run: what is told of those
// before it.
func TestWhatIsPassedOver(t *testing.T) {
	bin := fakeMachine(t)
	t.Setenv("PATH", bin)
	t.Chdir(t.TempDir()) // where no npm package is
	for _, tc := range []struct {
		name   string
		docker *fakeDocker
		passed []string
	}{
		{"no daemon", &fakeDocker{absent: errors.New("no Docker daemon answers at unix:///none: start it")}, []string{"no Docker daemon answers at unix:///none"}},
		{"no image", &fakeDocker{}, []string{"no image postgres:17-alpine here"}},
		{"a container that does not start", &fakeDocker{images: []string{"bailiff-postgres"}, broken: errors.New("no room: sorry")}, []string{"no room: sorry"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := Config{Provider: ProviderAuto, Cache: t.TempDir(), docker: tc.docker.containers()}
			p, err := Probe(t.Context(), c)
			require.NoError(t, err)
			assert.Len(t, p.Providers, 3)
			got, err := choose(t.Context(), c, "")
			require.ErrorContains(t, err, "local Postgres 15")
			require.GreaterOrEqual(t, len(got.passed), len(tc.passed))
			assert.Equal(t, tc.passed, got.passed[:len(tc.passed)])
			assert.Equal(t, 2, tc.docker.asked, "once each")
		})
	}
}

// TestNoneIsToBeHad lists each place once, with what to do there.
func TestNoneIsToBeHad(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Chdir(t.TempDir())
	d := &fakeDocker{absent: errors.New("no Docker daemon answers at unix:///none: start it")}
	c := Config{Provider: ProviderEmbedded, docker: d.containers()}
	_, err := choose(t.Context(), c, "")
	require.ErrorIs(t, err, ErrUnavailable)
	require.ErrorContains(t, err, "make native")

	err = &noneError{[]error{&absentError{d.absent}, &absentError{err}, &absentError{d.absent}}}
	require.ErrorIs(t, err, ErrUnavailable)
	assert.Equal(t, 1, strings.Count(err.Error(), "no Docker daemon answers"))
	assert.Contains(t, err.Error(), "\n  - no Postgres binaries found in node_modules: run `make native`")
}

// TestDockerThatHangs costs no more than its time, once, and is told.
func TestDockerThatHangs(t *testing.T) {
	t.Parallel()
	asked := 0
	c := Config{docker: &containers{probe: func(ctx context.Context) error {
		asked++
		<-ctx.Done()
		return ctx.Err()
	}}}
	ask := c.askDocker()
	begun := time.Now()
	assert.Equal(t, ask(t.Context()), ask(t.Context()))
	took := time.Since(begun)
	assert.Equal(t, 1, asked)
	assert.GreaterOrEqual(t, took, dockerTime)
	assert.Less(t, took, 3*time.Second)
	err := &absentError{ask(t.Context()).err}
	assert.Equal(t, "the Docker daemon did not answer within 2.5s", brief(err))
}

// TestProviderOfTheEnvironment is about which of two words counts.
func TestProviderOfTheEnvironment(t *testing.T) {
	t.Setenv(envProvider, "docker")
	t.Setenv(envURL, "postgres://environment")
	c, origin, err := Config{}.withEnvironment()
	require.NoError(t, err)
	assert.Equal(t, ProviderDocker, c.Provider)
	assert.Equal(t, envURL, origin)
	c, _, err = Config{URL: "postgres://code"}.withEnvironment()
	require.NoError(t, err)
	assert.Equal(t, ProviderURL, c.Provider, "what the code says wins")
	c, _, err = Config{Provider: ProviderLocal}.withEnvironment()
	require.NoError(t, err)
	assert.Equal(t, ProviderLocal, c.Provider)
	t.Setenv(envProvider, "dokcer")
	_, _, err = Config{}.withEnvironment()
	require.ErrorContains(t, err, `read BAILIFF_POSTGRES: unknown provider of Postgres "dokcer": use auto`)
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	d := newAdmin()
	d.settings = map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
	assert.Empty(t, d.advice(ProviderURL))
	d.settings["fsync"] = "on"
	require.Len(t, d.advice(ProviderURL), 1)
	assert.Contains(t, d.advice(ProviderURL)[0], "guards its data against a crash (fsync is on)")
	assert.Contains(t, d.advice(ProviderDocker)[0], "warning: fsync is on, although")
}

func TestSpoken(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{"1.2 ms": 1234 * time.Microsecond, "52 ms": 52400 * time.Microsecond, "1.5 s": 1520 * time.Millisecond} {
		assert.Equal(t, want, spoken(d))
	}
}
