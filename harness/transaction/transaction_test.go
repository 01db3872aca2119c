package transaction_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestHeaders(t *testing.T) {
	t.Parallel()
	h := transaction.Headers{{Name: "Accept", Value: "a"}, {Name: "X-Two", Value: "1"}, {Name: "x-two", Value: "2"}}

	v, ok := h.Get("ACCEPT")
	require.True(t, ok)
	require.Equal(t, "a", v)
	_, ok = h.Get("Host")
	require.False(t, ok)

	clone := h.Clone()
	clone.Set("x-TWO", "3")
	clone.Set("Host", "example.com")
	require.Equal(t, transaction.Headers{{Name: "Accept", Value: "a"}, {Name: "X-Two", Value: "3"}, {Name: "Host", Value: "example.com"}}, clone)
	clone.Del("accept")
	require.Equal(t, transaction.Headers{{Name: "X-Two", Value: "3"}, {Name: "Host", Value: "example.com"}}, clone)
	require.Len(t, h, 3, "the clone shares nothing")
}

func TestLinesKnowWhereEachLineStands(t *testing.T) {
	t.Parallel()
	lines := transaction.Lines{
		{From: 1, At: transaction.Position{File: "a.apib", Line: 10, Column: 9}},
		{From: 3, At: transaction.Position{File: "b.apib", Line: 1}},
	}

	require.Equal(t, "a.apib:11:9", lines.At(2).String())
	require.Equal(t, "b.apib:3", lines.At(5).String())
	require.True(t, lines.At(0).IsZero())
	require.True(t, transaction.Lines(nil).At(1).IsZero())
	require.Equal(t, "c.apib", transaction.Position{File: "c.apib"}.String())
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	a := &transaction.Transaction{
		Request:  transaction.Request{Method: "GET", URI: "/x", Headers: transaction.Headers{{Name: "A", Value: "1"}}},
		Expected: transaction.Response{StatusCode: 200},
		Real:     &transaction.Response{Headers: transaction.Headers{{Name: "B", Value: "1"}}},
		Volatile: []transaction.Volatile{{Pointer: "/a"}},
	}

	b := a.Clone()
	b.Request.Headers[0].Value, b.Real.Headers[0].Value, b.Volatile[0].Pointer = "2", "2", "/b"

	require.Equal(t, "1", a.Request.Headers[0].Value)
	require.Equal(t, "1", a.Real.Headers[0].Value)
	require.Equal(t, "/a", a.Volatile[0].Pointer)
	require.Equal(t, "GET (200) /x", b.ID())
}

func TestParseMatch(t *testing.T) {
	t.Parallel()
	m, err := transaction.ParseMatch("Type")
	require.NoError(t, err)
	require.Equal(t, transaction.MatchType, m)
	_, err = transaction.ParseMatch("loose")
	require.EqualError(t, err, `unknown level "loose" to match by: use structure, type or value`)
}

func TestStats(t *testing.T) {
	t.Parallel()
	var s transaction.Stats
	for _, status := range []transaction.Status{transaction.Pass, transaction.Skip, transaction.Pass} {
		s.Add(status)
	}
	require.Equal(t, transaction.Stats{Passes: 2, Skipped: 1}, s)
	require.True(t, s.OK())
	s.Add(transaction.Error)
	require.False(t, s.OK())
	s = transaction.Stats{}
	s.Add(transaction.Fail)
	require.False(t, s.OK())
	require.Equal(t, 1, s.Total())
}
