package postgres

import (
	"context"
	"errors"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

// Probed says where Open would take its server from.
type Probed struct {
	// Given says that it is a URL that was given.
	Given bool
	// Provider is the one that Open would take; empty when there is none.
	Provider Provider
	// Detail says what it is, for people, without a password; empty when it is not there.
	Detail string
	// Providers are all that could be asked, in the order in which ProviderAuto asks them.
	Providers []Available
}

// Available says what is there of one provider.
type Available struct {
	Provider Provider
	// Detail says what it is, for people, without a password; empty when it is not there.
	Detail string
	// Err says why it is not there, and what to do.
	Err error
}

// Probe tells whether Open would find a server, and what there is of each provider. A server that was given
// is connected to, within the time of the context; others are looked for, and not started. The error is
// what Open's would be.
func Probe(ctx context.Context, c Config) (Probed, error) {
	c, origin, err := c.withEnvironment()
	if err != nil {
		return Probed{}, err
	}
	ask := c.askDocker()
	p := Probed{Given: c.URL != "" && (c.Provider == ProviderAuto || c.Provider == ProviderURL)}
	if c.URL != "" {
		p.add(ProviderURL, func() (string, error) { return probeGiven(ctx, c, origin) })
	}
	p.add(ProviderDocker, func() (string, error) { return probeDocker(ask(ctx), c.Provider) })
	p.add(ProviderEmbedded, func() (string, error) { return embedded.Probe(c.packaged()) })
	p.add(ProviderLocal, func() (string, error) { return embedded.Probe(c.installed()) })
	list, _, err := candidates(c, origin)
	if err != nil {
		return p, err
	}
	var errs []error
	for _, want := range list {
		for _, a := range p.Providers {
			switch {
			case a.Provider != want.provider:
			case a.Err == nil:
				p.Provider, p.Detail = a.Provider, a.Detail
				return p, nil
			case a.Provider == ProviderURL:
				return p, a.Err
			default:
				errs = append(errs, &absentError{a.Err})
			}
		}
	}
	if len(list) == 1 && len(errs) == 1 {
		return p, errs[0]
	}
	return p, &noneError{errs}
}

func (p *Probed) add(provider Provider, ask func() (string, error)) {
	detail, err := ask()
	p.Providers = append(p.Providers, Available{Provider: provider, Detail: detail, Err: err})
}

func probeGiven(ctx context.Context, c Config, origin string) (string, error) {
	s, err := openGiven(ctx, address(c.URL), origin)
	if err != nil {
		return "", err
	}
	return s.String(), nil
}

// probeDocker tells the image too, or that Open would have to fetch one, which it does only when it is
// asked to, or when there is no other server.
func probeDocker(d docker, wanted Provider) (string, error) {
	switch {
	case d.err != nil:
		return "", d.err
	case d.noImage == nil:
		return "a container of the image " + container.ShortImage(d.image), nil
	case wanted == ProviderDocker && errors.Is(d.noImage, errNoImage):
		return "a container of an image that has to be fetched first", nil
	}
	return "", d.noImage
}
