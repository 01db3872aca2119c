package harness_test

import (
	"context"
	"fmt"
	"net/http"
	"testing/fstest"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
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

// A run for the names of the transactions: no server is needed, and nothing is sent.
func ExampleRun_names() {
	docs := fstest.MapFS{"api.apib": {Data: []byte(`FORMAT: 1A

# Greetings

## Greeting [/greeting]

### Read [GET]

+ Response 200

### Write [PUT]

+ Response 204
`)}}

	result, err := harness.Run(context.Background(), harness.Config{
		Descriptions: []string{"api.apib"},
		FS:           docs,
		Names:        true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range result.Outcomes {
		fmt.Println(o.Transaction.Name)
	}
	fmt.Println(result.Stats.Skipped, "skipped")
	// Output:
	// Greeting > Read
	// Greeting > Write
	// 2 skipped
}

// Only some transactions are sent, and one of them is known to fail.
func ExampleRun_selection() {
	docs := fstest.MapFS{"api.apib": {Data: []byte(`FORMAT: 1A

# Greetings

## Greeting [/greeting]

### Read [GET]

+ Response 200

### Write [PUT]

+ Response 204
`)}}
	api := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "not yet", http.StatusNotImplemented)
	})

	result, err := harness.Run(context.Background(), harness.Config{
		Descriptions: []string{"api.apib"},
		FS:           docs,
		Handler:      func(postgres.DB) http.Handler { return api },
		Methods:      []string{"PUT"},
		KnownFailing: []harness.KnownFailing{{Name: "Greeting > Write", At: transaction.Position{File: "known.txt", Line: 1}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range result.Outcomes {
		fmt.Printf("%s %s: %s\n", o.Status, o.Transaction.Name, o.Reason)
	}
	// Output:
	// skip Greeting > Read: the method is not selected
	// skip Greeting > Write: known to fail (known.txt:1): statusCode
}
