package exchange_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func client(t *testing.T, o exchange.Options) *exchange.Client {
	t.Helper()
	o.UserAgent = "bailiff/test"
	c, err := exchange.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func serve(t *testing.T, h http.HandlerFunc) (*exchange.Client, *transaction.Transaction) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c := client(t, exchange.Options{Timeout: 5 * time.Second})
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	return c, &transaction.Transaction{
		Protocol: "http:", Host: u.Hostname(), Port: u.Port(), FullPath: "/",
		Request: transaction.Request{Method: "GET"},
	}
}

func TestRequestIsSentAsDocumented(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	c, tr := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	})
	tr.FullPath = "/v1/events?page%5bsize%5d=10&q=a%2Cb"
	tr.Request = transaction.Request{
		Method: "PATCH",
		Headers: transaction.Headers{
			{Name: "Host", Value: "api.example.com"},
			{Name: "Content-Length", Value: "999"},
			{Name: "X-Two", Value: "one"},
			{Name: "X-Two", Value: " two"},
		},
		Body: "{}\n",
	}

	_, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	require.Equal(t, "PATCH", got.Method)
	require.Equal(t, "/v1/events?page%5bsize%5d=10&q=a%2Cb", got.RequestURI)
	require.Equal(t, "api.example.com", got.Host)
	require.Equal(t, int64(3), got.ContentLength)
	require.Equal(t, "{}\n", string(body))
	require.Equal(t, []string{"one", "two"}, got.Header["X-Two"])
	require.Equal(t, "bailiff/test", got.UserAgent())
	require.NotContains(t, got.Header, "Accept-Encoding")
}

func TestResponseIsBroughtBackAsItCame(t *testing.T) {
	t.Parallel()
	c, tr := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Add("Vary", "Accept")
		w.Header().Add("Vary", "Origin")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("Location", "/elsewhere")
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusFound)
		_, _ = io.WriteString(w, "\x1f\x8bnot really")
	})

	real, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	require.Equal(t, &transaction.Response{
		StatusCode: 302,
		Headers: transaction.Headers{
			{Name: "content-encoding", Value: "gzip"},
			{Name: "content-length", Value: "12"},
			{Name: "location", Value: "/elsewhere"},
			{Name: "set-cookie", Value: "a=1"},
			{Name: "set-cookie", Value: "b=2"},
			{Name: "vary", Value: "Accept, Origin"},
		},
		Body: "\x1f\x8bnot really",
		Problem: &transaction.Problem{
			ID:      "body-encoding-invalid",
			Message: "The Content-Encoding is gzip, but the body is not: gzip: invalid header.",
		},
	}, real)
}

func TestHeadHasAResponse(t *testing.T) {
	t.Parallel()
	c, tr := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	tr.Request.Method = "HEAD"

	real, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	require.Equal(t, 204, real.StatusCode)
	require.Empty(t, real.Body)
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	c := client(t, exchange.Options{Timeout: time.Second})

	_, err = c.Do(t.Context(), &transaction.Transaction{
		Protocol: "http:", Host: "127.0.0.1", Port: port, FullPath: "/",
		Request: transaction.Request{Method: "GET"},
	})

	require.EqualError(t, err, "nothing listens at 127.0.0.1:"+port+": start the server under test, or mend its URL")
}

func TestServerThatHangs(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	c, tr := serve(t, func(http.ResponseWriter, *http.Request) { <-done })
	defer close(done)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()

	_, err := c.Do(ctx, tr)

	require.ErrorContains(t, err, "no answer to GET")
}

func TestRequestThatCannotBeMade(t *testing.T) {
	t.Parallel()
	c, tr := serve(t, func(http.ResponseWriter, *http.Request) {})
	tr.FullPath = "/%zz"

	_, err := c.Do(t.Context(), tr)

	require.ErrorContains(t, err, "make the request")
}
