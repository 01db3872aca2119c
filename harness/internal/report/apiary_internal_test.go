package report

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestApiaryDoesNotWaitForever is not parallel: it looks for what others would leave behind meanwhile.
func TestApiaryDoesNotWaitForever(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	var out bytes.Buffer
	a, ok := NewApiary(Options{Out: &out, Custom: map[string]string{"apiaryApiUrl": s.URL, "apiaryApiName": "n"}}).(*apiary)
	require.True(t, ok)
	require.Equal(t, callTimeout, a.client.http.Timeout)
	a.client.http.Timeout = 20 * time.Millisecond

	a.Begin(Plan{Transactions: 1})
	a.Report(transaction.Outcome{Status: transaction.Pass})
	require.NoError(t, a.End(Summary{}))

	require.Contains(t, out.String(), "Client.Timeout exceeded")
	require.Equal(t, 1, bytes.Count(out.Bytes(), []byte("\n")))
}

func TestApiaryGivesUpOnASlowServer(t *testing.T) {
	t.Parallel()
	calls := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		_, _ = w.Write([]byte(`{"_id":"1"}`)) // the client tells when it gets less
	}))
	defer s.Close()
	var out bytes.Buffer
	a, ok := NewApiary(Options{Out: &out, Custom: map[string]string{"apiaryApiUrl": s.URL, "apiaryApiName": "n"}}).(*apiary)
	require.True(t, ok)
	a.Begin(Plan{Transactions: 1})
	a.client.spent = mostSpent + time.Second
	a.Report(transaction.Outcome{Status: transaction.Pass})
	a.Report(transaction.Outcome{Status: transaction.Pass})
	require.NoError(t, a.End(Summary{}))
	require.Contains(t, out.String(), "it is too slow: 1 calls took 31.0s")
	require.Equal(t, 1, calls)
}
