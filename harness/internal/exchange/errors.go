package exchange

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

func explainBody(m *message, read int, err error) error {
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	return fmt.Errorf("the response to %s did not end in time; %s came: %w", m, bytes(int64(read)), err)
}

// explain says what to do about a request that was not answered, after so many attempts.
func explain(m *message, attempts int, err error) error {
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	tried := ""
	if attempts > 1 {
		tried = fmt.Sprintf(" (tried %d times)", attempts)
	}
	var proxy *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &proxy) && proxy.Op == "proxyconnect":
		return fmt.Errorf("the proxy cannot be reached%s: %w", tried, proxy.Err)
	case errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s is not trusted: %w; name the file of its authority with --tls-ca, or verify nothing with --tls-insecure", m.url.Host, certificate.Err)
	case isRefused(err):
		return fmt.Errorf("nothing listens at %s: start the server under test, or mend its URL%s", m.url.Host, tried)
	case isTimeout(err):
		return fmt.Errorf("no answer to %s in time%s: %w", m, tried, err)
	default:
		return fmt.Errorf("error connecting to the server under test%s: %w", tried, err)
	}
}
