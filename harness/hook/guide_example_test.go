package hook_test

import (
	"context"
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func ExampleSkip() {
	hooks := hook.New()
	hooks.Before("POST /v1/mails", func(*hook.Case) error { return hook.Skip("no mail server here") })

	t := &transaction.Transaction{Name: "Mails > Send", Request: transaction.Request{Method: "POST", URI: "/v1/mails"}}
	c := hook.NewCase(context.Background(), nil, t, nil, nil)
	if err := hooks.RunBefore(c); err != nil {
		fmt.Println(err)
	}
	fmt.Println(t.Skip, c.SkipReason())
	// Output: true no mail server here
}

// One transaction makes what the next one needs.
func ExampleValues() {
	hooks := hook.New()
	hooks.After("Speakers > Create", func(c *hook.Case) error {
		c.Run().Values.Set("speaker", c.Transaction.Real.Body)
		return nil
	})
	hooks.Before("Speakers > View", func(c *hook.Case) error {
		id, ok := c.Run().Values.Get("speaker")
		if !ok {
			return hook.Skip("there is no speaker")
		}
		c.Transaction.FullPath = fmt.Sprintf("/v1/speakers/%s", id)
		return nil
	})

	ctx := context.Background()
	create := &transaction.Transaction{Name: "Speakers > Create", Real: &transaction.Response{StatusCode: 201, Body: "7"}}
	view := &transaction.Transaction{Name: "Speakers > View"}
	run := hook.NewRun(ctx, []*transaction.Transaction{create, view})
	if err := hooks.RunAfter(hook.NewCase(ctx, run, create, nil, nil)); err != nil {
		fmt.Println(err)
	}
	if err := hooks.RunBefore(hook.NewCase(ctx, run, view, nil, nil)); err != nil {
		fmt.Println(err)
	}
	fmt.Println(view.FullPath)
	// Output: /v1/speakers/7
}
