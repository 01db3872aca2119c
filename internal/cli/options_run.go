package cli

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// configure hands settings to the harness. What is declared volatile comes behind what the command itself
// declares.
func configure(cfg *harness.Config, s *config.Settings, files *tempFolder) error {
	cfg.Version = number()
	cfg.AllExamples, cfg.StrictDescriptions, cfg.NoCache = s.AllExamples, s.Strict, !s.Cache
	cfg.AllowEmpty = !s.Strict
	cfg.StrictPermissions = cfg.StrictPermissions || s.StrictPermissions
	cfg.Only, cfg.Methods, cfg.DryRun, cfg.Names = s.Only, s.Method, s.DryRun, s.Names
	cfg.Sorted, cfg.Shuffle, cfg.Bail, cfg.Workers, cfg.Seed = s.Sorted, s.Shuffle, s.Bail, s.Parallel, s.Seed
	cfg.Match, cfg.Explain, cfg.NoVolatileDefaults = s.Match, s.Explain, !s.VolatileDefaults
	cfg.Volatile = append(slices.Clip(cfg.Volatile), s.Volatile...)
	cfg.Sanitize = sanitize(s)
	cfg.Headers = headers(s.HTTP)
	if cfg.Timeout, cfg.Retries = s.HTTP.Timeout, s.HTTP.Retries; cfg.Timeout == 0 {
		cfg.Timeout = -1 // for ever
	}
	if s.Server != "" {
		cfg.Server = &harness.Server{Command: s.Server, Wait: s.ServerWait}
		if s.ServerWait == 0 {
			cfg.Server.Wait = -1 // nothing is awaited
		}
	}
	if s.Hooks.Unmatched != "" {
		cfg.UnmatchedHooks = s.Hooks.Unmatched
	}
	if cfg.HookTimeout = s.Hooks.Timeout; cfg.HookTimeout == 0 {
		cfg.HookTimeout = -1 // for ever
	}
	configureData(cfg, s)
	if err := configureLists(cfg, s); err != nil {
		return err
	}
	return configureFiles(cfg, s, files)
}

// sanitize says what is masked.
func sanitize(s *config.Settings) harness.Sanitize {
	if !s.Masked {
		return harness.Sanitize{NoDefaults: true}
	}
	return s.Sanitize
}

// configureData says where databases come from, and how transactions are kept apart in them, for what has any.
// Without a word it is left to the environment.
func configureData(cfg *harness.Config, s *config.Settings) {
	d := s.Data
	if cfg.Database == nil {
		for name, given := range map[string]bool{"--isolation": d.Isolation != "", "--keep-failed": d.KeepFailed, "--detect-leaks": d.DetectLeaks} {
			if given {
				s.Warnings = append(s.Warnings, name+" does nothing, since bailiff knows no database: name the one of the server under test with --database URL")
			}
		}
		return
	}
	database := *cfg.Database
	if d.Postgres != "" {
		database.Provider = d.Postgres
	}
	database.Isolation, database.KeepFailed, database.DetectLeaks = d.Isolation, d.KeepFailed, d.DetectLeaks
	cfg.Database = &database
}

// configureLists reads the lists of names that are in files.
func configureLists(cfg *harness.Config, s *config.Settings) (err error) {
	if s.KnownFailing != "" {
		cfg.KnownFailing, err = harness.ReadKnownFailing(s.KnownFailing)
	}
	return err
}

// configureFiles names the files that a run needs; a certificate that stands in a configuration file is
// written to one.
func configureFiles(cfg *harness.Config, s *config.Settings, files *tempFolder) error {
	for _, d := range s.Inline {
		cfg.Texts = append(cfg.Texts, harness.Text{Name: d.Location, Content: d.Content})
	}
	cfg.HTTP = harness.HTTP{Redirects: s.HTTP.Redirects, Proxy: s.HTTP.Proxy, TLS: harness.TLS{Insecure: s.HTTP.TLSInsecure}}
	if nodeTrustsAll(s) {
		cfg.HTTP.TLS.Insecure = true
		s.Warnings = append(s.Warnings, "certificates are not verified, since the environment has NODE_TLS_REJECT_UNAUTHORIZED=0: "+
			"--tls-insecure says so for bailiff alone, and --tls-ca FILE names whom to trust")
	}
	for _, f := range []struct {
		from string
		to   *string
		name string
	}{
		{s.HTTP.TLSCA, &cfg.HTTP.TLS.CA, "ca.pem"},
		{s.HTTP.TLSCert, &cfg.HTTP.TLS.Certificate, "cert.pem"},
		{s.HTTP.TLSKey, &cfg.HTTP.TLS.Key, "key.pem"},
	} {
		if *f.to = f.from; strings.Contains(f.from, "-----BEGIN ") {
			name, err := files.write(f.name, f.from)
			if err != nil {
				return err
			}
			*f.to = name
		}
	}
	return nil
}

// nodeTrustsAll reports that the environment keeps Dredd, as all that runs in Node.js, from verifying
// certificates, and that no option says otherwise.
func nodeTrustsAll(s *config.Settings) bool {
	return os.Getenv("NODE_TLS_REJECT_UNAUTHORIZED") == "0" && !s.HTTP.TLSInsecure && s.HTTP.TLSCA == "" &&
		strings.HasPrefix(strings.ToLower(s.Endpoint), "https:")
}

// headers are those of --user and of --header, in this order. Space around a value does not count
// (RFC 9110, section 5.5).
func headers(h config.HTTP) transaction.Headers {
	var list transaction.Headers
	if h.User != "" {
		list = append(list, transaction.Header{
			Name:  "Authorization",
			Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(h.User)),
		})
	}
	for _, line := range h.Header {
		name, value, _ := strings.Cut(line, ":")
		list = append(list, transaction.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	return list
}

// customTexts are the custom data that are texts. Those inside of an object have the names of both, with a
// dot between.
func customTexts(custom map[string]any) map[string]string {
	texts := map[string]string{}
	for key, v := range custom {
		switch v := v.(type) {
		case nil, []any:
		case map[string]any: // that of apiaryReporterEnv, say
			for inner, text := range customTexts(v) {
				texts[key+"."+inner] = text
			}
		default:
			texts[key] = fmt.Sprint(v)
		}
	}
	return texts
}

// tempFolder keeps files for the length of a run. Its zero value makes the folder when it is needed.
type tempFolder struct{ path string }

// write makes a file of the base name of a place.
func (t *tempFolder) write(place, content string) (string, error) {
	if t.path == "" {
		path, err := os.MkdirTemp("", "bailiff-*")
		if err != nil {
			return "", fmt.Errorf("write what the configuration holds: %w", err)
		}
		t.path = path
	}
	name := filepath.Join(t.path, strings.NewReplacer("[", "-", "]", "", "*", "-", "?", "-", "{", "-").Replace(filepath.Base(place)))
	for i := 2; exists(name); i++ {
		name = filepath.Join(t.path, fmt.Sprintf("%d-%s", i, filepath.Base(name)))
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		return "", fmt.Errorf("write what the configuration holds: %w", err)
	}
	return name, nil
}

func (t *tempFolder) remove() error {
	if t.path == "" {
		return nil
	}
	return os.RemoveAll(t.path)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, os.ErrNotExist)
}
