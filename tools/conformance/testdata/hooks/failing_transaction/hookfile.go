package main

import "github.com/bailiff-dev/bailiff/harness/hook"

func hookfile(_ *hook.Server, h *hook.Registry) {
	h.Before("/message > GET", func(c *hook.Case) error {
		c.Transaction.Fail = "Yay! Failed!"
		return nil
	})
}
