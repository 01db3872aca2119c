package redis

import (
	"context"
	"errors"
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
	"github.com/bailiff-dev/bailiff/harness/redis/internal/local"
)

// Probed says where Open would take its server from.
type Probed struct {
	Provider Provider
	// Detail says what it is, for people, without a password; empty when it is not there.
	Detail string
}

// Probe tells whether Open would find a server. One that was given is connected to, within the time of the
// context; others are looked for, and not started. The error is what Open's would be.
func Probe(ctx context.Context, c Config) (Probed, error) {
	c, origin, err := c.withEnvironment()
	if err != nil {
		return Probed{}, fmt.Errorf("%s: %w", envProvider, err)
	}
	switch {
	case c.Provider == ProviderURL, c.Provider == ProviderAuto && c.URL != "":
		o, err := openGiven(ctx, c, origin)
		if err != nil {
			return Probed{Provider: ProviderURL}, err
		}
		return Probed{ProviderURL, o.String()}, nil
	case c.Provider == ProviderDocker:
		return probeDocker(ctx, c)
	case c.Provider == ProviderMiniredis:
		return Probed{ProviderMiniredis, "miniredis, inside this process"}, nil
	}
	path, err := local.Find()
	switch {
	case err == nil:
		return Probed{ProviderLocal, path}, nil
	case c.Provider == ProviderAuto && errors.Is(err, local.ErrNoBinary):
		return Probed{ProviderMiniredis, "miniredis, inside this process; there is no redis-server on this machine, and none is needed"}, nil
	}
	return Probed{Provider: ProviderLocal}, err
}

func probeDocker(ctx context.Context, c Config) (Probed, error) {
	image := c.Image
	if image == "" {
		var err error
		if image, err = findImage(ctx); err != nil {
			return Probed{Provider: ProviderDocker}, err
		}
	}
	there, err := container.HasImage(ctx, image)
	if err != nil {
		return Probed{Provider: ProviderDocker}, err
	}
	detail := "a container of " + container.ShortImage(image)
	if !there {
		detail += ", which is pulled first"
	}
	return Probed{ProviderDocker, detail}, nil
}
