package postgres

import (
	"context"

	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

// Probed says where Open would take its server from.
type Probed struct {
	// Given says that it is a URL that was given, and not the embedded server.
	Given bool
	// Detail says what it is, for people, without a password; empty when it is not there.
	Detail string
}

// Probe tells whether Open would find a server. One that was given is connected to, within the time of the
// context; the embedded one is looked for, and not started. The error is what Open's would be.
func Probe(ctx context.Context, c Config) (Probed, error) {
	c, origin := c.withEnvironment()
	if c.URL == "" {
		detail, err := embedded.Probe(embedded.Config{Binaries: c.Binaries, Cache: c.Cache})
		return Probed{Detail: detail}, err
	}
	s, err := openGiven(ctx, address(c.URL), origin)
	if err != nil {
		return Probed{Given: true}, err
	}
	return Probed{Given: true, Detail: s.String()}, nil
}
