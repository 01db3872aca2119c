package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

// candidate is a place that a server can come from.
type candidate struct {
	provider Provider
	// there tells, within moments and without starting anything, whether it is to be had; the error says
	// why not, and what to do.
	there func(ctx context.Context) error
	// open starts it, or joins it where it runs.
	open func(ctx context.Context) (source, error)
}

// chosen is a server that answers, and how it came to be taken.
type chosen struct {
	source
	provider Provider
	// open is how it was opened, to be asked again when it is gone.
	open func(ctx context.Context) (source, error)
	// passed tells what was passed over, and why.
	passed []string
}

// choose opens the first server that is to be had, in the order of candidates. A container that does not
// start is passed over too, where others may be had: a Docker that answers can still hang or refuse, and
// nobody has asked for it. Binaries that are there and do not run are something to mend.
func choose(ctx context.Context, c Config, origin string) (chosen, error) {
	list, notes, err := candidates(c, origin)
	if err != nil {
		return chosen{}, err
	}
	picked := chosen{passed: notes}
	var errs []error
	for _, p := range list {
		err := p.there(ctx)
		if err != nil {
			err = &absentError{err}
		} else {
			picked.provider, picked.open = p.provider, p.open
			picked.source, err = p.open(ctx)
		}
		switch {
		case err == nil:
			return picked, nil
		case len(list) == 1, ctx.Err() != nil, picked.open != nil && p.provider != ProviderDocker:
			return chosen{passed: picked.passed}, err
		}
		picked.open = nil
		picked.passed = append(picked.passed, brief(err))
		errs = append(errs, err)
	}
	return chosen{}, &noneError{errs}
}

// candidates are the places to ask for a server, in this order. What is named is the only one: a provider,
// a URL, or a folder of binaries. Notes are about what is named and not used.
func candidates(c Config, origin string) (list []candidate, notes []string, err error) {
	switch c.Provider {
	case ProviderURL:
		if c.URL == "" {
			return nil, nil, fmt.Errorf("the provider is %q, and there is no URL: name the server in %s, "+
				"or choose another provider with %s=auto", ProviderURL, envURL, envProvider)
		}
	case ProviderAuto:
	default:
		if c.URL != "" {
			notes = append(notes, fmt.Sprintf("%s is not used, since the provider is %s", origin, c.Provider))
		}
	}
	ask := c.askDocker()
	switch {
	case c.Provider == ProviderURL, c.Provider == ProviderAuto && c.URL != "":
		return []candidate{urlCandidate(c, origin)}, nil, nil
	case c.Provider == ProviderDocker:
		return []candidate{dockerCandidate(c, ask, true)}, notes, nil
	case c.Provider == ProviderEmbedded:
		return []candidate{binariesCandidate(c, false)}, notes, nil
	case c.Provider == ProviderLocal, c.Binaries != "":
		return []candidate{binariesCandidate(c, true)}, notes, nil
	}
	return []candidate{dockerCandidate(c, ask, false), binariesCandidate(c, false), binariesCandidate(c, true), dockerCandidate(c, ask, true)}, notes, nil
}

func urlCandidate(c Config, origin string) candidate {
	return candidate{
		provider: ProviderURL,
		there:    func(context.Context) error { return nil }, // opening it is asking
		open:     func(ctx context.Context) (source, error) { return openGiven(ctx, address(c.URL), origin) },
	}
}

// binariesCandidate is Postgres run here, from the npm package or from the machine. The npm package may be
// named as any other folder of binaries.
func binariesCandidate(c Config, local bool) candidate {
	e, p := c.packaged(), candidate{provider: ProviderEmbedded}
	if local {
		e, p.provider = c.installed(), ProviderLocal
	}
	p.there = func(context.Context) error {
		_, err := embedded.Probe(e)
		return err
	}
	p.open = func(ctx context.Context) (source, error) {
		s, err := embedded.Open(ctx, e)
		if err != nil {
			return nil, err // and not a nil *Server, which is no nil source
		}
		return s, nil
	}
	return p
}

// packaged is the npm package's Postgres.
func (c Config) packaged() embedded.Config {
	return embedded.Config{Binaries: c.Binaries, Cache: c.Cache, Linger: c.Linger, Log: c.Log}
}

// installed is the machine's own Postgres.
func (c Config) installed() embedded.Config {
	e := c.packaged()
	e.Local = true
	return e
}

// dockerCandidate is a container; pull allows to fetch its image, which nothing does unasked while there
// is another server to be had.
func dockerCandidate(c Config, ask func(context.Context) docker, pull bool) candidate {
	return candidate{
		provider: ProviderDocker,
		there: func(ctx context.Context) error {
			d := ask(ctx)
			if d.err == nil && !pull {
				return d.noImage
			}
			return d.err
		},
		open: func(ctx context.Context) (source, error) {
			if d := ask(ctx); d.image != "" {
				c.Image = d.image
			}
			return c.containers().open(ctx, c)
		},
	}
}

// noneError tells that there is no server to be had, and of each place why.
type noneError struct{ errs []error }

func (e *noneError) Error() string {
	var b strings.Builder
	b.WriteString("no Postgres is to be had; one of these is enough:")
	told := map[string]bool{}
	for _, err := range e.errs {
		if text := err.Error(); !told[text] {
			told[text] = true
			b.WriteString("\n  - " + strings.ReplaceAll(text, "\n", "\n    "))
		}
	}
	return b.String()
}

func (e *noneError) Unwrap() []error { return e.errs }

// absentError is about a place that has no server: something to install or to start.
type absentError struct{ error }

func (e *absentError) Unwrap() error        { return e.error }
func (e *absentError) Is(target error) bool { return target == ErrUnavailable }

// brief is an error for a line that tells other things too: of what is absent that it is, without what to
// do about it.
func brief(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	var absent *absentError
	if errors.As(err, &absent) {
		text, _, _ = strings.Cut(text, ": ")
	}
	return text
}
