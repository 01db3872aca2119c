package main

import (
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func hookfile(s *hook.Server, h *hook.Registry) {
	modifications := map[*transaction.Transaction][]string{}
	s.Members = func(t *transaction.Transaction) map[string]any {
		return map[string]any{"hooks_modifications": modifications[t]}
	}
	modify := func(t *transaction.Transaction, kind string) {
		modifications[t] = append(modifications[t], kind+" modification")
	}
	one := func(kind string) hook.Func {
		return func(c *hook.Case) error { modify(c.Transaction, kind); return nil }
	}
	all := func(kind string) hook.AllFunc {
		return func(r *hook.Run) error { modify(r.Transactions[0], kind); return nil }
	}
	h.Before("/message > GET", one("before"))
	h.After("/message > GET", one("after"))
	h.BeforeValidation("/message > GET", one("before validation"))
	h.BeforeAll(all("before all"))
	h.AfterAll(all("after all"))
	h.BeforeEach(one("before each"))
	h.BeforeEachValidation(one("before each validation"))
	h.AfterEach(one("after each"))
}
