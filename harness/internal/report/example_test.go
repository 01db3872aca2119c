package report_test

import (
	"fmt"
	"os"
	"time"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func ExampleNewCLI() {
	r := report.NewCLI(report.Options{Out: os.Stdout})
	r.Begin(report.Plan{Transactions: 1, Descriptions: []string{"topics.apib"}, Match: transaction.MatchValue})
	r.Report(transaction.Outcome{
		Transaction: &transaction.Transaction{
			Name:     "Topics > Topic > Update",
			Request:  transaction.Request{Method: "PATCH", URI: "/topics/1"},
			Expected: transaction.Response{StatusCode: 200, Body: `{"id": "1", "name": "Travel"}`},
			Real:     &transaction.Response{StatusCode: 200, Body: `{"id": "1", "name": "Trave"}`},
		},
		Status:   transaction.Fail,
		Duration: 1300 * time.Microsecond,
		Findings: []transaction.Finding{{
			ID: "body-value-mismatch", Field: "body", Pointer: "/name", Message: "is not the documented value",
			Expected: "Travel", Real: "Trave", HasExpected: true, HasReal: true,
			At: transaction.Position{File: "topics.apib", Line: 12},
		}},
	})
	if err := r.End(report.Summary{Stats: transaction.Stats{Failures: 1}, Duration: 2 * time.Millisecond}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// info: 1 transaction of topics.apib, matched by value
	// fail: PATCH (200) /topics/1                                           1.3ms  Topics > Topic > Update
	//
	// info: Displaying failed tests...
	//       - documented   + real   ! against the documentation
	//
	// fail: PATCH (200) /topics/1 duration: 1ms
	//   Topics > Topic > Update
	//
	//     200 OK
	//
	//     {
	//       "id": "1",
	//   -   "name": "Travel"
	//   +   "name": "Trave"
	//     }
	//
	//   documented at topics.apib:12  body-value-mismatch at /name
	//
	// complete: 0 passing, 1 failing, 0 errors, 0 skipped, 1 total
	// complete: Tests took 2ms
}
