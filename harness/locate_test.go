package harness_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const bees = `openapi: 3.0.3
info: {title: Beehive, version: '1'}
paths:
  /bees/1:
    get:
      responses:
        '200':
          description: ok
          headers:
            X-Hive: {schema: {type: string}}
          content:
            application/json:
              schema: {$ref: bee.yaml#/Bee}
              example:
                id: 1
                name: Maya
`

const bee = `Bee:
  type: object
  properties:
    id:
      type: integer
      minimum: 5
    name:
      type: string
`

// TestFindingsNameTheirLines lets a server get everything wrong, and then only the documentation.
func TestFindingsNameTheirLines(t *testing.T) {
	t.Parallel()
	serve := func(status int, header, body string) harness.Config {
		return harness.Config{
			Descriptions: []string{"bees.yaml"},
			FS:           fstest.MapFS{"bees.yaml": {Data: []byte(bees)}, "bee.yaml": {Data: []byte(bee)}},
			NoCache:      true,
			Handler: func(postgres.DB) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "application/json")
					if header != "" {
						w.Header().Set(header, "x")
					}
					w.WriteHeader(status)
					_, _ = w.Write([]byte(body))
				})
			},
		}
	}
	places := func(cfg harness.Config) (transaction.Outcome, map[string]string) {
		result, err := harness.Run(t.Context(), cfg)
		require.NoError(t, err)
		require.Len(t, result.Outcomes, 1)
		found := map[string]string{}
		for _, f := range result.Outcomes[0].Findings {
			name := f.Field
			switch {
			case f.SchemaPointer != "" && f.ID == "documented-body-schema-mismatch":
				name = "documentation"
			case f.SchemaPointer != "":
				name = "schema"
			case f.Field == "body":
				name += f.Pointer
			}
			found[name] = f.At.String()
		}
		return result.Outcomes[0], found
	}

	failed, found := places(serve(500, "", `{"id": 1, "name": "Willy"}`))
	assert.Equal(t, transaction.Fail, failed.Status)
	assert.Equal(t, map[string]string{
		"statusCode":    "bees.yaml:7:9",
		"headers":       "bees.yaml:10:13",
		"body/name":     "bees.yaml:16:17",
		"schema":        "bee.yaml:6:7",
		"documentation": "bees.yaml:15:17",
	}, found)

	cfg := serve(200, "X-Hive", strings.Replace(`{"id": 7, "name": "Maya"}`, "Maya", "Willy", 1))
	cfg.Match = transaction.MatchStructure
	passed, found := places(cfg)
	assert.Equal(t, transaction.Pass, passed.Status)
	assert.Equal(t, map[string]string{"documentation": "bees.yaml:15:17"}, found, "warnings have places too")
}
