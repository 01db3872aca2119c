package redis

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

// The images of a container that was asked for without one: the first is made by make redis-image. The digest
// of the other is that of the multi-platform image, so it is the same one on every machine.
const (
	ownImage    = "bailiff-redis"
	publicImage = "redis:8-alpine@sha256:becdda6c7f4b3fb42e42fd7f120bbf5c54c4caaaf16f26da24e4563d2c1f0576"
)

// contained is a server in a container that ends itself when nobody is connected any more.
type contained struct {
	container *container.Container
	image     string
	url       string
	// kept is connected, so that there is a user at all times.
	kept *goredis.Client
}

// openDocker joins the container of all processes, or starts it; an image that is not there is pulled.
func openDocker(ctx context.Context, c Config) (_ *opened, err error) {
	secret, err := container.Secret(c.Cache, "redis")
	if err != nil {
		return nil, err
	}
	image := c.Image
	if image == "" {
		if image, err = findImage(ctx); err != nil {
			return nil, err
		}
	}
	s := &contained{image: image}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.leave())
		}
	}()
	s.container, err = container.Open(ctx, container.Config{
		Service: "redis", Image: image, Port: 6379, Cache: c.Cache, Pull: true, Log: c.Log,
		ImageAdvice: "run make redis-image, or name an image in " + envImage + ", or set " + envProvider + "=miniredis, which needs none",
		Cmd:         []string{"redis-server", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--requirepass", secret},
		Tmpfs:       map[string]string{"/data": ""},
		Ready: func(ctx context.Context, address string) error {
			return s.join(ctx, containerURL(address, secret))
		},
	})
	if err != nil {
		return nil, err
	}
	s.url = containerURL(s.container.Address(), secret)
	o := &opened{source: s, provider: ProviderDocker, how: "joined", shared: true}
	if s.container.Started() {
		o.how = "started"
	}
	return o, nil
}

// findImage is the image of this machine, or else the public one.
func findImage(ctx context.Context) (string, error) {
	own, err := container.HasImage(ctx, ownImage)
	switch {
	case err != nil:
		return "", err
	case own:
		return ownImage, nil
	}
	return publicImage, nil
}

func containerURL(address, secret string) string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", secret), Host: address, Path: "/0"}
	return u.String()
}

// join connects, and stays connected when the server answers.
func (s *contained) join(ctx context.Context, at string) error {
	if err := s.leave(); err != nil {
		return err
	}
	o, err := parse(at)
	if err != nil {
		return err
	}
	o.PoolSize, o.MaxRetries = 1, -1
	o.ConnMaxIdleTime = -1
	client := goredis.NewClient(o)
	if err := client.Ping(ctx).Err(); err != nil {
		if strings.HasPrefix(err.Error(), "WRONGPASS") {
			err = fmt.Errorf("%w: %w", container.ErrRefused, err)
		}
		return errors.Join(err, client.Close())
	}
	s.kept = client
	return nil
}

// leave closes the connection that was kept.
func (s *contained) leave() error {
	if s.kept == nil {
		return nil
	}
	kept := s.kept
	s.kept = nil
	return kept.Close()
}

// URL is the address of the published port.
func (s *contained) URL() string { return s.url }

// String says which container it is.
func (s *contained) String() string {
	return fmt.Sprintf("container %s of %s at %s", s.container.Name(), container.ShortImage(s.image), s.container.Address())
}

// Close leaves the container, which ends when nobody else uses it.
func (s *contained) Close(context.Context) error { return s.leave() }
