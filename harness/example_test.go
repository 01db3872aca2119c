package harness_test

import (
	"context"
	"fmt"
	"net/http"
	"testing/fstest"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
)

func ExampleRun() {
	docs := fstest.MapFS{"api.apib": {Data: []byte(`FORMAT: 1A

# Greetings

## Greeting [/greeting]

### Read [GET]

+ Response 200 (text/plain)

        Good morning
`)}}
	api := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintln(w, "Good evening")
	})

	result, err := harness.Run(context.Background(), harness.Config{
		Descriptions: []string{"api.apib"},
		FS:           docs,
		Handler:      func(postgres.DB) http.Handler { return api },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range result.Outcomes {
		fmt.Println(o.Status, o.Transaction.Name)
		for _, f := range o.Findings {
			fmt.Println(f.ID, "at", f.At.File, "line", f.At.Line)
		}
	}
	// Output:
	// fail Greeting > Read
	// body-text-mismatch at api.apib line 11
}
