package redis

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/alicebob/miniredis/v2"

	"github.com/bailiff-dev/bailiff/harness/redis/internal/local"
)

// ErrUnavailable is in the chain of Open's error when the server of this machine was asked for and there is
// none: something to install, where other errors are something to mend.
var ErrUnavailable = local.ErrNoBinary

// source is a server that answers, wherever it comes from.
type source interface {
	// URL is its address.
	URL() string
	// String says what it is, for people, without a password.
	String() string
	// Close lets go of the server within the context's time.
	Close(ctx context.Context) error
}

// opened is a source, and how it was come by.
type opened struct {
	source
	provider Provider
	// how says what took the time: started, joined, connected.
	how string
	// passed says what would have been taken before it, and why it was not.
	passed string
	// shared says that other processes may use it too.
	shared bool
}

// openSource picks where the server comes from.
func openSource(ctx context.Context, c Config, origin string) (*opened, error) {
	switch c.Provider {
	case ProviderURL:
		return openGiven(ctx, c, origin)
	case ProviderLocal:
		return openLocal(ctx, c)
	case ProviderDocker:
		return openDocker(ctx, c)
	case ProviderMiniredis:
		return openMiniredis("")
	}
	if c.URL != "" {
		return openGiven(ctx, c, origin)
	}
	o, err := openLocal(ctx, c)
	if errors.Is(err, local.ErrNoBinary) {
		return openMiniredis("no redis-server on this machine")
	}
	return o, err
}

func openLocal(ctx context.Context, c Config) (*opened, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	s, err := local.Open(ctx, local.Config{Cache: c.Cache})
	if err != nil {
		return nil, err
	}
	o := &opened{source: s, provider: ProviderLocal, how: "started", shared: true}
	if s.Joined() {
		o.how = "joined"
	}
	return o, nil
}

// inside is a miniredis.
type inside struct {
	server   *miniredis.Miniredis
	password string
}

// openMiniredis starts a server inside this process. It listens at a loopback port that the system picks,
// and wants a password, for the port is open to every user of the machine.
func openMiniredis(passed string) (*opened, error) {
	m := miniredis.NewMiniRedis()
	password := randomWord()
	m.RequireAuth(password)
	m.ClockTTL(true) // else keys would stay until somebody says that time has passed
	if err := m.Start(); err != nil {
		return nil, fmt.Errorf("start miniredis: %w", err)
	}
	return &opened{source: inside{m, password}, provider: ProviderMiniredis, how: "started", passed: passed}, nil
}

// URL is the address at the loopback.
func (i inside) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", i.password), Host: i.server.Addr(), Path: "/0"}
	return u.String()
}

// String says which server it is.
func (i inside) String() string { return "miniredis inside this process" }

// Close stops the server.
func (i inside) Close(context.Context) error {
	i.server.Close()
	return nil
}
