package gavel_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestVerdict(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, expected, actual, want string }{
		{
			name:     "everything",
			expected: `{"statusCode":" 200 ","headers":{"Content-Type":"Application/JSON","X":["a","B"]},"body":"{\"a/b\":{\"c\":1}}"}`,
			actual:   `{"statusCode":404,"headers":{"content-type":"text/html"},"body":"{\"a/b\":{}}"}`,
			want: `{"valid":false,"fields":{` +
				`"statusCode":{"valid":false,"kind":"text","values":{"expected":"200","actual":"404"},"errors":[{"message":"Expected status code '200', but got '404'."}]},` +
				`"headers":{"valid":false,"kind":"json","values":{"expected":{"content-type":"application/json","x":"a, b"},"actual":{"content-type":"text/html"}},"errors":[` +
				`{"message":"At '/content-type' No enum match for: \"text/html\"","location":{"pointer":"/content-type","property":["content-type"]}},` +
				`{"message":"At '/x' Missing required property: x","location":{"pointer":"/x","property":["x"]}}]},` +
				`"body":{"valid":false,"kind":"json","values":{"expected":"{\"a/b\":{\"c\":1}}","actual":"{\"a/b\":{}}"},"errors":[` +
				`{"message":"At '/a~1b/c' Missing required property: c","location":{"pointer":"/a~1b/c","property":["a~1b","c"]}}]}}}`,
		},
		{name: "nothing", expected: `{}`, actual: `{}`, want: `{"valid":true,"fields":{}}`},
		{
			name:     "a body of no kind",
			expected: `{"body":"{}"}`, actual: `{"body":""}`,
			want: `{"valid":false,"fields":{"body":{"valid":false,"kind":null,"values":{"expected":"{}","actual":""},"errors":[{"message":"Expected \"body\" of \"application/json\" media type, but actual \"body\" is missing."}]}}}`,
		},
		{
			name:     "an empty body is one",
			expected: `{"body":null}`, actual: `{"body":"x"}`,
			want: `{"valid":false,"fields":{"body":{"valid":false,"kind":"text","values":{"expected":"","actual":"x"},"errors":[{"message":"Actual and expected data do not match."}]}}}`,
		},
		{
			name:     "only a schema",
			expected: `{"bodySchema":{"type":"object"}}`, actual: `{"body":"[1]"}`,
			want: `{"valid":false,"fields":{"body":{"valid":false,"kind":"json","values":{"actual":"[1]"},"errors":[{"message":"At '' Invalid type: object (expected object)","location":{"pointer":"","property":[]}}]}}}`,
		},
		{
			name:     "an empty body beside a schema",
			expected: `{"body":"","bodySchema":{}}`, actual: `{"body":""}`,
			want: `{"valid":false,"fields":{"body":{"valid":false,"kind":null,"values":{"expected":"","actual":""},"errors":[{"message":"Can't validate actual media type 'text/plain' against the expected media type 'application/schema+json'."}]}}}`,
		},
		{
			name:     "a schema that is false is none, and undefined is no text",
			expected: `{"bodySchema":false}`, actual: `{"body":"x"}`,
			want: `{"valid":false,"fields":{"body":{"valid":false,"kind":"text","values":{"actual":"x"},"errors":[{"message":"Actual and expected data do not match."}]}}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var expected, actual gavel.Message
			require.NoError(t, json.Unmarshal([]byte(tt.expected), &expected))
			require.NoError(t, json.Unmarshal([]byte(tt.actual), &actual))
			got, err := json.Marshal(gavel.New().CheckMessages(expected, actual, gavel.Options{}).Verdict())
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

func TestMessageIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[]`, `{"headers":[]}`, `{"headers":1}`} {
		var m gavel.Message
		assert.ErrorContains(t, json.Unmarshal([]byte(text), &m), "read a message: ", text)
	}
}

func TestCheckerInParallel(t *testing.T) {
	t.Parallel()
	checker := gavel.New()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 700 { // more schemas than are kept
				expected := transaction.Response{StatusCode: 200, Schema: fmt.Sprintf(`{"minimum": %d}`, j)}
				real := transaction.Response{StatusCode: 200, Body: "350"}
				o := gavel.Options{Match: transaction.MatchValue, Volatile: []transaction.Volatile{{Pointer: "/a", Kind: transaction.KindAny}}}
				assert.Equal(t, j <= 350, checker.Check(expected, real, o).OK(), "%d %d", i, j)
			}
		})
	}
	wg.Wait()
}

func TestCheckVolatile(t *testing.T) {
	t.Parallel()
	assert.NoError(t, gavel.CheckVolatile(transaction.Volatile{Pointer: "/a/**", Kind: transaction.KindRegexp, Pattern: "a|b"}))
	assert.ErrorContains(t, gavel.CheckVolatile(transaction.Volatile{Pointer: "/a", Kind: transaction.KindRegexp, Pattern: "a)|(b"}), "unexpected )")
	assert.ErrorContains(t, gavel.CheckVolatile(transaction.Volatile{Pointer: "a", Kind: transaction.KindAny}), `"/a"`)
	assert.ErrorContains(t, gavel.CheckVolatile(transaction.Volatile{Pointer: "/a"}), "unknown kind")
}
