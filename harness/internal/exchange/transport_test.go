package exchange_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestProxy(t *testing.T) {
	t.Parallel()
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.RequestURI
		w.WriteHeader(203)
	}))
	t.Cleanup(proxy.Close)
	tr := &transaction.Transaction{Protocol: "http:", Host: "api.invalid", FullPath: "/a?b", Request: transaction.Request{Method: "GET"}}
	for _, setting := range []string{proxy.URL, proxy.Listener.Addr().String()} {
		c := client(t, exchange.Options{Proxy: setting})
		real, err := c.Do(t.Context(), tr)
		require.NoError(t, err)
		assert.Equal(t, 203, real.StatusCode)
		assert.Equal(t, "GET http://api.invalid/a?b", asked)
	}

	c := client(t, exchange.Options{Proxy: free(t), Retries: 1})
	_, err := c.Do(t.Context(), tr)
	require.ErrorContains(t, err, "the proxy cannot be reached (tried 2 times): dial tcp")
}

func TestProxyOfTheEnvironment(t *testing.T) { // which is the process's, so it runs alone
	asked := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++; w.WriteHeader(203) }))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "http_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		t.Setenv(name, "other.invalid")
	}
	tr := &transaction.Transaction{Protocol: "http:", Host: "api.invalid", FullPath: "/", Request: transaction.Request{Method: "GET"}}

	real, err := client(t, exchange.Options{Proxy: exchange.ProxyFromEnvironment}).Do(t.Context(), tr)
	require.NoError(t, err)
	assert.Equal(t, 203, real.StatusCode)

	direct, answering := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	real, err = direct.Do(t.Context(), answering)
	require.NoError(t, err)
	assert.Equal(t, 204, real.StatusCode, "without being asked for, the environment counts for nothing")
	assert.Equal(t, 1, asked)
}

func TestProxiesThatAreNone(t *testing.T) {
	t.Parallel()
	for setting, says := range map[string]string{
		"ftp://proxy":                "the URL of the proxy, \"ftp://proxy\", is no http, https, socks5 or socks5h one",
		"http://:8080":               "the URL of the proxy, \"http://:8080\", names no host",
		"http://me:secret@proxy:abc": `read the URL of the proxy: invalid port ":abc" after host`,
		"gopher://me:secret@proxy":   "\"gopher://me:xxxxx@proxy\"",
	} {
		_, err := exchange.New(exchange.Options{Proxy: setting})
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "secret")
	}
}

// authority makes certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	dir         string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{dir: t.TempDir()}
	var err error
	a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "an authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	require.NoError(t, err)
	a.certificate, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	a.write(t, "ca.pem", "CERTIFICATE", der)
	return a
}

func (a *authority) write(t *testing.T, name, kind string, der []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(a.file(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

// issue writes NAME.pem and NAME.key.
func (a *authority) issue(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	require.NoError(t, err)
	a.write(t, name+".pem", "CERTIFICATE", der)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	a.write(t, name+".key", "PRIVATE KEY", private)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TLS.PeerCertificates) > 0 {
			w.Header().Set("X-Client", r.TLS.PeerCertificates[0].Subject.CommonName)
		}
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{a.issue(t, "server")}, ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: pool}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	a.issue(t, "client")
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	tr := to(t, u.Host)
	tr.Protocol = "https:"
	ask := func(o exchange.TLS) (string, error) {
		real, err := client(t, exchange.Options{TLS: o}).Do(t.Context(), tr)
		if err != nil {
			return "", err
		}
		name, _ := real.Headers.Get("X-Client")
		return name, nil
	}

	_, err = ask(exchange.TLS{})
	require.ErrorContains(t, err, "the certificate of "+u.Host+" is not trusted: x509: certificate signed by unknown authority")
	_, err = ask(exchange.TLS{CA: a.file("ca.pem")})
	require.NoError(t, err)
	_, err = ask(exchange.TLS{Insecure: true})
	require.NoError(t, err)
	name, err := ask(exchange.TLS{CA: a.file("ca.pem"), Certificate: a.file("client.pem"), Key: a.file("client.key")})
	require.NoError(t, err)
	require.Equal(t, "client", name)
}

func TestTLSFilesThatAreNone(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.issue(t, "client")
	a.issue(t, "other")
	require.NoError(t, os.WriteFile(a.file("text"), []byte("hello"), 0o600))
	a.write(t, "broken.pem", "CERTIFICATE", []byte("hello"))
	tests := []struct {
		name string
		tls  exchange.TLS
		says string
	}{
		{"no authority", exchange.TLS{CA: a.file("none")}, "read the certificates to trust: open " + a.file("none")},
		{"a text", exchange.TLS{CA: a.file("text")}, a.file("text") + " holds no certificate in PEM"},
		{"a key", exchange.TLS{CA: a.file("client.key")}, a.file("client.key") + " holds no certificate in PEM"},
		{"a broken one", exchange.TLS{CA: a.file("broken.pem")}, a.file("broken.pem") + ": certificate 1 cannot be read: x509: "},
		{"no key", exchange.TLS{Certificate: a.file("client.pem")}, "the client certificate " + a.file("client.pem") + " needs its key"},
		{"no certificate", exchange.TLS{Key: a.file("client.key")}, "the key " + a.file("client.key") + " needs its client certificate"},
		{"a missing certificate", exchange.TLS{Certificate: a.file("none"), Key: a.file("client.key")}, "read the client certificate: open "},
		{"a missing key", exchange.TLS{Certificate: a.file("client.pem"), Key: a.file("none")}, "read the key of the client certificate: open "},
		{
			"the key of another",
			exchange.TLS{Certificate: a.file("client.pem"), Key: a.file("other.key")},
			"the client certificate " + a.file("client.pem") + " and its key " + a.file("other.key") + ": private key does not match public key",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := exchange.New(exchange.Options{TLS: test.tls})
			require.ErrorContains(t, err, test.says)
		})
	}
}
