package harness

import (
	"errors"
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
)

// check finds what makes no sense before anything is read or started.
func (c Config) check() error {
	for _, n := range []struct {
		what  string
		value int
	}{{"Bail", c.Bail}, {"Retries", c.Retries}, {"HTTP.Redirects", c.HTTP.Redirects}} {
		if n.value < 0 {
			return fmt.Errorf("the setting %s is %d: give a number from 0 up", n.what, n.value)
		}
	}
	if c.Server != nil && c.Handler != nil {
		return errors.New("there are two servers under test: give a handler, or a command and the URL where it listens")
	}
	if c.standing() && c.Workers > 1 {
		return fmt.Errorf("%d transactions at a time cannot share the one database that the server under test stands on: run one at a time", c.Workers)
	}
	for _, h := range c.Headers {
		if h.Name == "" {
			return fmt.Errorf("a header of all requests has no name, only the value %q: give it one", h.Value)
		}
	}
	for _, v := range c.Volatile {
		if err := gavel.CheckVolatile(v); err != nil {
			return err
		}
	}
	return nil
}

// client makes what sends the requests.
func (c Config) client() (*exchange.Client, error) {
	return exchange.New(exchange.Options{
		Timeout:   c.Timeout,
		UserAgent: userAgent(c.Version),
		Retries:   c.Retries,
		Redirects: c.HTTP.Redirects,
		Proxy:     c.HTTP.Proxy,
		TLS:       exchange.TLS(c.HTTP.TLS),
	})
}
