package redis_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/redis"
)

// silent is the address of a server that takes connections and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
	return l.Addr().String()
}

// withTLS is a server that speaks TLS, with a certificate that nobody vouches for.
func withTLS(t *testing.T) *miniredis.Miniredis {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	require.NoError(t, err)
	m := miniredis.NewMiniRedis()
	require.NoError(t, m.StartTLS(&tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}))
	t.Cleanup(m.Close)
	return m
}

func TestGiven(t *testing.T) {
	t.Parallel()
	secured := withTLS(t)
	secured.RequireUserAuth("me", "secret")
	s, said := open(t, redis.Config{URL: "rediss://me:secret@" + secured.Addr() + "/2?skip_verify=true"})
	assert.Regexp(t, `^redis: url, connected in \d+ ms, rediss://me:xxxxx@127.0.0.1:\d+/2 \(from the configured URL\)$`, (*said)[0])
	require.NoError(t, s.Client().Set(t.Context(), "a", "1", 0).Err())
	held, err := secured.DB(2).Get("a")
	require.NoError(t, err)
	assert.Equal(t, "1", held, "in the database that the URL names")
}

// TestGivenErrors holds that each says what to do, and no password.
func TestGivenErrors(t *testing.T) {
	t.Parallel()
	locked := miniredis.RunT(t)
	locked.RequireUserAuth("me", "right")
	secured := withTLS(t).Addr()
	open := miniredis.RunT(t).Addr()
	real := openLocal(t)
	tests := []struct{ name, url, want string }{
		{"nobody listens", "redis://me:secret@127.0.0.1:1/0", "connection refused: start that server, correct the configured URL, or leave it empty"},
		{"wrong password", "redis://me:secret@" + locked.Addr(), "correct the user or the password in the configured URL"},
		{"no password", "redis://" + locked.Addr(), "it wants a password: add one to the configured URL"},
		{"number of a database", real.URL() + "?db=99", "correct the number of the database, 99, in the configured URL"},
		{"no TLS there", "rediss://me:secret@" + open, "it speaks no TLS there: use redis:// in the configured URL"},
		{"TLS there", "redis://me:secret@" + secured, "use rediss:// in the configured URL"},
		{"unknown authority", "rediss://me:secret@" + secured, "name the file of its authority in SSL_CERT_FILE, or add ?skip_verify=true"},
		{"another scheme", "http://me:secret@127.0.0.1:1", `the scheme of the URL is "http": use redis, rediss for TLS, or unix`},
		{"no URL", "redis://me:secret@%zz", "not a URL: it must look like redis://user:password@host:6379/0"},
		{"a bad password", "redis://me:se%cret@127.0.0.1", "with special characters percent-encoded"},
		{"a number sign in the password", "redis://me:12#secret@127.0.0.1:1/0", "with special characters percent-encoded"},
		{"a slash in the password", "redis://me:12/secret@127.0.0.1:1/0", "with special characters percent-encoded"},
		{"a question mark in the password", "redis://me:12?secret@127.0.0.1:1/0", "with special characters percent-encoded"},
		{"an unknown option", "redis://me:secret@127.0.0.1/0?secret=secret", "it must look like"},
		{"no number", "redis://me:secret@127.0.0.1/secret", "it must look like"},
		{"no such socket", "unix://me:secret@/nonexistent/redis.sock", "start that server, correct the configured URL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := redis.Open(t.Context(), redis.Config{URL: tt.url})
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "secret")
			_, again := redis.Probe(t.Context(), redis.Config{URL: tt.url})
			require.ErrorContains(t, again, tt.want)
		})
	}
}

// TestSettings warns of one that loses keys, where it may be looked at.
func TestSettings(t *testing.T) {
	t.Parallel()
	s := openLocal(t)
	ctx := t.Context()
	_, said := open(t, redis.Config{URL: s.URL()})
	assert.Len(t, *said, 1)
	require.NoError(t, s.Client().ConfigSet(ctx, "maxmemory-policy", "allkeys-lru").Err())
	_, said = open(t, redis.Config{URL: s.URL()})
	require.Len(t, *said, 2)
	assert.Equal(t, "redis: warning: maxmemory-policy is allkeys-lru, so that keys may vanish when memory is short, and tokens that were "+
		"revoked would be good again: set it to noeviction", (*said)[0])
	require.NoError(t, s.Client().Do(ctx, "ACL", "SETUSER", "guest", "on", ">word", "~*", "+@all", "-config", "-client|list", "-info").Err())
	socket := s.URL()[len("unix://"):]
	_, said = open(t, redis.Config{URL: "unix://guest:word@" + socket})
	for _, line := range *said {
		assert.NotContains(t, line, "maxmemory")
	}
}
