package exchange

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// ProxyFromEnvironment makes requests use HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
const ProxyFromEnvironment = "environment"

// TLS says whom to trust, and what to present. Files are in PEM.
type TLS struct {
	// CA is a file of certificates to trust beside those of the system.
	CA string
	// Certificate and Key are files that the client shows itself with.
	Certificate, Key string
	// Insecure verifies nothing.
	Insecure bool
}

// proxyOf finds the proxy of a request; nil means that there is none.
func proxyOf(setting string) (func(*http.Request) (*url.URL, error), error) {
	switch setting {
	case "":
		return nil, nil
	case ProxyFromEnvironment:
		find := httpproxy.FromEnvironment().ProxyFunc() // net/http's own looks once in a process
		return func(r *http.Request) (*url.URL, error) { return find(r.URL) }, nil
	}
	raw := setting
	if _, _, err := net.SplitHostPort(setting); err != nil && !strings.Contains(setting, "://") {
		return nil, fmt.Errorf("the proxy %q is no URL: give one such as http://127.0.0.1:8080", setting)
	}
	if !strings.Contains(raw, "://") {
		raw = "http://" + raw
	}
	proxy, err := url.Parse(raw)
	if err != nil {
		var bad *url.Error
		if errors.As(err, &bad) { // which repeats the URL, and a password in it
			err = bad.Err
		}
		return nil, fmt.Errorf("read the URL of the proxy: %w", err)
	}
	switch proxy.Scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		return nil, fmt.Errorf("the URL of the proxy, %q, is no http, https, socks5 or socks5h one", proxy.Redacted())
	}
	if proxy.Hostname() == "" {
		return nil, fmt.Errorf("the URL of the proxy, %q, names no host", proxy.Redacted())
	}
	if n, err := strconv.ParseUint(proxy.Port(), 10, 16); proxy.Port() != "" && (err != nil || n == 0) {
		return nil, fmt.Errorf("the URL of the proxy, %q, has the port %s: give one from 1 to 65535", proxy.Redacted(), proxy.Port())
	}
	return http.ProxyURL(proxy), nil
}

// config reads the files. It returns nil when there is nothing to say.
func (t TLS) config() (*tls.Config, error) {
	if t == (TLS{}) {
		return nil, nil
	}
	c := &tls.Config{InsecureSkipVerify: t.Insecure}
	var err error
	if t.CA != "" {
		if c.RootCAs, err = authorities(t.CA); err != nil {
			return nil, err
		}
	}
	switch {
	case t.Certificate == "" && t.Key == "":
		return c, nil
	case t.Key == "":
		return nil, fmt.Errorf("the client certificate %s needs its key: name the file of it too", t.Certificate)
	case t.Certificate == "":
		return nil, fmt.Errorf("the key %s needs its client certificate: name the file of it too", t.Key)
	}
	pair, err := t.pair()
	if err != nil {
		return nil, err
	}
	c.Certificates = []tls.Certificate{pair}
	return c, nil
}

// authorities are those of the system and those of the file.
func authorities(name string) (*x509.CertPool, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the certificates to trust: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	found := 0
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: certificate %d cannot be read: %w", name, found+1, err)
		}
		pool.AddCert(certificate)
		found++
	}
	if found == 0 {
		return nil, fmt.Errorf("%s holds no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----", name)
	}
	return pool, nil
}

// pair reads the client certificate and its key.
func (t TLS) pair() (tls.Certificate, error) {
	certificate, err := os.ReadFile(t.Certificate)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read the client certificate: %w", err)
	}
	key, err := os.ReadFile(t.Key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read the key of the client certificate: %w", err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("the client certificate %s and its key %s: %w",
			t.Certificate, t.Key, errors.New(strings.TrimPrefix(err.Error(), "tls: ")))
	}
	return pair, nil
}
