package hook_test

import (
	"context"
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func ExampleRegistry() {
	hooks := hook.New()
	hooks.BeforeEach(func(c *hook.Case) error {
		c.Transaction.Request.Headers.Set("Authorization", "JWT of user 1")
		return nil
	})
	hooks.Before("Machines > Machine > Delete a Machine", func(c *hook.Case) error {
		c.Transaction.Skip = true
		return nil
	})

	t := &transaction.Transaction{Name: "Machines > Machine > Delete a Machine"}
	if err := hooks.RunBefore(hook.NewCase(context.Background(), nil, t, nil, nil)); err != nil {
		fmt.Println(err)
	}
	fmt.Println(t.Request.Headers, t.Skip)
	// Output: [{Authorization JWT of user 1}] true
}
