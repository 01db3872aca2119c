package cli

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/bailiff-dev/bailiff/server/web"
)

// minSecret is how many bytes the key of tokens has at least: as many as a hash of HS256 (RFC 7518,
// section 3.2).
const minSecret = 32

// serveSettings is how serve was asked to run.
type serveSettings struct {
	address    string // "" when nothing is to listen
	api        bool   // no workers
	worker     bool   // nothing but workers
	jobs       int
	database   string // "" for one of its own
	migrate    bool
	admin      string
	redis      string
	drift      bool
	logJSON    bool
	logLevel   slog.Level
	otel       bool
	maxBody    int64
	tlsCert    string
	tlsKey     string
	web        web.Config // its bounds
	secret     string
	adminsWord string
	getenv     func(string) string
}

// serveOption is an option of serve, which a variable of the environment can stand in for.
type serveOption struct {
	name     string
	env      string
	word     string // what a value is called; "" for a switch
	fallback string
	usage    string
	secret   bool // a value is not to be repeated in messages
	set      func(s *serveSettings, value string) error
}

// serveOptions are all options, in the order of their importance.
func serveOptions() []serveOption {
	d := web.Defaults()
	return []serveOption{
		{name: "address", env: "BAILIFF_SERVE_ADDRESS", word: "host:port", fallback: "127.0.0.1:8080", usage: "where to listen, or unix:/path for a socket; with --worker nowhere unless it is given, and then for /healthz and /readyz", set: text(func(s *serveSettings) *string { return &s.address })},
		{name: "database", env: "BAILIFF_DATABASE_URL", word: "URL", usage: "the Postgres database to stand on, as postgres://user:password@host/name; without it one is made, and dropped at the end", secret: true, set: setDatabase},
		{name: "migrate", env: "BAILIFF_SERVE_MIGRATE", usage: "bring the tables of --database up to date first", set: onOff(func(s *serveSettings) *bool { return &s.migrate })},
		{name: "admin", env: "BAILIFF_SERVE_ADMIN", word: "EMAIL", usage: "make an administrator in --database if there is none", set: text(func(s *serveSettings) *string { return &s.admin })},
		{name: "redis", env: "BAILIFF_REDIS_URL", word: "URL", usage: "the Redis for revoked tokens and counts of logins, as redis://host:6379/0; with --database and without it, Postgres holds them", secret: true, set: setRedis},
		{name: "api", env: "BAILIFF_SERVE_API", usage: "answer requests only, and leave background work to workers elsewhere", set: onOff(func(s *serveSettings) *bool { return &s.api })},
		{name: "worker", env: "BAILIFF_SERVE_WORKER", usage: "do background work only", set: onOff(func(s *serveSettings) *bool { return &s.worker })},
		{name: "jobs", env: "BAILIFF_SERVE_JOBS", word: "N", fallback: "2", usage: "how many jobs the worker does at a time", set: number32(func(s *serveSettings) *int { return &s.jobs })},
		{name: "drain", env: "BAILIFF_SERVE_DRAIN", word: "TIME", fallback: "0s", usage: "how long to go on answering after a signal, while /readyz says no: 5s on Kubernetes", set: duration(func(c *web.Config) *time.Duration { return &c.Drain }, true)},
		{name: "shutdown-time", env: "BAILIFF_SERVE_SHUTDOWN_TIME", word: "TIME", fallback: d.ShutdownTime.String(), usage: "how long requests and jobs under way may take after that", set: duration(func(c *web.Config) *time.Duration { return &c.ShutdownTime }, false)},
		{name: "header-timeout", env: "BAILIFF_SERVE_HEADER_TIMEOUT", word: "TIME", fallback: d.HeaderTimeout.String(), usage: "how long a client may take to send the head of a request", set: duration(func(c *web.Config) *time.Duration { return &c.HeaderTimeout }, false)},
		{name: "read-timeout", env: "BAILIFF_SERVE_READ_TIMEOUT", word: "TIME", fallback: d.ReadTimeout.String(), usage: "how long it may take to send all of it", set: duration(func(c *web.Config) *time.Duration { return &c.ReadTimeout }, false)},
		{name: "handler-timeout", env: "BAILIFF_SERVE_HANDLER_TIMEOUT", word: "TIME", fallback: d.HandlerTimeout.String(), usage: "how long an answer may take to make; then it is 503", set: duration(func(c *web.Config) *time.Duration { return &c.HandlerTimeout }, false)},
		{name: "write-timeout", env: "BAILIFF_SERVE_WRITE_TIMEOUT", word: "TIME", fallback: d.WriteTimeout.String(), usage: "how long it may take from the head of a request to the end of its answer; more than --handler-timeout", set: duration(func(c *web.Config) *time.Duration { return &c.WriteTimeout }, false)},
		{name: "idle-timeout", env: "BAILIFF_SERVE_IDLE_TIMEOUT", word: "TIME", fallback: d.IdleTimeout.String(), usage: "how long a connection is kept without a request", set: duration(func(c *web.Config) *time.Duration { return &c.IdleTimeout }, false)},
		{name: "max-requests", env: "BAILIFF_SERVE_MAX_REQUESTS", word: "N", fallback: strconv.Itoa(d.MaxRequests), usage: "how many requests are answered at a time; one more gets 503", set: number32(func(s *serveSettings) *int { return &s.web.MaxRequests })},
		{name: "max-header", env: "BAILIFF_SERVE_MAX_HEADER", word: "BYTES", fallback: strconv.Itoa(d.MaxHeader), usage: "how many bytes the head of a request may have", set: number32(func(s *serveSettings) *int { return &s.web.MaxHeader })},
		{name: "max-body", env: "BAILIFF_SERVE_MAX_BODY", word: "BYTES", fallback: strconv.Itoa(1 << 20), usage: "how many bytes its body may have; one that has more gets 413", set: setMaxBody},
		{name: "trust-proxy", env: "BAILIFF_SERVE_TRUST_PROXY", word: "CIDR,...", usage: "whose X-Forwarded-For is believed, as 10.0.0.0/8,127.0.0.1", set: setProxies},
		{name: "tls-cert", env: "BAILIFF_SERVE_TLS_CERT", word: "FILE", usage: "the certificate chain to speak HTTPS with, in PEM", set: text(func(s *serveSettings) *string { return &s.tlsCert })},
		{name: "tls-key", env: "BAILIFF_SERVE_TLS_KEY", word: "FILE", usage: "its key, in PEM", set: text(func(s *serveSettings) *string { return &s.tlsKey })},
		{name: "log-format", env: "BAILIFF_SERVE_LOG_FORMAT", word: "FORMAT", fallback: "text", usage: "how the log is written to standard error: text or json", set: setLogFormat},
		{name: "log-level", env: "BAILIFF_SERVE_LOG_LEVEL", word: "LEVEL", fallback: "info", usage: "the least that is logged: debug, info, warn or error", set: func(s *serveSettings, v string) error {
			if s.logLevel.UnmarshalText([]byte(v)) != nil {
				return errors.New("use debug, info, warn or error")
			}
			return nil
		}},
		{name: "otel", env: "BAILIFF_SERVE_OTEL", usage: "send traces to the OpenTelemetry collector at localhost:4318; OTEL_EXPORTER_OTLP_ENDPOINT names another, and is enough", set: onOff(func(s *serveSettings) *bool { return &s.otel })},
		{name: "with-drift", env: "BAILIFF_SERVE_WITH_DRIFT", usage: "let the server drift from its documentation, as demo --with-drift does", set: onOff(func(s *serveSettings) *bool { return &s.drift })},
	}
}

// registerServeOptions adds the options to the flags of a command.
func registerServeOptions(flags *pflag.FlagSet) {
	for _, o := range serveOptions() {
		usage := o.usage + " (" + o.env + ")"
		if o.word == "" {
			flags.Bool(o.name, false, usage)
			continue
		}
		flags.Var(&serveValue{text: o.fallback, word: o.word}, o.name, usage)
	}
}

// serveValue is the value of an option as it was given. Its type is what help calls it.
type serveValue struct{ text, word string }

// String is the value.
func (v *serveValue) String() string { return v.text }

// Set takes it.
func (v *serveValue) Set(text string) error { v.text = text; return nil }

// Type is what help calls it.
func (v *serveValue) Type() string { return v.word }

// readServeSettings takes each option from the command line, the environment or its default, in this order,
// and names where a bad one is from.
func readServeSettings(flags *pflag.FlagSet, getenv func(string) string) (*serveSettings, error) {
	s := &serveSettings{getenv: getenv, secret: getenv("BAILIFF_SECRET"), adminsWord: getenv("BAILIFF_ADMIN_PASSWORD")}
	given := map[string]bool{}
	for _, o := range serveOptions() {
		origin, value := "--"+o.name, o.fallback
		switch fromEnv := getenv(o.env); {
		case flags.Changed(o.name):
			value, given[o.name] = flags.Lookup(o.name).Value.String(), true
		case fromEnv != "":
			origin, value, given[o.name] = o.env, fromEnv, true
		case value == "":
			continue
		}
		if err := o.set(s, value); err != nil {
			if o.secret {
				return nil, fmt.Errorf("%s: %w", origin, err)
			}
			return nil, fmt.Errorf("%s is %q: %w", origin, value, err)
		}
	}
	if s.worker && !given["address"] {
		s.address = ""
	}
	return s, s.check()
}

// check finds options that do not go together.
func (s *serveSettings) check() error {
	switch {
	case s.api && s.worker:
		return errors.New("--api and --worker exclude each other: leave out both for a process that does both")
	case s.worker && s.database == "":
		return errors.New("--worker needs the database that the servers stand on: name it with --database or BAILIFF_DATABASE_URL")
	case s.migrate && s.database == "":
		return errors.New("--migrate needs a database: name it with --database or BAILIFF_DATABASE_URL")
	case s.admin != "" && s.database == "":
		return errors.New("--admin needs a database: name it with --database or BAILIFF_DATABASE_URL; without one there is an administrator already")
	case (s.tlsCert == "") != (s.tlsKey == ""):
		return errors.New("--tls-cert and --tls-key belong together: name both files")
	case s.web.WriteTimeout <= s.web.HandlerTimeout:
		return fmt.Errorf("--write-timeout is %v and --handler-timeout %v: the first must be more, or else nobody gets the answer that says so",
			s.web.WriteTimeout, s.web.HandlerTimeout)
	case s.secret == "" && s.database != "" && !s.worker:
		return fmt.Errorf("BAILIFF_SECRET is not set: with a database that stays it is the key that tokens are signed with, "+
			"at least %d bytes, the same for all servers; openssl rand -base64 48 makes one", minSecret)
	case s.secret != "" && len(s.secret) < minSecret:
		return fmt.Errorf("BAILIFF_SECRET has %d bytes: it needs at least %d; openssl rand -base64 48 makes one", len(s.secret), minSecret)
	}
	if s.tlsCert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(s.tlsCert, s.tlsKey)
	if err != nil {
		return fmt.Errorf("read --tls-cert and --tls-key: %w", err)
	}
	s.web.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	return nil
}

func text(to func(*serveSettings) *string) func(*serveSettings, string) error {
	return func(s *serveSettings, v string) error { *to(s) = v; return nil }
}

func onOff(to func(*serveSettings) *bool) func(*serveSettings, string) error {
	return func(s *serveSettings, v string) error {
		b, err := strconv.ParseBool(v)
		if err != nil {
			return errors.New("use true or false")
		}
		*to(s) = b
		return nil
	}
}

func number32(to func(*serveSettings) *int) func(*serveSettings, string) error {
	return func(s *serveSettings, v string) error {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil || n < 1 {
			return errors.New("use a whole number, 1 or more")
		}
		*to(s) = int(n)
		return nil
	}
}

func setMaxBody(s *serveSettings, v string) error {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1 {
		return errors.New("use a whole number of bytes, 1 or more")
	}
	s.maxBody = n
	return nil
}

// duration reads a time. Zero is good only where it says so: there it means none, and elsewhere it would
// mean that there is no bound.
func duration(to func(*web.Config) *time.Duration, zero bool) func(*serveSettings, string) error {
	return func(s *serveSettings, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil {
			return errors.New("use a number with its unit, as 500ms, 10s or 2m")
		}
		if d < 0 || d == 0 && !zero {
			return errors.New("use a time of more than 0s")
		}
		*to(&s.web) = d
		return nil
	}
}

func setDatabase(s *serveSettings, v string) error {
	s.database = v
	_, err := poolConfig(v)
	return err
}

func setRedis(s *serveSettings, v string) error {
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "redis" && u.Scheme != "rediss" && u.Scheme != "unix") {
		return errors.New("this is no URL of a Redis: write redis://user:password@host:6379/0, rediss:// for TLS")
	}
	s.redis = v
	return nil
}

func setProxies(s *serveSettings, v string) error {
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if a, err := netip.ParseAddr(part); err == nil {
			s.web.Proxies = append(s.web.Proxies, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return fmt.Errorf("%q is no address and no range of addresses: write 10.0.0.7 or 10.0.0.0/8", part)
		}
		s.web.Proxies = append(s.web.Proxies, p.Masked())
	}
	return nil
}

func setLogFormat(s *serveSettings, v string) error {
	switch v {
	case "text", "json":
		s.logJSON = v == "json"
		return nil
	}
	return errors.New("use text or json")
}
