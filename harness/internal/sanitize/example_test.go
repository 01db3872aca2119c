package sanitize_test

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
)

func ExampleNew() {
	s, err := sanitize.New(sanitize.Config{Headers: []string{"X-Session"}, Pointers: []string{"/data/**/ssn"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Header("Authorization", "Bearer abc"))
	fmt.Println(s.Header("x-session", "abc"))
	fmt.Println(s.Body("application/json", `{"data": {"user": {"name": "Ann", "ssn": 123, "password": "hunter2"}}}`))
	fmt.Println(s.Text("GET /v1/login?token=abc"))

	_, err = sanitize.New(sanitize.Config{Pointers: []string{"data"}})
	fmt.Println(err)
	// Output:
	// Bearer [masked]
	// [masked]
	// {"data": {"user": {"name": "Ann", "ssn": "[masked number]", "password": "[masked]"}}}
	// GET /v1/login?token=[masked]
	// sanitize pointer "data": a pointer begins with "/", such as /data/**/token
}
